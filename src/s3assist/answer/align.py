"""Question and passage token by token, as the encoder sees them, ready to be read together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3assist.documents import Document, Passage
from s3assist.encode import Encoder, TokenVectors, Vectors
from s3assist.index.terms import QUESTION_WORDS, fold, terms
from s3assist.ingest.passages import heading_text

Rarity = Callable[[str], float]
"""The inverse document frequency of a term."""

OUTSIDE = -1
"""Sentence number of a token of the heading."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Token vectors with what is known of the word around each token."""

    vectors: npt.NDArray[np.float16]
    """(tokens, dimension)"""
    words: tuple[str, ...]
    """The search term of the word that each token belongs to or touches, as a question mark does;
    empty for other punctuation and for question words."""
    rarity: npt.NDArray[np.float32]
    """Inverse document frequency of that term; 0 for punctuation and question words."""
    sentence: npt.NDArray[np.int16]
    """Number of the sentence in the passage, `OUTSIDE` for the heading; all 0 in a question."""


def align_question(encoder: Encoder, question: str, rarity: Rarity) -> Aligned:
    (tokens,) = encoder.encode_tokens([question])
    return aligned(question, tokens, np.zeros(len(tokens.spans), dtype=np.int16), rarity, "en")


def align_passage(
    encoder: Encoder, document: Document, passage: Passage, rarity: Rarity
) -> Aligned:
    """One passage with its heading, token by token."""
    return align_passages(encoder, [(document, passage)], rarity)[0]


def align_passages(
    encoder: Encoder, places: Sequence[tuple[Document, Passage]], rarity: Rarity
) -> list[Aligned]:
    """The same for several passages, encoded in batches."""
    headings = [heading_text(document, passage) for document, passage in places]
    texts = [
        f"{heading}\n{document.text[passage.start : passage.end]}"
        for heading, (document, passage) in zip(headings, places, strict=True)
    ]
    return [
        with_sentences(document, passage, heading, text, tokens, rarity)
        for (document, passage), heading, text, tokens in zip(
            places, headings, texts, encoder.encode_tokens(texts), strict=True
        )
    ]


def with_sentences(
    document: Document,
    passage: Passage,
    heading: str,
    text: str,
    tokens: TokenVectors,
    rarity: Rarity,
) -> Aligned:
    """Number the tokens by the sentence that they stand in."""
    shift = passage.start - len(heading) - 1
    starts = np.array([start + shift for start, _ in tokens.spans])
    borders = np.array([sentence.start for sentence in passage.sentences])
    numbers = np.searchsorted(borders, starts, side="right") - 1
    return aligned(text, tokens, numbers.astype(np.int16), rarity, document.metadata.language)


def aligned(
    text: str,
    tokens: TokenVectors,
    sentence: npt.NDArray[np.int16],
    rarity: Rarity,
    language: str,
) -> Aligned:
    found = [word_around(text, span, language) for span in tokens.spans]
    known = {word: rarity(word) for word in set(found) if word}
    return Aligned(
        vectors=tokens.vectors.astype(np.float16),
        words=tuple(found),
        rarity=np.array([known.get(word, 0.0) for word in found], dtype=np.float32),
        sentence=sentence,
    )


def word_around(text: str, span: tuple[int, int], language: str) -> str:
    """The term of the word that a token belongs to or touches; empty for question words."""
    start, end = span
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    word = text[start:end]
    if not any(c.isalnum() for c in word) or fold(word) in QUESTION_WORDS:
        return ""
    return next(iter(terms(word, language)), "")


def join(question: Aligned, passage: Aligned) -> tuple[Vectors, Vectors]:
    """Token vectors of both with four more columns: how they meet.

    For a token of the question and for one of the passage alike: whether its word stands on the
    other side, how rare that word is if so and if not, and how near the nearest token there is.
    """
    likeness = question.vectors.astype(np.float32) @ passage.vectors.astype(np.float32).T
    theirs, ours = set(passage.words), set(question.words)
    return (
        columns(question, theirs, likeness.max(axis=1, initial=0.0)),
        columns(passage, ours, likeness.max(axis=0, initial=0.0)),
    )


def columns(side: Aligned, other: set[str], nearest: Vectors) -> Vectors:
    meets = np.array([bool(word) and word in other for word in side.words], dtype=np.float32)
    rare = side.rarity / 10
    extra = np.stack([meets, meets * rare, (1 - meets) * rare, nearest], axis=1)
    result: Vectors = np.concatenate([side.vectors.astype(np.float32), extra], axis=1)
    return result
