"""Write trained weights as the one ONNX file that the product reads.

    python training/export.py WEIGHTS.pt READER.onnx

Word vectors are stored as 8-bit integers with a scale for each word, the other weights as 16-bit
floats; both are turned back when the model is opened, so that all computing is in 32 bits.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from model import ReadingModel, load_weights

AXES = {
    "q_ids": {0: "pairs", 1: "asked"},
    "q_mask": {0: "pairs", 1: "asked"},
    "p_ids": {0: "pairs", 1: "read"},
    "p_mask": {0: "pairs", 1: "read"},
    "membership": {0: "pairs", 1: "sentences", 2: "read"},
    "sentences": {0: "pairs", 1: "sentences"},
    "passage": {0: "pairs"},
    "ends": {0: "pairs", 1: "read"},
}
SMALL = 4096
"""Numbers up to which a weight is left as it is."""


def write_graph(model: ReadingModel, path: Path) -> None:
    example = (
        torch.full((2, 5), 2000),
        torch.ones(2, 5),
        torch.full((2, 7), 2000),
        torch.ones(2, 7),
        torch.ones(2, 3, 7),
    )
    names = list(AXES)
    torch.onnx.export(
        model,
        example,
        str(path),
        input_names=names[:5],
        output_names=names[5:],
        dynamic_axes=AXES,
        opset_version=17,
        dynamo=False,
    )


def shrink(graph: Any) -> None:
    """Replace large weights by small ones and the nodes that turn them back."""
    nodes, kept = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size <= SMALL:
            kept.append(weight)
            continue
        name = weight.name
        if values.shape[0] > 10_000:
            scale = np.abs(values).max(axis=1, keepdims=True).clip(1e-8) / 127
            small = np.round(values / scale).astype(np.int8)
            kept.append(numpy_helper.from_array(small, f"{name}.small"))
            kept.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale"))
            to = onnx.TensorProto.FLOAT
            nodes.append(helper.make_node("Cast", [f"{name}.small"], [f"{name}.wide"], to=to))
            nodes.append(helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]))
        else:
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.small"))
            to = onnx.TensorProto.FLOAT
            nodes.append(helper.make_node("Cast", [f"{name}.small"], [name], to=to))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    others = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *others])


def write(weights: Path, out: Path) -> None:
    model = load_weights(weights)
    write_graph(model, out)
    proto = onnx.load(str(out))
    shrink(proto.graph)
    onnx.checker.check_model(proto)
    onnx.save(proto, str(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    write(arguments.weights, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
