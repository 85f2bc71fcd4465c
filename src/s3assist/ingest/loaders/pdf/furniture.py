"""Running headers, footers and page numbers: what repeats at the same place of many pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import chain, pairwise
from typing import NamedTuple

from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.numerals import from_roman

ZONE = 0.16
"""Share of the page's height, at the top and at the bottom, where furniture stands."""
MOST_LINES = 5
"""Furniture is among so many outermost lines of its edge."""
GRID = 10
"""Steps to a point in which heights and sizes are measured, so that few of thousands of pages have
their header at a place of its own: each place is compared with those around it once."""
SAME_PLACE = 4 * GRID
"""In steps: how far the same header may move from page to page."""
SAME_SIZE = 1 * GRID
"""By less than so much its letters may be larger or smaller."""
MIN_PAGES = 3
"""Repeats that make furniture; in a shorter document, all of its pages and at least two."""
CLOSE_BY = 4
"""In pages: further off, figures of long tables meet the numbers of pages by chance."""
STEPS = (0, 1, 2)
"""By how much the numbers of furniture grow from a page to the next: a year stays, a page number
counts the pages, or the halves of pages that are printed two by two."""

_NUMBER = re.compile(r"\d{1,9}|^[ivxlc]{1,7}\b|(?<=\s)[ivxlc]{1,7}$")
"""Roman in lower case only: "Annex II" is a heading, and "page ii" is none."""
_PAGE_NUMBER = re.compile(
    r"""[-\u2013\u2014\u2212._·•()\[\]<>|/~*\s]*(?:page|seite|p\.|pagina|página|strona|side|sida)?\s*
        (?P<number>\d{1,4}|[ivxlc]{1,7})
        (?:\s*(?:/|of|von|de|sur|z|av|\|)\s*\d{1,4})?[-\u2013\u2014\u2212._·•()\[\]<>|/~*\s]*""",
    re.VERBOSE | re.IGNORECASE,
)


class _Printed(NamedTuple):
    """A line at the edge of a page, its text aside."""

    page: int
    line: int
    """Its id."""
    place: tuple[int, int]
    """Height and size, in steps of `GRID`."""
    numbers: tuple[int, ...]


def without_furniture(
    pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]]
) -> list[list[Line]]:
    """`pages` less their furniture; `heights` are the (bottom, top) of each page in points."""
    candidates = [_edges(lines, *span) for lines, span in zip(pages, heights, strict=True)]
    repeated = _repeated(candidates)
    numbers = _numbered(pages, candidates, repeated)
    result = []
    for index, lines in enumerate(pages):
        drop = {id(line) for line in candidates[index] if (index, id(line)) in repeated}
        drop |= {id(line) for line in candidates[index] if (index, id(line)) in numbers}
        result.append([line for line in lines if id(line) not in drop])
    return result


def _edges(lines: Sequence[Line], bottom: float, top: float) -> list[Line]:
    """The outermost lines of the top and bottom zones."""
    upright = [line for line in lines if line.angle == 0]
    reach = ZONE * (top - bottom)
    above = sorted((line for line in upright if line.y > top - reach), key=lambda line: -line.y)
    below = sorted((line for line in upright if line.y < bottom + reach), key=lambda line: line.y)
    return [*above[:MOST_LINES], *below[:MOST_LINES]]


def _repeated(candidates: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """(page, line id) of lines whose text stands at one height on enough pages.

    Their numbers may differ if they go with the pages: a sentence that gives another figure on
    every page is no furniture.
    """
    printed: dict[str, list[_Printed]] = defaultdict(list)
    for index, lines in enumerate(candidates):
        for line in lines:
            key = _NUMBER.sub("#", line.text).casefold().strip()
            if key.strip("# .-|"):
                numbers = tuple(_value(number) for number in _NUMBER.findall(line.text))
                place = round(line.y * GRID), round(line.size * GRID)
                printed[key].append(_Printed(index, id(line), place, numbers))
    needed = min(MIN_PAGES, max(2, sum(1 for lines in candidates if lines)))
    found = set()
    for entries in printed.values():
        rows: dict[int, list[int]] = defaultdict(list)
        for position, entry in enumerate(entries):
            rows[entry.place[0]].append(position)
        furniture = set()
        for y, size in {entry.place for entry in entries}:
            near = (rows.get(row, ()) for row in range(y - SAME_PLACE, y + SAME_PLACE + 1))
            twins = [entries[position] for position in sorted(chain.from_iterable(near))]
            alike = {t.page: t.numbers for t in twins if abs(t.place[1] - size) < SAME_SIZE}
            if len(alike) >= needed and _goes_with_pages(alike):
                furniture.add((y, size))
        found |= {(entry.page, entry.line) for entry in entries if entry.place in furniture}
    return found


def _goes_with_pages(numbers: Mapping[int, Sequence[int]]) -> bool:
    """Whether each of the numbers, by page, grows by one of `STEPS` more often than not.

    Not always: chapters begin, and pages before the first have numbers of their own.
    """
    turns = list(pairwise(numbers.items()))
    for place in range(len(turns[0][0][1])):
        grown = Counter(
            step
            for (page, before), (later, after) in turns
            for step in STEPS
            if after[place] - before[place] == step * (later - page)
        )
        if 2 * max(grown.values(), default=0) <= len(turns):
            return False
    return True


def _numbered(
    pages: Sequence[Sequence[Line]],
    candidates: Sequence[Sequence[Line]],
    repeated: Set[tuple[int, int]],
) -> set[tuple[int, int]]:
    """(page, line id) of bare numbers that count along with the pages.

    If anything but what is `repeated` stands beside one, it may be a figure in a table's row, and
    pages close by must be numbered alike.
    """
    seen: list[tuple[int, int, Line, bool]] = []
    for index, lines in enumerate(candidates):
        for line in lines:
            match = _PAGE_NUMBER.fullmatch(line.text)
            value = _value(match["number"]) if match else None
            if value is not None:
                alone = all(
                    (index, id(other)) in repeated for other in pages[index] if _beside(line, other)
                )
                seen.append((index, value, line, alone))
    # Each page counts once: its number may be printed at the top and at the bottom.
    rows: dict[tuple[int, int], set[int]] = defaultdict(set)
    for index, value, line, _ in seen:
        rows[value - index, round(line.y / 8)].add(index)
    near = {
        (offset, row): set().union(*(rows.get((offset, row + step), ()) for step in (-1, 0, 1)))
        for offset, row in rows
    }
    found = set()
    for index, value, line, alone in seen:
        alike: Set[int] = near[value - index, round(line.y / 8)]
        if not alone:
            alike = alike & set(range(index - CLOSE_BY, index + CLOSE_BY + 1))
        if len(alike) >= (2 if alone else MIN_PAGES):
            found.add((index, id(line)))
    return found


def _beside(line: Line, other: Line) -> bool:
    return other is not line and other.angle == line.angle and abs(other.y - line.y) < line.size / 2


def _value(number: str) -> int:
    """The value of an Arabic or Roman numeral."""
    return int(number) if number.isdigit() else from_roman(number)
