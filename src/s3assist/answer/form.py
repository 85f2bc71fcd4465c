"""What the answer to a question must show: an amount, a date, or nothing in particular.

`lacks_form` is stricter, and for English: a sentence can't be the answer for want of a number or a
length of time.
"""

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
ASKS_AMOUNT = re.compile(
    r"\b(?:how (?:much|many|large|big|high|long|far|old|often)"
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
    if ASKS_AMOUNT.search(question):
        return AMOUNT
    return MOMENT if ASKS_MOMENT.search(question) else None


COUNTS = re.compile(r"^\W*(?:\w+\W+){0,2}how (?:many|much)\b", re.IGNORECASE)
LASTS = re.compile(r"^\W*(?:for )?how long\b", re.IGNORECASE)
REASONS = re.compile(r"^\W*(?:why|who|whose|which|how come|on what)\b", re.IGNORECASE)
NUMBER = re.compile(
    r"\d|[€$£]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?"
    r"|hundreds?|thousands?|millions?|billions?|dozens?|(?:once|twice|half|halve[sd]?)"
    r"|thirds?|quarters?|fifths?|tenths?|(?:doubl|trebl|tripl)\w+|single|several|few|both|each|every"
    r"|first|second|no|none|nothing|nobody|free|all|whole|full|entire)\b",
    re.IGNORECASE,
)
DURATION = re.compile(
    r"\b(?:second|minute|hour|da(?:y|il)|week|month|year|annual|decade|centur|term|semester|season"
    r"|spring|summer|autumn|winter|night|period|until|till|indefinite|permanent|unlimited|forever)"
    r"|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)


def lacks_form(question: str, text: str) -> bool:
    """Whether an English question asks for a number or a length of time, and the text has none."""
    if REASONS.match(question):
        return False
    if LASTS.match(question):
        return DURATION.search(text) is None
    return COUNTS.match(question) is not None and NUMBER.search(text) is None
