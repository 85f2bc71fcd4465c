"""Read the retrieved passages: which sentences answer the question, and does any?

A `Reader` scores every sentence of the passages. `SentenceReader`, the one there is, weighs
features that need no model beyond the encoder. The weights were fitted on questions over EU acts
and guides that share no document with the development sets; docs/evaluation.md says how.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from s3assist.answer.features import Context, Question, features
from s3assist.answer.retrieve import Search
from s3assist.documents import Hit, Span
from s3assist.index.reader import OpenGeneration
from s3assist.ingest.passages import heading_text


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence of a hit with its score."""

    hit: Hit
    position: int
    """Of the sentence in the passage, from 0."""
    score: float
    """Higher answers better; comparable within one question only."""
    features: tuple[float, ...] = ()

    @property
    def sentence(self) -> Span:
        return self.hit.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return self.hit.document.text[self.sentence.start : self.sentence.end]


class Reader(Protocol):
    """Judges the sentences of retrieved passages."""

    def read(self, question: str, search: Search, hits: Sequence[Hit]) -> list[Reading]:
        """All sentences of the hits, best first."""
        ...


WEIGHTS = (3.0, 2.0, 0.0, 0.0, 1.0, 1.5, 0.0, 1.0, 0.5, 0.0, 0.4, 0.5, -1.0)
"""One for each name in `features.NAMES`."""


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Scores a sentence by its features alone: each passage goes through the encoder once."""

    generation: OpenGeneration
    weights: tuple[float, ...] = WEIGHTS

    def read(self, question: str, search: Search, hits: Sequence[Hit]) -> list[Reading]:
        if not hits:
            return []
        encoder = self.generation.encoder
        (asked,) = encoder.encode_tokens([question])
        understood = Question.of(question, search.vector[0], asked, self.rarity)
        headings = [heading_text(hit.document, hit.passage) for hit in hits]
        tokens = encoder.encode_tokens(
            [f"{heading}\n{hit.text}" for heading, hit in zip(headings, hits, strict=True)]
        )
        readings: list[Reading] = []
        for hit, heading, seen in zip(hits, headings, tokens, strict=True):
            language = hit.document.metadata.language
            context = Context(heading, hit.text, language, seen, hit.score, hit.dense or 0.0)
            offset = hit.passage.start
            own = [Span(s.start - offset, s.end - offset) for s in hit.passage.sentences]
            for position, row in enumerate(features(understood, context, own)):
                score = float(np.dot(row, self.weights))
                readings.append(Reading(hit, position, score, row))
        return sorted(readings, key=lambda reading: -reading.score)

    def rarity(self, term: str) -> float:
        """BM25's inverse document frequency of a term."""
        total = self.generation.info.passages
        having = self.generation.lexical.document_frequency(term)
        return math.log(1 + (total - having + 0.5) / (having + 0.5))
