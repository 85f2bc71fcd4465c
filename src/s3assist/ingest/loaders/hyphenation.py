"""Whether the hyphen at the end of a line belongs to the word.

Wherever lines are known: in PDF, text and Markdown files.

Printed "inno-/vation" is one word, "long-/term" keeps its hyphen and "2014-/2020" is a range. The
page does not say which, so the document's own vocabulary is asked first, then a word list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from s3assist.dictionary import dictionary
from s3assist.ingest.languages import detect_language

SOFT_HYPHEN = "\N{SOFT HYPHEN}"
HYPHENS = "-\N{HYPHEN}"
_TAIL = re.compile(rf"([^\W_]+(?:[{HYPHENS}][^\W_]+)*)[{HYPHENS}]$")
_HEAD = re.compile(rf"^[^\W_]+(?:[{HYPHENS}][^\W_]+)*")
_WORD = re.compile(rf"[^\W_]+(?:[{HYPHENS}'’][^\W_]+)*")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", SOFT_HYPHEN: ""}
)
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
"""Web and mail addresses, which run words together and break anywhere."""
# "EU- and state-funded", "small- and medium-sized": the hyphen waits for the second compound.
_COORDINATORS = frozenset(
    [
        "and",
        "or",
        "to",
        "und",
        "oder",
        "bzw",
        "et",
        "ou",
        "y",
        "o",
        "e",
        "en",
        "of",
        "och",
        "eller",
        "og",
    ]
)


def _fold(word: str) -> str:
    return word.translate(_LIGATURES).replace("\N{HYPHEN}", "-").casefold()


@dataclass(slots=True)
class Hyphenation:
    """Joins lines of one document, with its words as evidence."""

    language: str = "en"
    """ISO 639-1; decides which word list is asked."""
    _words: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, lines: Sequence[str], language: str = "") -> Hyphenation:
        """For the lines of a text, without outer blanks; its language is told from them if need be.

        Most texts have no broken word, so they cost no more than a look at each line.
        """
        if not any(line.endswith((*HYPHENS, SOFT_HYPHEN)) for line in lines):
            return cls()
        made = cls(language or detect_language("\n".join(lines)) or "en")
        made.learn(lines)
        return made

    def learn(self, lines: Iterable[str]) -> None:
        """Count the words that stand whole inside a line; its edges may hold halves."""
        for line in lines:
            text = _ADDRESS.sub(" ", line.translate(_LIGATURES))
            cut = _TAIL.search(text)
            for match in _WORD.finditer(text, 0, cut.start() if cut else len(text)):
                self._words[_fold(match[0])] += 1

    def join(self, before: str, after: str) -> str:
        """`before` and `after`, two consecutive lines without outer blanks, as running text."""
        if not before or not after:
            return before + after
        if before.endswith(SOFT_HYPHEN):
            return before[:-1] + after
        if before[-1] not in HYPHENS:
            # A range or compound with an en dash breaks behind the dash, without a blank.
            tight = before[-1] in "–/" and len(before) > 1 and before[-2].isalnum()
            return before + after if tight and after[0].isalnum() else f"{before} {after}"
        if len(before) == 1 or before[-2].isspace():
            return f"{before} {after}"
        tail, head = _TAIL.search(before), _HEAD.match(after)
        if not tail or not head:
            return before + after
        if _ADDRESS.search(before.rsplit(" ", 1)[-1]):
            return before + after
        if _fold(after.split(" ", 1)[0]) in _COORDINATORS and not self._is_word(
            _fold(tail[1] + head[0])
        ):
            return f"{before} {after}"
        if self.keeps_hyphen(tail[1], head[0]):
            return before + after
        return before[:-1] + after

    def join_all(self, lines: Iterable[str]) -> str:
        return reduce(self.join, lines, "")

    def keeps_hyphen(self, tail: str, head: str) -> bool:
        """Whether `tail`-`head`, broken at the hyphen, prints the hyphen inside a line too."""
        last = re.split(f"[{HYPHENS}]", tail)[-1]
        joined, hyphenated = _fold(tail + head), _fold(f"{tail}-{head}")
        if self._words[joined] != self._words[hyphenated]:
            return self._words[hyphenated] > self._words[joined]
        if not head[0].islower() or len(tail) == 1:
            capitals = tail.isupper() and head.isupper() and len(tail) > 1
            return not (capitals and joined in dictionary(self.language))
        if re.search(f"[{HYPHENS}]", head):
            # "as-/a-service": a chain of words.
            return True
        if last != tail:
            # "state-of-the-/art": a word that has hyphens already.
            joined = _fold(last + head)
            if self._words[joined]:
                return False
        words = dictionary(self.language)
        if joined in words:
            return False
        if last.isupper():
            return True
        return self._is_word(_fold(last)) and self._is_word(_fold(head))

    def _is_word(self, word: str) -> bool:
        return word in dictionary(self.language) or (len(word) > 3 and self._words[word] > 1)
