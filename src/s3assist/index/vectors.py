"""The dense leg: unit vectors of passages, found by their cosine with a question.

A generation's vectors are a *base*, which is taken over unchanged from the generation before, a
*delta* of what came since, and a list of what is gone. When delta and list outgrow a share of the
base, all is written anew. So adding a document costs as much as it brings, however large the base.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError
from s3assist.index.files import REPAIR, adopt
from s3assist.index.segment import Fetch, Ids, Segment, read_kind, write_segment

SMALLEST_BASE = 10_000
"""Fewer vectors are written anew each time: that takes a second or two."""
DRIFT = 0.05
"""Share of the base that may be new or gone before all is written anew."""

BASE, DELTA, GONE = "base", "delta", "gone.npy"


class VectorStore(Protocol):
    """Where the dense leg searches: files here, a distributed engine elsewhere."""

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def search(
        self, query: Vectors, limit: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages to one query of shape (1, dimension)."""
        ...

    def cosines(self, query: Vectors, passage_ids: Iterable[int]) -> dict[int, float]:
        """The cosine of one query with each of the given passages."""
        ...


@dataclass(frozen=True, slots=True)
class Drift:
    """How the live passages differ from those of a base."""

    new: Ids
    gone: Ids


def drift(previous: Path | None, ids: Ids) -> Drift | None:
    """What changed since the base of an earlier generation; None if all is to be written anew."""
    file = previous / BASE / "ids.npy" if previous is not None else None
    if file is None or not file.exists():
        return None
    try:
        base = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError):  # damaged, which is no reason not to write a new one
        return None
    found = Drift(
        np.setdiff1d(ids, base, assume_unique=True), np.setdiff1d(base, ids, assume_unique=True)
    )
    small = len(base) < SMALLEST_BASE
    return None if small or len(found.new) + len(found.gone) > DRIFT * len(base) else found


def write_vectors(
    folder: Path, dimension: int, ids: Ids, fetch: Fetch, previous: Path | None = None
) -> None:
    """Write the vectors of `ids`, which ascend, into a new folder.

    Args:
        folder: of the new generation; must be missing.
        dimension: of a vector.
        ids: all live passages. An id stands for the same vector for ever.
        fetch: gets vectors.
        previous: folder of a generation of the same encoder, whose base may be taken over.
    """
    changed = drift(previous, ids)
    if changed is None or previous is None:
        write_segment(folder / BASE, dimension, ids, fetch)
        return
    adopt(previous / BASE, folder / BASE)
    if len(changed.new):
        write_segment(folder / DELTA, dimension, changed.new, fetch)
    if len(changed.gone):
        np.save(folder / GONE, changed.gone, allow_pickle=False)


def kind_of(folder: Path) -> str:
    """FAISS's names for the indexes of the base and, if there is one, of the delta.

    Raises:
        IndexDamagedError: they don't say.
    """
    parts = (folder / BASE, folder / DELTA)
    return " + ".join(read_kind(part).factory for part in parts if part.exists())


class VectorIndex:
    """The `VectorStore` in a folder, mapped from disk; safe to search from any thread."""

    def __init__(self, folder: Path) -> None:
        """Open the segments.

        Raises:
            IndexDamagedError: a file is gone or damaged.
        """
        self._segments = [Segment(folder / BASE)]
        if (folder / DELTA).exists():
            self._segments.append(Segment(folder / DELTA))
        self._gone: Ids | None = None
        try:
            if (folder / GONE).exists():
                self._gone = np.load(folder / GONE, allow_pickle=False)
        except (OSError, EOFError, ValueError) as error:
            raise IndexDamagedError(
                f"The list of what is gone can't be read: {folder / GONE}: {error}",
                hint=REPAIR,
            ) from error

    def __len__(self) -> int:
        return sum(map(len, self._segments)) - (0 if self._gone is None else len(self._gone))

    @property
    def dimension(self) -> int:
        return self._segments[0].dimension

    def search(
        self, query: Vectors, limit: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages to one query of shape (1, dimension)."""
        only = None if allowed is None else np.unique(allowed)
        hits = [
            hit
            for segment in self._segments
            for hit in segment.search(query, limit, only=only, without=self._gone)
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def cosines(self, query: Vectors, passage_ids: Iterable[int]) -> dict[int, float]:
        """The cosine of one query with each of the given passages."""
        wanted = np.unique(np.fromiter(passage_ids, dtype=np.int64))
        found: dict[int, float] = {}
        for segment in self._segments:
            found |= segment.cosines(query, wanted)
        return found
