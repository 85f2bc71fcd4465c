"""The phrases of a question or of a quote that a later question may lean on.

There is no tagger: capitals, determiners, auxiliaries and the order of an English question tell
names and topics well enough to search with and to read. Everything is a pure function of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from s3assist.answer.converse.vocabulary import (
    ACTIVE,
    ASKING,
    AUXILIARIES,
    BARE_WORDS,
    BEFORE_VERB,
    FUNCTION_WORDS,
    GENERIC,
    NAMELESS,
    PARTICIPLE,
    PAST,
    PLACES,
    SURE_LINKS,
    UNITS,
    VERBS,
)
from s3assist.answer.periods import MENTION
from s3assist.index.terms import fold

WORD = re.compile(r"\w(?:[\w&+./'’-]*[\w+])?")
SENTENCE_START = re.compile(r"(?:^|[.!?:;–—•]|\s-)\s*[\"“‘(]*$")


ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our|your|this|that|these|those)\s+", re.I)
COMMAND = re.compile(
    r"\s*(?:list|name|compare|tell|show|give|explain|describe)\b(?!\s+of\b)", re.IGNORECASE
)
POINTING = re.compile(r"\b(?:that|this|these|those)\s+$", re.IGNORECASE)


class Kind(StrEnum):
    """What a name looks like, so that one replaces another of its kind."""

    PLACE = "place"
    CODE = "code"
    """An acronym or a code: IBBL, I3, ESCP-4i."""
    NAME = "name"
    TOPIC = "topic"
    """Common words: ``overall R&D intensity``."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words of a text."""

    text: str
    start: int
    end: int
    kind: Kind


def words(text: str) -> list[re.Match[str]]:
    return list(WORD.finditer(text))


def is_content(word: str) -> bool:
    """Whether a word says what a text is about."""
    folded = fold(word).replace("’", "'")
    bare = re.sub(r"'s?$", "", folded)
    return bare not in FUNCTION_WORDS and folded not in FUNCTION_WORDS and len(bare) > 1


def content_words(text: str) -> list[str]:
    return [match.group() for match in words(text) if is_content(match.group())]


def is_code(word: str) -> bool:
    """Whether a word is an acronym or a code rather than a word: IBBL, I3, R&D, iPhone."""
    capitals = sum(c.isupper() for c in word)
    return capitals >= 2 or (capitals == 1 and any(c.isdigit() for c in word))


def names(text: str, cut: bool = False) -> list[Phrase]:
    """Names and acronyms in order: runs of capitalised words that no sentence start explains.

    Args:
        text: what is read.
        cut: whether words before it were cut off, so that its first capital opens no sentence.
    """
    found: list[Phrase] = []
    run: list[re.Match[str]] = []

    def close() -> None:
        while run and not is_named(run[-1].group()):
            run.pop()
        if run:
            found.append(name_of(text, run[0].start(), run[-1].end()))
            run.clear()

    for match in words(text):
        word = match.group()
        if run and not text[run[-1].end() : match.start()].isspace():
            close()
        named = is_named(word) and (
            (cut and not text[: match.start()].strip()) or not opens(text, match, run)
        )
        if named or (run and fold(word) in SURE_LINKS):
            run.append(match)
        else:
            close()
    close()
    return found


def is_generic(phrase: Phrase) -> bool:
    """Whether an acronym names nothing in particular: SMEs, GDP."""
    return fold(phrase.text) in GENERIC


def is_named(word: str) -> bool:
    plain = re.sub(r"['’]s?$", "", word)
    if re.search(r"[a-z]-(?:based|wise|wide|led|funded|related|like)$", f"x{plain}".lower()):
        return False
    if fold(plain) in UNITS or re.match(r"I(?:['’]\w+)?$", plain):
        return False
    capital = plain[:1].isupper() and fold(plain) not in NAMELESS
    return capital or is_code(plain) or fold(plain) in PLACES


def opens(text: str, match: re.Match[str], run: list[re.Match[str]]) -> bool:
    """Whether only the beginning of a sentence gives a word its capital."""
    word = re.sub(r"['’]s?$", "", match.group())
    if run or is_code(word) or fold(word) in PLACES:
        return False
    if not SENTENCE_START.search(text[: match.start()]):
        return False
    following = WORD.search(text, match.end())
    return not (
        following
        and text[match.end() : following.start()] == " "
        and following.group()[:1].isupper()
    )


def name_of(text: str, start: int, end: int) -> Phrase:
    shown = re.sub(r"['’]s?$", "", text[start:end])
    parts = shown.split()
    if any(fold(part) in PLACES for part in parts):
        kind = Kind.PLACE
    elif all(is_code(part) for part in parts):
        kind = Kind.CODE
    else:
        kind = Kind.NAME
    return Phrase(shown, start, start + len(shown), kind)


def topics(question: str) -> list[Phrase]:
    """What a question asks about, in common words: runs of content words, ``of`` included.

    The verb of ``does X want`` and ``who presented`` is left out, names are left to `names`, and
    ``that field`` says nothing new.
    """
    named = names(question)
    found: list[Phrase] = []
    for chunk in chunks(question):
        if not chunk:
            continue
        start, end = chunk[0].start(), chunk[-1].end()
        shown = re.sub(r"['’]s?$", "", question[start:end])
        whole = Phrase(shown, start, start + len(shown), Kind.TOPIC)
        end = whole.end
        if any(n.start <= start and end <= n.end for n in named) or MENTION.fullmatch(whole.text):
            continue
        if POINTING.search(question[:start]):
            continue
        found.append(whole)
    return found


def chunks(question: str) -> Iterator[list[re.Match[str]]]:
    """Runs of words between function words, without verbs that the word order gives away."""
    chunk: list[re.Match[str]] = []
    active = asked = False
    earlier, previous, after = "", "", 0
    command = COMMAND.match(question)
    for match in words(question):
        word = fold(match.group())
        if command and match.end() <= command.end():
            continue
        broken = bool(re.search(r"[^\s\"“”‘’']", question[after : match.start()]))
        after = match.end()
        subjectless = earlier in BEFORE_VERB and previous in ACTIVE  # ``Who will control it?``
        is_verb = match.group().islower() and (
            previous in BEFORE_VERB or subjectless or names_an_act(word)
        )
        if not broken and continues(word, chunk):
            chunk.append(match)
        elif broken or is_verb or not is_content(word):
            if asked and word in ("out", "up") and len(chunk) > 1:  # which regulation sets | out
                chunk = chunk[: -1 if chunk[-1].group().endswith("s") else None]
            yield trimmed(chunk, active and word not in AUXILIARIES, asked)
            starts = is_content(word) and not is_verb
            asked = previous in ASKING if starts else word in ASKING
            active = word in ACTIVE or (active and word not in AUXILIARIES and not chunk)
            chunk = [match] if starts else []
        else:
            chunk.append(match)
        if chunk and re.search(r"['’]s?$", match.group()):  # the ICT sector’s | biggest problem
            yield trimmed(chunk, active=False, asked=False)
            chunk = []
        earlier, previous = previous, word
    yield trimmed(chunk, active, asked)


def continues(word: str, chunk: list[re.Match[str]]) -> bool:
    """``of`` goes on with a phrase, and an article after it does."""
    if not chunk:
        return False
    return word == "of" or (word in ("the", "a", "an") and fold(chunk[-1].group()) == "of")


def trimmed(chunk: list[re.Match[str]], active: bool, asked: bool) -> list[re.Match[str]]:
    """A chunk without the verb that ends it.

    Args:
        chunk: the words.
        active: whether a subject and its verb are what is expected (``does Luxembourg want``).
        asked: whether it begins with what is asked for (``which ministries started work``).
    """
    rest = list(chunk)
    verbs = [i for i, word in enumerate(rest) if i and PARTICIPLE.match(word.group())]
    if asked and verbs:
        rest = rest[: verbs[0]]
    if active and len(rest) > 1 and rest[-1].group().islower():
        rest.pop()
    while len(rest) > 1 and PARTICIPLE.match(rest[-1].group()):
        rest.pop()
    while rest and (not is_content(rest[-1].group()) or is_adverb(rest[-1].group())):
        rest.pop()
    while rest and (not is_content(rest[0].group()) or is_adverb(rest[0].group())):
        rest.pop(0)
    if all(word.group() in BARE_WORDS or word.group().isdigit() for word in rest):
        return []
    if len(rest) == 1 and PARTICIPLE.match(rest[0].group()):
        return []
    return rest


def names_an_act(word: str) -> bool:
    """Whether a word is a verb, whatever stands beside it."""
    if word in PAST or word in VERBS:
        return True
    stem = word.removesuffix("s")
    return stem != word and (stem in VERBS or stem.removesuffix("e") in VERBS)


def is_adverb(word: str) -> bool:
    return word.islower() and word.endswith("ly") and word not in ("supply", "assembly", "family")
