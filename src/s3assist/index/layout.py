"""Every file name of the index directory, once.

::

    index/
      catalog.sqlite         documents and their versions, passages, embeddings, changes; its last
                             generation row is the truth
      writer.lock            who is writing
      logs/index.jsonl       what writers did; older ones beside it
      encoders/NAME-HASH/    the query encoder as ONNX
      generations/7/         vectors/ and lexical/, never changed once written
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FORMAT = 3
"""Raised whenever the meaning of the bytes changes; an older index is then built again."""


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """Paths below one index directory."""

    root: Path

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.sqlite"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"

    @property
    def log(self) -> Path:
        return self.root / "logs" / "index.jsonl"

    @property
    def encoders(self) -> Path:
        return self.root / "encoders"

    @property
    def generations(self) -> Path:
        return self.root / "generations"

    def vectors(self, generation: int) -> Path:
        return self.generations / str(generation) / "vectors"

    def lexical(self, generation: int) -> Path:
        return self.generations / str(generation) / "lexical"
