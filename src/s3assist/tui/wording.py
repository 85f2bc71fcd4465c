"""What the screens say about values: every text that comes from outside is made safe here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content, Span

from s3assist.citation import place, short_receipt
from s3assist.documents import Document, Quote, QuoteState
from s3assist.printable import counted, in_place, on_one_line

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Status

STATES = {
    QuoteState.VERIFIED: "✓ verified",
    QuoteState.DOUBTFUL: "~ page text doubtful",
    QuoteState.CHANGED: "✗ source changed since indexing",
}

TO_INDEX = "Press Ctrl+L for the library and r there to read the documents."

FEW = 40
"""Characters of an amount or a date; what is longer is not shouted."""


def title_of(document: Document) -> str:
    return on_one_line(document.metadata.title or document.path.rpartition("/")[2])


def words_of(quote: Quote, strong: str) -> Content:
    """The words of a quote and nothing else: a few that answer in `strong`, a sentence in bold."""
    spans = [
        Span(
            max(0, span.start - quote.start),
            span.end - quote.start,
            strong if span.end - span.start <= FEW else "bold",
        )
        for span in quote.emphasis
    ]
    return Content(in_place(quote.text), spans, strip_control_codes=False)


def where(quote: Quote) -> str:
    """Title, date, section and page."""
    parts = (title_of(quote.document), quote.document.metadata.date, place(quote))
    return on_one_line(" · ".join(part for part in parts if part))


def state_line(quote: Quote, state: QuoteState) -> Content:
    """What a quote is worth, and its receipt."""
    doubt = f" · {on_one_line(quote.doubt)}" if state is QuoteState.DOUBTFUL else ""
    receipt = on_one_line(short_receipt(quote))
    return Content.assemble(f"{STATES[state]}{doubt}", (f"  {receipt}", "$muted"))


def citation_of(quote: Quote) -> str:
    """One line for a message about a quote."""
    return on_one_line(f"{where(quote)} · {short_receipt(quote)}")


def chips(filters: Filters | None) -> list[str]:
    """One short label for each filter that is set; empty when all documents may answer."""
    if not filters:
        return []
    labels = []
    if filters.documents:
        several = len(filters.documents)
        only = on_one_line(filters.documents[0].rpartition("/")[2])
        labels.append(only if several == 1 else f"{several} documents")
    labels += [on_one_line(kind) for kind in filters.kinds]
    labels += [on_one_line(code).upper() for code in filters.languages]
    if filters.since or filters.until:
        since, until = on_one_line(filters.since), on_one_line(filters.until)
        if since and until:
            labels.append(f"{since} – {until}")
        else:
            labels.append(f"from {since}" if since else f"to {until}")
    return labels


def searched(status: Status | None, filters: Filters | None) -> str:
    """What a question with these filters is searched in: ``16 documents``."""
    if status is None:
        return "the documents"
    library = status.library
    return counted(len(filters.among(library) if filters else library), "document")


def no_documents(corpus: Path) -> str:
    """An empty corpus: which folder, and what belongs there."""
    return on_one_line(
        f"There are no documents in {corpus.absolute()}. PDF, Word, HTML, Markdown and text files"
        " belong there, in folders of their own if you like."
    )


def literal_markup(text: str) -> str:
    """Markup that shows `text` as it is, for places that take no `Content`."""
    # textual.markup.escape lets [Bold] and [ i] be read as styles, and doubles a last backslash.
    return text.replace("[", r"\[")
