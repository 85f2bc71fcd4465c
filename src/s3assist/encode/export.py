"""Export a sentence-transformers model to ONNX: the only module that imports torch."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from s3assist.encode.onnx import GRAPH, OnnxEncoder, optimise
from s3assist.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from s3assist.encode.model import ModelSource

PROBES = (
    "clusters",
    "What share of European jobs is in clusters?",
    "Smart specialisation strategies set priorities for research and innovation in a region. " * 9,
)
"""Short, a question, and long enough to be cut at the model's window."""
EXPORTED = "exported.onnx"
"""The graph as torch writes it; it is gone when the export is done."""
TOLERANCE = 1e-4
"""Largest accepted difference of one vector component; the bundled model differs by 2e-7."""


def load_sentence_transformer(folder: Path, device: str | None = None) -> SentenceTransformer:
    """Load a model from disk only: no network, no remote code, safetensors or nothing."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    return SentenceTransformer(
        str(folder),
        device=device,
        trust_remote_code=False,
        local_files_only=True,
        # Attention spelt out is a graph that onnxruntime can fuse: a fifth faster than the other.
        model_kwargs={"use_safetensors": True, "attn_implementation": "eager"},
    )


def export(source: ModelSource, folder: Path) -> None:
    """Write graph, weights, tokenizer and `encoder.json` into `folder`, whole or not at all.

    Raises:
        EncoderError: the model can't be exported, or the export does not agree with it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.parent / f".export-{secrets.token_hex(4)}"
    draft.mkdir()  # mkdtemp makes it private, but others may have to read the index
    try:
        try:
            model = load_sentence_transformer(source.folder, device="cpu")
            description = write_export(model, source, draft)
            optimise(draft / EXPORTED, draft / GRAPH)
            (draft / EXPORTED).unlink()
        except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise EncoderError(
                f"The model {source.name} can't be exported: {error}",
                hint="Export needs a model with one transformer and a fast tokenizer; "
                "`encoder = bundled` is one. If it is set already, install S3Assist again.",
            ) from error
        check_export(model, draft, description)
        (draft / "encoder.json").write_text(json.dumps(description, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
        drop_older(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_export(model: SentenceTransformer, source: ModelSource, draft: Path) -> dict[str, Any]:
    import torch

    tokenizer = model.tokenizer
    tokenizer.backend_tokenizer.save(str(draft / "tokenizer.json"))
    example = {
        name: value
        for name, value in tokenizer(
            ["one two", "a longer line"], padding=True, return_tensors="pt"
        ).items()
        if isinstance(value, torch.Tensor)
    }
    names = list(example)

    class Pipeline(torch.nn.Module):
        """Transformer, pooling and normalisation in one graph, whatever the model's modules are."""

        def __init__(self) -> None:
            super().__init__()
            self.modules_in_order = torch.nn.ModuleList(list(model))

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = dict(zip(names, tensors, strict=True))
            for module in self.modules_in_order:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the exporter announces its own successor
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            Pipeline().eval(),
            tuple(example.values()),
            str(draft / EXPORTED),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={**axes, "embedding": {0: "batch"}},
            # The newer exporter names an output twice for this graph, and takes four times as long.
            dynamo=False,
        )
    prompts = dict(model.prompts or {})
    padding = tokenizer.pad_token
    dimension = model.get_embedding_dimension()
    return {
        "identity": source.identity,
        "dimension": dimension,
        "max_tokens": int(model.max_seq_length or 512),
        "padding": {"id": tokenizer.pad_token_id, "token": padding},
        "query_prompt": prompts.get("query", ""),
        "passage_prompt": prompts.get("document", "") or prompts.get("passage", ""),
        "inputs": names,
    }


def drop_older(folder: Path) -> None:
    """Remove exports of the same weights in an earlier format: nothing reads them any more."""
    same = folder.name.rpartition("-")[0]
    for other in folder.parent.glob(f"{same}-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def check_export(model: SentenceTransformer, draft: Path, description: dict[str, Any]) -> None:
    """Compare the export with the model on texts of several lengths."""
    exported = OnnxEncoder(draft, description=description)
    probes: Sequence[str] = [description["query_prompt"] + text for text in PROBES]
    expected = model.encode(list(probes), show_progress_bar=False, normalize_embeddings=True)
    found = exported.encode_queries(PROBES)
    difference = float(np.abs(expected - found).max())
    if difference > TOLERANCE:
        raise EncoderError(
            f"The exported encoder differs from the model by {difference:.1e}",
            hint="Please report the model's name; until then set `encoder` to `bundled`.",
        )
