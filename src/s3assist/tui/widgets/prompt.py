"""Where questions are typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea


class Prompt(TextArea):
    """A text area in which Enter asks and Ctrl+J breaks the line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", "Ask"),
        Binding("ctrl+j,shift+enter", "break_line", "New line", show=False),
        # What the screen does; named here, so that the footer shows it while one types.
        Binding("ctrl+f", "app.filter", "Filter", priority=True),
        Binding("ctrl+o", "screen.toggle_source", "Source", priority=True),
        Binding("ctrl+l", "app.library", "Library", priority=True),
        Binding("ctrl+r", "app.sessions", "Sessions", priority=True),
        Binding("f1", "app.help", "Help", priority=True),
    ]

    @dataclass
    class Asked(Message):
        question: str

    class LeftUpwards(Message):
        """Up was pressed at the very beginning: towards the quotes above."""

    def __init__(self) -> None:
        super().__init__(
            id="prompt",
            compact=True,
            highlight_cursor_line=False,
            placeholder="Ask a question about your documents",
        )

    async def _on_key(self, event: events.Key) -> None:
        # Not a priority binding: that would overtake letters that were typed just before it.
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_ask()
        else:
            await super()._on_key(event)

    def write(self, text: str) -> None:
        """Put a text there to be changed or asked."""
        self.text = text
        self.move_cursor(self.document.end)

    def frame(self, title: str = "", keys: str = "") -> None:
        """Say in the border what is being written, and which keys matter for it."""
        self.border_title = Content(title)
        self.border_subtitle = Content(keys)

    def action_ask(self) -> None:
        if self.text.strip():
            self.post_message(self.Asked(" ".join(self.text.split())))

    def action_break_line(self) -> None:
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self.cursor_location == (0, 0):
            self.post_message(self.LeftUpwards())
        else:
            super().action_cursor_up(select)
