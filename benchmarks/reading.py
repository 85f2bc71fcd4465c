"""How near the reader comes to what the cores can compute.

Its multiplications and additions are counted on the model's own graph, for the passages that are
read, and compared with the rate at which NumPy multiplies large matrices on all cores.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cold import QUESTION
from benchmarks.measure import ROOT, load, median
from s3assist.answer.read import text_of
from s3assist.answer.readers import PassageText
from s3assist.answer.readers.bundled import WEIGHTS, BundledReader, inputs, open_bundled
from s3assist.answer.retrieve import prepare, retrieve
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.sync import sync

MODEL = ROOT / "src" / "s3assist" / "answer" / "readers" / WEIGHTS
SIDE = 2048
"""Rows and columns of the matrices that show what the cores can do."""


def measure(work: Path, *, small: bool) -> dict[str, Any]:
    """Seconds, operations and rate of reading the best passages for a question."""
    layout = IndexLayout(work / "bundled")
    sync(ROOT / "corpus", layout)
    reader = open_bundled()
    rounds = 2 if small else 20
    limit = median([multiplying() for _ in range(rounds)])
    best = best_passages(layout, 20)
    counts = [counted(reader, passage) for passage in best]
    rows = []
    for number in (1, 10, 20):
        passages, operations = best[:number], sum(counts[:number])
        reader.read(QUESTION, passages)
        seconds = median([reading(reader, passages) for _ in range(rounds)])
        rows.append(
            {
                "passages": number,
                "milliseconds": 1000 * seconds,
                "giga": operations / 1e9,
                "rate": operations / seconds / 1e9,
                "limit": limit,
                "share": operations / seconds / 1e9 / limit,
            }
        )
    return {"rows": rows, "load": load()}


def best_passages(layout: IndexLayout, number: int) -> list[PassageText]:
    index = IndexReader(layout)
    with index.generation() as generation:
        hits = retrieve(generation, prepare(generation, QUESTION), number)
    index.close()
    return [text_of(hit) for hit in hits]


def reading(reader: BundledReader, passages: list[PassageText]) -> float:
    started = time.perf_counter()
    reader.read(QUESTION, passages)
    return time.perf_counter() - started


def multiplying() -> float:
    """Billions of operations a second of one large product of matrices, on all cores."""
    left = np.full((SIDE, SIDE), 0.5, dtype=np.float32)
    started = time.perf_counter()
    np.matmul(left, left)
    return 2 * SIDE**3 / (time.perf_counter() - started) / 1e9


def counted(reader: BundledReader, passage: PassageText) -> int:
    """Operations of all products of matrices for one passage, from the shapes as they run."""
    import onnx
    import onnxruntime

    model = onnx.load(MODEL)
    products = [node for node in model.graph.node if node.op_type in ("MatMul", "Gemm")]
    weights = {one.name: tuple(one.dims) for one in model.graph.initializer}
    names = {name for node in products for name in (*node.input[:2], *node.output)} - set(weights)
    shown = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(names - shown))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    operations = 0
    for part in reader.tokens(passage):
        found = session.run(sorted(names), inputs(reader.asked(QUESTION), part))
        values = zip(sorted(names), found, strict=True)
        shapes = weights | {name: value.shape for name, value in values}
        operations += sum(
            2 * int(np.prod(shapes[node.output[0]])) * int(shapes[node.input[0]][-1])
            for node in products
        )
    return operations
