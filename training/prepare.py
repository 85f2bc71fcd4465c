"""Turn reading-comprehension rows into token ids that the reader is trained on.

    python training/prepare.py ROWS SETS OUT [--part 2]

ROWS is the folder of the training rows, SETS that of the development sets (see docs/reader.md);
OUT takes one file for each set and the product's own indexes of their passages. Part 2, for a
second run, takes the general rows that come after those of part 1; put the files of policy_rows
and squad2_dev of part 1 beside it. Passages are cut, and hard negatives found, by the product's
own code.
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

from tokenizers import Tokenizer

from s3assist.answer.fuse import fuse
from s3assist.documents import Document, Passage
from s3assist.encode import Encoder, open_encoder
from s3assist.encode.model import bundled_model
from s3assist.evaluate.beir import Record
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.index.terms import query_terms
from s3assist.ingest.passages import PassageSize, cut_passages, heading_text
from s3assist.ingest.sync import sync_sources
from swap import swapped

SEED = 20
SPLIT = Path(__file__).parent / "split.json"
"""Which documents are held out of the training; a test compares it with what is reported."""
CANDIDATES = 7
"""Passages of the product's own retrieval that a question is read against."""
MOST_QUESTION, MOST_PASSAGE = 40, 232
"""Tokens; the product reads no more either."""
UNKNOWN = -1
"""Mark of a sentence that holds the answer's words at another place: nobody said what it is."""
OUTSIDE = -1
GENERAL = {
    "squad1_train_part": 1500,
    "nq_qed": 1500,
    "selqa": 1200,
    "bioasq_6b_9b": 700,
    "doc2dial_val": 500,
    "tydi_en_goldp": 800,
    "onestopqa": 400,
    "tatqa_text": 500,
    "timeqa_human": 700,
    "squadshifts_new_wiki": 1000,
    "covid_qa": 300,
    "feedbackqa": 900,
    "synthetic_squad1_summaries": 1000,
    "cuad": 300,
    "derived_negatives": 1800,
}
"""Rows taken from each general set, weighted by how good and how close to policy prose it is."""
RETRIEVED = ("policy_rows", "squad2_dev")
"""Sets whose passages are indexed and found again, as the product would find them."""


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


def level(text: str) -> str:
    """Word characters alone, so that answers are found whatever their spacing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def passage_key(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def records_of(rows: list[dict[str, Any]]) -> list[Record]:
    """The passages of rows as documents, each once."""
    texts = {passage_key(row["passage"]): row for row in rows}
    return [Record(key, row["title"], row["passage"]) for key, row in texts.items()]


def mark_sentences(
    document: Document, passage: Passage, answers: list[dict[str, Any]]
) -> list[int]:
    """1 for each sentence that is, or holds, an answer where it was marked; `UNKNOWN` elsewhere."""
    texts = [document.text[s.start : s.end] for s in passage.sentences]
    marks = [0] * len(texts)
    for answer in answers:
        wanted = level(answer["text"])
        if not wanted:
            continue
        holds = [
            i
            for i, text in enumerate(texts)
            if wanted in level(text) or (len(text) > 25 and level(text) in wanted)
        ]
        place = answer.get("start")
        for i in holds:
            inside = place is None or any(
                passage.sentences[i].start - 40 <= at <= passage.sentences[i].end + 40
                for at in (place, place + len(answer["text"]) // 2, place + len(answer["text"]))
            )
            whole = len(wanted) > 40
            marks[i] = 1 if inside or whole else (marks[i] or UNKNOWN)
    return marks


def answer_span(
    document: Document, passage: Passage, marks: list[int], answers: list[dict[str, Any]]
) -> tuple[int, int] | None:
    """Characters of a short answer within the marked sentences."""
    for answer in answers:
        for sentence, mark in zip(passage.sentences, marks, strict=True):
            if mark == 1:
                at = document.text.find(answer["text"], sentence.start, sentence.end)
                if at >= 0:
                    return at, at + len(answer["text"])
    return None


class Store:
    """Passages as token ids, each once."""

    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(bundled_model().folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MOST_PASSAGE)
        self.passages: dict[Any, dict[str, Any]] = {}

    def question(self, text: str) -> list[int]:
        return self.tokenizer.encode(text).ids[:MOST_QUESTION]

    def add(self, key: Any, document: Document, passage: Passage) -> dict[str, Any]:
        if key not in self.passages:
            heading = heading_text(document, passage)
            text = f"{heading}\n{document.text[passage.start : passage.end]}"
            encoding = self.tokenizer.encode(text)
            shift = passage.start - len(heading) - 1
            numbers, offsets = [], []
            for start, end in encoding.offsets:
                at = start + shift
                inside = [n for n, s in enumerate(passage.sentences) if s.start <= at < s.end]
                numbers.append(inside[0] if end > start and inside else OUTSIDE)
                offsets.append((start + shift, end + shift))
            self.passages[key] = {"ids": encoding.ids, "sentence": numbers, "offsets": offsets}
        return self.passages[key]

    def candidate(
        self, key: Any, document: Document, passage: Passage, answers: Any, home: bool, score: float
    ) -> dict[str, Any]:
        """A passage to read a question against; `home` is where the question was written."""
        stored = self.add(key, document, passage)
        marks = mark_sentences(document, passage, answers)
        if not home:
            marks = [UNKNOWN if m else 0 for m in marks]
        span = None
        place = answer_span(document, passage, marks, answers)
        if place:
            tokens = [
                i
                for i, ((start, end), number) in enumerate(
                    zip(stored["offsets"], stored["sentence"], strict=True)
                )
                if number >= 0 and start < place[1] and end > place[0]
            ]
            span = (tokens[0], tokens[-1]) if tokens else None
        text = document.text[passage.start : passage.end]
        return {
            "key": key,
            "marks": marks,
            "span": span,
            "home": home,
            "score": score,
            "text": text,
        }


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
            made["found"] = identity in best
            candidates.append(made)
        yield example(row, name, candidates)


def general_examples(
    name: str, rows: list[dict[str, Any]], encoder: Encoder, store: Store
) -> Iterator[dict[str, Any]]:
    """One example a row: the passages that its own text is cut into."""
    count = encoder.count_tokens
    for row in rows:
        document = Record(passage_key(row["passage"]), row.get("title") or "", row["passage"]).read(
            "0"
        )
        answers = row["answers"] if row["answerable"] else []
        candidates = []
        for passage in cut_passages(document, count, PassageSize())[:4]:
            key = (name, document.path, passage.start)
            candidates.append(store.candidate(key, document, passage, answers, True, 0.0))
        yield example(row, name, candidates)


def example(row: dict[str, Any], name: str, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "question": row["question"],
        "set": name,
        "group": row.get("title") or row["passage"][:40],
        "answerable": bool(row["answerable"]),
        "candidates": candidates,
    }


def by_rule(examples: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """A near miss of each answerable question that allows one."""
    for one in examples:
        texts = " ".join(candidate["text"] for candidate in one["candidates"])
        other = swapped(one["question"], texts, chance) if one["answerable"] else None
        if other:
            blank = [c | {"marks": [0] * len(c["marks"]), "span": None} for c in one["candidates"]]
            yield one | {
                "question": other,
                "set": f"{one['set']} by rule",
                "answerable": False,
                "candidates": blank,
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("sets", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", type=int, default=1, help="which rows of the general sets")
    arguments = parser.parse_args()
    split = json.loads(SPLIT.read_text("utf-8"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    started, chance = time.time(), random.Random(SEED)
    encoder = open_encoder("bundled", arguments.out / "encoders")
    for name in (*RETRIEVED, *GENERAL) if arguments.part == 1 else GENERAL:
        store = Store()
        if name in RETRIEVED:
            if name == "squad2_dev":
                rows = squad2_rows(arguments.sets / name, set(split[name]["trained"]))
            else:
                rows = rows_of(arguments.rows / f"{name}.jsonl")
            layout = IndexLayout(arguments.out / f"{name}-index")
            sync_sources(records_of(rows), layout)
            with IndexReader(layout).generation() as generation:
                examples = list(retrieved_examples(name, rows, generation, store))
            examples += list(by_rule(examples, chance))
        else:
            rows = rows_of(arguments.rows / f"{name}.jsonl")
            chance.shuffle(rows)
            taken = slice((arguments.part - 1) * GENERAL[name], arguments.part * GENERAL[name])
            examples = list(general_examples(name, rows[taken], encoder, store))
        for one in examples:
            one["ids"] = store.question(one["question"])
            for candidate in one["candidates"]:
                del candidate["text"]
        for passage in store.passages.values():
            del passage["offsets"]
        with (arguments.out / f"{name}.pickle").open("wb") as stream:
            pickle.dump((examples, store.passages), stream, protocol=5)
        made = f"{len(examples)} questions, {len(store.passages)} passages"
        print(f"{name}: {made}, {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
