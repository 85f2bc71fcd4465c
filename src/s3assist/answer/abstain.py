"""Does anything that was found answer the question? A probability, and the bar it must reach.

Similarity alone can't tell: on questions that miss the documents narrowly the best cosine is
worse than chance. The probability is a logistic regression on what speaks for the best sentence,
fitted on questions over documents that the reading model was not trained on. Its error rates are
in docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from s3assist.answer.read import Reading

# Fitted by training/calibrate.py.
BIAS = 0.321
WEIGHTS = {"logit": 0.113, "highest_logit": 0.222, "top_logits": 0.204, "alignment": 0.772}
BAR = 0.33
"""Least confidence of an answer: where nine in ten of the answerable held-out questions are
answered. It refuses 69 % of the others, most of which are near misses; three in four of its
answers are to questions that have one."""
TOP = 3


def evidence(readings: Sequence[Reading]) -> dict[str, float]:
    """What the confidence is made of: what speaks for the best sentence, and the highest logits.

    `readings` are all sentences of a question, best first; at least one.
    """
    best = readings[0].evidence
    if best is None:
        return dict.fromkeys(WEIGHTS, 0.0)
    logits = sorted((r.evidence.logit for r in readings if r.evidence), reverse=True)[:TOP]
    return {
        "logit": best.logit,
        "highest_logit": logits[0],
        "top_logits": sum(logits) / len(logits),
        "alignment": best.alignment,
    }


def confidence(readings: Sequence[Reading]) -> float:
    """How likely it is that the best sentence answers, 0 to 1."""
    if not readings:
        return 0.0
    found = evidence(readings)
    return 1 / (1 + math.exp(-(BIAS + sum(WEIGHTS[name] * found[name] for name in WEIGHTS))))


WORDS = ((0.75, "high"), (0.5, "medium"), (0.25, "low"), (0.0, "very low"))


def in_words(probability: float) -> str:
    """``high``, ``medium``, ``low`` or ``very low``."""
    return next(word for least, word in WORDS if probability >= least)
