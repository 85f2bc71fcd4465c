"""Open a file with the program that the desktop has for it, quietly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from textual.notifications import SeverityLevel


def open_original(path: Path, corpus: Path) -> tuple[str, SeverityLevel]:
    """Open a file of the corpus; says what came of it."""
    if not path.resolve().is_relative_to(corpus.resolve()):
        return f"Outside the corpus, so not opened: {path}", "warning"
    if not path.is_file():
        return f"The file is gone: {path}", "warning"
    if not open_file(path):
        return f"There is no desktop to open it with: {path}", "information"
    return f"Opening {path}", "information"


def open_file(path: Path) -> bool:
    """Hand a file to the desktop; False where there is none to hand it to."""
    if sys.platform == "win32":
        os.startfile(path)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606
        return True
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    program = shutil.which(opener)
    if program is None or (opener == "xdg-open" and not has_desktop()):
        return False
    nowhere = subprocess.DEVNULL  # what it prints would end up in the middle of the screen
    subprocess.Popen(
        [program, str(path)], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
    )
    return True


def has_desktop() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
