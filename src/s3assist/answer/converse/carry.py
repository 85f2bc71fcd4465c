"""What of the conversation a turn needs: the turn it goes on from, and the phrases to carry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from s3assist.answer.converse.lean import COURTESY, SWITCH, read_turn
from s3assist.answer.converse.phrases import (
    ARTICLE,
    POINTING,
    Kind,
    Phrase,
    content_words,
    is_content,
    is_generic,
    names,
    topics,
)
from s3assist.answer.converse.vocabulary import BARE_WORDS, NAMELESS, NATIONS, ORDINALS
from s3assist.answer.periods import MENTION
from s3assist.documents import Turn
from s3assist.index.terms import fold, terms

LOOK_BACK = 6
"""Turns looked at: what was said before is forgotten, and a long conversation costs no more."""
QUOTES = 3
"""Quotes of an answer that are looked at."""
DECAY = 0.5
"""A phrase counts this much less for each turn that it lies back; what comes again adds up."""
QUOTE_WEIGHT, TOPIC_WEIGHT, CARRIED_AGAIN = 0.45, 0.8, 0.6
LEAST = 0.2
"""Weight below which nothing is carried."""
MOST = 4
"""Phrases carried at the most."""
QUOTED_ONLY = 1
"""Of these, names at the most that only quotes have: a wrong quote would find itself again."""

LISTED = 4
"""Names of a kind in one quote: then it is a list, of which none stands out."""
NUMERAL = re.compile(r"[IVX]+|[A-Z]")
"""No name, though it has capitals."""
EVERYWHERE = frozenset({"eu", "european union", "union", "europe", "european"})
"""Names that nearly every text on the matter has."""

ASIDE = re.compile(r"\s*\(([^()]*)\)(?=[\s?.!]*$)")
"""What an understood question carries, in brackets at its end."""


@dataclass(frozen=True, slots=True)
class Base:
    """The question that a turn goes on from."""

    question: str
    """As it was understood, without what it carried."""
    new: str
    """What the turn said itself: ``And universities?`` before ``Who uses it most?``"""
    carried: tuple[str, ...]
    """What it carried."""
    age: int
    """0 for the last turn."""
    antecedent: str = ""
    """What took the place of its pronoun, or of that of a turn before it on the same topic."""
    goes_on: bool = False
    """Whether it has that pronoun itself."""
    quoted: tuple[str, ...] = ()
    """The texts of its best quotes."""


def base_of(turn: Turn, age: int = 0) -> Base:
    understood = turn.answer.understood_as or turn.question
    understood = COURTESY.sub("", SWITCH.sub("", understood))
    aside = ASIDE.search(understood)
    if aside and MENTION.fullmatch(aside[1].strip()):
        aside = None  # years of the question: ``in the current period (2021-2027)?``
    carried = tuple(p.strip() for p in aside[1].split(",")) if aside else ()
    plain = understood[: aside.start()] + understood[aside.end() :] if aside else understood
    sentences = re.split(r"(?<=[?.!])\s+(?=[A-Z])", plain.strip())
    first = " ".join(sentences[:-1])
    new = first if content_words(first) else sentences[-1]
    return Base(sentences[-1], new, carried, age, quoted=tuple(quoted(turn)))


def with_antecedent(base: Base, turns: Sequence[Turn]) -> Base:
    """The base with what ``it`` or ``they`` last stood for, unless a new topic came since."""
    for back, turn in enumerate(list(reversed(turns[-LOOK_BACK:]))[base.age :]):
        stood_for = antecedent_of(turn)
        if stood_for:
            stood_for = as_printed(stood_for, turns[-LOOK_BACK:])
            return replace(base, antecedent=stood_for, goes_on=not back)
        if turn.answer.understood_as in ("", turn.question) and names(turn.question):
            break
    return base


def as_printed(phrase: str, turns: Sequence[Turn]) -> str:
    """A phrase with the capitals that a quote gives it: ``Vanguard Initiative``."""
    plain = ARTICLE.sub("", phrase)
    if names(phrase) or " " not in plain:
        return phrase
    for text in (text for turn in turns for text in quoted(turn)):
        found = re.search(rf"\b{re.escape(plain)}\b", text, re.IGNORECASE)
        if found and all(word[0].isupper() for word in content_words(found.group())):
            return phrase[: len(phrase) - len(plain)] + found.group()
    return phrase


def antecedent_of(turn: Turn) -> str:
    """What stands in an understood question where the turn as it was typed has a pronoun."""
    typed = read_turn(turn.question)
    if typed.pronoun is None:
        return ""
    start, end = typed.pronoun
    before, after = typed.body[:start], typed.body[end:].rstrip(" ?.!…")
    if POINTING.search(typed.body[:end] + " "):  # ``that programme`` is replaced with its noun
        noun = re.match(r"\s+[\w'’-]+", after)
        after = after[noun.end() :] if noun and is_content(noun.group().strip()) else after
    plain = ASIDE.sub("", turn.answer.understood_as or turn.question).rstrip(" ?.!…")
    middle = plain[len(before) : len(plain) - len(after)] if after else plain[len(before) :]
    put = f"{before}{middle}{after}".casefold() == plain.casefold() and middle.casefold()
    if not put or put == typed.body[start:end].casefold():
        return ""
    return re.sub(r"['’]s?$", "", middle)


def find_base(back_to: str, turns: Sequence[Turn]) -> Base | None:
    """The turn that `back_to` names, None if none does; without it the last turn."""
    recent = list(reversed(turns[-LOOK_BACK:]))
    if back_to:
        wanted = topic_terms(back_to)
        for age, turn in enumerate(recent):
            if wanted & topic_terms(base_of(turn).question):
                return base_of(turn, age)
        for age, turn in enumerate(recent):
            if any(wanted & topic_terms(text) for text in quoted(turn)):
                return base_of(turn, age)
        return None
    return base_of(recent[0])


def topic_terms(text: str) -> set[str]:
    """Search terms of what a text is about; Finland and Finnish are the same."""
    content = [fold(word) for word in content_words(text)]
    return set(terms(" ".join(NATIONS.get(word, word) for word in content)))


def quoted(turn: Turn) -> list[str]:
    """The texts of the best quotes; what came nearest without being an answer doesn't count."""
    return [quote.text for quote in turn.answer.quotes[:QUOTES]]


def phrases_to_carry(base: Base, turns: Sequence[Turn]) -> list[Phrase]:
    """Names and topics of the base turn and of those before it, weightiest first."""
    weights: dict[str, float] = {}
    again: dict[str, float] = {}
    known: dict[str, Phrase] = {}
    asked: set[str] = set()

    def add(phrase: Phrase, weight: float) -> None:
        key = phrase.text.casefold()
        if key in EVERYWHERE or (is_generic(phrase) and key != alone):
            return
        known.setdefault(key, phrase)
        weights[key] = weights.get(key, 0.0) + weight

    filled: set[Kind] = set()
    alone = ""  # ``And SMEs?`` is about them, however common the word
    for back, turn in enumerate(list(reversed(turns[-LOOK_BACK:]))[base.age :]):
        fresh = DECAY**back
        if fresh < LEAST:
            break
        said = base_of(turn)
        named, about = names(said.new), topics(said.new)
        newer = list(known.values())
        about = [topic for topic in about if not any(varies(topic, other) for other in newer)]
        if back:  # the years of an older question are not those of this one
            about = [
                replace(topic, text=text) for topic in about if (text := without_time(topic.text))
            ]
        alone = " ".join(content_words(said.new)).casefold() if not back else ""
        qualified = [name for name in named if any(is_part(name, topic) for topic in about)]
        # A newer turn that names a region has replaced the region before it.
        for name in named:
            if name not in qualified and name.kind not in filled:
                add(name, fresh)
        for topic in about:
            add(topic, fresh * (1 if any(is_part(n, topic) for n in named) else TOPIC_WEIGHT))
        for text in said.carried:
            kind = kind_of(text)
            replaced = any(varies(Phrase(text, 0, 0, kind), other) for other in newer)
            timeless = without_time(text)
            if kind not in filled and not replaced and timeless:
                key = timeless.casefold()
                known.setdefault(key, Phrase(timeless, 0, 0, kind))
                again.setdefault(key, fresh * CARRIED_AGAIN)
        for name, share in salient(said.quoted):
            if name.kind not in filled:
                add(name, fresh * QUOTE_WEIGHT * (0.5 + share))
        asked |= {phrase.text.casefold() for phrase in (*named, *about)}
        filled |= {name.kind for name in named}
        if named and turn.answer.understood_as == turn.question:
            break  # it stood alone with a name of its own: what was before is another topic
    # What was carried along was not said again: it keeps a topic, and doesn't make it weightier.
    for key, weight in again.items():
        weights[key] = max(weights.get(key, 0.0), weight)
    order = sorted(known, key=lambda key: -weights[key])
    heavy = [key for key in order if weights[key] >= LEAST]
    only_quoted = [key for key in heavy if key not in asked and key not in again]
    return [known[key] for key in heavy if key not in only_quoted[QUOTED_ONLY:]]


def without_time(text: str) -> str:
    """``panorama`` of the ``2020 panorama``; empty where nothing is left that says something."""
    if not MENTION.search(text):
        return text
    kept = MENTION.sub(" ", text).split()
    while kept and not is_content(kept[-1]):
        kept.pop()
    says = {fold(word) for word in kept if is_content(word)} - BARE_WORDS - NAMELESS
    return " ".join(kept) if says else ""


def varies(phrase: Phrase, newer: Phrase) -> bool:
    """Whether a newer phrase has replaced this one: ``eighth round`` by ``ninth round``."""
    one, other = phrase.text.split(), newer.text.split()
    if len(one) != len(other) or len(one) < 2:
        return False
    differ = [
        pair for pair in zip(one, other, strict=True) if pair[0].casefold() != pair[1].casefold()
    ]
    return len(differ) == 1 and (
        all(is_ordinal(word) for word in differ[0]) or all(word[:1].isupper() for word in differ[0])
    )


def is_ordinal(word: str) -> bool:
    return word.casefold() in ORDINALS or bool(re.fullmatch(r"\d+(?:st|nd|rd|th)", word))


def is_part(name: Phrase, topic: Phrase) -> bool:
    return topic.start <= name.start and name.end <= topic.end


def kind_of(text: str) -> Kind:
    found = names(text)
    whole = found and found[0].text == text
    return found[0].kind if whole else Kind.TOPIC


def salient(texts: Sequence[str]) -> list[tuple[Phrase, float]]:
    """Names in quotes with the share of quotes that hold them; those of the first come first."""
    found: dict[str, Phrase] = {}
    counts: Counter[str] = Counter()
    for text in texts:
        once = {name.text.casefold(): name for name in names(text)}
        kinds = Counter(name.kind for name in once.values())
        for key, name in once.items():
            if kinds[name.kind] < LISTED and not NUMERAL.fullmatch(name.text):
                found.setdefault(key, name)
                counts[key] += 1
    first = texts[0].casefold() if texts else ""
    return [
        (found[key], count / len(texts))
        for key, count in counts.items()
        if count > 1 or (first.removeprefix("the ").startswith(key) and is_telling(found[key]))
    ]


def is_telling(name: Phrase) -> bool:
    """A single capital may only begin a table cell or a bullet."""
    return name.kind is not Kind.NAME or " " in name.text
