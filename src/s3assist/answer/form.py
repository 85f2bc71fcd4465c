"""What the answer to a question must show: an amount, a length of time, a date, or nothing."""

from __future__ import annotations

import re

from s3assist.documents import Span
from s3assist.index.terms import fold
from s3assist.ingest.dates import MONTHS

GAP = "[ \u00a0\u2009\u202f]"
"""What thousands are kept apart by, other than marks: ``2 950``."""
# Atomic: of "1 200-hectare" not even the "1" is a number by itself. Bounded: a list like "1,1,1"
# would be read to its end from each of its numbers.
NUMBER = rf"(?>\d{{1,3}}(?:{GAP}\d{{3}}){{1,10}}(?!\d)(?:[.,]\d+)?|\d(?:[\d.,]{{0,30}}\d)?)"
# Nor is the "000" of "10 000", unless a year stands before it: "in 2019 250 firms".
BEGINS = rf"(?<![\w.,/-])(?:(?<!\d{GAP})|(?<=\d{{4}}{GAP})|(?!\d{{3}}(?!\d)))"
AMOUNT = re.compile(
    rf"(?:(?:€|\$|£|\beuros?|\beur|\busd|\bgbp)\s?)?{BEGINS}{NUMBER}"
    r"(?:\s?(?:%|‰|(?:per ?cent|thousand|million|billion|trillion|bn|mio|mrd|euros?|eur|m)\b))*"
    r"(?![\w/-])",
    re.IGNORECASE,
)
MOMENT = re.compile(
    rf"(?:\b\d{{1,2}} )?\b(?:{'|'.join(MONTHS)})\b(?: \d{{4}})?"
    r"|\b(?:19|20)\d\d(?:[–-](?:19|20)?\d\d)?\b",
    re.IGNORECASE,
)
NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "eighteen": "18",
    "twenty": "20", "thirty": "30",
}  # fmt: skip
DURATION = re.compile(
    rf"\b(?:{NUMBER}|a|an|one|{'|'.join(NUMBER_WORDS)})(?: (?:working|calendar|full))?[ -]"
    r"(?:years?|months?|weeks?|days?|hours?|minutes?)\b",
    re.IGNORECASE,
)
FRACTION = re.compile(
    r"\b(?:(?:every|one in) (?:second|two|third|three|fourth|four|fifth|five|sixth|six|tenth|ten)"
    r"|half|(?:a|one|two|three) (?:thirds?|quarters?|fifths?))\b",
    re.IGNORECASE,
)
ASKS_SHARE = re.compile(r"\b(?:share|percentage|proportion|per ?cent|rate)\b", re.IGNORECASE)
UNITS = (
    (ASKS_SHARE, re.compile(f"%|cent|{FRACTION.pattern}")),
    (
        re.compile(
            r"\b(?:budget|money|cost|euros?|fund(?:s|ing)?|amount|spen[dt]|worth)\b", re.IGNORECASE
        ),
        re.compile(r"[€$£]|eur"),
    ),
)
"""What a question asks for, and how such an amount is written once it is folded."""
YEAR = re.compile(r"(?:19|20)\d\d")
ASKS_DURATION = re.compile(
    r"\b(?:how long|what(?: is| was)?(?: the| its| their)? (?:duration|length of time))\b",
    re.IGNORECASE,
)
ASKS_AMOUNT = re.compile(
    r"\b(?:how (?:much|many|large|big|high|far|old|often)"
    r"|what(?: (?:is|was|are|were|will be) (?:the|its|their)(?: \w+){0,2}?)?"
    r" (?:share|percentage|proportion|amount|number|budget|rate|level)"
    r"|combien|wie ?viele?|cuánt\w+|kuinka|paljonko)\b",
    re.IGNORECASE,
)
ASKS_MOMENT = re.compile(
    r"\b(?:when|(?:what|which|in what|in which) (?:year|date|month)|since when|by when"
    r"|quand|wann|cuándo|milloin)\b",
    re.IGNORECASE,
)

ASKS_SEVERAL = re.compile(
    r"\b(?:(?:what|which|who) (?:are|were)|list|name (?:all|some|the|them)"
    r"|(?:what|which)(?: \w+)? (?!(?:does|this|its|was|has)\b)(?:\w{2,}[^\W\dsui]s|criteria))\b",
    re.IGNORECASE,
)


def expected_form(question: str) -> re.Pattern[str] | None:
    """The pattern of the words that such a question asks for; None if there is none."""
    if ASKS_DURATION.search(question):
        return DURATION
    if ASKS_AMOUNT.search(question):
        return AMOUNT
    return MOMENT if ASKS_MOMENT.search(question) else None


def asks_for_several(question: str) -> bool:
    """Whether more than one thing is asked for: ``what are the criteria``, ``which countries``."""
    return ASKS_SEVERAL.search(question) is not None


def units_asked_for(question: str) -> list[re.Pattern[str]]:
    """How amounts of what the question asks for are written, once they are folded."""
    return [written for asks, written in UNITS if asks.search(question)]


def words_of_form(question: str, text: str, start: int, end: int) -> list[Span]:
    """Where a part of a text has words that such a question asks for, in order.

    Of amounts those of the unit that is asked for, a share also in words; bare years only where
    there is nothing else.
    """
    form = expected_form(question)
    if form is None:
        return []
    found = [Span(*match.span()) for match in form.finditer(text, start, end)]
    if form is not AMOUNT:
        return found
    if ASKS_SHARE.search(question):
        found += [Span(*match.span()) for match in FRACTION.finditer(text, start, end)]
    for written in units_asked_for(question):
        fitting = [one for one in found if written.search(fold(text[one.start : one.end]))]
        found = fitting or found
    amounts = [one for one in found if not YEAR.fullmatch(text, one.start, one.end)]
    return sorted(amounts or found, key=lambda one: one.start)
