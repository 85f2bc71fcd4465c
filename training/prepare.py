"""Turn reading-comprehension rows into token vectors that the reader is trained on.

    python training/prepare.py ROWS INDEX OUT

ROWS is the folder with the training rows (see docs/reader.md), INDEX an index of the passages of
`policy_rows.jsonl` made by the product's own sync (`--build` makes it), OUT a folder for the
arrays. The encoder is frozen: every passage goes through it once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from s3assist.answer.align import Aligned, align_passage, align_question
from s3assist.answer.fuse import fuse
from s3assist.documents import Document
from s3assist.evaluate.beir import Record
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.index.terms import query_terms
from s3assist.ingest.passages import PassageSize, cut_passages
from s3assist.ingest.sync import sync_sources

SEED = 20
CANDIDATES = 7
"""Passages of the product's own retrieval that a policy question is read against."""
GENERAL = {
    "squad1_train_part": 900,
    "nq_qed": 500,
    "selqa": 400,
    "bioasq_6b_9b": 300,
    "doc2dial_val": 300,
    "tydi_en_goldp": 400,
    "onestopqa": 200,
    "tatqa_text": 250,
    "derived_negatives": 700,
}
"""Rows taken from each general set, weighted by how good and how close to policy prose it is."""


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def level(text: str) -> str:
    """Word characters alone, so that answers are found whatever their spacing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def passage_key(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def labels(document: Document, passage: Any, answers: list[str]) -> list[int]:
    """1 for each sentence that holds an answer, or that a longer answer holds."""
    found = []
    for sentence in passage.sentences:
        own = level(document.text[sentence.start : sentence.end])
        held = any(a and (a in own or (len(own) > 25 and own in a)) for a in answers)
        found.append(int(held))
    return found


def policy_examples(
    rows: list[dict[str, Any]], generation: OpenGeneration, store: dict[Any, Aligned]
) -> Iterator[dict[str, Any]]:
    """One example a row: the gold passage and what the product finds instead of it."""
    encoder = generation.encoder
    by_path = {live.path: live.version for live in generation.library}
    questions = [row["question"] for row in rows]
    vectors = encoder.encode_queries(questions)
    for number, (row, vector) in enumerate(zip(rows, vectors, strict=True)):
        near = dict(generation.vectors.search(vector[None], 60))
        weighted = [(term, 1.0) for term in query_terms(row["question"], ["en"])]
        words = dict(generation.lexical.search(weighted, 60))
        near |= generation.vectors.cosines(vector[None], words.keys() - near.keys())
        scores = fuse(near, words)
        version = by_path.get(passage_key(row["passage"]))
        answers = [level(a["text"]) for a in row["answers"]]
        ranked = sorted(scores, key=lambda p: -scores[p])
        own = generation.catalog.passage_ids([version]) if version is not None else []
        chosen = ranked[:CANDIDATES] + [p for p in own if p not in ranked[:CANDIDATES]]
        stored = generation.passages(chosen)
        candidates = []
        for identity in chosen:
            document = generation.document(stored[identity].version)
            passage = stored[identity].passage
            gold = stored[identity].version == version
            marks = labels(document, passage, answers if gold else [])
            if identity not in ranked[:CANDIDATES] and not any(marks):
                continue
            key = ("policy", identity)
            if key not in store:
                store[key] = align_passage(encoder, document, passage, generation.rarity)
            candidates.append((key, marks, scores.get(identity, 0.0)))
        if number % 200 == 0:
            print(f"policy {number}/{len(rows)}", flush=True)
        yield {
            "question": row["question"],
            "set": "policy",
            "group": row["title"],
            "answerable": bool(row["answerable"]),
            "candidates": candidates,
        }


def general_examples(
    name: str, rows: list[dict[str, Any]], generation: OpenGeneration, store: dict[Any, Aligned]
) -> Iterator[dict[str, Any]]:
    """One example a row: the passages that its own text is cut into."""
    encoder = generation.encoder
    for row in rows:
        document = Record(passage_key(row["passage"]), row.get("title") or "", row["passage"]).read(
            "0"
        )
        answers = [level(a["text"]) for a in row["answers"]]
        candidates = []
        for passage in cut_passages(document, encoder.count_tokens, PassageSize())[:4]:
            key = (name, document.path, passage.start)
            if key not in store:
                store[key] = align_passage(encoder, document, passage, generation.rarity)
            candidates.append((key, labels(document, passage, answers), 0.0))
        if candidates:
            yield {
                "question": row["question"],
                "set": name,
                "group": row.get("title") or row["passage"][:40],
                "answerable": bool(row["answerable"]),
                "candidates": candidates,
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--build", action="store_true", help="index the policy passages first")
    parser.add_argument("--sets", nargs="*", default=["policy"], help="policy and general sets")
    arguments = parser.parse_args()
    policy = rows_of(arguments.rows / "policy_rows.jsonl")
    if arguments.build:
        records = {passage_key(r["passage"]): r for r in policy}
        sync_sources(
            [Record(key, r["title"], r["passage"]) for key, r in records.items()],
            IndexLayout(arguments.index),
        )
    random.Random(SEED).shuffle(policy)
    arguments.out.mkdir(parents=True, exist_ok=True)
    store: dict[Any, Aligned] = {}
    started = time.time()
    with IndexReader(IndexLayout(arguments.index)).generation() as generation:
        for name in arguments.sets:
            rows = policy if name == "policy" else rows_of(arguments.rows / f"{name}.jsonl")
            if name == "policy":
                examples = list(policy_examples(rows, generation, store))
            else:
                random.Random(SEED).shuffle(rows)
                examples = list(general_examples(name, rows[: GENERAL[name]], generation, store))
            asked = [
                align_question(generation.encoder, e["question"], generation.rarity)
                for e in examples
            ]
            for example, question in zip(examples, asked, strict=True):
                example["tokens"] = question
            with (arguments.out / f"{name}.pickle").open("wb") as stream:
                pickle.dump((examples, store), stream, protocol=5)
            print(
                f"{name}: {len(examples)} questions, {len(store)} passages, "
                f"{time.time() - started:.0f} s",
                flush=True,
            )
            store = {}


if __name__ == "__main__":
    main()
