"""Train the reading model and write its weights.

    python training/train.py PREPARED OUT.pt [--ranks 2] [--leave-out SET …] [--start FIRST.pt]

On processors each rank is a process with one thread, which keeps two cores busy whatever else
runs; with a graphics card there is one rank. A run that was stopped goes on from its checkpoint;
one that starts from the weights of another learns at half the rate.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from model import ReadingModel, from_encoder
from prepare import OUTSIDE, SPLIT, UNKNOWN

SEED = 20
QUESTIONS = 16
"""Questions of a step, over all ranks."""
READ_TOGETHER = 3
"""Passages of one question in a step: its own and hard negatives."""
STRANGERS = 0.06
"""Share of questions that are asked of another question's passages: off topic."""
RATE, HEAD_RATE = 1.5e-4, 6e-4
WARM_UP = 0.06
WEIGHTS = {"sentence": 1.0, "about": 0.3, "answers": 0.5, "span": 0.25}
PASSES = {"policy_rows": 2, "policy_rows by rule": 1, "squad2_dev": 1, "squad2_dev by rule": 0}
"""How often a question of a set is seen; once where nothing is said."""
LATE = {"policy_rows": 1.0, "policy_rows by rule": 1.0}
"""Where in the training the last pass over a set ends; the others end at 0.85 of it."""
CHECKPOINT = 100
LOOKED_AT = 120
"""Held-out questions read now and then; calibrate.py reads them all."""


def load(folder: Path) -> tuple[list[dict[str, Any]], dict[Any, dict[str, Any]]]:
    examples: list[dict[str, Any]] = []
    store: dict[Any, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.pickle")):
        with path.open("rb") as stream:
            part, passages = pickle.load(stream)
        examples += part
        store |= passages
    return examples, store


def is_held_out(example: dict[str, Any], split: dict[str, Any]) -> bool:
    name = example["set"].removesuffix(" by rule")
    if name == "policy_rows":
        return example["group"] in split[name]["held_out"]
    if name == "squad2_dev":
        return False  # only the articles that are trained on were prepared
    digest = hashlib.sha256(example["group"].encode()).digest()
    return bool(digest[0] / 256 < split["general_share"])


def schedule(examples: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Every question as often as its set is to be seen, policy questions to the end."""
    placed = []
    for number, one in enumerate(examples):
        passes, end = PASSES.get(one["set"], 1), LATE.get(one["set"], 0.85)
        for turn in range(passes):
            low, high = end * turn / passes, end * (turn + 1) / passes
            placed.append((chance.uniform(low, high), number))
    return [examples[number] for _, number in sorted(placed)]


def choose(example: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """Its own passage and some of those that were found instead of it, the best ones more often."""
    own = [c for c in example["candidates"] if any(m == 1 for m in c["marks"])]
    own = own or [c for c in example["candidates"] if c["home"]]
    own = [chance.choice(own)] if own else []
    rest = [c for c in example["candidates"] if c not in own]
    rest.sort(key=lambda c: -c["score"] * chance.random() ** 0.5)
    return (own + rest)[:READ_TOGETHER]


def pairs_of(
    seen: list[dict[str, Any]], everything: list[dict[str, Any]], chance: random.Random
) -> list[dict[str, Any]]:
    pairs = []
    for owner, one in enumerate(seen):
        asked, strange = one["ids"], chance.random() < STRANGERS
        if strange:
            asked = chance.choice(everything)["ids"]
        for candidate in choose(one, chance):
            marks = [0] * len(candidate["marks"]) if strange else candidate["marks"]
            span = None if strange else candidate["span"]
            pairs.append(
                {
                    "q": asked,
                    "key": candidate["key"],
                    "marks": marks,
                    "span": span,
                    "about": bool(candidate["home"]) and not strange,
                    "owner": owner,
                }
            )
    return pairs


def inputs_of(
    pairs: list[dict[str, Any]], store: dict[Any, dict[str, Any]]
) -> tuple[torch.Tensor, ...]:
    passages = [store[pair["key"]] for pair in pairs]
    asked = max(len(pair["q"]) for pair in pairs)
    longest = max(len(passage["ids"]) for passage in passages)
    sentences = max(max(passage["sentence"], default=0) for passage in passages) + 1
    sentences = max(sentences, max(len(pair["marks"]) for pair in pairs))
    q_ids, p_ids = (
        np.zeros((len(pairs), asked), np.int64),
        np.zeros((len(pairs), longest), np.int64),
    )
    q_mask, p_mask = np.zeros(q_ids.shape, np.float32), np.zeros(p_ids.shape, np.float32)
    member = np.zeros((len(pairs), sentences, longest), np.float32)
    for row, (pair, passage) in enumerate(zip(pairs, passages, strict=True)):
        q, p = pair["q"], passage["ids"]
        q_ids[row, : len(q)], q_mask[row, : len(q)] = q, 1
        p_ids[row, : len(p)], p_mask[row, : len(p)] = p, 1
        numbers = np.array(passage["sentence"])
        inside = np.flatnonzero(numbers != OUTSIDE)
        member[row, numbers[inside], inside] = 1
    return tuple(torch.from_numpy(x) for x in (q_ids, q_mask, p_ids, p_mask, member))


def loss_of(
    model: Any, pairs: list[dict[str, Any]], store: dict[Any, dict[str, Any]], device: str
) -> torch.Tensor:
    """Of all pairs of a step; short and long passages go through the model apart."""
    order = sorted(range(len(pairs)), key=lambda i: len(store[pairs[i]["key"]]["ids"]))
    half = (len(order) + 1) // 2
    sentence: dict[int, torch.Tensor] = {}
    passage: dict[int, torch.Tensor] = {}
    spans, total = [], torch.zeros((), device=device)
    for part in (order[:half], order[half:]):
        if not part:
            continue
        inputs = [x.to(device) for x in inputs_of([pairs[i] for i in part], store)]
        sentences, whole, ends = model(*inputs)
        for row, i in enumerate(part):
            marks = torch.tensor(pairs[i]["marks"])
            read = inputs[4][row].sum(1)[: len(marks)].cpu() > 0
            sentence[i] = sentences[row, : len(marks)][(marks != UNKNOWN) & read]
            pairs[i]["kept"] = marks[(marks != UNKNOWN) & read]
            passage[i] = whole[row]
            if pairs[i]["span"]:
                # Padding and heading can't be the answer.
                inside = inputs[4][row].sum(0) > 0
                scores = ends[row].masked_fill(~inside.unsqueeze(1), -1e4)
                wanted = torch.tensor(pairs[i]["span"], device=device)
                spans.append(functional.cross_entropy(scores.T, wanted))
    owners = sorted({pair["owner"] for pair in pairs})
    listwise, about, answers = [], [], []
    for owner in owners:
        own = [i for i, pair in enumerate(pairs) if pair["owner"] == owner]
        values = torch.cat([*(sentence[i] for i in own), torch.zeros(1, device=device)])
        gold = torch.cat([pairs[i]["kept"] > 0 for i in own]).to(device)
        wanted = torch.cat([gold, (~gold.any()).unsqueeze(0)])
        listwise.append(torch.logsumexp(values, 0) - torch.logsumexp(values[wanted], 0))
        for i in own:
            home = torch.tensor(float(pairs[i]["about"]), device=device)
            about.append(functional.binary_cross_entropy_with_logits(passage[i][0], home))
            holds = torch.tensor(float(any(m == 1 for m in pairs[i]["marks"])), device=device)
            if UNKNOWN not in pairs[i]["marks"] or bool(holds):
                answers.append(functional.binary_cross_entropy_with_logits(passage[i][1], holds))
    total = total + WEIGHTS["sentence"] * torch.stack(listwise).mean()
    total = total + WEIGHTS["about"] * torch.stack(about).mean()
    if answers:
        total = total + WEIGHTS["answers"] * torch.stack(answers).mean()
    if spans:
        total = total + WEIGHTS["span"] * torch.stack(spans).mean()
    return total


def read(
    model: ReadingModel, example: dict[str, Any], store: dict[Any, dict[str, Any]], device: str
) -> tuple[list[np.ndarray], np.ndarray]:
    """Sentence logits of each candidate that retrieval found, and (candidates, 2) of passages."""
    pairs = [
        {"q": example["ids"], "key": c["key"], "marks": c["marks"]} for c in example["candidates"]
    ]
    with torch.inference_mode():
        sentences, whole, _ = model(*(x.to(device) for x in inputs_of(pairs, store)))
    rows = [row[: len(p["marks"])].cpu().numpy() for row, p in zip(sentences, pairs, strict=True)]
    return rows, whole.cpu().numpy()


def evaluate(model: ReadingModel, examples: list[dict[str, Any]], store: Any, device: str) -> str:
    from sklearn.metrics import roc_auc_score

    model.eval()
    first, three, found, best, answerable = 0, 0, [], [], []
    for example in examples:
        rows, whole = read(model, example, store, device)
        values = np.concatenate(rows)
        gold = np.concatenate([c["marks"] for c in example["candidates"]])
        order = np.argsort(-values)
        found.append(float(values.max()))
        best.append(float(whole[:, 1].max()))
        answerable.append(example["answerable"])
        if example["answerable"]:
            first += int(gold[order[0]] == 1)
            three += int((gold[order[:3]] == 1).any())
    model.train()
    total = max(1, sum(answerable))
    text = f"first {first / total:.3f}, in three {three / total:.3f} of {total}"
    if len(set(answerable)) == 2:
        both = [roc_auc_score(answerable, scores) for scores in (found, best)]
        text += f", AUROC {both[0]:.3f} by sentence, {both[1]:.3f} by passage"
    return text


def share_gradients(parameters: list[nn.Parameter], ranks: int) -> None:
    """Give every rank the mean of all ranks' gradients."""
    flat = torch.cat(
        [(torch.zeros_like(p) if p.grad is None else p.grad).ravel() for p in parameters]
    )
    torch.distributed.all_reduce(flat)
    at = 0
    for parameter in parameters:
        parameter.grad = flat[at : at + parameter.numel()].view_as(parameter) / ranks
        at += parameter.numel()


def run(rank: int, arguments: argparse.Namespace) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    ranks = 1 if device == "cuda" else arguments.ranks
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    split = json.loads(SPLIT.read_text("utf-8"))
    examples, store = load(arguments.prepared)
    held = [e for e in examples if is_held_out(e, split) and "by rule" not in e["set"]]
    train = [
        e
        for e in examples
        if not is_held_out(e, split)
        and e["set"] not in arguments.leave_out
        and (not e["answerable"] or any(1 in c["marks"] for c in e["candidates"]))
    ]
    order = schedule(train, chance)
    steps = len(order) // QUESTIONS
    steps = min(steps, arguments.steps or steps)
    kept = sorted(chance.sample(range(len(order)), steps * QUESTIONS))
    order = [order[number] for number in kept]
    model = from_encoder().to(device)
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, weights_only=True), strict=False)
    scale = 0.5 if arguments.start else 1.0
    heads = [p for n, p in model.named_parameters() if p.requires_grad and "together" not in n]
    body = [p for n, p in model.named_parameters() if p.requires_grad and "together" in n]
    groups = [{"params": body, "lr": RATE * scale}, {"params": heads, "lr": HEAD_RATE * scale}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)

    def rate(step: int) -> float:
        return min((step + 1) / (WARM_UP * steps), max(0.0, 1 - step / steps))

    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    checkpoint, done = arguments.out.with_suffix(".checkpoint"), 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        plan.load_state_dict(state["plan"])
        done = state["step"]
    if ranks > 1:
        torch.set_num_threads(1)
        meeting = arguments.out.with_suffix(".ranks").absolute()
        torch.distributed.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=rank, world_size=ranks
        )
    if rank == 0:
        print(f"{len(train)} questions, {len(held)} held out, {steps} steps", flush=True)
    started, total = time.time(), 0.0
    model.train()
    for step in range(done, steps):
        seen = order[step * QUESTIONS : (step + 1) * QUESTIONS][rank::ranks]
        pairs = pairs_of(seen, train, random.Random(f"{SEED} {step} {rank}"))
        loss = loss_of(model, pairs, store, device)
        optimizer.zero_grad()
        loss.backward()
        if ranks > 1:
            share_gradients([*body, *heads], ranks)
        nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimizer.step()
        plan.step()
        total += float(loss.detach())
        if rank == 0 and (step + 1) % 25 == 0:
            pace = (time.time() - started) / (step + 1 - done)
            print(f"{step + 1}/{steps} loss {total / 25:.3f}, {pace:.2f} s a step", flush=True)
            total = 0.0
        if rank == 0 and (step + 1) % CHECKPOINT == 0:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            state |= {"plan": plan.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
        if rank == 0 and ((step + 1) % arguments.look == 0 or step + 1 == steps):
            policy = [e for e in held if e["set"] == "policy_rows"][:LOOKED_AT]
            print(f"  policy: {evaluate(model, policy, store, device)}", flush=True)
            general = [e for e in held if e["set"] != "policy_rows"][: LOOKED_AT // 2]
            print(f"  general: {evaluate(model, general, store, device)}", flush=True)
    if rank == 0:
        trained = dict(model.state_dict())
        torch.save(trained, arguments.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--steps", type=int, help="fewer steps, for a trial")
    parser.add_argument("--look", type=int, default=550, help="steps between two evaluations")
    parser.add_argument("--start", type=Path, help="weights of a run before, to go on from")
    parser.add_argument("--leave-out", nargs="*", default=[], help="sets not to train on")
    arguments = parser.parse_args()
    arguments.out.with_suffix(".ranks").unlink(missing_ok=True)
    if torch.cuda.is_available() or arguments.ranks == 1:
        run(0, arguments)
    else:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        torch.multiprocessing.spawn(run, (arguments,), nprocs=arguments.ranks)


if __name__ == "__main__":
    main()
