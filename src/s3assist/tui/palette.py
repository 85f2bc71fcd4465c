"""The commands of Ctrl+P."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from textual.app import SystemCommand
from textual.message import Message
from textual.screen import Screen

from s3assist.documents import Quote
from s3assist.tui.widgets.quoting import CopyQuote, KeepQuote, OpenOriginal, QuoteKeys
from s3assist.tui.wording import citation_of, literal_markup

ACTIONS = (
    ("New conversation", "The one before is saved", "new"),
    ("Filter documents", "By name, type, language and period", "filter"),
    ("Library", "Documents, problems, reindexing", "library"),
    ("Sessions", "Resume, rename or delete a conversation", "sessions"),
    ("Basket", "The quotes that were put aside", "basket"),
    ("Change how it was understood", "Ask the last question again in other words", "put_right"),
    ("Export", "The conversation as Markdown, HTML, Word or CSL-JSON", "export"),
    ("Show or hide the source", "The document beside the answers", "source"),
    ("Reindex", "Read new and changed documents", "reindex"),
    ("Help", "All keys", "help"),
    ("Theme", "Dark, light, high contrast and others", "change_theme"),
    ("Quit", "The conversation is saved", "quit"),
)
"""Title, explanation and name of each action of the app."""


def quote_in_focus(screen: Screen[Any]) -> Quote | None:
    """The quote of the card or pane that has the focus."""
    focused = screen.focused
    for widget in focused.ancestors_with_self if focused else ():
        if isinstance(widget, QuoteKeys):
            return widget.current_quote
    return None


def quote_commands(quote: Quote, post: Callable[[Message], object]) -> Iterator[SystemCommand]:
    """What can be done with a quote."""
    about = literal_markup(citation_of(quote))  # the palette reads explanations as markup
    for title, message in (
        ("Copy quote", CopyQuote(quote, cited=False)),
        ("Copy quote with citation", CopyQuote(quote, cited=True)),
        ("Put into the basket, or take out", KeepQuote(quote)),
        ("Open the original file", OpenOriginal(quote.document, web=False)),
        ("Open the web address", OpenOriginal(quote.document, web=True)),
    ):
        yield SystemCommand(title, about, lambda m=message: post(m))
