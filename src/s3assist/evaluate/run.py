"""Evaluate one folder: index it with the product's own sync, ask, compare."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from s3assist.answer.readers import BUNDLED
from s3assist.evaluate.beir import is_beir, load_beir
from s3assist.evaluate.gold import load_gold
from s3assist.evaluate.measure import Measured, measure_beir, measure_gold
from s3assist.evaluate.pipeline import Pipeline
from s3assist.evaluate.report import Evaluation
from s3assist.index.layout import IndexLayout
from s3assist.ingest.passages import PassageSize
from s3assist.ingest.report import OnProgress, SyncReport, ignore
from s3assist.ingest.sync import sync, sync_sources


def evaluate(
    folder: Path,
    *,
    index: Path,
    encoder: str = "bundled",
    corpus: Path | None = None,
    queries: str | None = None,
    limit: int | None = None,
    titles: Collection[str] | None = None,
    reader: str = BUNDLED,
    size: PassageSize | None = None,
    on_progress: OnProgress = ignore,
) -> Evaluation:
    """Measure the product on a folder in BEIR layout or on a gold folder.

    Args:
        folder: with ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv``, or with gold
            questions (`gold.py` has their layout; a single file will do).
        index: where the index of the set is kept between runs; only what changed is embedded.
        encoder: as in the settings.
        corpus: the documents of a gold folder; by default the folder beside it.
        queries: another file of queries of the folder; the only one of a gold folder.
        limit: most questions ranked and asked, always the same ones; by default 400 and 500.
        titles: only questions that were written over records with these titles; the whole corpus is
            searched all the same.
        reader: as in the settings.
        size: of passages.
        on_progress: called with the steps of the sync, then ``ranking`` and ``asking``.

    Raises:
        ConfigError: the folder is in neither layout.
        S3AssistError: the index can't be written or read.
    """
    layout = IndexLayout(index)
    if is_beir(folder):
        beir = load_beir(folder, queries or "queries.jsonl", titles)
        report = sync_sources(
            beir.records, layout, encoder_name=encoder, size=size, on_progress=on_progress
        )
        with Pipeline(layout, reader) as pipeline:
            measured = measure_beir(beir, pipeline, limit, on_progress)
            return evaluation(beir.name, pipeline, report, measured)
    gold = load_gold(folder, corpus, queries)
    report = sync(gold.corpus, layout, encoder_name=encoder, size=size, on_progress=on_progress)
    with Pipeline(layout, reader) as pipeline:
        measured = measure_gold(gold, pipeline, limit, on_progress)
        return evaluation(gold.name, pipeline, report, measured)


def evaluation(name: str, pipeline: Pipeline, report: SyncReport, measured: Measured) -> Evaluation:
    generation = pipeline.generation().info
    return Evaluation(
        name=name,
        encoder=generation.encoder,
        documents=generation.documents,
        passages=generation.passages,
        unreadable=report.count("failed"),
        parts=measured.parts,
        failures=measured.failures,
        details=measured.asked,
    )
