"""Upright rules that a page draws: they part cells and columns where the gap does not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from s3assist.ingest.loaders.pdf.operands import IDENTITY, Matrix, multiply, number

if TYPE_CHECKING:
    from s3assist.ingest.loaders.pdf.glyphs import Run

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
LEAST_ROOM = 0.16
"""In ems: in less room than between words there is none for a rule."""
LEAST_HEIGHT = 1.5
"""In ems: what is lower is the edge of a box around a word."""
MOST_RULES = 2_000
"""More on one page are a map or a drawing, and looking through them takes time."""

Point = tuple[float, float]


class Rule(NamedTuple):
    """One upright rule, in the frame of upright text."""

    x: float
    bottom: float
    top: float

    def stands_at(self, y: float, size: float) -> bool:
        """Whether it is as high as the line with the baseline `y` and more than a box around it."""
        return (
            self.bottom <= y + 0.2 * size
            and self.top >= y + 0.5 * size
            and self.top - self.bottom >= LEAST_HEIGHT * size
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The upright rules of one page, from left to right."""

    found: Sequence[Rule] = ()
    crossed: Sequence[float] = ()
    """Baselines of text that was written over a drawing."""

    def part(self, left: float, right: float, y: float, size: float) -> bool:
        """Whether one stands between ink that ends at `left` and ink that begins at `right`, in
        the line with the baseline `y`.
        """
        if right - left < LEAST_ROOM * size:
            return False
        return any(rule.stands_at(y, size) for rule in self.within(left, right)) and not any(
            abs(y - other) < 0.35 * size for other in self.crossed
        )

    def within(self, left: float, right: float) -> Iterator[Rule]:
        for index in range(bisect_left(self.found, (left,)), len(self.found)):
            if self.found[index].x > right:
                break
            yield self.found[index]

    def beside(self, runs: Iterable[Run]) -> Rules:
        """Without those that are drawn across a character, as the grid of a chart is.

        The other rules say nothing about such a line either.
        """
        crossing = [
            (rule, run.y)
            for run in runs
            if run.angle == 0
            for rule in self.within(run.x0, run.x1)
            if rule.stands_at(run.y, run.size) and _crosses(rule.x, run)
        ]
        away = {rule for rule, _ in crossing}
        return Rules(
            [rule for rule in self.found if rule not in away], sorted({y for _, y in crossing})
        )


def _crosses(x: float, run: Run) -> bool:
    # The room beside a character is a part of its width.
    return any(
        0.2 < (x - start) / max(end - start, 0.1) < 0.8 and not char.isspace()
        for char, start, end in zip(run.chars, run.starts, run.ends, strict=True)
    )


@dataclass(slots=True)
class Drawing:
    """Follows the path operators of a page and keeps what they draw upright."""

    frame: Matrix = IDENTITY
    """From the page to the frame of upright text."""
    _path: list[list[Point]] = field(default_factory=list)
    _drawn: list[Rule] = field(default_factory=list)
    _shaded: list[Rule] = field(default_factory=list)

    def follow(self, operator: bytes, operands: Sequence[Any], ctm: Matrix) -> None:
        """Run one of PATH_OPERATORS."""
        match operator:
            case b"m":
                self._path.append([self._point(operands, ctm)])
            case b"l" | b"c" | b"v" | b"y":
                # A curve is no rule, and a chord stands for it: only its ends are looked at.
                if self._path:
                    self._path[-1].append(self._point(operands[-2:], ctm))
            case b"h":
                self._close()
            case b"re":
                x, y, width, height = (number(operands, index) for index in range(4))
                corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
                self._path.append([self._point(corner, ctm) for corner in corners])
                self._close()
            case _:
                self._paint(operator)
                self._path.clear()

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

    def _point(self, operands: Sequence[Any], ctm: Matrix) -> Point:
        x, y = number(operands, 0), number(operands, 1)
        a, b, c, d, e, f = multiply(ctm, self.frame)
        return a * x + c * y + e, b * x + d * y + f

    def _close(self) -> None:
        if self._path:
            self._path[-1].append(self._path[-1][0])

    def _paint(self, operator: bytes) -> None:
        if operator in (b"s", b"b", b"b*"):
            self._close()
        if operator == b"n":
            return
        filled = operator in (b"f", b"F", b"f*")
        for points in self._path:
            if filled and (rule := _upright(points, THIN)):
                self._drawn.append(rule)
            else:
                sides = filter(None, (_upright(side, UPRIGHT) for side in pairwise(points)))
                (self._shaded if filled else self._drawn).extend(sides)


def _upright(points: Iterable[Point], width: float) -> Rule | None:
    """The rule that encloses these points, if it is upright and no wider than `width`."""
    xs, ys = zip(*points, strict=True)
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    # Borders of one column differ by rounding.
    return (
        Rule(round((left + right) / 2), bottom, top)
        if right - left <= width < top - bottom
        else None
    )


def _joined(pieces: Iterable[Rule]) -> list[Rule]:
    joined: list[Rule] = []
    for piece in sorted(pieces):
        last = joined[-1] if joined else None
        if last and piece.x == last.x and piece.bottom <= last.top + MEETING:
            joined[-1] = last._replace(top=max(last.top, piece.top))
        else:
            joined.append(piece)
    return joined
