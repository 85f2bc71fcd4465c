"""The line at the top: what is searched, and what narrows the search."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static


class FilterChips(Horizontal):
    """The filters as chips; a click changes them."""

    class Pressed(Message):
        """Somebody wants to change the filters."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(id="chips")
        self.labels = tuple(labels)

    def compose(self) -> ComposeResult:
        for label in self.labels or ("all documents",):
            yield Static(label, classes="chip" if self.labels else "chip -none", markup=False)

    async def show(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        await self.recompose()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


class HeaderLine(Horizontal):
    """Name, library and filters."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self._labels = labels

    def compose(self) -> ComposeResult:
        yield Static("S3Assist", id="name")
        yield Static("", id="library", markup=False)
        yield Static("", id="progress", markup=False)
        yield FilterChips(self._labels)

    def show_library(self, line: str) -> None:
        self.query_one("#library", Static).update(line)

    def show_progress(self, line: str) -> None:
        """What goes on behind: ``indexing 45 %``; empty when nothing does."""
        self.query_one("#progress", Static).update(line)
