"""Train the reader; see docs/reader.md.

    python training/train.py PREPARED WEIGHTS.pt [--minutes 7] [--steps N] [--leave-out PATTERN ...]
    python training/train.py PREPARED BETTER.pt --start WEIGHTS.pt --rate 0.3 --passes written=3 *=1

The objective: among all sentences of a question's passages and one option more, "none of them",
the right one gets the probability (softmax); and three small ones: is the passage the question's
own, does it hold an answer, where does the answer begin and end. What is written are the weights'
running means. On processor cores it trains in `--ranks` processes, on a graphics card in one. A run
that was stopped goes on from its checkpoint. `--minutes` takes as many steps as there is time for.
"""

from __future__ import annotations

import argparse
import copy
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader

from batches import EMPTIED, NONE, Batch, Steps, collate, membership
from examples import (
    BY_RULE,
    FAR,
    PARAGRAPHS,
    PLAIN,
    REPORTED,
    SEED,
    TRAP,
    UNKNOWN,
    WRITTEN,
    is_held_out,
    load,
    read_split,
)
from model import BLOCKED, ReadingModel, from_encoder

RATE, HEAD_RATE = 2e-4, 6e-4
WARM_UP = 0.06
MEAN_OVER = 0.998
"""Share of the running means that a step keeps."""
WEIGHTS = {"sentence": 1.0, "about": 0.3, "answers": 0.5, "span": 0.25}
PASSES = {
    "policy_rows": 6,
    "policy_rows by rule": 3,
    WRITTEN: 6,
    PLAIN: 6,
    FAR: 6,
    TRAP: 6,
    PARAGRAPHS: 2,
    "squad2_dev": 4,
    "squad2_dev by rule": 1,
}
GENERAL_PASSES, RULED_PASSES = 3, 1
"""How often a question is seen if there are steps enough: of the sets named, of the others, and of
the others' near misses by rule."""
LATE = dict.fromkeys(("policy_rows", "policy_rows by rule", WRITTEN, PLAIN, FAR, TRAP), 1.0)
"""Where in the training the last pass over a set ends; the others end at 0.9 of it."""
CHECKPOINT = 100
PILOT = 180
"""Steps from which the pace is taken, the first third left out: a graphics card warms up slowly."""
LOOKED_INTO = ("policy_rows", WRITTEN, PLAIN, FAR, TRAP, PARAGRAPHS, "tables", REPORTED, "")
"""Held-out questions that are read now and then; the last stands for all general sets."""


def passes_of(name: str, asked: dict[str, float]) -> float:
    """How often a set is to be seen; `asked` takes the place of what is set here."""
    for pattern, passes in asked.items():
        if fnmatch(name, pattern):
            return passes
    return PASSES.get(name, RULED_PASSES if name.endswith(BY_RULE) else GENERAL_PASSES)


def schedule(
    examples: list[dict[str, Any]], chance: random.Random, asked: dict[str, float]
) -> list[dict[str, Any]]:
    """Every question as often as its set is to be seen, policy questions to the end.

    A part of a pass sees a part of the questions, drawn by chance.
    """
    placed = []
    for number, one in enumerate(examples):
        passes, end = passes_of(one["set"], asked), LATE.get(one["set"], 0.9)
        turns = int(passes) + (chance.random() < passes % 1)
        for turn in range(turns):
            low, high = end * turn / turns, end * (turn + 1) / turns
            placed.append((chance.uniform(low, high), number))
    return [examples[number] for _, number in sorted(placed)]


def shortened(order: list[Any], length: int, chance: random.Random) -> list[Any]:
    """An even sample of the schedule."""
    kept = sorted(chance.sample(range(len(order)), min(length, len(order))))
    return [order[number] for number in kept]


class Narrow(nn.Linear):
    """A layer's product in bfloat16, for processors with instructions for it; all else as it is."""

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return super().forward(given).float()


def has_bfloat16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())


def narrow(model: nn.Module) -> None:
    for module in model.modules():
        if type(module) is nn.Linear:
            module.__class__ = Narrow  # also in copies of the model, with their own weights


def read_batch(
    model: Any, batch: Batch, device: str
) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    """Sentence logits (rows, sentences) and passage logits (rows, 2) on the grid of the batch, and
    for each part the logits of first and last tokens."""
    rows, most = batch["marks"].shape
    sentences = torch.full((rows, most), BLOCKED, device=device)
    whole = torch.zeros((rows, 2), device=device)
    ends = []
    for inputs, places in zip(batch["inputs"], batch["places"], strict=True):
        *given, numbers = (x.to(device, non_blocking=True) for x in inputs)
        where = places.to(device, non_blocking=True)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            one, two, three = model(*given, membership(numbers, most))
        sentences = sentences.index_copy(0, where, one.float())
        whole = whole.index_copy(0, where, two.float())
        # Padding and heading can't be the answer.
        ends.append(three.float().masked_fill((numbers < 0).unsqueeze(2), BLOCKED))
    return sentences, whole, ends


def loss_of(model: Any, batch: Batch, device: str) -> torch.Tensor:
    sentences, whole, ends = read_batch(model, batch, device)
    marks, about, answers, span = (
        batch[name].to(device, non_blocking=True) for name in ("marks", "about", "answers", "span")
    )
    questions = batch["owners"]
    values = sentences.masked_fill(marks == UNKNOWN, BLOCKED).view(questions, -1)
    gold = (marks == 1).view(questions, -1)
    none = torch.zeros(questions, 1, device=device)
    every = torch.logsumexp(torch.cat([values, none], 1), 1)
    right = torch.where(
        gold.any(1), torch.logsumexp(values.masked_fill(~gold, 2 * BLOCKED), 1), none.squeeze(1)
    )
    total = WEIGHTS["sentence"] * (every - right).mean()
    for name, wanted, column in (("about", about, 0), ("answers", answers, 1)):
        known = ~torch.isnan(wanted)
        each = functional.binary_cross_entropy_with_logits(
            whole[:, column], torch.nan_to_num(wanted), reduction="none"
        )
        total = total + WEIGHTS[name] * (each * known).sum() / known.sum().clamp(min=1)
    lost, count = torch.zeros((), device=device), torch.zeros((), device=device)
    for scores, places in zip(ends, batch["places"], strict=True):
        wanted = span[places.to(device)]
        for side in (0, 1):
            lost = lost + functional.cross_entropy(
                scores[:, :, side], wanted[:, side], ignore_index=NONE, reduction="sum"
            )
        count = count + (wanted[:, 0] != NONE).sum()
    return total + WEIGHTS["span"] * lost / (2 * count.clamp(min=1))


def evaluate(
    model: ReadingModel, examples: list[dict[str, Any]], passages: Any, device: str
) -> str:
    """The right sentence first, and AUROC, over all passages that were found for each question."""
    from sklearn.metrics import roc_auc_score

    model.eval()
    first, three, highest, best, answerable = 0, 0, [], [], []
    for example in examples:
        pairs = [
            {"q": example["ids"], "tokens": passages[c["passage"]], "slot": slot, "owner": 0}
            | {"marks": c["marks"], "span": None, "about": True}
            for slot, c in enumerate(example["candidates"])
        ]
        batch = collate(pairs, 1, len(pairs), 1)
        with torch.inference_mode():
            sentences, whole, _ = read_batch(model, batch, device)
        values = sentences.masked_fill(batch["marks"].to(device) == UNKNOWN, BLOCKED).ravel()
        gold = batch["marks"].ravel() == 1
        order = torch.argsort(-values).cpu()
        highest.append(float(values.max()))
        best.append(float(whole[:, 1].max()))
        answerable.append(example["answerable"])
        if example["answerable"]:
            first += int(gold[order[0]])
            three += int(gold[order[:3]].any())
    model.train()
    total = max(1, sum(answerable))
    text = f"first {first / total:.3f}, in three {three / total:.3f} of {total}"
    if len(set(answerable)) == 2:
        both = [roc_auc_score(answerable, scores) for scores in (highest, best)]
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


def batches_of(steps: Steps, done: int, workers: int) -> Iterator[Batch]:
    rest = list(range(done, len(steps)))
    ahead = {"prefetch_factor": 4, "pin_memory": True} if workers else {}
    return iter(DataLoader(steps, batch_size=None, sampler=rest, num_workers=workers, **ahead))


def steps_in(model: Any, batches: Iterator[Batch], device: str, seconds: float) -> int:
    """Steps that the time is enough for, by the pace of the first ones."""
    began = 0.0
    for number in range(PILOT):
        if number == PILOT // 3:
            wait_for(device)
            began = time.time()
        loss_of(model, next(batches), device).backward()
    model.zero_grad()
    wait_for(device)
    pace = 1.15 * (time.time() - began) / (PILOT - PILOT // 3)
    print(f"{pace:.3f} s a step", flush=True)
    return int(seconds / pace)


def wait_for(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def run(rank: int, arguments: argparse.Namespace) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    ranks = 1 if device == "cuda" else arguments.ranks
    workers = arguments.workers if device == "cuda" else 0
    torch.manual_seed(arguments.seed)
    chance, started = random.Random(arguments.seed), time.time()
    examples, passages = load(arguments.prepared)
    split = read_split()
    held = [e for e in examples if is_held_out(e, split) and not e["set"].endswith(BY_RULE)]
    chance.shuffle(held)
    train = [
        e
        for e in examples
        if not is_held_out(e, split)
        and not any(fnmatch(e["set"], pattern) for pattern in arguments.leave_out)
        and (not e["answerable"] or any(1 in c["marks"] for c in e["candidates"]))
    ]
    model = from_encoder(arguments.encoder, arguments.apart).to(device)
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, weights_only=True, map_location=device))
    if arguments.bfloat16 and device == "cpu":
        narrow(model)
    order, emptied = schedule(train, chance, dict(arguments.passes)), arguments.emptied
    size, steps = arguments.questions, len(order) // arguments.questions
    if arguments.minutes:
        pilot = batches_of(Steps(order, passages, size, emptied, rank, ranks), 0, workers)
        steps = min(steps, steps_in(model, pilot, device, arguments.minutes * 60))
        del pilot
    steps = min(steps, arguments.steps or steps)
    order = shortened(order, steps * size, chance)
    plan_of = Steps(order, passages, size, emptied, rank, ranks)
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    body = [p for n, p in named if "head" not in n and n not in ("sides", "meeting.weight")]
    heads = [p for n, p in named if "head" in n or n in ("sides", "meeting.weight")]
    rates = (arguments.rate * RATE, arguments.rate * HEAD_RATE)
    groups = [{"params": p, "lr": r} for p, r in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)

    def rate(step: int) -> float:
        return min((step + 1) / (WARM_UP * steps), max(0.0, 1 - step / steps))

    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    mean = copy.deepcopy(model)
    checkpoint, done = arguments.out.with_suffix(".checkpoint"), 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        mean.load_state_dict(state["mean"])
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
        told = f"{len(train)} questions, {len(held)} held out, {steps} steps"
        print(f"{told}, {time.time() - started:.0f} s to begin", flush=True)
    trained = [p.detach() for _, p in named]
    followed = [p for p in mean.parameters() if p.requires_grad]
    started, total = time.time(), torch.zeros((), device=device)
    model.train()
    for step, batch in enumerate(batches_of(plan_of, done, workers), done):
        loss = loss_of(model, batch, device)
        optimizer.zero_grad()
        loss.backward()
        if ranks > 1:
            share_gradients([*body, *heads], ranks)
        nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimizer.step()
        plan.step()
        keep = min(MEAN_OVER, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(followed, trained, 1 - keep)  # in one kernel
        total += loss.detach()
        if rank == 0 and (step + 1) % arguments.say == 0:
            pace, lost = (time.time() - started) / (step + 1 - done), float(total) / arguments.say
            print(f"{step + 1}/{steps} loss {lost:.3f}, {pace:.3f} s a step", flush=True)
            total.zero_()
        if rank == 0 and arguments.checkpoints and (step + 1) % CHECKPOINT == 0:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            state |= {"mean": mean.state_dict(), "plan": plan.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
        if rank == 0 and ((step + 1) % arguments.look == 0 or step + 1 == steps):
            for name in LOOKED_INTO:
                some = [e for e in held if (e["set"] if e["set"] in LOOKED_INTO else "") == name]
                if some := some[: arguments.look_at]:
                    told = evaluate(mean, some, passages, device)
                    print(f"  {name or 'general'}: {told}", flush=True)
    if rank == 0:
        torch.save(mean.state_dict(), arguments.out)
        print(f"{time.time() - started:.0f} s", flush=True)


def set_passes(text: str) -> tuple[str, float]:
    """`policy_rows=0.5` → the set or pattern, and how often it is seen."""
    name, _, times = text.rpartition("=")
    return name, float(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", type=Path, help="the encoder's weights, if not the package's")
    parser.add_argument("--start", type=Path, help="weights to go on from, not the encoder's")
    parser.add_argument("--rate", type=float, default=1.0, help="times the usual learning rates")
    parser.add_argument(
        "--passes", nargs="*", type=set_passes, default=[], help="SET=TIMES; SET may hold `*`"
    )
    parser.add_argument("--apart", type=int, default=0, help="layers that see the sides apart")
    parser.add_argument("--questions", type=int, default=16, help="questions of a step")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--workers", type=int, default=6, help="processes that make batches")
    parser.add_argument(
        "--bfloat16", action="store_true", help="narrow products, if the processor has them"
    )
    parser.add_argument("--minutes", type=float, help="train no longer than this")
    parser.add_argument("--steps", type=int, help="fewer steps, for a trial")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--say", type=int, default=25, help="steps between two lines")
    parser.add_argument("--look", type=int, default=1500, help="steps between two evaluations")
    parser.add_argument("--look-at", type=int, default=250, help="questions of each evaluation")
    parser.add_argument("--checkpoints", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--leave-out", nargs="*", default=[], help="sets not to train on, `*` for any end"
    )
    parser.add_argument("--emptied", type=float, default=EMPTIED, help="see batches.py")
    arguments = parser.parse_args()
    if arguments.bfloat16 and not torch.cuda.is_available() and not has_bfloat16():
        parser.error(
            "this processor has no instructions for bfloat16, and would take over a minute for a "
            "step: leave --bfloat16 out."
        )
    arguments.out.with_suffix(".ranks").unlink(missing_ok=True)
    if torch.cuda.is_available() or arguments.ranks == 1:
        run(0, arguments)
    else:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        # Whoever stops this process must not leave ranks behind that go on writing the checkpoint.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        torch.multiprocessing.spawn(run, (arguments,), nprocs=arguments.ranks, daemon=True)


if __name__ == "__main__":
    main()
