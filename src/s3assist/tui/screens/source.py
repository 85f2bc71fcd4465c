"""The source of a quote on a screen of its own, where the window is too narrow for two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer

from s3assist.assistant import Assistant
from s3assist.documents import Document, Quote
from s3assist.tui.widgets.source_pane import SourcePane


class SourceScreen(Screen[None]):
    """One quote of several in its document."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "app.export", "Export", show=False),
        Binding("escape", "back", "Back"),
        Binding("ctrl+o", "back", "Back", show=False),
    ]

    def __init__(
        self,
        assistant: Assistant | None,
        quote: Quote | None = None,
        sources: Sequence[Quote] = (),
        *,
        document: Document | None = None,
    ) -> None:
        """Shows `quote`, one of `sources`; or a whole document from its beginning."""
        super().__init__()
        self._assistant = assistant
        self._quote = quote
        self._sources = sources
        self._document = document

    def compose(self) -> ComposeResult:
        yield SourcePane(self._assistant)
        yield Footer(show_command_palette=False)

    def action_back(self) -> None:
        self.app.pop_screen()

    def on_mount(self) -> None:
        pane = self.query_one(SourcePane)
        if self._quote is not None:
            pane.show(self._quote, self._sources)
        elif self._document is not None:
            pane.read(self._document)
        pane.view.focus()
