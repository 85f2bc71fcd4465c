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
"""Tokens read of each side at once, as in the training; a longer passage is read in parts."""
MOST_HEADING = 64
"""Tokens of a heading for which a passage makes room: the first words of the title and the
nearest section say most."""
MOST_WORDS = 30
"""Tokens of the longest answer that is pointed at within a sentence."""
OUTSIDE = -1
"""Sentence number of a token of the heading."""
UNREAD = -20.0
"""Logit of a sentence that is in another part."""


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
        self._tokenizer.no_truncation()

    @property
    def calibration(self) -> Calibration:
        return self._calibration

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        asked = self.asked(question)

        # One part at a time and core: padding them to one length costs more than it brings.
        def reading(part: Tokens) -> PassageReading:
            outputs = self._session.run(["sentences", "passage", "ends"], inputs(asked, part))
            sentences, whole, ends = (output[0] for output in outputs)
            return PassageReading(
                sentences=part.complete(sentences),
                about=float(whole[0]),
                answers=float(whole[1]),
                words=tuple(part.likeliest(ends, number) for number in range(part.count)),
            )

        parts = [self.tokens(passage) for passage in passages]
        found = iter(side_by_side(reading, [part for one in parts for part in one]))
        return [merged([next(found) for _ in one]) for one in parts]

    def asked(self, question: str) -> list[int]:
        """The token ids of a question, as far as they are read."""
        ids: list[int] = self._tokenizer.encode(question).ids[:MOST_QUESTION]
        return ids

    def tokens(self, passage: PassageText) -> list[Tokens]:
        """The tokens of a passage with its heading, in as many parts as it is read in."""
        return Tokens.of(passage, self._tokenizer)


class Tokens:
    """What is read of a passage at once, with its heading, token by token."""

    def __init__(
        self,
        ids: list[int],
        sentence: npt.NDArray[np.int64],
        offsets: list[tuple[int, int]],
        count: int,
    ) -> None:
        self.ids, self.sentence, self.offsets, self.count = ids, sentence, offsets, count

    @classmethod
    def of(cls, passage: PassageText, tokenizer: Any) -> list[Tokens]:
        """A passage in parts of whole sentences, each below its heading; a sentence that is too
        long for a part is read as far as it goes."""
        heading = tokenizer.encode(passage.heading, add_special_tokens=False)
        text = tokenizer.encode(passage.text, add_special_tokens=False)
        begin, end = tokenizer.encode("").ids
        most = MOST_PASSAGE - 2
        above = shortened(heading.ids, max(most - len(text.ids), MOST_HEADING))
        number, within = sentence_numbers(text.offsets, passage.sentences)
        outside = [OUTSIDE] * (len(above) + 1)
        nowhere = [(0, 0)]
        return [
            cls(
                [begin, *above, *text.ids[first:last], end],
                np.array([*outside, *within[first:last], OUTSIDE]),
                [*nowhere * len(outside), *text.offsets[first:last], *nowhere],
                len(passage.sentences),
            )
            for first, last in cut(number, most - len(above))
        ]

    def complete(self, logits: Logits) -> Logits:
        """The logits of all sentences, those of other parts included."""
        full = np.full(self.count, UNREAD, dtype=np.float32)
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


def shortened(ids: list[int], most: int) -> list[int]:
    """Both ends of a heading that is too long."""
    if len(ids) <= most:
        return ids
    return ids[: most // 2] + ids[len(ids) - (most - most // 2) :]


def sentence_numbers(
    offsets: Sequence[tuple[int, int]], sentences: Sequence[Span]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each token the number of the sentence that it is in or follows, -1 before the first; and
    the number of the one that it is in, else `OUTSIDE`."""
    starts = np.array([start for start, _ in offsets], dtype=np.int64)
    borders = np.array([sentence.start for sentence in sentences], dtype=np.int64)
    ends = np.array([sentence.end for sentence in sentences], dtype=np.int64)
    number = np.searchsorted(borders, starts, side="right") - 1
    inside = (number >= 0) & (starts < ends[number])
    return number, np.where(inside, number, OUTSIDE)


def cut(number: npt.NDArray[np.int64], most: int) -> list[tuple[int, int]]:
    """Ranges of tokens, at least one, that end where a sentence does and hold `most` at the most.

    Args:
        number: of the sentence that each token is in.
        most: tokens of a range.
    """
    borders = [*(np.flatnonzero(np.diff(number)) + 1).tolist(), len(number)]
    ranges, first, last = list[tuple[int, int]](), 0, 0
    for border in borders:
        if border - first > most and last > first:
            ranges.append((first, min(last, first + most)))
            first = last
        last = border
    return [*ranges, (first, min(last, first + most))]


def merged(parts: Sequence[PassageReading]) -> PassageReading:
    """The reading of a passage from those of its parts: what one of them holds the passage does."""
    pointed = zip(*(part.words for part in parts), strict=True)
    return PassageReading(
        sentences=np.maximum.reduce([part.sentences for part in parts]),
        about=max(part.about for part in parts),
        answers=max(part.answers for part in parts),
        words=tuple(next(filter(None, spans), None) for spans in pointed),
    )


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
