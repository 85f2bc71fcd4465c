"""Any sentence-transformers cross-encoder as a reader. Needs torch, so asking starts slowly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from s3assist.answer.readers import Calibration, PassageReading, PassageText
from s3assist.encode.model import find_model
from s3assist.errors import EncoderError


class CrossEncoderReader:
    """Scores the passage and each of its sentences as pairs with the question.

    Such models are trained to rank; nobody has fitted their scores to "this answers", so the
    confidence is the model's own probability and the bar is even odds.
    """

    def __init__(self, name: str) -> None:
        """Load a model that is on this machine.

        Raises:
            EncoderError: it is not there, or not a cross-encoder with one score.
        """
        folder: Path = find_model(name, "reader").folder
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},  # pickled weights can run code
            )
        except Exception as error:  # the library raises whatever its own libraries raise
            raise EncoderError(
                f"The reader {name} can't be opened: {error}",
                hint="Set `reader` to `bundled`, or to a sentence-transformers cross-encoder.",
            ) from error
        if self._model.num_labels != 1:
            raise EncoderError(
                f"The reader {name} gives {self._model.num_labels} scores a pair, not one",
                hint="Set `reader` to a cross-encoder that ranks passages.",
            )

    @property
    def calibration(self) -> Calibration:
        return Calibration(
            order={
                "sentence": 0.5,
                "answers": 0.5,
                "retrieval": 0.5,
                "prose": 1.5,
                "expansion": 3.0,
                "definition": 3.0,
                "source": 12.0,
                "name": 5.0,
                "sibling": 10.0,
                "told": 20.0,
            },
            sharpness=1.0,
            confidence={"answers": 1.0},
            bias=0.0,
            bar=0.5,
        )

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        pairs: list[tuple[str, str]] = []
        for passage in passages:
            pairs.append((question, f"{passage.heading}\n{passage.text}"))
            pairs += [
                (question, f"{passage.heading}\n{passage.text[s.start : s.end]}")
                for s in passage.sentences
            ]
        found = self._model.predict(pairs, activation_fn=as_they_are, show_progress_bar=False)
        logits = np.asarray(found, dtype=np.float64).tolist()
        result, at = [], 0
        for passage in passages:
            end = at + 1 + len(passage.sentences)
            sentences = np.array(logits[at + 1 : end], dtype=np.float32)
            result.append(PassageReading(sentences, about=logits[at], answers=logits[at]))
            at = end
        return result


def as_they_are(scores: Any) -> Any:
    """In place of the model's own activation: a sigmoid in some models and none in others."""
    return scores
