"""Does anything that was found answer the question? A probability, and the bar it must reach.

Similarity alone can't tell: on questions that miss the documents narrowly the best cosine is
worse than chance. Until a model reads question and passage together, this weighs how well the
best sentence matches, how much of the question it covers, and whether rare words of the question
stand nowhere near. docs/evaluation.md has its error rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from s3assist.answer.features import NAMES
from s3assist.answer.read import Reading

BIAS = 0.0
WEIGHTS: dict[str, float] = {}
BAR = 0.5
"""Least confidence of an answer."""


def evidence(readings: Sequence[Reading]) -> list[float]:
    """What the confidence is made of: the best value of each feature and the best sentence's own."""
    best = np.array([reading.features for reading in readings[:10]])
    return [*best[0].tolist(), *best.max(axis=0).tolist()]


def confidence(readings: Sequence[Reading]) -> float:
    """How likely it is that the best sentence answers, 0 to 1."""
    if not readings:
        return 0.0
    values = dict(zip(evidence_names(), evidence(readings), strict=True))
    logit = BIAS + sum(weight * values[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-logit))


def evidence_names() -> list[str]:
    return [*NAMES, *(f"best_{name}" for name in NAMES)]


WORDS = ((0.75, "high"), (0.5, "medium"), (0.25, "low"), (0.0, "very low"))


def in_words(probability: float) -> str:
    """``high``, ``medium``, ``low`` or ``very low``."""
    return next(word for least, word in WORDS if probability >= least)
