"""An index that grew document by document answers like one that was made at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from conftest import Library

from s3assist.answer.retrieve import Filters, prepare, retrieve
from s3assist.index import lexical, vectors
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.sync import sync


def hits(layout: IndexLayout, question: str, filters: Filters | None = None) -> list[str]:
    """The passages that are found for a question, best first."""
    with closing(IndexReader(layout)) as reader, reader.generation() as generation:
        found = retrieve(generation, prepare(generation, question), 20, filters)
        return [hit.document.text[hit.passage.start : hit.passage.end] for hit in found]


@pytest.fixture(scope="module")
def grown(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library that keeps its base whatever changes, with an added, a changed and a lost text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "SMALLEST_BASE", 1)
        patch.setattr(vectors, "DRIFT", 10.0)
        patch.setattr(lexical, "SMALLEST", 1)
        patch.setattr(lexical, "WASTE", 1.0)
        yield grow(library.copy(tmp_path_factory.mktemp("grown")))


def grow(copy: Library) -> Library:
    layout = IndexLayout(copy.index)
    (copy.corpus / "briefings" / "label.md").write_text(
        "# Labels\n\nThe gold label is held for three years by clusters of excellence.\n"
    )
    sync(copy.corpus, layout)
    (copy.corpus / "briefings" / "panorama.md").write_text(
        "# The panorama\n\nThe panorama of 2021 counts 1,501 nodes in regions.\n"
    )
    (copy.corpus / "briefings" / "emplois.md").unlink()
    sync(copy.corpus, layout)
    return copy


@pytest.mark.slow
def test_its_base_is_the_file_of_the_first_run(grown: Library, library: Library) -> None:
    generations = IndexLayout(grown.index).generations
    newest = max(generations.iterdir(), key=lambda folder: int(folder.name))
    base = newest / "vectors" / "base" / "vectors.npy"

    assert (newest / "vectors" / "delta").exists()
    assert (newest / "vectors" / "gone.npy").exists()
    assert base.stat().st_nlink > 1
    assert (
        base.read_bytes()
        == (IndexLayout(library.index).vectors(1) / "base" / "vectors.npy").read_bytes()
    )


@pytest.fixture(scope="module")
def anew(grown: Library, tmp_path_factory: pytest.TempPathFactory) -> IndexLayout:
    """The same documents, indexed at once."""
    made = IndexLayout(tmp_path_factory.mktemp("anew"))
    (made.root / "encoders").symlink_to(grown.index / "encoders")
    sync(grown.corpus, made)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    ["Who holds the gold label?", "How many nodes does the panorama count?", "jobs", "emplois"],
)
def test_it_finds_what_an_index_made_at_once_finds(
    grown: Library, anew: IndexLayout, question: str
) -> None:
    layout = IndexLayout(grown.index)

    assert set(hits(layout, question)) == set(hits(anew, question))
    assert hits(layout, question)[0] == hits(anew, question)[0]


@pytest.mark.slow
def test_a_filter_reaches_what_came_later(grown: Library) -> None:
    found = hits(IndexLayout(grown.index), "gold label", Filters(documents=("label.md",)))

    assert found == ["The gold label is held for three years by clusters of excellence."]
