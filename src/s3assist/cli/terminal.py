"""What may reach a terminal, and how it looks there."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from s3assist.documents import Span
from s3assist.errors import S3AssistError
from s3assist.printable import on_one_line, printable

WIDEST = 80
"""Longer lines are hard to read, however wide the window is."""

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Look:
    """How text is printed."""

    width: int | None = None
    """Columns at which lines are broken; None leaves them as they are."""
    bold: bool = False
    """Whether emphasis is shown, which takes escape sequences."""


def stdout_look() -> Look:
    """Wrapped, and bold where that is wanted, on a terminal; lines as they are everywhere else."""
    if not sys.stdout.isatty():
        return Look()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Look(width=min(WIDEST, shutil.get_terminal_size().columns - 1), bold=not plain)


def reopen_closed() -> None:
    """Put nowhere in the place of streams that were closed (``>&-``), for which Python has None.

    Else the first file that is opened would get their number, and what writes to that number, too.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - to the end


def make_safe(stream: TextIO) -> None:
    """Write UTF-8 into files and pipes, and never fail over a character a terminal lacks."""
    if isinstance(stream, io.TextIOWrapper):
        encoding = None if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="replace")


def marked(text: str, spans: Iterable[Span], look: Look) -> str:
    """`text` printable and wrapped, with `spans` (offsets into it) in bold if `look` says so."""
    shown = wrap(text, look.width) if look.width else text
    pieces: list[str] = []
    position = 0
    for span in sorted(spans, key=lambda span: span.start):
        start, end = max(span.start, position), min(span.end, len(shown))
        if start >= end:
            continue
        inside = printable(shown[start:end])
        pieces += [
            printable(shown[position:start]),
            f"{BOLD}{inside}{PLAIN}" if look.bold else inside,
        ]
        position = end
    return "".join((*pieces, printable(shown[position:])))


def wrap(text: str, width: int) -> str:
    """`text` with spaces replaced by line breaks, one for one: offsets into it stay true."""
    characters = list(text)
    column = 0
    space: int | None = None
    for offset, character in enumerate(text):
        if character == "\n":
            column, space = 0, None
            continue
        column += cells(character)
        if character == " ":
            space = offset
        if column > width and space is not None:
            characters[space] = "\n"
            column, space = sum(map(cells, text[space + 1 : offset + 1])), None
    return "".join(characters)


def cells(character: str) -> int:
    """Columns that a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def indented(line: str, look: Look, first: str = "", rest: str = "") -> str:
    """One line about a quote: printable, and wrapped with an indent where lines are wrapped."""
    clean = on_one_line(line)
    if look.width is None:
        return first + clean
    return textwrap.fill(
        clean,
        look.width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def complain(error: S3AssistError | OSError) -> None:
    """Say on stderr what happened and what to do."""
    if isinstance(error, S3AssistError):
        message, hint = error.message, error.hint
    else:
        what = f": {error.filename}" if error.filename else ""
        message, hint = f"{error.strerror or error}{what}", "Check the path and who may use it."
    click.echo(on_one_line(f"error: {message}"), err=True)
    if hint:
        click.echo(on_one_line(f"hint: {hint}"), err=True)
