"""Text to unit vectors.

`sentence-transformers` loads any model, exports it once to ONNX and checks the export
(`export.py`, the only importer of torch). All encoding on a CPU then runs on the export
(`onnx.py`): it starts twenty times faster and encodes a third faster than through torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from s3assist.errors import EncoderError

if TYPE_CHECKING:
    from s3assist.encode.model import ModelSource

Vectors = npt.NDArray[np.float32]
"""(n, dimension), rows of unit length."""


class Encoder(Protocol):
    """Turns questions and passages into vectors whose inner product is their similarity."""

    @property
    def identity(self) -> str:
        """Name and hash of the weights: vectors of different identities never meet."""
        ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Tokens that the model reads; the rest of a longer text is not seen."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


def open_encoder(model: str, cache: Path) -> Encoder:
    """The encoder for `model`, exporting it below `cache` the first time.

    Args:
        model: ``bundled``, the name of a sentence-transformers model, or a folder with one.
        cache: where exports are kept, one folder each.

    Raises:
        EncoderError: no such model, weights that are not the expected ones, or a failed export.
    """
    from s3assist.encode.model import find_model

    return open_found(find_model(model), cache)


def open_found(source: ModelSource, cache: Path) -> Encoder:
    """`open_encoder` for a model that was located, and its weights hashed, before."""
    from s3assist.encode.onnx import OnnxEncoder

    folder = cache / source.folder_name
    if not (folder / "encoder.json").exists():
        from s3assist.encode.export import export

        export(source, folder)
    return OnnxEncoder(folder)


class EncoderOnDemand:
    """The encoder for `model` that is opened when it is first used; its name is known before."""

    def __init__(self, model: str, cache: Path) -> None:
        """Find the model; export it below `cache` where that has not been done yet.

        Raises:
            EncoderError: as `open_encoder` does.
        """
        from s3assist.encode.model import find_model

        self._source, self._cache = find_model(model), cache
        self._opened: Encoder | None = None
        self.identity = self._source.identity
        if not (cache / self._source.folder_name / "encoder.json").exists():
            self.open()

    def open(self) -> Encoder:
        if self._opened is None:
            self._opened = open_found(self._source, self._cache)
        return self._opened


def open_exported(identity: str, cache: Path) -> Encoder:
    """The encoder that made an index, from its export: nothing else is needed to ask.

    Raises:
        EncoderError: the export is gone or damaged.
    """
    from s3assist.encode.model import folder_name
    from s3assist.encode.onnx import OnnxEncoder

    folder = cache / folder_name(identity)
    if not (folder / "encoder.json").exists():
        raise EncoderError(
            f"The query encoder of this index is missing: {folder}",
            hint="Run `s3assist index`; it exports the model again.",
        )
    return OnnxEncoder(folder)


__all__ = ["Encoder", "EncoderOnDemand", "Vectors", "open_encoder", "open_exported"]
