"""Documents to passages: runs of whole sentences of one section, sized for the encoder's window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from s3assist.documents import BlockKind, Document, Passage, Span

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
    counts = count_tokens([document.text[span.start : span.end] for span, _ in sentences])
    passages: list[Passage] = []
    run: list[Span] = []
    used, section = 0, -1

    def close() -> None:
        if run:
            path = document.section_path(run[0].start)
            passages.append(Passage(run[0].start, run[-1].end, tuple(run), path))

    for (span, owner), tokens in zip(sentences, counts, strict=True):
        apart = bool(run) and span.start - run[-1].end > WIDEST_GAP
        if owner != section or apart or (run and used + tokens > size.most):
            close()
            run, used, section = [], 0, owner
        run.append(span)
        used += tokens
    close()
    return passages


def quotable_sentences(document: Document) -> Iterator[tuple[Span, int]]:
    """Every sentence that may be quoted, with the number of the heading above it.

    A list of sources answers nothing, but its titles repeat the words of many questions: it can
    be shown and found, not quoted as an answer.
    """
    headings = 0
    lists = [s for s in document.sections if SOURCES.fullmatch(s.title)]
    for paragraph in document.paragraphs:
        if paragraph.kind is BlockKind.HEADING:
            headings += 1
        if any(section.start <= paragraph.start < section.end for section in lists):
            continue
        for sentence in paragraph.sentences:
            yield sentence, headings
