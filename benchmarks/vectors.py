"""Kinds of FAISS index against the number of passages: build time, size, latency, recall@10."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import synthetic
from benchmarks.measure import child, load, median, percentile, resident
from s3assist.index.segment import Kind, Segment, choose_kind, write_segment

WANTED = 100
"""Passages that retrieval takes from the dense leg."""
TOP = 10
TIED = 1e-5
"""Cosines that differ by less are the same: of equally near vectors any may be found."""
REPEATS = 2
"""Times that each query is asked; the first round maps the files."""


def kinds(count: int) -> list[Kind]:
    """What is compared at this size, as far as building it stays within minutes."""
    lists = 1 << max(6, round(np.log2(4 * np.sqrt(count))))
    probes = (lists // 64, lists // 32)
    trained = min(count, 40 * lists)
    found = [
        Kind("Flat", spare=1),
        Kind("SQfp16"),
        Kind("SQ8", trained_on=50_000),
        Kind("RaBitQ", trained_on=50_000, spare=10),
        *(Kind(f"IVF{lists},SQ8", max(1, p), trained) for p in probes),
        Kind(f"IVF{lists},RaBitQ", max(1, probes[1]), trained, 10),
    ]
    if count <= 100_000:
        found.append(Kind("HNSW32,SQ8", trained_on=50_000))
    return found


def measure(work: Path, sizes: list[int]) -> dict[str, Any]:
    """A row for each size and kind, and the kind that the product chooses."""
    rows: list[dict[str, Any]] = []
    for count in sizes:
        folder = work / f"vectors-{count}"
        folder.mkdir(parents=True, exist_ok=True)
        child("vectors", "make", work, folder, count)
        chosen = choose_kind(count)
        compared = kinds(count)
        if chosen not in compared:
            compared.append(chosen)
        for kind in compared:
            target = folder / "segment"
            shutil.rmtree(target, ignore_errors=True)
            arguments = (folder, target, *astuple(kind))
            built = child("vectors", "build", *arguments)
            asked = child("vectors", "search", folder, target)
            row = {"passages": count, "kind": kind.factory, "probes": kind.probes}
            rows.append({**row, **built, **asked, "chosen": kind == chosen, "load": load()})
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        shutil.rmtree(folder)
    return {"rows": rows}


def make(work: Path, folder: Path, count: int) -> dict[str, Any]:
    """Write the vectors, the queries, and how near the tenth of the truly nearest is to each."""
    mixer, queries = synthetic.split(work / "base")
    shape = (count, queries.shape[1])
    rows = np.lib.format.open_memmap(folder / "all.npy", "w+", np.float32, shape)
    best = np.full((len(queries), TOP), -2, dtype=np.float32)
    at = 0
    for batch in synthetic.batches(mixer, count):
        rows[at : at + len(batch)] = batch
        scores = np.concatenate([best, queries @ batch.T], axis=1)
        best = -np.partition(-scores, TOP, axis=1)[:, :TOP]
        at += len(batch)
    np.save(folder / "queries.npy", queries)
    np.save(folder / "tenth.npy", best.min(axis=1))
    return {}


def build(folder: Path, target: Path, kind: Kind) -> dict[str, Any]:
    from s3assist.index import segment

    rows = np.load(folder / "all.npy", mmap_mode="r")
    segment.choose_kind = lambda count: kind
    started, busy = time.perf_counter(), time.process_time()
    write_segment(target, rows.shape[1], np.arange(len(rows)), lambda ids: rows[ids])
    return {
        "build": time.perf_counter() - started,
        "build_cpu": time.process_time() - busy,
        "disk": (target / "search.faiss").stat().st_size / 1e6,
    }


def search(folder: Path, target: Path) -> dict[str, Any]:
    import faiss  # noqa: F401 - opening is measured, importing is not

    queries, tenth = np.load(folder / "queries.npy"), np.load(folder / "tenth.npy")
    empty, started = resident(), time.perf_counter()
    segment = Segment(target)
    opened = time.perf_counter() - started
    latencies: list[float] = []
    busy: list[float] = []
    hits = 0
    for repeat in range(REPEATS):
        for query, enough in zip(queries, tenth - TIED, strict=True):
            started, used = time.perf_counter(), time.process_time()
            found = segment.search(query[None], WANTED)
            if repeat:
                latencies.append(time.perf_counter() - started)
                busy.append(time.process_time() - used)
                hits += sum(score >= enough for _, score in found[:TOP])
    return {
        "open_ms": 1000 * opened,
        "p50_ms": 1000 * median(latencies),
        "p95_ms": 1000 * percentile(latencies, 0.95),
        "cpu_p50_ms": 1000 * median(busy),
        "recall": hits / (TOP * len(queries)),
        "megabytes": resident() - empty,
    }


def main(step: str, *arguments: str) -> dict[str, Any]:
    match step:
        case "make":
            return make(Path(arguments[0]), Path(arguments[1]), int(arguments[2]))
        case "build":
            kind = Kind(arguments[2], *map(int, arguments[3:6]))
            return build(Path(arguments[0]), Path(arguments[1]), kind)
        case _:
            return search(Path(arguments[0]), Path(arguments[1]))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
