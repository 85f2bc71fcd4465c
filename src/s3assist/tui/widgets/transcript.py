"""The conversation so far, the newest at the bottom."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from s3assist.printable import counted
from s3assist.tui.widgets.cards import AnswerCard, NoteCard, QuestionCard, QuoteCard

KEPT_ON_SCREEN = 60
"""Cards of questions and answers; older ones leave the screen, never the conversation."""


class Welcome(VerticalGroup):
    """What stands there before the first question."""

    def compose(self) -> ComposeResult:
        yield Static("What do you want to know?", classes="headline")
        yield Static(
            "Answers are sentences quoted word for word from your documents, each with its"
            " document, section and page. If the documents hold no answer, you are told so.",
            classes="about",
        )
        yield Static("", id="library-line", classes="about", markup=False)
        yield Static("", id="hint-line", classes="about")


class EarlierCard(NoteCard):
    """Stands for the turns that have left the screen."""


class Transcript(VerticalScroll, can_focus=False):
    """Cards below each other; keys walk over what can be focused in them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,down", "step(1)", "Next", show=False),
        Binding("p,up", "step(-1)", "Previous", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._earlier = 0

    def compose(self) -> ComposeResult:
        yield Welcome()

    async def clear(self) -> None:
        """Begin anew."""
        self._earlier = 0
        await self.recompose()

    # Only children are walked over: a query looks at every line of every card.

    @property
    def questions(self) -> list[QuestionCard]:
        return [card for card in self.children if isinstance(card, QuestionCard)]

    @property
    def answers(self) -> list[AnswerCard]:
        return [card for card in self.children if isinstance(card, AnswerCard)]

    async def add(self, *cards: Widget) -> None:
        """Add cards at the end, and bring the last question to the top."""
        for child in self.children:
            if isinstance(child, Welcome):
                await child.remove()
        await self.mount(*cards)
        shown = [card for card in self.children if not isinstance(card, EarlierCard)]
        old = shown[:-KEPT_ON_SCREEN]
        await self.tell_earlier(self._earlier + sum(isinstance(card, AnswerCard) for card in old))
        for card in old:
            await card.remove()
        # An answer is read from its question on; what is longer than the window waits below.
        if self.questions:
            self.call_after_refresh(
                self.scroll_to_widget, self.questions[-1], top=True, animate=False
            )

    async def tell_earlier(self, number: int) -> None:
        """Say at the top that the conversation began so many turns earlier."""
        if number == self._earlier:
            return
        self._earlier = number
        turns = counted(number, "earlier turn")
        told = f"{turns} not shown here: an export (e on a quote) has all."
        first = self.children[0]
        if isinstance(first, EarlierCard):
            first.update(told)
        else:
            await self.mount(EarlierCard(told, markup=False), before=0)

    async def remove_last_answer(self) -> None:
        """Take the last answer away, with the question above it."""
        if not self.answers:
            return
        answer = self.answers[-1]
        above = self.children[: self.children.index(answer)]
        questions = [card for card in above if isinstance(card, QuestionCard)]
        for card in (*questions[-1:], answer):
            await card.remove()

    def focus_latest(self) -> None:
        """Go to the first quote of the last answer."""
        for stop in stops(self.answers[-1])[:1] if self.answers else ():
            stop.focus()

    def action_step(self, by: int) -> None:
        """Go to the next or previous quote, in this answer or in another."""
        focused, answers = self.screen.focused, self.answers
        here = [i for i, answer in enumerate(answers) if focused and answer in focused.ancestors]
        if not here:
            return
        inside = stops(answers[here[0]])
        place = inside.index(focused) + by if focused in inside else -1
        if 0 <= place < len(inside):
            inside[place].focus()
            return
        others = answers[here[0] + 1 :] if by > 0 else reversed(answers[: here[0]])
        for answer in others:
            if beyond := stops(answer):
                beyond[0 if by > 0 else -1].focus()
                return
        if by > 0:
            self.screen.query_one("#prompt").focus()

    def card(self, number: int) -> QuoteCard | None:
        """Quote `number` of the answer that has the focus, else of the last answer."""
        focused = self.screen.focused
        around = [a for a in self.answers if focused is not None and a in focused.ancestors]
        for answer in (around or self.answers)[-1:]:
            for card in answer.query(QuoteCard):
                if card.number == number:
                    return card
        return None


def stops(answer: AnswerCard) -> list[Widget]:
    """What the focus can stop at in an answer, from the top."""
    return [
        widget
        for widget in answer.query("QuoteCard, CollapsibleTitle")
        if not (isinstance(widget, QuoteCard) and widget.is_folded)
    ]
