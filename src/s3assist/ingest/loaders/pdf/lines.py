"""From painted glyphs to lines of text: what stands on one baseline without a wide gap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from s3assist.ingest.loaders.pdf.glyphs import Run
from s3assist.ingest.loaders.pdf.marks import LABEL, SYMBOL_BULLETS
from s3assist.ingest.loaders.raised import raised

WORD_GAP = 0.16
"""In ems: a wider gap between two glyphs is a space. Kerning stays below, a tight word space
(0.22 em in justified text) above."""
CELL_GAP = 1.2
"""In ems: a wider gap that no space glyph fills parts columns and table cells."""
LABEL_GAP = 6.0
"""In ems: a bullet or number stays with its text across a tab of this width."""
OVERPRINT = 0.15
"""In ems: the same character painted twice closer than this is bold or a shadow, not a double."""
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
    """Tagged table row and cell; 0 outside tables."""
    cell: int = 0
    first_word: float = 0.0
    """Width of the first word in points: would it have fitted on the line before?"""


@dataclass(slots=True)
class _Growing:
    """A line under construction."""

    runs: list[Run] = field(default_factory=list)
    size: float = 0.0
    y: float = 0.0
    x1: float = 0.0

    def takes(self, run: Run) -> bool:
        """Whether `run` continues this line to the right."""
        if not self.runs or run.angle != self.runs[0].angle:
            return False
        big, small = max(self.size, run.size), min(self.size, run.size)
        # Superscripts stand off the baseline, by less than their line's height.
        if abs(run.y - self.y) > big * (0.2 if small > RAISED_SIZE * big else 0.6):
            return False
        if run.cell != self.runs[-1].cell:
            return False
        gap = (run.x0 - self.x1) / max(big, 0.1)
        if gap < -0.5:
            return False
        return gap <= CELL_GAP or (gap <= LABEL_GAP and self.is_label_of(run.text))

    def is_label_of(self, text: str) -> bool:
        """Whether this is the bullet or number of `text`, which stands to its right."""
        label = clean("".join(run.text for run in self.runs))
        if label.isdigit() and not text.strip()[:1].isalpha():
            return False
        return LABEL.fullmatch(label) is not None

    def ink(self) -> tuple[float, float]:
        """Left and right edge of what is seen."""
        inked = [run for run in self.runs if not run.text.isspace()]
        first, last = inked[0], inked[-1]
        left = next(i for i, char in enumerate(first.chars) if not char.isspace())
        right = max(i for i, char in enumerate(last.chars) if not char.isspace())
        return first.starts[left], last.ends[right]

    def add(self, run: Run) -> None:
        if not self.runs or (run.size > self.size * 1.1 and run.text.strip()):
            self.size, self.y = run.size, run.y
        self.x1 = run.x1
        self.runs.append(run)


def clean(text: str) -> str:
    """`text` without control characters, every kind of white space as one blank."""
    return _SPACES.sub(" ", _UNPRINTABLE.sub("", text.translate(SYMBOL_BULLETS))).strip()


def visible(runs: Sequence[Run]) -> list[Run]:
    """`runs` without overprinted copies, marked running headers, and an invisible layer under
    visible text.
    """
    painted = sum(len(run.chars) for run in runs if not run.hidden)
    hidden = sum(len(run.chars) for run in runs if run.hidden)
    marked = sum(len(run.chars) for run in runs if run.pagination)
    # A page that is all header is one that its producer has marked wrongly.
    trusted = 2 * marked < painted + hidden
    kept: list[Run] = []
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for run in runs:
        if (run.hidden and painted > hidden) or (run.pagination and trusted):
            continue
        near = OVERPRINT * run.size
        fresh = [
            index
            for index, (char, x) in enumerate(zip(run.chars, run.starts, strict=True))
            if char.isspace() or not _printed_before(seen, char, x, run.y, near)
        ]
        if any(not run.chars[index].isspace() for index in fresh):
            if len(fresh) < len(run.chars):
                run.chars = [run.chars[index] for index in fresh]
                run.starts = [run.starts[index] for index in fresh]
                run.ends = [run.ends[index] for index in fresh]
            kept.append(run)
        elif len(fresh) == len(run.chars):
            kept.append(run)
    return kept


def _printed_before(
    seen: dict[tuple[str, int, int], tuple[float, float]],
    char: str,
    x: float,
    y: float,
    near: float,
) -> bool:
    """Look up, then note, a character at a place; the grid is 2 points wide."""
    column, row = round(x / 2), round(y / 2)
    for i in (column - 1, column, column + 1):
        for j in (row - 1, row, row + 1):
            place = seen.get((char, i, j))
            if place and abs(place[0] - x) < near and abs(place[1] - y) < near:
                return True
    seen[char, column, row] = (x, y)
    return False


def lines(runs: Iterable[Run]) -> list[Line]:
    """The lines of one page in the order of its content stream; none is empty."""
    found: list[_Growing] = []
    current = _Growing()
    for run in runs:
        if not current.takes(run):
            current = _Growing()
            found.append(current)
        current.add(run)
    made = [line for growing in _mended(found) if (line := _line(growing)) is not None]
    return made


def _mended(growing: list[_Growing]) -> list[_Growing]:
    """Join pieces of a line that were painted out of order but touch each other."""
    pieces = [piece for piece in growing if any(run.text.strip() for run in piece.runs)]
    result: list[_Growing] = []
    for piece in pieces:
        for other in reversed(result[-40:]):
            if other.runs[0].angle != piece.runs[0].angle:
                continue
            big = max(other.size, piece.size)
            if abs(other.y - piece.y) > 0.1 * big or min(other.size, piece.size) < 0.85 * big:
                continue
            after = (piece.ink()[0] - other.ink()[1]) / big
            before = (other.ink()[0] - piece.ink()[1]) / big
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
