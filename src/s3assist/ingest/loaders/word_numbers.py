"""Numbers that Word prints before paragraphs, written into them: ``Article 5``, ``(b)``, ``2.1``.

Where a file does not say for certain what is printed, no number is written: a wrong one is a
misquote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from s3assist.ingest.loaders.runs import Styles, W, is_on
from s3assist.ingest.loaders.word_lists import LEVELS, Level, Lists, Place
from s3assist.ingest.loaders.words import paragraph_text, runs_on
from s3assist.numerals import to_roman

_PLACE = re.compile(r"%([1-9])")
_MOST = 3999
"""Higher numbers have no form in Roman digits."""


def write_numbers(document: Any, styles: Styles) -> None:
    """Write before each numbered paragraph of a document what Word prints there.

    Args:
        document: of python-docx; its runs are settled.
    """
    from docx.oxml.parser import parse_xml

    parts = {r.reltype.rpartition("/")[2]: r for r in document.part.rels.values()}
    if "numbering" not in parts:
        return
    lists = Lists(parse_xml(parts["numbering"].target_part.blob), styles)
    boxed = {p for box in document.element.iter(f"{W}txbxContent") for p in box.iter(f"{W}p")}
    # The turn of an entry in a text box is not certain: no entry of its list is numbered.
    left_out = {place.definition for p in boxed if (place := lists.place(p))}
    numbers = Numbers(lists)
    joined: list[Any] = []
    for paragraph in document.element.body.iter(f"{W}p"):
        if paragraph in boxed:
            continue
        joined.append(paragraph)
        if runs_on(paragraph):
            continue
        place = lists.place(paragraph)
        if place is not None and place.definition not in left_out:
            is_empty = not any(paragraph_text(one)[0].strip() for one in joined)
            label = numbers.label(place) if _counts(paragraph, is_empty) else ""
            if label and not is_empty:
                _write(joined[0], label)
        joined = []


def _counts(paragraph: Any, is_empty: bool) -> bool:
    """Whether a paragraph, be it empty, counts: not if it was deleted, moved away or is hidden."""
    mark = f"{W}pPr/{W}rPr"
    if paragraph.find(f"{mark}/{W}moveFrom") is not None:
        return False
    if is_empty and is_on(paragraph.find(f"{mark}/{W}vanish")):
        return False
    rows = paragraph.iterancestors(f"{W}tr")
    return all(row.find(f"{W}trPr/{W}del") is None for row in rows)


def _write(paragraph: Any, label: str) -> None:
    run = paragraph.makeelement(f"{W}r")
    text = run.makeelement(f"{W}t")
    text.text = label
    run.append(text)
    properties = paragraph.find(f"{W}pPr")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, run)


@dataclass(slots=True)
class Counts:
    """How far the levels of one definition are; None for a level that begins anew."""

    numbers: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    begun: set[str] = field(default_factory=set)
    """Lists that had a paragraph."""
    used: set[tuple[str, int]] = field(default_factory=set)
    """Lists and levels that had one."""
    uncertain: set[int] = field(default_factory=set)
    """Levels whose number may be another, by how one reads the standard."""


class Numbers:
    """The numbers of one document, whose paragraphs are counted in order."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._counts: dict[str, Counts] = {}

    def label(self, place: Place) -> str:
        """Count a paragraph, and what is printed before it: ``3. `` with its space, or nothing."""
        level = self._lists.level(place.number, place.depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(place.definition, Counts())
        self._count(counts, place.number, place.depth, level)
        return self._written(counts, place.number, level)

    def _count(self, counts: Counts, number: str, depth: int, level: Level) -> None:
        own, reached = self._lists.own_start(number, depth), counts.numbers[depth]
        if reached is None:
            counts.numbers[depth] = level.start if own is None else own
            differs = own not in (None, level.start)
        elif own is None or (number, depth) in counts.used:
            counts.numbers[depth] = reached + 1
            differs = False
        else:
            counts.numbers[depth] = own
            differs = True
        if differs and number in counts.begun:  # a list's own start may be for its first paragraph
            counts.uncertain.add(depth)
        counts.begun.add(number)
        counts.used.add((number, depth))
        # Of a level that a deeper one came before, the next may be the first or the second.
        counts.uncertain |= {above for above in range(depth) if counts.numbers[above] is None}
        for lower in range(depth + 1, LEVELS):
            below = self._lists.level(number, lower)
            if below is None or depth < below.restart:
                counts.numbers[lower] = None
                counts.uncertain.discard(lower)

    def _written(self, counts: Counts, number: str, level: Level) -> str:
        """What is printed for a level, with its numbers; nothing where one of them is uncertain."""
        parts = _PLACE.split(level.text)
        if level.is_hidden or (level.form == "bullet" and len(parts) == 1):
            return ""
        for position in range(1, len(parts), 2):
            place = int(parts[position]) - 1
            shown, count = self._lists.level(number, place), counts.numbers[place]
            if shown is None or count is None or place in counts.uncertain:
                return ""
            form = "decimal" if level.only_decimal and shown.form in _FORMS else shown.form
            written = digits(count, form)
            if written is None:
                return ""
            parts[position] = written
        text = "".join(parts).strip()
        return f"{text}{level.suffix}" if text else ""


def digits(number: int, form: str) -> str | None:
    """`number` in the digits of a ``w:numFmt``; None for one that has no such form, and for a form
    that is in words of some language, such as ``ordinalText``, or prints nothing."""
    write = _FORMS.get(form)
    return write(number) if write is not None and (write is str or 0 < number <= _MOST) else None


def letters(number: int) -> str:
    """a, b, … z, aa, bb, …"""
    return ascii_lowercase[(number - 1) % 26] * ((number - 1) // 26 + 1)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": to_roman,
    "upperRoman": lambda number: to_roman(number).upper(),
}
