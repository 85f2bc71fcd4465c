"""Where a text says what an acronym stands for.

Which words an acronym was made from is told as in Schwartz and Hearst, "A Simple Algorithm for
Identifying Abbreviation Definitions in Biomedical Text" (PSB 2003): its characters in order, the
first one at the beginning of a word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from s3assist.answer.expand import GlossaryEntry
from s3assist.documents import Span

CUE = re.compile(
    r"\b(?:stands? for|short for|abbreviat\w+|acronyms?|full (?:name|form)|spel(?:led|l|t) out)\b"
    r"|^\s*what does (?:the )?\S+ mean\b",
    re.IGNORECASE,
)
ACRONYM = re.compile(r"(?<![\w-])(?=(?:[\w&+./-]{0,11}[A-Z]){2}|[A-Z]\d)[\w&+./-]{1,11}\w(?![\w-])")
SAYS = r"\s+(?:stands? for|is (?:short|the (?:abbreviation|acronym)) (?:for|of)|means)\s+"
INTRODUCED = re.compile(r"\(\s*(?P<short>[\w&+./-]{2,12}?)s?\s*\)")
LINKS = frozenset("a an and the of for in on to".split())
LONGEST = 120
"""Characters of an expansion at the most."""


def acronym_asked_for(question: str) -> str:
    """The acronym whose words a question asks for; empty if it asks something else."""
    found = ACRONYM.findall(question) if CUE.search(question) else []
    return found[0] if len(set(found)) == 1 else ""


def expansion(acronym: str, text: str, within: Span) -> Span | None:
    """Where a part of a text spells an acronym out: ``Words Of It (WOI)`` or ``WOI (words of it)``,
    or ``WOI stands for words of it``."""
    short = re.escape(acronym)
    part = text[within.start : within.end]
    for match in re.finditer(rf"\(\s*{short}s?\s*\)", part):
        begin = max(0, match.start() - LONGEST)
        at = first_of(acronym, part[begin : match.start()])
        if at is not None:
            end = match.start() - len(part[: match.start()]) + len(part[: match.start()].rstrip())
            return Span(within.start + begin + at, within.start + end)
    after = rf"\b{short}s?(?:\s*\(\s*|{SAYS}(?:the\s+)?)(?P<words>[^()\n.;]{{4,{LONGEST}}})"
    for match in re.finditer(after, part):
        if first_of(acronym, match["words"]) == 0:
            words = match["words"].rstrip(' ,)”"')
            start = within.start + match.start("words")
            return Span(start, start + len(words))
    return None


@lru_cache(maxsize=64)
def introduced_in(text: str) -> tuple[GlossaryEntry, ...]:
    """The acronyms of initials that a text introduces, ``Words Of It (WOI)``, as it does first."""
    found: dict[str, str] = {}
    for match in INTRODUCED.finditer(text):
        short = match["short"]
        if short in found or not ACRONYM.fullmatch(short):
            continue
        before = (
            text[max(0, match.start() - LONGEST) : match.start()].rpartition("\n\n")[2].rstrip()
        )
        at = first_of(short, before, initials_alone=True)
        words = [] if at is None else before[at:].rstrip("\"'”’»").split()
        if len(words) > 1 and not any(mark in word for word in words for mark in "()"):
            found[short] = " ".join(words)
    return tuple(GlossaryEntry(short, (words,)) for short, words in found.items())


def first_of(acronym: str, words: str, *, initials_alone: bool = False) -> int | None:
    """Where in `words`, which must end with them, the words of an acronym begin.

    Letters from within words will do unless initials alone are wanted: with nobody asking for this
    acronym they would be found by chance too often.
    """
    repeated = re.sub(r"([A-Za-z])([2-9])", lambda m: m[1] * int(m[2]), acronym)
    spellings = [
        re.sub(r"[\W_]", "", letters).casefold()
        for letters in (repeated, re.sub(r"\d", "", acronym))
    ]
    # A letter each: the place that is found must be one of the text ("ß" folds to "ss").
    folded = "".join(character.casefold()[0] for character in words)
    for match in (initials_of,) if initials_alone else (initials_of, matched):
        for letters in spellings:
            at = match(letters, folded)
            if at is not None and len(words[at:].split()) <= 2 * len(letters) + 2:
                return at
    return None


def initials_of(letters: str, words: str) -> int | None:
    """Where the words begin whose initials these are, words like ``of`` left out."""
    initials = ""
    for match in reversed(list(re.finditer(r"[^\W_]+", words))):
        if match.group() not in LINKS:
            initials = match.group()[0] + initials
        if initials == letters:
            return match.start()
    return None


def matched(letters: str, words: str) -> int | None:
    """Where the words begin that have these letters in their order, read from the end."""
    position = len(words)
    for number in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (
            words[position] != letters[number]
            or (number == 0 and position > 0 and words[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return None
    return position if letters else None
