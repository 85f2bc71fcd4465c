"""Questions for the latest of a series: of several conferences the one with the latest date.

``When was the last European Cluster Conference?`` finds sentences on each of them. What says the
words of that thing and only earlier years than another such sentence is of an earlier member.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from s3assist.answer.converse.phrases import is_content
from s3assist.answer.periods import mentions
from s3assist.index.terms import terms

CUE = re.compile(r"\b(?:last|latest|newest|(?:most|more) recent)\s+(?=\w)", re.IGNORECASE)
WORD = re.compile(r"[\w&+./’'-]+")
LEAST = 2
"""Words of the thing: of a single one, such as "plan", a text may speak for many reasons."""


class Newest:
    """What a question asks for the latest of, and when that was, as far as the sentences say."""

    def __init__(
        self, question: str, sentences: Iterable[str] = (), today: date | None = None
    ) -> None:
        """
        Args:
            question: in its stand-alone form.
            sentences: all that was found, which may speak of the thing.
            today: what is planned for later was not the last one yet.
        """
        thing = set() if mentions(question) else set(terms(thing_in(question)))
        self._thing = thing if len(thing) >= LEAST else set()
        now = (today or date.today()).year
        years = map(self._year, sentences) if self._thing else ()
        self._latest = max((year for year in years if year and year <= now), default=0)

    def without_cue(self, question: str) -> str:
        """The question for whichever member: no sentence says of itself that it is the last."""
        return CUE.sub("", question, count=1) if self._latest else question

    def is_older(self, text: str) -> bool:
        """Whether a sentence is of an earlier member of the series."""
        if not self._latest:
            return False
        year = self._year(text)
        return year is not None and year < self._latest

    def _year(self, text: str) -> int | None:
        """The latest year of a sentence that speaks of the thing and does not say itself that it is
        of the last one."""
        if not self._thing <= set(terms(text)) or self._thing <= set(terms(thing_in(text))):
            return None
        return max((period.first for period in mentions(text)), default=None)


def thing_in(text: str) -> str:
    """The words behind ``the last``: "European Cluster Conference"; empty if there are none."""
    cue = CUE.search(text)
    if cue is None:
        return ""
    end = cue.end()
    for word in WORD.finditer(text, end):
        if text[end : word.start()].strip() or not is_content(word.group()):
            break
        end = word.end()
    return text[cue.end() : end]
