"""Segments of vectors: what is found must not depend on how they came about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError
from s3assist.index.segment import Ids, Segment, choose_kind, write_segment
from s3assist.index.vectors import SMALLEST_BASE, VectorIndex, kind_of, write_vectors

DIMENSION = 16
COUNT = SMALLEST_BASE + 2_000


def unit(count: int, seed: int = 0) -> Vectors:
    found: Vectors = np.random.default_rng(seed).standard_normal(
        (count, DIMENSION), dtype=np.float32
    )
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


EVERY = unit(2 * COUNT)
"""The vector of each passage id that the tests use."""
QUERY = unit(1, seed=1)


def fetch(ids: Ids) -> Vectors:
    return EVERY[ids]


def nearest(ids: Ids, limit: int) -> list[int]:
    order = np.argsort(-(EVERY[ids] @ QUERY[0]), kind="stable")[:limit]
    return [int(passage) for passage in ids[order]]


def found(index: VectorIndex, limit: int = 20, allowed: Ids | None = None) -> list[int]:
    return [passage for passage, _ in index.search(QUERY, limit, allowed)]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generation") / "1"
    write_vectors(folder, DIMENSION, np.arange(COUNT), fetch)
    return folder


def test_a_small_index_finds_exactly_the_nearest(first: Path) -> None:
    index = VectorIndex(first)

    assert (len(index), index.dimension, kind_of(first)) == (COUNT, DIMENSION, "Flat")
    assert found(index) == nearest(np.arange(COUNT), 20)


def test_additions_and_removals_are_found_and_forgotten_without_writing_the_base_again(
    first: Path, tmp_path: Path
) -> None:
    dead = np.array(nearest(np.arange(COUNT), 7))
    live = np.setdiff1d(np.arange(COUNT + 300), dead)

    write_vectors(tmp_path / "2", DIMENSION, live, fetch, first)
    index = VectorIndex(tmp_path / "2")

    assert len(index) == len(live)
    assert found(index) == nearest(live, 20)
    base = Path("base", "vectors.npy")
    assert (tmp_path / "2" / base).samefile(first / base)


def test_what_came_back_is_found_again(first: Path, tmp_path: Path) -> None:
    everything = np.arange(COUNT)
    write_vectors(tmp_path / "2", DIMENSION, everything[50:], fetch, first)
    write_vectors(tmp_path / "3", DIMENSION, everything, fetch, tmp_path / "2")

    assert found(VectorIndex(tmp_path / "3")) == nearest(everything, 20)


def test_many_changes_write_everything_anew(first: Path, tmp_path: Path) -> None:
    live = np.arange(1000, COUNT + 1000)

    write_vectors(tmp_path / "2", DIMENSION, live, fetch, first)

    assert not (tmp_path / "2" / "delta").exists()
    assert found(VectorIndex(tmp_path / "2")) == nearest(live, 20)


@pytest.mark.parametrize("count", [0, 1, 5, 3000])
def test_a_filter_leaves_only_what_it_allows(first: Path, tmp_path: Path, count: int) -> None:
    live = np.arange(20, COUNT + 300)
    write_vectors(tmp_path / "2", DIMENSION, live, fetch, first)
    allowed = np.random.default_rng(2).permutation(live)[:count]

    assert found(VectorIndex(tmp_path / "2"), 20, allowed) == nearest(np.sort(allowed), 20)


def test_cosines_come_from_whichever_segment_has_them(first: Path, tmp_path: Path) -> None:
    write_vectors(tmp_path / "2", DIMENSION, np.arange(COUNT + 10), fetch, first)
    wanted = [3, COUNT + 4, COUNT - 1]

    cosines = VectorIndex(tmp_path / "2").cosines(QUERY, wanted)

    assert cosines == pytest.approx({i: float(EVERY[i] @ QUERY[0]) for i in wanted}, abs=1e-6)


def test_an_index_without_passages_finds_nothing(tmp_path: Path) -> None:
    write_vectors(tmp_path / "1", DIMENSION, np.arange(0), fetch)
    index = VectorIndex(tmp_path / "1")

    assert (len(index), found(index), index.cosines(QUERY, [])) == (0, [], {})


@pytest.mark.parametrize("factory", ["SQ8", "IVF16,SQ8"])
def test_an_index_that_is_not_exact_still_tells_exact_cosines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factory: str
) -> None:
    from s3assist.index import segment

    kind = segment.Kind(factory, probes=16 if "IVF" in factory else 0, trained_on=1000)
    monkeypatch.setattr(segment, "choose_kind", lambda _count: kind)
    ids = np.arange(COUNT)
    write_segment(tmp_path / "base", DIMENSION, ids, fetch)
    opened = Segment(tmp_path / "base")
    banned = np.array(nearest(ids, 3))

    hits = opened.search(QUERY, 10, without=banned)

    assert [passage for passage, _ in hits] == nearest(np.setdiff1d(ids, banned), 10)
    assert dict(hits) == pytest.approx({i: float(EVERY[i] @ QUERY[0]) for i, _ in hits}, abs=1e-6)


@pytest.mark.parametrize(
    ("count", "begins"), [(170, "Flat"), (50_000, "Flat"), (100_000, "SQ8"), (1_000_000, "IVF4096")]
)
def test_the_kind_follows_from_the_number_of_passages(count: int, begins: str) -> None:
    assert choose_kind(count).factory.startswith(begins)


@pytest.mark.parametrize("name", ["ids.npy", "vectors.npy", "search.faiss", "segment.json"])
@pytest.mark.parametrize("damage", [b"", b"nothing of the kind" * 9, None])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: bytes | None) -> None:
    write_segment(tmp_path / "base", DIMENSION, np.arange(10), fetch)
    file = tmp_path / "base" / name
    file.unlink() if damage is None else file.write_bytes(damage)

    with pytest.raises(IndexDamagedError, match="vectors"):
        VectorIndex(tmp_path)
