"""The reading model that ships with S3Assist, on onnxruntime and tokenizers.

How it was made, from what, and what it is worth: docs/reader.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from s3assist.answer.readers import Calibration, Logits, PassageReading, PassageText
from s3assist.documents import Span
from s3assist.encode.model import bundled_model
from s3assist.encode.onnx import open_session, side_by_side
from s3assist.errors import EncoderError

WEIGHTS = "reader.onnx"
CALIBRATION = "calibration.json"
"""Beside the weights, so that it can be read and fitted anew without touching them."""
MOST_QUESTION, MOST_PASSAGE = 40, 232
"""Tokens read of each side, as in the training; passages are cut shorter than that."""
MOST_WORDS = 30
"""Tokens of the longest answer that is pointed at within a sentence."""
OUTSIDE = -1
"""Sentence number of a token of the heading."""


class BundledReader:
    """The model with its tokenizer; safe to use from any thread."""

    def __init__(self, weights: str, tokenizer: str, calibration: Calibration) -> None:
        """Open a model file with the tokenizer file of the bundled encoder.

        Raises:
            EncoderError: one of them is missing or damaged.
        """
        from tokenizers import Tokenizer

        try:
            self._session = open_session(weights)
            self._tokenizer: Any = Tokenizer.from_file(tokenizer)
        except Exception as error:  # both libraries raise bare Exception for a damaged file
            raise EncoderError(
                f"The reading model can't be opened: {error}", hint="Install S3Assist again."
            ) from error
        self._calibration = calibration
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_PASSAGE)

    @property
    def calibration(self) -> Calibration:
        return self._calibration

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        asked = self.asked(question)

        # One passage at a time and core: padding them to one length costs more than it brings.
        def reading(passage: PassageText) -> PassageReading:
            tokens, count = self.tokens(passage), len(passage.sentences)
            outputs = self._session.run(["sentences", "passage", "ends"], inputs(asked, tokens))
            sentences, whole, ends = (output[0] for output in outputs)
            return PassageReading(
                sentences=tokens.complete(sentences, count),
                about=float(whole[0]),
                answers=float(whole[1]),
                words=tuple(tokens.likeliest(ends, number) for number in range(count)),
            )

        return side_by_side(reading, passages)

    def asked(self, question: str) -> list[int]:
        """The token ids of a question, as far as they are read."""
        ids: list[int] = self._tokenizer.encode(question).ids[:MOST_QUESTION]
        return ids

    def tokens(self, passage: PassageText) -> Tokens:
        """The tokens of a passage with its heading, as far as they are read."""
        return Tokens.of(passage, self._tokenizer)


class Tokens:
    """One passage with its heading, token by token."""

    UNREAD = -20.0
    """Logit of a sentence that the window cut off."""

    def __init__(
        self, ids: list[int], sentence: npt.NDArray[np.int64], offsets: list[tuple[int, int]]
    ) -> None:
        self.ids, self.sentence, self.offsets = ids, sentence, offsets

    @classmethod
    def of(cls, passage: PassageText, tokenizer: Any) -> Tokens:
        encoding = tokenizer.encode(f"{passage.heading}\n{passage.text}")
        shift = len(passage.heading) + 1
        offsets = [(start - shift, end - shift) for start, end in encoding.offsets]
        starts = np.array([start for start, _ in offsets])
        real = np.array([end > start for start, end in encoding.offsets])
        borders = np.array([sentence.start for sentence in passage.sentences])
        ends = np.array([sentence.end for sentence in passage.sentences])
        number = np.searchsorted(borders, starts, side="right") - 1
        inside = real & (number >= 0) & (starts < ends[number])
        return cls(encoding.ids, np.where(inside, number, OUTSIDE), offsets)

    def complete(self, logits: Logits, count: int) -> Logits:
        """The logits of all sentences, those that were cut off included."""
        full = np.full(count, self.UNREAD, dtype=np.float32)
        seen = np.unique(self.sentence[self.sentence != OUTSIDE])
        full[seen] = logits[seen]
        return full

    def likeliest(self, ends: Logits, number: int) -> Span | None:
        """The likeliest first and last word of an answer within one sentence."""
        inside = np.flatnonzero(self.sentence == number)
        if not len(inside):
            return None
        first, last = ends[inside, 0], ends[inside, 1]
        scores = first[:, None] + last[None, :]
        allowed = np.triu(np.ones_like(scores)) - np.triu(np.ones_like(scores), MOST_WORDS)
        best = int(np.where(allowed > 0, scores, -np.inf).argmax())
        one, other = inside[best // len(inside)], inside[best % len(inside)]
        return Span(self.offsets[one][0], self.offsets[other][1])


def inputs(asked: list[int], passage: Tokens) -> dict[str, npt.NDArray[Any]]:
    """The model's inputs: ids and masks of both sides, and which token is in which sentence."""
    length, sentences = len(passage.ids), int(passage.sentence.max(initial=0)) + 1
    membership = np.zeros((1, sentences, length), dtype=np.float32)
    inside = np.flatnonzero(passage.sentence != OUTSIDE)
    membership[0, passage.sentence[inside], inside] = 1
    return {
        "q_ids": np.array([asked], dtype=np.int64),
        "q_mask": np.ones((1, len(asked)), dtype=np.float32),
        "p_ids": np.array([passage.ids], dtype=np.int64),
        "p_mask": np.ones((1, length), dtype=np.float32),
        "membership": membership,
    }


def open_bundled() -> BundledReader:
    """The reader from the package's own data."""
    own = resources.files("s3assist.answer.readers")
    fitted = Calibration(**json.loads(own.joinpath(CALIBRATION).read_text(encoding="utf-8")))
    with resources.as_file(own.joinpath(WEIGHTS)) as path:
        return BundledReader(str(path), str(bundled_model().folder / "tokenizer.json"), fitted)
