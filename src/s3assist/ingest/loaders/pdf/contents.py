"""Tables of contents: lines that lead to a page number and say nothing themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.ingest.loaders.pdf.lines import Line

_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})?\s*$|[…·_]{2,}\s*\d{1,4}\s*$")
_ENDS_IN_NUMBER = re.compile(r"\D\s\d{1,3}$|^\d{1,3}$")
_TITLE = re.compile(
    r"(?:table of )?contents|content|index|inhalt(?:sverzeichnis)?|table des matières|sommaire"
    r"|índice|indice|sommario|inhoud(?:sopgave)?|spis treści|innehåll|indhold|sisällys|sisukord",
    re.IGNORECASE,
)
ENTRIES = 4
"""So many leader lines make a page one that holds a table of contents."""


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page less those of a table of contents."""
    leaders = [line for line in lines if _LEADER.search(line.text)]
    if len(leaders) >= ENTRIES:
        return _less_leaders(lines, leaders)
    titles = [line for line in lines if _TITLE.fullmatch(line.text.strip(" .:"))]
    if titles:
        return _less_entries(lines, titles[0])
    return [line for line in lines if line not in leaders] if leaders else list(lines)


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
    below = [line for line in lines if line.y < title.y]
    numbers = [int(line.text.split()[-1]) for line in below if _ENDS_IN_NUMBER.search(line.text)]
    if len(numbers) < ENTRIES or numbers != sorted(numbers):
        return list(lines)
    last = min(line.y for line in below if _ENDS_IN_NUMBER.search(line.text))
    return [line for line in lines if line.y > title.y or line.y < last - 1]
