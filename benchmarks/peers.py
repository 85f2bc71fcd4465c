"""The same work through txtai: hybrid search, FAISS, the same model from the same folder.

Each step is a process of its own: index the records, open the index for one question, answer many.
Ranks are measured as `s3assist eval` measures them. Sets in BEIR layout lie beside the repository;
without them only the bundled corpus is compared, and no ranks.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, load, median, percentile, python, run
from benchmarks.synthetic import DEVELOPMENT
from s3assist.encode.model import find_model
from s3assist.evaluate.beir import BeirSet, Record, load_beir
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.source import find_sources
from s3assist.ingest.sync import sync_sources

SETS = ("scifact", "squad2_dev")
QUESTIONS = 300
DEPTH = 20
"""Records that are ranked for a question."""
ENGINES = ("s3assist", "txtai")

Search = Callable[[str], list[str]]
"""Ids of the best records, best first."""


def measure(work: Path, *, small: bool) -> dict[str, Any]:
    names = [] if small else [name for name in SETS if (DEVELOPMENT / name).exists()]
    rows = []
    for name in names or ["bundled"]:
        for engine in ENGINES:
            folder = work / f"peer-{engine}-{name}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            row: dict[str, Any] = {"set": name, "engine": engine}
            row |= step("index", engine, name, folder)
            cold = [process("cold", engine, name, folder) for _ in range(1 if small else 5)]
            row["cold_s"] = median([one.wall for one in cold])
            row |= step("ask", engine, name, folder)
            row["load"] = load()
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    return {"rows": rows}


def process(what: str, engine: str, name: str, folder: Path) -> Any:
    code = "import sys; from benchmarks import peers; peers.main(*sys.argv[1:])"
    return run(python(code, what, engine, name, folder))


def step(what: str, engine: str, name: str, folder: Path) -> dict[str, Any]:
    done = process(what, engine, name, folder)
    found: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return {**found, f"{what}_mb": done.megabytes}


def read_set(name: str) -> BeirSet:
    if name != "bundled":
        return load_beir(DEVELOPMENT / name)
    records = []
    for source in find_sources(ROOT / "corpus"):
        document = source.read("")
        for number, paragraph in enumerate(document.paragraphs):
            if paragraph.sentences:
                text = document.text[paragraph.start : paragraph.end]
                records.append(Record(f"{source.path}#{number}", document.metadata.title, text))
    return BeirSet(name, tuple(records), (), {})


def index(engine: str, data: BeirSet, folder: Path) -> None:
    if engine == "s3assist":
        sync_sources(data.records, IndexLayout(folder))
        return
    from txtai import Embeddings

    model = str(find_model("bundled").folder)
    embeddings = Embeddings(path=model, hybrid=True, content=True, backend="faiss")
    embeddings.index((r.identity, f"{r.title}\n{r.text}".strip(), None) for r in data.records)
    embeddings.save(str(folder))


def opened(engine: str, folder: Path) -> Search:
    if engine == "s3assist":
        return open_ours(folder)
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder))
    return lambda question: [str(hit["id"]) for hit in embeddings.search(question, DEPTH)]


def open_ours(folder: Path) -> Search:
    from s3assist.answer.retrieve import prepare, retrieve

    reader = IndexReader(IndexLayout(folder))

    def search(question: str) -> list[str]:
        with reader.generation() as generation:
            hits = retrieve(generation, prepare(generation, question), 2 * DEPTH)
        # A long record is several passages; it ranks where its best one does.
        return list(dict.fromkeys(hit.document.path for hit in hits))[:DEPTH]

    return search


def ask(engine: str, data: BeirSet, folder: Path) -> dict[str, Any]:
    questions = [q for q in data.queries if q.identity in data.judgements][:QUESTIONS]
    texts = [q.text for q in questions] or ["What share of European jobs is in clusters?"] * 20
    search = opened(engine, folder)
    for text in texts[:3]:
        search(text)
    seconds, ranked = [], []
    for text in texts:
        started = time.perf_counter()
        ranked.append(search(text))
        seconds.append(time.perf_counter() - started)
    found = {"p50_ms": 1000 * median(seconds), "p95_ms": 1000 * percentile(seconds, 0.95)}
    if questions:
        import ir_measures
        from ir_measures import R, nDCG

        truth = {q.identity: data.judgements[q.identity] for q in questions}
        scores = {
            q.identity: {name: -float(place) for place, name in enumerate(names)}
            for q, names in zip(questions, ranked, strict=True)
        }
        means = ir_measures.calc_aggregate([R @ 5, nDCG @ 10], truth, scores)
        found |= {str(metric): float(value) for metric, value in means.items()}
    return found


def main(what: str, engine: str, name: str, folder: str) -> None:
    place = Path(folder)
    match what:
        case "index":
            data = read_set(name)
            started = time.perf_counter()
            index(engine, data, place)
            seconds = time.perf_counter() - started
            rate = len(data.records) / seconds
            print(json.dumps({"records": len(data.records), "index_s": seconds, "rate": rate}))
        case "cold":
            print(opened(engine, place)("What share of European jobs is in clusters?")[0])
        case _:
            print(json.dumps(ask(engine, read_set(name), place)))
