"""The columns of a table, told by where the cells of all its rows are printed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from s3assist.ingest.loaders.pdf.layout import Draft

OTHER_TABLE = 2.0
"""A step between two rows that is so much wider than the usual one parts two tables."""
LEAST_STEP = 3.0
"""In ems: what is no wider is the room of a cell with more lines than its neighbours."""
NEAR = 0.3
"""In ems: what stands closer than this is one cell in pieces."""
SLIGHT = 3.0
"""Points by which a cell may reach over the edge of its column."""

Extent = tuple[float, float]
"""Left and right edge, in points."""


def place_cells(drafts: Sequence[Draft]) -> None:
    """Give each table row an empty cell for every column in which it prints nothing.

    A row whose columns can't be told stays as it is. It has another number of cells than those
    that can, or is a table of its own: so it is not read by the names of their columns.
    """
    for is_row, group in groupby(drafts, key=lambda draft: bool(draft.cells)):
        for table in _tables(list(group)) if is_row else ():
            _align(table)


def _align(table: Sequence[Draft]) -> None:
    columns = _columns(table)
    apart = True
    for row in table:
        places = _places(_extents(row), columns)
        unknown = not places and len(columns) in (0, len(row.cells))
        row.begins = apart or unknown
        apart = unknown
        if places:
            cells = dict(zip(places, row.cells, strict=True))
            row.cells = [cells.get(column, []) for column in range(len(columns))]


def _tables(rows: Sequence[Draft]) -> list[list[Draft]]:
    """`rows`, which follow each other in the text, as the tables that they are of."""
    steps = [_step(upper, lower) for upper, lower in pairwise(rows) if upper.page == lower.page]
    usual = median([step for step in steps if step > 0] or [0.0])
    parts: list[list[Draft]] = []
    for row in rows:
        above = parts[-1][-1] if parts else None
        room = max(OTHER_TABLE * usual, LEAST_STEP * row.size)
        if above and above.page == row.page and 0 < _step(above, row) <= room:
            parts[-1].append(row)
        else:
            parts.append([row])
    tables = parts[:1]
    for part, following in pairwise(parts):
        if _goes_on(part, following):
            tables[-1] = [*tables[-1], *following]
        else:
            tables.append(following)
    return tables


def _goes_on(part: Sequence[Draft], following: Sequence[Draft]) -> bool:
    """Whether a part of a table goes on at the top of the next page, in the same columns."""
    if following[0].page != part[-1].page + 1:
        return False
    columns = _columns(part) or _extents(part[-1])
    return 2 * _placed(following, columns) > len(following)


def _step(upper: Draft, lower: Draft) -> float:
    return min(line.y for line in upper.lines) - max(line.y for line in lower.lines)


def _columns(table: Sequence[Draft]) -> list[Extent]:
    """The columns that most rows stand in; none if there are no such ones."""
    if len(table) < 2:
        return []
    rows = [cells for row in table if not _is_broken(row, cells := _extents(row))]
    found = [_apart(rows)]
    found += [_fullest(rows, count) for count in {len(cells) for cells in rows}]
    best = max(found, key=lambda columns: (_placed(table, columns), len(columns)))
    return best if 2 * _placed(table, best) >= max(len(table), 4) else []


def _extents(row: Draft) -> list[Extent]:
    return [(min(line.x0 for line in c), max(line.x1 for line in c)) for c in row.cells]


def _is_broken(row: Draft, cells: Sequence[Extent]) -> bool:
    """Whether some cells of a row are pieces of one, as of a formula."""
    return any(right[0] - left[1] < NEAR * row.size for left, right in pairwise(cells))


def _apart(rows: Sequence[Sequence[Extent]]) -> list[Extent]:
    """The columns that white space parts from the top of the table to its end."""
    columns: list[Extent] = []
    for left, right in sorted(extent for cells in rows for extent in cells):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    beside = {pair for cells in rows for pair in pairwise(_places(cells, columns))}
    # Two that never stand side by side may be one, whose name is set left and its values right.
    return columns if beside >= set(pairwise(range(len(columns)))) else []


def _fullest(rows: Sequence[Sequence[Extent]], count: int) -> list[Extent]:
    """The columns of the rows with `count` cells, in their order."""
    rows = [cells for cells in rows if len(cells) == count]
    columns = [
        (min(left for left, _ in cells), max(right for _, right in cells))
        for cells in zip(*rows, strict=True)
    ]
    if any(right[0] < left[1] for left, right in pairwise(columns)):
        return []
    # Names may stand to one side of their values; but where the first one is above nothing, it may
    # be the name of the second column, and all of them may.
    firsts = [cells[0] for cells in rows]
    below = (any(_overlap(one, other) for other in firsts if other is not one) for one in firsts)
    return columns if len(rows) == 1 or all(below) else []


def _placed(table: Sequence[Draft], columns: Sequence[Extent]) -> int:
    return sum(bool(_places(_extents(row), columns)) for row in table)


def _places(cells: Sequence[Extent], columns: Sequence[Extent]) -> list[int]:
    """The column of each cell; none unless each stands in one of its own."""
    places: list[int] = []
    for cell in cells:
        found = [place for place, column in enumerate(columns) if _overlap(cell, column)]
        if len(found) != 1 or (places and places[-1] >= found[0]):
            return []
        places += found
    return places


def _overlap(one: Extent, other: Extent) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > SLIGHT or shared > 0.5 * min(one[1] - one[0], other[1] - other[0])
