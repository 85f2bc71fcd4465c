"""A question and its answer as cards: quotes, "not found", and what was searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Collapsible, Static

from s3assist.citation import also_named, beside
from s3assist.documents import PERIODS_DIFFER, Answer, Quote, QuoteState, Verdict
from s3assist.printable import counted, on_one_line
from s3assist.tui.widgets.quoting import QUOTE_KEYS, QuoteKeys
from s3assist.tui.wording import state_line, where, words_of


class QuoteCard(Horizontal, QuoteKeys, can_focus=True):
    """One verbatim extract, where it comes from and what it is worth now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_source", "Source", tooltip="Show it in its document"),
        *QUOTE_KEYS,
    ]

    @dataclass
    class Opened(Message):
        """Show the source of `quote`, one of `sources`."""

        quote: Quote
        sources: tuple[Quote, ...]

    @dataclass
    class Reached(Message):
        """The focus came to this quote."""

        quote: Quote
        sources: tuple[Quote, ...]

    def __init__(self, number: int, sources: Sequence[Quote], state: QuoteState | None) -> None:
        super().__init__()
        self.number = number
        self.sources = tuple(sources)
        self.quote = self.sources[number - 1]
        self.state = state

    @property
    def current_quote(self) -> Quote | None:
        return self.quote

    @property
    def is_folded(self) -> bool:
        """Whether it is one of the nearest passages that nobody has unfolded."""
        return any(isinstance(a, Collapsible) and a.collapsed for a in self.ancestors)

    def compose(self) -> ComposeResult:
        yield Static(str(self.number), classes="number")
        with VerticalGroup():
            strong = "bold underline" if self.app.no_color else "bold $accent"
            yield Static(words_of(self.quote, strong), classes="words")
            yield Static(where(self.quote), classes="source", markup=False)
            for remark in beside(self.quote):
                yield Static(on_one_line(remark), classes="beside", markup=False)
            for name, _ in also_named(self.quote, where):
                yield Static(f"also in {on_one_line(name)}", classes="also", markup=False)
            yield Static("", classes="state")

    def on_mount(self) -> None:
        self.show_state(self.state)

    def show_state(self, state: QuoteState | None) -> None:
        """Say what the quote is worth now; None before that is found out."""
        self.state = state
        line = self.query_one(".state", Static)
        line.update("… not checked yet" if state is None else state_line(self.quote, state))
        for each in QuoteState:
            line.set_class(state is each, f"-{each}")

    def on_focus(self) -> None:
        self.post_message(self.Reached(self.quote, self.sources))

    def action_open_source(self) -> None:
        self.post_message(self.Opened(self.quote, self.sources))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if not self.screen.get_selected_text():  # else the mouse was dragged over the words
            self.action_open_source()


class QuestionCard(Static):
    """What was asked, as it was typed."""

    def __init__(self, question: str) -> None:
        super().__init__(on_one_line(question), markup=False)
        self.border_title = "You asked"


class PendingCard(Static):
    """Stands in for an answer while one waits for it."""


class NoteCard(Static):
    """Something that happened instead of an answer."""


class Nearest(Collapsible):
    """What came nearest, folded: it is no answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Enter, which the title has itself, is not among the keys that the footer shows.
        Binding("space", "fold", "Show or hide", key_display="⏎"),
        Binding("escape", "screen.back", "Back"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # On a passage Enter opens the source.
        return action != "fold" or not isinstance(self.screen.focused, QuoteCard)

    def action_fold(self) -> None:
        self.collapsed = not self.collapsed


class AnswerCard(VerticalGroup):
    """An answer: how sure it is, what was searched, and its quotes or what came nearest."""

    def __init__(
        self,
        answer: Answer,
        states: Mapping[int, QuoteState],
        *,
        confidence: str,
    ) -> None:
        """
        Args:
            answer: what the assistant said.
            states: by position among its quotes; one that is missing is still being checked.
            confidence: the answer's confidence in words.
        """
        super().__init__()
        self.answer = answer
        self.states = states
        self.confidence = confidence

    @property
    def found(self) -> bool:
        return self.answer.verdict is Verdict.ANSWERED

    def compose(self) -> ComposeResult:
        self.set_class(not self.found, "-not-found")
        yield Static(self.verdict(), classes="verdict")
        for line in self.search_lines():
            yield Static(line, classes="searched", markup=False)
        sources = self.answer.quotes or self.answer.nearest
        cards = [QuoteCard(n, sources, self.states.get(n - 1)) for n in range(1, len(sources) + 1)]
        if self.answer.by_period:
            yield Static(PERIODS_DIFFER, classes="differ")
            for group in self.answer.by_period:
                yield Static(group.name, classes="period", markup=False)
                yield from (cards[position] for position in group.quotes)
        elif self.found:
            yield from cards
        elif cards:
            title = f"{counted(len(cards), 'nearest passage')}, not an answer"
            with Nearest(title=title, collapsed=True):
                yield from cards

    def verdict(self) -> Content:
        if self.found:
            quotes = counted(len(self.answer.quotes), "quote")
            return Content.assemble(
                (quotes, "bold $success"),
                (f" from {self.answer.scope.name} · confidence {self.confidence}", "$muted"),
            )
        return Content.assemble(
            (on_one_line(self.answer.scope.not_found), "bold $warning"),
            (
                f"\nNo sentence answers this with enough certainty: the best reached"
                f" {self.answer.confidence:.2f} ({self.confidence}).",
                "$muted",
            ),
        )

    def search_lines(self) -> list[str]:
        """What was searched, where that is not just the question in all documents."""
        lines = []
        if self.answer.understood_as != self.answer.question:
            lines.append(f"Understood as: {self.answer.understood_as}")
        if self.answer.expanded:
            added = "; ".join(f"{e.term} → {', '.join(e.added)}" for e in self.answer.expanded)
            lines.append(f"Searched also for: {added}")
        only = self.answer.scope.only
        if only and self.found:
            lines.append(f"Searched only {only}")
        elif only:
            lines.append("Without these filters there may be an answer (Ctrl+F changes them).")
        return [on_one_line(line) for line in lines]

    @on(Collapsible.Expanded)
    def focus_nearest(self) -> None:
        """Whoever unfolds the nearest passages wants to read them, below what they are."""
        self.query(QuoteCard).first().focus(scroll_visible=False)
        self.call_after_refresh(self.scroll_visible, animate=False, top=True)
