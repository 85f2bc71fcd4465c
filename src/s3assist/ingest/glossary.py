"""The corpus's glossary: acronyms and what they stand for."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from s3assist.errors import LoadError
from s3assist.ingest.loaders.reading import decode, read_bytes

Glossary = tuple[tuple[str, str, str], ...]
"""Rows of acronym, expansions parted by ``; ``, and a note."""
COLUMNS = ["acronym", "expansion", "note"]


def load_glossary(path: Path) -> Glossary:
    """The rows of a tab-separated file; none where there is no file.

    Raises:
        LoadError: it can't be read, its encoding can only be guessed, the header or a row has not
            the three columns, or a cell is too long.
    """
    if not path.exists():
        return ()
    decoded = decode(read_bytes(path), path.name)
    if decoded.warnings:  # nobody would see them, and a wrong accent finds nothing
        raise LoadError(f"{path.name}: is not UTF-8", hint="Save the file as UTF-8.")
    lines = StringIO(decoded.text, newline="")
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        rows = list(reader)
    except csv.Error as error:  # a cell of more than 131,072 characters
        raise LoadError(
            f"{path.name}, line {reader.line_num}: {error}", hint="Shorten that line."
        ) from error
    if not rows or [cell.strip().lower() for cell in rows[0]] != COLUMNS:
        raise LoadError(
            f"{path.name}: the first line must be the columns {', '.join(COLUMNS)}",
            hint="Part the columns with tabs.",
        )
    entries: list[tuple[str, str, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) not in (2, 3) or not cells[0] or not cells[1]:
            raise LoadError(
                f"{path.name}, line {number}: needs an acronym, its expansion and a note",
                hint="Part the columns with tabs; only the note may be empty.",
            )
        entries.append((cells[0], cells[1], cells[2] if len(cells) == 3 else ""))
    return tuple(entries)
