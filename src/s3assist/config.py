"""Settings: defaults, then `s3assist.toml`, then ``S3ASSIST_*``, then flags; later ones win."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from s3assist.errors import ConfigError

FILE = "s3assist.toml"
PREFIX = "S3ASSIST_"


class Settings(BaseSettings):
    """Everything that can be set; frozen once read."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, toml_file=FILE, env_ignore_empty=True
    )

    corpus: Path = Field(Path("corpus"), description="Folder with the documents.")
    index: Path = Field(Path("index"), description="Folder of the generated index.")
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
    max_quotes: int = Field(5, ge=1, le=20, description="Most quotes in an answer.")
    bar: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least confidence of an answer; the measured default if unset.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags come in as arguments; there are no secrets and no dotenv file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: Any) -> Settings:
    """Settings from all places; a flag that is None was not given.

    Raises:
        ConfigError: an unknown key, a value of the wrong type, or a file that is not TOML.
    """
    refuse_unknown_variables()
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
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


def refuse_unknown_variables() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for variable in os.environ:
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            raise ConfigError(
                f"Unknown setting in the environment: {variable}",
                hint=suggestion(variable.upper().removeprefix(PREFIX).lower()),
            )


def suggestion(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    known = ", ".join(Settings.model_fields)
    return f"Did you mean `{close[0]}`?" if close else f"Known settings: {known}."
