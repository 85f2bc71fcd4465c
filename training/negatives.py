"""Passages that share a question's rare words and do not answer it: BM25 over one set's passages.

For the general sets, whose passages are too many to index them all as the product would. Formula
and constants: Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from examples import FIRST_WORD

K1, B = 1.2, 0.75
COMMON = 0.1
"""Tokens in a larger share of the passages say nothing."""
BLOCK = 500


def ranked_passages(
    questions: Sequence[Sequence[int]], passages: Sequence[Sequence[int]], most: int
) -> Iterator[list[int]]:
    """For each question (token ids) the numbers of the `most` best passages, best first."""
    size = 1 + max(max(max(ids, default=0) for ids in side) for side in (questions, passages))
    counts = matrix(passages, size)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    seen_in = np.bincount(counts.indices, minlength=size)
    rarity = np.log(1 + (len(passages) - seen_in + 0.5) / (seen_in + 0.5))
    rarity[seen_in > max(20, COMMON * len(passages))] = 0
    weighed = counts.tocoo()
    share = lengths[weighed.row] / max(1.0, lengths.mean())
    values = weighed.data * (K1 + 1) / (weighed.data + K1 * (1 - B + B * share))
    weights = csr_matrix((values * rarity[weighed.col], (weighed.row, weighed.col)), counts.shape)
    turned = weights.T.tocsr()
    asked = matrix(questions, size)
    asked.data[:] = 1
    for start in range(0, len(questions), BLOCK):
        scores = (asked[start : start + BLOCK] @ turned).tocsr()
        for row in range(scores.shape[0]):
            begin, end = scores.indptr[row], scores.indptr[row + 1]
            order = np.argsort(-scores.data[begin:end], kind="stable")[:most]
            yield [int(number) for number in scores.indices[begin:end][order]]


def matrix(texts: Sequence[Sequence[int]], size: int) -> csr_matrix:
    """(texts, size) counts of word tokens."""
    rows = np.repeat(np.arange(len(texts)), [len(ids) for ids in texts])
    columns = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in texts])
    words = columns >= FIRST_WORD
    ones = np.ones(int(words.sum()), dtype=np.float32)
    made = csr_matrix((ones, (rows[words], columns[words])), shape=(len(texts), size))
    made.sum_duplicates()
    return made
