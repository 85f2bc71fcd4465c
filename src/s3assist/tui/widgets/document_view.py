"""The text of a document, line by line, with a quote, a passage and search matches marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker

from s3assist.citation import page_name
from s3assist.documents import Document, Span
from s3assist.printable import in_place, on_one_line
from s3assist.tui.lines import Line, LineKind, Lines, lay_out, marks

AT_ONCE = 40_000
"""Characters that are laid out without a thread: it takes less than a frame or two."""
GUTTER = 2
"""Cells left of the text, for the bar that marks the quote."""
READABLE = 92
"""Longer lines are hard to read, however wide the screen is."""


class Mark(IntEnum):
    """What a piece of text is; a later one is painted over an earlier one."""

    PASSAGE = 1
    QUOTE = 2
    EMPHASIS = 3
    MATCH = 4
    CURRENT = 5


STYLES = {
    Mark.PASSAGE: "document-view--passage",
    Mark.QUOTE: "document-view--quote",
    Mark.EMPHASIS: "document-view--emphasis",
    Mark.MATCH: "document-view--match",
    Mark.CURRENT: "document-view--current",
}


class DocumentView(ScrollView, can_focus=True):
    """Shows a document of any length: lines are laid out once a width, drawn when seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *STYLES.values(),
        "document-view--heading",
        "document-view--page",
        "document-view--bar",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("space", "page_down", "Page down", show=False),
    ]

    document: reactive[Document | None] = reactive(None, init=False)

    @dataclass
    class Moved(Message):
        """What the place that the border names is now."""

        offset: int

    @dataclass
    class LaidOut(Message):
        document: Document
        lines: Lines

    def __init__(self) -> None:
        super().__init__()
        self.quote: Span | None = None
        self.passage: Span | None = None
        self._emphasis: tuple[Span, ...] = ()
        self._matches: tuple[Span, ...] = ()
        self._current: Span | None = None
        self._lines: Lines | None = None
        self._text = ""
        self._goal: int | None = None

    # What is shown ------------------------------------------------------------------------------

    def show(self, document: Document, quote: Span | None, emphasis: Sequence[Span]) -> None:
        """Show a document with a quote of it in view, or from its beginning."""
        self.quote, self._emphasis = quote, tuple(emphasis)
        self.passage, self._matches, self._current = None, (), None
        self._goal = quote.start if quote else 0
        if document is not self.document:
            self._lines, self._text = None, in_place(document.text)
            self.document = document
            self.lay_out()
        else:
            self.reach()

    def show_passage(self, passage: Span) -> None:
        """Mark a passage and bring it into view."""
        self.passage = passage
        self._goal = passage.start
        self.reach()

    def show_matches(self, matches: Sequence[Span], current: Span | None) -> None:
        """Mark what a search found, and bring the current match into view."""
        self._matches, self._current = tuple(matches), current
        if current is not None:
            self._goal = current.start
        self.reach()

    # Lines --------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        if self._lines is None or self._lines.width != self.text_width:
            if self._goal is None and self._lines is not None:
                self._goal = self.offset_at_top
            self.lay_out()

    @property
    def text_width(self) -> int:
        return min(READABLE, max(8, self.scrollable_content_region.width - GUTTER))

    @property
    def offset_at_top(self) -> int:
        """Offset of the first character in view."""
        if self._lines is None or not self._lines.lines:
            return 0
        return self._lines.starts[min(int(self.scroll_y), len(self._lines.starts) - 1)]

    def lay_out(self) -> None:
        document, width = self.document, self.text_width
        if document is None or not self.size.width:
            return
        if len(document.text) <= AT_ONCE:
            self.take(document, lay_out(document, width))
        else:
            self.lay_out_behind(document, width)

    @work(thread=True, exclusive=True, group="lines")
    def lay_out_behind(self, document: Document, width: int) -> None:
        worker = get_current_worker()
        lines = lay_out(document, width)
        if not worker.is_cancelled:
            self.post_message(self.LaidOut(document, lines))

    def on_document_view_laid_out(self, message: LaidOut) -> None:
        message.stop()
        self.take(message.document, message.lines)

    def take(self, document: Document, lines: Lines) -> None:
        if document is not self.document:
            return
        self._lines = lines
        self.virtual_size = Size(lines.width + GUTTER, len(lines.lines))
        self.call_after_refresh(self.reach)

    def reach(self) -> None:
        """Bring the goal a quarter below the top of the view, and draw."""
        if self._lines is not None and self._goal is not None and self.size.height:
            row = self._lines.row_of(self._goal)
            self.scroll_to(y=max(0, row - self.size.height // 4), animate=False, force=True)
            self._goal = None
        self.refresh()
        self.post_message(self.Moved(self.offset_to_name))

    @property
    def offset_in_focus(self) -> int:
        """Where the reader's eye is: a quarter below the top."""
        if self._lines is None or not self._lines.lines:
            return 0
        row = int(self.scroll_target_y) + self.size.height // 4
        return self._lines.starts[min(row, len(self._lines.starts) - 1)]

    @property
    def offset_to_name(self) -> int:
        """The match, passage or quote that is marked, if it is in view: its page is asked for."""
        top, lines = int(self.scroll_target_y), self._lines
        for span in (self._current, self.passage, self.quote):
            if span and lines and top <= lines.row_of(span.start) < top + self.size.height:
                return span.start
        return self.offset_in_focus

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Moved(self.offset_to_name))

    # Drawing ------------------------------------------------------------------------------------

    def spans(self) -> list[tuple[int, int, int]]:
        found = [(m.start, m.end, int(Mark.MATCH)) for m in self._matches]
        found += [(e.start, e.end, int(Mark.EMPHASIS)) for e in self._emphasis]
        for span, mark in (
            (self.passage, Mark.PASSAGE),
            (self.quote, Mark.QUOTE),
            (self._current, Mark.CURRENT),
        ):
            if span is not None:
                found.append((span.start, span.end, int(mark)))
        return found

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        row = int(self.scroll_y) + y
        if self._lines is None or row >= len(self._lines.lines):
            return Strip.blank(width, base)
        line = self._lines.lines[row]
        strip = Strip([Segment(" " * GUTTER, base), *self.segments(line, base)])
        if line.kind in (LineKind.TEXT, LineKind.HEADING) and self.in_quote(line):
            bar = Segment("▌ ", base + self.part("document-view--bar"))
            strip = Strip([bar, *list(strip)[1:]])
        return strip.adjust_cell_length(width, base)

    def in_quote(self, line: Line) -> bool:
        return self.quote is not None and self.quote.overlaps(Span(line.start, line.end))

    def segments(self, line: Line, base: Style) -> list[Segment]:
        assert self._lines is not None
        if line.kind is LineKind.BLANK:
            return []
        if line.kind is LineKind.PAGE:
            name = on_one_line(page_name(line.page)) if line.page else ""
            rule = f"── {name} ".ljust(self._lines.width, "─")[: self._lines.width]
            return [Segment(rule, base + self.part("document-view--page"))]
        if line.kind is LineKind.HEADING:
            base += self.part("document-view--heading")
        pieces = [Segment(" " * line.indent, base)] if line.indent else []
        for start, end, found in marks(line, self.spans()):
            style = base
            for mark in sorted(found):
                style += self.part(STYLES[Mark(mark)])
            pieces.append(Segment(self._text[start:end].replace("\t", " "), style))
        return pieces

    def part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
