"""The graphics state of a page, as far as text and rules need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from s3assist.ingest.loaders.pdf.fonts import Face
from s3assist.ingest.loaders.pdf.operands import IDENTITY, Matrix, number

FILL_OPERATORS = frozenset([b"g", b"rg", b"k", b"cs", b"sc", b"scn"])
_WHITE = {b"g": (1.0,), b"rg": (1.0, 1.0, 1.0), b"k": (0.0, 0.0, 0.0, 0.0)}


@dataclass(slots=True)
class State:
    """What decides where and how text is painted, and whether it can be seen."""

    ctm: Matrix = IDENTITY
    face: Face | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    width: float = 1.0
    """Of strokes."""
    white: bool = False
    """What is filled is white for certain; a pattern or a colour of a space of its own never is."""

    def copy(self) -> State:
        return State(
            self.ctm,
            self.face,
            self.size,
            self.char_space,
            self.word_space,
            self.scale,
            self.leading,
            self.rise,
            self.mode,
            self.width,
            self.white,
        )

    def fill_with(self, operator: bytes, operands: Sequence[Any]) -> None:
        """Run one of FILL_OPERATORS."""
        colour = tuple(number(operands, index) for index in range(len(operands)))
        self.white = colour == _WHITE.get(operator)
