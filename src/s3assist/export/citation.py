"""How a quote is cited: in the same form on a screen, in the clipboard and in every file.

The order follows the Interinstitutional Style Guide of the EU as far as metadata goes: title,
author, publisher, date, identifiers, then the place from large to small.
"""

from __future__ import annotations

import re

from s3assist.citation import beside, page_name
from s3assist.documents import Document, Quote, Standing
from s3assist.ingest.dates import MONTHS
from s3assist.ingest.identifiers import own_identifiers
from s3assist.printable import on_one_line

STANDINGS = {
    Standing.VERIFIED: "verified",
    Standing.CHANGED: "the source has changed since; these are the words of the version cited",
    Standing.GONE: "the source is no longer in the index; these are the words of the version cited",
    Standing.UNCHECKED: "not checked: there was no index",
}
"""What is said about a quote whose place is in this state."""


def citation(quote: Quote) -> str:
    """``Title, Author, Publisher, 14 February 2020, COM(2020) 1, Section, p. 12 (PDF 14), ¶ 7``."""
    document, receipt = quote.document, quote.receipt
    about = document.metadata
    parts = (
        title_of(document),
        about.author,
        about.publisher if about.publisher != about.author else "",
        written_date(about.date),
        *own_identifiers(document),
        " › ".join(receipt.section),
        pages_of(quote),
        f"¶ {receipt.paragraph}",
    )
    return ", ".join(line for line in map(on_one_line, parts) if line)


def with_citation(quote: Quote) -> str:
    """A quote to be pasted: the words in quotation marks, the citation, the receipt."""
    lines = [f"“{quote.text}”"]
    lines += [on_one_line(remark) for remark in beside(quote)]
    lines.append(f"{citation(quote)} [{quote.receipt}]")
    if is_doubtful(quote):
        lines.append(f"({worth(quote)})")
    return "\n".join(lines)


def worth(quote: Quote) -> str:
    """What a quote is worth, in words: verified, in doubt, or no longer what the index has."""
    if quote.standing is Standing.VERIFIED and quote.doubt:
        doubt = on_one_line(quote.doubt)
        return f"verified, but the page may print something else than its text: {doubt}"
    return STANDINGS[quote.standing]


def is_doubtful(quote: Quote) -> bool:
    """Whether more must be said about a quote than that it is verified."""
    return quote.standing is not Standing.VERIFIED or bool(quote.doubt)


def title_of(document: Document) -> str:
    """The title, or the name of the file where there is none."""
    return document.metadata.title or document.path.rpartition("/")[2]


def pages_of(quote: Quote) -> str:
    """The page, or the pages that a quote runs over; empty in formats without pages."""
    first = quote.receipt.page
    if first is None:
        return ""
    further = [p for p in quote.document.pages if quote.start < p.start < quote.end]
    pages = sorted((first, *further), key=lambda page: page.index)
    low, high = pages[0], pages[-1]
    if low.index == high.index:
        return page_name(low)
    labels, indexes = f"{low.label}–{high.label}", f"{low.index}–{high.index}"
    return f"pp. {indexes}" if labels == indexes else f"pp. {labels} (PDF {indexes})"


def written_date(date: str) -> str:
    """An ISO date as it is written in a text: ``14 February 2020``, ``February 2020``."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", date)
    if not match or not match[2] or not 1 <= int(match[2]) <= len(MONTHS):
        return date
    month = f"{MONTHS[int(match[2]) - 1]} {match[1]}"
    return f"{int(match[3])} {month}" if match[3] else month
