"""Paragraphs, list items and table rows of one page, from its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from s3assist.documents import BlockKind
from s3assist.ingest.loaders.hyphenation import HYPHENS, SOFT_HYPHEN
from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.ingest.loaders.pdf.marks import BULLET, NOTE, NUMBERED, TERMINAL, is_item
from s3assist.ingest.loaders.pdf.tables import (
    Row,
    bands,
    in_columns,
    is_whole_row,
    tagged_rows,
    wrapped_row,
)

BREAK_GAP = 1.3
"""In line pitches: a wider step to the next line begins a paragraph."""
TAGGED_GAP = 2.2
"""The same for lines that the file's tags join."""
OTHER_SIZE = 0.12
"""Difference in font size that parts blocks."""
MOST_CELLS = 60
"""Lines that are looked at for one row of a table."""


@dataclass(slots=True)
class Draft:
    """A block in the making."""

    kind: BlockKind
    lines: list[Line]
    page: int
    """Index from 1."""
    flow: int
    """Number of the column or cell on its page that it stands in."""
    left: float
    right: float
    """Edges of that column in points."""
    level: int = 0
    cells: list[list[Line]] = field(default_factory=list)
    """Of a table row; empty for every other kind."""
    pieces: list[tuple[int, list[Line]]] = field(default_factory=list)
    """(page, lines) that continue it in later columns or pages."""

    @property
    def text(self) -> str:
        """Of the first piece, to be tested; the printed text is made with the hyphenation."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def last_line(self) -> Line:
        return self.pieces[-1][1][-1] if self.pieces else self.lines[-1]


def drafts(lines: Sequence[Line], page: int) -> list[Draft]:
    """The blocks of one page in reading order."""
    pitch = _pitches(lines)
    result: list[Draft] = []
    for number, flow in enumerate(_flows(lines, pitch)):
        if isinstance(flow, Row):
            every = [line for cell in flow.cells for line in cell]
            left, right = min(line.x0 for line in every), max(line.x1 for line in every)
            result.append(Draft(BlockKind.ROW, every, page, number, left, right, cells=flow.cells))
        else:
            result.extend(_paragraphs(flow, page, number, pitch))
    return result


def _pitches(lines: Iterable[Line]) -> dict[float, float]:
    """The usual step between lines of each font size, in points."""
    steps: dict[float, Counter[float]] = {}
    previous: Line | None = None
    for line in lines:
        if previous and previous.size == line.size and previous.angle == line.angle:
            step = previous.y - line.y
            overlap = min(previous.x1, line.x1) - max(previous.x0, line.x0)
            if 0.8 * line.size < step < 2.5 * line.size and overlap > 0:
                steps.setdefault(line.size, Counter())[round(step * 2) / 2] += 1
        previous = line
    return {size: counts.most_common(1)[0][0] for size, counts in steps.items()}


def _flows(lines: Sequence[Line], pitch: dict[float, float]) -> list[list[Line] | Row]:
    """Cut the page where the text jumps to another column, cell or label."""
    flows: list[list[Line] | Row] = []
    plain: list[Line] = []
    for item in tagged_rows(lines):
        if isinstance(item, Row):
            flows.extend(_untagged_flows(plain, pitch))
            plain = []
            flows.append(item)
        else:
            plain.append(item)
    flows.extend(_untagged_flows(plain, pitch))
    return flows


def _untagged_flows(lines: Sequence[Line], pitch: dict[float, float]) -> list[list[Line] | Row]:
    flows: list[list[Line] | Row] = []
    ordered = in_columns(lines)
    index = 0
    while index < len(ordered):
        band = bands(ordered[index : index + MOST_CELLS])[0]
        above = flows[-1] if flows and isinstance(flows[-1], Row) else None
        wrapped = wrapped_row(ordered[index : index + MOST_CELLS], pitch, above)
        if wrapped is not None:
            flows.append(wrapped[0])
            index += wrapped[1]
            continue
        index += len(band)
        below = bands(ordered[index : index + MOST_CELLS])[:1]
        if is_whole_row(band, below[0] if below else [], pitch):
            flows.append(Row([[line] for line in band]))
            continue
        for line in band:
            last = flows[-1] if flows else None
            if isinstance(last, list) and _below(last[-1], line):
                last.append(line)
            else:
                flows.append([line])
    return flows


def _below(upper: Line, lower: Line) -> bool:
    """Whether `lower` can be the next line of the column that `upper` stands in."""
    step = upper.y - lower.y
    if upper.angle != lower.angle or not 0.5 * lower.size < step or upper.cell != lower.cell:
        return False
    overlap = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    shorter = min(upper.x1 - upper.x0, lower.x1 - lower.x0)
    return overlap > 0.3 * shorter and step < 6 * max(upper.size, lower.size)


def _paragraphs(
    flow: Sequence[Line], page: int, number: int, pitch: dict[float, float]
) -> list[Draft]:
    """Cut one column into paragraphs and list items."""
    left, right = min(line.x0 for line in flow), max(line.x1 for line in flow)
    result: list[Draft] = []
    for line in flow:
        last = result[-1] if result else None
        if last and not _breaks(last, line, pitch, right):
            last.lines.append(line)
            continue
        kind = BlockKind.ITEM if is_item(line.text) else BlockKind.PARAGRAPH
        result.append(Draft(kind, [line], page, number, left, right))
    return result


def _breaks(block: Draft, line: Line, pitch: dict[float, float], right: float) -> bool:
    """Whether `line` begins a new block behind `block`."""
    last = block.lines[-1]
    step = last.y - line.y
    usual = pitch.get(line.size, 1.35 * line.size)
    if len(block.lines) > 1:
        usual = max(usual, block.lines[-2].y - last.y)
    if abs(last.size - line.size) > OTHER_SIZE * max(last.size, line.size):
        return True
    if BULLET.match(line.text) or NOTE.match(line.text):
        return True
    if last.blocks and line.blocks:
        return not last.blocks & line.blocks or step > TAGGED_GAP * usual
    if step > BREAK_GAP * usual:
        return True
    ended = TERMINAL.search(last.text) is not None
    # The first word would have fitted on the line before, so the line was ended on purpose.
    room = right - 0.5 * line.size - (last.x1 + 0.3 * line.size)
    forced = line.first_word < room and last.text[-1] not in HYPHENS + SOFT_HYPHEN
    return _breaks_by_style(block, line, ended, forced) or _breaks_by_edge(
        block, line, ended, forced
    )


def _breaks_by_style(block: Draft, line: Line, ended: bool, forced: bool) -> bool:
    """Whether number, weight or font of `line` begin a new block."""
    last = block.lines[-1]
    if NUMBERED.match(line.text) and (ended or forced or line.x0 < last.x0 - 2):
        return True
    if block.bold and not line.starts_bold:
        return forced or not line.text[:1].islower()
    if line.bold and not last.ends_bold:
        return ended or forced
    other_font = last.font != line.font and last.size != line.size
    return other_font and (forced or ended) and not line.text[:1].islower()


def _breaks_by_edge(block: Draft, line: Line, ended: bool, forced: bool) -> bool:
    """Whether the ends and indents of the lines show a new paragraph."""
    last = block.lines[-1]
    indent = line.x0 - last.x0
    if line.text[:1].islower() and not ended:
        return False
    if forced and ended:
        return True
    if forced and not block.bold:
        return block.kind is not BlockKind.ITEM or indent < -0.5 * line.size
    hanging = len(block.lines) > 1 or block.kind is BlockKind.ITEM
    if ended and not hanging and indent > 0.8 * line.size:
        return True
    if ended and len(block.lines) > 1 and abs(indent) > 0.8 * line.size:
        return True
    return block.kind is BlockKind.ITEM and indent < -0.8 * line.size
