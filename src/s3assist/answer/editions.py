"""Do sources of different periods answer differently? Then quotes are shown period by period.

What is compared are the amounts or dates that the question asks for. Where it asks for neither,
quotes are grouped if they speak of different programming periods, whose rules differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from s3assist.answer.form import (
    AMOUNT,
    DURATION,
    FRACTION,
    NUMBER_WORDS,
    expected_form,
    units_asked_for,
)
from s3assist.answer.periods import (
    Period,
    Told,
    is_programming_period,
    mentions,
    period_of,
    wanted,
)
from s3assist.documents import PeriodGroup, Quote
from s3assist.index.terms import fold, terms

LIKELY = 0.02
"""A quote with this much of the best quote's chance to answer may contradict it."""
SAME_MATTER = 0.5
"""A quote with this much of the question's words that the best quote has speaks of the same."""
AS_LIKELY = 0.5
"""So does one with this much of the best quote's chance, in whatever words."""
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b")


def group_by_period(question: str, quotes: Sequence[Quote]) -> tuple[PeriodGroup, ...]:
    """Quotes by the period that they speak of, newest first; empty if they don't differ.

    Quotes that say nothing of what is asked for, or that speak of several periods, come last,
    unless the best quote is among them.

    Args:
        question: in its stand-alone form; one that names its period has nothing to group.
        quotes: of one answer, best first.
    """
    if not quotes or wanted(question) is not None:
        return ()
    statements = read_statements(question, quotes)
    if not differ(question, statements):
        return ()
    telling = {0, *(one.quote for one in statements if one.values)}
    if not any(one.values for one in statements):
        telling |= {one.quote for one in statements}
    groups: dict[Told | None, list[int]] = {}
    for position, quote in enumerate(quotes):
        told = period_of(quote.document, quote.start, quote.end) if position in telling else None
        groups.setdefault(told, []).append(position)
    newest = sorted(
        (one for one in groups if one),
        key=lambda one: (one.stated, one.period.last, one.period.first),
        reverse=True,
    )
    made = [PeriodGroup(str(one.period), one.stated, tuple(groups[one])) for one in newest]
    if None in groups:
        # The best quote stays in sight: the group that it is in is not put last.
        place = 0 if 0 in groups[None] else len(made)
        made.insert(place, PeriodGroup("", stated=False, quotes=tuple(groups[None])))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence of a quote says, and of which period."""

    quote: int
    """Position of the quote in the answer."""
    period: Period
    values: frozenset[str]
    """Amounts or dates that may be the answer."""


def read_statements(question: str, quotes: Sequence[Quote]) -> list[Statement]:
    """What likely quotes say of the same matter, sentence by sentence, where a period is told."""
    made, asked = [], set(terms(question))
    enough = SAME_MATTER * len(asked & terms_of(quotes[0]))
    for position, quote in enumerate(quotes):
        share = quote.score / (quotes[0].score or 1.0)
        if share < LIKELY or (share < AS_LIKELY and len(asked & terms_of(quote)) < enough):
            continue
        for span in quote.sentences:
            told = period_of(quote.document, span.start, span.end)
            if told is not None:
                found = values(question, quote.document.text[span.start : span.end])
                made.append(Statement(position, told.period, frozenset(found)))
    for written in units_asked_for(question):
        fitting = [frozenset(filter(written.search, one.values)) for one in made]
        if any(fitting):
            made = [replace(one, values=kept) for one, kept in zip(made, fitting, strict=True)]
    return [replace(one, values=frozenset(map(without_spaces, one.values))) for one in made]


def without_spaces(value: str) -> str:
    """An amount as it is compared: without the spaces and commas that parts are kept apart by."""
    return re.sub(r"[\s,]", "", value)


def terms_of(quote: Quote) -> set[str]:
    """Of its words and of the headings that it stands under."""
    path = quote.document.section_path(quote.start)
    return set(terms(f"{' '.join(path)} {quote.text}"))


def differ(question: str, statements: Sequence[Statement]) -> bool:
    """Whether statements about different periods give different answers."""
    said: dict[Period, set[str]] = {}
    for one in statements:
        said.setdefault(one.period, set()).update(one.values)
    telling = [found for found in said.values() if found]
    if len(telling) < 2 and expected_form(question) not in (AMOUNT, DURATION):
        return sum(is_programming_period(period) for period in said) > 1
    return any(one.isdisjoint(other) for i, one in enumerate(telling) for other in telling[i + 1 :])


def values(question: str, sentence: str) -> set[str]:
    """The amounts or dates in a sentence that may be the answer."""
    form = expected_form(question)
    if form is None:
        return set()
    asked = set(terms(question))
    times = {str(year) for period in mentions(sentence) for year in (period.first, period.last)}
    found = []
    for match in form.finditer(sentence):
        value = fold(match.group()).strip()
        digits = re.sub(r"\D", "", value)
        if (form is AMOUNT and digits in times) or value in asked:
            continue
        found.append(value)
    if form is AMOUNT:
        found += FRACTION.findall(fold(sentence))
        found += [word for word in NUMBER_WORD.findall(fold(sentence)) if word not in asked]
    return set(found)
