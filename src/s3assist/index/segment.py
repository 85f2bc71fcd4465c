"""A run of vectors that never changes once written: its files, and how they are searched.

::

    segment/
      ids.npy           passage ids, ascending
      vectors.npy       their vectors, row by row: what scores are computed from
      search.faiss      a FAISS index over the rows: what proposes them
      segment.json      the kind of that index

Every file is mapped, so that opening reads next to nothing and a search only what it needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError
from s3assist.index.files import REPAIR

Ids = npt.NDArray[np.int64]
Fetch = Callable[[Ids], Vectors]
"""The vectors of some passage ids, in their order."""

BATCH = 8192
"""Vectors held in memory at a time while a segment is written."""
SCANNED = 50_000
"""So many rows are compared one by one: all of a small segment, or those that a filter leaves."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of FAISS index, by its factory string."""

    factory: str
    probes: int = 0
    """Lists that are searched for a query; 0 where there are none."""
    trained_on: int = 0
    """Vectors that are shown to the index before any is added."""
    spare: int = 2
    """Rows proposed for each one wanted; 1 where the index is exact."""


def choose_kind(count: int) -> Kind:
    """What is best for so many vectors; docs/scaling.md has the measurements.

    Exact while that takes a few milliseconds; then exact over one byte a number; then lists of
    neighbours, as many as keeps a list and the search for the nearest lists equally long.
    """
    if count <= SCANNED:
        return Kind("Flat", spare=1)
    if count <= 200_000:
        return Kind("SQ8", trained_on=50_000)
    lists = 1 << round(np.log2(4 * np.sqrt(count)))
    return Kind(f"IVF{lists},SQ8", probes=lists // 32, trained_on=40 * lists)


def read_kind(folder: Path) -> Kind:
    """What a segment says of itself.

    Raises:
        IndexDamagedError: nothing that can be read.
    """
    try:
        return Kind(**json.loads((folder / "segment.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamagedError(
            f"The vectors do not say of what kind they are: {folder}", hint=REPAIR
        ) from error


def write_segment(folder: Path, dimension: int, ids: Ids, fetch: Fetch) -> None:
    """Write the vectors of `ids`, which ascend, into a new folder, a batch at a time."""
    folder.mkdir(parents=True)
    np.save(folder / "ids.npy", ids, allow_pickle=False)
    about = {"descr": "<f4", "fortran_order": False, "shape": (len(ids), dimension)}
    # Written, not mapped: on a full disk a write says so, and a mapping kills the process.
    with (folder / "vectors.npy").open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, about)
        for start in range(0, len(ids), BATCH):
            stream.write(fetch(ids[start : start + BATCH]).astype("<f4").tobytes())
    rows = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    kind = choose_kind(len(ids))
    write_index(folder / "search.faiss", kind, rows)
    (folder / "segment.json").write_text(json.dumps(asdict(kind)), encoding="utf-8")


def write_index(path: Path, kind: Kind, rows: Vectors) -> None:
    """Build and write the FAISS index that proposes rows."""
    import faiss

    index = faiss.index_factory(rows.shape[1], kind.factory, faiss.METRIC_INNER_PRODUCT)
    if kind.trained_on:
        step = max(1, len(rows) // kind.trained_on)
        index.train(np.ascontiguousarray(rows[::step][: kind.trained_on]))
    for start in range(0, len(rows), BATCH):
        index.add(np.ascontiguousarray(rows[start : start + BATCH]))
    # Given a name, FAISS only prints that the last bytes did not fit on the disk.
    with path.open("wb") as stream:
        faiss.write_index(index, faiss.PyCallbackIOWriter(stream.write))


class Segment:
    """An opened segment; safe to search from any thread."""

    def __init__(self, folder: Path) -> None:
        """Map the files.

        Raises:
            IndexDamagedError: one is gone, damaged, or does not fit the others.
        """
        import faiss

        try:
            self.ids: Ids = np.load(folder / "ids.npy", mmap_mode="r", allow_pickle=False)
            self.vectors: Vectors = np.load(
                folder / "vectors.npy", mmap_mode="r", allow_pickle=False
            )
            self._index: Any = faiss.read_index(
                str(folder / "search.faiss"), faiss.IO_FLAG_MMAP_IFC
            )
        except (OSError, EOFError, RuntimeError, ValueError) as error:
            raise IndexDamagedError(
                f"The vectors can't be opened: {folder}: {error}",
                hint=REPAIR,
            ) from error
        self.kind = read_kind(folder)
        shape = (self._index.ntotal, self._index.d)
        if self.vectors.shape != shape or self.ids.shape != shape[:1]:
            raise IndexDamagedError(
                f"The files of the vectors do not agree: {folder}",
                hint=REPAIR,
            )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    def search(
        self, query: Vectors, limit: int, *, only: Ids | None = None, without: Ids | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages, best first.

        Args:
            query: shape (1, dimension).
            limit: how many at the most.
            only: passage ids, ascending, that may be found; None for all.
            without: passage ids, ascending, that may not.
        """
        if not len(self):
            return []
        rows = None if only is None else self._places(only)
        if rows is not None and without is not None:
            rows = rows[~np.isin(self.ids[rows], without)]
        if rows is None or len(rows) > SCANNED:
            banned = None if without is None or rows is not None else self._places(without)
            rows = self._proposed(query, limit, rows, banned)
        scores = self.vectors[rows] @ query[0]
        best = np.argsort(-scores, kind="stable")[:limit]
        return list(zip(self.ids[rows[best]].tolist(), scores[best].tolist(), strict=True))

    def cosines(self, query: Vectors, wanted: Ids) -> dict[int, float]:
        """The cosine of a query with each of these passages, which ascend, that is here."""
        rows = self._places(wanted)
        scores = self.vectors[rows] @ query[0]
        return dict(zip(self.ids[rows].tolist(), scores.tolist(), strict=True))

    def _places(self, wanted: Ids) -> Ids:
        """The rows of those of these ids that are here."""
        rows = np.searchsorted(self.ids, wanted)
        rows[rows == len(self.ids)] = 0
        found: Ids = rows[self.ids[rows] == wanted] if len(self.ids) else rows[:0]
        return found

    def _proposed(self, query: Vectors, limit: int, only: Ids | None, banned: Ids | None) -> Ids:
        """Rows that the index takes for the nearest, in the order of the file."""
        import faiss

        selector = None
        if only is not None:
            bits = np.zeros(len(self), dtype=bool)
            bits[only] = True
            selector = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
        elif banned is not None and len(banned):
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(banned))
        parameters = None
        if self.kind.probes:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=self.kind.probes)
        elif selector is not None:
            parameters = faiss.SearchParameters(sel=selector)
        many = min(self.kind.spare * limit, len(self))
        _, rows = self._index.search(query, many, params=parameters)
        return np.sort(rows[0][rows[0] >= 0])
