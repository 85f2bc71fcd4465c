"""The basket: quotes that were put aside for an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from s3assist.assistant import Assistant
from s3assist.documents import Quote, QuoteState
from s3assist.errors import S3AssistError
from s3assist.printable import counted
from s3assist.tui.widgets.cards import QuoteCard

EMPTY = "The basket is empty. Press b on a quote to put it here."


class BasketScreen(Screen[None]):
    """The kept quotes; `b` takes one out again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export"),
        Binding("n,down", "step(1)", "Next", show=False),
        Binding("p,up", "step(-1)", "Previous", show=False),
        Binding("escape", "back", "Back"),
        Binding("ctrl+b", "back", "Back", show=False),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    @dataclass
    class Checked(Message):
        quote: Quote
        state: QuoteState

    class ExportWanted(Message):
        """Write the basket into a file."""

    def __init__(self, assistant: Assistant | None, quotes: Sequence[Quote]) -> None:
        super().__init__()
        self._assistant = assistant
        self._quotes = tuple(quotes)

    def compose(self) -> ComposeResult:
        yield Static("", id="basket-title", markup=False)
        yield VerticalScroll(can_focus=False)
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        await self.show(self._quotes)

    async def show(self, quotes: Sequence[Quote]) -> None:
        """Show these quotes, the focus where it was."""
        focused = self.focused
        place = focused.number - 1 if isinstance(focused, QuoteCard) else 0
        self._quotes = tuple(quotes)
        title = f"Basket   {counted(len(quotes), 'quote')}" if quotes else f"Basket   {EMPTY}"
        self.query_one("#basket-title", Static).update(title)
        scroll = self.query_one(VerticalScroll)
        await scroll.remove_children()
        cards = [QuoteCard(n, self._quotes, None) for n in range(1, len(quotes) + 1)]
        if cards:
            await scroll.mount_all(cards)
            cards[min(place, len(cards) - 1)].focus()
            if self._assistant is not None:
                self.check(self._assistant, self._quotes)

    @work(thread=True, exclusive=True, group="check")
    def check(self, assistant: Assistant, quotes: Sequence[Quote]) -> None:
        worker = get_current_worker()
        for quote in quotes:
            try:
                state = assistant.state_of(quote)
            except S3AssistError:
                return  # no index to compare with; the app has told
            if worker.is_cancelled:
                return
            self.post_message(self.Checked(quote, state))

    @on(Checked)
    def show_state(self, message: Checked) -> None:
        for card in self.query(QuoteCard):
            if card.quote is message.quote:
                card.show_state(message.state)

    @on(QuoteCard.Opened)
    def open_source(self, message: QuoteCard.Opened) -> None:
        from s3assist.tui.screens.source import SourceScreen

        self.app.push_screen(SourceScreen(self._assistant, message.quote, message.sources))

    def action_step(self, by: int) -> None:
        cards = list(self.query(QuoteCard))
        here = [i for i, card in enumerate(cards) if card is self.focused]
        if here and 0 <= here[0] + by < len(cards):
            cards[here[0] + by].focus()

    def action_export(self) -> None:
        self.post_message(self.ExportWanted())

    def action_back(self) -> None:
        self.app.pop_screen()
