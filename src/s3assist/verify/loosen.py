"""Text brought to a form in which what a word processor changes by itself makes no difference.

Kinds of quotes, dashes and spaces, ligatures, composed accents, soft hyphens. Letters, case,
numbers and punctuation stay: a quote that differs in these is not verbatim.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from s3assist.answer.find import DASHES, QUOTES, is_figure_of_its_own
from s3assist.documents import Span

INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
SPACE = re.compile(r"\s+")


class Loose(dict[int, str]):
    """What each character becomes, found out once for each."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in INVISIBLE:
            loose = ""
        elif character.isspace():
            loose = " "
        elif is_figure_of_its_own(character):
            loose = character
        else:
            plain = character.translate(QUOTES)  # before it is taken apart: ´ is a space and accent
            loose = unicodedata.normalize("NFKD", plain).translate(DASHES).translate(QUOTES)
        self[code] = loose
        return loose


TABLE = Loose()


def loosened(text: str) -> str:
    """`text` for comparing, on one line."""
    return SPACE.sub(" ", text.translate(TABLE)).strip()


def folded(text: str) -> str:
    """`text` for comparing names, whose case makes no difference."""
    return loosened(text).casefold()


class Loosened:
    """A text and its loosened form, whose places lead back to it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.loose = loosened(text)

    @cached_property
    def offsets(self) -> list[int]:
        """Where each character of the loosened form stands in the text."""
        offsets: list[int] = []
        space = True
        for offset, character in enumerate(self.text):
            for loose in TABLE[ord(character)]:
                if loose == " " and space:
                    continue
                space = loose == " "
                offsets.append(offset)
        return offsets

    def raw(self, span: Span) -> Span:
        """Where characters of the loosened form stand in the text."""
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)
