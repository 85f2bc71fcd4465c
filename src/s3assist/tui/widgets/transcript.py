"""The conversation so far, the newest at the bottom."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._collapsible import CollapsibleTitle

from s3assist.tui.widgets.cards import AnswerCard, QuestionCard, QuoteCard

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


class Transcript(VerticalScroll, can_focus=False):
    """Cards below each other; keys walk over what can be focused in them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,down", "step(1)", "Next", show=False),
        Binding("p,up", "step(-1)", "Previous", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Welcome()

    async def add(self, *cards: Widget) -> None:
        """Add cards at the end, and bring the last question to the top."""
        for welcome in self.query(Welcome):
            await welcome.remove()
        await self.mount(*cards)
        for old in list(self.children)[:-KEPT_ON_SCREEN]:
            await old.remove()
        # An answer is read from its question on; what is longer than the window waits below.
        questions = self.query(QuestionCard)
        if questions:
            self.call_after_refresh(
                self.scroll_to_widget, questions.last(), top=True, animate=False
            )

    async def remove_last_answer(self) -> None:
        """Take the last answer away, with the question above it."""
        answers = self.query(AnswerCard)
        if not answers:
            return
        answer = answers.last()
        above = self.children[: self.children.index(answer)]
        questions = [card for card in above if isinstance(card, QuestionCard)]
        for card in (*questions[-1:], answer):
            await card.remove()

    def stops(self) -> list[QuoteCard | CollapsibleTitle]:
        """What the focus can stop at, from the top."""
        found = self.query("QuoteCard, CollapsibleTitle")
        return [
            widget
            for widget in found
            if isinstance(widget, CollapsibleTitle)
            or (isinstance(widget, QuoteCard) and not widget.is_folded)
        ]

    def focus_latest(self) -> None:
        """Go to the first quote of the last answer."""
        answers = self.query(AnswerCard)
        if not answers:
            return
        inside = [stop for stop in self.stops() if answers.last() in stop.ancestors]
        if inside:
            inside[0].focus()

    def action_step(self, by: int) -> None:
        stops = self.stops()
        focused = self.screen.focused
        here = [i for i, stop in enumerate(stops) if stop is focused]
        if here and 0 <= here[0] + by < len(stops):
            stops[here[0] + by].focus()
        elif here and by > 0:
            self.screen.query_one("#prompt").focus()

    def card(self, number: int) -> QuoteCard | None:
        """Quote `number` of the answer that has the focus, else of the last answer."""
        answers = list(self.query(AnswerCard))
        focused = self.screen.focused
        around = [a for a in answers if focused is not None and a in focused.ancestors]
        for answer in (around or answers)[-1:]:
            for card in answer.query(QuoteCard):
                if card.number == number:
                    return card
        return None
