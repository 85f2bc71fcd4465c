"""What a page draws beside its text: rules that part cells, and what white text is seen on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from s3assist.ingest.loaders.pdf.operands import (
    EVERYWHERE,
    IDENTITY,
    Box,
    Matrix,
    around,
    multiply,
    number,
    overlap,
)
from s3assist.ingest.loaders.pdf.rules import Rule, Rules
from s3assist.ingest.loaders.pdf.state import State

PATH_OPERATORS = frozenset({
    b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"n", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*",
    b"b", b"b*",
})  # fmt: skip
THIN = 2.0
"""In points: a filled area that is not wider is a rule; programs draw borders of cells so."""
UPRIGHT = 0.5
"""In points: how far the ends of a rule may stand from one upright."""
MEETING = 2.0
"""In points: pieces of one rule, drawn cell by cell, part by no more."""
STRIPE = 48.0
"""In points: between shaded rows stands a plain one no higher; its cells end where theirs do."""
MOST_RULES = 2_000
"""More on one page are a map or a drawing, and looking through them takes time."""

Point = tuple[float, float]


@dataclass(slots=True)
class Drawing:
    """Follows the path operators of a page and keeps where and what they draw."""

    frame: Matrix = IDENTITY
    """From the page to the frame of upright text."""
    pictures: float = 0.0
    """Area of all images, in square points."""
    shapes: int = 0
    """How many paths were painted."""
    _areas: list[Box] = field(default_factory=list)
    """What may not be white."""
    _path: list[list[Point]] = field(default_factory=list)
    _drawn: list[Rule] = field(default_factory=list)
    _shaded: list[Rule] = field(default_factory=list)

    def follow(self, operator: bytes, operands: Sequence[Any], state: State) -> None:
        """Run one of PATH_OPERATORS."""
        match operator:
            case b"m":
                self._path.append([self._point(operands, state)])
            case b"l" | b"c" | b"v" | b"y":
                # A curve is no rule, and a chord stands for it: only its ends are looked at.
                if self._path:
                    self._path[-1].append(self._point(operands[-2:], state))
            case b"h":
                self._close()
            case b"re":
                x, y, width, height = (number(operands, index) for index in range(4))
                corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
                self._path.append([self._point(corner, state) for corner in corners])
                self._close()
            case _:
                self._paint(operator, state)
                self._path.clear()

    def add_picture(self, state: State) -> float:
        """Note an image, and return its area."""
        a, b, c, d, _, _ = state.ctm
        area = abs(a * d - b * c)
        self.pictures += area
        self._areas.append(around((0.0, 0.0, 1.0, 1.0), multiply(state.ctm, self.frame)))
        return area

    def add_shading(self) -> None:
        """Note that something was coloured; how far it reaches depends on the clipping path."""
        self._areas.append(EVERYWHERE)

    def lies_below(self, box: Box) -> bool:
        """Whether something that may not be white is painted where `box` is."""
        return any(overlap(area, box) for area in self._areas)

    def rules(self) -> Rules:
        """What was drawn, with pieces that meet as one; none of a page that is a drawing."""
        shaded = _joined(self._shaded)
        plain = [
            Rule(lower.x, lower.top, upper.bottom)
            for lower, upper in pairwise(shaded)
            if lower.x == upper.x and upper.bottom - lower.top <= STRIPE
        ]
        found = sorted([*_joined(self._drawn), *shaded, *plain])
        return Rules(found if len(found) <= MOST_RULES else ())

    def _point(self, operands: Sequence[Any], state: State) -> Point:
        x, y = number(operands, 0), number(operands, 1)
        a, b, c, d, e, f = multiply(state.ctm, self.frame)
        return a * x + c * y + e, b * x + d * y + f

    def _close(self) -> None:
        if self._path:
            self._path[-1].append(self._path[-1][0])

    def _paint(self, operator: bytes, state: State) -> None:
        if operator in (b"s", b"b", b"b*"):
            self._close()
        if operator == b"n":
            return
        self.shapes += 1
        stroked = operator not in (b"f", b"F", b"f*")
        filled = operator not in (b"S", b"s")
        half = abs(state.width) * max(map(abs, state.ctm[:4])) / 2
        for points in self._path:
            if filled and not state.white:
                self._areas.append(_box(points, 0.0))
            if stroked:
                self._areas.extend(_box(side, half) for side in pairwise(points))
            elif rule := _upright(points, THIN):
                self._drawn.append(rule)
                continue
            sides = filter(None, (_upright(side, UPRIGHT) for side in pairwise(points)))
            (self._drawn if stroked else self._shaded).extend(sides)


def _box(points: Iterable[Point], margin: float) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def _upright(points: Iterable[Point], width: float) -> Rule | None:
    """The rule that encloses these points, if it is upright and no wider than `width`."""
    left, bottom, right, top = _box(points, 0.0)
    if not right - left <= width < top - bottom:
        return None
    # Borders of one column differ by rounding.
    return Rule(round((left + right) / 2), bottom, top)


def _joined(pieces: Iterable[Rule]) -> list[Rule]:
    joined: list[Rule] = []
    for piece in sorted(pieces):
        last = joined[-1] if joined else None
        if last and piece.x == last.x and piece.bottom <= last.top + MEETING:
            joined[-1] = last._replace(top=max(last.top, piece.top))
        else:
            joined.append(piece)
    return joined
