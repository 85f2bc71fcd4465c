"""Join the scores of the dense and the lexical leg.

Scores are standardised over what each leg found and added with a weight. That keeps by how much
the best hit is better, which reciprocal ranks forget; Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval" (ACM TOIS 2023), find such convex combinations ahead too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

DENSE_WEIGHT = 0.75
"""Chosen on development sets for all of them together; docs/evaluation.md has the curve."""


def fuse(
    dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float = DENSE_WEIGHT
) -> dict[int, float]:
    """Fused scores of every passage that a leg found: 1 for the best, 0 for the last.

    Args:
        dense: cosines; they should cover all passages of both legs.
        lexical: BM25 of the passages that hold a term of the question; others count like the
            last of these.
        dense_weight: share of the dense leg, 0 to 1.
    """
    near, words = standardised(dense), standardised(lexical)
    far, none = behind(near), behind(words)
    scores = {
        passage: dense_weight * near.get(passage, far)
        + (1 - dense_weight) * words.get(passage, none)
        for passage in {**dense, **lexical}
    }
    if not scores:
        return {}
    low, spread = min(scores.values()), max(scores.values()) - min(scores.values())
    return {key: (score - low) / spread if spread > 0 else 1.0 for key, score in scores.items()}


def behind(standard: Mapping[int, float]) -> float:
    """What a passage counts that the leg did not find: like the last one that it did."""
    last = min(standard.values(), default=0.0)
    alike = last == max(standard.values(), default=0.0)
    return last - 1 if alike else last


def standardised(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores less their mean, in standard deviations."""
    if not scores:
        return {}
    values = np.fromiter(scores.values(), dtype=np.float64, count=len(scores))
    deviation = values.std()
    if deviation < 1e-12:
        return dict.fromkeys(scores, 0.0)
    return dict(zip(scores, ((values - values.mean()) / deviation).tolist(), strict=True))
