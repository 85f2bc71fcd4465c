"""The application: its screens, its looks, and what runs behind them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen

from s3assist.documents import Document, Quote
from s3assist.errors import IndexMissingError, S3AssistError
from s3assist.printable import counted, on_one_line
from s3assist.tui.background import Crashed, run_behind
from s3assist.tui.keeper import SessionKeeper
from s3assist.tui.palette import ACTIONS, quote_commands, quote_in_focus
from s3assist.tui.reindex import Advanced, Finished, Reindexing, in_words
from s3assist.tui.screens.basket import BasketScreen
from s3assist.tui.screens.chat import ChatScreen
from s3assist.tui.screens.export import ExportScreen, Target
from s3assist.tui.screens.filters import FilterScreen
from s3assist.tui.screens.help import HelpScreen
from s3assist.tui.screens.library import LibraryScreen
from s3assist.tui.screens.sessions import SessionsScreen
from s3assist.tui.screens.source import SourceScreen
from s3assist.tui.themes import DEFAULTS, THEMES, WITHOUT_COLOUR
from s3assist.tui.widgets.quoting import CopyQuote, KeepQuote, OpenOriginal
from s3assist.tui.wording import TO_INDEX, no_documents

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Assistant, Status
    from s3assist.config import Settings
    from s3assist.sessions import Session, SessionStore

STILL_OPENING = "The index is still being opened."
DELETED = "The conversation was deleted. What is asked from now on is saved as a new one."


class S3AssistApp(App[None]):
    """Asks one index."""

    TITLE = "S3Assist"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Commands", show=False, priority=True),
        Binding("f1,question_mark", "help", "Help", key_display="?", show=False),
        Binding("ctrl+f", "filter", "Filter", show=False),
        Binding("ctrl+l", "library", "Library", show=False),
        Binding("ctrl+r", "sessions", "Sessions", show=False),
        Binding("ctrl+b", "basket", "Basket", show=False),
        Binding("ctrl+n", "new", "New conversation", show=False),
    ]

    @dataclass
    class SessionsFound(Message):
        """The saved sessions, which need no index."""

        store: SessionStore

    @dataclass
    class IndexOpened(Message):
        assistant: Assistant
        status: Status
        session: Session | None
        """To go on with."""

    class ModelLoaded(Message):
        """The next question will not have to wait."""

    @dataclass
    class LoadFailed(Message):
        error: S3AssistError

    @dataclass
    class Told(Message):
        """Something a thread wants the user to know."""

        text: str
        severity: SeverityLevel = "information"

    @dataclass
    class NotWritten(Message):
        """An export failed; what was typed is offered again."""

        basket: bool
        target: Target
        why: str

    @dataclass
    class SessionRead(Message):
        session: Session

    @dataclass
    class SessionSaved(Message):
        """Others have changed the session meanwhile."""

        before: Session
        now: Session

    @dataclass
    class StatusRead(Message):
        status: Status

    @dataclass
    class DocumentRead(Message):
        document: Document

    def __init__(
        self, settings: Settings, *, session: str | None = None, filters: Filters | None = None
    ) -> None:
        """
        Args:
            settings: which index and corpus.
            session: name of a saved session to go on with.
            filters: of the first question.
        """
        without_colour = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if without_colour else None)
        self.settings = settings
        self.assistant: Assistant | None = None
        self.status: Status | None = None
        self.failure: S3AssistError | None = None
        """Why index or model could not be opened; None while one may hope."""
        self.keeper = SessionKeeper()
        self.reindexing: Reindexing | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = WITHOUT_COLOUR if without_colour else THEMES[0].name
        self.chat = ChatScreen(filters or None)
        self._resumed = session
        self._given_filters = filters or None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    # Loading ------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.push_screen(self.chat)
        self.call_after_refresh(self.load)

    def load(self) -> None:
        """Open index and model; again where that has failed and the reason may be gone."""
        self.failure = None
        if self.assistant is None and self.chat.session is not None:
            self._resumed = self.chat.session.id  # nothing in it could be checked so far
        # A daemon thread, so that whoever quits at once does not wait for the model.
        run_behind(self, "load", self.open_index)

    @on(ChatScreen.IndexWanted)
    def open_again(self) -> None:
        if self.failure is not None:
            self.load()

    def open_index(self) -> None:
        """Runs in a thread: everything heavy is imported here, behind the first picture."""
        from s3assist.assistant import open_assistant
        from s3assist.sessions import SessionStore

        store = self.keeper.store or SessionStore(self.settings.sessions_folder)
        self.post_message(self.SessionsFound(store))
        try:
            assistant = self.assistant or open_assistant(self.settings)
            session = self.stored(self._resumed, store, assistant) if self._resumed else None
            if session is not None and self._given_filters:
                session = session.with_filters(self._given_filters)
            self.post_message(self.IndexOpened(assistant, assistant.status(), session))
            assistant.warm_up()
        except S3AssistError as error:
            self.post_message(self.LoadFailed(error))
        else:
            self.post_message(self.ModelLoaded())

    @on(SessionsFound)
    def take_store(self, message: SessionsFound) -> None:
        self.keeper.store = message.store

    @on(IndexOpened)
    async def take_assistant(self, message: IndexOpened) -> None:
        self.assistant, self.status = message.assistant, message.status
        self.failure = None
        self._resumed = None
        await self.chat.index_opened(message.assistant, message.status, message.session)
        if isinstance(self.screen, LibraryScreen):
            self.screen.show_index(self.assistant, None)

    @on(ModelLoaded)
    def tell_loaded(self) -> None:
        self.chat.model_loaded()

    @on(LoadFailed)
    async def tell_failure(self, message: LoadFailed) -> None:
        self.failure = message.error
        await self.chat.index_failed(message.error, self.advice)
        if isinstance(self.screen, LibraryScreen):
            self.screen.show_index(self.assistant, message.error)

    @property
    def advice(self) -> str:
        """What to do here about the failure, besides its own hint."""
        return TO_INDEX if isinstance(self.failure, IndexMissingError) else ""

    @on(Crashed)
    def crash(self, message: Crashed) -> None:
        raise message.error

    @on(Told)
    def tell(self, message: Told) -> None:
        self.notify(on_one_line(message.text), severity=message.severity, markup=False)

    # Screens ------------------------------------------------------------------------------------

    def to_chat(self) -> None:
        """Leave every other screen."""
        while self.screen is not self.chat and len(self.screen_stack) > 1:
            self.pop_screen()

    def leave_dialogs(self) -> None:
        """A command that was chosen over a dialog goes on without it."""
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()

    def is_ready(self) -> bool:
        """Whether a screen that needs the index can be opened now; says why where it can't."""
        if self.assistant is None and self.failure is None:
            self.notify(STILL_OPENING, markup=False)
        elif self.assistant is None and self.failure is not None:
            told = f"{self.failure.message}. {self.advice or self.failure.hint}"
            self.tell(self.Told(told, "warning"))
        return self.assistant is not None

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_filter(self) -> None:
        self.leave_dialogs()
        if self.is_ready() and self.status is not None:
            screen = FilterScreen(self.status, self.chat.filters)
            self.push_screen(screen, self.chat.set_filters)

    def action_library(self) -> None:
        self.to_chat()
        advance = self.reindexing.advance if self.reindexing else None
        screen = LibraryScreen(self.assistant, advance, self.settings.corpus, self.failure)
        self.push_screen(screen)

    def action_basket(self) -> None:
        self.to_chat()
        basket = self.chat.session.basket if self.chat.session else ()
        self.push_screen(BasketScreen(self.assistant, basket))

    def action_sessions(self) -> None:
        if self.keeper.store is None:
            self.notify(STILL_OPENING, markup=False)
        else:
            self.to_chat()
            self.push_screen(SessionsScreen(self.keeper.store), self.resume)

    async def action_new(self) -> None:
        """Begin a new conversation; the one before is saved."""
        self.to_chat()
        await self.chat.begin()

    # Sessions -----------------------------------------------------------------------------------

    @on(ChatScreen.SessionChanged)
    def save_session(self) -> None:
        if self.chat.session is not None:
            self.keeper.note(self.chat.session)
            self.save_behind()

    @work(thread=True, group="save")
    def save_behind(self) -> None:
        try:
            saved = self.keeper.save()
        except OSError as error:
            self.post_message(self.Told(f"The session can't be saved: {error}", "warning"))
            return
        if saved is not None and saved[0] is not saved[1]:
            self.post_message(self.SessionSaved(*saved))

    @on(SessionSaved)
    def take_saved(self, message: SessionSaved) -> None:
        """Go on under the title or the id that the session has got; the turns stay as shown."""
        before, now, session = message.before, message.now, self.chat.session
        if now.id != before.id:
            self.notify(DELETED, severity="warning", markup=False)
        if session is not None and session.id == before.id:
            self.chat.session = replace(session, id=now.id, title=now.title)

    def resume(self, identity: str | None) -> None:
        if identity is not None:
            self.read_session(identity)

    @work(thread=True, exclusive=True, group="session")
    def read_session(self, name: str) -> None:
        if self.keeper.store is None:
            return
        session = self.stored(name, self.keeper.store, self.assistant)
        if session is not None:
            self.post_message(self.SessionRead(session))

    def stored(self, name: str, store: SessionStore, assistant: Assistant | None) -> Session | None:
        """A saved session, unchecked without an index; None where it can't be read, as is told."""
        try:
            return store.load(store.find(name), assistant.trace if assistant else None)
        except S3AssistError as error:
            self.post_message(self.Told(error.in_sentences, "error"))
        except OSError as error:
            self.post_message(self.Told(f"The session can't be read: {error}", "error"))
        return None

    @on(SessionsScreen.Renamed)
    def take_title(self, message: SessionsScreen.Renamed) -> None:
        session = self.chat.session
        if session is not None and session.id == message.identity:
            self.chat.session = replace(session, title=message.title)

    @on(SessionsScreen.Deleted)
    async def leave_deleted(self, message: SessionsScreen.Deleted) -> None:
        if self.chat.session is not None and self.chat.session.id == message.identity:
            self.keeper.forget()
            await self.chat.begin()

    @on(SessionRead)
    async def show_session(self, message: SessionRead) -> None:
        self.to_chat()
        await self.chat.begin(message.session)

    def on_unmount(self) -> None:
        try:
            self.keeper.save()
        except OSError:
            return  # it was told when it happened first

    # Quotes -------------------------------------------------------------------------------------

    @on(CopyQuote)
    def copy_quote(self, message: CopyQuote) -> None:
        self.copy_behind(self.assistant, message.quote, message.cited)

    @work(thread=True, exclusive=True, group="copy")
    def copy_behind(self, assistant: Assistant | None, quote: Quote, cited: bool) -> None:
        """Check the quote against the index, where there is one, once more, then copy it."""
        from s3assist.clipboard import copy
        from s3assist.export import with_citation
        from s3assist.sessions.record import recheck

        try:
            checked = recheck(quote, assistant.trace if assistant else None)
            text = with_citation(checked) if cited else checked.text
            outcome = copy(text, terminal=self.write_to_terminal, system=not self.is_web)
        except S3AssistError as error:
            self.post_message(self.Told(error.in_sentences, "error"))
            return
        what = "Quote with citation" if cited else "Quote"
        self.post_message(self.Told(f"{what}: {outcome}"))

    def write_to_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)

    @on(KeepQuote)
    async def keep_quote(self, message: KeepQuote) -> None:
        session, quote = self.chat.begun_session(), message.quote
        if session.holds(quote):
            session = session.without_quote(quote)
            told = "Taken out of the basket"
        else:
            session = session.with_quote(quote)
            told = "Put into the basket"
        self.chat.change_session(session)
        self.notify(f"{told} ({counted(len(session.basket), 'quote')}).", markup=False)
        if isinstance(self.screen, BasketScreen):
            await self.screen.show(session.basket)

    @on(OpenOriginal)
    def open_original(self, message: OpenOriginal) -> None:
        document = message.document
        url = document.metadata.url
        if message.web or self.is_web:
            if url.startswith(("https://", "http://")):
                self.open_url(url)
                self.notify(on_one_line(f"Opening {url}"), markup=False)
            else:
                self.notify("Nobody said where on the web this document is.", markup=False)
            return
        self.open_file_behind(self.settings.corpus / document.path)

    @work(thread=True, group="original")
    def open_file_behind(self, path: Path) -> None:
        from s3assist.tui.opening import open_original

        self.post_message(self.Told(*open_original(path, self.settings.corpus)))

    # Export -------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Write the conversation into a file; from the basket, its quotes."""
        self.leave_dialogs()
        self.export(isinstance(self.screen, BasketScreen))

    def export(self, basket: bool, target: Target | None = None, complaint: str = "") -> None:
        """Ask for format and file; again with a `complaint` where they could not be written."""
        session = self.chat.session
        if session is None or not (session.basket if basket else session.conversation.turns):
            self.notify("There is nothing to export yet.", markup=False)
            return

        def chosen(choice: Target | None) -> None:
            if choice is not None:
                self.export_behind(self.assistant, session, choice, basket)

        title = "Export the basket" if basket else "Export the conversation"
        stem = "s3assist-quotes" if basket else "s3assist-conversation"
        self.push_screen(ExportScreen(title, stem, target, complaint), chosen)

    @on(BasketScreen.ExportWanted)
    def export_basket(self) -> None:
        self.action_export()

    @work(thread=True, group="export")
    def export_behind(
        self, assistant: Assistant | None, session: Session, target: Target, basket: bool
    ) -> None:
        """Check every quote against the index, where there is one, once more, then write them."""
        from s3assist.export import basket_report, conversation_report, write
        from s3assist.sessions.record import recheck_session

        try:
            checked = recheck_session(session, assistant.trace if assistant else None)
            if basket:
                report = basket_report(checked.basket, checked.title)
            else:
                report = conversation_report(checked.conversation, checked.title)
            write(report, target.path, target.format)
        except S3AssistError as error:
            self.post_message(self.NotWritten(basket, target, error.in_sentences))
        else:
            self.post_message(self.Told(f"Written to {target.path.resolve()}"))

    @on(NotWritten)
    def export_elsewhere(self, message: NotWritten) -> None:
        self.export(message.basket, message.target, message.why)

    # The library --------------------------------------------------------------------------------

    @on(LibraryScreen.ReindexWanted)
    def reindex(self) -> None:
        if self.reindexing is None:
            self.reindexing = Reindexing(self, self.settings)
            self.show_advance()
            self.reindexing.start()

    @on(LibraryScreen.CancelWanted)
    def cancel_reindexing(self) -> None:
        if self.reindexing is not None:
            self.reindexing.cancel()

    @on(Advanced)
    def show_advance(self) -> None:
        """Say everywhere how far the run is."""
        advance = self.reindexing.advance if self.reindexing else None
        if isinstance(self.screen, LibraryScreen) and not (
            self.reindexing and self.reindexing.is_stopping
        ):
            self.screen.show_advance(advance)
        share = f" {advance.share:.0%}" if advance and advance.total else ""
        line = f"indexing: {advance.step}{share}" if advance else ""
        self.chat.header.show_progress(line)

    @on(Finished)
    def end_reindexing(self, message: Finished) -> None:
        self.reindexing = None
        self.show_advance()
        if message.error is not None:
            self.tell(self.Told(message.error.in_sentences, "error"))
        elif message.report is None:
            rest = (
                "answers come from the last finished index" if self.status else "nothing is indexed"
            )
            self.notify(f"Cancelled: {rest}. What was read is kept for the next run.", markup=False)
        elif not message.report.documents:
            self.notify(no_documents(self.settings.corpus), severity="warning", markup=False)
        else:
            self.notify(in_words(message.report), markup=False)
        if self.assistant is None or self.failure is not None:
            self.load()
        else:
            self.read_status(self.assistant)

    @work(thread=True, exclusive=True, group="status")
    def read_status(self, assistant: Assistant) -> None:
        try:
            self.post_message(self.StatusRead(assistant.status()))
        except S3AssistError as error:
            self.post_message(self.Told(error.in_sentences, "error"))

    @on(StatusRead)
    @on(ChatScreen.IndexReplaced)
    def take_status(self, message: StatusRead | ChatScreen.IndexReplaced) -> None:
        self.status = message.status
        self.chat.show_status(message.status)
        self.chat.check_states()
        if isinstance(self.screen, LibraryScreen):
            self.screen.refresh_entries()

    @on(LibraryScreen.AskOnly)
    async def ask_only(self, message: LibraryScreen.AskOnly) -> None:
        from s3assist.answer.retrieve import Filters

        self.to_chat()
        await self.chat.set_filters(Filters(documents=(message.path,)))

    @on(LibraryScreen.Read)
    def read_document(self, message: LibraryScreen.Read) -> None:
        if self.assistant is not None:
            self.read_behind(self.assistant, message.path)

    @work(thread=True, exclusive=True, group="read")
    def read_behind(self, assistant: Assistant, path: str) -> None:
        try:
            self.post_message(self.DocumentRead(assistant.document(path)))
        except S3AssistError as error:
            self.post_message(self.Told(error.in_sentences, "error"))

    @on(DocumentRead)
    def show_document(self, message: DocumentRead) -> None:
        if self.assistant is not None:
            self.push_screen(SourceScreen(self.assistant, document=message.document))

    # The palette --------------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        quote = quote_in_focus(screen)
        if quote is not None:
            yield from quote_commands(quote, self.post_message)
        for title, about, action in ACTIONS:
            yield SystemCommand(title, about, lambda a=action: self.call_next(self.run_action, a))

    def action_source(self) -> None:
        self.to_chat()
        self.chat.action_toggle_source()

    def action_put_right(self) -> None:
        self.to_chat()
        self.chat.action_put_right()

    def action_reindex(self) -> None:
        self.action_library()
        self.reindex()
