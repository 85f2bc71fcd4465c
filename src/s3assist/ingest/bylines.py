"""Who wrote, who submitted and when, as the first lines of a document print it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from s3assist.documents import Metadata
from s3assist.ingest.dates import DATE_SHAPE, iso_date

FIRST_LINES = 12
"""How many blocks of the beginning are searched; further down a byline is about something else."""
LONGEST_LINE = 200
"""Characters of the longest block that can be a byline."""

_PARTICLE = r"(?:de|der|den|van|von|di|da|dos|du|la|le|el|zu|bin|al|ten|ter)"
_NAME_PART = r"(?:[^\W\d_a-zß-ÿ][\w’'.-]*|d['’][\w-]+)"
_NAME = rf"{_NAME_PART}(?:\s+(?:{_PARTICLE}\s+)*{_NAME_PART}){{0,5}}"
_NAMES = rf"{_NAME}(?:(?:\s*,\s*|\s+(?:and|&|et|und|y|e)\s+){_NAME}){{0,7}}"
_ON = r"(?:\s*[,|–—·-]\s*|\s+)(?:on\s+|le\s+|am\s+|el\s+|il\s+|op\s+)?"
_ENDING = r"(?:[\s,]+(?:at\s+)?\d{1,2}[:.]\d{2})?\s*\.?"

_AUTHOR_WORDS = (
    r"(?:written\s+)?by|par|von|por|authors?|author\(s\)|auteurs?|autor(?:[aei]|es|in|innen|en)?"
)
_AUTHOR = re.compile(
    rf"(?:(?i:{_AUTHOR_WORDS}))(?:\s*:)?\s+(?P<name>{_NAMES})(?:{_ON}(?P<date>{DATE_SHAPE}){_ENDING})?\s*\.?"
)
_SUBMITTED = re.compile(
    rf"(?i:(?:submitted|posted|published|uploaded|added|contributed)\s+by)(?:\s*:)?\s+"
    rf"(?P<name>{_NAMES})(?:{_ON}(?P<date>{DATE_SHAPE}){_ENDING})?\s*\.?"
)
_DATE = re.compile(
    r"(?i:(?:date(?:\s+of\s+publication)?|publication\s+date|datum|fecha|data|published(?:\s+on)?"
    r"|posted(?:\s+on)?|released(?:\s+on)?|issued(?:\s+on)?|ver[öo]ffentlicht\s+am|publi[ée]\s+le))"
    rf"(?:\s*:)?\s+(?P<date>{DATE_SHAPE}){_ENDING}"
)
_BARE_DATE = re.compile(rf"(?:[\w.’' -]{{2,40}},\s+)?(?P<date>(?=.*[^\d\s]){DATE_SHAPE})\.?")
_DATES = re.compile(rf"(?<!\w){DATE_SHAPE}(?!\w)")
_LETTER = re.compile(r"\w")
_PUBLISHER = re.compile(r"(?i:publisher|herausgeber|éditeur)\s*:\s+(?P<name>\S.*?)\s*\.?")


@dataclass(frozen=True, slots=True)
class Bylines:
    """What the first lines say; an empty string means that they do not."""

    author: str = ""
    submitted_by: str = ""
    publisher: str = ""
    date: str = ""
    """ISO 8601."""


def read_byline(line: str, language: str = "") -> Bylines:
    """What one line says when the *whole* line is a byline; otherwise nothing.

    ``By and large, clusters work.`` is a sentence and says nothing. `language` is as in `iso_date`.
    """
    if len(line) > LONGEST_LINE:
        return Bylines()
    line = " ".join(line.split())
    if match := _SUBMITTED.fullmatch(line):
        if (date := _date_of(match, language)) is not None:
            return Bylines(submitted_by=match["name"].strip(" ,"), date=date)
    elif match := _AUTHOR.fullmatch(line):
        if (date := _date_of(match, language)) is not None:
            return Bylines(author=match["name"].strip(" ,"), date=date)
    elif match := _PUBLISHER.fullmatch(line):
        return Bylines(publisher=match["name"])
    elif match := _DATE.fullmatch(line) or _BARE_DATE.fullmatch(line):
        return Bylines(date=_date_of(match, language) or "")
    return Bylines()


def is_byline(line: str) -> bool:
    return read_byline(line) != Bylines()


def is_dateline(line: str, metadata: Metadata) -> bool:
    """Whether a line only prints a date beside what the metadata of its document say.

    ``24 November 2026 · S3Assist briefing notes`` claims nothing; ``Submitted by Lucia Seel on
    14 February 2020`` does.
    """
    if len(line) > LONGEST_LINE:
        return False
    # A number of four digits may be a year, or an amount in a row of a table.
    dates = [match[0] for match in _DATES.finditer(line) if len(match[0]) > len("2020")]
    rest = line.casefold()
    for known in (*dates, metadata.title, metadata.author, metadata.publisher):
        rest = rest.replace(known.casefold(), " ") if known else rest
    return bool(dates) and not _LETTER.search(rest)


def find_bylines(lines: Iterable[str], language: str = "") -> Bylines:
    """What the first lines of a document say together; the first mention of each thing counts."""
    found = Bylines()
    for _, line in zip(range(FIRST_LINES), lines, strict=False):
        said = read_byline(line, language)
        found = Bylines(
            author=found.author or said.author,
            submitted_by=found.submitted_by or said.submitted_by,
            publisher=found.publisher or said.publisher,
            date=found.date or said.date,
        )
    return found


def _date_of(match: re.Match[str], language: str) -> str | None:
    """The date of a byline; empty when it has none, None when what looks like one is none."""
    printed = match["date"]
    return "" if printed is None else iso_date(printed, language) or None
