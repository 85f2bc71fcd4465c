"""Do sources of different periods answer differently? Then quotes are shown period by period.

What is compared are the amounts or dates that the question asks for: of "how many regions" the
numbers of regions, of "when did Bremen" the dates in what is said of Bremen. Where it asks for
neither, quotes are grouped if they speak of different programming periods, whose rules differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from s3assist.answer.asked import LEANS
from s3assist.answer.converse.phrases import is_generic, names
from s3assist.answer.converse.vocabulary import ORDINALS
from s3assist.answer.form import (
    AMOUNT,
    DURATION,
    FRACTION,
    MOMENT,
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
from s3assist.index.terms import fold, form_of, terms

LIKELY = 0.02
"""A quote with this much of the best quote's chance to answer may contradict it."""
SAME_MATTER = 0.5
"""A quote with this much of the question's words that the best quote has speaks of the same."""
AS_LIKELY = 0.5
"""So does one with this much of the best quote's chance, in whatever words."""
WORDS_TO_THING = 5
"""So many words at the most stand between a number and what it counts: ``146 regions held the
Regional Innovation Valley label``."""
THING = r"(?!(?:does|has|was|this|its)\b)(?:[\w-]*[^\Wsui]s|criteria|people|staff)\b"
# Of "business support organisations" and "clusters projects" the last plural is what is counted.
COUNTS = re.compile(
    rf"\bhow many (?:[\w&/-]+ ){{0,4}}?(?:{THING} )*(?P<thing>{THING})", re.IGNORECASE
)
ORDINAL = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\b", re.IGNORECASE)
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b")


def group_by_period(question: str, quotes: Sequence[Quote]) -> tuple[PeriodGroup, ...]:
    """Quotes by the period that their answers are of, newest first; empty if they don't differ.

    The newest is the period that begins last, and it leads. Quotes that say nothing of what is
    asked for, or whose answers are of several periods, come last; where the best quote is among
    them, they come next.

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
        told = told_by(quote, position, statements) if position in telling else None
        groups.setdefault(told, []).append(position)
    if sum(not telling.isdisjoint(positions) for positions in groups.values()) < 2:
        return ()  # what differs stands together: one quote tells it all
    newest = sorted(
        (one for one in groups if one),
        key=lambda one: (one.period.first, one.period.last, one.stated),
        reverse=True,
    )
    made = [PeriodGroup(str(one.period), one.stated, tuple(groups[one])) for one in newest]
    if None in groups:
        # The best quote stays in sight, but what has no date can't be the newest.
        place = 1 if 0 in groups[None] else len(made)
        made.insert(place, PeriodGroup("", stated=False, quotes=tuple(groups[None])))
    return tuple(made)


def told_by(quote: Quote, position: int, statements: Sequence[Statement]) -> Told | None:
    """The one period of what a quote answers; None where its answers are of several.

    A date in one sentence does not date an answer in another: ``founded in 2013 by ten regions. It
    later grew to 40.``
    """
    answering = {one.told for one in statements if one.quote == position and one.values}
    whole = period_of(quote.document, quote.start, quote.end)
    if not answering:
        return whole
    (told,) = answering if len(answering) == 1 else (None,)
    return told if told is None or told.stated or told == whole else None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence of a quote says, and of which period."""

    quote: int
    """Position of the quote in the answer."""
    told: Told | None
    """None if it speaks of several periods, or its document has no date."""
    values: frozenset[str]
    """Amounts or dates that may be the answer."""
    text: str
    """The sentence; the whole quote where it leans on the sentence before it."""


def read_statements(question: str, quotes: Sequence[Quote]) -> list[Statement]:
    """What likely quotes say of the same matter, sentence by sentence."""
    made, asked, number = [], set(terms(question)), ordinals(question)
    enough = SAME_MATTER * len(asked & terms_of(quotes[0]))
    for position, quote in enumerate(quotes):
        share = quote.score / (quotes[0].score or 1.0)
        if share < LIKELY or (share < AS_LIKELY and len(asked & terms_of(quote)) < enough):
            continue
        for span in quote.sentences:
            text = quote.document.text[span.start : span.end]
            named = ordinals(text) or ordinals(quote.text)
            if number and named and number.isdisjoint(named):
                continue  # the ninth conference does not contradict the eighth
            told = period_of(quote.document, span.start, span.end)
            whole = quote.text if LEANS.match(text) else text
            made.append(Statement(position, told, frozenset(values(question, text)), whole))
    for written in units_asked_for(question):
        fitting = only(made, partial(has_unit, written))
        if any(one.values for one in fitting):
            made = fitting
    if fits := told_of_what_is_asked(question):
        fitting = only(made, fits)
        # Others are held to it only if the best quote keeps to it.
        if any(one.values for one in fitting if one.quote == 0):
            made = fitting
    return [replace(one, values=frozenset(map(without_spaces, one.values))) for one in made]


Fits = Callable[[Statement, str], bool]
"""Whether a value of a statement is of what is asked for."""


def has_unit(written: re.Pattern[str], _: Statement, value: str) -> bool:
    return written.search(value) is not None


def only(statements: Sequence[Statement], fits: Fits) -> list[Statement]:
    """The statements, each with those of its values that fit."""
    return [
        replace(one, values=frozenset(value for value in one.values if fits(one, value)))
        for one in statements
    ]


def told_of_what_is_asked(question: str) -> Fits | None:
    """That a number counts the things of "how many things", and a date is of a name of "when".

    Five challenges of regions don't contradict 151 regions, nor a year of Catalonia one of Bremen.
    """
    if counts := COUNTS.search(question):
        thing = form_of(fold(counts["thing"]))
        after = re.compile(rf"\W+(?:\w+\W+){{,{WORDS_TO_THING}}}?\w*{thing}\b")
        return lambda one, value: is_before(after, one.text, value)
    named = [set(terms(name.text)) for name in names(question) if not is_generic(name)]
    if named and expected_form(question) is MOMENT:
        return lambda one, _: any(name <= set(terms(one.text)) for name in named)
    return None


def is_before(after: re.Pattern[str], text: str, value: str) -> bool:
    """Whether a value stands in a text right before what matches, all of it folded."""
    folded = fold(text)
    return any(
        after.match(folded, match.end())
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", folded)
    )


def ordinals(text: str) -> frozenset[str]:
    """The ordinals in a text, each as a number: ``8`` for ``eighth`` and ``8th``."""
    found = (match.group().casefold() for match in ORDINAL.finditer(text))
    return frozenset(ORDINALS.get(one) or re.sub(r"\D", "", one) for one in found)


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
        if one.told is not None:
            said.setdefault(one.told.period, set()).update(one.values)
    stated = {one.told.period for one in statements if one.told is not None and one.told.stated}
    telling = {period: found for period, found in said.items() if found}
    if len(telling) < 2 and expected_form(question) not in (AMOUNT, DURATION):
        return sum(is_programming_period(period) for period in said) > 1
    # What is said of a year is a part of what is said of a period that holds it.
    return any(
        telling[one].isdisjoint(telling[other])
        for one, other in combinations(telling, 2)
        if not (stated >= {one, other} and (one.holds(other) or other.holds(one)))
    )


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
