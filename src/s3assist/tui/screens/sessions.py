"""Saved conversations: resume, rename, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Static
from textual.worker import get_current_worker

from s3assist.errors import S3AssistError
from s3assist.printable import counted, local_time, on_one_line
from s3assist.tui.screens.dialogs import AskText, Confirm
from s3assist.tui.widgets.lists import SessionTable, cell

if TYPE_CHECKING:
    from s3assist.sessions import SessionStore, SessionSummary


class SessionsScreen(Screen[str]):
    """A list of sessions; the result is the id of the one to resume."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "rename", "Rename"),
        Binding("d,delete", "delete", "Delete"),
        Binding("escape", "back", "Back"),
        Binding("ctrl+r", "back", "Back", show=False),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    @dataclass
    class Listed(Message):
        sessions: tuple[SessionSummary, ...]

    @dataclass
    class Renamed(Message):
        """A session has another title."""

        identity: str
        title: str

    @dataclass
    class Deleted(Message):
        """A session is gone."""

        identity: str

    @dataclass
    class Failed(Message):
        why: str

    def __init__(self, store: SessionStore) -> None:
        super().__init__()
        self._store = store
        self._sessions: tuple[SessionSummary, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("Sessions", id="sessions-title", markup=False)
        yield SessionTable(cursor_type="row")
        yield Static("", id="details", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(SessionTable).focus()
        self.read()

    def on_resize(self) -> None:
        self.fill()

    @work(thread=True, exclusive=True, group="sessions")
    def read(self) -> None:
        worker = get_current_worker()
        sessions = self._store.list()
        if not worker.is_cancelled:
            self.post_message(self.Listed(sessions))

    @on(Listed)
    def take(self, message: Listed) -> None:
        self._sessions = message.sessions
        self.fill()

    def fill(self) -> None:
        table = self.query_one(SessionTable)
        row = table.cursor_row
        table.clear(columns=True)
        table.add_column("Session", width=max(20, self.size.width - 42))
        table.add_column("Last question", width=16)
        table.add_column("Questions", width=9)
        table.add_column("Kept", width=4)
        for session in self._sessions:
            title = session.title or "(no question yet)"
            if session.problem:
                title = f"✗ {title}: {session.problem}"
            table.add_row(
                cell(title),
                cell(local_time(session.updated)),
                cell(str(session.questions)),
                cell(str(session.quotes)),
                key=session.id,
            )
        if self._sessions:
            table.move_cursor(row=min(row, len(self._sessions) - 1))
        told = counted(len(self._sessions), "conversation") if self._sessions else "none saved yet"
        self.query_one("#sessions-title", Static).update(f"Sessions   {told}")

    @property
    def session(self) -> SessionSummary | None:
        row = self.query_one(SessionTable).cursor_row
        return self._sessions[row] if 0 <= row < len(self._sessions) else None

    @on(DataTable.RowHighlighted)
    def show_details(self) -> None:
        """The title in full: a narrow window has no room for it in the table."""
        session = self.session
        lines = (session.title, session.problem) if session else ()
        told = "\n".join(on_one_line(line) for line in lines if line)
        self.query_one("#details", Static).update(told)

    @on(DataTable.RowSelected)
    def action_resume(self) -> None:
        session = self.session
        if session is None:
            return
        if session.problem:
            self.notify(on_one_line(session.problem), severity="error", markup=False)
        else:
            self.dismiss(session.id)

    def action_rename(self) -> None:
        session = self.session
        if session is None or session.problem:
            return

        def renamed(title: str | None) -> None:
            if title:
                self.change(session.id, title)

        self.app.push_screen(AskText("Title of the session", session.title), renamed)

    def action_delete(self) -> None:
        session = self.session
        if session is None:
            return

        def confirmed(yes: bool | None) -> None:
            if yes:
                self.change(session.id, None)

        question = f"Delete “{on_one_line(session.title) or session.id}” for good?"
        self.app.push_screen(Confirm(question, "Delete"), confirmed)

    @work(thread=True, group="change")
    def change(self, identity: str, title: str | None) -> None:
        """Rename a session, or delete it without a title; then list them anew."""
        try:
            if title is None:
                self._store.delete(identity)
                self.post_message(self.Deleted(identity))
            else:
                self._store.rename(identity, title)
                self.post_message(self.Renamed(identity, " ".join(title.split())))
        except S3AssistError as error:
            self.post_message(self.Failed(error.in_sentences))
        except OSError as error:
            self.post_message(self.Failed(f"The session can't be changed: {error}"))
        self.post_message(self.Listed(self._store.list()))

    @on(Failed)
    def tell(self, message: Failed) -> None:
        self.notify(on_one_line(message.why), severity="error", markup=False)

    def action_back(self) -> None:
        self.app.pop_screen()
