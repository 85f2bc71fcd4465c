"""Dates as documents print them, to ISO 8601, never more exact than the source."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

EU_LANGUAGES = (
    "en", "fr", "de", "es", "it", "pl", "nl", "pt", "el", "cs", "hu", "sv", "ro", "bg", "da", "fi",
    "sk", "lt", "hr", "sl", "lv", "et", "mt", "ga",
)  # fmt: skip
"""ISO 639-1 codes of the official languages of the Union, most used first."""
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_PARSED_LANGUAGES = tuple(code for code in EU_LANGUAGES if code != "mt")
"""Those whose months the library knows."""

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")
_NUMERIC = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})")
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])\s*[./]\s*(\d{4})")
_WEEKDAY = re.compile(r"[^\W\d_]{3,12}\.?,\s+(?=\d)")

_WORD = r"[^\W\d_]+\.?"
_DAY_MONTH_YEAR = (
    r"\d{1,2}(?:st|nd|rd|th|er|\.|º|ª)?(?:\s+(?:of|de|di))?"
    rf"\s+{_WORD}(?:\s+de)?,?\s+\d{{4}}\.?"
)
_MONTH_DAY_YEAR = rf"{_WORD}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
_MONTH_NAME_YEAR = rf"{_WORD}(?:\s+de)?\s+\d{{4}}"
_NAMED = re.compile(f"{_DAY_MONTH_YEAR}|{_MONTH_DAY_YEAR}|{_MONTH_NAME_YEAR}")

DATE_SHAPE = (
    rf"(?:\d{{4}}-\d{{2}}(?:-\d{{2}})?|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}"
    rf"|{_DAY_MONTH_YEAR}|{_MONTH_DAY_YEAR}|{_MONTH_NAME_YEAR}|\d{{4}})"
)
"""A regular expression for what may be a date; `iso_date` decides whether it is one."""


def iso_date(text: str, language: str = "") -> str:
    """`text` as ``2020``, ``2020-02`` or ``2020-02-14``; empty when it is not surely a date.

    `language` is that of the document, an ISO 639-1 code, and decides what a month's name means:
    "listopada" is October in Croatian and November in Polish. A date may be in another one.

    Day comes before month in all-figure dates. A year is never assumed.
    """
    text = " ".join(text.split()).strip(" ,;")
    if match := _ISO.fullmatch(text):
        return _checked(*(int(part) if part else 0 for part in match.groups()))
    if match := _NUMERIC.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        return _checked(year, month, day)
    if match := _MONTH_YEAR.fullmatch(text):
        return _checked(int(match[2]), int(match[1]), 0)
    text = _WEEKDAY.sub("", text, count=1)
    # The library fills in what is missing (this year, today), so the shape is checked first.
    if not _NAMED.fullmatch(text):
        return ""
    own = (language,) if language in _PARSED_LANGUAGES else ()
    return (own and _named_date(text, own)) or _named_date(text, _PARSED_LANGUAGES)


def _named_date(text: str, languages: tuple[str, ...]) -> str:
    """The ISO form of a date whose month has a name in one of the languages."""
    data = _parser(languages).get_date_data(text)
    if data is None or data.date_obj is None:
        return ""
    found = data.date_obj.date()
    if str(found.year) not in text:
        return ""
    if data.period == "day":
        return _checked(found.year, found.month, found.day)
    return _checked(found.year, found.month, 0) if data.period == "month" else ""


def _checked(year: int, month: int, day: int) -> str:
    """The ISO form, or nothing when the calendar has no such date or nobody printed then."""
    if not 1450 <= year <= 2200:
        return ""
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return ""
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])


@cache
def _parser(languages: tuple[str, ...]) -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=list(languages),
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "PARSERS": ["absolute-time"],  # not "yesterday", not seconds since 1970
            "REQUIRE_PARTS": ["month", "year"],  # French "mar" is no month but Tuesday
        },
    )
