"""Pages in right-to-left script, whose order of reading is left to pypdf.

Programs paint such lines in visual order, in logical order or mixed; pypdf's own extraction puts
them right, but says nothing of their places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from s3assist.ingest.loaders.pdf.glyphs import Run
from s3assist.ingest.loaders.pdf.lines import Line, clean

SHARE = 0.2
"""Of the letters; a foreign name in a Latin page stays below."""
_SIZE = 10.0
_PITCH = 12.0


def is_right_to_left(runs: Iterable[Run]) -> bool:
    """Whether a good part of the letters is Arabic, Hebrew or the like."""
    directions = [
        unicodedata.bidirectional(char[0])
        for run in runs
        for char in run.chars
        if char and char[0].isalpha()
    ]
    leftward = sum(direction in ("R", "AL") for direction in directions)
    return leftward > SHARE * len(directions)


def lines_of_text(text: str) -> list[Line]:
    """The lines of extracted text, as if set in one column of a fixed-width font."""
    found = [(row, clean(line)) for row, line in enumerate(text.splitlines())]
    return [
        Line(
            text=line,
            x0=0.0,
            x1=len(line) * _SIZE / 2,
            y=-row * _PITCH,
            size=_SIZE,
            bold=False,
            starts_bold=False,
            ends_bold=False,
            angle=0,
            order=row,
            first_word=len(line.split(" ", 1)[0]) * _SIZE / 2,
        )
        for row, line in found
        if line
    ]
