"""Exact nearest neighbours with FAISS: the only importer of faiss."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError

Ids = npt.NDArray[np.int64]


def write_vectors(path: Path, dimension: int, batches: Iterable[tuple[Ids, Vectors]]) -> None:
    """Write an exact inner-product index of all (passage ids, unit vectors)."""
    import faiss

    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    for ids, vectors in batches:
        index.add_with_ids(np.ascontiguousarray(vectors), ids)
    path.parent.mkdir(parents=True, exist_ok=True)
    faiss.write_index(index, str(path))


class VectorIndex:
    """An opened vector index, mapped from disk; safe to search from any thread."""

    def __init__(self, path: Path) -> None:
        import faiss

        try:
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(
                f"The vector index can't be opened: {path}",
                hint="Run `s3assist index --rebuild`.",
            ) from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(
        self, query: Vectors, limit: int, allowed: Ids | None = None
    ) -> list[tuple[int, float]]:
        """(passage id, cosine) of the nearest passages to one query of shape (1, dimension)."""
        import faiss

        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
        scores, ids = self._index.search(query, min(limit, len(self)), params=parameters)
        return [(int(i), float(s)) for s, i in zip(scores[0], ids[0], strict=True) if i >= 0]

    def cosines(self, query: Vectors, passage_ids: Iterable[int]) -> dict[int, float]:
        """The cosine of one query with each of the given passages."""
        wanted = list(passage_ids)
        if not wanted:
            return {}
        vectors = np.stack([self._index.reconstruct(i) for i in wanted])
        return dict(zip(wanted, (vectors @ query[0]).tolist(), strict=True))
