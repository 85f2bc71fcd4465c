"""Years and programming periods: what a question asks for, what a text speaks of.

The EU plans its money in seven years: 2007-2013, 2014-2020, 2021-2027. A period is a run of whole
years; a single year is a period of one. Years in names and numbers of acts (`Horizon 2020`,
`2021/1060`, `COM(2017) 376`) are no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from s3assist.documents import Document

FIRST_PERIOD, YEARS = 2000, 7
"""The programming period 2000-2006 and those after it, seven years each."""
LONGEST = 40
"""Years of a range; ``1960-2020`` is a span of history and no period."""

YEAR = r"(?:19|20)\d\d"
NAMED = r"(?<!horizon )(?<!europe )(?<!agenda )(?<!strategy )(?<!vision )"
DAY = r"-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?![\d-])"
"""Month and day behind a year: ``2009-10-15``."""
PLAIN_YEAR = (
    rf"{NAMED}(?<![\w/.,+])(?<!\w\()(?<!\d-){YEAR}(?:(?={DAY})|(?![\w/]|[-.,]\d|-[a-z]+\d))"
)
BODIES = "EU EC EEC ECSC Euratom CFSP JHA".split()
KINDS = "regulation directive decision recommendation resolution opinion act".split()
BEFORE_NUMBER = (
    *(rf"{body}\){space}" for body in BODIES for space in ("", r"\s")),
    *(rf"{kind}{plural}\s" for kind in KINDS for plural in ("", "s")),
    *(r"no\s", r"no\.", r"no\.\s", r"nos\s", r"nr\s", r"nr\.\s", r"n°\s"),
)
NO_ACT = "".join(rf"(?<!\b{before})" for before in BEFORE_NUMBER)
"""Not where the number of an act stands: ``Regulation (EU) 2016/2031``."""
END_YEAR = rf"(?:{YEAR}(?![\d/])|\d\d(?!-?\d|/))"
RANGE = (
    rf"(?<![\w/.,])(?:{YEAR}\s?[-–‑]\s?{END_YEAR}|(?={YEAR}\s?/){NO_ACT}{YEAR}\s?/\s?{END_YEAR}"
    rf"|{YEAR}\s(?:to|until)\s{YEAR}\b)"
)
MONEY = r"(?:programming|funding|budget(?:ary)?|financial|multiannual|cohesion)\s+"
OF_WHOM = r"(?:(?:policy|eu)\s+)?"
SPOKEN = (
    r"(?P<spoken>current|present|ongoing|running|last|previous|past|former|next|coming|future"
    rf"|upcoming|this(?=\s+{OF_WHOM}{MONEY}))\s+"
    rf"(?:(?:{MONEY}){{0,2}}{OF_WHOM}(?:{MONEY})?(?:period|mff)"
    rf"|(?:{MONEY})?{OF_WHOM}{MONEY}(?:perspective|framework))\b(?!\s+program)"
    rf"(?:\s*\((?P<years>{RANGE})\))?"
)
"""With its years, where they stand behind it: ``the current period (2021-2027)``. Frameworks are
of many kinds, and ``this period`` is one that was named before."""
BOUNDS = "as of|as at|post|pre|after|before|since|until|till|up to|by"
"""What makes a year or a day the border of a time; ``ex post`` does not."""
BOUND = rf"(?<!\bex[\s-])\b(?P<bound>{BOUNDS})[\s-]+"
MENTION = re.compile(
    rf"{SPOKEN}|(?:{BOUND})?(?:(?P<range>{RANGE})|(?P<year>{PLAIN_YEAR})(?:{DAY})?)", re.IGNORECASE
)
SHORT = re.compile(
    r"(?<![\w/.,–-])(?<!age\s)(?<!aged\s)(?<!ages\s)(?<!pages\s)(?<!page\s)(?<!between\s)"
    r"(?P<first>00|07|14|21|28)[-–‑/](?P<last>06|13|20|27|34)(?![\w/-]|[.,]\d)"
    r"(?=\s*(?:[?.!,;:)]|$)|\s+(?:period|program|budget|mff|fund|cohesion|money|esif|erdf|rules?\b"
    r"|calls?\b|for\b|in\b|was\b|were\b|is\b|are\b|has\b|have\b))",
    re.IGNORECASE,
)
"""A programming period in two figures each: ``the 21-27 budget``."""
CURRENT = frozenset("current present ongoing running this".split())
NEXT = frozenset("next coming future upcoming".split())


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole years, first and last included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def holds(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Period) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Wanted:
    """The time that a question asks about."""

    period: Period
    named: bool = True
    """Whether the question writes these years; ``post-2020`` and ``as of 2016`` bound them."""


EVER = 1900, 2100
"""Open ends of ``before`` and ``after``."""


def programming_period(year: int) -> Period:
    """The programming period that a year lies in."""
    first = FIRST_PERIOD + (year - FIRST_PERIOD) // YEARS * YEARS
    return Period(first, first + YEARS - 1)


def is_programming_period(period: Period) -> bool:
    return period == programming_period(period.first)


def mentions(text: str) -> list[Period]:
    """The years and periods that a text writes, in order, each once."""
    found = [written(match) for match in MENTION.finditer(text)]
    return list(dict.fromkeys(period for period in found if period is not None))


def written(match: re.Match[str]) -> Period | None:
    """The years of one mention; None for a range that is none and a period without its years."""
    if match["year"]:
        return Period(int(match["year"]), int(match["year"]))
    digits = re.findall(r"\d+", match["range"] or match["years"] or "")
    if not digits:
        return None
    first = int(digits[0])
    last = int(digits[1]) if len(digits[1]) == 4 else first // 100 * 100 + int(digits[1])
    return Period(first, last) if first < last <= first + LONGEST else None


def spoken_period(word: str, today: date) -> Period:
    """``current``, ``last`` or ``next`` programming period."""
    shift = 0 if word in CURRENT else YEARS if word in NEXT else -YEARS
    return programming_period(today.year + shift)


def spell_out(question: str, today: date) -> str:
    """Write periods out as most texts do: ``2021-27`` as ``2021-2027``, and ``the current period``
    with its years behind it."""

    def whole(match: re.Match[str]) -> str:
        period, printed = written(match), match["range"]
        if period is None or not printed or printed.endswith(str(period.last)):
            return match.group()
        return match.group().replace(printed, str(period))

    def spelled(match: re.Match[str]) -> str:
        word = match["spoken"]
        if not word or mentions(question):  # ``this period`` beside years means these years
            return match.group()
        return f"{match.group()} ({spoken_period(word.casefold(), today)})"

    question = SHORT.sub(lambda short: f"20{short['first']}-20{short['last']}", question)
    question = MENTION.sub(whole, question)
    return MENTION.sub(spelled, question)


def wanted(question: str) -> Wanted | None:
    """The one time that a question asks about; None if it names none, or several.

    The question is spelled out: spoken periods have their years behind them.
    """
    found: list[Wanted] = []
    for match in MENTION.finditer(question):
        period = written(match)
        if period is not None:
            found.append(bounded(period, (match["bound"] or "").casefold()))
    distinct = list(dict.fromkeys(found))
    if len(distinct) == 2 and distinct[0].period.overlaps(distinct[1].period):
        # ``the 2019 edition … of 2014-2020``: the narrower one is what is asked.
        distinct = [min(distinct, key=lambda one: one.period.last - one.period.first)]
    return distinct[0] if len(distinct) == 1 else None


def bounded(period: Period, bound: str) -> Wanted:
    match bound:
        case "post" | "after":
            return Wanted(Period(period.last + 1, EVER[1]), named=False)
        case "since":
            return Wanted(Period(period.first, EVER[1]), named=False)
        case "pre" | "before":
            return Wanted(Period(EVER[0], period.first - 1), named=False)
        case "as of" | "as at" | "until" | "till" | "up to":
            return Wanted(Period(EVER[0], period.last), named=False)
        case _:
            return Wanted(period)


def is_of_another_time(asked: Wanted, text: str) -> bool:
    """Whether a text names years, but none that has to do with the time asked about."""
    found = mentions(text)
    return bool(found) and all(fit(asked, period) < 0 for period in found)


DATE_WEIGHT = 0.3
"""What a document's own date counts of a year that the text writes: it may write of any time."""


def agreement(asked: Wanted, document: Document, start: int, end: int) -> float:
    """How well a part of a document fits the time asked about: 1 names it, -1 is of another.

    0 where nothing is known. The part itself is looked at first, then its headings, the title of
    the document and, as a weak hint, its date.
    """
    for text in places(document, start, end):
        found = mentions(text)
        if found:
            return max(fit(asked, period) for period in found)
    year = document.metadata.date[:4]
    if not year:
        return 0.0
    dated = fit(asked, Period(int(year), int(year)))
    return DATE_WEIGHT * (max(dated, 0.0) if asked.named else dated)


def places(document: Document, start: int, end: int) -> Iterator[str]:
    """Texts that may say of what time a part of a document is, the nearest first."""
    yield document.text[start:end]
    yield from reversed(document.section_path(start))
    yield document.metadata.title


@dataclass(frozen=True, slots=True)
class Told:
    """The time that a part of a document speaks of."""

    period: Period
    stated: bool
    """Whether its text, a heading or the title says so; else it is the document's date."""


def period_of(document: Document, start: int, end: int) -> Told | None:
    """The one time that a part of a document speaks of; None if it speaks of many.

    A year inside a period that is named too belongs to it: ``2014-2020 … a review in 2019``; a
    deadline (``by the end of 2016``) is no time that is spoken of.
    """
    own, *around = places(document, start, end)
    found = outermost(mentions(DEADLINE.sub("", own)))
    if len(found) == 1:
        return Told(found[0], stated=True)
    for text in around:
        outer = outermost(mentions(text))
        single = len(outer) == 1 and outer[0].last - outer[0].first < YEARS
        if single and (not found or outer[0] in found):
            return Told(outer[0], stated=True)
    year = document.metadata.date[:4]
    if found or mentions(own) or not year:
        return None
    return Told(Period(int(year), int(year)), stated=False)


DEADLINE = re.compile(
    rf"\b(?:by|until|till|before|after|since|at the latest)\s+(?:the\s+)?(?:end of\s+)?{YEAR}\b",
    re.IGNORECASE,
)


def outermost(found: Sequence[Period]) -> list[Period]:
    """Periods that no longer one of the same text holds."""
    return [p for p in found if not any(o != p and o.holds(p) for o in found)]


def fit(asked: Wanted, period: Period) -> float:
    if not asked.named:
        if not asked.period.overlaps(period):
            return -1.0
        if asked.period.first == EVER[0]:  # as of 2016: the later, the better
            return max(0.2, 1.0 - 0.1 * max(0, asked.period.last - period.last))
        return 1.0 if asked.period.holds(period) else 0.5
    if period == asked.period:
        return 1.0
    if asked.period.holds(period):
        return 0.6
    if period.holds(asked.period):
        return 0.5 if period.last - period.first < 2 * YEARS else 0.2
    return -1.0
