"""Tables whose cells say how many columns and rows they take: each row by its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from s3assist.documents import Block, BlockKind, row_text

MOST_COLUMNS = 100
"""So many a cell may take: it is a number in a file, and no table is wider."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell of a table: the same object in each place that it takes."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column."""

    cells: Sequence[Cell]
    names: bool = False
    """Whether the file says that it names the columns."""


def row_blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """The rows of a table that say something, each with a place for every column.

    A merged cell is repeated in all its places, as it is the value of all its rows and columns; an
    empty one stays empty, or the values behind it would stand under the names of other columns.
    Columns and rows without any text are left out.
    """
    width = max((len(row.cells) for row in rows), default=0)
    empty = Cell()
    grid = [[*row.cells, *[empty] * (width - len(row.cells))] for row in rows]
    kept = [column for column in range(width) if any(_begins(cells, column) for cells in grid)]
    heads = 2 if len(grid) > 2 and _is_divided(*grid[:2]) else 0
    names = [row.names or position < heads for position, row in enumerate(rows)]
    begins = True
    for cells, named in zip(grid, names, strict=True):
        if any(cell.text for cell in cells):
            text = row_text(_texts([cells[column] for column in kept]))
            quotable = not named or all(names)
            yield Block(kind=BlockKind.ROW, text=text, quotable=quotable, begins=begins)
            begins = False


def _is_divided(first: Sequence[Cell], second: Sequence[Cell]) -> bool:
    """Whether the first row has names across several columns, which the second one tells apart."""
    across = any(one.text and one is other for one, other in pairwise(first))
    down = any(upper.text and upper is lower for upper, lower in zip(first, second, strict=True))
    return across and down and list(first) != list(second)


def _begins(cells: Sequence[Cell], column: int) -> bool:
    """Whether the row has a text in this column that does not come from the one before."""
    cell = cells[column]
    return bool(cell.text) and (column == 0 or cells[column - 1] is not cell)


def _texts(cells: Sequence[Cell]) -> Iterable[str]:
    """The texts of a row; one that runs across the whole table is said once."""
    return [cells[0].text] if len(set(cells)) == 1 else [cell.text for cell in cells]
