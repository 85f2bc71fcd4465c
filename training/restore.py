"""The weights back out of a reader that ships, so that a training can go on from it.

    python training/restore.py READER.onnx WEIGHTS.pt

The layers come back as the 16-bit floats that they were stored as; the word vectors, which no
training changes, from the encoder's package.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from export import write_graph
from model import ReadingModel, from_encoder


def arrays_of(path: Path) -> dict[str, Any]:
    """Stored numbers by name, those that `export.shrink` made small as 32-bit floats again."""
    stored = {w.name: numpy_helper.to_array(w) for w in onnx.load(str(path)).graph.initializer}
    arrays = {}
    for name, values in stored.items():
        if not name.endswith(".scale"):
            weight = name.removesuffix(".small")
            arrays[weight] = values.astype(np.float32) * stored.get(f"{weight}.scale", 1.0)
    return arrays


def parts_of(weight: Any) -> list[Any]:
    """A weight as the export may store it: as it is, transposed, or row by row."""
    turned = np.ascontiguousarray(weight.T)
    return [weight, turned, *(weight if weight.ndim == 2 else [])]


def places_of(model: ReadingModel) -> dict[str, list[tuple[int, str]]]:
    """For each weight the names of its parts in the exported graph, and which parts these are.

    The export gives some weights names of its own. It gives the same ones each time, so a model
    whose weights are known tells them.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_graph(model, Path(folder) / "known.onnx")
        graph = arrays_of(Path(folder) / "known.onnx")
    names = {(values.shape, values.tobytes()): name for name, values in graph.items()}
    places = {}
    for weight, values in model.state_dict().items():
        parts = [(part.shape, part.tobytes()) for part in parts_of(values.numpy())]
        places[weight] = [(at, names[part]) for at, part in enumerate(parts) if part in names]
        if not places[weight]:
            raise SystemExit(f"{weight} is not among the weights of the exported graph.")
    return places


def restore(path: Path) -> dict[str, torch.Tensor]:
    known = ReadingModel(0).eval()
    for weight in known.parameters():
        torch.nn.init.normal_(weight)  # no two alike, so that each is told by its content
    stored, state = arrays_of(path), from_encoder().state_dict()
    for weight, parts in places_of(known).items():
        at, values = parts[0][0], stored[parts[0][1]]
        if weight == "words.weight":
            if not np.allclose(values, state[weight], atol=0.02):
                raise SystemExit(f"{path} has other word vectors than the bundled encoder.")
            continue
        if at > 1:
            values = np.stack([stored[name] for _, name in parts])
        state[weight] = torch.from_numpy(np.ascontiguousarray(values.T if at == 1 else values))
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.save(restore(arguments.reader), arguments.out)


if __name__ == "__main__":
    main()
