"""A whole index against the number of passages: make it, open it, search it, add a document.

Texts and vectors are made up, so that a million passages need not be embedded; all else is the
product's own: catalog, vectors, terms, sync and retrieval. The added document is really read and
embedded.
"""

from __future__ import annotations

import gc
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import synthetic
from benchmarks.measure import child, load, median, percentile, resident
from s3assist.answer.retrieve import prepare, retrieve
from s3assist.cli import COLLECTED_AFTER
from s3assist.encode import Vectors, open_encoder
from s3assist.index.layout import IndexLayout
from s3assist.index.ledger import Ledger
from s3assist.index.reader import IndexReader
from s3assist.index.rows import NewPassage
from s3assist.ingest.embedding import text_hash
from s3assist.ingest.passages import PassageSize, cut_passages, embedding_text
from s3assist.ingest.sync import recipe, sync_sources

QUESTIONS = 100
ADDED = 5
"""Passages of the document that is added."""


def measure(work: Path, sizes: list[int]) -> dict[str, Any]:
    rows = []
    for count in sizes:
        folder = work / f"index-{count}"
        shutil.rmtree(folder, ignore_errors=True)
        row: dict[str, Any] = {"passages": count}
        for step in ("make", "search", "add", "again"):
            row |= child("index", step, work, folder, count)
        row["catalog_mb"] = (folder / "catalog.sqlite").stat().st_size / 1e6
        row["load"] = load()
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
        shutil.rmtree(folder)
    return {"rows": rows}


def sources(count: int) -> list[synthetic.MadeSource]:
    writer = synthetic.Writer.make()
    documents = max(1, count // synthetic.PASSAGES)
    return [synthetic.MadeSource(writer, number) for number in range(documents)]


def words(texts: list[str]) -> list[int]:
    """What stands in for the encoder's tokens: no passage is cut, each section is one."""
    return [1 for _ in texts]


def make(work: Path, layout: IndexLayout, count: int) -> dict[str, Any]:
    """Fill the catalog as a run does that is killed after its last embedding; then end that run."""
    layout.root.mkdir(parents=True)
    layout.encoders.symlink_to(work / "base" / "encoders")
    mixer, _ = synthetic.split(work / "base")
    encoder = open_encoder("bundled", layout.encoders)
    how = recipe(encoder.identity, PassageSize())
    vectors = synthetic.batches(mixer, count + synthetic.PASSAGES, size=synthetic.PASSAGES)
    found = sources(count)
    started = time.perf_counter()
    ledger = Ledger(layout.catalog)
    for source in found:
        fill(ledger, source, how, encoder.identity, next(vectors))
    ledger.close()
    filled = time.perf_counter()
    report = sync_sources(found, layout)
    assert report.embedded == 0, "the catalog was filled with other texts than the run expects"
    return {"fill_s": filled - started, "write_s": time.perf_counter() - filled}


def fill(
    ledger: Ledger, source: synthetic.MadeSource, how: str, encoder: str, vectors: Vectors
) -> None:
    document = source.read("")
    passages = [
        NewPassage(passage, text_hash(embedding_text(document, passage)))
        for passage in cut_passages(document, lambda texts: words(list(texts)), PassageSize())
    ]
    mark = source.fingerprint(how)
    ledger.add_version(document, passages, mark.settings)
    hashes = [passage.embedded for passage in passages]
    ledger.add_embeddings(hashes, vectors[: len(hashes)], encoder)


def search(work: Path, layout: IndexLayout) -> dict[str, Any]:
    """What a question costs before the reader: encoding, both legs, fusion, loading the texts."""
    writer = synthetic.Writer.make()
    questions = [writer.question(number) for number in range(QUESTIONS)]
    gc.set_threshold(*COLLECTED_AFTER)
    empty, started = resident(), time.perf_counter()
    reader = IndexReader(layout)
    with reader.generation() as generation:
        vectors, lexical = generation.vectors, generation.lexical
        opened = time.perf_counter() - started
        encoder = generation.encoder
        _, queries = synthetic.split(work / "base")
        laps: dict[str, list[float]] = {"encode": [], "dense": [], "lexical": [], "all": []}
        for question, query in zip(questions, np.resize(queries, (QUESTIONS, 384)), strict=True):
            laps["encode"].append(timed(lambda q=question: encoder.encode_queries([q])))
            laps["dense"].append(timed(lambda v=query: vectors.search(v[None], 100)))
            terms = prepare(generation, question).terms
            laps["lexical"].append(timed(lambda t=terms: lexical.search(t, 100)))
            laps["all"].append(
                timed(lambda q=question: retrieve(generation, prepare(generation, q), 20))
            )
        kind = generation.vectors_kind
    found: dict[str, Any] = {"open_ms": 1000 * opened, "kind": kind}
    for name, seconds in laps.items():
        found[f"{name}_p50_ms"] = 1000 * median(seconds)
        found[f"{name}_p95_ms"] = 1000 * percentile(seconds, 0.95)
    found["megabytes"] = resident() - empty
    return found


def timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def add(layout: IndexLayout, count: int) -> dict[str, Any]:
    """Bring one new document into the index."""
    found = sources(count)
    new = synthetic.MadeSource(found[0].writer, len(found), ADDED)
    started = time.perf_counter()
    report = sync_sources([*found, new], layout)
    assert report.count("added") == 1
    return {"add_s": time.perf_counter() - started, "add_mb": resident()}


def again(layout: IndexLayout, count: int) -> dict[str, Any]:
    """Look for changes where there are none."""
    found = sources(count)
    new = synthetic.MadeSource(found[0].writer, len(found), ADDED)
    started = time.perf_counter()
    sync_sources([*found, new], layout)
    return {"unchanged_s": time.perf_counter() - started}


def main(step: str, work: str, folder: str, count: str) -> dict[str, Any]:
    layout = IndexLayout(Path(folder))
    match step:
        case "make":
            return make(Path(work), layout, int(count))
        case "search":
            return search(Path(work), layout)
        case "add":
            return add(layout, int(count))
        case _:
            return again(layout, int(count))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
