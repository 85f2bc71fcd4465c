"""Tables of contents: lines that lead to a page number and say nothing themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from s3assist.ingest.loaders.pdf.lines import Line

_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})?\s*$|[…·_]{2,}\s*\d{1,4}\s*$")
_LONE_ENTRY = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})\s*$")
_NUMBER = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
_ENDS_IN_NUMBER = re.compile(r"\D\s\d{1,3}$|^\d{1,3}$")
_TITLE = re.compile(
    r"(?:table of )?contents|content|index|inhalt(?:sverzeichnis)?|table des matières|sommaire"
    r"|índice|indice|sommario|inhoud(?:sopgave)?|spis treści|innehåll|indhold|sisällys|sisukord",
    re.IGNORECASE,
)
ENTRIES = 4
"""So many leader lines make a page one that holds a table of contents."""
GAP = 2.2
"""In steps from entry to entry: text behind a wider one is no entry."""


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page less those of a table of contents."""
    leaders = [line for line in lines if _leads(line, lines)]
    if len(leaders) >= ENTRIES:
        return _less_leaders(lines, leaders)
    titles = [line for line in lines if _TITLE.fullmatch(line.text.strip(" .:"))]
    if titles:
        return _less_entries(lines, titles[0])
    lone = {id(line) for line in leaders if _is_lone_entry(line, lines)}
    return [line for line in lines if id(line) not in lone]


def _leads(line: Line, lines: Sequence[Line]) -> bool:
    """Whether dots lead to a number; those in a cell of a table only fill it."""
    return _LEADER.search(line.text) is not None and (
        line.text[-1].isalnum() or _has_number_beside(line, lines)
    )


def _less_leaders(lines: Sequence[Line], leaders: Sequence[Line]) -> list[Line]:
    """Without the entries, their page numbers and first halves that ran over to a second line."""
    known = {id(line) for line in leaders}
    top = max(line.y for line in leaders)
    bottom = min(line.y for line in leaders)
    left = min(line.x0 for line in leaders)

    def is_entry(index: int) -> bool:
        line = lines[index]
        if id(line) in known:
            return True
        if not bottom - 1 <= line.y <= top + 2 * line.size:
            return _TITLE.fullmatch(line.text.strip(" .:")) is not None
        if _ENDS_IN_NUMBER.search(line.text):
            return True
        follower = lines[index + 1] if index + 1 < len(lines) else None
        return (
            follower is not None
            and id(follower) in known
            and line.x0 >= left - 1
            and abs(line.size - follower.size) < 0.5
        )

    return [line for index, line in enumerate(lines) if not is_entry(index)]


def _less_entries(lines: Sequence[Line], title: Line) -> list[Line]:
    """Without entries that have no leaders: below the title, numbers that never fall."""
    begin = next(index for index, line in enumerate(lines) if line is title)
    # Some programs paint the title last.
    for part in (lines[begin + 1 :], lines[:begin]):
        entries = _entries(
            [line for line in part if line.y < title.y and line.angle == title.angle]
        )
        if entries:
            dropped = {id(line) for line in (title, *entries)}
            return [line for line in lines if id(line) not in dropped]
    return list(lines)


def _entries(below: Sequence[Line]) -> list[Line]:
    """The entries that `below` begins with; none if they are too few."""
    entries: list[Line] = []
    numbers: list[int] = []
    for line, follower in zip_longest(below, below[1:]):
        if entries and _is_apart(entries, line):
            break
        if _ENDS_IN_NUMBER.search(line.text):
            number = int(line.text.split()[-1])
            if numbers and number < numbers[-1]:
                break
            numbers.append(number)
        elif not _has_number_beside(line, below) and not _is_first_half(line, follower):
            break
        entries.append(line)
    return entries if len(numbers) >= ENTRIES else []


def _is_apart(entries: Sequence[Line], line: Line) -> bool:
    """Whether a gap parts `line` from the entries above it."""
    steps = [upper.y - lower.y for upper, lower in pairwise([*entries, line])]
    usual = min((step for step in steps[:-1] if step > 0.5 * line.size), default=1.5 * line.size)
    return steps[-1] > max(GAP * usual, 1.5 * line.size)


def _has_number_beside(line: Line, lines: Sequence[Line]) -> bool:
    """Whether the page number of `line` stands apart from it on its baseline."""
    return any(
        _NUMBER.fullmatch(other.text)
        and other.x0 > line.x1
        and abs(other.y - line.y) < 0.3 * line.size
        for other in lines
    )


def _is_first_half(line: Line, follower: Line | None) -> bool:
    """Whether an entry ran over to `follower`, or is the heading of a group of entries."""
    return (
        follower is not None
        and _ENDS_IN_NUMBER.search(follower.text) is not None
        and 0 < line.y - follower.y < 2 * line.size
        and abs(line.size - follower.size) < 0.5
        and line.font == follower.font
    )


def _is_lone_entry(line: Line, lines: Sequence[Line]) -> bool:
    """Whether one line with leaders is an entry, and not a sentence with dots or a blank in it."""
    return _LONE_ENTRY.search(line.text) is not None and not any(
        other is not line
        and not _LEADER.search(other.text)
        and abs(other.size - line.size) < 0.5
        and abs(other.y - line.y) < 2 * line.size
        and min(other.x1, line.x1) > max(other.x0, line.x0)
        for other in lines
    )
