"""How a quote names its place: document, section, page and receipt, as every front end says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from s3assist.documents import Document, Page, Quote

SHORT_HASH = 12
"""Digits of a sha256 that are shown; `--json` has all of them."""
TABLE = "First row of the table:"
LIST = "The list goes on:"
BESIDE = (TABLE, LIST)
"""How lines begin that stand beside a quote and are no part of it."""


def source(document: Document) -> str:
    """Title, author (or publisher) and date."""
    about = document.metadata
    title = about.title or document.path.rpartition("/")[2]
    return " · ".join(part for part in (title, about.author or about.publisher, about.date) if part)


def beside(quote: Quote) -> Iterator[str]:
    """What must be known to read a quote rightly, and what its own words don't tell."""
    if quote.first_row:
        yield f"{TABLE} {quote.first_row}"
    if left := quote.entries_left:
        entries = "1 more entry follows" if left == 1 else f"{left} more entries follow"
        yield f"{LIST} {entries} in the document"


def place(quote: Quote) -> str:
    """Section path and page."""
    receipt = quote.receipt
    parts = (" › ".join(receipt.section), page_name(receipt.page) if receipt.page else "")
    return " · ".join(part for part in parts if part)


def also_named(quote: Quote, name: Callable[[Quote], str]) -> Iterator[tuple[str, Quote]]:
    """The other places of a quote, each with what `name` calls it.

    The path of its document is added where that alone would read like another line: copies of one
    document have the same title, date and page.
    """
    named = [name(place) for place in (quote, *quote.also)]
    for place, line in zip(quote.also, named[1:], strict=True):
        yield (f"{line} ({place.document.path})" if named.count(line) > 1 else line), place


def page_name(page: Page) -> str:
    """``p. 12``, or ``p. 12 (PDF 14)`` where the printed label differs from the position."""
    same = page.label in ("", str(page.index))
    return f"p. {page.index}" if same else f"p. {page.label} (PDF {page.index})"


def short_receipt(quote: Quote) -> str:
    """The receipt with the beginning of the hash: enough to recognise it by."""
    receipt = quote.receipt
    return str(receipt).replace(receipt.sha256, receipt.sha256[:SHORT_HASH])
