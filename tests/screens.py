"""Opens the terminal screen over a real index and waits for causes, not for time."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import Library
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Static

from s3assist.assistant import Assistant
from s3assist.config import Settings
from s3assist.documents import Answer
from s3assist.tui.app import S3AssistApp

NARROW, WIDE = (80, 24), (160, 50)
SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param(NARROW, id="80x24"), pytest.param(WIDE, id="160x50", marks=pytest.mark.slow)],
)
SHARE = "What share of European jobs is in clusters?"
KEYS = {" ": "space", "?": "question_mark", ".": "full_stop", ",": "comma", "-": "minus"}
PATIENCE = 60
"""Seconds after which a test gives up; nothing passes or fails by being faster."""


class Screens:
    """A running app with the hands and the eyes of its user."""

    def __init__(self, app: S3AssistApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._told: list[str] = []
        notify = app.notify

        def noting(message: str, **how: Any) -> None:
            self._told.append(message)
            notify(message, **how)

        app.notify = noting  # type: ignore[method-assign] # a toast is gone after some seconds

    async def until(self, happened: Callable[[], object]) -> None:
        for _ in range(PATIENCE * 50):
            if happened():
                break
            await self.pilot.pause(0.02)
        assert happened(), "waited in vain"
        await self.pilot.pause()

    async def settled(self) -> None:
        """Until nothing is being loaded, asked or read any more."""
        await self.until(lambda: self.app.chat.is_loaded and self.app.chat.waiting is None)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        while len(self.app.workers):  # begun by what the ones before have found
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.pilot.press(*(KEYS.get(character, character) for character in text))

    async def paste(self, text: str) -> None:
        """What a terminal sends when its user pastes; a pilot takes 40 ms for each key."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def ask(self, question: str) -> None:
        await self.paste(question)
        await self.press("enter")
        await self.settled()

    def text(self, selector: str) -> str:
        """What the widgets of a selector say, top to bottom."""
        found = self.app.screen.query(selector).results(Static)
        return "\n".join(str(widget.visual) for widget in found)

    def shown(self) -> str:
        """The screen as characters, line by line."""
        _width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines[:height])

    def told(self) -> str:
        """All notifications so far."""
        return "\n".join(self._told)


def held_back(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let answers wait for the first event; the second tells that one has come."""
    release, done, real = threading.Event(), threading.Event(), Assistant.ask

    def slow(self: Assistant, *arguments: object) -> Answer:
        release.wait(30)
        try:
            return real(self, *arguments)  # type: ignore[arg-type]
        finally:
            done.set()

    monkeypatch.setattr(Assistant, "ask", slow)
    return release, done


def settings(library: Library, folder: Path) -> Settings:
    return Settings(corpus=library.corpus, index=library.index, sessions=folder / "sessions")


@asynccontextmanager
async def opened(
    library: Library, folder: Path, size: tuple[int, int] = WIDE
) -> AsyncIterator[Screens]:
    app = S3AssistApp(settings(library, folder))
    async with app.run_test(size=size) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        yield screens
