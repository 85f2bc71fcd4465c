"""Steps of the training as tensors: questions, each with a few passages, padded and joined.

Some questions are changed on the way: a few are asked of another question's passages (off topic),
and of some the answering sentences are taken out of their own passage, which leaves a text about
the matter that does not answer.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from examples import OUTSIDE, SEED, UNKNOWN, Tokens

READ_TOGETHER = 4
"""Passages of one question in a step: its own and hard negatives."""
STRANGERS = 0.06
"""Share of questions that are asked of another question's passages: off topic."""
EMPTIED = 0.12
"""Share of the answerable questions whose answering sentences are taken out."""
PARTS = 2
"""Groups of about the same length that a step's passages go through the model in."""
NONE = -1

Batch = dict[str, Any]


class Steps(Dataset[Batch]):
    """Step → its batch; the same whichever process makes it."""

    def __init__(
        self,
        order: list[dict[str, Any]],
        passages: list[Tokens],
        questions: int,
        emptied: float = EMPTIED,
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        self.order, self.passages, self.questions = order, passages, questions
        self.emptied = emptied
        self.rank, self.ranks = rank, ranks

    def __len__(self) -> int:
        return len(self.order) // self.questions

    def __getitem__(self, step: int) -> Batch:
        chance = random.Random(f"{SEED} {step} {self.rank}")
        seen = self.order[step * self.questions : (step + 1) * self.questions]
        seen = seen[self.rank :: self.ranks]
        pairs = []
        for owner, one in enumerate(seen):
            pairs += self.pairs_of(one, owner, chance)
        return collate(pairs, len(seen), READ_TOGETHER, PARTS)

    def pairs_of(
        self, one: dict[str, Any], owner: int, chance: random.Random
    ) -> list[dict[str, Any]]:
        asked, draw = one["ids"], chance.random()
        strange = draw < STRANGERS
        emptied = one["answerable"] and STRANGERS <= draw < STRANGERS + self.emptied
        if strange:
            asked = chance.choice(self.order)["ids"]
        pairs = []
        for slot, candidate in enumerate(choose(one, chance)):
            tokens, marks, span = (
                self.passages[candidate["passage"]],
                candidate["marks"],
                candidate["span"],
            )
            if strange:
                marks, span = [0] * len(marks), None
            elif emptied and any(marks):
                tokens, marks, span = without_answers(tokens, marks), [0] * len(marks), None
            pairs.append(
                {
                    "q": asked,
                    "tokens": tokens,
                    "marks": marks,
                    "span": span,
                    "about": bool(candidate["home"]) and not strange,
                    "owner": owner,
                    "slot": slot,
                }
            )
        return pairs


def choose(example: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """Its own passage and some of those that were found instead of it, the best ones more often."""
    own = [c for c in example["candidates"] if 1 in c["marks"]]
    own = own or [c for c in example["candidates"] if c["home"]]
    own = [chance.choice(own)] if own else []
    rest = [c for c in example["candidates"] if c not in own]
    rest.sort(key=lambda c: -c["score"] * chance.random() ** 0.5)
    return (own + rest)[:READ_TOGETHER]


def without_answers(tokens: Tokens, marks: list[int]) -> Tokens:
    """The passage less every sentence that answers or might."""
    ids, numbers = tokens
    gone = [number for number, mark in enumerate(marks) if mark != 0]
    kept = ~np.isin(numbers, gone)
    return ids[kept], numbers[kept]


def collate(pairs: list[dict[str, Any]], owners: int, slots: int, parts: int) -> Batch:
    """Pairs as tensors, the short passages apart from the long ones.

    Returns:
        `inputs`: for each part the model's five inputs; `places`: for each part the rows of its
        pairs in a grid of (owners * slots); `marks` (rows of the grid, sentences), `UNKNOWN` where
        nothing is to be learnt; `about` and `answers` (rows), NaN likewise; `span` (rows, 2).
    """
    order = sorted(pairs, key=lambda pair: len(pair["tokens"][0]))
    size = (len(order) + parts - 1) // parts
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    most = max(len(pair["marks"]) for pair in pairs)
    rows = owners * slots
    marks = np.full((rows, most), UNKNOWN, np.int64)
    about, answers = np.full(rows, np.nan, np.float32), np.full(rows, np.nan, np.float32)
    span = np.full((rows, 2), NONE, np.int64)
    inputs, places = [], []
    for chunk in chunks:
        inputs.append(inputs_of(chunk))
        where = [pair["owner"] * slots + pair["slot"] for pair in chunk]
        places.append(torch.tensor(where))
        for row, pair in zip(where, chunk, strict=True):
            read = np.unique(pair["tokens"][1])
            read = read[read != OUTSIDE]
            marks[row, read] = np.array(pair["marks"])[read]
            about[row] = float(pair["about"])
            holds = 1 in pair["marks"]
            if holds or UNKNOWN not in marks[row, read]:
                answers[row] = float(holds)
            if pair["span"]:
                span[row] = pair["span"]
    made = {"marks": marks, "about": about, "answers": answers, "span": span}
    tensors = {name: torch.from_numpy(values) for name, values in made.items()}
    return tensors | {"inputs": inputs, "places": places, "owners": owners}


def inputs_of(pairs: list[dict[str, Any]]) -> tuple[torch.Tensor, ...]:
    """The model's inputs but for the last: the number of each token's sentence stands for it."""
    asked = rounded(max(len(pair["q"]) for pair in pairs))
    longest = rounded(max(len(pair["tokens"][0]) for pair in pairs))
    q_ids = np.zeros((len(pairs), asked), np.int64)
    p_ids = np.zeros((len(pairs), longest), np.int64)
    q_mask, p_mask = np.zeros(q_ids.shape, np.float32), np.zeros(p_ids.shape, np.float32)
    numbers = np.full(p_ids.shape, OUTSIDE, np.int64)
    for row, pair in enumerate(pairs):
        q, (p, inside) = pair["q"], pair["tokens"]
        q_ids[row, : len(q)], q_mask[row, : len(q)] = q, 1
        p_ids[row, : len(p)], p_mask[row, : len(p)] = p, 1
        numbers[row, : len(p)] = inside
    return tuple(torch.from_numpy(x) for x in (q_ids, q_mask, p_ids, p_mask, numbers))


def rounded(length: int) -> int:
    """Lengths in eights, as graphics cards like them."""
    return -(-length // 8) * 8


def membership(numbers: torch.Tensor, sentences: int) -> torch.Tensor:
    """(pairs, sentences, tokens), 1.0 where a token is in a sentence."""
    wanted = torch.arange(sentences, device=numbers.device).view(1, -1, 1)
    return (numbers.unsqueeze(1) == wanted).float()
