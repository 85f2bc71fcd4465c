"""From a file to an `Extract`, by its suffix; each format's library is imported when needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from s3assist.documents import Block, Extract
from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.reading import content_kind, ole_reason, read_bytes

FORMATS: Final[dict[str, str]] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
"""File suffix, in lower case → `Document.format`, which is also the name of the loader module."""

_EXPECTED = {
    "pdf": {"pdf"},
    "docx": {"zip"},
    "html": {"html", "text"},
    "markdown": {"text"},
    "text": {"text"},
}
_KIND_NAMES = {
    "pdf": "a PDF file",
    "zip": "a zip archive (a Word file, perhaps)",
    "ole": "an old Office file",
    "rtf": "a rich text file",
    "image": "an image",
    "html": "an HTML page",
    "text": "plain text",
    "binary": "binary data",
}
_OTHER_SUFFIXES = {
    ".doc": "Save it as .docx.",
    ".odt": "Save it as .docx.",
    ".rtf": "Save it as .docx.",
    ".ppt": "Export it as PDF.",
    ".pptx": "Export it as PDF.",
    ".xls": "Export it as PDF.",
    ".xlsx": "Export it as PDF.",
}


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read one source file.

    Raises:
        LoadError: the suffix is unknown, the file is missing, empty, damaged or encrypted, or its
            content is not what the suffix says, or it is beyond `limits`.
    """
    suffix = path.suffix.lower()
    format_ = FORMATS.get(suffix)
    if format_ is None:
        raise LoadError(
            f"{path.name}: files of type {suffix or '(none)'} are not read",
            hint=_OTHER_SUFFIXES.get(suffix, f"Known types: {', '.join(FORMATS)}."),
        )
    _check_content(path, format_)
    module = importlib.import_module(f"{__name__}.{format_}")
    loader = cast("Callable[[Path, Limits], Extract]", module.load)
    extract = loader(path, limits)
    length = sum(len(block.text) for block in extract.blocks)
    if length > limits.characters:
        raise LoadError(
            f"{path.name}: it holds {length} characters; {limits.characters} are read at most",
            hint="Split it, or raise `parse_characters`.",
        )
    return extract


def load_whole(path: Path, limits: Limits = Limits()) -> tuple[Block, ...]:
    """All that a file says: the blocks of its text, then those that `load` leaves out of it.

    A menu, a box beside the text or a hidden part of a page is never quoted, and may hold a quote.

    Raises:
        LoadError: as `load` does.
    """
    blocks = load(path, limits).blocks
    if FORMATS[path.suffix.lower()] != "html":
        return blocks
    from s3assist.ingest.loaders.html import left_out

    return (*blocks, *left_out(path, blocks))


def _check_content(path: Path, format_: str) -> None:
    """Refuse a file that is something else than its suffix says.

    Read as text, such a file would give quotes of markup or of bytes.
    """
    data = read_bytes(path)
    kind = content_kind(data)
    if kind in _EXPECTED[format_]:
        return
    if format_ == "docx" and kind == "ole":
        raise LoadError(f"{path.name}: {ole_reason(data)}", hint="Save it as an open .docx file.")
    raise LoadError(
        f"{path.name}: the name says {path.suffix.lower()} but the content is {_KIND_NAMES[kind]}",
        hint="Give the file the suffix of what it is, or replace it.",
    )
