"""What one page shows: every string that its content stream paints, with the place of each glyph.

pypdf's own text extraction reports where a fragment begins but not where it ends, so columns,
table cells and missing spaces cannot be told apart from it. This module walks the operators that
pypdf has parsed and lets pypdf's font decode and measure each string.

Coordinates are points in a frame that is turned so that the text runs along +x and up is +y.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

from s3assist.ingest.loaders.pdf.annotations import annotations_of, put_answer
from s3assist.ingest.loaders.pdf.drawing import PATH_OPERATORS, Drawing
from s3assist.ingest.loaders.pdf.fonts import Faces
from s3assist.ingest.loaders.pdf.operands import (
    EVERYWHERE,
    IDENTITY,
    Box,
    Mark,
    Matrix,
    around,
    matrix,
    multiply,
    number,
    read_mark,
    shown_box,
    turned,
)
from s3assist.ingest.loaders.pdf.state import FILL_OPERATORS, State

MAX_CONTENT_BYTES = 10_000_000
"""Decoded content of one page, forms included; pypdf parses about 1 MB a second."""
MAX_FORM_DEPTH = 12
OUTSIDE = 2.0
"""In points: glyphs that begin farther than this outside the crop box are not seen."""


DAMAGED = "its form fields and notes can't be read"


class ContentTooLargeError(Exception):
    """The page's content is beyond MAX_CONTENT_BYTES."""


@dataclass(slots=True)
class Run:
    """The glyphs of one show operator, left to right as painted."""

    chars: list[str]
    starts: list[float]
    ends: list[float]
    y: float
    """Baseline."""
    size: float
    """Height of the font in points, as printed."""
    bold: bool
    angle: int
    """Degrees by which the text is turned against the page as shown; 0 is upright."""
    order: int
    hidden: bool
    """Painted with neither fill nor stroke: the text layer over a scan."""
    white: bool
    """Filled with white, to be seen on something else."""
    pagination: bool
    """Marked by the producer as a running header, footer or page number."""
    mcid: int = -1
    """Marked-content identifier that the structure tree refers to; -1 where there is none."""
    font: str = ""
    mapped: bool = True
    """The font says which characters its codes stand for."""
    block: int = 0
    """Number of the tagged paragraph that it belongs to, 0 for none; see tags.Tag."""
    row: int = 0
    cell: int = 0
    """Number of the tagged table cell; below 0 that of a form field or note."""

    @property
    def x0(self) -> float:
        return self.starts[0]

    @property
    def x1(self) -> float:
        return self.ends[-1]

    @property
    def text(self) -> str:
        return "".join(self.chars)

    def part(self, begin: int, end: int) -> Run:
        """Its characters from `begin` to before `end`."""
        cut = slice(begin, end)
        return replace(self, chars=self.chars[cut], starts=self.starts[cut], ends=self.ends[cut])


@dataclass(slots=True)
class Painter:
    """Runs the operators of one page and collects the text and the rules that they paint."""

    page: PageObject
    faces: Faces
    runs: list[Run] = field(default_factory=list)
    drawing: Drawing = field(default_factory=Drawing)
    unread: set[str] = field(default_factory=set)
    """What the page shows and could not be painted, in words."""
    image_area: float = 0.0
    """Of the largest image, in square points."""
    covered: int = 0
    """How many runs had been painted when that image was, unless one can see through it."""
    _bytes: int = 0
    _rotation: int = 0
    _box: Box = EVERYWHERE
    _open_forms: set[int] = field(default_factory=set)

    def paint(self) -> list[Run]:
        """Raises ContentTooLargeError, and whatever pypdf raises on a damaged page."""
        self._rotation = int(self.page.rotation) % 360
        self._box = shown_box(self.page.cropbox, self.page.mediabox, OUTSIDE)
        frame = turned(self._rotation)
        self.drawing = Drawing(frame)
        contents = self.page.get("/Contents")
        resources = self.page.get("/Resources")
        resources = resources.get_object() if resources is not None else DictionaryObject()
        if contents is not None:
            content = ContentStream(contents.get_object(), self.page.pdf, "bytes")
            self._stream(content, resources, State(), [])
        text, drawing = self.runs, self.drawing
        try:
            self._annotations(text, resources, frame)
        except (ContentTooLargeError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - damaged annotations raise anything, and the page is read
            self.unread.add(DAMAGED)
        finally:
            self.runs, self.drawing = text, drawing
        return text

    def _annotations(self, text: list[Run], resources: Any, frame: Matrix) -> None:
        """Put what is filled in and noted on the page among its text, each a cell of its own."""
        for count, found in enumerate(annotations_of(self.page), 1):
            if isinstance(found, str):
                self.unread.add(found)
                continue
            # The frame of a field parts no cells.
            self.runs, self.drawing = [], Drawing(frame)
            if found.look is not None:
                self._paint_form(found.look, resources, State(found.place), [])
            for run in self.runs:
                run.cell = -count
            if not any(run.text.strip() for run in self.runs):
                self.unread |= {found.unread} - {""}
            elif found.follows:
                put_answer(self.runs, around(found.box, frame), text)
            else:
                text.extend(self.runs)

    def _stream(
        self, content: ContentStream, resources: Any, state: State, marks: list[Mark]
    ) -> None:
        self._bytes += len(content.get_data())
        if self._bytes > MAX_CONTENT_BYTES:
            raise ContentTooLargeError
        if not isinstance(resources, DictionaryObject):
            resources = DictionaryObject()
        stack: list[State] = []
        tm = line = IDENTITY
        for operands, operator in content.operations:
            match operator:
                case b"q":
                    stack.append(state.copy())
                case b"Q":
                    if stack:
                        state = stack.pop()
                case b"cm":
                    state.ctm = multiply(matrix(operands), state.ctm)
                case b"BT":
                    tm = line = IDENTITY
                case b"Tf":
                    name = operands[0] if operands else None
                    state.face = self.faces.find(resources, name)
                    state.size = number(operands, 1, state.size)
                case b"Tc":
                    state.char_space = number(operands, 0)
                case b"Tw":
                    state.word_space = number(operands, 0)
                case b"Tz":
                    state.scale = number(operands, 0, 100.0) / 100
                case b"TL":
                    state.leading = number(operands, 0)
                case b"Ts":
                    state.rise = number(operands, 0)
                case b"Tr":
                    state.mode = int(number(operands, 0))
                case b"Tm":
                    tm = line = matrix(operands)
                case b"Td" | b"TD":
                    x, y = number(operands, 0), number(operands, 1)
                    if operator == b"TD":
                        state.leading = -y
                    tm = line = multiply((1, 0, 0, 1, x, y), line)
                case b"T*":
                    tm = line = multiply((1, 0, 0, 1, 0, -state.leading), line)
                case b"Tj":
                    tm = self._show(operands[:1], state, tm, marks)
                case b"TJ":
                    parts = operands[0] if operands else ()
                    tm = self._show(parts if isinstance(parts, list) else (), state, tm, marks)
                case b"'" | b'"':
                    if operator == b'"':
                        state.word_space = number(operands, 0)
                        state.char_space = number(operands, 1)
                    line = multiply((1, 0, 0, 1, 0, -state.leading), line)
                    tm = self._show(operands[-1:], state, line, marks)
                case b"BMC" | b"BDC":
                    mark = read_mark(operands, resources)
                    if self._open_forms:
                        # A form numbers its own content; the page's numbers mean other things.
                        mark.mcid = -1
                    marks.append(mark)
                case b"EMC":
                    if marks:
                        marks.pop()
                case b"Do" if operands:
                    self._form(operands[0], resources, state, marks)
                case b"INLINE IMAGE":
                    self.drawing.add_picture(state)
                case b"w":
                    state.width = number(operands, 0)
                case b"sh":
                    self.drawing.add_shading()
                case _ if operator in PATH_OPERATORS:
                    self.drawing.follow(operator, operands, state)
                case _ if operator in FILL_OPERATORS:
                    state.fill_with(operator, operands)

    def _form(
        self, name: Any, resources: DictionaryObject, state: State, marks: list[Mark]
    ) -> None:
        """Paint a form XObject in place; a form that paints itself is cut at the second round."""
        objects = resources.get("/XObject")
        objects = objects.get_object() if objects is not None else None
        form = objects.get(name) if isinstance(objects, DictionaryObject) else None
        form = form.get_object() if form is not None else None
        if not isinstance(form, StreamObject):
            return
        if form.get("/Subtype") == "/Image":
            area = self.drawing.add_picture(state)
            if area > self.image_area:
                self.image_area = area
                opaque = not {"/SMask", "/Mask", "/ImageMask"} & form.keys()
                self.covered = len(self.runs) if opaque else 0
        if form.get("/Subtype") != "/Form":
            return
        self._paint_form(form, resources, state, marks)

    def _paint_form(
        self, form: StreamObject, resources: Any, state: State, marks: list[Mark]
    ) -> None:
        if id(form) in self._open_forms or len(self._open_forms) >= MAX_FORM_DEPTH:
            return
        self._open_forms.add(id(form))
        try:
            inner = state.copy()
            inner.ctm = multiply(matrix(form.get("/Matrix", ArrayObject())), state.ctm)
            own = form.get("/Resources")
            self._stream(
                ContentStream(form, self.page.pdf, "bytes"),
                own.get_object() if own is not None else resources,
                inner,
                list(marks),
            )
        finally:
            self._open_forms.discard(id(form))

    def _show(self, parts: Sequence[Any], state: State, tm: Matrix, marks: list[Mark]) -> Matrix:
        """Paint strings and offsets; returns the text matrix behind the last glyph."""
        if state.face is None:
            return tm
        base = multiply(tm, state.ctm)
        along = math.hypot(base[0], base[1])
        height = math.hypot(base[2], base[3]) * abs(state.size)
        turn = math.atan2(base[1], base[0])
        sign = 1.0 if along else 0.0
        cos, sin = (math.cos(turn), math.sin(turn)) if sign else (1.0, 0.0)
        x = base[4] + state.rise * base[2]
        y = base[5] + state.rise * base[3]
        left, bottom, right, top = self._box
        at_x, at_y = x, y
        x, y = x * cos + y * sin, y * cos - x * sin
        advance = 0.0
        chars: list[str] = []
        starts: list[float] = []
        ends: list[float] = []
        for text, width in self._glyphs(parts, state):
            shown_x, shown_y = at_x + advance * base[0], at_y + advance * base[1]
            if text and left <= shown_x <= right and bottom <= shown_y <= top:
                chars.append(text)
                starts.append(x + advance * along)
                ends.append(x + (advance + width) * along)
            advance += width
        actual = next((mark.actual for mark in reversed(marks) if mark.actual is not None), None)
        if actual is not None and chars:
            # The first string of the sequence carries the text, the others are drawn for the eye.
            chars, starts, ends = [actual], starts[:1], ends[-1:]
            for mark in marks:
                mark.actual = "" if mark.actual is not None else None
        if any(chars):
            self.runs.append(
                Run(
                    chars,
                    starts,
                    ends,
                    y,
                    height,
                    state.face.bold or state.mode == 2,
                    (round(math.degrees(turn)) - self._rotation) % 360,
                    len(self.runs),
                    state.mode == 3,
                    state.white and state.mode == 0,
                    any(mark.pagination for mark in marks),
                    next((mark.mcid for mark in reversed(marks) if mark.mcid >= 0), -1),
                    state.face.font.name,
                    state.face.mapped,
                )
            )
        return multiply((1, 0, 0, 1, advance, 0), tm)

    @staticmethod
    def _glyphs(parts: Sequence[Any], state: State) -> Iterator[tuple[str, float]]:
        """(text, advance in text space) of each glyph; offsets between strings have no text."""
        face = state.face
        assert face is not None
        for part in parts:
            if isinstance(part, bytes):
                for text, width, is_space in face.decode(part):
                    space = state.word_space if is_space else 0.0
                    advance = width * state.size + state.char_space + space
                    yield text, advance * state.scale
            elif isinstance(part, int | float):
                yield "", -float(part) / 1000 * state.size * state.scale
