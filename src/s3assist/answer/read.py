"""Read the retrieved passages: which sentences answer the question?

A reader (`answer/readers`) gives logits for every sentence and passage; they are weighed with the
passage's retrieval score, the share of the question's words that it has, and whether the sentence
is of another time than the one asked about. Hits are read best first, and the last ones only if
they could still win.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from s3assist.answer.asked import Asked, sentence_of
from s3assist.answer.readers import Calibration, PassageReader, PassageReading, PassageText
from s3assist.documents import BlockKind, Expansion, Factor, Hit, Span
from s3assist.index.reader import OpenGeneration
from s3assist.ingest.passages import heading_text

FIRST = 10
"""Hits that are always read."""
ENOUGH = 3
"""Sentences that must be out of reach of the hits that are left before these go unread."""
ENDING = re.compile(r"[.!?;:…。！？؟।][\"'”’»)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence."""

    sentence: float
    """Logit of the reader: the sentence answers."""
    about: float
    """Logit of the reader: its passage is about the question."""
    answers: float
    """Logit of the reader: its passage holds an answer."""
    retrieval: float
    """Fused score of the passage, 0 to 1."""
    coverage: float
    """Share of the question's words, by rarity, that the passage with its heading has."""
    prose: float = 1.0
    """1 for a sentence or a list entry; 0 for a row of a table and for a line that does not end as
    a sentence does: alone these seldom say anything."""
    time: float = 0.0
    """-1 for a sentence that names years or days, but none that the question asks about."""
    expansion: float = 0.0
    """1 for a sentence that spells out the acronym that the question asks for."""
    definition: float = 0.0
    """1 for a sentence that says what the thing is that the question asks the nature of."""
    source: float = 0.0
    """-1 for a sentence of another document than those that the question names as its source."""
    name: float = 0.0
    """-1 for a sentence without the name that the question asks who or what it is."""
    sibling: float = 0.0
    """-1 for a sentence of another member of a series than the one that the question names."""
    told: float = 0.0
    """-1 for a sentence that was quoted just before and can't be what is asked for now."""

    def weighed(self, weights: dict[str, float]) -> float:
        return sum(weight * float(getattr(self, name)) for name, weight in weights.items())

    def factors(self, weights: dict[str, float]) -> tuple[Factor, ...]:
        """All of it, with the weight of each; 0 for what does not count."""
        values = asdict(self)
        return tuple(Factor(name, values[name], weights.get(name, 0.0)) for name in values)


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence of a hit and what speaks for it."""

    hit: Hit
    position: int
    """Of the sentence in the passage, from 0."""
    score: float
    """Higher answers better."""
    chance: float = 0.0
    """Share of the chance that one of all sentences read answers, which is this one's."""
    evidence: Evidence | None = None
    factors: tuple[Factor, ...] = ()
    """What the score is made from."""
    words: Span | None = None
    """The words within the sentence that the reader points at, in the canonical text."""

    @property
    def sentence(self) -> Span:
        return self.hit.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return sentence_of(self.hit, self.position)


def read(
    question: str,
    hits: Sequence[Hit],
    reader: PassageReader,
    generation: OpenGeneration,
    told: Sequence[str] = (),
    expanded: Sequence[Expansion] = (),
) -> list[Reading]:
    """All sentences of the hits that were read, best first.

    Args:
        question: in its stand-alone form.
        hits: best first.
        reader: gives the logits.
        generation: knows how rare a word is.
        told: quotes that can't be the answer; see `converse.told_before`.
        expanded: what acronyms of the question stand for.
    """
    calibration = reader.calibration
    asked = Asked(question, generation, told, expanded, any(hit.named for hit in hits), hits)
    forms = [asked.form_for(hit, expanded) for hit in hits]
    spelled = {form: Asked(form, generation, told) for form in {*forms} - {question}}
    covered = [spelled.get(f, asked).coverage(hit) for f, hit in zip(forms, hits, strict=True)]
    readings: list[Reading] = []
    for begin, end in ((0, FIRST), (FIRST, len(hits))):
        batch, shares = hits[begin:end], covered[begin:end]
        ceiling = calibration.ceiling
        if asked.acronym:
            ceiling += calibration.order.get("expansion", 0.0)
        if asked.defines:
            ceiling += calibration.order.get("definition", 0.0)
        if not batch or can_stop(readings, batch, shares, calibration.order, ceiling):
            break
        for form in dict.fromkeys(forms[begin:end]):
            chosen = [n for n in range(begin, begin + len(batch)) if forms[n] == form]
            found = reader.read(form, [text_of(hits[n]) for n in chosen])
            for number, reading in zip(chosen, found, strict=True):
                readings += sentences_of(
                    hits[number], reading, asked, covered[number], calibration.order
                )
    return with_chances(readings, calibration.sharpness)


def ranked_by_reading(
    hits: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> list[Hit]:
    """The hits by their best sentence and themselves; those that went unread follow in order."""
    best: dict[int, float] = {}
    for reading in readings:
        key, score = reading.hit.passage_id, reading.score
        if reading.evidence is not None:
            score += reading.evidence.weighed(calibration.passages)
        best[key] = max(best.get(key, -math.inf), score)
    return sorted(hits, key=lambda hit: -best.get(hit.passage_id, -math.inf))


def can_stop(
    readings: Sequence[Reading],
    left: Sequence[Hit],
    covered: Sequence[float],
    order: dict[str, float],
    ceiling: float,
) -> bool:
    """Whether none of the hits that are left can come among the first."""
    if len(readings) < ENOUGH:
        return False
    bar = sorted((reading.score for reading in readings), reverse=True)[ENOUGH - 1]
    ceiling += order.get("prose", 0.0)
    return all(
        order.get("retrieval", 0.0) * hit.score + order.get("coverage", 0.0) * share + ceiling < bar
        for hit, share in zip(left, covered, strict=True)
    )


def sentences_of(
    hit: Hit, found: PassageReading, asked: Asked, covered: float, order: dict[str, float]
) -> list[Reading]:
    made = []
    for position, logit in enumerate(found.sentences):
        spelled = asked.expansion(hit, position)
        evidence = Evidence(
            sentence=float(logit),
            about=found.about,
            answers=found.answers,
            retrieval=hit.score,
            coverage=covered,
            prose=float(is_prose(hit, position)),
            time=asked.time(hit, position),
            expansion=float(spelled is not None),
            definition=float(asked.is_definition(hit, position)),
            source=-float(asked.of_named and not hit.named),
            name=-float(asked.is_of_others(hit, position)),
            sibling=-float(asked.is_of_sibling(hit, position)),
            told=-float(asked.is_told(hit, position)),
        )
        words = found.words[position] if found.words else None
        if words is not None:
            words = Span(words.start + hit.passage.start, words.end + hit.passage.start)
        words = spelled or words
        score, factors = evidence.weighed(order), evidence.factors(order)
        made.append(Reading(hit, position, score, evidence=evidence, factors=factors, words=words))
    return made


def is_prose(hit: Hit, position: int) -> bool:
    document, sentence = hit.document, hit.passage.sentences[position]
    kind = document.kind_at(sentence.start)
    if kind is not BlockKind.PARAGRAPH:
        return kind is not BlockKind.ROW
    return ENDING.search(document.text, sentence.start, sentence.end) is not None


def with_chances(readings: Sequence[Reading], sharpness: float) -> list[Reading]:
    """The same, best first, each with its share of a softmax over all scores."""
    if not readings:
        return []
    highest = max(reading.score for reading in readings)
    raw = [math.exp(sharpness * (reading.score - highest)) for reading in readings]
    total = sum(raw)
    shared = [replace(r, chance=x / total) for r, x in zip(readings, raw, strict=True)]
    return sorted(shared, key=lambda reading: -reading.score)


def text_of(hit: Hit) -> PassageText:
    passage = hit.passage
    shift = passage.start
    sentences = tuple(Span(s.start - shift, s.end - shift) for s in passage.sentences)
    heading = heading_text(hit.document, passage)
    if hit.named:  # the reader can't know otherwise that this is the editorial
        heading = f"{hit.document.metadata.kind.capitalize()}: {heading}"
    return PassageText(heading, hit.text, sentences)
