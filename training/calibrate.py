"""Fit how a reader's logits are weighed, on documents that the reader was not trained on.

    python training/calibrate.py ROWS PREPARED READER.onnx OUT.json

Held-out questions of `policy_rows.jsonl`, and those over the held-out documents of `written/`, go
through the product's own retrieval and reading, each among the documents of its kind; OUT takes the
weights of the order of sentences, the confidence and the bar, and lies beside the model as
`calibration.json`. Off-topic questions, which none of them is, are questions of general sets asked
of the policy documents. READER may be `off`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from examples import SEED, WRITTEN, read_split
from prepare import DOCUMENTS, passage_key, records_of, rows_of, written_rows
from s3assist.answer.abstain import (
    DEFINITION,
    EXPANSION,
    OTHER_NAME,
    OTHER_SIBLING,
    OTHER_SOURCE,
    OTHER_TIME,
    TOLD_BEFORE,
    evidence,
)
from s3assist.answer.asked import Asked
from s3assist.answer.read import Evidence, Reading, sentences_of, text_of, with_chances
from s3assist.answer.readers import Calibration, PassageReader, open_reader
from s3assist.answer.readers.bundled import BundledReader
from s3assist.answer.retrieve import prepare, retrieve
from s3assist.encode.model import bundled_model
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.ingest.sync import sync, sync_sources
from store import mark_sentences

HITS = 12
"""Passages read for a question; the product reads 20, but the last ones teach nothing."""
QUESTIONS, OFF_TOPIC = 400, 60
ORDER = ("sentence", "about", "answers", "retrieval", "coverage")
PASSAGES = {"retrieval": 30.0}
"""Set and not fitted: held-out questions are as well served by anything from 0 to 30. On other
matters than policy retrieval should have more of a say (docs/reader.md)."""
PROSE = 1.36
"""Log-odds that `prose` is worth, set and not fitted: the held-out acts have next to no tables.
Without it, rows of a table that is about the question's matter are taken for its answer."""
CONFIDENCE = ("any_sentence",)
PRECISION = 0.75
"""The bar is where so many of the answers that are shown are to questions that have one."""
UNCALIBRATED = Calibration(order={"sentence": 1.0}, sharpness=1, confidence={}, bias=0, bar=0.5)
MARGIN = 0.5
"""Added to the highest logits seen, for the ceiling."""
STRANGERS = ("squad1_train_part", "nq_open_gold", "sleepqa", "fairytaleqa")


def collect(
    rows: list[dict[str, Any]],
    generation: OpenGeneration,
    reader: PassageReader,
    home_of: Callable[[dict[str, Any]], str],
) -> list[dict[str, Any]]:
    """For each question all its sentences: (evidence, is it the answer).

    `home_of` names the document that a row was written over.
    """
    versions = {live.path: live.version for live in generation.library}
    ids = {path: set(generation.catalog.passage_ids([v])) for path, v in versions.items()}
    found = []
    for number, row in enumerate(rows):
        question = row["question"]
        search = prepare(generation, question, (), row.get("typed", ""), row.get("before", ()))
        hits = retrieve(generation, search, HITS)
        asked = Asked(question, generation)
        own = set() if row.get("stranger") else ids[home_of(row)]
        answers = row["answers"] if row["answerable"] else []
        sentences, gold = [], []
        readings = reader.read(question, [text_of(hit) for hit in hits])
        for hit, reading in zip(hits, readings, strict=True):
            made = sentences_of(hit, reading, asked, asked.coverage(hit), {})
            sentences += [asdict(one.evidence) for one in made if one.evidence]
            home = hit.passage_id in own
            marks = mark_sentences(hit.document, hit.passage, answers) if home else []
            gold += [int(mark == 1) for mark in marks] if home else [0] * len(made)
        asked_for = {"answerable": row["answerable"], "stranger": bool(row.get("stranger"))}
        found.append({"sentences": sentences, "gold": gold} | asked_for)
        if number % 50 == 0:
            print(f"{number}/{len(rows)}", flush=True)
    return [question for question in found if question["sentences"]]


def matrix(question: dict[str, Any]) -> np.ndarray:
    return np.array([[one[name] for name in ORDER] for one in question["sentences"]])


def fit_order(questions: list[dict[str, Any]]) -> tuple[dict[str, float], float]:
    """Listwise maximum likelihood: the right sentence first among all of its question."""
    data = [(matrix(q), np.array(q["gold"]) > 0) for q in questions if any(q["gold"])]
    spread = np.concatenate([x for x, _ in data]).std(axis=0) + 1e-9

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros(len(ORDER))
        for x, gold in data:
            z = x / spread
            p = np.exp(z @ w - (z @ w).max())
            p /= p.sum()
            right = p * gold
            mass = right.sum() + 1e-12
            total -= float(np.log(mass))
            slope += (p - right / mass) @ z
        return total / len(data) + 1e-3 * float(w @ w), slope / len(data) + 2e-3 * w

    bounds = [(0.0, None)] * len(ORDER)  # a weight below zero would be a fluke of the sample
    w = minimize(loss, np.ones(len(ORDER)), jac=True, method="L-BFGS-B", bounds=bounds).x / spread
    for k in (1, 3):
        hits = [gold[np.argsort(-(x @ w))[:k]].any() for x, gold in data]
        print(f"right sentence among the first {k}: {np.mean(hits):.3f} of {len(data)} found")
    unit = w[0] or 1.0
    order = {name: float(v / unit) for name, v in zip(ORDER, w, strict=True)}
    fixed = {"time": OTHER_TIME, "expansion": EXPANSION, "definition": DEFINITION}
    fixed |= {"source": OTHER_SOURCE, "name": OTHER_NAME, "sibling": OTHER_SIBLING}
    fixed |= {"told": TOLD_BEFORE}
    return order | {"prose": PROSE / float(unit)} | fixed, float(unit)


def readings_of(
    question: dict[str, Any], order: dict[str, float], sharpness: float
) -> list[Reading]:
    made = [Evidence(**one) for one in question["sentences"]]
    plain = [
        Reading(None, 0, one.weighed(order), evidence=one)  # type: ignore[arg-type]
        for one in made
    ]
    return with_chances(plain, sharpness)


def fit_confidence(
    questions: list[dict[str, Any]], order: dict[str, float], sharpness: float
) -> dict[str, Any]:
    rows = [evidence(readings_of(q, order, sharpness)) for q in questions]
    x = np.array([[row[name] for name in CONFIDENCE] for row in rows])
    y = np.array([q["answerable"] and any(q["gold"]) for q in questions])
    scale = x.std(axis=0) + 1e-9
    regression = LogisticRegression(C=0.3, max_iter=2000)
    guessed = cross_val_predict(regression, x / scale, y, cv=5, method="predict_proba")[:, 1]
    regression.fit(x / scale, y)
    for bar in (0.3, 0.4, 0.5, 0.6):
        kept = guessed >= bar
        shares = (kept[y].mean(), 1 - kept[~y].mean(), y[kept].mean())
        print(f"bar {bar}: answered, refused, precision:", *(f"{share:.2f}" for share in shares))
    bar = bar_for(PRECISION, guessed, y)
    kept = guessed >= bar
    stranger = np.array([bool(q.get("stranger")) for q in questions])
    auroc = roc_auc_score(y, guessed)
    about = (
        f"{len(y)} questions over documents not trained on, {int(stranger.sum())} of them off "
        f"topic: AUROC {auroc:.3f} (five-fold). At the bar {kept[y].mean():.2f} of the answerable "
        f"are answered, {1 - kept[~y & ~stranger].mean():.2f} of the near misses and "
        f"{1 - kept[stranger].mean():.2f} of the off-topic refused; {y[kept].mean():.2f} of the "
        "answers are to questions that have one."
    )
    print(about)
    weights = {n: float(c) for n, c in zip(CONFIDENCE, regression.coef_[0] / scale, strict=True)}
    fitted = {"confidence": weights, "bias": float(regression.intercept_[0])}
    return fitted | {"bar": bar, "about": about}


def bar_for(precision: float, guessed: np.ndarray, y: np.ndarray) -> float:
    """The lowest confidence above which so many of the questions have an answer, in hundredths."""
    for bar in np.arange(0.05, 0.95, 0.01):
        kept = guessed >= bar
        if kept.any() and y[kept].mean() >= precision:
            return round(float(bar), 2)
    raise ValueError(f"no bar gives a precision of {precision}")


def ceiling(questions: list[dict[str, Any]], order: dict[str, float]) -> float:
    logits = {name: order[name] for name in ("sentence", "about", "answers")}
    highest = [
        max(Evidence(**one).weighed(logits) for one in q["sentences"])
        for q in questions
        if q["sentences"]
    ]
    return float(np.quantile(highest, 0.99)) + MARGIN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("reader")
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=1, help="read one question in so many")
    arguments = parser.parse_args()
    split, chance = read_split(), random.Random(SEED)
    everything = rows_of(arguments.rows / "policy_rows.jsonl")
    rows = [r for r in everything if r["title"] in split["policy_rows"]["held_out"]]
    rows = chance.sample(rows, min(len(rows), QUESTIONS))
    for name in STRANGERS:
        others = rows_of(arguments.rows / f"{name}.jsonl")
        for row in chance.sample(others, OFF_TOPIC // len(STRANGERS)):
            rows.append(row | {"answerable": False, "answers": [], "stranger": True})
    written = [r for r in written_rows() if r["title"] in split[WRITTEN]["held_out"]]
    rows, written = rows[:: arguments.every], written[:: arguments.every]
    if arguments.reader == "off":
        reader: PassageReader = open_reader("off")
    else:
        tokenizer = str(bundled_model().folder / "tokenizer.json")
        reader = BundledReader(arguments.reader, tokenizer, UNCALIBRATED)
    layout = IndexLayout(arguments.prepared / "policy_rows-index")
    sync_sources(records_of(everything), layout)
    with IndexReader(layout).generation() as generation:
        questions = collect(rows, generation, reader, lambda row: passage_key(row["passage"]))
    layout = IndexLayout(arguments.prepared / f"{WRITTEN}-index")
    sync(DOCUMENTS, layout)
    with IndexReader(layout).generation() as generation:
        questions += collect(written, generation, reader, lambda row: f"{row['title']}.md")
    order, sharpness = fit_order(questions)
    fitted = {"order": order, "sharpness": sharpness}
    fitted |= fit_confidence(questions, order, sharpness)
    fitted["passages"] = PASSAGES
    fitted["ceiling"] = ceiling(questions, order)
    if arguments.reader != "off":
        fitted["weights"] = hashlib.sha256(Path(arguments.reader).read_bytes()).hexdigest()
    arguments.out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in fitted.items() if k != "about"}))


if __name__ == "__main__":
    main()
