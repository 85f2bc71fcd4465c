"""Text to search terms, the same way for passages and for questions.

Words are folded (NFKC, case, accents, soft hyphens), British and American spellings meet, and
words are stemmed (Snowball). What policy staff look for by its exact form keeps a term of its
own beside its parts: ``2021/1060``, ``2014-2020``, ``COM(2017) 376``, ``€42 million``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# One pass over the folded text; the first alternative that matches wins. An amount has so many
# figures at the most: else a list like "1,1,1" would be read to its end from each of its numbers.
TOKEN = re.compile(
    r"""
      (?P<act>(?:com|swd|sec|join|c)\s?\(\s?\d{4}\s?\)\s?\d+)         # COM(2017) 376
    | (?P<money>\d[\d.,]{0,30}\s?(?:
          millions?|billions?|trillions?|thousands?|millionen|milliarden|mio|mrd|bn|bln|mn|m
      )\b)
    | (?P<number>\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?![\d/])(?:\.\d+)?)  # 2 950; 2,950
    | (?P<joined>\w+(?:[/.–‑-]\w+)+)                                  # 2021/1060, cross-border
    | (?P<word>\w+(?:['’]\w+)?)
    """,
    re.VERBOSE,
)
SCALE = {
    "million": "million", "millions": "million", "millionen": "million",
    "mn": "million", "m": "million", "mio": "million",
    "billion": "billion", "billions": "billion", "milliarden": "billion",
    "bn": "billion", "bln": "billion", "mrd": "billion",
    "trillion": "trillion", "trillions": "trillion",
    "thousand": "thousand", "thousands": "thousand",
}  # fmt: skip
AMERICAN = (
    (re.compile(r"iz(e|es|ed|er|ers|ing|able|ation|ations|ational)$"), r"is\1"),
    (re.compile(r"yz(e|es|ed|er|ers|ing)$"), r"ys\1"),
)
SHORTEST_RESPELLED = 6
"""``size`` and ``prize`` keep their z."""
IRREGULAR = {
    "programs": "programme", "program": "programme", "center": "centre", "centers": "centre",
    "labor": "labour", "favor": "favour", "behavior": "behaviour", "neighbor": "neighbour",
    "neighboring": "neighbouring", "neighborhood": "neighbourhood",
    "colors": "colour", "color": "colour", "defense": "defence", "catalog": "catalogue",
    "fulfill": "fulfil", "enrollment": "enrolment",
}  # fmt: skip
SNOWBALL = {
    "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "pt": "portuguese", "ro": "romanian",
    "sv": "swedish", "no": "norwegian", "nb": "norwegian", "ca": "catalan", "eu": "basque",
}  # fmt: skip
QUESTION_WORDS = frozenset(
    """a about also an and any are as at be been being but by can could did do does doing for from
    had has have how i if in into is it its itself just let like many may me might much my no not of
    on one or our please shall should so some such tell than that the their them then there these
    they this those to too under us use very was we were what when where which while who whom whose
    why will with would you your""".split()
)


class Accents(dict[int, int | None]):
    """What becomes of each character when accents are dropped, found out once for each."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


ACCENTS = Accents()


def fold(text: str) -> str:
    """NFKC, lower case, without soft hyphens and accents: for matching, never for showing."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("\u00ad", ""))
    return unicodedata.normalize("NFKC", decomposed.translate(ACCENTS)).casefold()


def terms(text: str, language: str = "en") -> list[str]:
    """The search terms of a text in order, compounds followed by their parts."""
    found: list[str] = []
    for match in TOKEN.finditer(fold(text)):
        token = match.group()
        match match.lastgroup:
            case "act":
                found.append(re.sub(r"\s", "", token))
                found.extend(re.findall(r"\w+", token))
            case "money":
                amount, scale = split_money(token)
                found.extend((f"{amount}{scale}", amount, scale))
            case "number":
                found.append(re.sub(r"[ ,\u00a0\u202f]", "", token))
            case "joined":
                found.extend(joined_terms(token, language))
            case _:
                if "'" in token or "’" in token:
                    token = re.sub(r"['’]s?$|['’]", "", token) or token
                found.append(stem(token, language))
    return found


def split_money(token: str) -> tuple[str, str]:
    """``42.5 bn`` as (``42.5``, ``billion``)."""
    number = re.match(r"[\d.,]*\d", token)
    amount = number.group() if number else token
    scale = token[len(amount) :].strip()
    return re.sub(r",(?=\d{3}\b)", "", amount), SCALE.get(scale, scale)


def joined_terms(token: str, language: str) -> Iterable[str]:
    """A term for the whole where it holds a digit or is a short acronym, and one for each part."""
    plain = re.sub(r"[–‑]", "-", token)
    parts = [part for part in re.split(r"[/.-]", plain) if part]
    if any(c.isdigit() for c in plain) or all(len(part) == 1 for part in parts):
        yield plain if any(c.isdigit() for c in plain) else "".join(parts)
    if not all(len(part) == 1 for part in parts):
        yield from (stem(part, language) for part in parts)


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The Snowball stem of one folded word in British spelling; numbers and codes are kept."""
    if any(c.isdigit() for c in word):
        return word
    if language == "en":
        word = british(word)
    stemmer = snowball(language)
    return str(stemmer.stemWord(word)) if stemmer else word


def british(text: str) -> str:
    """A folded English text with its American spellings in the British way."""
    return re.sub(r"[a-z]+", respelled, text)


def respelled(match: re.Match[str]) -> str:
    word = IRREGULAR.get(match.group(), match.group())
    if len(word) >= SHORTEST_RESPELLED:
        for pattern, replacement in AMERICAN:
            word = pattern.sub(replacement, word)
    return word


@lru_cache
def snowball(language: str) -> Any:
    import Stemmer

    name = SNOWBALL.get(language)
    return Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None


def query_terms(question: str, languages: Iterable[str]) -> list[str]:
    """Terms to look for: stems in each language of the corpus, without question words.

    A question made of nothing but such words keeps them, so that ``to be`` still finds something.
    """
    chosen = list(languages) or ["en"]
    content = " ".join(
        m.group()
        for m in re.finditer(r"\S+", question)
        if fold(m.group()).strip("?.,;:!\"'()") not in QUESTION_WORDS
    )
    found = [term for language in chosen for term in terms(content or question, language)]
    return list(dict.fromkeys(found))


def form_of(name: str) -> str:
    """What matches one or more of a thing, in British and American spelling, over ends of lines."""
    return r"\s+".join(form_of_word(word) for word in name.split())


def form_of_word(word: str) -> str:
    written = re.sub(
        "i[sz](?=ation|e)", "i[sz]", re.escape(re.sub(r"(?<=\w{3})(?<!s)s$", "", word))
    )
    return re.sub(r"(?<=\w[^aeiou\W])(?:ie|y)$", "(?:y|ie)", written) + "s?"
