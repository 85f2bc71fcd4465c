"""How a line begins or ends: bullets, numbers, the end of a sentence."""

from __future__ import annotations

import re

BULLET = re.compile(r"[•●○◦▪■□▫◼◾➢➔→❖✓✔►▶‣⁃∙*](?=\s|\w)|[·o](?=\s)")
NUMBERED = re.compile(
    r"(?:[-–—]\s|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})\)\s|(?:\d{1,2}|[a-z]|[ivx]{2,4})\.\s)\s*\S"
)
TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:,\s?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)*)?$")
NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s*\S")
"""A footnote: a raised number opens the line."""
LABEL = re.compile(
    r"(?:[•●○◦▪■□▫◼◾➢➔→❖✓✔►▶‣⁃∙·*–—-]|(?:\d{1,2}\.)*\d{1,2}[.)]?"
    r"|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)])\s*"
)
"""A whole text that is only the bullet or number of what follows."""
SYMBOL_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d\uf0a8\uf071"), "•")
"""Codes of the Symbol and Wingdings fonts, which print as bullets of some form."""


def is_item(text: str) -> bool:
    """Whether `text` begins with a bullet, a dash or a short number."""
    return BULLET.match(text) is not None or NUMBERED.match(text) is not None
