"""Where words stand in a loosened text: whole words, with the omissions that they mark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from s3assist.documents import Span
from s3assist.verify.loosen import loosened

NEAR = 3000
"""Characters within which the parts of a quote with omissions must stand, in order."""
OMISSION = re.compile(r"\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]\s*")
CHANGED_LETTER = re.compile(r"\[(\w)\](?=\w)")
"""``[c]lusters``: an initial that somebody fitted into a sentence."""
NUMBER = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,'⁄]\d+)+|(?<!\d)\d{1,3} [¼-¾⅐-⅞]")
LONGEST_NUMBER = 20
CURRENCY = ("€", "$", "£")
MINUS = re.compile(r"(?<![^\s(\[\"'|€$£])-(?=[€$£]?\d)")
"""Of −5 %; the dash of 2014–2020 stands after a number."""


def ways(words: str) -> tuple[tuple[str, ...], ...]:
    """How words may be read: as they are; with the omissions and the initials that they mark."""
    plain = (loosened(words),)
    read = []
    for fitted in {
        words,
        CHANGED_LETTER.sub(lambda m: m[1].upper(), words),
        CHANGED_LETTER.sub(lambda m: m[1].lower(), words),
    }:
        parts = (loosened(part) for part in OMISSION.split(fitted))
        read.append(tuple(part for part in parts if part))
    return (plain, *(parts for parts in read if parts and parts != plain))


def occurrences(parts: Sequence[str], loose: str) -> Iterator[Span]:
    """Where all parts stand in order, as whole words, not far from each other."""
    for first in positions(parts[0], loose):
        end = first.end
        for part in parts[1:]:
            following = next(positions(part, loose, end), None)
            if following is None or following.start - end > NEAR:
                break
            end = following.end
        else:
            yield Span(first.start, end)


def positions(part: str, loose: str, start: int = 0) -> Iterator[Span]:
    """Where a part stands and is no piece of a longer word or number."""
    at = loose.find(part, start)
    while part and at >= 0:
        end = at + len(part)
        if not is_cut(loose, at) and not is_cut(loose, end):
            yield Span(at, end)
        at = loose.find(part, at + 1)


def is_cut(loose: str, at: int) -> bool:
    """Whether a place is within a word, or within a number with its marks: 1.5, 30,000, −€5."""
    letter = at
    while letter and unicodedata.combining(loose[letter - 1]):
        letter -= 1
    if unicodedata.combining(loose[at : at + 1] or " "):  # an accent is a part of its letter
        return True
    if loose[letter - 1 : letter].isalnum() and loose[at : at + 1].isalnum():
        return True
    sign = at - 2 if loose[at - 1 : at] in CURRENCY else at - 1
    if sign >= 0 and MINUS.match(loose, sign):
        return True
    return any(
        number.start() < at < number.end()
        for number in NUMBER.finditer(loose, max(0, at - LONGEST_NUMBER), at + LONGEST_NUMBER)
    )
