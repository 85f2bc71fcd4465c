"""What the symbol fonts of Word print: their codes stand for letters or for nothing elsewhere.

The Symbol font is read by Adobe's encoding (unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt),
pieces of brackets as the characters that Unicode has for them since. Of the Wingdings fonts, which
are in Unicode since 7.0, those are known that mean something in a text: ticks, arrows, numbers.
"""

from __future__ import annotations

import re

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for a symbol that is not known: one that is left out turns "≥ 50" into "50"."""

PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Codes that mean what a font makes of them."""
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"


def _codes(first: int, printed: str) -> dict[int, str]:
    return dict(enumerate(printed, start=first))


_SYMBOL = {
    **_codes(0x20, " !∀#∃%&∋()∗+,−./0123456789:;<=>?"),
    **_codes(0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
    **_codes(0x60, "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
    **_codes(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"),
    **_codes(0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"),
    **_codes(0xE0, "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"),
    **_codes(0xF1, "⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"),
}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": {
        **_codes(0x20, " "),
        **_codes(0x4A, "☺😐☹"),
        **_codes(0x6C, "●"),
        **_codes(0x6E, "■□"),
        **_codes(0x71, "❑❒⬧"),
        **_codes(0x75, "◆❖⬥"),
        **_codes(0x80, _CIRCLED),
        **_codes(0x9E, "·•▪○"),
        **_codes(0xA7, "▪◻"),
        **_codes(0xD8, "➢"),
        **_codes(0xDF, "←→↑↓↖↗↙↘⬅➔⬆⬇"),
        **_codes(0xEF, "⇦⇨⇧⇩⬄⇳"),
        **_codes(0xFB, "✗✔☒☑"),
    },
    "wingdings 2": {
        **_codes(0x4F, "✗✓"),
        **_codes(0x52, "☑☒☒"),
        **_codes(0x69, _CIRCLED),
        **_codes(0xA3, "□"),
    },
}


def printed(code: int, font: str) -> str:
    """The character that `font` prints for `code`; a symbol font's begin at 0 or at U+F000."""
    known = _FONTS.get(font.casefold())
    if known is not None and (code < 0x100 or 0xF000 <= code < 0xF100):
        return known.get(code & 0xFF, UNREADABLE)
    return UNREADABLE if code == 0 or PRIVATE.match(chr(code)) else chr(code)


def with_symbols(text: str, font: str) -> str:
    """`text` as `font` prints it: with a character for each private code."""
    return PRIVATE.sub(lambda code: printed(ord(code[0]), font), text)
