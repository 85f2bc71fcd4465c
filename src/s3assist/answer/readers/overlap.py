"""No model at all: how many of the question's words a sentence shares, the rare ones first.

It finds sentences and can hardly tell whether anything answers: on held-out policy questions the
right sentence came first for 59 % (the model: 77 %), and the AUROC of its confidence was 0.59.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from s3assist.answer.readers import Calibration, PassageReading, PassageText
from s3assist.index.terms import query_terms, terms

LANGUAGES = ["en"]


class OverlapReader:
    """Scores sentences by shared words; rarity is counted over the passages at hand."""

    @property
    def calibration(self) -> Calibration:
        # Fitted by training/calibrate.py like the model's.
        return Calibration(
            order={
                "sentence": 1.0,
                "about": 0.1,
                "answers": 0.1,
                "retrieval": 0.62,
                "prose": 0.18,
                "expansion": 1.0,
                "definition": 1.0,
                "source": 12.0,
                "name": 1.0,
                "sibling": 1.0,
                "told": 20.0,
            },
            sharpness=8.2,
            confidence={"sentence": 1.07, "coverage": 1.16},
            bias=-1.71,
            bar=0.27,
        )

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        asked = set(query_terms(question, LANGUAGES))
        whole = [set(terms(f"{p.heading} {p.text}", "en")) for p in passages]
        rarity = {
            term: math.log(1 + len(passages) / (1 + sum(term in words for words in whole)))
            for term in asked
        }
        total = sum(rarity.values()) or 1.0

        def share(words: set[str]) -> float:
            return sum(rarity[term] for term in asked & words) / total

        return [
            PassageReading(
                sentences=np.array(
                    [share(set(terms(p.text[s.start : s.end], "en"))) for s in p.sentences],
                    dtype=np.float32,
                ),
                about=share(words),
                answers=share(words),
            )
            for p, words in zip(passages, whole, strict=True)
        ]
