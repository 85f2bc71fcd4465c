"""Lists and tables that say what a key does, and that can be read without colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import DataTable, SelectionList

from s3assist.printable import on_one_line


class Checklist(SelectionList[str]):
    """Several of a list can be chosen: those have a tick."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "select", "Tick or untick")]

    def on_focus(self) -> None:
        if self.highlighted is None and self.option_count:
            self.highlighted = 0  # what Space would tick is always to be seen

    def render_line(self, y: int) -> Strip:
        line = list(super().render_line(y))
        index = self.scroll_offset.y + y
        if index >= self.option_count or len(line) < 4:
            return Strip(line)
        ticked = self.get_option_at_index(index).value in self.selected
        # The first three segments are a button that differs by colour alone.
        style = line[3].style
        meta = line[1].style.meta if line[1].style else {}
        box = Segment(" ✓ " if ticked else " · ", style)
        return Strip([box, *line[3:]]).apply_meta(meta)


class DocumentTable(DataTable[Text]):
    """Enter reads the document under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select_cursor", "Read")]


class SessionTable(DataTable[Text]):
    """Enter resumes the session under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select_cursor", "Resume")]


def cell(text: str) -> Text:
    """A cell of a table: never markup, and on one line."""
    return Text(on_one_line(text), no_wrap=True, overflow="ellipsis")


def row(texts: Iterable[str], widths: Iterable[int]) -> Text:
    """All columns of a long table in one cell: a table draws cell by cell, so that a screen of
    seven columns would keep the keys waiting for a tenth of a second.

    `widths` are numbers of terminal cells.
    """
    columns = []
    for text, width in zip(texts, widths, strict=True):
        clean = on_one_line(text)
        if cell_len(clean) > width:
            clean = f"{set_cell_size(clean, width - 1).rstrip()}…"
        columns.append(set_cell_size(clean, width))
    return Text("  ".join(columns), no_wrap=True)
