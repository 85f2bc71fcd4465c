"""Find every place that prints an exact phrase, whatever its spaces, hyphens and quotes."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from s3assist.answer.retrieve import Filters, admitted
from s3assist.documents import Document, Quote, Span
from s3assist.index.reader import OpenGeneration
from s3assist.index.terms import fold

DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
QUOTES = {**dict.fromkeys(map(ord, "‘’‚‛′`´"), "'"), **dict.fromkeys(map(ord, "“”„‟«»″"), '"')}

OFF_THE_LINE = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋"
FRACTION = "<fraction>"
"""Unicode's word for ½ and its kin."""


def find(
    generation: OpenGeneration, phrase: str, filters: Filters | None = None
) -> Iterator[Quote]:
    """The sentences that hold `phrase`, document by document in reading order.

    Case, accents, soft hyphens, ligatures, kinds of dashes, quotes and spaces do not matter;
    everything else does. The occurrence is the quote's emphasis.
    """
    wanted, _ = matchable(phrase)
    wanted = wanted.strip()
    if not wanted:
        return
    versions = admitted(generation, filters or Filters())
    for live in generation.library:
        if versions is None or live.version in versions:
            yield from occurrences(generation.document(live.version), wanted)


def occurrences(document: Document, wanted: str) -> Iterator[Quote]:
    """The sentences of a document that hold `wanted`, in its matchable form, as whole words."""
    # A raised number behind a letter is that of a note.
    follows = rf"[^\W{OFF_THE_LINE}]" if wanted[-1].isalpha() else r"\w"
    pattern = re.compile(
        (r"(?<!\w)" if wanted[0].isalnum() else "")
        + re.escape(wanted)
        + (rf"(?!{follows})" if wanted[-1].isalnum() else "")
    )
    for found in matches(document, pattern):
        around = enclosing(document, found)
        yield Quote(
            document=document, start=around.start, end=around.end, emphasis=(found,), score=1.0
        )


def places(document: Document, phrase: str) -> Iterator[Span]:
    """Where a document has a phrase, inside words too."""
    wanted = matchable(phrase)[0].strip()
    if wanted:
        yield from matches(document, re.compile(re.escape(wanted)))


def matches(document: Document, pattern: re.Pattern[str]) -> Iterator[Span]:
    text, offsets = matchable(document.text)
    for match in pattern.finditer(text):
        end = offsets[match.end() - 1] + 1
        # Accents that are characters of their own are dropped for matching; a letter keeps its own.
        while unicodedata.combining(document.text[end : end + 1] or " "):
            end += 1
        yield Span(offsets[match.start()], end)


def enclosing(document: Document, found: Span) -> Span:
    """The whole sentences that an occurrence touches; the occurrence itself in a heading."""
    first = max(document.paragraph_at(found.start) - 1, 0)
    last = document.paragraph_at(found.end - 1)
    touched = [
        sentence
        for paragraph in document.paragraphs[first:last]
        for sentence in overlapping(paragraph.sentences, found)
    ]
    if not touched:
        return found
    return Span(min(touched[0].start, found.start), max(touched[-1].end, found.end))


def overlapping(spans: Sequence[Span], found: Span) -> Sequence[Span]:
    """Those of ascending spans that overlap another one; a paragraph may be a whole book."""
    first = bisect_right(spans, found.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, found.end, key=lambda span: span.start)]


def is_figure_of_its_own(character: str) -> bool:
    """Whether a character would make another number if it were taken apart or put on the line:
    10⁶ would hold 106, and ½ million 2 million."""
    return character in OFF_THE_LINE or unicodedata.decomposition(character).startswith(FRACTION)


def matchable(text: str) -> tuple[str, list[int]]:
    """Text brought to one form for matching, and the raw offset of each of its characters."""
    characters: list[str] = []
    offsets: list[int] = []
    space = True
    for offset, raw in enumerate(text):
        if raw.isspace():
            if not space:
                characters.append(" ")
                offsets.append(offset)
            space = True
            continue
        plain = raw if is_figure_of_its_own(raw) else fold(raw.translate(DASHES).translate(QUOTES))
        for character in plain:
            characters.append(character)
            offsets.append(offset)
            space = False
    return "".join(characters), offsets
