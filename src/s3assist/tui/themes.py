"""The looks: dark, light, high contrast. Without colour the terminal's own two are used."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="s3assist-dark",
    primary="#7fb0f0",
    secondary="#8d9bb0",
    accent="#e8c268",
    warning="#e0a458",
    error="#ee8080",
    success="#7cc79a",
    foreground="#dfe4ec",
    background="#14181f",
    surface="#1b2029",
    panel="#232a35",
    dark=True,
    variables={"quote": "#2d3648", "muted": "#96a0b0", "rule": "#343d4b", "match": "#5a4a1c"},
)
LIGHT = Theme(
    name="s3assist-light",
    primary="#1f5aa6",
    secondary="#5b6675",
    accent="#7f5700",
    warning="#93580a",
    error="#b3261e",
    success="#1f7a4a",
    foreground="#1d2530",
    background="#fbfaf7",
    surface="#f3f1eb",
    panel="#e9e6dd",
    dark=False,
    variables={"quote": "#fdf0c9", "muted": "#5f6875", "rule": "#d5d0c4", "match": "#ffd97a"},
)
CONTRAST = Theme(
    name="s3assist-contrast",
    primary="#ffff00",
    secondary="#ffffff",
    accent="#00ffff",
    warning="#ffff00",
    error="#ff9090",
    success="#00ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    text_alpha=1.0,
    variables={"quote": "#003b8e", "muted": "#ffffff", "rule": "#ffffff", "match": "#7a4b00"},
)
THEMES = (DARK, LIGHT, CONTRAST)
WITHOUT_COLOUR = "ansi-dark"
DEFAULTS = {
    "quote": "ansi_default",
    "muted": "ansi_default",
    "rule": "ansi_default",
    "match": "ansi_default",
}
"""For themes of others: what ours add."""
