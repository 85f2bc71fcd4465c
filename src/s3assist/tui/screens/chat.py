"""The conversation: questions and answers on the left, the source of a quote on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from s3assist.documents import Answer, Conversation, Quote, QuoteState, Turn
from s3assist.errors import S3AssistError
from s3assist.printable import counted, on_one_line
from s3assist.tui.widgets.cards import AnswerCard, NoteCard, PendingCard, QuestionCard, QuoteCard
from s3assist.tui.widgets.header import FilterChips, HeaderLine
from s3assist.tui.widgets.prompt import Prompt
from s3assist.tui.widgets.source_pane import SourcePane
from s3assist.tui.widgets.transcript import KEPT_ON_SCREEN, Transcript
from s3assist.tui.wording import TO_INDEX, chips, no_documents, searched

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Assistant, Status
    from s3assist.sessions import Session

OPENING = "Opening the index …"
LOADING = "Loading the language model …"
CHANGE = "F2 changes what was understood"


class ChatScreen(Screen[None]):
    """Owns the session and the thread that asks."""

    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Cancel", show=False),
        *(Binding(str(n), f"open_number({n})", f"Source {n}", show=False) for n in range(1, 10)),
        Binding("ctrl+o", "toggle_source", "Source", show=False),
        Binding("u,f2", "put_right", "Put right", show=False),
        Binding("e", "app.export", "Export", show=False),
    ]

    prompt = query_one("#prompt", Prompt)
    transcript = query_one(Transcript)
    pane = query_one("#source", SourcePane)
    header = query_one(HeaderLine)

    @dataclass
    class Answered(Message):
        answer: Answer
        confidence: str
        states: Mapping[int, QuoteState]

    @dataclass
    class IndexReplaced(Message):
        """The index that answers is another than the one that the screens tell of."""

        status: Status

    @dataclass
    class Failed(Message):
        error: S3AssistError

    @dataclass
    class Checked(Message):
        """What the quote of a card is worth now."""

        card: QuoteCard
        state: QuoteState

    class IndexWanted(Message):
        """A question waits for the index to be opened."""

    class SessionChanged(Message):
        """The session is to be saved."""

    def __init__(self, filters: Filters | None = None) -> None:
        super().__init__()
        self.session: Session | None = None
        """None before the first answer."""
        self.filters = filters
        self.assistant: Assistant | None = None
        self.status: Status | None = None
        self.is_loaded = False
        self.waiting: str | None = None
        """The question that has no answer yet."""
        self.mending: Turn | None = None
        """The turn whose understood question is being put right."""
        self._understood_as = ""
        """What the waiting question was put right to; empty if it was not."""
        self._draft = ""
        """What stood in the prompt before; it comes back afterwards."""
        self._pending: PendingCard | None = None

    def compose(self) -> ComposeResult:
        yield HeaderLine(chips(self.filters))
        with Horizontal(id="columns"):
            with Vertical(id="talk"):
                yield Transcript()
                yield Prompt()
            yield SourcePane(id="source")
        yield Footer()

    # The assistant ------------------------------------------------------------------------------

    async def index_opened(
        self, assistant: Assistant, status: Status, session: Session | None = None
    ) -> None:
        """The index can be asked from now on; the model may still be loading.

        A question that waits goes on from `session`, where one is resumed.
        """
        self.assistant = self.pane.assistant = assistant
        self.show_status(status)
        self.tell_pending()
        if session is not None:
            question, self.waiting = self.waiting, None
            await self.begin(session)
            if question is not None:
                await self.put(question)
        elif self.waiting is not None:
            self.ask_waiting(assistant)

    def model_loaded(self) -> None:
        self.is_loaded = True
        self.tell_pending()

    async def index_failed(self, error: S3AssistError, advice: str) -> None:
        """There is nothing to ask: say why, and give the question back."""
        if self.assistant is not None and self.waiting is not None:
            return  # only the model failed; the question is asked, and fails or not by itself
        await self.give_back_question()
        await self.show_note(error.message, error.hint, advice, error=True)

    def show_status(self, status: Status) -> None:
        self.status = status
        documents = counted(status.generation.documents, "document")
        indexed = status.generation.created.partition("T")[0]
        self.header.show_library(f"{documents} · indexed {indexed}")
        for line in self.query("#library-line").results(Static):
            passages = counted(status.generation.passages, "passage")
            line.update(self.why_empty() or f"{documents}, {passages}, indexed on {indexed}.")

    def why_empty(self) -> str:
        """Why no question can be answered, and what to do; empty where there are documents."""
        if self.assistant is None or self.status is None or self.status.generation.documents:
            return ""
        if self.status.problems:
            return "No document could be read. Ctrl+L says why."
        corpus = self.assistant.corpus
        return f"{no_documents(corpus)} {TO_INDEX}" if corpus else ""

    # Typing -------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Somebody types a question while a quote has the focus: it belongs into the prompt."""
        if event.character is None or not event.is_printable:
            return
        # Keys that follow at once were sent to the quote before the prompt had the focus.
        overtaken = self.focused is self.prompt
        if overtaken or not (event.key in self.active_bindings or event.character.isspace()):
            event.stop()
            event.prevent_default()
            self.type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        if self.focused is not self.prompt:  # which takes it itself, and passes it on
            self.type(event.text)

    def type(self, text: str) -> None:
        self.set_focus(self.prompt)
        self.prompt.insert(text)

    # Asking -------------------------------------------------------------------------------------

    @property
    def conversation(self) -> Conversation:
        return self.session.conversation if self.session else Conversation()

    @on(Prompt.Asked)
    async def take_question(self, message: Prompt.Asked) -> None:
        if self.waiting is not None:
            self.notify("One question at a time: Esc cancels the one before.", markup=False)
            return
        self.prompt.clear()
        self._understood_as = message.question if self.mending else ""
        await self.put(self.mending.question if self.mending else message.question)

    async def put(self, question: str) -> None:
        """Show a question and ask it as soon as there is an index."""
        self.waiting = question
        self._pending = PendingCard(markup=False)
        self.tell_pending()
        await self.transcript.add(QuestionCard(question), self._pending)
        if self.assistant is not None:
            self.ask_waiting(self.assistant)
        else:
            self.post_message(self.IndexWanted())

    def ask_waiting(self, assistant: Assistant) -> None:
        before = self.conversation.without_last() if self.mending else self.conversation
        assert self.waiting is not None
        status, understood_as = self.status, self._understood_as
        self.ask(assistant, self.waiting, before, self.filters, status, understood_as)

    def action_put_right(self) -> None:
        """Write the last question into the prompt as it was understood, to be changed."""
        if self.waiting is not None:
            self.notify("One question at a time: Esc cancels the one before.", markup=False)
        elif not self.conversation.turns:
            self.notify("There is nothing to put right yet: ask a question first.", markup=False)
        else:
            if self.mending is None:
                self._draft = self.prompt.text
            self.mending = self.conversation.turns[-1]
            self.write_understood(self.mending.answer.understood_as)
            self.prompt.focus()

    def write_understood(self, text: str) -> None:
        assert self.mending is not None
        asked = on_one_line(self.mending.question)
        self.prompt.frame(f"What is meant by “{asked}”", "Enter asks again · Esc leaves it")
        self.prompt.write(text)

    def end_mending(self) -> None:
        self.mending = None
        self._understood_as = ""
        if self._draft and not self.prompt.text:
            self.prompt.write(self._draft)
        self._draft = ""
        turns = self.conversation.turns
        completed = turns and turns[-1].answer.understood_as != turns[-1].question
        self.prompt.frame(keys=CHANGE if completed else "")

    def tell_pending(self) -> None:
        """Say in the waiting card what one waits for."""
        if self._pending is None:
            return
        if self.assistant is None:
            told = OPENING
        elif not self.is_loaded:
            told = LOADING
        else:
            told = f"Searching {searched(self.status, self.filters)} …"
        self._pending.update(f"{told}  Esc cancels")

    @work(thread=True, exclusive=True, group="ask")
    def ask(
        self,
        assistant: Assistant,
        question: str,
        conversation: Conversation,
        filters: Filters | None,
        status: Status | None,
        understood_as: str,
    ) -> None:
        """Runs in a thread: touches no widget, only posts messages."""
        from s3assist.answer.abstain import in_words
        from s3assist.answer.retrieve import Filters

        worker = get_current_worker()
        try:
            answer = assistant.ask(question, conversation, filters or Filters(), understood_as)
            if worker.is_cancelled:
                return
            if status is None or assistant.generation() != status.generation:
                status = assistant.status()  # somebody has indexed in another window
                self.post_message(self.IndexReplaced(status))
            shown = answer.quotes or answer.nearest
            states = {i: assistant.state_of(quote) for i, quote in enumerate(shown)}
            words = in_words(answer.confidence)
            outcome: Message = self.Answered(answer, words, states)
        except S3AssistError as error:
            outcome = self.Failed(error)
        if not worker.is_cancelled:
            self.post_message(outcome)

    @on(Answered)
    async def show_answer(self, message: Answered) -> None:
        answer = message.answer
        self.is_loaded = True
        turn = Turn(answer.question, answer)
        session = self.begun_session()
        if self.mending is not None:
            await self.transcript.remove_last_answer()
            self.change_session(session.with_last_turn(turn))
        else:
            self.change_session(session.with_turn(turn))
        self.end_mending()
        card = AnswerCard(answer, message.states, confidence=message.confidence)
        await self.end_waiting()
        await self.transcript.add(card)
        if why := self.why_empty():
            await self.show_note(why)
        if self.has_class("-wide") and answer.quotes:
            # One after the other: cards and pane drawn in one go would keep the keys waiting.
            self.call_after_refresh(self.show_beside, answer.quotes)
        elif not self.pane.has_focus_within:
            self.pane.clear()  # a quote of another answer

    def show_beside(self, quotes: tuple[Quote, ...]) -> None:
        """Show the source of the first quote at the right, or of the one that has the focus."""
        card = self.focused
        at = card.quote if isinstance(card, QuoteCard) and card.sources == quotes else quotes[0]
        self.add_class("-source")
        self.pane.show(at, quotes)

    @on(Failed)
    async def show_failure(self, message: Failed) -> None:
        await self.give_back_question()
        await self.show_note(message.error.message, message.error.hint, error=True)

    async def action_back(self) -> None:
        """Cancel the question that waits; else go back to the prompt."""
        if self.waiting is not None:
            self.workers.cancel_group(self, "ask")
            await self.give_back_question()
            await self.show_note("Cancelled.")
        elif self.mending is not None:
            self.prompt.clear()
            self.end_mending()
        self.prompt.focus()

    async def give_back_question(self) -> None:
        """End the wait without an answer; the question can be asked again, or mended first."""
        question = self.waiting
        await self.end_waiting()
        if not question or self.prompt.text:
            return
        if self.mending is not None:
            self.write_understood(self._understood_as)
        else:
            self.prompt.write(question)

    async def end_waiting(self) -> None:
        self.waiting = None
        if self._pending is not None:
            await self._pending.remove()
            self._pending = None

    # Cards --------------------------------------------------------------------------------------

    async def show_note(self, *lines: str, error: bool = False) -> None:
        text = "\n".join(on_one_line(line) for line in lines if line)
        await self.transcript.add(NoteCard(text, markup=False, classes="-error" if error else ""))

    def check_states(self) -> None:
        """Find out again what the quotes on the screen are worth."""
        if self.assistant is not None:
            cards = self.transcript.query(QuoteCard)
            self.check_behind(self.assistant, [(card, card.quote) for card in cards])

    @work(thread=True, exclusive=True, group="check")
    def check_behind(self, assistant: Assistant, cards: list[tuple[QuoteCard, Quote]]) -> None:
        worker = get_current_worker()
        for card, quote in cards:
            try:
                state = assistant.state_of(quote)
            except S3AssistError:
                return  # no index to compare with; the app has told
            if worker.is_cancelled:
                return
            self.post_message(self.Checked(card, state))

    @on(Checked)
    def show_state(self, message: Checked) -> None:
        if message.card.is_attached:
            message.card.show_state(message.state)

    # The session --------------------------------------------------------------------------------

    def begun_session(self) -> Session:
        """The session; a new one before the first answer."""
        if self.session is None:
            from s3assist.answer.retrieve import Filters
            from s3assist.sessions import Session

            self.session = Session.begin(self.filters or Filters())
        return self.session

    def change_session(self, session: Session) -> None:
        self.session = session
        self.post_message(self.SessionChanged())

    async def set_filters(self, filters: Filters | None) -> None:
        """Narrow the next questions; None leaves everything as it is."""
        if filters is None:
            return
        self.filters = filters or None
        await self.query_one(FilterChips).show(chips(self.filters))
        if self.session is not None:
            self.change_session(self.session.with_filters(filters))

    async def begin(self, session: Session | None = None) -> None:
        """Show another session from its beginning, or an empty one.

        What somebody has typed stays: a question that waits, or stood there before it was mended.
        """
        self.workers.cancel_group(self, "ask")
        asked = self._understood_as or self.waiting
        if self.mending is not None and self.waiting is None:
            self.prompt.clear()  # it holds what was understood
        await self.end_waiting()
        self.session = None
        self.end_mending()
        if asked and not self.prompt.text:
            self.prompt.write(asked)
        self.remove_class("-source")
        self.pane.clear()
        await self.transcript.clear()
        if self.status is not None:
            self.show_status(self.status)
        if session is not None:
            await self.set_filters(session.filters)
            await self.show_turns(session)
            self.session = session
            self.end_mending()
            self.check_states()
        self.prompt.focus()

    async def show_turns(self, session: Session) -> None:
        from s3assist.answer.abstain import in_words

        turns = session.conversation.turns
        shown = turns[-KEPT_ON_SCREEN // 2 :]
        await self.transcript.tell_earlier(len(turns) - len(shown))
        for turn in shown:
            confidence = in_words(turn.answer.confidence)
            # One turn at a time: together they would keep the keys waiting.
            await self.transcript.add(
                QuestionCard(turn.question),
                AnswerCard(turn.answer, {}, confidence=confidence),
            )

    # Sources ------------------------------------------------------------------------------------

    @on(QuoteCard.Reached)
    def follow_focus(self, message: QuoteCard.Reached) -> None:
        if self.has_class("-wide") and self.has_class("-source"):
            self.pane.show(message.quote, message.sources)

    @on(QuoteCard.Opened)
    def open_source(self, message: QuoteCard.Opened) -> None:
        if self.has_class("-wide"):
            self.add_class("-source")
            self.pane.show(message.quote, message.sources)
            self.pane.view.focus()
        else:
            from s3assist.tui.screens.source import SourceScreen

            self.app.push_screen(SourceScreen(self.assistant, message.quote, message.sources))

    def action_open_number(self, number: int) -> None:
        card = self.transcript.card(number)
        if card is not None and not card.is_folded:
            card.focus()
            card.action_open_source()

    def action_toggle_source(self) -> None:
        """Show or hide the source; in a narrow window open that of the latest answer."""
        card = self.transcript.card(1)
        if self.has_class("-narrow"):
            self.action_open_number(1)
            return
        if self.has_class("-source") and self.pane.has_focus_within:
            self.prompt.focus()
        self.toggle_class("-source")
        if self.has_class("-source") and not self.pane.sources and card is not None:
            self.pane.show(card.quote, card.sources)

    def on_resize(self) -> None:
        self.call_after_refresh(self.keep_focus_in_sight)

    def keep_focus_in_sight(self) -> None:
        """A window that was made narrow hides the source: whoever read there goes on typing."""
        if not self.pane.display and (self.focused is None or self.pane.has_focus_within):
            self.set_focus(self.prompt)

    @on(Prompt.LeftUpwards)
    def focus_quotes(self) -> None:
        self.transcript.focus_latest()

    @on(FilterChips.Pressed)
    async def choose_filters(self) -> None:
        await self.app.run_action("filter")
