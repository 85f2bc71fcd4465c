from __future__ import annotations

import base64
import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3assist import clipboard
from s3assist.clipboard import LARGEST, Copied, Way, copy, osc52
from s3assist.errors import ExportError

TEXT = "“Clusters” employ 19 %\nof all – “[bold]” 😀 العربية"
posix = pytest.mark.skipif(sys.platform != "linux", reason="plays the part of xclip on Linux")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)


def pretend_xclip(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program on the path that does what a clipboard program does, or fails as one does."""
    program = folder / "bin" / "xclip"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nstore={folder}/store\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")


WORKS = 'case "$*" in *-o*) cat $store;; *) cat > $store;; esac'


@posix
def test_copied_is_said_when_the_clipboard_gives_the_text_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_xclip(tmp_path, monkeypatch, WORKS)
    sent: list[str] = []

    outcome = copy(TEXT, terminal=sent.append)

    assert (outcome, str(outcome)) == (Copied(Way.CLIPBOARD), "copied")
    assert (tmp_path / "store").read_text(encoding="utf-8") == TEXT
    assert sent == []


@posix
@pytest.mark.parametrize(
    "script",
    [
        'cat > /dev/null; echo "Error: Can\'t open display" >&2; exit 1',
        'case "$*" in *-o*) echo another text;; *) cat > /dev/null;; esac',
        "exec sleep 30",
    ],
    ids=["no display", "another text", "hangs"],
)
def test_a_clipboard_that_fails_in_silence_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    pretend_xclip(tmp_path, monkeypatch, script)
    monkeypatch.setattr(clipboard, "SECONDS", 0.5)
    sent: list[str] = []

    outcome = copy(TEXT, terminal=sent.append)

    assert outcome.way is Way.TERMINAL
    assert "copied" not in str(outcome)
    assert len(sent) == 1


@posix
def test_a_clipboard_of_another_machine_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_xclip(tmp_path, monkeypatch, WORKS)

    outcome = copy(TEXT, system=False, folder=tmp_path)

    assert outcome.way is Way.FILE
    assert not (tmp_path / "store").exists()


@given(text=st.text())
def test_the_terminal_gets_the_very_text(text: str) -> None:
    match = re.fullmatch("\x1b]52;c;([A-Za-z0-9+/=]*)\x07", osc52(text))

    assert match
    assert base64.b64decode(match[1]).decode("utf-8") == text


def test_tmux_gets_both_forms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")  # noqa: S108 - no file is made
    sent: list[str] = []

    copy(TEXT, terminal=sent.append, system=False, folder=tmp_path)

    plain = osc52(TEXT)
    wrapped = plain.replace("\x1b", "\x1b\x1b")
    assert sent == [f"{plain}\x1bPtmux;{wrapped}\x1b\\"]


def test_without_a_clipboard_the_text_is_in_the_file_that_is_named(tmp_path: Path) -> None:
    outcome = copy(TEXT, system=False, folder=tmp_path / "copied")

    assert outcome.path is not None
    assert str(outcome.path) in str(outcome)
    assert outcome.path.read_bytes().decode("utf-8") == TEXT
    if sys.platform != "win32":
        assert outcome.path.stat().st_mode & 0o077 == 0


def test_what_a_terminal_could_cut_off_goes_into_a_file(tmp_path: Path) -> None:
    sent: list[str] = []

    outcome = copy("é" * LARGEST, terminal=sent.append, system=False, folder=tmp_path)

    assert (outcome.way, sent) == (Way.FILE, [])


def test_when_nothing_works_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(ExportError, match="no clipboard"):
        copy(TEXT, system=False, folder=tmp_path / "file")
