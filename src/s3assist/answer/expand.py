"""Widen a question with the glossary, both ways: acronym to long form, long form to acronym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from s3assist.documents import Expansion
from s3assist.index.terms import QUESTION_WORDS, british, fold

AMBIGUOUS_LENGTH = 4
"""An acronym that is also an English word (AIR, STEP) or this short must be typed in capitals."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """An acronym and what it stands for."""

    acronym: str
    expansions: tuple[str, ...]
    note: str = ""


def read_entries(rows: Iterable[tuple[str, str, str]]) -> tuple[GlossaryEntry, ...]:
    """Entries of glossary rows, the alternatives of an expansion parted at ``;``."""
    return tuple(
        GlossaryEntry(acronym, tuple(e.strip() for e in expansion.split(";") if e.strip()), note)
        for acronym, expansion, note in rows
    )


def expand(question: str, entries: Sequence[GlossaryEntry]) -> tuple[Expansion, ...]:
    """The glossary entries that a question uses, each with the words that they add to it.

    Entries of the same acronym are one expansion; what the question already says is not added.
    """
    plain = british(fold(question))
    added: dict[str, list[str]] = {}
    for entry in entries:
        typed = find_acronym(question, entry.acronym)
        if typed:
            new = [e for e in entry.expansions if not contains(plain, e)]
            added.setdefault(typed, []).extend(new)
            continue
        for expansion in entry.expansions:
            if " " in expansion and contains(plain, expansion):
                added.setdefault(expansion, []).append(entry.acronym)
    return tuple(
        Expansion(term=term, added=tuple(dict.fromkeys(words)))
        for term, words in added.items()
        if words
    )


def as_printed(question: str, expanded: Sequence[Expansion], text: str) -> str:
    """The question in the words of a text that prints only one of an acronym and its long form.

    ``How many RIVs are there?``: who knows only a text on Regional Innovation Valleys can't tell
    what RIVs are.
    """
    plain = british(fold(text))

    def prints(name: str) -> bool:
        return contains(plain, name) if " " in name else bool(find_acronym(text, name))

    for expansion in expanded:
        name = expansion.term
        if " " not in name:
            name = re.sub(r"['’]?s$", "", name)
        if prints(name):
            continue
        words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name))
        typed = re.search(rf"(?<!\w){words}s?(?!\w)", question, re.IGNORECASE)
        other = next(filter(prints, expansion.added), "")
        if typed and other:
            question = question[: typed.start()] + other + question[typed.end() :]
    return question


def find_acronym(question: str, acronym: str) -> str:
    """The acronym as the question has it, or an empty string.

    A long or digit-bearing acronym is found in any case (``ris3``), plural ``s`` included; a short
    one only in capitals, because ``step`` and ``it`` are words.
    """
    pattern = rf"(?<![\w-]){re.escape(acronym)}(?:s|'s|’s)?(?![\w+-]|\.\d)"
    relaxed = any(c.isdigit() for c in acronym) or len(acronym) > AMBIGUOUS_LENGTH
    match = re.search(pattern, question, re.IGNORECASE if relaxed else 0)
    if not match or match.group().casefold() in QUESTION_WORDS:
        return ""
    return match.group()


def contains(plain: str, phrase: str) -> bool:
    """Whether a folded text in British spelling holds a phrase as whole words, plural included."""
    return whole_words(phrase).search(plain) is not None


@lru_cache(maxsize=10_000)
def whole_words(phrase: str) -> re.Pattern[str]:
    parts = re.split(r"[\s-]+", british(fold(phrase)))
    words = r"[\s-]+".join(re.escape(word) for word in parts if word)
    return re.compile(rf"(?<!\w){words}s?(?!\w)")
