"""A document broken into lines of a given width, each knowing which characters it shows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

from s3assist.documents import BlockKind, Document, Page
from s3assist.printable import in_place

WORD = re.compile(r"\s*\S+")


class LineKind(Enum):
    TEXT = auto()
    HEADING = auto()
    PAGE = auto()
    """A rule where a page begins."""
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen."""

    kind: LineKind
    start: int
    """Offset of its first character; of what follows, where it shows none."""
    end: int
    indent: int = 0
    page: Page | None = None
    """Of a rule: the page that begins."""


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a document in a width."""

    width: int
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    """The start of each line, ascending."""

    def row_of(self, offset: int) -> int:
        """The last line that starts at `offset` or before it: the one that shows it."""
        return max(0, bisect_right(self.starts, offset) - 1)


def lay_out(document: Document, width: int) -> Lines:
    """Break a document into lines of at most `width` cells (at least 8)."""
    lines = tuple(document_lines(document, max(width, 8)))
    return Lines(width, lines, tuple(line.start for line in lines))


def document_lines(document: Document, width: int) -> Iterator[Line]:
    """Paragraphs with a blank line between, a rule where a page begins."""
    text = in_place(document.text)
    pages = list(document.pages)
    for number, paragraph in enumerate(document.paragraphs):
        heading = paragraph.kind is BlockKind.HEADING
        kind = LineKind.HEADING if heading else LineKind.TEXT
        indent = 2 if paragraph.kind is BlockKind.ITEM else 0
        # Items of a list and rows of a table follow on the next line.
        if number and document.text[document.paragraphs[number - 1].end : paragraph.start] != "\n":
            yield Line(LineKind.BLANK, paragraph.start, paragraph.start)
        start = paragraph.start
        while start < paragraph.end:
            while pages and pages[0].start <= start:
                page = pages.pop(0)
                yield Line(LineKind.PAGE, start, start, page=page)
                yield Line(LineKind.BLANK, start, start)
            end = min(paragraph.end, pages[0].start) if pages else paragraph.end
            for first, last in breaks(text, start, end, width - indent):
                yield Line(kind, first, last, indent)
            start = end


def breaks(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """Where to break ``text[start:end]``: (start, end) of each line, without outer spaces."""
    plain = text.isascii() or text[start:end].isascii()
    first, last, used = start, start, 0
    begun = False  # a line of marks without width is a line too
    for match in WORD.finditer(text, start, end):
        piece = match.group()
        word = piece.lstrip()
        at = match.end() - len(word)
        size = len(word) if plain else cell_len(word)
        gap = at - last if begun else 0
        if begun and ("\n" in piece[: at - match.start()] or used + gap + size > width):
            yield first, last
            begun, used, gap = False, 0, 0
        if not begun:
            first = at
            for cut in cuts(word, width) if size > width else ():
                yield first, at + cut
                first = at + cut
            size = cell_len(text[first : match.end()])
            begun = True
        used += gap + size
        last = match.end()
    if begun:
        yield first, last


def cuts(word: str, width: int) -> list[int]:
    """Offsets at which a word wider than `width` is cut, never inside what is one sign."""
    found: list[int] = []
    begin = 0
    for start, end, _ in split_graphemes(word)[0]:
        # Measured as it will be shown: joiners make the sum of the signs differ from the whole.
        if start > begin and cell_len(word[begin:end]) > width:
            found.append(start)
            begin = start
    return found


def marks(line: Line, spans: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, set[int]]]:
    """(start, end, marks) of the pieces of a line: each piece with all marks that cover it.

    `spans` are (start, end, mark).
    """
    inside = [s for s in spans if s[0] < line.end and line.start < s[1]]
    edges = {line.start, line.end}
    for start, end, _ in inside:
        edges |= {max(start, line.start), min(end, line.end)}
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        yield start, end, {mark for a, b, mark in inside if a < end and start < b}
