"""What the answer to a question must show: an amount, a length of time, a date, or nothing."""

from __future__ import annotations

import re

AMOUNT = re.compile(
    r"(?:(?:€|\$|£|\beuros?|\beur|\busd|\bgbp)\s?)?(?<![\w.,/-])\d(?:[\d.,]*\d)?"
    r"(?:\s?(?:%|‰|(?:per ?cent|thousand|million|billion|trillion|bn|mio|mrd|euros?|eur|m)\b))*"
    r"(?![\w/-])",
    re.IGNORECASE,
)
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
MOMENT = re.compile(
    rf"(?:\b\d{{1,2}} )?\b(?:{MONTHS})\b(?: \d{{4}})?|\b(?:19|20)\d\d(?:[–-](?:19|20)?\d\d)?\b",
    re.IGNORECASE,
)
NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty"
)
DURATION = re.compile(
    rf"\b(?:\d(?:[\d.,]*\d)?|a|an|one|{NUMBER_WORDS})(?: (?:working|calendar|full))?[ -]"
    r"(?:years?|months?|weeks?|days?|hours?|minutes?)\b",
    re.IGNORECASE,
)
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


def expected_form(question: str) -> re.Pattern[str] | None:
    """The pattern of the words that such a question asks for; None if there is none."""
    if ASKS_DURATION.search(question):
        return DURATION
    if ASKS_AMOUNT.search(question):
        return AMOUNT
    return MOMENT if ASKS_MOMENT.search(question) else None
