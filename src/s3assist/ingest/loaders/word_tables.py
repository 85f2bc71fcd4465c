"""Tables of Word files: their rows by column, and those that only place paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from s3assist.ingest.cleaning import clean
from s3assist.ingest.loaders.grid import MOST_COLUMNS, Cell, Row
from s3assist.ingest.loaders.runs import W, is_on
from s3assist.ingest.loaders.words import paragraph_text

_SENTENCE = re.compile(r"(?:\S+\s+){4}.*[.!?…][\"'”’»)\]]*$")
"""A paragraph that tells something, where a figure or a name does not."""


@dataclass(frozen=True, slots=True)
class TableCell:
    element: Any
    paragraphs: list[str]
    """Those that have a text."""
    across: int
    """How many columns of Word's grid it takes."""
    merged: bool
    """Whether it is one with the cell above or below."""
    goes_on: bool
    """Whether it is one with the cell above."""


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: list[TableCell]
    before: int
    """Columns that it leaves free at the left."""
    deleted: bool
    """While changes were tracked."""
    names: bool
    """Whether Word repeats it at the top of each page."""


def table_row(row: Any) -> TableRow:
    return TableRow(
        # Not those of a table inside a cell, whose text comes with that cell.
        [_table_cell(c) for c in row.iter(f"{W}tc") if next(c.iterancestors(f"{W}tr")) is row],
        _number(row.find(f"{W}trPr/{W}gridBefore"), 0),
        row.find(f"{W}trPr/{W}del") is not None,
        is_on(row.find(f"{W}trPr/{W}tblHeader")),
    )


def _table_cell(cell: Any) -> TableCell:
    paragraphs: list[str] = []
    for paragraph in cell.iter(f"{W}p"):
        # Those of a text box come with the paragraph that it hangs on.
        if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None:
            text, _, boxes = paragraph_text(paragraph)
            paragraphs += filter(None, map(clean, (text, *boxes)))
    across = _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    goes_on = merge is not None and merge.get(f"{W}val") != "restart"
    return TableCell(cell, paragraphs, across, merge is not None, goes_on)


def _number(element: Any, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return min(int(value), MOST_COLUMNS) if value.isdecimal() else default


def is_layout(rows: Sequence[TableRow]) -> bool:
    """Whether a table only places paragraphs: a box, or columns of prose."""
    kept = [row.cells for row in rows if not row.deleted]
    told = [[cell.paragraphs for cell in cells if cell.paragraphs] for cells in kept]
    told = [cells for cells in told if cells]
    if all(len(cells) == 1 for cells in told):
        return True
    # The first cell may be the name of what the others tell.
    prose = sum(all(map(_is_prose, cells[1:] or cells)) for cells in told)
    return 2 * prose >= len(told)


def _is_prose(paragraphs: Sequence[str]) -> bool:
    return len(paragraphs) > 1 and any(map(_SENTENCE.match, paragraphs))


def grid(rows: Sequence[TableRow]) -> Iterator[Row]:
    """The rows that are there, each cell in all the places that it takes."""
    # Borders that were dragged a little apart from row to row are not the edges of more columns:
    # where all rows have as many cells, but for titles across the table, these are its columns.
    widths = {len(row.cells) for row in rows if len(row.cells) > 1}
    regular = widths.pop() if len(widths) == 1 and not any(row.before for row in rows) else 0
    above: dict[int, Cell] = {}
    for row in rows:
        places = [Cell()] * row.before
        merged: dict[int, Cell] = {}
        for cell in row.cells:
            place = above.get(len(places)) if cell.goes_on else None
            if place is None:
                place = Cell("" if row.deleted else " ".join(cell.paragraphs))
            if cell.merged:
                merged[len(places)] = place
            title = regular and len(row.cells) == 1
            places += [place] * (regular if title else 1 if regular else cell.across)
        above = merged
        if not row.deleted:
            yield Row(places, row.names)
