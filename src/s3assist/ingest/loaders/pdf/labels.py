"""Words of charts, diagrams and slides: they are printed, and are no sentences to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from s3assist.documents import Block, BlockKind
from s3assist.ingest.loaders.pdf.marks import TERMINAL

ALWAYS = 2
"""Words up to which a paragraph that no full stop ends says nothing by itself."""
MOST_CHARS = 80
"""Characters of a label; a script without spaces has few words otherwise."""
MOST_WORDS = 8
"""Words of a label beside other labels."""
TOGETHER = 4
"""So many short paragraphs in a row are a chart's labels or a table's cells."""


def without_labels(blocks: Sequence[Block]) -> list[Block]:
    """`blocks`, those that are labels marked as not to be quoted."""
    result: list[Block] = []
    for (short, _), group in groupby(
        blocks, key=lambda block: (_words(block) <= MOST_WORDS, _page(block))
    ):
        run = list(group)
        together = short and len(run) >= TOGETHER
        result += [
            replace(block, quotable=False) if together or _words(block) <= ALWAYS else block
            for block in run
        ]
    return result


def _page(block: Block) -> int:
    return block.pages[0][1] if block.pages else 0


def _words(block: Block) -> int:
    """Of a paragraph that no full stop ends; more than any label has for everything else."""
    long = len(block.text) > MOST_CHARS
    if block.kind is not BlockKind.PARAGRAPH or long or TERMINAL.search(block.text):
        return MOST_WORDS + 1
    return sum(any(char.isalpha() for char in word) for word in block.text.split())
