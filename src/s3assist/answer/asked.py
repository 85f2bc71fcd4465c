"""What a question names and asks for, which a passage or a sentence has or has not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.acronyms import acronym_asked_for, expansion, introduced_in
from s3assist.answer.charge import in_its_words
from s3assist.answer.converse.phrases import content_words
from s3assist.answer.days import day_asked_about, is_of_another_day
from s3assist.answer.definitions import definition_of, name_asked_for, thing_asked_for
from s3assist.answer.expand import GlossaryEntry, as_printed, expand
from s3assist.answer.newest import Newest
from s3assist.answer.periods import is_of_another_time, wanted
from s3assist.answer.siblings import Siblings
from s3assist.documents import BlockKind, Expansion, Hit, Span
from s3assist.index.reader import OpenGeneration
from s3assist.index.terms import fold, query_terms, terms
from s3assist.ingest.passages import heading_text

LEANS = re.compile(r"\W*(?:[Ii]t|[Tt]hey|[Tt]hese|[Tt]his|[Hh]e|[Ss]he|[Hh]is|[Hh]er)\b")
"""Begins a sentence that speaks of what the one before has named. "In this …" does not, though it
takes that one along when it is quoted (`quote.LEANS_BACK`)."""

SAY_NOTHING = frozenset(
    """answer compare describe explain find give goodbye hello help hey hi list name names please
    question search show summarise summarize tell test thank""".split()
)
"""Words that name nothing that one could ask about, beside those of `content_words`."""


def matter_of(question: str) -> list[str]:
    """The words of a question that name what it is about; none in ``List``, ``OK`` or ``2020``."""
    words = content_words(question)
    return [word for word in words if not word.isdigit() and fold(word) not in SAY_NOTHING]


class Asked:
    """What a question names, which a passage or a sentence has or has not."""

    def __init__(
        self,
        question: str,
        generation: OpenGeneration,
        told: Sequence[str] = (),
        expanded: Sequence[Expansion] = (),
        of_named: bool = False,
        hits: Sequence[Hit] = (),
    ) -> None:
        asked = set(query_terms(question, generation.languages))
        self._rarity = {term: generation.rarity(term) for term in asked}
        self._total = sum(self._rarity.values()) or 1.0
        self._wanted = wanted(question)
        self._day = day_asked_about(question)
        self.question = question
        self.of_named = of_named
        """Whether the question names documents as its source, and these were found."""
        self._folded = question.casefold()
        self.acronym = acronym_asked_for(question)
        thing = "" if self.acronym else thing_asked_for(question)
        others = [w for one in expanded if fold(one.term) == fold(thing) for w in one.added]
        self.defines = definition_of([thing, *others]) if thing else None
        self._name = name_asked_for(question, others)
        self._siblings = Siblings(question)
        self._newest = Newest(
            question, (sentence_of(h, n) for h in hits for n in range(len(h.passage.sentences)))
        )
        self._told = [" ".join(text.split()) for text in told]

    def is_told(self, hit: Hit, position: int) -> bool:
        """Whether a sentence was quoted just before."""
        text = " ".join(sentence_of(hit, position).split())
        return any(text in told for told in self._told)

    def expansion(self, hit: Hit, position: int) -> Span | None:
        """The words of the acronym that is asked for, where a sentence has them."""
        if not self.acronym:
            return None
        return expansion(self.acronym, hit.document.text, hit.passage.sentences[position])

    def is_definition(self, hit: Hit, position: int) -> bool:
        """Whether a sentence says what the thing is that is asked for."""
        if self.defines is None:
            return False
        return self.defines.search(sentence_of(hit, position)) is not None

    def is_of_others(self, hit: Hit, position: int) -> bool:
        """Whether a sentence lacks the name that is asked for, and does not lean on one before, as
        entries of a list do."""
        start = hit.passage.sentences[position].start
        if self._name is None or hit.document.kind_at(start) is BlockKind.ITEM:
            return False
        text = sentence_of(hit, position)
        return not self._name.search(text) and not LEANS.match(text)

    def is_of_sibling(self, hit: Hit, position: int) -> bool:
        """Whether a sentence is of another member of a series than the one asked about."""
        passage = hit.passage
        if self._newest.is_older(sentence_of(hit, position)):
            return True
        return self._siblings.hold(hit.document, passage.sentences[position], passage.section)

    def form_for(self, hit: Hit, expanded: Sequence[Expansion]) -> str:
        """The question as this passage is to be asked it: see `as_printed` and `in_its_words`.

        Its document may have introduced acronyms of its own.
        """
        if self.acronym:
            return self.question
        question = self._newest.without_cue(self.question)
        own = [entry for entry in introduced_in(hit.document.text) if self.may_use(entry)]
        expanded = [*expanded, *expand(question, own)]
        question = in_its_words(question, hit.text)
        if not expanded:
            return question
        text = f"{heading_text(hit.document, hit.passage)} {hit.text}"
        return as_printed(question, expanded, text)

    def may_use(self, entry: GlossaryEntry) -> bool:
        """A quick look; most entries are of other matters."""
        names = (entry.acronym, *(words.split()[0] for words in entry.expansions))
        return any(name.casefold() in self._folded for name in names)

    def coverage(self, hit: Hit) -> float:
        """The share of the question's words that a passage has, each counted by its rarity."""
        text = f"{heading_text(hit.document, hit.passage)} {hit.text}"
        found = self._rarity.keys() & set(terms(text, hit.document.metadata.language))
        return sum(self._rarity[term] for term in found) / self._total

    def time(self, hit: Hit, position: int) -> float:
        """-1 if the sentence names years or days, but none of the time asked about; else 0."""
        if self._day and is_of_another_day(self._day, sentence_of(hit, position)):
            return -1.0
        if self._wanted is None or not self._wanted.named:
            return 0.0
        return -float(is_of_another_time(self._wanted, sentence_of(hit, position)))


def sentence_of(hit: Hit, position: int) -> str:
    """The text of a sentence of a hit, counted from 0."""
    sentence = hit.passage.sentences[position]
    return hit.document.text[sentence.start : sentence.end]
