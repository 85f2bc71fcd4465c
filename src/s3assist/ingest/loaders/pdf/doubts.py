"""What speaks against the text of a page that is readable as a whole."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from s3assist.documents import Block, BlockKind
from s3assist.ingest.loaders.pdf.marks import TERMINAL
from s3assist.ingest.loaders.pdf.quality import FEWEST, is_unmapped

RECOGNISED = "its text was recognised from a scan"
UNSURE = "its text was recognised from a scan that is hard to read"
FEW_WORDS = "hardly any text beside a large image: the rest may be missing"

UNMAPPED = 0.01
"""Share of characters that stand for nothing from which a page is doubtful."""
LONGEST_WORD = 24
"""Letters; longer words are several without their spaces, or German."""
GLUED = 0.05
"""Share of the letters in such words, or beside full stops without a space, that makes doubtful."""
STOP = 6
"""Letters that a full stop without a space counts for."""
MOJIBAKE = 3
"""Pairs of characters that only a wrong encoding makes, from which a page is doubtful."""
MIXED = 0.4
"""Share of the paragraphs that begin within a sentence from which the order is doubtful."""
FEWEST_MIXED = 4
PROSE = 40
"""Characters of a paragraph that is running text."""

_WORD = re.compile(r"[^\W\d_]+")
_TIGHT_STOP = re.compile(r"[a-zß-ÿ]{3}[.,;][A-ZÀ-Þ][a-zß-ÿ]{2}")
_MOJIBAKE = re.compile(r"Ã[\u0080-¿]|Â[\u0080-¿]|â€[\u0080-\u2122]|ï¬[\u0080-¿]|Ð[\u0080-¿]")


def doubt_of(text: str, raw: str) -> str:
    """Why the text of one page may not be what it prints; empty when nothing speaks against it.

    `raw` is the text before control characters were removed.
    """
    inked = [char for char in raw if not char.isspace()]
    unmapped = sum(map(is_unmapped, inked))
    if len(inked) >= FEWEST and unmapped > UNMAPPED * len(inked):
        return "some of its characters can't be decoded"
    if len(_MOJIBAKE.findall(text)) >= MOJIBAKE:
        return "its letters look like those of a wrong encoding"
    # Letters without case are of scripts that may have no spaces.
    words = [word for word in _WORD.findall(text) if word.lower() != word.upper()]
    letters = sum(map(len, words))
    glued = sum(len(word) for word in words if len(word) > LONGEST_WORD)
    tight = STOP * len(_TIGHT_STOP.findall(text))
    if letters >= 5 * FEWEST and max(glued, tight) > GLUED * letters:
        return "its words run into each other"
    return ""


def doubtful_order(blocks: Iterable[Block]) -> dict[int, str]:
    """Pages whose paragraphs break off and begin within sentences: columns may be mixed."""
    prose: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.text) >= PROSE and block.pages:
            prose[block.pages[0][1]].append(block)
    return {
        page: "its paragraphs break off within sentences: columns may be mixed"
        for page, found in prose.items()
        if _broken(found) > max(MIXED * len(found), FEWEST_MIXED - 1)
    }


def _broken(blocks: Sequence[Block]) -> int:
    """How many paragraphs begin within a sentence or break off within one."""
    return sum(
        block.text[:1].islower() and not TERMINAL.search(before.text)
        for before, block in itertools.pairwise(blocks)
    )
