"""Turn reading-comprehension rows into token ids that the reader is trained on.

    python training/prepare.py ROWS SETS OUT

ROWS is the folder of the training rows, SETS that of the development sets (see docs/reader.md);
OUT takes one file for each set and the product's own indexes of their passages. Passages are cut
by the product's own code. What a question is read against besides its own passage: in the policy
rows and SQuAD 2.0 what the product's retrieval finds, in the other sets what shares its rare words.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples import (
    BY_RULE,
    FAR,
    PARAGRAPHS,
    PLAIN,
    REPORTED,
    SEED,
    TRAP,
    WRITTEN,
    read_split,
    write_set,
)
from negatives import ranked_passages
from s3assist.answer.fuse import fuse
from s3assist.evaluate.beir import Record
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.index.terms import query_terms
from s3assist.ingest.passages import PassageSize, cut_passages
from s3assist.ingest.sync import sync, sync_sources
from store import Store
from swap import Names, swapped
from tables import table_rows
from talks import understood

CANDIDATES = 7
"""Passages of the product's own retrieval that a question is read against."""
MINED = 4
"""Passages of a general set that share a question's rare words."""
RANKED = 16
"""Passages looked at for them."""
TABLES = 700
GENERAL = {
    "squad1_train_part": 5000,
    "nq_qed": 7500,
    "nq_open_gold": 2700,
    "selqa": 2400,
    "bioasq_6b_9b": 2800,
    "doc2dial_val": 2900,
    "tydi_en_goldp": 4100,
    "onestopqa": 1500,
    "tatqa_text": 800,
    "timeqa_human": 2400,
    "squadshifts_new_wiki": 7700,
    "sleepqa": 3000,
    "covid_qa": 1400,
    "feedbackqa": 4200,
    "fairytaleqa": 1500,
    "squadshifts_amazon_reviews": 1800,
    "squadshifts_reddit": 1800,
    "qamr": 800,
    "squad1_nqg_sentences": 3500,
    "synthetic_squad1_summaries": 2200,
    "cuad": 1500,
    "derived_negatives": 10000,
}
"""Rows taken from each general set at most: all of the good ones, some of those farther away."""
ALONE = {
    "sleepqa",
    "covid_qa",
    "feedbackqa",
    "squadshifts_amazon_reviews",
    "squadshifts_reddit",
    "qamr",
    "cuad",
    "derived_negatives",
}
"""Sets whose questions other passages of the set may answer too: no others are read with them."""
BY_RULE_SHARE = 0.3
"""Of a general set's questions, so many are turned into near misses at most."""
RETRIEVED = ("policy_rows", "squad2_dev", REPORTED)
"""Sets whose passages are indexed and found again, as the product would find them."""
DOCUMENTS = Path(__file__).parent / WRITTEN
"""Whole documents, and questions over each in a file of the same name."""
SET_OF_KIND = {
    f"{kind}{miss}": name
    for kind, name in (("plain", PLAIN), ("far", FAR), ("trap", TRAP))
    for miss in ("", "_miss")
}
"""Kinds of their questions that are sets of their own, to be seen more often than the others."""
WRITTEN_OVER = Path(__file__).parent / f"{PARAGRAPHS}.jsonl"
"""Questions over passages of general sets, which are named by key and not repeated there."""


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def squad2_rows(folder: Path, articles: set[str]) -> list[dict[str, Any]]:
    """Questions of SQuAD 2.0 over some of its articles, in the layout of the training rows."""
    passages = {row["_id"]: row for row in rows_of(folder / "corpus.jsonl")}
    rows = []
    for query in rows_of(folder / "queries.jsonl"):
        passage = passages[query["source_passage"]]
        if passage["title"] in articles:
            answers = [a if isinstance(a, dict) else {"text": a} for a in query["answers"]]
            about = {"passage": passage["text"], "title": passage["title"], "kind": "span"}
            found = {"answers": answers if query["answerable"] else []}
            rows.append(query | about | found | {"question": query["text"]})
    return rows


def passage_key(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def records_of(rows: list[dict[str, Any]]) -> list[Record]:
    """The passages of rows as documents, each once."""
    texts = {passage_key(row["passage"]): row for row in rows}
    return [Record(key, row["title"], row["passage"]) for key, row in texts.items()]


def ranked(generation: OpenGeneration, question: str) -> dict[int, float]:
    """Fused scores of the passages that the product finds, best first."""
    vector = generation.encoder.encode_queries([question])
    near = dict(generation.vectors.search(vector, 60))
    weighted = [(term, 1.0) for term in query_terms(question, ["en"])]
    words = dict(generation.lexical.search(weighted, 60))
    near |= generation.vectors.cosines(vector, words.keys() - near.keys())
    scores = fuse(near, words)
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))


def retrieved_examples(
    name: str, rows: list[dict[str, Any]], generation: OpenGeneration, store: Store
) -> Iterator[dict[str, Any]]:
    """One example a row: the passage that it was written over and what the product finds."""
    versions = {live.path: live.version for live in generation.library}
    for row in rows:
        scores = ranked(generation, row["question"])
        version = versions.get(passage_key(row["passage"]))
        own = generation.catalog.passage_ids([version]) if version is not None else []
        best = list(scores)[:CANDIDATES]
        stored = generation.passages([*best, *own])
        candidates = []
        for identity in dict.fromkeys([*best, *own]):
            place = stored[identity]
            document, home = generation.document(place.version), place.version == version
            answers = row["answers"] if row["answerable"] else []
            key, score = (name, identity), scores.get(identity, 0.0)
            made = store.candidate(key, document, place.passage, answers, home, score)
            candidates.append(made)
        yield example(row, name, candidates)


def written_examples(
    rows: list[dict[str, Any]], generation: OpenGeneration, store: Store
) -> Iterator[dict[str, Any]]:
    """One example a row: all passages of its document, and what the product finds in others.

    `home` is the passage that answers; where none does, the document's first one that is found.
    """
    versions = {Path(live.path).stem: live.version for live in generation.library}
    for row in rows:
        scores, version = ranked(generation, row["question"]), versions[row["title"]]
        own = set(generation.catalog.passage_ids([version]))
        best = dict.fromkeys([*list(scores)[:CANDIDATES], *sorted(own)])
        stored, candidates = generation.passages([*best]), []
        first = next((identity for identity in scores if identity in own), min(own))
        for identity in best:
            place, inside = stored[identity], identity in own
            document, score = generation.document(place.version), scores.get(identity, 0.0)
            key, answers = (WRITTEN, identity), row["answers"]
            made = store.candidate(key, document, place.passage, answers, inside, score)
            made["home"] = 1 in made["marks"] if row["answerable"] else identity == first
            candidates.append(made)
        yield example(row, SET_OF_KIND.get(row["kind"], WRITTEN), candidates)


def written_rows(chance: random.Random | None = None) -> list[dict[str, Any]]:
    """The questions over the documents that lie beside this script, in the layout of the rows.

    Later turns of conversations as they are understood; see `talks.understood`.
    """
    rows = []
    for path in sorted(DOCUMENTS.glob("*.jsonl")):
        for row in understood(rows_of(path), chance):
            answers = [{"text": text} for text in row["answers"]]
            rows.append(row | {"title": path.stem, "answers": answers})
    return rows


def paragraph_rows(folder: Path) -> list[dict[str, Any]]:
    """The questions of `paragraphs.jsonl` with the passages that they are about."""
    asked = rows_of(WRITTEN_OVER)
    passages = {
        (name, passage_key(row["passage"])): {"passage": row["passage"], "title": row["title"]}
        for name in {row["set"] for row in asked}
        for row in rows_of(folder / f"{name}.jsonl")
    }
    return [
        {"question": row["question"], "answerable": bool(row["answers"])}
        | {"answers": [{"text": text} for text in row["answers"]]}
        | passages[row["set"], row["passage"]]
        for row in asked
    ]


def paragraph_examples(rows: list[dict[str, Any]], store: Store) -> Iterator[dict[str, Any]]:
    """Answerable questions beside other passages too; the others, which those may answer, not."""
    hits, misses = ([r for r in rows if r["answerable"] == wanted] for wanted in (True, False))
    yield from general_examples(PARAGRAPHS, hits, store)
    yield from general_examples(PARAGRAPHS, misses, store, alone=True)


def general_examples(
    name: str, rows: list[dict[str, Any]], store: Store, alone: bool = False
) -> list[dict[str, Any]]:
    """One example a row: the passages that its own text is cut into, and others like them."""
    made = []
    for row in rows:
        title = row.get("title") or ""
        document = Record(passage_key(row["passage"]), title, row["passage"]).read("0")
        answers = row["answers"] if row["answerable"] else []
        candidates = []
        for passage in cut_passages(document, store.count, PassageSize())[:4]:
            key = (document.path, passage.start)
            candidates.append(store.candidate(key, document, passage, answers, True, 0.0))
        made.append(example(row, name, candidates))
    if not alone:
        add_negatives(made, rows, store)
    return made


def add_negatives(examples: list[dict[str, Any]], rows: list[dict[str, Any]], store: Store) -> None:
    """Passages of other articles, or of other places of the same, that share rare words."""
    asked = [store.question(row["question"]) for row in rows]
    groups: dict[int, set[str]] = {}
    for one in examples:
        for candidate in one["candidates"]:
            groups.setdefault(candidate["passage"], set()).add(one["question"].casefold())
    ranked = ranked_passages(asked, [ids for ids, _ in store.tokens], RANKED)
    for one, row, numbers in zip(examples, rows, ranked, strict=True):
        own = {candidate["passage"] for candidate in one["candidates"]}
        paths = {store.sources[number][0].path for number in own}
        answers = [{"text": answer["text"][:60]} for answer in row["answers"]]
        taken = 0
        for place, number in enumerate(numbers):
            document, passage = store.sources[number]
            if document.path in paths or one["question"].casefold() in groups.get(number, ()):
                continue
            key, score = (document.path, passage.start), 1 - place / RANKED
            made = store.candidate(key, document, passage, answers, False, score)
            one["candidates"].append(made)
            taken += 1
            if taken == MINED:
                break


def example(row: dict[str, Any], name: str, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "question": row["question"],
        "set": name,
        "group": row.get("title") or row["passage"][:40],
        "answerable": bool(row["answerable"]),
        "candidates": candidates,
    }


def table_examples(store: Store, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number, (table, rows) in enumerate(table_rows(TABLES, chance)):
        document = table.document(str(number))
        passages = list(cut_passages(document, store.count, PassageSize()))
        for row in rows:
            candidates = [
                store.candidate((number, p.start), document, p, row["answers"], True, 0.0)
                for p in passages
            ]
            yield example(row, "tables", candidates)


def by_rule(examples: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """A near miss of each answerable question that allows one."""
    names = Names(one["question"] for one in examples)
    for one in examples:
        if not one["answerable"]:
            continue
        texts = " ".join(candidate["text"] for candidate in one["candidates"])
        other = swapped(one["question"], texts, chance)
        other = other or names.renamed(one["question"], texts, chance)
        if other:
            blank = [c | {"marks": [0] * len(c["marks"]), "span": None} for c in one["candidates"]]
            changed = {"question": other, "set": one["set"] + BY_RULE, "answerable": False}
            yield one | changed | {"candidates": blank}


def prepare_set(name: str, folder: Path, sets: Path, out: Path) -> str:
    """Make one set's file; returns what was made."""
    started, store, chance = time.time(), Store(), random.Random(f"{SEED} {name}")
    if name == "tables":
        examples = list(table_examples(store, chance))
    elif name == WRITTEN:
        layout = IndexLayout(out / f"{name}-index")
        sync(DOCUMENTS, layout)
        with IndexReader(layout).generation() as generation:
            examples = list(written_examples(written_rows(chance), generation, store))
    elif name == PARAGRAPHS:
        examples = list(paragraph_examples(paragraph_rows(folder), store))
    elif name in RETRIEVED:
        if name == "policy_rows":
            rows = rows_of(folder / f"{name}.jsonl")
        else:
            part = "reported" if name == REPORTED else "trained"
            rows = squad2_rows(sets / "squad2_dev", set(read_split()["squad2_dev"][part]))
        layout = IndexLayout(out / f"{name}-index")
        sync_sources(records_of(rows), layout)
        with IndexReader(layout).generation() as generation:
            examples = list(retrieved_examples(name, rows, generation, store))
        if name != REPORTED:  # which is only read, and near misses by rule only trained on
            examples += list(by_rule(examples, chance))
    else:
        rows = rows_of(folder / f"{name}.jsonl")
        chance.shuffle(rows)
        examples = general_examples(name, rows[: GENERAL[name]], store, name in ALONE)
        made = list(by_rule(examples, chance))
        examples += chance.sample(made, min(len(made), int(BY_RULE_SHARE * len(examples))))
    for one in examples:
        one["ids"] = store.question(one["question"])
        for candidate in one["candidates"]:
            candidate.pop("text", None)
    write_set(out / f"{name}.pickle", examples, store.tokens)
    ruled = sum(one["set"].endswith(BY_RULE) for one in examples)
    counts = f"{len(examples)} questions ({ruled} by rule), {len(store.tokens)} passages"
    return f"{name}: {counts}, {time.time() - started:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("sets", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", help="just these sets")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = arguments.only or [*RETRIEVED, WRITTEN, PARAGRAPHS, "tables", *GENERAL]
    jobs = [(name, arguments.rows, arguments.sets, arguments.out) for name in names]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for job in [pool.apply_async(prepare_set, job) for job in jobs]:
            print(job.get(), flush=True)


if __name__ == "__main__":
    main()
