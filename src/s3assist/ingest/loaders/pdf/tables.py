"""Table rows: cells that stand side by side, told by tags or by their common baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.ingest.loaders.pdf.marks import BULLET

MOST_ROW_CHARS = 400
"""Longer rows hold prose, whose sentences are quoted cell by cell."""
MOST_CELL_CHARS = 200
SAME_COLUMN = 3.0
"""Points by which the lines of a column may differ at the left."""
PROSE = 25
"""Characters from which a line in a band is running text rather than a cell."""


@dataclass(slots=True)
class Row:
    """Cells of one table row, left to right, each with its lines."""

    cells: list[list[Line]]


def beside(left: Line, right: Line) -> bool:
    """Whether `right` stands on the same baseline, to the right."""
    return (
        left.angle == right.angle
        and abs(left.y - right.y) < 0.35 * max(left.size, right.size)
        and right.x0 >= left.x1 - 0.5
    )


def tagged_rows(lines: Sequence[Line]) -> list[Line | Row]:
    """`lines` with each tagged table row of short cells as one."""
    result: list[Line | Row] = []
    index = 0
    while index < len(lines):
        stop = index + 1
        while stop < len(lines) and lines[index].row and lines[stop].row == lines[index].row:
            stop += 1
        row = _row(lines[index:stop])
        if row is None:
            result.extend(lines[index:stop])
        else:
            result.append(row)
        index = stop
    return result


def _row(lines: Sequence[Line]) -> Row | None:
    """The tagged row that `lines` make, unless its cells hold several paragraphs or much text."""
    cells: dict[int, list[Line]] = {}
    for line in lines:
        cells.setdefault(line.cell, []).append(line)
    if len(cells) < 2 or sum(len(line.text) for line in lines) > MOST_ROW_CHARS:
        return None
    for cell in cells.values():
        if sum(len(line.text) for line in cell) > MOST_CELL_CHARS:
            return None
        if len(frozenset[int]().union(*(line.blocks for line in cell))) > 1:
            return None
        if any(BULLET.match(line.text) for line in cell):
            return None
    return Row(list(cells.values()))


def bands(lines: Sequence[Line]) -> list[list[Line]]:
    """Consecutive lines that stand side by side, together."""
    result: list[list[Line]] = []
    for line in lines:
        if result and beside(result[-1][-1], line):
            result[-1].append(line)
        else:
            result.append([line])
    return result


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """`lines` with columns that were painted line by line across put one after the other."""
    found = bands(lines)
    result: list[Line] = []
    index = 0
    while index < len(found):
        stop = index
        while stop < len(found) and _is_prose_band(found[index], found[stop]):
            stop += 1
        if stop - index >= 4:
            for column in range(len(found[index])):
                result.extend(band[column] for band in found[index:stop])
            index = stop
        else:
            result.extend(found[index])
            index += 1
    return result


def _is_prose_band(first: Sequence[Line], band: Sequence[Line]) -> bool:
    """Whether `band` has the columns of `first`, each with a line of running text."""
    if len(band) != len(first) or len(band) < 2:
        return False
    return all(
        abs(line.x0 - other.x0) < 2 * line.size and len(line.text) >= PROSE
        for line, other in zip(band, first, strict=True)
    )


def wrapped_row(
    lines: Sequence[Line], pitch: Mapping[float, float], above: Row | None
) -> tuple[Row, int] | None:
    """The row that `lines` begin with, some of whose cells are wrapped, and how many it takes.

    Only where the row `above` it, or the lines behind it, stand in the same columns: a label
    beside a paragraph is no row. The first cell must fit on its line, or a row could not be told
    from the next.
    """
    cells: list[list[Line]] = [[lines[0]]]
    taken = 1
    for line in lines[1:]:
        cell = next((c for c in cells[1:] if _goes_on(c[-1], line, pitch)), None)
        if cell is not None:
            cell.append(line)
        elif beside(lines[0], line) and all(line.x0 >= c[0].x1 - 0.5 for c in cells):
            cells.append([line])
        else:
            break
        taken += 1
    texts = [sum(len(line.text) for line in cell) for cell in cells]
    if (
        len(cells) < 2
        or taken == len(cells)
        or max(texts) > MOST_CELL_CHARS
        or sum(texts) > MOST_ROW_CHARS
        or any(BULLET.match(line.text) for cell in cells for line in cell)
    ):
        return None
    columns = [cell[0].x0 for cell in cells]
    following = bands(lines[taken : taken + len(cells)])[:1]
    others = [[cell[0].x0 for cell in above.cells]] if above else []
    others += [[line.x0 for line in band] for band in following]
    if not any(_same_columns(columns, other) for other in others):
        return None
    return Row(cells), taken


def _goes_on(upper: Line, lower: Line, pitch: Mapping[float, float]) -> bool:
    """Whether `lower` is the next line of the cell that ends with `upper`."""
    step = upper.y - lower.y
    usual = pitch.get(lower.size, 1.3 * lower.size)
    return (
        upper.angle == lower.angle
        and upper.size == lower.size
        and abs(upper.x0 - lower.x0) < SAME_COLUMN
        and 0 < step <= 1.15 * usual
    )


def _same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two rows begin their cells at the same places; the shorter may be cut off."""
    return len(other) > 1 and all(
        abs(x - y) < SAME_COLUMN for x, y in zip(one, other, strict=False)
    )


def is_whole_row(band: Sequence[Line], below: Sequence[Line], pitch: Mapping[float, float]) -> bool:
    """Whether no cell of `band` has a bullet or goes on in the line `below` it."""
    if len(band) < 2 or any(BULLET.match(line.text) for line in band):
        return False
    if len(below) != 1:
        return True
    line = below[0]
    step = band[-1].y - line.y
    usual = pitch.get(line.size, 1.3 * line.size)
    return not 0 < step <= 1.15 * usual or all(line.size != cell.size for cell in band)
