"""Settings: defaults, then `s3assist.toml`, then ``S3ASSIST_*``, then flags; later ones win."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from s3assist.errors import ConfigError

FILE = "s3assist.toml"
PREFIX = "S3ASSIST_"


def expanded(path: Path) -> Path:
    """The path with a ``~`` at its beginning as the home folder that it stands for."""
    try:
        return path.expanduser()
    except RuntimeError:  # nobody has the name after ~: it belongs to the file
        return path


Folder = Annotated[Path, AfterValidator(expanded)]


class Settings(BaseModel):
    """Everything that can be set; frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus: Folder = Field(Path("corpus"), description="Folder with the documents.")
    index: Folder = Field(Path("index"), description="Folder of the generated index.")
    encoder: str = Field(
        "bundled",
        description="Embedding model: `bundled`, a sentence-transformers name, or a folder.",
    )
    reader: str = Field(
        "bundled",
        description="Model that reads: `bundled`, `off`, or a sentence-transformers cross-encoder.",
    )
    passage_tokens: int = Field(
        160, ge=32, le=512, description="Longest passage, in tokens of the encoder."
    )
    keep_versions: int = Field(
        5, ge=0, le=1000, description="Earlier texts that are kept of each document."
    )
    workers: int | None = Field(
        None, ge=1, le=64, description="Processes that read documents; one for each core if unset."
    )
    parse_seconds: int = Field(
        120, ge=1, description="Longest time that reading one document may take the processor."
    )
    parse_megabytes: int = Field(
        3072, ge=256, description="Most memory that reading one document may take."
    )
    parse_pages: int = Field(5_000, ge=1, description="Most pages of a PDF.")
    parse_characters: int = Field(
        20_000_000, ge=1, description="Most characters of text in one document."
    )
    parse_unpacked: int = Field(
        512, ge=1, description="Most megabytes that a Word file may unpack to."
    )
    ocr: bool = Field(
        True, description="Recognise the text of scanned pages, where `s3assist[ocr]` is installed."
    )
    max_quotes: int = Field(5, ge=1, le=20, description="Most quotes in an answer.")
    bar: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least confidence of an answer; the measured default if unset.",
    )
    sessions: Folder | None = Field(
        None, description="Folder of saved conversations; the platform's data folder if unset."
    )

    @property
    def sessions_folder(self) -> Path:
        """Where conversations are saved."""
        if self.sessions is not None:
            return self.sessions
        from platformdirs import user_data_path

        return user_data_path("s3assist", appauthor=False) / "sessions"


def load_settings(**flags: Any) -> Settings:
    """Settings from all places; a flag that is None was not given.

    Raises:
        ConfigError: an unknown key, a value of the wrong type, or a file that is not TOML.
    """
    typed = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**{**read_file(), **read_variables(), **typed})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise ConfigError(f"Unknown setting in {FILE}: {key}", hint=suggestion(key)) from error
        raise ConfigError(
            f"The setting {key} can't be {first['input']!r}: {first['msg']}",
            hint=f"Mend it in {FILE}, in {PREFIX}{key.upper()} or on the command line.",
        ) from error
    except ValueError as error:  # tomllib.TOMLDecodeError
        raise ConfigError(
            f"{FILE} is not TOML: {error}", hint="Mend or remove the file."
        ) from error


def read_file() -> dict[str, Any]:
    """What the current folder's settings file says; nothing where there is none."""
    file = Path(FILE)
    return tomllib.loads(file.read_text(encoding="utf-8-sig")) if file.is_file() else {}


def read_variables() -> dict[str, str]:
    """What the environment says; an empty variable counts as not set.

    Raises:
        ConfigError: a variable that begins like ours and is none.
    """
    found: dict[str, str] = {}
    for variable, value in os.environ.items():
        if not variable.upper().startswith(PREFIX):
            continue
        name = variable.upper().removeprefix(PREFIX).lower()
        if name not in Settings.model_fields:
            raise ConfigError(
                f"Unknown setting in the environment: {variable}", hint=suggestion(name)
            )
        if value:
            found[name] = value
    return found


def suggestion(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    known = ", ".join(Settings.model_fields)
    return f"Did you mean `{close[0]}`?" if close else f"Known settings: {known}."
