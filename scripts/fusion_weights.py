"""nDCG@10 of the fused retrieval for several weights of the dense leg.

    python scripts/fusion_weights.py ../shared/eval --index .cache/evaluations scifact squad2_dev

The indexes must stand already, as scripts/evaluation_tables.py leaves them. Weight 0 is the
lexical leg alone, weight 1 the dense one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import ir_measures
from ir_measures import nDCG

from s3assist.answer.retrieve import prepare, retrieve
from s3assist.evaluate.beir import load_beir
from s3assist.evaluate.measure import query_name, sample
from s3assist.evaluate.pipeline import by_document
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader

WEIGHTS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 1.0)
QUESTIONS = 400
DEPTH = 60


def curve(folder: Path, queries: str, index: Path) -> tuple[int, list[float]]:
    """How many questions were asked, and nDCG@10 for each weight."""
    beir = load_beir(folder, queries)
    asked = [q for q in beir.queries if any(beir.judgements.get(q.identity, {}).values())]
    asked = list(sample(asked, query_name, QUESTIONS))
    truth = {q.identity: beir.judgements[q.identity] for q in asked}
    runs: list[dict[str, dict[str, float]]] = [{} for _ in WEIGHTS]
    with IndexReader(IndexLayout(index)).generation() as generation:
        for query in asked:
            search = prepare(generation, query.text)
            for run, weight in zip(runs, WEIGHTS, strict=True):
                hits = retrieve(generation, search, DEPTH, dense_weight=weight)
                ranked = by_document(hits)
                run[query.identity] = {name: -float(i) for i, name in enumerate(ranked)}
    return len(asked), [
        float(ir_measures.calc_aggregate([nDCG @ 10], truth, run)[nDCG @ 10]) for run in runs
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", type=Path)
    parser.add_argument("names", nargs="+", help="for mtrag the rewritten questions are asked")
    parser.add_argument("--index", type=Path, required=True)
    arguments = parser.parse_args()
    print(f"| set | questions | {' | '.join(f'{w:.2f}' for w in WEIGHTS)} |")
    print(f"| --- | ---: |{' ---: |' * len(WEIGHTS)}")
    for name in arguments.names:
        queries = "queries_rewrite.jsonl" if name.startswith("mtrag") else "queries.jsonl"
        index = arguments.index / name.replace("/", "_")
        count, figures = curve(arguments.sets / name, queries, index)
        print(f"| {name} | {count} | {' | '.join(f'{f:.3f}' for f in figures)} |", flush=True)


if __name__ == "__main__":
    main()
