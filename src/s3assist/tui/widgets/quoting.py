"""What can be done with a quote wherever one is shown: keys that post messages to the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from s3assist.documents import Document, Quote


@dataclass
class CopyQuote(Message):
    """Copy a quote, with its citation if `cited`."""

    quote: Quote
    cited: bool


@dataclass
class KeepQuote(Message):
    """Put a quote into the basket, or take it out again."""

    quote: Quote


@dataclass
class OpenOriginal(Message):
    """Open the document outside: its file, or its web address if `web`."""

    document: Document
    web: bool


QUOTE_KEYS: tuple[BindingType, ...] = (
    Binding("y", "copy_quote(False)", "Copy", tooltip="Copy the quote"),
    Binding("Y", "copy_quote(True)", "Cite", tooltip="Copy the quote with its citation"),
    Binding("b", "keep_quote", "Basket", tooltip="Put the quote into the basket, or take it out"),
    Binding("o", "open_original(False)", "Original", tooltip="Open the original file"),
    Binding("O", "open_original(True)", "Web", show=False, tooltip="Open the web address"),
    Binding("escape", "screen.back", "Back"),
    Binding("question_mark", "app.help", "Help", key_display="?"),
)


class QuoteKeys(Widget):
    """A widget with a current quote, which has `QUOTE_KEYS` among its bindings."""

    @property
    def current_quote(self) -> Quote | None:
        """The quote that the keys are about."""
        return None

    @property
    def current_document(self) -> Document | None:
        """The document that can be opened outside."""
        return self.current_quote.document if self.current_quote is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no key that would do nothing."""
        if action in ("copy_quote", "keep_quote"):
            return self.current_quote is not None
        if action == "open_original":
            return self.current_document is not None
        return True

    def action_copy_quote(self, cited: bool) -> None:
        if self.current_quote is not None:
            self.post_message(CopyQuote(self.current_quote, cited))

    def action_keep_quote(self) -> None:
        if self.current_quote is not None:
            self.post_message(KeepQuote(self.current_quote))

    def action_open_original(self, web: bool) -> None:
        if self.current_document is not None:
            self.post_message(OpenOriginal(self.current_document, web))
