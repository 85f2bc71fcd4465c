"""Train the sentence reader on prepared token vectors and export it to ONNX.

    python training/train.py PREPARED OUT [--epochs N]

The reader is two small transformer layers over the frozen encoder's tokens of a question and a
passage; it gives every sentence a logit, and a question whose passages hold no answer is trained
to give none of them a logit above zero.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from model import ReadingModel, export
from s3assist.answer.align import Aligned, join

SEED = 20
MOST_QUESTION, MOST_PASSAGE = 48, 288
READ_TOGETHER = 4
"""Passages of one question in a training step: the gold one and hard negatives."""
HELD_OUT = 0.15
"""Share of the policy documents (by title) that the training never sees."""
HELD_OUT_GENERAL = 0.06
"""The same for the general sets."""
STRANGERS = 0.08
"""Share of steps' questions that are asked of another question's passages: off topic."""


def load(folder: Path, names: list[str]) -> tuple[list[dict[str, Any]], dict[Any, Aligned]]:
    examples: list[dict[str, Any]] = []
    store: dict[Any, Aligned] = {}
    for name in names:
        with (folder / f"{name}.pickle").open("rb") as stream:
            part, passages = pickle.load(stream)
        examples += part
        store |= passages
    return examples, store


def is_held_out(example: dict[str, Any]) -> bool:
    digest = hashlib.sha256(example["group"].encode()).digest()
    share = HELD_OUT if example["set"] == "policy" else HELD_OUT_GENERAL
    return digest[0] / 256 < share


def choose(example: dict[str, Any], chance: random.Random | None) -> list[Any]:
    """The passages to read together: those with an answer, then others that retrieval found."""
    gold = [c for c in example["candidates"] if any(c[1])]
    rest = [c for c in example["candidates"] if not any(c[1])]
    if chance is None:
        return example["candidates"]
    if gold:
        gold = [chance.choice(gold)] if len(gold) > 1 and chance.random() < 0.5 else gold
    chance.shuffle(rest)
    return (gold + rest)[:READ_TOGETHER]


def one_pass(train: list[dict[str, Any]], policy: int | None) -> list[dict[str, Any]]:
    """The questions of one pass: all, or only so many of the policy ones."""
    if policy is None:
        return train
    ours = [e for e in train if e["set"] == "policy"][:policy]
    mixed = ours + [e for e in train if e["set"] != "policy"]
    random.Random(len(mixed)).shuffle(mixed)
    return mixed


def rescaled(side: Aligned, scale: np.float32) -> Aligned:
    return replace(side, rarity=side.rarity * scale)


def batch_of(pairs: list[tuple[Aligned, Aligned, list[int]]]) -> tuple[torch.Tensor, ...]:
    joined = [join(q, p) for q, p, _ in pairs]
    lq = min(MOST_QUESTION, max(len(q) for q, _ in joined))
    lp = min(MOST_PASSAGE, max(len(p) for _, p in joined))
    ns = max(len(marks) for _, _, marks in pairs)
    width = joined[0][0].shape[1]
    q = np.zeros((len(pairs), lq, width), np.float32)
    p = np.zeros((len(pairs), lp, width), np.float32)
    qm, pm = np.zeros((len(pairs), lq), np.float32), np.zeros((len(pairs), lp), np.float32)
    member = np.zeros((len(pairs), ns, lp), np.float32)
    marks = np.full((len(pairs), ns), -1, np.int64)
    for row, ((one, other), (_, passage, gold)) in enumerate(zip(joined, pairs, strict=True)):
        a, b = min(lq, len(one)), min(lp, len(other))
        q[row, :a], qm[row, :a] = one[:a], 1
        p[row, :b], pm[row, :b] = other[:b], 1
        for token, sentence in enumerate(passage.sentence[:b]):
            if sentence >= 0:
                member[row, sentence, token] = 1
        marks[row, : len(gold)] = gold
    return tuple(torch.from_numpy(x) for x in (q, qm, p, pm, member, marks))


def loss_of(logits: torch.Tensor, marks: torch.Tensor, owners: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over all sentences of a question and one option more: none of them."""
    losses = []
    for owner in owners.unique():
        rows = owners == owner
        values, gold = logits[rows][marks[rows] >= 0], marks[rows][marks[rows] >= 0]
        scores = torch.cat([values, values.new_zeros(1)])
        wanted = torch.cat([gold > 0, (~(gold > 0).any()).unsqueeze(0)])
        losses.append(torch.logsumexp(scores, 0) - torch.logsumexp(scores[wanted], 0))
    return torch.stack(losses).mean()


def evaluate(model: nn.Module, examples: list[dict[str, Any]], store: dict[Any, Aligned]) -> str:
    model.eval()
    first, three, found, answerable = 0, 0, [], []
    with torch.inference_mode():
        for example in examples:
            pairs = [
                (example["tokens"], store[key], marks) for key, marks, _ in example["candidates"]
            ]
            *inputs, marks = batch_of(pairs)
            logits = model(*inputs)
            values, gold = logits[marks >= 0].numpy(), marks[marks >= 0].numpy()
            order = np.argsort(-values)
            found.append(float(values.max()))
            answerable.append(example["answerable"])
            if example["answerable"]:
                first += int(gold[order[0]] > 0)
                three += int((gold[order[:3]] > 0).any())
    from sklearn.metrics import roc_auc_score

    total = sum(answerable)
    return (
        f"right sentence first {first / total:.3f}, in three {three / total:.3f}, "
        f"AUROC {roc_auc_score(answerable, found):.3f} over {len(examples)} questions"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--policy", type=int, help="policy questions a pass; all by default")
    parser.add_argument("--sets", nargs="*", default=None)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    names = arguments.sets or sorted(p.stem for p in arguments.prepared.glob("*.pickle"))
    examples, store = load(arguments.prepared, names)
    held = [e for e in examples if is_held_out(e) and e["candidates"]]
    train = [
        e
        for e in examples
        if not is_held_out(e) and (not e["answerable"] or any(any(c[1]) for c in e["candidates"]))
    ]
    policy = [e for e in held if e["set"] == "policy"]
    general = [e for e in held if e["set"] != "policy"]
    print(f"{len(train)} questions to train on, {len(held)} held out", flush=True)
    model = ReadingModel()
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start))
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=0.01)
    size = 10
    steps = arguments.epochs * (len(one_pass(train, arguments.policy)) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, arguments.rate, total_steps=steps + 1, pct_start=0.1
    )
    time.time()
    for epoch in range(arguments.epochs):
        model.train()
        chance.shuffle(train)
        total = 0.0
        seen = one_pass(train, arguments.policy)
        for at in range(0, len(seen) - size + 1, size):
            pairs, owners = [], []
            for owner, example in enumerate(seen[at : at + size]):
                asked, strange = example["tokens"], chance.random() < STRANGERS
                if strange:
                    asked = chance.choice(train)["tokens"]
                # A small corpus makes every word less rare: the reader must not count on a scale.
                scale = np.float32(chance.uniform(0.5, 1.0))
                for key, marks, _ in choose(example, chance):
                    gold = [0] * len(marks) if strange else marks
                    pairs.append((rescaled(asked, scale), rescaled(store[key], scale), gold))
                    owners.append(owner)
            *inputs, marks = batch_of(pairs)
            loss = loss_of(model(*inputs), marks, torch.tensor(owners))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
            if (at // size) % 100 == 0:
                print(
                    f"epoch {epoch} {at}/{len(seen)} loss {total / (at // size + 1):.4f}",
                    flush=True,
                )
        for name, part in (("policy", policy), ("general", general)):
            print(f"epoch {epoch}, {name}: {evaluate(model, part[:300], store)}", flush=True)
        torch.save(model.state_dict(), arguments.out.with_suffix(".pt"))
    export(model, arguments.out)


if __name__ == "__main__":
    main()
