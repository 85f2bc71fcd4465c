"""The canonical text of a document and its maps: paragraphs, sentences, pages, sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from s3assist.documents import (
    CELL,
    Block,
    BlockKind,
    Document,
    Extract,
    Metadata,
    Page,
    Paragraph,
    Section,
    Span,
)

Split = Callable[[str], Sequence[tuple[int, int]]]
"""From a block's text to the half-open ranges of its sentences, in order."""

LONGEST_COLUMN_NAME = 48
"""Characters up to which a cell of a table's first row is taken for the name of a column."""
CAPTION = re.compile(
    r"(?:table|figure|fig\.|graph|chart|map|box|tableau|graphique|tabelle|abbildung|cuadro|gráfico)"
    r"\s(?:[A-Z]\.?)?\d+(?:[.-]\d+)*\b(?!.*[.!?;…][\"'”’»)\]]*$)",
    re.IGNORECASE,
)
"""What stands above or below a table or a figure and is no sentence."""
TELLING = re.compile(r"(?<!\w)(?:[^\W\d_]{2,}|\d+)(?!\w)")
"""A word or a number: letters with a number are a label in a drawing."""
FEWEST_WORDS = 4
"""Of a single cell that may be a sentence."""
_TIGHT = (BlockKind.ITEM, BlockKind.ROW)


def assemble(
    extract: Extract,
    *,
    path: str,
    format: str,
    sha256: str,
    metadata: Metadata,
    split: Split,
) -> Document:
    """Join the blocks of `extract` into one text, unchanged, and map it.

    Blocks are parted by an empty line, items of one list and rows of one table by a line break.
    `path` is below the corpus folder, `sha256` is that of the file's bytes.
    """
    blocks = [block for block in extract.blocks if block.text.strip()]
    text, starts = _join(blocks)
    return Document(
        path=path,
        format=format,
        sha256=sha256,
        metadata=metadata,
        text=text,
        paragraphs=tuple(
            _paragraph(block, start, split, is_header=_is_header(blocks, position))
            for position, (block, start) in enumerate(zip(blocks, starts, strict=True))
        ),
        pages=_pages(zip(blocks, starts, strict=True), extract),
        sections=_sections(blocks, starts, len(text), metadata.title),
        warnings=extract.warnings,
    )


def _join(blocks: Sequence[Block]) -> tuple[str, list[int]]:
    """The text and the offset at which each block starts in it."""
    pieces: list[str] = []
    starts: list[int] = []
    offset = 0
    previous: BlockKind | None = None
    for block in blocks:
        if previous is not None:
            gap = "\n" if block.kind == previous and block.kind in _TIGHT else "\n\n"
            pieces.append(gap)
            offset += len(gap)
        starts.append(offset)
        pieces.append(block.text)
        offset += len(block.text)
        previous = block.kind
    return "".join(pieces), starts


def _is_header(blocks: Sequence[Block], position: int) -> bool:
    """Whether a block is the first row of a table and only names its columns."""
    block = blocks[position]
    if block.kind is not BlockKind.ROW or (position and blocks[position - 1].kind == block.kind):
        return False
    follows = position + 1 < len(blocks) and blocks[position + 1].kind is BlockKind.ROW
    cells = block.text.split(CELL)
    named = all(len(cell) <= LONGEST_COLUMN_NAME and not cell.endswith(".") for cell in cells)
    return follows and len(cells) > 1 and named and not any(c.isdigit() for c in block.text)


def _is_hollow(row: str) -> bool:
    """Whether a row has one thing to say at the most and does not say it in a sentence, such as
    ``c | c | c`` of a drawing that is laid out like a table."""
    cells = {cell.casefold().strip() for cell in row.split(CELL)}
    telling = [cell for cell in cells if TELLING.search(cell)]
    return len(telling) < 2 and all(len(cell.split()) < FEWEST_WORDS for cell in telling)


def _paragraph(block: Block, start: int, split: Split, *, is_header: bool) -> Paragraph:
    end = start + len(block.text)
    match block.kind:
        case BlockKind.HEADING:
            sentences: tuple[Span, ...] = ()
        case _ if not block.quotable:
            sentences = ()
        case BlockKind.PARAGRAPH if CAPTION.match(block.text):  # it says what is shown, not what is
            sentences = ()
        case BlockKind.ROW if is_header:  # names of columns say nothing by themselves
            sentences = ()
        case BlockKind.ROW if _is_hollow(block.text):
            sentences = ()
        case BlockKind.ROW:  # cells are not sentences, and a cell alone says nothing
            sentences = (Span(start, end),)
        case _:
            sentences = tuple(Span(start + a, start + b) for a, b in split(block.text) if a < b)
    return Paragraph(start, end, block.kind, sentences)


def _pages(placed: Iterable[tuple[Block, int]], extract: Extract) -> tuple[Page, ...]:
    """Where the text passes from one page to another; pages without text are left out.

    Starts ascend. Indexes do too, but for a footnote that follows a paragraph which runs on to the
    next page: there the text steps back, and its page must still be the one it is printed on.
    """
    pages: list[Page] = []
    labels = extract.page_labels
    for block, start in placed:
        for position, (offset, index) in enumerate(block.pages):
            following = block.pages[position + 1 : position + 2]
            end = following[0][0] if following else len(block.text)
            if offset >= end or (pages and index == pages[-1].index):
                continue
            label = labels[index - 1] if 0 < index <= len(labels) else ""
            pages.append(
                Page(
                    start + offset,
                    index,
                    label or str(index),
                    extract.doubts.get(index, ""),
                    index in extract.recognised,
                )
            )
    return tuple(pages)


def _sections(
    blocks: Sequence[Block], starts: Sequence[int], length: int, title: str
) -> tuple[Section, ...]:
    """One section per heading, to the next heading of its own or an outer level.

    The heading that repeats the document's title is left out: it would stand in every citation.
    """
    headings = [
        (start, max(block.level, 1), block.text)
        for block, start in zip(blocks, starts, strict=True)
        if block.kind is BlockKind.HEADING
    ]
    ends = [length] * len(headings)
    open_: list[int] = []
    for position, (start, level, _) in enumerate(headings):
        while open_ and headings[open_[-1]][1] >= level:
            ends[open_.pop()] = start
        open_.append(position)
    return tuple(
        Section(start, end, level, text)
        for (start, level, text), end in zip(headings, ends, strict=True)
        if not (level == 1 and _same(text, title))
    )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
