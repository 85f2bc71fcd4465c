"""Conversations and baskets of quotes as files to send on; every quote with citation and receipt.

`conversation_report` or `basket_report` says what goes in, `write` puts it into a file. A quote
is written as it stands: check it again first (`sessions.recheck_session`).
"""

from __future__ import annotations

import os
import tempfile
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

    Raises:
        ExportError: nothing to export, no known format, or a place that can't be written to.
    """
    content = render(report, format or format_of(path))
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise unwritable(path, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        part.chmod(0o644)  # mkstemp makes it private, but an export is to be passed on
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"{path} can't be written: {error.strerror}", hint="Choose another place with --output."
    )
