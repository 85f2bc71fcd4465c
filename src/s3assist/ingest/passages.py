"""Documents to passages: runs of whole sentences of one section, sized for the encoder's window."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from s3assist.documents import BlockKind, Document, Paragraph, Passage, Section, Span

SOURCES = re.compile(
    r"[\d.\s]*(?:sources?|references?|reference list|bibliography|literature|works cited"
    r"|further reading|quellen|literatur(?:verzeichnis)?|références|bibliographie|bibliografía"
    r"|referencias|fuentes|lähteet)[\s:]*",
    re.IGNORECASE,
)
"""Headings of sections that list sources."""

CountTokens = Callable[[Sequence[str]], list[int]]
WIDEST_GAP = 200
"""Characters between two sentences of a passage: labels of a chart count for nothing there, but
the encoder reads them."""


@dataclass(frozen=True, slots=True)
class PassageSize:
    """How long passages may be, in tokens of the encoder."""

    most: int = 160
    """A passage is closed before the sentence that would take it past this."""
    window: int = 256
    """What the encoder reads, heading included."""


def embedding_text(document: Document, passage: Passage) -> str:
    """What is embedded: the title and the section path, then the passage."""
    return f"{heading_text(document, passage)}\n{document.text[passage.start : passage.end]}"


def heading_text(document: Document, passage: Passage) -> str:
    """Title and section path on one line: searched with the passage, never quoted."""
    return " · ".join(part for part in (document.metadata.title, *passage.section) if part)


def cut_passages(document: Document, count_tokens: CountTokens, size: PassageSize) -> list[Passage]:
    """All sentences of a document, each in exactly one passage, in order.

    A passage never crosses a heading, nor much text that is not quoted. A sentence longer than
    the limit is a passage by itself.
    """
    sentences = list(quotable_sentences(document))
    counts = count_tokens([document.text[span.start : span.end] for span, *_ in sentences])
    passages: list[Passage] = []
    run: list[Span] = []
    used, heading = 0, -1
    section: tuple[str, ...] = ()

    def close() -> None:
        if run:
            passages.append(Passage(run[0].start, run[-1].end, tuple(run), section))

    for (span, owner, path), tokens in zip(sentences, counts, strict=True):
        apart = bool(run) and span.start - run[-1].end > WIDEST_GAP
        if owner != heading or apart or (run and used + tokens > size.most):
            close()
            run, used, heading, section = [], 0, owner, path
        run.append(span)
        used += tokens
    close()
    return passages


def quotable_sentences(document: Document) -> Iterator[tuple[Span, int, tuple[str, ...]]]:
    """Every sentence that may be quoted, with the number of the heading above it and its section
    path.

    A list of sources answers nothing, but its titles repeat the words of many questions: it can
    be shown and found, not quoted as an answer.
    """
    headings = 0
    lists = {section for section in document.sections if SOURCES.fullmatch(section.title)}
    for paragraph, sections in placed_paragraphs(document):
        if paragraph.kind is BlockKind.HEADING:
            headings += 1
        if not lists.isdisjoint(sections):
            continue
        path = tuple(section.title for section in sections)
        for sentence in paragraph.sentences:
            yield sentence, headings, path


def placed_paragraphs(document: Document) -> Iterator[tuple[Paragraph, Sequence[Section]]]:
    """Every paragraph with the sections that hold it, outermost first.

    In one pass: a document may have as many headings as paragraphs.
    """
    ahead = deque(document.sections)
    open_: list[Section] = []
    for paragraph in document.paragraphs:
        while ahead and ahead[0].start <= paragraph.start:
            open_.append(ahead.popleft())
        open_ = [section for section in open_ if paragraph.start < section.end]
        yield paragraph, open_
