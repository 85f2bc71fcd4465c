"""From painted glyphs to lines of text: what stands on one baseline without a wide gap."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby, pairwise
from statistics import median

from s3assist.ingest.loaders.pdf.glyphs import Run
from s3assist.ingest.loaders.pdf.marks import LABEL, SYMBOL_BULLETS
from s3assist.ingest.loaders.pdf.rules import Rules
from s3assist.ingest.loaders.raised import raised

WORD_GAP = 0.16
"""In ems: a wider gap between two glyphs is a space. Kerning stays below, a tight word space
(0.22 em in justified text) above."""
CELL_GAP = 1.2
"""In ems: a wider gap that no space glyph fills parts columns and table cells."""
LABEL_GAP = 6.0
"""In ems: a bullet or number stays with its text across a tab of this width."""
SPACE_OVERLAP = 0.03
"""In ems: less room than this behind a space glyph shows that nothing is printed there."""

RAISED_SIZE = 0.9
"""Of the line's: larger type above the baseline is another line. Browsers print a superscript at
83 %."""
RAISED_BY = ((0.8, 0.15), (RAISED_SIZE, 0.25))
"""Sizes, of the line's, and how far above its baseline type below each is raised, in ems."""
_RAISED = re.compile(r"[\d\s,()\[\]*+\-\u2212\u2013\u2011]+")
"""What is raised to be an exponent or a mark; a small label (12.5%) stays as it is."""
# C0, C1, zero-width, bidi controls, BOM, lone surrogates: invisible, and able to fool a terminal.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@dataclass(slots=True)
class Line:
    """A run of text on one baseline; a table cell or one column's part of a printed line."""

    text: str
    x0: float
    x1: float
    y: float
    """Baseline, in points; up is +y in the line's own direction."""
    size: float
    """Of most characters, in points."""
    bold: bool
    """All letters are bold."""
    starts_bold: bool
    ends_bold: bool
    angle: int
    order: int
    """Position in the content stream."""
    font: str = ""
    """Name of the font of most characters."""
    blocks: frozenset[int] = frozenset()
    """Tagged paragraphs that it belongs to; empty in an untagged file."""
    row: int = 0
    """Tagged table row; 0 outside tables."""
    cell: int = 0
    """Tagged table cell, or 0; below 0 in a form field or note."""
    first_word: float = 0.0
    """Width of the first word in points: would it have fitted on the line before?"""


@dataclass(slots=True)
class _Growing:
    """A line under construction."""

    rules: Rules
    runs: list[Run] = field(default_factory=list)
    size: float = 0.0
    y: float = 0.0
    x1: float = 0.0
    ink_end: float = math.inf
    """Right edge of what is seen; there is nothing on its right where nothing is seen yet."""

    @property
    def angle(self) -> int:
        return self.runs[0].angle

    @property
    def cell(self) -> int:
        return self.runs[0].cell

    def takes(self, run: Run) -> bool:
        """Whether `run` continues this line to the right."""
        if not self.runs or (run.angle, run.cell) != (self.angle, self.cell):
            return False
        big, small = max(self.size, run.size), min(self.size, run.size)
        # Superscripts stand off the baseline, by less than their line's height.
        if abs(run.y - self.y) > big * (0.2 if small > RAISED_SIZE * big else 0.6):
            return False
        gap = (run.x0 - self.x1) / max(big, 0.1)
        if gap < -0.5 or self.parted(self.ink_end, _ink_start(run)):
            return False
        return gap <= CELL_GAP or (gap <= LABEL_GAP and self.is_label_of(run.text))

    def parted(self, left: float, right: float) -> bool:
        """Whether the page draws a rule across this line between two places without ink."""
        return self.angle == 0 and self.rules.part(left, right, self.y, self.size)

    def is_label_of(self, text: str) -> bool:
        """Whether this is the bullet or number of `text`, which stands to its right."""
        label = clean("".join(run.text for run in self.runs))
        if label.isdigit() and not text.strip()[:1].isalpha():
            return False
        return LABEL.fullmatch(label) is not None

    def ink(self) -> tuple[float, float]:
        """Left and right edge of what is seen."""
        inked = [run for run in self.runs if not run.text.isspace()]
        return _ink_start(inked[0]), _ink_end(inked[-1])

    def add(self, run: Run) -> None:
        if not self.runs or (run.size > self.size * 1.1 and run.text.strip()):
            self.size, self.y = run.size, run.y
        self.x1 = run.x1
        if run.text.strip():
            self.ink_end = _ink_end(run)
        self.runs.append(run)


def _ink_start(run: Run) -> float:
    """Where the first character that is seen begins; the right end of a run that is all blank."""
    inked = (x for x, char in zip(run.starts, run.chars, strict=True) if not char.isspace())
    return next(inked, run.x1)


def _ink_end(run: Run) -> float:
    inked = (x for x, char in zip(run.ends, run.chars, strict=True) if not char.isspace())
    return max(inked, default=run.x0)


def clean(text: str) -> str:
    """`text` without control characters, every kind of white space as one blank."""
    return _SPACES.sub(" ", _UNPRINTABLE.sub("", text.translate(SYMBOL_BULLETS))).strip()


def lines(runs: Iterable[Run], rules: Rules) -> list[Line]:
    """The lines of one page in the order of its content stream; none is empty."""
    found: list[_Growing] = []
    current = _Growing(rules)
    for run in chain.from_iterable(_cut(run, rules) for run in runs):
        if not current.takes(run):
            current = _Growing(rules)
            found.append(current)
        current.add(run)
    made = [line for growing in _mended(found) if (line := _line(growing)) is not None]
    return made


def _cut(run: Run, rules: Rules) -> Iterator[Run]:
    """`run` in pieces where it was painted across the rule between two cells."""
    inked = [index for index, char in enumerate(run.chars) if not char.isspace()]
    gaps = [(first, run.ends[last], run.starts[first]) for last, first in pairwise(inked)]
    ruled = {at for at, left, right in gaps if rules.part(left, right, run.y, run.size)}
    if run.angle or not ruled:
        yield run
        return
    # What goes on behind a rule is a whole row, and its cells need not all have rules.
    wide = CELL_GAP * run.size
    cuts = [at for at, left, right in gaps if at in ruled or right - left > wide]
    for begin, end in pairwise([0, *cuts, len(run.chars)]):
        yield run.part(begin, end)


def _mended(growing: list[_Growing]) -> list[_Growing]:
    """Join pieces of a line that were painted out of order but touch each other."""
    pieces = [piece for piece in growing if any(run.text.strip() for run in piece.runs)]
    result: list[_Growing] = []
    for piece in pieces:
        for other in reversed(result[-40:]):
            # Cells of tight tables stand no farther apart than words.
            if (other.angle, other.cell) != (piece.angle, piece.cell):
                continue
            big = max(other.size, piece.size)
            if abs(other.y - piece.y) > 0.1 * big or min(other.size, piece.size) < 0.85 * big:
                continue
            (left, right), (start, end) = other.ink(), piece.ink()
            if other.parted(right, start) or other.parted(end, left):
                continue
            after, before = (start - right) / big, (left - end) / big
            if -0.1 <= after <= 0.35:
                other.runs.extend(piece.runs)
                other.x1 = piece.x1
                break
            label = 0 <= before <= LABEL_GAP and other is result[-1]
            if -0.1 <= before <= 0.35 or (label and piece.is_label_of(other.runs[0].text)):
                other.runs[:0] = piece.runs
                break
        else:
            result.append(piece)
    return result


def _line(growing: _Growing) -> Line | None:
    runs = growing.runs
    text, first_word = _spell(growing)
    text = clean(text)
    if not text:
        return None
    inked = [run for run in runs if run.text.strip()]
    sizes = [run.size for run in inked for char in run.chars if not char.isspace()]
    fonts: Counter[str] = Counter()
    for run in inked:
        fonts[run.font] += len(run.chars)
    lettered = [run for run in inked if any(char.isalnum() for char in run.text)] or inked
    return Line(
        text=text,
        x0=inked[0].x0,
        x1=max(run.x1 for run in inked),
        y=growing.y,
        size=round(median(sizes), 1),
        bold=all(run.bold for run in lettered),
        starts_bold=lettered[0].bold,
        ends_bold=lettered[-1].bold,
        angle=runs[0].angle,
        order=min(run.order for run in runs),
        font=fonts.most_common(1)[0][0],
        blocks=frozenset(run.block for run in inked if run.block),
        row=inked[0].row,
        cell=inked[0].cell,
        first_word=first_word,
    )


def _spell(growing: _Growing) -> tuple[str, float]:
    """The text of a line with the spaces that its gaps show, and the width of its first word."""
    out: list[str] = []
    end: float | None = None
    first: float | None = None
    start = growing.runs[0].x0
    for run, chars in _with_raised(growing):
        em = max(run.size, 0.1)
        for char, x0, x1 in zip(chars, run.starts, run.ends, strict=True):
            if char.isspace():
                # A blank that does not break holds the next word on this line.
                if char not in _NO_BREAK and out and first is None and end is not None:
                    first = end - start
                out.append(" ")
                continue
            if end is not None:
                gap = (x0 - end) / em
                if out[-1] == " " and -0.3 < gap < SPACE_OVERLAP and _inside_word(out, char):
                    out.pop()
                elif out[-1] != " " and gap > WORD_GAP:
                    first = end - start if first is None else first
                    out.append(" ")
            out.append(char)
            end = x1
    return "".join(out), first if first is not None else (end or start) - start


def _with_raised(growing: _Growing) -> Iterator[tuple[Run, list[str]]]:
    """Each run with its characters, raised where it is printed so: 10⁻⁶ and 2030¹,²."""

    def stands_off(run: Run) -> bool:
        em, height = growing.size, run.y - growing.y
        return any(run.size < below * em and height > least * em for below, least in RAISED_BY)

    for off, group in groupby(growing.runs, key=stands_off):
        runs = list(group)
        text = "".join(run.text for run in runs)
        # A sign that no font explains is a control character.
        whole = off and _RAISED.fullmatch(_UNPRINTABLE.sub("", text)) is not None
        if whole:
            text = raised(text)
        place = 0
        for run in runs:
            chars = []
            for char in run.chars:
                chars.append(text[place : place + len(char)])
                place += len(char)
            if off and not whole and run.text.strip().isdigit():
                chars = [raised(char) for char in chars]
            yield run, chars


def _inside_word(out: list[str], char: str) -> bool:
    """Whether the space that ends `out` stands between two letters, alone."""
    return len(out) > 1 and out[-2][-1:].isalpha() and char[:1].isalpha()
