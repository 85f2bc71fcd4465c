"""What is made fit to be shown: texts without escape sequences and changes of direction, numbers of
things, moments by the user's clock."""

from __future__ import annotations

import re
from datetime import datetime

# Loaders drop these from documents. Paths and damaged files can still bring them: an ESC starts a
# command to the terminal, a bidi override shows a text in another order than it has, and a lone
# surrogate (a file name that is no UTF-8) can't be written.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` without anything that could command or deceive a terminal; line breaks stay."""
    return UNSAFE.sub("", text)


def on_one_line(text: str) -> str:
    """`text` as a part of a line: printable, all white space single spaces."""
    return " ".join(printable(text).split())


def in_place(text: str) -> str:
    """`text` with every character that `printable` drops shown as U+FFFD: offsets stay true."""
    return UNSAFE.sub("\ufffd", text)


def counted(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def local_time(moment: str) -> str:
    """A moment (UTC, ISO 8601) as the user's clock showed it, to the minute."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
