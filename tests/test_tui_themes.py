from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Library
from screens import SHARE, opened
from textual.color import Color
from textual.theme import Theme

from s3assist.tui.themes import THEMES
from s3assist.tui.widgets.cards import QuoteCard

pytestmark = pytest.mark.anyio


READABLE = 4.5
"""The contrast that WCAG 2 asks of text (AA)."""


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("text", ["foreground", "accent"])
@pytest.mark.parametrize("below", ["background", "surface", "panel", "quote", "match"])
def test_what_stands_in_a_document_can_be_read(theme: Theme, text: str, below: str) -> None:
    colours = {**vars(theme), **theme.variables}

    assert contrast(colours[text], colours[below]) >= READABLE


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = Color.parse(colour).normalized
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


async def test_without_colour_nothing_is_coloured_and_emphasis_still_shows(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up")
        strips = [
            strip
            for widget in (*screens.app.screen.query("*"),)
            if widget.display and widget.region
            for strip in widget.render_lines(widget.size.region)
        ]
        styles = [segment.style for strip in strips for segment in strip if segment.style]

        assert styles
        assert not any(style.color and not style.color.is_default for style in styles)
        assert not any(style.bgcolor and not style.bgcolor.is_default for style in styles)
        bold = {s.text for strip in strips for s in strip if s.style and s.style.underline}
        assert {"19%", "22%"} <= bold


@pytest.mark.slow
async def test_every_theme_shows_an_answer(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        for theme in [*(theme.name for theme in THEMES), "textual-light", "nord"]:
            screens.app.theme = theme
            await screens.settled()

            assert screens.app.screen.query(QuoteCard), theme
            assert "✓ verified" in screens.shown(), theme
