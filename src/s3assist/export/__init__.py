"""Conversations and baskets of quotes as files to send on; every quote with citation and receipt.

`conversation_report` or `basket_report` says what goes in, `write` puts it into a file. A quote
is written as it stands: check it again first (`sessions.recheck_session`).
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from s3assist.errors import ExportError
from s3assist.export.citation import citation, with_citation
from s3assist.export.report import Report, basket_report, conversation_report

__all__ = [
    "Format",
    "Report",
    "basket_report",
    "citation",
    "conversation_report",
    "format_of",
    "render",
    "with_citation",
    "write",
]


class Format(StrEnum):
    """A kind of file that can be written."""

    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    CSL_JSON = "csl-json"

    @property
    def suffix(self) -> str:
        return SUFFIXES[self]


SUFFIXES = {
    Format.MARKDOWN: ".md",
    Format.HTML: ".html",
    Format.DOCX: ".docx",
    Format.CSL_JSON: ".json",
}


def format_of(path: Path) -> Format:
    """The format that a file's name asks for.

    Raises:
        ExportError: it asks for none that is known.
    """
    suffix = {".htm": ".html", ".markdown": ".md"}.get(path.suffix.lower(), path.suffix.lower())
    for known, name in SUFFIXES.items():
        if name == suffix:
            return known
    raise ExportError(
        f"No format goes with the name {path.name}",
        hint=f"End it in {', '.join(SUFFIXES.values())}, or name the format.",
    )


def render(report: Report, format: Format) -> bytes:
    """The bytes of a file of this format.

    Raises:
        ExportError: there is nothing to export, or nothing to cite in CSL-JSON.
    """
    if not report.parts:
        raise ExportError("There is nothing to export yet", hint="Ask a question first.")
    match format:
        case Format.MARKDOWN:
            from s3assist.export.markdown import markdown

            return markdown(report).encode("utf-8")
        case Format.HTML:
            from s3assist.export.html import html

            return html(report).encode("utf-8")
        case Format.DOCX:
            from s3assist.export.docx import docx

            return docx(report)
        case Format.CSL_JSON:
            from s3assist.export.csl import csl_json

            return csl_json(report).encode("utf-8")


def write(report: Report, path: Path, format: Format | None = None) -> None:
    """Write a report into a file, whole or not at all; the format goes by its name unless given.

    A link is followed, a file that is there keeps its permissions, and what is no file (a pipe, a
    device) is written to.

    Raises:
        ExportError: nothing to export, no known format, or a place that can't be written to.
    """
    content = render(report, format or format_of(path))
    try:
        mode = mode_of(path)
        if mode is None or stat.S_ISREG(mode):
            put(content, Path(os.path.realpath(path)), mode)
        else:
            path.write_bytes(content)
    except OSError as error:
        raise unwritable(path, error) from error


def mode_of(path: Path) -> int | None:
    """What stands at a path, or where a link there leads, and who may use it; None for nothing."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def put(content: bytes, path: Path, mode: int | None) -> None:
    """Make a file, or take the place of one; without a mode it is as open as any new file."""
    part = path.with_name(f".s3assist-{secrets.token_hex(8)}")  # short: `path` may be the longest

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o666 if mode is None else stat.S_IMODE(mode))

    try:
        with open(part, "xb", opener=opener) as stream:
            if mode is not None:
                part.chmod(stat.S_IMODE(mode))  # what the umask took away
            stream.write(content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(f"{path} can't be written: {error.strerror}", hint="Choose another place.")
