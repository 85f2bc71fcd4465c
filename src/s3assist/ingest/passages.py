"""Documents to passages: runs of whole sentences of one section, sized for the encoder's window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from s3assist.documents import BlockKind, Document, Passage, Span

CountTokens = Callable[[Sequence[str]], list[int]]


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

    A passage never crosses a heading. A sentence longer than the limit is a passage by itself.
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
        if owner != section or (run and used + tokens > size.most):
            close()
            run, used, section = [], 0, owner
        run.append(span)
        used += tokens
    close()
    return passages


def quotable_sentences(document: Document) -> Iterator[tuple[Span, int]]:
    """Every sentence with the number of the heading above it."""
    headings = 0
    for paragraph in document.paragraphs:
        if paragraph.kind is BlockKind.HEADING:
            headings += 1
        for sentence in paragraph.sentences:
            yield sentence, headings
