"""Fit how the reader's evidence is weighed, on documents that the reader was not trained on.

    python training/calibrate.py PREPARED MODEL.pt

Prints the weights of `answer/read.py` (which sentence first) and `answer/abstain.py` (does any
answer). Off-topic questions, which no policy row is, are made by asking the questions of another
set of the passages that the product finds for a policy question.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from model import ReadingModel
from prepare import CANDIDATES
from s3assist.answer.abstain import evidence
from s3assist.answer.align import Aligned
from s3assist.answer.read import Evidence, Reading, weigh
from train import SEED, batch_of, is_held_out, load

ORDER = ("logit", "retrieval", "alignment", "coverage")
"""What decides the order of sentences."""
OFF_TOPIC = 0.12
"""Share of off-topic questions among those that the confidence is fitted on."""


def read(
    model: ReadingModel, question: Aligned, candidates: list[Any], store: dict[Any, Aligned]
) -> tuple[list[Evidence], list[int]]:
    """The evidence of every sentence of the candidates, and whether each answers."""
    pairs = [(question, store[key], marks) for key, marks, _ in candidates]
    *inputs, _ = batch_of(pairs)
    with torch.inference_mode():
        logits = model(*inputs).numpy()
    found, gold = [], []
    for row, (key, own, score) in enumerate(candidates):
        for position, mark in enumerate(own):
            logit = float(logits[row, position])
            found.append(weigh(question, store[key], position, logit, score))
            gold.append(mark)
    return found, gold


def fit_order(questions: list[tuple[list[Evidence], list[int]]]) -> dict[str, float]:
    """Listwise maximum likelihood: the right sentence first among all of its question."""
    data = [
        (np.array([[getattr(e, n) for n in ORDER] for e in found]), np.array(gold) > 0)
        for found, gold in questions
        if any(gold)
    ]
    spread = np.concatenate([x for x, _ in data]).std(axis=0) + 1e-9

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros(len(ORDER))
        for x, gold in data:
            z = x / spread
            scores = z @ w
            p = np.exp(scores - scores.max())
            p /= p.sum()
            right = p * gold
            mass = right.sum() + 1e-12
            total -= float(np.log(mass))
            slope += (p - right / mass) @ z
        return total / len(data) + 1e-3 * float(w @ w), slope / len(data) + 2e-3 * w

    w = minimize(loss, np.zeros(len(ORDER)), jac=True, method="L-BFGS-B").x / spread
    for k in (1, 3):
        hits = [gold[np.argsort(-(x @ w))[:k]].any() for x, gold in data]
        print(f"  right sentence among {k}: {np.mean(hits):.3f} of {len(data)}")
    print(f"  sharpness of the scores below: {w[0]:.2f}")
    return {name: float(value / w[0]) for name, value in zip(ORDER, w, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    names = sorted(path.stem for path in arguments.prepared.glob("*.pickle"))
    examples, store = load(arguments.prepared, names)
    # Only what retrieval found: a gold passage that was added for the training gives itself away.
    held = [
        {**e, "candidates": e["candidates"][:CANDIDATES]}
        for e in examples
        if is_held_out(e) and e["candidates"]
    ]
    strangers = [e for e in held if e["set"] != "policy"]
    hosts = [e for e in held if e["set"] == "policy"]
    model = ReadingModel()
    model.load_state_dict(torch.load(arguments.model))
    model.eval()
    read_ones = [read(model, e["tokens"], e["candidates"], store) for e in held]
    print("order of sentences")
    weights = fit_order([q for q, e in zip(read_ones, held, strict=True) if e["answerable"]])
    print({name: round(value, 2) for name, value in weights.items()})

    def as_readings(found: list[Evidence]) -> list[Reading]:
        scored = [sum(weights[n] * getattr(e, n) for n in ORDER) for e in found]
        order = np.argsort(-np.array(scored))
        return [Reading(None, 0, scored[i], found[i]) for i in order]  # type: ignore[arg-type]

    rows = [evidence(as_readings(found)) for found, _ in read_ones]
    answerable = [e["answerable"] for e in held]
    chance = random.Random(SEED)
    for stranger in chance.sample(strangers, min(len(strangers), int(len(held) * OFF_TOPIC))):
        host = chance.choice(hosts)
        candidates = [(key, [0] * len(marks), score) for key, marks, score in host["candidates"]]
        found, _ = read(model, stranger["tokens"], candidates, store)
        rows.append(evidence(as_readings(found)))
        answerable.append(False)
    names = list(rows[0])
    x, y = np.array([[row[n] for n in names] for row in rows]), np.array(answerable)
    scale = x.std(axis=0) + 1e-9
    regression = LogisticRegression(C=1.0, max_iter=2000)
    guessed = cross_val_predict(regression, x / scale, y, cv=5, method="predict_proba")[:, 1]
    regression.fit(x / scale, y)
    print(f"confidence: AUROC {roc_auc_score(y, guessed):.3f}, five-fold, {len(y)} questions")
    print({n: round(float(c), 3) for n, c in zip(names, regression.coef_[0] / scale, strict=True)})
    print("bias", round(float(regression.intercept_[0]), 3))
    for bar in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        kept = guessed >= bar
        print(
            f"  bar {bar}: answers {kept[y].mean():.2f} of the answerable, "
            f"refuses {1 - kept[~y].mean():.2f} of the others, precision {y[kept].mean():.2f}"
        )


if __name__ == "__main__":
    main()
