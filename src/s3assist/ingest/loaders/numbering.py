"""Numbers that a list prints before its entries, where no text holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase

from lxml.html import HtmlElement

from s3assist.numerals import to_roman

_LIST_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_STYLES = {
    "decimal": "1",
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip


@dataclass(slots=True)
class Numbering:
    """Of one list whose entries are read in order."""

    kind: str
    """``1``, ``a``, ``A``, ``i`` or ``I``."""
    following: int
    step: int

    def label(self, entry: HtmlElement) -> str:
        """What a browser prints before the next entry: ``3.``, ``c.`` or ``iii.``, and a space."""
        number = _integer(entry.get("value"), self.following)
        self.following = number + self.step
        return f"{_written(number, self.kind)}. "


def numbering(element: HtmlElement) -> Numbering | None:
    """How a list is numbered; None for bullets, and for a list with a class: a style sheet may
    number it otherwise or not at all, and a number that no page prints is a misquote.
    """
    style = _LIST_STYLE.search(element.get("style", ""))
    kind = _STYLES.get(style[1].lower(), "") if style else element.get("type", "1")
    if element.tag != "ol" or element.get("class") or kind not in _STYLES.values():
        return None
    backwards = "reversed" in element.attrib
    first = len(element.findall("li")) if backwards else 1
    return Numbering(kind, _integer(element.get("start"), first), -1 if backwards else 1)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text.strip()) else default


def _written(number: int, kind: str) -> str:
    """`number` in the digits of `kind`, or in our own where those have no sign for it."""
    text = str(number)
    if kind in "aA" and number > 0:
        text = _letters(number)
    elif kind in "iI" and 0 < number < 4000:
        text = to_roman(number)
    return text.upper() if kind.isupper() else text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = ascii_lowercase[letter] + text
    return text
