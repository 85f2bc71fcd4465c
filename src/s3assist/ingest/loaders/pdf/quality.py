"""Whether the text of a page is text at all."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

FEWEST = 20
"""Characters below which a share says nothing."""
MOST_UNMAPPED = 0.25
"""Share of characters that stand for nothing from which a page is refused."""
FEWEST_WORDS = 0.5
"""Share of letters and digits below which a page is not text."""
FEWEST_RECOGNISED = 0.4
"""Share of whole words; good text layers reach 0.8, handwriting 0.2."""
_WORD = re.compile(
    r"[(\"'“‘]*(?:[^\W\d_]?[^\W\d_A-Z]+|[^\W\d_a-z]+)(?:[-'’][^\W\d_]+)*[.,;:!?)\"'”’]*"
)


def is_garbage(text: str, raw: str, *, mapped: bool) -> bool:
    """Whether `text` is what a font without a Unicode map leaves.

    `raw` is the text before control characters were removed: they are a sign of such fonts.
    `mapped` tells whether most fonts of the page say what their codes mean.
    """
    inked = [char for char in raw if not char.isspace()]
    if not mapped and _is_scrambled(text, fewest=1):
        return True
    if len(inked) < FEWEST:
        return bool(inked) and all(is_unmapped(char) for char in inked)
    if sum(map(is_unmapped, inked)) > MOST_UNMAPPED * len(inked):
        return True
    return _is_scrambled(text)


def is_unmapped(char: str) -> bool:
    """Whether `char` stands for nothing that a page could print."""
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cs", "Cc")


def _is_scrambled(text: str, fewest: int = 5 * FEWEST) -> bool:
    """Whether symbols stand where letters should: codes of a shifted or custom encoding."""
    # Leaders of a table of contents, rules and bullets are no sign either way.
    inked = [char for char in text if not char.isspace() and char not in "._-–…•|"]
    if len(inked) < fewest:
        return False
    kinds = Counter(unicodedata.category(char)[0] for char in inked)
    # A page of figures is mostly digits, so they count as much as letters.
    readable = kinds["L"] + kinds["N"] + kinds["M"]
    return readable < (1 - FEWEST_WORDS) * len(inked)


def is_poor_recognition(text: str) -> bool:
    """Whether the text layer of a scan is mostly not words, as from handwriting."""
    tokens = text.split()
    letters = sum(map(len, tokens))
    words = sum(len(token) for token in tokens if len(token) > 1 and _WORD.fullmatch(token))
    return letters >= FEWEST and words < FEWEST_RECOGNISED * letters


def is_please_wait(texts: Sequence[str]) -> bool:
    """Whether all that is printed is the notice of a form that only Adobe's programs show."""
    words = " ".join(texts).casefold()
    return len(words) < 2_000 and "please wait" in words and "viewer" in words
