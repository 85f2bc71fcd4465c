"""What of the text that a page holds can be seen on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from s3assist.ingest.loaders.pdf.drawing import Drawing
from s3assist.ingest.loaders.pdf.glyphs import Run
from s3assist.ingest.loaders.pdf.operands import Box, overlap

OVERPRINT = 0.15
"""In ems: the same character painted twice closer than this is bold or a shadow, not a double."""
LEAST_SIZE = 1.5
"""In points: smaller type can't be read."""
PICTURED = 0.25
"""Share of the page that the images of a scan cover together, at the least."""
OUTLINES = 1_000
"""So many shapes may be letters that were turned into drawings, with their text below them."""


def visible(runs: Sequence[Run], drawing: Drawing, area: float) -> list[Run]:
    """`runs` of a page of so many square points without what nobody sees on it: overprinted
    copies, marked running headers, tiny and white letters, and an invisible layer but that of a
    scan.
    """
    painted = _count(run for run in runs if not run.hidden)
    hidden = _count(run for run in runs if run.hidden)
    pictured = drawing.pictures > PICTURED * area or drawing.shapes > OUTLINES
    is_scan = pictured and hidden >= painted
    # A page that is all header is one that its producer has marked wrongly.
    trusted = 2 * _count(run for run in runs if run.pagination) < painted + hidden
    # A page that is all tiny is shown larger than it says.
    tiny = {id(run) for run in runs if _is_tiny(run)}
    if 2 * _count(run for run in runs if id(run) in tiny) > painted + hidden:
        tiny = set()
    dark = [_box(run) for run in runs if not (run.white or run.hidden or id(run) in tiny)]
    kept: list[Run] = []
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for run in runs:
        if (run.hidden and not is_scan) or (run.pagination and trusted) or id(run) in tiny:
            continue
        if run.white and _is_on_white(run, drawing, dark):
            continue
        near = OVERPRINT * run.size
        fresh = [
            index
            for index, (char, x) in enumerate(zip(run.chars, run.starts, strict=True))
            if char.isspace() or not _printed_before(seen, char, x, run.y, near)
        ]
        if any(not run.chars[index].isspace() for index in fresh):
            if len(fresh) < len(run.chars):
                run.chars = [run.chars[index] for index in fresh]
                run.starts = [run.starts[index] for index in fresh]
                run.ends = [run.ends[index] for index in fresh]
            kept.append(run)
        elif len(fresh) == len(run.chars):
            kept.append(run)
    return kept


def _count(runs: Iterable[Run]) -> int:
    return sum(len(run.chars) for run in runs)


def _is_tiny(run: Run) -> bool:
    """By height and width: the size of a Type 3 font says nothing about that of its letters."""
    return run.size < LEAST_SIZE and run.x1 - run.x0 < LEAST_SIZE * len(run.chars)


def _is_on_white(run: Run, drawing: Drawing, dark: Sequence[Box]) -> bool:
    """Whether white letters have nothing below them, neither a shape nor other letters."""
    if run.angle or run.cell < 0:
        return False  # what is drawn is known below upright text only, and not below fields
    box = _box(run)
    return not drawing.lies_below(box) and not any(overlap(box, other) for other in dark)


def _box(run: Run) -> Box:
    return run.x0, run.y - 0.2 * run.size, run.x1, run.y + 0.8 * run.size


def _printed_before(
    seen: dict[tuple[str, int, int], tuple[float, float]],
    char: str,
    x: float,
    y: float,
    near: float,
) -> bool:
    """Look up, then note, a character at a place; the grid is 2 points wide."""
    column, row = round(x / 2), round(y / 2)
    for i in (column - 1, column, column + 1):
        for j in (row - 1, row, row + 1):
            place = seen.get((char, i, j))
            if place and abs(place[0] - x) < near and abs(place[1] - y) < near:
                return True
    seen[char, column, row] = (x, y)
    return False
