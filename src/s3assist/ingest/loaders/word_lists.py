"""Lists of Word files: which a paragraph is in, at which level, and how that is numbered.

As in ISO/IEC 29500-1, 17.9: a list (``w:num``) is made after a definition (``w:abstractNum``), of
whose levels it may override some.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from s3assist.ingest.loaders.runs import Styles, W, is_on

LEVELS = 9
_DIGITS = re.compile(r"[0-9]{1,9}")
_BREAK = "{http://schemas.microsoft.com/office/word/2012/wordml}restartNumberingAfterBreak"
_SUFFIXES = {"nothing": ""}


@dataclass(frozen=True, slots=True)
class Level:
    """How the paragraphs of one level are numbered."""

    start: int
    form: str
    """A name of ``w:numFmt``; empty for one that is not understood."""
    text: str
    """With ``%2`` for the number of the second level."""
    suffix: str
    restart: int
    """Number of levels above it that begin it anew."""
    only_decimal: bool
    """Whether the numbers of all levels are printed as 1, 2, 3."""
    is_hidden: bool
    style: str
    """The paragraph style that is of this level."""


class Place(NamedTuple):
    """The list that a paragraph is in, and at which of its levels."""

    number: str
    """Of the list."""
    definition: str
    """What that is made after: lists of the same definition are counted as one."""
    depth: int
    """From 0."""


class Lists:
    """The lists of one document."""

    def __init__(self, numbering: Any, styles: Styles) -> None:
        """`numbering` is the root of ``numbering.xml``."""
        self._styles = styles
        self._lists = {n.get(f"{W}numId"): n for n in numbering.iterchildren(f"{W}num")}
        self._definitions = {
            a.get(f"{W}abstractNumId"): a for a in numbering.iterchildren(f"{W}abstractNum")
        }
        self._levels: dict[tuple[str, int], Level | None] = {}

    def place(self, paragraph: Any) -> Place | None:
        """Where a paragraph stands among the lists; None for one in no list."""
        chain = self._styles.chain(self._styles.of(paragraph))
        said = [e.find(f"{W}pPr/{W}numPr") for e in (paragraph, *chain)]
        number = next(filter(None, (_said(one, "numId") for one in said)), None)
        home = None if number is None else self._home(number)
        if number is None or home is None:
            return None
        depth = _number(said[0], "ilvl")
        if depth is None:
            depth = self._linked(number, [style.get(f"{W}styleId") for style in chain])
        if depth is None:
            levels = (_number(one, "ilvl") for one in said)
            depth = next((level for level in levels if level is not None), 0)
        return Place(number, home.get(f"{W}abstractNumId"), min(depth, LEVELS - 1))

    def _linked(self, number: str, styles: list[str]) -> int | None:
        """The level that a list keeps for a style."""
        levels = {
            level.style: depth
            for depth in range(LEVELS)
            if (level := self.level(number, depth)) is not None
        }
        return next((levels[style] for style in styles if style in levels), None)

    def _home(self, number: str) -> Any:
        """The definition of a list, behind any list style that it refers to."""
        seen: set[str] = set()
        while number in self._lists and number not in seen:
            seen.add(number)
            home = self._definitions.get(_said(self._lists[number], "abstractNumId"))
            if home is None or home.get(_BREAK, "0") != "0":
                return None
            link = _said(home, "numStyleLink")
            if link is None:
                return home
            style = next(iter(self._styles.chain(link)), None)
            holder = None if style is None else style.find(f"{W}pPr/{W}numPr")
            number = _said(holder, "numId") or ""
        return None

    def level(self, number: str, depth: int) -> Level | None:
        """A level of a list; None where it has no such level."""
        if (number, depth) not in self._levels:
            self._levels[number, depth] = self._read(number, depth)
        return self._levels[number, depth]

    def _read(self, number: str, depth: int) -> Level | None:
        home = self._home(number)
        if home is None:
            return None
        override = self._override(number, depth)
        own = None if override is None else override.find(f"{W}lvl")
        element = own if own is not None else _of_level(home.iterchildren(f"{W}lvl"), depth)
        return None if element is None else _level(element, depth)

    def own_start(self, number: str, depth: int) -> int | None:
        """Where a list begins a level, if elsewhere than its definition does."""
        return _number(self._override(number, depth), "startOverride")

    def _override(self, number: str, depth: int) -> Any:
        return _of_level(self._lists[number].iterchildren(f"{W}lvlOverride"), depth)


def _of_level(elements: Any, depth: int) -> Any:
    return next((one for one in elements if one.get(f"{W}ilvl") == str(depth)), None)


def _level(element: Any, depth: int) -> Level:
    form = element.find(f"{W}numFmt")
    is_named = form is not None and form.get(f"{W}format") is None
    begins = _number(element, "start")
    if begins is None and _said(element, "start") is not None:
        is_named = False
    restart = _number(element, "lvlRestart")
    return Level(
        start=begins or 0,
        form=form.get(f"{W}val", "") if is_named else "",
        text=_said(element, "lvlText") or "",
        suffix=_SUFFIXES.get(_said(element, "suff") or "tab", " "),
        restart=depth if restart is None else restart,
        only_decimal=is_on(element.find(f"{W}isLgl")),
        is_hidden=is_on(element.find(f"{W}rPr/{W}vanish")),
        style=_said(element, "pStyle") or "",
    )


def _said(element: Any, name: str) -> str | None:
    """The value of a child, as in ``<w:numId w:val="3"/>``."""
    child = None if element is None else element.find(f"{W}{name}")
    value: str | None = None if child is None else child.get(f"{W}val")
    return value


def _number(element: Any, name: str) -> int | None:
    value = _said(element, name)
    return int(value) if value is not None and _DIGITS.fullmatch(value) else None
