from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SHARE, Library

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals there")


def seen(*arguments: str, **environment: str) -> str:
    """What a terminal of 60 columns receives from a command."""
    import pty

    reading, terminal = pty.openpty()
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    command = subprocess.Popen(
        [sys.executable, "-m", "s3assist", *arguments],
        stdout=terminal,
        stderr=terminal,
        env=inherited | {"COLUMNS": "60", "TERM": "xterm"} | environment,
    )
    os.close(terminal)
    received = b""
    try:
        while part := os.read(reading, 65536):
            received += part
    except OSError:  # Linux says so when nobody holds the other end any more
        pass
    os.close(reading)
    assert command.wait() == 0, received
    return received.decode()


def test_a_terminal_shows_the_phrase_in_bold_and_wraps_lines(library: Library) -> None:
    shown = seen("find", "European jobs", "--doc", "jobs", *library.flags)

    assert "\x1b[1mEuropean jobs\x1b[0m" in shown
    lines = re.sub(r"\x1b\[\d*m", "", shown).splitlines()
    assert SHARE not in lines
    assert all(len(line) < 60 for line in lines)


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_whoever_wants_no_colour_gets_none(library: Library, plain: dict[str, str]) -> None:
    shown = seen("find", "European jobs", "--doc", "jobs", *library.flags, **plain)

    assert "19% of European jobs and" in shown
    assert "\x1b" not in shown


@pytest.mark.slow
def test_indexing_shows_how_far_it_is(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "new.txt").write_text("A new text about regions.", encoding="utf-8")

    shown = seen("index", *copy.flags)

    assert "reading" in shown
    assert "6/6" in shown
    assert "embedding" in shown
    assert "1/1" in shown
