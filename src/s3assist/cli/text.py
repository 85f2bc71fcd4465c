"""Answers, quotes and documents as plain text.

A quote stands at the beginning of its lines, with nothing added, so that it can be copied as it
is; all that is said about it is indented below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from s3assist.citation import beside, page_name, place, short_receipt, source
from s3assist.cli.terminal import Look, indented, marked
from s3assist.documents import (
    PERIODS_DIFFER,
    Answer,
    Document,
    Quote,
    Span,
    Standing,
    Verdict,
)
from s3assist.printable import on_one_line

INDENT = " " * 8


def answer_lines(answer: Answer, look: Look) -> Iterator[str]:
    """An answer for reading: best quote first, then what it was made of."""
    from s3assist.answer.abstain import in_words

    if answer.verdict is Verdict.NOT_FOUND:
        yield indented(answer.scope.not_found, look)
        if answer.nearest:
            yield ""
            yield "Nearest passages, not an answer:"
        yield ""
    if answer.by_period:
        yield from period_lines(answer, look)
    else:
        for number, quote in enumerate(answer.quotes or answer.nearest, start=1):
            yield from quote_lines(quote, f"[{number}]", look)
            yield ""
    yield f"confidence: {in_words(answer.confidence)} ({answer.confidence:.2f})"
    if answer.scope.narrowed and answer.verdict is Verdict.ANSWERED:
        yield indented(f"searched {answer.scope.narrowed}", look, rest=INDENT)
    if answer.expanded:
        added = "; ".join(f"{e.term} → {', '.join(e.added)}" for e in answer.expanded)
        yield indented(f"searched also for: {added}", look, rest=INDENT)
    if answer.understood_as != answer.question:
        yield indented(f"understood as: {answer.understood_as}", look, rest=INDENT)


def period_lines(answer: Answer, look: Look) -> Iterator[str]:
    """Quotes under the period that they speak of; each keeps the number of its place."""
    yield PERIODS_DIFFER
    yield ""
    for group in answer.by_period:
        yield f"── {group.name} ──"
        yield ""
        for position in group.quotes:
            yield from quote_lines(answer.quotes[position], f"[{position + 1}]", look)
            yield ""


def quote_lines(quote: Quote, mark: str, look: Look) -> Iterator[str]:
    """A quote and, below it, all that a colleague needs to check it."""
    spans = [Span(span.start - quote.start, span.end - quote.start) for span in quote.emphasis]
    yield marked(quote.text, spans, look)
    yield ""
    yield indented(source(quote.document), look, f"    {mark:<3} ", INDENT)
    where = place(quote)
    if where:
        yield indented(where, look, INDENT, INDENT)
    for remark in beside(quote):
        yield indented(remark, look, INDENT, INDENT + "  ")
    yield indented(quote.document.path, look, INDENT, INDENT)
    yield indented(short_receipt(quote), look, INDENT, INDENT)
    if quote.standing is not Standing.VERIFIED or quote.doubt:
        from s3assist.export.citation import worth

        yield indented(worth(quote), look, INDENT, INDENT)
    for other in quote.also:
        parts = (source(other.document), place(other), other.document.path, short_receipt(other))
        line = " · ".join(part for part in parts if part)
        yield indented(f"also in: {line}", look, INDENT, INDENT + "  ")


def found_lines(places: Sequence[Quote], look: Look) -> Iterator[str]:
    """The places of a phrase; one sentence is printed once, however often it has the phrase."""
    for _, group in groupby(places, key=lambda quote: (quote.document.path, quote.start)):
        quotes = list(group)
        spans = [span for quote in quotes for span in quote.emphasis]
        first = quotes[0]
        sentence = Quote(
            document=first.document, start=first.start, end=first.end, emphasis=tuple(spans)
        )
        yield from quote_lines(sentence, "at", look)
        marks = ", ".join(f"{span.start}-{span.end}" for span in spans)
        yield indented(f"the phrase: characters {marks}", look, INDENT, INDENT)
        yield ""


def document_lines(document: Document, shown: Span, look: Look) -> Iterator[str]:
    """Canonical text with a mark before each paragraph and each page."""
    pages = [page for page in document.pages if shown.start <= page.start < shown.end]
    if document.pages and not pages:
        yield "(no text on this page)"
    for number, paragraph in enumerate(document.paragraphs, start=1):
        start, end = max(paragraph.start, shown.start), min(paragraph.end, shown.end)
        if start >= end:
            continue
        mark = f"[¶ {number}]" if start == paragraph.start else f"[¶ {number}, continued]"
        while start < end:
            while pages and pages[0].start <= start:
                yield f"──── {on_one_line(page_name(pages.pop(0)))} ────"
                yield ""
            stop = min(end, pages[0].start) if pages else end
            yield marked(f"{mark} {document.text[start:stop].strip()}", [], look)
            yield ""
            start, mark = stop, f"[¶ {number}, continued]"
    for page in pages:
        yield f"──── {on_one_line(page_name(page))} ────"
