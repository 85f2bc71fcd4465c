"""Copy a text to where it can be pasted from, and say no more than is known.

The system's clipboard is read back: only then has it been copied. A terminal is sent an OSC 52
sequence and never answers. When neither is there, the text goes into a file.
"""

from __future__ import annotations

import base64
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from s3assist.errors import ExportError

SECONDS = 2.0
"""Longest wait for the system's clipboard: its programs hang when their display is gone."""
LARGEST = 74_994
"""Bytes that OSC 52 can carry in every terminal: 100,000 characters with its frame."""


class Way(StrEnum):
    """Where a copied text has gone."""

    CLIPBOARD = "clipboard"
    TERMINAL = "terminal"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a text that was to be copied."""

    way: Way
    path: Path | None = None
    """Of the file, where it went into one."""

    def __str__(self) -> str:
        match self.way:
            case Way.CLIPBOARD:
                return "copied"
            case Way.TERMINAL:
                return "sent to the terminal's clipboard; not every terminal takes it"
            case Way.FILE:
                return f"no clipboard here; written to {self.path}"


def copy(
    text: str,
    *,
    terminal: Callable[[str], object] | None = None,
    system: bool = True,
    folder: Path | None = None,
) -> Copied:
    """Copy to the system's clipboard, else through the terminal, else into a file.

    `terminal` writes to the terminal that shows the program, past any screen library. `system` is
    False where the clipboard of this machine is not that of the reader, as in a browser elsewhere.
    `folder` is where the file goes; the platform's cache unless given.

    Raises:
        ExportError: not even the file could be written.
    """
    if system and to_system(text):
        return Copied(Way.CLIPBOARD)
    if terminal is not None and len(text.encode("utf-8", "replace")) <= LARGEST:
        terminal(osc52(text, tmux=bool(os.environ.get("TMUX"))))
        return Copied(Way.TERMINAL)
    return Copied(Way.FILE, to_file(text, folder))


def to_system(text: str) -> bool:
    """Whether the system's clipboard has taken the text and gives it back."""
    confirmed = threading.Event()

    def attempt() -> None:
        import pyperclip

        try:
            # Chosen anew each time: a display may come and go while the program runs.
            write, read = pyperclip.determine_clipboard()
            write(text)
            if same(read(), text):
                confirmed.set()
        except (pyperclip.PyperclipException, OSError, UnicodeError):
            return  # there is none, or its program failed

    worker = threading.Thread(target=attempt, daemon=True, name="clipboard")
    worker.start()
    worker.join(SECONDS)
    return confirmed.is_set()


def same(found: str, text: str) -> bool:
    """Whether a clipboard gave back what it was given; Windows writes line ends of its own."""
    return found.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def osc52(text: str, *, tmux: bool = False) -> str:
    """The sequence that asks a terminal to put a text on its clipboard.

    tmux keeps it to itself or passes it on, depending on its settings: it gets both forms.
    """
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    sequence = f"\x1b]52;c;{data}\x07"
    if not tmux:
        return sequence
    inner = sequence.replace("\x1b", "\x1b\x1b")
    return f"{sequence}\x1bPtmux;{inner}\x1b\\"


def to_file(text: str, folder: Path | None = None) -> Path:
    """Write the text into a new file that only its owner reads."""
    if folder is None:
        from platformdirs import user_cache_path

        folder = user_cache_path("s3assist", appauthor=False) / "copied"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=folder, prefix="copied-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise ExportError(
            f"Nothing could be copied: there is no clipboard, and {folder} can't be written to",
            hint="Export to a file of your choice instead.",
        ) from error
    return Path(name)
