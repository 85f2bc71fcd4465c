"""Join the scores of the dense and the lexical leg.

A convex combination of normalised scores beats reciprocal ranks on all our development sets, as
it does in Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM
TOIS 2023): ranks forget by how much the best hit is better.
"""

from __future__ import annotations

from collections.abc import Mapping

DENSE_WEIGHT = 0.6
"""Chosen on development data; docs/evaluation.md has the curve."""


def fuse(
    dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float = DENSE_WEIGHT
) -> dict[int, float]:
    """Fused scores in 0…1 of every passage that a leg found.

    Args:
        dense: cosines; they should cover all passages of both legs.
        lexical: BM25 of the passages that hold a term of the question; others count as 0.
        dense_weight: share of the dense leg, 0 to 1.
    """
    near, words = scaled(dense, floor=None), scaled(lexical, floor=0.0)
    return {
        passage: dense_weight * near.get(passage, 0.0)
        + (1 - dense_weight) * words.get(passage, 0.0)
        for passage in {**dense, **lexical}
    }


def scaled(scores: Mapping[int, float], floor: float | None) -> dict[int, float]:
    """Scores brought to 0…1 by their maximum and `floor`, or their minimum where it is None."""
    if not scores:
        return {}
    low = min(scores.values()) if floor is None else floor
    spread = max(scores.values()) - low
    if spread <= 0:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - low) / spread for key, score in scores.items()}
