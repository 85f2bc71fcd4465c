"""Typing errors in a question, put right with the words that the documents print.

A word is one if neither the documents nor a dictionary has it. It becomes the word of the documents
that is one letter away: added, left out, changed, or two of them swapped (Damerau, "A technique for
computer detection and correction of spelling errors", CACM 1964). Of several it is the commonest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase

from s3assist.dictionary import dictionary
from s3assist.index.reader import OpenGeneration
from s3assist.index.terms import fold, query_terms

WORD = re.compile(r"(?<![\w’'&/.-])[A-Za-z][a-z]{4,}(?![\w’'&/-])")
"""Words of five letters or more, no acronyms and no parts of others."""
MOST = 2
"""Words put right in a question; one with more of them is in another language."""
AMERICAN = (("", ""), ("is", "iz"), ("our", "or"), ("mme", "m"))
PREFIX = re.compile(r"^(?:co|de|inter|mis|non|over|pre|re|sub|un|under)(?=\w{4})")
LOOKED_AT = 10
"""Passages with a word in some form that are read for the form itself."""


def corrected(question: str, generation: OpenGeneration) -> str:
    """The question with its typing errors put right."""
    wrong = {word for word in WORD.findall(question) if not is_known(word, generation)}
    if not 0 < len(wrong) <= MOST:
        return question
    right = {word: meant(word, generation) for word in wrong}
    return WORD.sub(lambda match: right.get(match.group(), match.group()), question)


def is_known(word: str, generation: OpenGeneration) -> bool:
    """Whether the documents print a word in some form, or an English dictionary has it, which
    spells in the American way at times."""
    if commonness(word, generation):
        return True
    bases = (word.lower(), PREFIX.sub("", word.lower()))
    forms = [base.replace(*other) for base in bases for other in AMERICAN]
    return not dictionary("en").isdisjoint(forms)


def commonness(word: str, generation: OpenGeneration) -> int:
    """How many passages have a word in some form, in their text or their headings."""
    found = query_terms(word, generation.languages)
    inside = max((generation.lexical.document_frequency(term) for term in found), default=0)
    return inside or len(generation.lexical.search([(term, 1.0) for term in found], 1))


def meant(word: str, generation: OpenGeneration) -> str:
    """The printed word one letter away; the word itself if there is none."""
    lower = word.lower()
    common = {near: commonness(near, generation) for near in sorted(set(neighbours(lower)))}
    printed = [near for near in common if common[near]]
    # The stem alone does not tell "figures" from "figurers".
    exact = {near for near in printed if is_printed(near, generation)}
    likely = [near for near in printed if near in exact or near in dictionary("en")]
    if not likely:
        return word
    letters = sorted(lower)
    best = max(likely, key=lambda near: (common[near], near in exact, sorted(near) == letters))
    return best.capitalize() if word[0].isupper() else best


def is_printed(word: str, generation: OpenGeneration) -> bool:
    """Whether passages print a word in this very form."""
    found = [(term, 1.0) for term in query_terms(word, generation.languages)]
    ids = [passage for passage, _ in generation.lexical.search(found, LOOKED_AT)]
    exact = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return any(
        exact.search(fold(generation.document(stored.version).text[p.start : p.end]))
        for stored in generation.passages(ids).values()
        for p in (stored.passage,)
    )


def neighbours(word: str) -> Iterator[str]:
    """What is one letter away from a word and begins with the same one."""
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
