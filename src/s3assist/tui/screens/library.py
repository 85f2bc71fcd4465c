"""The documents: what each is, in what state, and what the last run could not read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from more_itertools import batched
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Footer, ProgressBar, Static
from textual.worker import get_current_worker

from s3assist.errors import IndexMissingError, S3AssistError
from s3assist.printable import counted, on_one_line
from s3assist.tui.reindex import Advance
from s3assist.tui.widgets.lists import DocumentTable, row
from s3assist.tui.wording import no_documents

if TYPE_CHECKING:
    from s3assist.assistant import Assistant
    from s3assist.library import Entry

STATES = {
    "indexed": "✓ indexed",
    "changed": "~ changed",
    "unread": "✗ unread",
    "new": "+ new",
}
COLUMNS = (("Type", 9), ("Date", 10), ("Lang", 4), ("Pages", 5), ("Passages", 8), ("Status", 9))
LEAST_TITLE = 16
AT_A_TIME = 100
"""Rows that are added without a look at what else is to be done."""


class LibraryScreen(Screen[None]):
    """A table of documents, with the run that reindexes them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "reindex", "Reindex"),
        Binding("c", "cancel_reindex", "Cancel the run"),
        Binding("f", "ask_only", "Ask only this"),
        Binding("escape", "back", "Back"),
        Binding("ctrl+l", "back", "Back", show=False),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    @dataclass
    class Surveyed(Message):
        entries: tuple[Entry, ...]

    @dataclass
    class Failed(Message):
        error: S3AssistError

    @dataclass
    class AskOnly(Message):
        """Ask this document alone from now on."""

        path: str

    @dataclass
    class Read(Message):
        """Show this document."""

        path: str

    class ReindexWanted(Message):
        """Start a run."""

    class CancelWanted(Message):
        """Stop the run."""

    def __init__(
        self,
        assistant: Assistant | None,
        advance: Advance | None,
        corpus: Path,
        failure: S3AssistError | None = None,
    ) -> None:
        """
        Args:
            assistant: None where there is no index, or not yet.
            advance: of the run that goes on.
            corpus: the folder with the documents, to be named.
            failure: why there is no index.
        """
        super().__init__()
        self._assistant = assistant
        self._advance = advance
        self._corpus = corpus
        self._failure = failure
        self._entries: tuple[Entry, ...] = ()
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static("Library", id="library-title", markup=False)
        with Horizontal(id="run"):
            yield ProgressBar(total=100, show_eta=False, show_percentage=True)
            yield Static("", id="run-line", markup=False)
        yield DocumentTable(cursor_type="row")
        yield Static("", id="details", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(DocumentTable).focus()
        self.show_advance(self._advance)
        self.refresh_entries()

    def on_resize(self, event: Resize) -> None:
        if event.size.width != self._width:
            self._width = event.size.width
            self.fill()

    # Documents ----------------------------------------------------------------------------------

    def show_index(self, assistant: Assistant | None, failure: S3AssistError | None) -> None:
        """The index was opened, or could not be."""
        self._assistant, self._failure = assistant, failure
        self.refresh_entries()

    def refresh_entries(self) -> None:
        if self._assistant is not None:
            self.read_entries(self._assistant)
        else:
            self.tell_details(self.why_empty())

    def why_empty(self) -> str:
        """Why no document is listed, and what to do."""
        corpus = self._corpus.absolute()
        if self._failure is None:
            return "The index is still being opened."
        if isinstance(self._failure, IndexMissingError):
            return f"Nothing is indexed yet. Press r to read the documents in {corpus}."
        return self._failure.in_sentences

    def tell_details(self, *lines: str) -> None:
        text = "\n".join(on_one_line(line) for line in lines if line)
        self.query_one("#details", Static).update(text)

    @work(thread=True, exclusive=True, group="survey")
    def read_entries(self, assistant: Assistant) -> None:
        from s3assist.library import survey

        worker = get_current_worker()
        try:
            entries = survey(assistant)
        except S3AssistError as error:
            outcome: Message = self.Failed(error)
        else:
            outcome = self.Surveyed(entries)
        if not worker.is_cancelled:
            self.post_message(outcome)

    @on(Failed)
    def tell_failure(self, message: Failed) -> None:
        self.tell_details(message.error.in_sentences)

    @on(Surveyed)
    def take_entries(self, message: Surveyed) -> None:
        self._entries = message.entries
        if not self._entries:
            self.tell_details(no_documents(self._corpus), "Put some there and press r.")
        self.fill()

    @work(exclusive=True, group="fill")
    async def fill(self) -> None:
        """Show the entries, so many at a time that keys never wait for them."""
        table = self.query_one(DocumentTable)
        position = table.cursor_row
        others = [width for _, width in COLUMNS]
        title = self.size.width - sum(others) - 2 * len(others) - 2 * table.cell_padding - 4
        widths = [max(LEAST_TITLE, title), *others]
        table.clear(columns=True)
        table.add_column(row(("Title", *(name for name, _ in COLUMNS)), widths))
        for some in batched(self._entries, AT_A_TIME):
            for entry in some:
                table.add_row(row(texts(entry), widths), key=entry.path)
            await asyncio.sleep(0)
        if self._entries:
            table.move_cursor(row=min(position, len(self._entries) - 1))
            self.tell_totals()

    def tell_totals(self) -> None:
        passages = sum(entry.passages for entry in self._entries)
        indexed = sum(entry.state in ("indexed", "changed") for entry in self._entries)
        parts = [counted(indexed, "document"), counted(passages, "passage")]
        unread = sum(bool(entry.reason) for entry in self._entries)
        if unread:
            parts.append(f"{unread} could not be read")
        for state, words in (
            ("changed", "changed since indexing"),
            ("new", "not indexed yet"),
        ):
            number = sum(entry.state == state for entry in self._entries)
            if number:
                parts.append(f"{number} {words}")
        self.query_one("#library-title", Static).update(f"Library   {' · '.join(parts)}")

    @property
    def entry(self) -> Entry | None:
        """The document under the cursor."""
        row = self.query_one(DocumentTable).cursor_row
        return self._entries[row] if 0 <= row < len(self._entries) else None

    @on(DataTable.RowHighlighted)
    def show_details(self) -> None:
        entry = self.entry
        if entry is None:
            return
        lines = [entry.title or entry.path.rpartition("/")[2], entry.path, entry.reason]
        hints = {
            "changed": "The file is not what was indexed: its quotes say so. r reads it again.",
            "new": "Not indexed yet: r reads it.",
        }
        lines.append(hints.get(entry.state, ""))
        self.tell_details(*lines)

    @on(DataTable.RowSelected)
    def action_read(self) -> None:
        entry = self.indexed_entry()
        if entry is not None:
            self.post_message(self.Read(entry.path))

    def action_ask_only(self) -> None:
        entry = self.indexed_entry()
        if entry is not None:
            self.post_message(self.AskOnly(entry.path))

    def indexed_entry(self) -> Entry | None:
        """The document under the cursor if its text is in the index; says why where it is not."""
        entry = self.entry
        if entry is None or entry.state in ("indexed", "changed"):
            return entry
        why = entry.reason or "it is not indexed yet: r reads it"
        self.notify(on_one_line(f"There is no text of {entry.path}: {why}"), markup=False)
        return None

    def action_back(self) -> None:
        self.app.pop_screen()

    # The run ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        running = self._advance is not None
        if action == "reindex":
            return not running
        if action == "cancel_reindex":
            return running
        return True

    def action_reindex(self) -> None:
        self.post_message(self.ReindexWanted())

    def action_cancel_reindex(self) -> None:
        self.query_one("#run-line", Static).update("stopping …")
        self.post_message(self.CancelWanted())

    def show_advance(self, advance: Advance | None) -> None:
        """How far the run is; None when there is none."""
        was_running = self._advance is not None
        self._advance = advance
        self.set_class(advance is not None, "-running")
        if advance is not None:
            total = 100 if advance.total else None  # without one it only moves to and fro
            self.query_one(ProgressBar).update(total=total, progress=100 * advance.share)
            self.query_one("#run-line", Static).update(str(advance))
        if was_running != (advance is not None):
            self.refresh_bindings()


def texts(entry: Entry) -> tuple[str, ...]:
    number = entry.state in ("indexed", "changed")
    return (
        entry.title or entry.path.rpartition("/")[2],
        entry.kind,
        entry.date,
        entry.language.upper(),
        str(entry.pages) if entry.pages else "–",
        str(entry.passages) if number else "–",
        STATES["unread" if entry.reason else entry.state],
    )
