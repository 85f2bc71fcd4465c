"""Upright rules that a page draws: they part cells and columns where the gap does not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from s3assist.ingest.loaders.pdf.glyphs import Run

LEAST_ROOM = 0.16
"""In ems: in less room than between words there is none for a rule."""
LEAST_HEIGHT = 1.5
"""In ems: what is lower is the edge of a box around a word."""


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
