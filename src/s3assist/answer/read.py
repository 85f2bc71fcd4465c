"""Read the retrieved passages: which sentences answer the question, and does any?

The encoder sees each passage once, token by token. A small model reads its tokens together with
those of the question and gives every sentence a logit: above zero, the sentence answers. It was
trained on questions over EU acts and guides, with near misses, that share no document with the
development sets (docs/reader.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

import numpy as np

from s3assist.answer.align import Aligned, align_passages, align_question, join
from s3assist.documents import Hit, Span
from s3assist.encode import Vectors
from s3assist.encode.onnx import open_session
from s3assist.errors import EncoderError
from s3assist.index.reader import OpenGeneration

WEIGHTS = "reader.onnx"
BATCH = 8
"""Passages read together: more only pads the shorter ones."""

# Fitted by training/calibrate.py on held-out questions, relative to the model's logit.
RETRIEVAL_WEIGHT = 4.5
ALIGNMENT_WEIGHT = 10.2
COVERAGE_WEIGHT = 3.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one sentence."""

    logit: float
    """Of the reading model."""
    retrieval: float
    """Fused score of the passage, 0 to 1."""
    alignment: float
    """MaxSim (Khattab and Zaharia, "ColBERT", SIGIR 2020) of the question's words, by rarity."""
    coverage: float
    """Share of the question's words, by rarity, that the passage with its heading has."""

    @property
    def score(self) -> float:
        return (
            self.logit
            + RETRIEVAL_WEIGHT * self.retrieval
            + ALIGNMENT_WEIGHT * self.alignment
            + COVERAGE_WEIGHT * self.coverage
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence of a hit and what speaks for it."""

    hit: Hit
    position: int
    """Of the sentence in the passage, from 0."""
    score: float
    """Higher answers better."""
    evidence: Evidence | None = None

    @property
    def sentence(self) -> Span:
        return self.hit.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return self.hit.document.text[self.sentence.start : self.sentence.end]


class Reader(Protocol):
    """Judges the sentences of retrieved passages."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """All sentences of the hits, best first."""
        ...


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """The bundled reader on the tokens of the index's own encoder."""

    generation: OpenGeneration

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        generation = self.generation
        asked = align_question(generation.encoder, question, generation.rarity)
        places = [(hit.document, hit.passage) for hit in hits]
        passages = align_passages(generation.encoder, places, generation.rarity)
        readings: list[Reading] = []
        for hit, passage, logits in zip(hits, passages, logits_of(asked, passages), strict=True):
            for position in range(len(hit.passage.sentences)):
                found = weigh(asked, passage, position, float(logits[position]), hit.score)
                readings.append(Reading(hit, position, found.score, found))
        return sorted(readings, key=lambda reading: -reading.score)


def weigh(
    question: Aligned, passage: Aligned, position: int, logit: float, retrieval: float
) -> Evidence:
    """Everything that is known of one sentence; `retrieval` is the score of its passage."""
    inside = passage.sentence == position
    around = set(passage.words)
    asked = {w: float(r) for w, r in zip(question.words, question.rarity, strict=True) if w}
    total = sum(asked.values()) or 1.0
    shares = question.rarity / (question.rarity.sum() or 1.0)
    nearest = (
        (question.vectors.astype(np.float32) @ passage.vectors[inside].astype(np.float32).T).max(1)
        if inside.any()
        else np.zeros(len(shares))
    )
    return Evidence(
        logit=logit,
        retrieval=retrieval,
        alignment=float(nearest @ shares),
        coverage=sum(r for w, r in asked.items() if w in around) / total,
    )


def logits_of(question: Aligned, passages: Sequence[Aligned]) -> list[Vectors]:
    """For each passage the logits of its sentences, in order."""
    session = load_model()
    order = sorted(range(len(passages)), key=lambda i: -len(passages[i].words))
    result: list[Vectors] = [np.zeros(0, dtype=np.float32)] * len(passages)
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        inputs = batch_inputs(question, [passages[i] for i in batch])
        logits = session.run(["logits"], inputs)[0]
        for row, position in enumerate(batch):
            result[position] = logits[row]
    return result


def batch_inputs(question: Aligned, passages: Sequence[Aligned]) -> dict[str, Vectors]:
    """The model's inputs: columns of both sides, masks, and which token is in which sentence."""
    joined = [join(question, passage) for passage in passages]
    width, asked = joined[0][0].shape[1], len(question.words)
    longest = max(len(passage.words) for passage in passages)
    sentences = max(int(passage.sentence.max(initial=0)) + 1 for passage in passages)
    inputs = {
        "question": np.zeros((len(joined), asked, width), np.float32),
        "question_mask": np.ones((len(joined), asked), np.float32),
        "passage": np.zeros((len(joined), longest, width), np.float32),
        "passage_mask": np.zeros((len(joined), longest), np.float32),
        "membership": np.zeros((len(joined), sentences, longest), np.float32),
    }
    for row, ((one, other), passage) in enumerate(zip(joined, passages, strict=True)):
        inputs["question"][row] = one
        inputs["passage"][row, : len(other)] = other
        inputs["passage_mask"][row, : len(other)] = 1
        tokens = np.flatnonzero(passage.sentence >= 0)
        inputs["membership"][row, passage.sentence[tokens], tokens] = 1
    return inputs


@lru_cache(maxsize=1)
def load_model() -> Any:
    """The reading model, from the package's own data.

    Raises:
        EncoderError: the weights are missing or damaged.
    """
    try:
        weights = resources.files("s3assist.answer").joinpath(WEIGHTS).read_bytes()
        return open_session(weights)
    except Exception as error:  # onnxruntime raises bare Exception for a damaged model
        raise EncoderError(
            f"The reading model can't be opened: {error}", hint="Install S3Assist again."
        ) from error
