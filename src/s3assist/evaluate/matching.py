"""Does a quote say what the answer key says? Compared as letters and digits, nothing else.

Answer keys were copied from other extractions of the same pages, or tokenised (``word .``), so
spaces, hyphens and punctuation can't be held against a quote. What is left must agree exactly:
this is the "exact match after normalisation" of Rajpurkar et al., "SQuAD: 100,000+ Questions for
Machine Comprehension of Text" (2016), asked of containment instead of equality.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SOFT_HYPHEN = "\u00ad"
NOT_A_LETTER = re.compile(r"[\W_]+")
LEAST_SHARE = 0.6
"""A quote that is only a part of the answer key's sentence must be at least this much of it."""


def letters(text: str) -> str:
    """Letters and digits alone, case folded, run together: ``E-mail us`` is ``emailus``."""
    return NOT_A_LETTER.sub("", fold(text))


def words(text: str) -> str:
    """Words parted and framed by single spaces: ``one - year`` and ``one-year`` are the same."""
    return f" {NOT_A_LETTER.sub(' ', fold(text)).strip()} "


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(SOFT_HYPHEN, "").casefold()


def matches(text: str, sentence: str) -> bool:
    """Whether `text` holds the sentence, or is most of it."""
    own, key = letters(text), letters(sentence)
    if not own or not key:
        return False
    return key in own or (own in key and len(own) >= LEAST_SHARE * len(key))


def matches_any(text: str, sentences: Iterable[str]) -> bool:
    return any(matches(text, sentence) for sentence in sentences)


def names_any(text: str, answers: Iterable[str]) -> bool:
    """Whether `text` holds one of the short answers as whole words: ``12`` is not in ``2012``."""
    own = words(text)
    return any(words(answer).strip() and words(answer) in own for answer in answers)
