"""Does anything that was found answer the question? A probability, and what it is in words.

Similarity alone can't tell: on questions that miss the documents narrowly the best cosine is
worse than chance. The probability is a logistic regression on what the reader says of the best
sentence and of all of them, fitted on questions over documents that it was not trained on and kept
with its weights. Its error rates are in docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from s3assist.answer.read import Reading
from s3assist.answer.readers import Calibration
from s3assist.documents import Factor

OTHER_TIME = 5.0
"""What a sentence of another time than the one asked about loses of its logit. Set and not fitted:
in the held-out questions it is too rare, though none of the three that it is the best of has an
answer."""
OTHER_SOURCE = 12.0
"""What a sentence loses that is of another document than the question names as its source. Set: no
held-out question names one."""
OTHER_NAME = 5.0
"""What a sentence loses that lacks the name that the question asks who or what it is. Set."""
OTHER_SIBLING = 10.0
"""What a sentence loses that is of strand 2 where strand 1 is asked about. Set."""
TOLD_BEFORE = 20.0
"""What a sentence loses that was quoted just before and gives no reason, when ``Why?`` is asked."""
EXPANSION = 5.0
"""What a sentence that spells the acronym out gains, which no reader needs to be asked. Set too:
hardly any held-out question asks for an acronym's words."""
DEFINITION = 7.0
"""What a sentence gains in the order that says what the thing is, when that is all that is asked
for. Set as well, and it has no part in the confidence."""


def evidence(readings: Sequence[Reading]) -> dict[str, float]:
    """What the confidence may be made of: the best sentence's evidence, and the highest of all.

    `readings` are all sentences of a question, best first; at least one.
    """
    best = readings[0].evidence
    every = [reading.evidence for reading in readings if reading.evidence]
    if best is None:
        return {}
    return {
        "sentence": best.sentence,
        "about": best.about,
        "answers": best.answers,
        "coverage": best.coverage,
        "chance": readings[0].chance,
        "any_sentence": log_sum(
            one.sentence
            + OTHER_TIME * one.time
            + OTHER_SOURCE * one.source
            + OTHER_NAME * one.name
            + OTHER_SIBLING * one.sibling
            + EXPANSION * one.expansion
            + TOLD_BEFORE * one.told
            for one in every
        ),
        "highest_sentence": max(one.sentence for one in every),
        "highest_answers": max(one.answers for one in every),
        "highest_about": max(one.about for one in every),
    }


def log_sum(logits: Iterable[float]) -> float:
    """Log of the sum of exponentials: the log-odds that one of the sentences answers against none,
    which is what the reader was trained to tell."""
    values = list(logits)
    highest = max(values)
    return highest + math.log(sum(math.exp(value - highest) for value in values))


def confidence(readings: Sequence[Reading], calibration: Calibration) -> float:
    """How likely it is that the best sentence answers, 0 to 1."""
    weighed = factors(readings, calibration)
    if not weighed:
        return 0.0
    return 1 / (1 + math.exp(-sum(factor.value * factor.weight for factor in weighed)))


def factors(readings: Sequence[Reading], calibration: Calibration) -> tuple[Factor, ...]:
    """What the confidence is made from, the bias last; empty if nothing was read."""
    found = evidence(readings) if readings else {}
    if not found:
        return ()
    weighed = [Factor(name, found[name], w) for name, w in calibration.confidence.items()]
    return (*weighed, Factor("bias", 1.0, calibration.bias))


WORDS = ((0.75, "high"), (0.5, "medium"), (0.25, "low"), (0.0, "very low"))


def in_words(probability: float) -> str:
    """``high``, ``medium``, ``low`` or ``very low``."""
    return next(word for least, word in WORDS if probability >= least)
