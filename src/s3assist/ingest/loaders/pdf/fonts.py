"""Fonts as the page's text needs them: bytes to characters, and how far each one moves the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import DictionaryObject, IndirectObject

# Not part of pypdf's promised interface: the one place where it decodes *and* measures glyphs.
from pypdf.generic._font import Font

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_HEAVY = 600
"""/FontWeight from which a face counts as bold."""
_UNUSED = frozenset("\x7f\x81\x8d\x8f\x90\x9d")
"""Codes that WinAnsiEncoding leaves open; they print as bullets (ISO 32000-1, D.2, note 3)."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Face:
    """One font of the document."""

    font: Font
    unit: float
    """Text-space width of one glyph unit: 1/1000 but for Type 3 fonts."""
    bold: bool
    mapped: bool
    """The file says which characters the codes stand for."""
    bullets: bool = False
    """Unused codes print as bullets."""
    _known: dict[str, tuple[str, float, bool]] = field(default_factory=dict)

    def decode(self, data: bytes) -> Iterator[tuple[str, float, bool]]:
        """(characters, width in ems, whether it is the one-byte space) of each code in `data`."""
        encoding = self.font.encoding
        simple = not isinstance(encoding, str)
        if isinstance(encoding, str):
            try:
                codes = data.decode(encoding, "surrogatepass")
            except UnicodeDecodeError:
                codes = data.decode(encoding, "replace")
        else:
            codes = data.decode("latin-1")
        for code in codes:
            known = self._known.get(code)
            if known is None:
                known = self._known[code] = self._glyph(code, simple)
            yield known

    def _glyph(self, code: str, simple: bool) -> tuple[str, float, bool]:
        text = code
        if isinstance(self.font.encoding, dict):
            text = self.font.encoding.get(ord(code), code)
        text = str(self.font.character_map.get(text, text))
        if self.bullets and text in _UNUSED:
            text = "•"
        if not self.font.interpretable:
            text = REPLACEMENT
        if code == self.font.space_char and self.font.space_width:
            width = float(self.font.space_width)
        else:
            width = float(self.font.get_text_width(code))
        # Word spacing applies to the code 32 of simple fonts only (ISO 32000-1, 9.3.3).
        return text, width * self.unit, simple and code == " "


@dataclass(slots=True)
class Faces:
    """The faces of one file, each read once."""

    _by_reference: dict[tuple[int, int], Face | None] = field(default_factory=dict)
    _by_identity: dict[int, tuple[Any, Face | None]] = field(default_factory=dict)

    def find(self, resources: DictionaryObject, name: Any) -> Face | None:
        """The face that `resources` calls `name`; None if it is missing or cannot be read."""
        fonts = resources.get("/Font")
        fonts = fonts.get_object() if fonts is not None else None
        if not isinstance(fonts, DictionaryObject) or name not in fonts:
            return None
        raw = fonts.raw_get(name)
        if isinstance(raw, IndirectObject):
            key = (raw.idnum, raw.generation)
            if key not in self._by_reference:
                self._by_reference[key] = _face(raw.get_object())
            return self._by_reference[key]
        if id(raw) not in self._by_identity:
            # The object is kept beside its face so that its id cannot be given to another one.
            self._by_identity[id(raw)] = (raw, _face(raw))
        return self._by_identity[id(raw)][1]


def _face(resource: Any) -> Face | None:
    if not isinstance(resource, DictionaryObject):
        return None
    font = Font.from_font_resource(resource)
    unit = 0.001
    if resource.get("/Subtype") == "/Type3":
        matrix = resource.get("/FontMatrix")
        matrix = matrix.get_object() if matrix is not None else None
        if isinstance(matrix, list) and matrix and isinstance(matrix[0], int | float):
            unit = abs(float(matrix[0])) or unit
    return Face(
        font, unit, _is_bold(font, resource), _is_mapped(font, resource), _is_win_ansi(resource)
    )


def _is_win_ansi(resource: DictionaryObject) -> bool:
    encoding = resource.get("/Encoding")
    encoding = encoding.get_object() if encoding is not None else None
    if isinstance(encoding, DictionaryObject):
        encoding = encoding.get("/BaseEncoding")
    return encoding == "/WinAnsiEncoding" and "/ToUnicode" not in resource


def _is_mapped(font: Font, resource: DictionaryObject) -> bool:
    """A subset that has neither a Unicode map nor an encoding may number its glyphs at will."""
    if "/ToUnicode" in resource:
        return True
    if resource.get("/Subtype") == "/Type0":
        return not str(resource.get("/Encoding", "")).startswith("/Identity")
    return "/Encoding" in resource or font.font_descriptor.font_file is None


def _is_bold(font: Font, resource: DictionaryObject) -> bool:
    names = f"{font.name} {font.font_descriptor.name} {resource.get('/BaseFont', '')}"
    weight = font.font_descriptor.weight
    flags = font.font_descriptor.flags
    return (
        _BOLD.search(names) is not None
        or (isinstance(weight, int | float) and weight >= _HEAVY)
        or (isinstance(flags, int) and bool(flags & _FORCE_BOLD))
    )
