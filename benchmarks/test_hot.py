"""The functions that a question or an indexed passage goes through, by pytest-benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.synthetic import Writer
from s3assist.answer.fuse import fuse
from s3assist.answer.readers import PassageText, open_reader
from s3assist.documents import Span
from s3assist.encode import Encoder, open_encoder
from s3assist.index.rows import read_document, seal_version, write_maps, write_metadata
from s3assist.index.segment import Segment, write_segment
from s3assist.index.terms import fold, terms
from s3assist.ingest.passages import PassageSize, cut_passages
from s3assist.ingest.sentences import split

PASSAGE = (
    "The 2019 European panorama of clusters found that activity in about 2,900 clusters was "
    "specialised and stood for about 19% of European jobs and 22% of wages (COM(2017) 376). "
    "The fund paid €42 million to 15 regions in 2014–2020; the Commission's évaluation followed."
)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return open_encoder("bundled", tmp_path_factory.mktemp("encoders"))


def test_fold(benchmark: Any) -> None:
    assert "evaluation" in benchmark(fold, PASSAGE)


def test_terms(benchmark: Any) -> None:
    assert "com(2017)376" in benchmark(terms, PASSAGE)


def test_split(benchmark: Any) -> None:
    assert len(benchmark(split, PASSAGE, language="en")) == 2


def test_fuse(benchmark: Any) -> None:
    chance = np.random.default_rng(0)
    near, words = ({int(i): float(s) for i, s in enumerate(chance.random(100))} for _ in range(2))

    assert len(benchmark(fuse, near, words)) == 100


def test_cut_passages(benchmark: Any) -> None:
    document = Writer.make().document(0)

    assert benchmark(cut_passages, document, lambda texts: [25] * len(texts), PassageSize())


def test_read_a_stored_document(benchmark: Any) -> None:
    document = Writer.make().document(0)
    columns = (document.path, document.sha256, document.text_sha256, document.format)
    written = (write_metadata(document.metadata), write_maps(document))
    row = (*columns, *written, document.text, seal_version(*columns, *written))

    assert benchmark(read_document, row) == document


def test_encode_a_question(benchmark: Any, encoder: Encoder) -> None:
    question = ["What share of European jobs is in clusters?"]

    assert benchmark(encoder.encode_queries, question).shape == (1, encoder.dimension)


def test_read_twenty_passages(benchmark: Any) -> None:
    reader = open_reader()
    passages = [PassageText("", PASSAGE, (Span(0, len(PASSAGE)),))] * 20
    question = "What share of European jobs is in clusters?"

    assert len(benchmark(reader.read, question, passages)) == len(passages)


def test_search_ten_thousand_vectors(benchmark: Any, tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((10_000, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    write_segment(tmp_path / "base", 384, np.arange(10_000), lambda ids: vectors[ids])
    segment = Segment(tmp_path / "base")

    assert benchmark(segment.search, vectors[:1], 100)[0][0] == 0
