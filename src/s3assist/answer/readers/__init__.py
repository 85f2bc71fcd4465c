"""Models that read a question and a passage together: does it answer, and with which words?

Three kinds share one protocol: the model that ships with S3Assist, any sentence-transformers
cross-encoder, and plain overlap of words for when no model is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from s3assist.documents import Span

Logits = npt.NDArray[np.float32]

OFF, BUNDLED = "off", "bundled"


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as a reader gets it."""

    heading: str
    """Title and section path: read, never quoted."""
    text: str
    sentences: tuple[Span, ...]
    """Characters of `text`."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What a reader makes of one passage. Logits: above zero speaks for it, below against."""

    sentences: Logits
    """(sentences,): does the sentence answer?"""
    about: float
    """Is the passage about the question?"""
    answers: float
    """Does it hold an answer?"""
    words: tuple[Span | None, ...] = ()
    """For each sentence the likeliest answer within it, as characters of the passage's text; empty
    for a reader that does not point at words."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one reader's logits become an order of sentences and a probability.

    The names of weights are those of `Evidence` in `answer/read.py`; the two maps are fitted on
    questions over documents that the reader was not trained on.
    """

    order: dict[str, float]
    """Weights of what decides which sentence comes first."""
    sharpness: float
    """How much a difference in that score says: the factor of the softmax it was fitted in."""
    confidence: dict[str, float]
    """Weights of the logistic regression for "this answers"."""
    bias: float
    bar: float
    """Least confidence of an answer."""
    passages: dict[str, float] = field(default_factory=dict)
    """Weights that order passages, beside the score of their best sentence: what a passage is
    found by says more of it as a whole than of one of its sentences."""
    ceiling: float = float("inf")
    """What the logits of a passage add to its score at the very most, as far as was seen: a hit
    that can't come first even so need not be read."""
    about: str = field(default="", compare=False)
    """For people: what it was fitted on, and the precision that the bar stands for."""
    weights: str = field(default="", compare=False)
    """SHA-256 of the model file that it was fitted for."""


class PassageReader(Protocol):
    """Reads passages for a question."""

    @property
    def calibration(self) -> Calibration: ...

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """One reading for each passage, in order."""
        ...


@lru_cache(maxsize=2)
def open_reader(name: str = BUNDLED) -> PassageReader:
    """The reader that the settings name: ``off``, ``bundled``, or a cross-encoder.

    Raises:
        EncoderError: its weights are missing, damaged or not those of a cross-encoder.
    """
    if name == OFF:
        from s3assist.answer.readers.overlap import OverlapReader

        return OverlapReader()
    if name == BUNDLED:
        from s3assist.answer.readers.bundled import open_bundled

        return open_bundled()
    from s3assist.answer.readers.crossencoder import CrossEncoderReader

    return CrossEncoderReader(name)
