"""How the screens look: few, and only what an assertion can't say.

After a wanted change: ``python -m pytest tests/test_tui_snapshots.py --snapshot-update``, and look
at every picture that changed.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from conftest import Library
from screens import NARROW, SHARE, WIDE, Screens, settings
from textual.pilot import Pilot

from s3assist.tui.app import S3AssistApp

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="the pictures were made with Python 3.11"
)
Compare = Callable[..., bool]


@pytest.fixture
def dated(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that was indexed on a day that does not change."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    copy = library.copy(tmp_path)
    with sqlite3.connect(copy.index / "catalog.sqlite") as db:
        db.execute("UPDATE generation SET created = '2026-01-31T12:00:00+00:00'")
    db.close()
    return copy


def doing(app: S3AssistApp, *steps: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Ask what begins with a capital, press everything else."""

    async def run(pilot: Pilot[None]) -> None:
        screens = Screens(app, pilot)
        await screens.settled()
        app.chat.prompt.cursor_blink = False
        for step in steps:
            if step[0].isupper():
                await screens.ask(step)
            else:
                await screens.press(step)
            await screens.settled()

    return run


@pytest.mark.parametrize(
    ("size", "steps"),
    [
        pytest.param(NARROW, (), id="empty"),
        pytest.param(WIDE, (SHARE, "up"), id="answered"),
        pytest.param(NARROW, (SHARE, "up"), id="narrow"),
        pytest.param(NARROW, ("Who won the world cup of 1998?",), id="not-found"),
        pytest.param(NARROW, (SHARE, "up", "enter"), id="source"),
        pytest.param(NARROW, ("ctrl+l",), id="library"),
        pytest.param(NARROW, ("ctrl+f",), id="filters"),
    ],
)
def test_a_screen_looks_as_it_did(
    snap_compare: Compare,
    dated: Library,
    tmp_path: Path,
    size: tuple[int, int],
    steps: tuple[str, ...],
) -> None:
    app = S3AssistApp(settings(dated, tmp_path))

    assert snap_compare(app, terminal_size=size, run_before=doing(app, *steps))


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["s3assist-light", "s3assist-contrast"])
def test_a_theme_looks_as_it_did(
    snap_compare: Compare, dated: Library, tmp_path: Path, theme: str
) -> None:
    app = S3AssistApp(settings(dated, tmp_path))
    app.theme = theme

    assert snap_compare(app, terminal_size=WIDE, run_before=doing(app, SHARE, "up"))
