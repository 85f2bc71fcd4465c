"""Metadata that somebody wrote down as keys and values: front matter and sidecar files."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from s3assist.documents import Metadata
from s3assist.errors import LoadError, UnsettledError
from s3assist.ingest.cleaning import clean
from s3assist.ingest.dates import iso_date

KEYS = tuple(field.name for field in fields(Metadata))
"""What a sidecar may say."""

_ALIASES = {
    "authors": "author",
    "creator": "author",
    "submitted-by": "submitted_by",
    "submitter": "submitted_by",
    "site": "publisher",
    "sitename": "publisher",
    "lang": "language",
    "source": "url",
    "link": "url",
    "permalink": "url",
    "published": "date",
    "type": "kind",
    "category": "kind",
    "identifier": "identifiers",
}
"""Other people's names for our keys."""

_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*")


def from_mapping(given: Mapping[str, Any]) -> tuple[Metadata, tuple[str, ...]]:
    """Metadata of front matter, and a warning for each value that cannot be what its key says.

    Front matter is written for other programs too, so keys that mean nothing to us are passed over.
    """
    said: dict[str, Any] = {}
    for key, value in given.items():
        lower = str(key).lower()
        known = lower if lower in KEYS else _ALIASES.get(lower)
        # The plain name wins over an alias, whichever comes first.
        if known and value is not None and (known == lower or known not in said):
            said[known] = value
    language = _code(said.get("language"))
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for key, value in said.items():
        # YAML reads an unquoted title such as 2020 as a number.
        plain = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        try:
            values[key] = _checked(key, plain, "front matter", language)
        except LoadError as error:
            warnings.append(f"{error.message}; ignored")
    return Metadata(**values), tuple(warnings)


def read_sidecar(path: Path) -> Metadata | None:
    """What ``NAME.meta.toml`` or ``NAME.pdf.meta.toml`` says of ``NAME.pdf``; None without one.

    Raises:
        UnsettledError: it is not TOML, has an unknown key or a value of the wrong type.
    """
    for sidecar in sidecar_paths(path):
        # `Path.is_file` raises where the name is too long.
        if not os.path.isfile(sidecar):  # noqa: PTH113
            continue
        try:
            given = tomllib.loads(sidecar.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:  # it went away meanwhile
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UnsettledError(
                f"{sidecar.name}: not a readable TOML file: {error}", hint="Correct the file."
            ) from error
        for key in given:
            if key not in KEYS:
                raise UnsettledError(
                    f"{sidecar.name}: unknown key {key!r}", hint=f"Known keys: {', '.join(KEYS)}."
                )
        language = _code(given.get("language"))
        values: dict[str, Any] = {
            key: _checked(key, value, sidecar.name, language) for key, value in given.items()
        }
        return Metadata(**values)
    return None


def sidecar_paths(path: Path) -> tuple[Path, Path]:
    """Where the sidecar of `path` may stand, the more exact name first."""
    return path.with_name(f"{path.name}.meta.toml"), path.with_name(f"{path.stem}.meta.toml")


def _checked(key: str, value: object, name: str, language: str) -> str | tuple[str, ...]:
    """The value of one field of `Metadata`; `name` says where it stands, for the message."""
    match key:
        case "date":
            return _date(value, name, language)
        case "language":
            return _language(value, name)
        case "identifiers":
            return _strings(value, key, name)
        case "author":  # several may have written it, and names have commas: "Roe, Jane"
            return "; ".join(_strings(value, key, name))
        case _:
            return _string(value, key, name)


def _string(value: object, key: str, name: str) -> str:
    if isinstance(value, str):
        return clean(value)
    raise _wrong(name, key, "a text")


def _strings(value: object, key: str, name: str) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_string(entry, key, name) for entry in value)
    return (_string(value, key, name),) if value != "" else ()


def _date(value: object, name: str, language: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # TOML has no years, so `date = 2020` is a number
    if found := iso_date(_string(value, "date", name), language):
        return found
    raise _wrong(name, "date", "a date such as 2020, 2020-02 or 2020-02-14")


def _language(value: object, name: str) -> str:
    if value == "":
        return ""
    if code := _code(value):
        return code
    raise _wrong(name, "language", "an ISO 639-1 code such as en")


def _code(value: object) -> str:
    """The ISO 639-1 code of a language tag such as ``en-GB``; empty when it is none."""
    match = _LANGUAGE.fullmatch(value) if isinstance(value, str) else None
    return match[1].lower() if match else ""


def _wrong(name: str, key: str, expected: str) -> LoadError:
    return UnsettledError(f"{name}: {key} must be {expected}", hint=f"Correct the value of {key}.")
