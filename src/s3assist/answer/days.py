"""The day or month that a question asks about: ``What happened on 14 January 2020?``

`periods` knows years; a sentence of 14 February 2020 has the right one and is still no answer.
"""

from __future__ import annotations

import re

from s3assist.answer.named import ANY_TEXT
from s3assist.answer.periods import BOUNDS
from s3assist.ingest.dates import DATE_SHAPE, iso_date

DATE = re.compile(rf"(?<![\w/.-]){DATE_SHAPE}(?![\w/-])")
NOT_THE_TIME = re.compile(
    rf"\b(?:{BOUNDS}|from|between|earlier|later|{ANY_TEXT}\s+of|dated)[\s-]+(?:the\s+)?$",
    re.IGNORECASE,
)
"""Before a date that borders a time, or that a document is of: what it says may be of any time."""
MONTH = len("2020-01")
MAY_BE_MONTH = re.compile(
    r"\d{4}-\d|\d\s*[./-]\s*\d|\b(?:jan|feb|fév|mar|mär|apr|avr|ma[iy]|jun|jui|jul|aug|ao[uû]|sep|o[ck]t"
    r"|nov|de[cz]|déc)",
    re.IGNORECASE,
)
"""What a date of English, French or German has; it saves loading the parser for each "in 2020"."""


def dates_in(text: str) -> list[tuple[int, str]]:
    """Where a text writes dates with at least a month, and these in ISO 8601."""
    found = (
        (match.start(), iso_date(match.group()))
        for match in DATE.finditer(text)
        if MAY_BE_MONTH.search(match.group())
    )
    return [(start, day) for start, day in found if len(day) >= MONTH]


def day_asked_about(question: str) -> str:
    """The one day or month that a question asks about, in ISO 8601; empty if there is none."""
    dates = dates_in(question)
    if len(dates) != 1 or NOT_THE_TIME.search(question[: dates[0][0]]):
        return ""
    return dates[0][1]


def is_of_another_day(day: str, text: str) -> bool:
    """Whether a text writes days or months, but none that may be the one asked about.

    Args:
        day: in ISO 8601, with or without a day.
        text: a sentence.
    """
    dates = [found for _, found in dates_in(text)]
    return bool(dates) and not any(f.startswith(day) or day.startswith(f) for f in dates)
