"""Make the pictures of the README: the real screen over the bundled documents.

``python scripts/screenshots.py [INDEX]`` writes docs/screenshots/*.svg. INDEX is a finished index
of the folder corpus/ (default: index).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from s3assist.config import Settings
from s3assist.index.layout import IndexLayout
from s3assist.tui.app import S3AssistApp
from s3assist.tui.themes import LIGHT

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "screenshots"
KEYS = {" ": "space", "?": "question_mark", ".": "full_stop", ",": "comma"}
PANORAMA = "What share of European jobs is in clusters?"
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "chat": ((150, 42), "", (PANORAMA, "up")),
    "source": (
        (150, 42),
        "",
        ("How many leading-edge clusters did Germany select?", "up", "enter"),
    ),
    "library": ((120, 30), "", ("ctrl+l",)),
    "not-found": ((100, 30), "", ("What is the population of Luxembourg?", "up", "enter")),
    "narrow": ((80, 24), "", ("What does RIS3 stand for?", "up")),
    "light": ((150, 42), LIGHT.name, (PANORAMA, "up")),
}
"""Size, theme, and what is asked (with a capital) or pressed."""


async def settled(app: S3AssistApp, pilot: Pilot[None]) -> None:
    while not app.chat.is_loaded or app.chat.waiting is not None:
        await pilot.pause(0.05)
    await app.workers.wait_for_complete()
    await pilot.pause(0.1)


async def picture(name: str, index: Path, sessions: Path) -> None:
    size, theme, steps = PICTURES[name]
    app = S3AssistApp(Settings(corpus=ROOT / "corpus", index=index, sessions=sessions))
    if theme:
        app.theme = theme
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        for step in steps:
            if step[0].isupper():
                await pilot.press(*(KEYS.get(sign, sign) for sign in step), "enter")
            else:
                await pilot.press(step)
            await settled(app, pilot)
        (FOLDER / f"{name}.svg").write_text(app.export_screenshot(), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("index", type=Path, nargs="?", default=ROOT / "index")
    index = parser.parse_args().index
    if not IndexLayout(index).catalog.is_file():
        parser.error(f"there is no index in {index}; make one first: s3assist index")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as sessions:
        for name in PICTURES:
            asyncio.run(picture(name, index, Path(sessions)))
            print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
