"""Recognised lines of a scanned page, as lines in reading order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from s3assist.ingest.loaders.pdf.lines import Line, clean
from s3assist.ingest.loaders.recognition import Recognised

GUTTER = 0.6
"""In line heights: room between two columns."""
FEWEST = 3
"""Lines of a column."""
MOST_HEADS = 6
"""Lines across all columns at the top, and at the bottom, that are looked past for columns."""
FONT_SIZE = 0.75
"""Share of a line's height that its letters are set in."""
SURE = 0.9
"""Mean score of a page below which its letters are not trusted."""


def scanned_lines(found: Sequence[Recognised]) -> list[Line]:
    """Lines of one size: how large and bold a scan's letters are, its picture does not tell."""
    if not found:
        return []
    size = round(FONT_SIZE * median(line.top - line.bottom for line in found), 1)
    result = []
    for order, line in enumerate(_in_order(list(found))):
        if text := clean(line.text):
            result.append(
                Line(
                    text=text,
                    x0=line.left,
                    x1=line.right,
                    y=line.bottom + 0.2 * (line.top - line.bottom),
                    size=size,
                    bold=False,
                    starts_bold=False,
                    ends_bold=False,
                    angle=0,
                    order=order,
                    first_word=(line.right - line.left) * len(text.split()[0]) / len(text),
                )
            )
    return result


def is_sure(found: Sequence[Recognised]) -> bool:
    return sum(line.score for line in found) >= SURE * len(found)


def _in_order(lines: list[Recognised]) -> list[Recognised]:
    """Column by column: cut where a column of white, then a row of white, parts the lines."""
    if len(lines) < 2:
        return lines
    if parted := _columns(lines):
        left, right = parted
        return _in_order(left) + _in_order(right)
    rows = _cuts(lines, lambda line: (-line.top, -line.bottom))
    # What stands above and below the columns is cut off first; a gap within them would mix them.
    for above, below in rows:
        if _columns(below):
            return _in_order(above) + _in_order(below)
    for above, below in reversed(rows):
        if _columns(above):
            return _in_order(above) + _in_order(below)
    for above, below in rows[:MOST_HEADS]:
        parts = _cuts(below, lambda line: (-line.top, -line.bottom))[-MOST_HEADS:]
        for middle, foot in reversed(parts):
            if _columns(middle):
                return _in_order(above) + _in_order(middle) + _in_order(foot)
    if rows:
        above, below = rows[0]
        return _in_order(above) + _in_order(below)
    return sorted(lines, key=lambda line: (-line.top, line.left))


def _columns(lines: list[Recognised]) -> tuple[list[Recognised], list[Recognised]] | None:
    gutter = GUTTER * median(line.top - line.bottom for line in lines)
    for left, right in _cuts(lines, lambda line: (line.left, line.right)):
        room = min(line.left for line in right) - max(line.right for line in left)
        if room >= gutter and min(len(left), len(right)) >= FEWEST:
            return left, right
    return None


def _cuts(
    lines: list[Recognised], extent: Callable[[Recognised], tuple[float, float]]
) -> list[tuple[list[Recognised], list[Recognised]]]:
    """All ways of parting the lines in two along one direction without cutting through one."""
    ordered = sorted(lines, key=extent)
    result = []
    end = extent(ordered[0])[1]
    for index, line in enumerate(ordered[1:], start=1):
        if extent(line)[0] >= end:
            result.append((ordered[:index], ordered[index:]))
        end = max(end, extent(line)[1])
    return result
