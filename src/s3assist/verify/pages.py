"""Whether the page that a citation names is the one that the words stand on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from s3assist.citation import page_name
from s3assist.documents import Document, Page, Quote
from s3assist.export.citation import pages_of
from s3assist.verify.loosen import loosened

POSITION = re.compile(r"\bpp?\. ?[^()]{1,20} \(PDF (?P<index>\d+)(?:-(?P<last>\d+))?")
"""As we write a page whose printed label is not its position."""
LABEL = re.compile(r"\bpp?\. ?(?P<label>\w[\w./-]*(?: ?- ?\w+)?)")


def wrong_page(quote: Quote, citation: str, last: bool = False) -> str:
    """What is wrong with the page that a citation names; empty if nothing, or if it names none.

    Args:
        citation: what follows the words.
        last: whether the last page that is named counts, as before a receipt, or the first.
    """
    first = quote.receipt.page
    # Titles name pages too: "Regulation (EU) … (OJ L 231, 30.6.2021, p. 159)".
    text = loosened(citation).replace(loosened(quote.document.metadata.title), "")
    own = loosened(pages_of(quote))
    # A label may be anything, "4 (bis)" too, so what we write ourselves is looked for as it is.
    ours = [*re.finditer(re.escape(own), text)] if "(PDF" in own else []
    exact = [*ours, *POSITION.finditer(text)] if last else []
    named = exact or [*ours, *LABEL.finditer(text)]
    if first is None or not named:
        return ""
    said = (max if last else min)(named, key=lambda match: match.start())
    if said in ours:
        return ""
    here = {first.index, *(p.index for p in pages_within(quote))}
    if here & cited_pages(said, text, quote.document):
        return ""
    return f"cited as {said.group().rstrip('.')}, but the words are on {name_of_page(quote)}"


def cited_pages(said: re.Match[str], text: str, document: Document) -> set[int]:
    """Positions of the pages that a citation may mean."""
    precise = POSITION.match(text, said.start())
    if precise is not None:
        low, high = int(precise["index"]), int(precise["last"] or precise["index"])
        return {page.index for page in document.pages if low <= page.index <= high}
    label = said["label"].rstrip(".")
    whole = named(label, document.pages)
    if whole:
        return whole
    for dash in re.finditer(r" ?- ?", label):  # of a range, or within a label such as A-2
        begin = named(label[: dash.start()], document.pages)
        end = named(label[dash.end() :], document.pages)
        if begin and end:
            return set(range(min(begin), max(end) + 1))
    return named(re.split(r"[^\w]", label)[0], document.pages)


def named(label: str, pages: Iterable[Page]) -> set[int]:
    """Positions of the pages with this printed label, or at this position."""
    return {page.index for page in pages if label in (loosened(page.label), str(page.index))}


def pages_within(quote: Quote) -> list[Page]:
    return [page for page in quote.document.pages if quote.start < page.start < quote.end]


def name_of_page(quote: Quote) -> str:
    page = quote.receipt.page
    return page_name(page) if page else "no page"
