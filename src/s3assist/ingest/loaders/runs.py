"""Runs of Word files that say themselves what is said of them elsewhere.

Whether a run is printed at all, or above the line, or in which font, may stand in its style, in one
that this is based on, or in a field around it. `settle` writes it where the reader of a run looks.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

from s3assist.ingest.loaders.symbols import PRIVATE, with_symbols

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Namespace of element and attribute names, in lxml's notation."""
HIDING = ("vanish", "strike", "dstrike")
"""Run properties of text that is not printed, or that the author struck out."""
RAISED_SIZE = 0.9
"""Of the largest type in its paragraph: what is smaller and stands above the line is raised."""
RAISED_BY = 0.15
"""Of that size; a smaller shift only puts a sign right."""

Properties = MutableMapping[str, Any]
"""Elements of run properties by their names."""

_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DEFAULT_SIZE = 20.0
"""In half points, as Word counts sizes and shifts."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Styles:
    """What the styles of a file say of runs, and which a paragraph has."""

    def __init__(self, styles: Any) -> None:
        self._by_id = {s.get(f"{W}styleId"): s for s in styles.iterchildren(f"{W}style")}
        usual = [
            name
            for name, style in self._by_id.items()
            if style.get(f"{W}type") == "paragraph" and is_on(style, "default", "0")
        ]
        self._usual = usual[-1] if usual else None  # of several the last, as the standard says
        self._everywhere = _said(styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        self._known: dict[str | None, Properties] = {}

    def of(self, paragraph: Any) -> str | None:
        """The name of a paragraph's style."""
        style = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
        return self._usual if style is None else style.get(f"{W}val")

    def chain(self, name: str | None) -> list[Any]:
        """A style and those that it is based on."""
        chain: list[Any] = []
        while (element := self._by_id.get(name)) is not None and element not in chain:
            chain.append(element)
            base = element.find(f"{W}basedOn")
            name = None if base is None else base.get(f"{W}val")
        return chain

    def around(self, run: Any) -> Properties:
        """By the style of its paragraph, or of all text."""
        said = self._said_by(self.of(next(run.iterancestors(f"{W}p"), None)))
        return ChainMap(said, self._everywhere)

    def on(self, run: Any) -> Properties:
        """By the run itself or its own style."""
        own = _said(run.find(f"{W}rPr"))
        style = own.get("rStyle")
        return own if style is None else ChainMap(own, self._said_by(style.get(f"{W}val")))

    def _said_by(self, style: str | None) -> Properties:
        """By a style and those that it is based on."""
        if style not in self._known:
            chain = self.chain(style)
            self._known[style] = ChainMap(*(_said(element.find(f"{W}rPr")) for element in chain))
        return self._known[style]


def style_name(style: Any) -> str:
    """The name of a style as Word shows it, such as ``heading 1``; empty without one."""
    name = style.find(f"{W}name")
    return "" if name is None else name.get(f"{W}val", "")


def _said(properties: Any) -> Properties:
    if properties is None:
        return {}
    return {e.tag.removeprefix(W): e for e in properties if isinstance(e.tag, str)}


def is_on(element: Any, attribute: str = "val", default: str = "true") -> bool:
    """Whether an element is there and does not say no."""
    off = ("0", "false", "off")
    return element is not None and element.get(f"{W}{attribute}", default) not in off


def settle(root: Any, styles: Styles) -> None:
    """Write out what is said of the runs below `root`; take out codes and repeated text boxes."""
    for alternatives in list(root.iter(_ALTERNATIVES)):
        for other in alternatives[1:]:  # the same for older programs
            alternatives.remove(other)
    _drop_codes(root)
    for run in list(root.iter(f"{W}r")):
        on, around = styles.on(run), styles.around(run)
        for name in HIDING:
            if is_on(on.get(name, around.get(name))):
                _write(run, name, "true")
        if _is_raised(run, on, styles):
            _write(run, "vertAlign", "superscript")
        for text in run.iterchildren(f"{W}t"):
            if PRIVATE.search(text.text or ""):
                font = on.get("rFonts", around.get("rFonts"))
                text.text = with_symbols(text.text, _name(font))


def _drop_codes(root: Any) -> None:
    """Take out what fields are made of: in ``{ IF { LANG } = "EN" "a" "b" }`` the inner field has
    a result too, and only that of the outer one is printed.
    """
    opened: list[list[Any] | None] = []  # what stands in the code of each field; None behind it
    for part in [child for run in root.iter(f"{W}r") for child in run]:
        mark = part.get(f"{W}fldCharType") if part.tag == f"{W}fldChar" else None
        if mark == "begin":
            opened.append([])
        elif mark is not None and opened:
            for unprinted in opened.pop() or ():
                unprinted.getparent().remove(unprinted)
            if mark == "separate":
                opened.append(None)
        elif part.tag != f"{W}rPr":
            code = next((code for code in reversed(opened) if code is not None), None)
            if code is not None:
                code.append(part)


def _write(run: Any, name: str, value: str) -> None:
    properties = run.get_or_add_rPr()
    said = properties.find(f"{W}{name}")
    if said is None:
        said = properties.makeelement(f"{W}{name}")
        properties.append(said)
    said.set(f"{W}val", value)


def _is_raised(run: Any, on: Properties, styles: Styles) -> bool:
    """Whether it is printed above the line: as a superscript, or small type that is shifted."""
    aligned = on["vertAlign"].get(f"{W}val") if "vertAlign" in on else "baseline"
    if aligned != "baseline":
        return bool(aligned == "superscript")
    shift = _half_points(on.get("position"), 0.0)
    paragraph = next(run.iterancestors(f"{W}p"), None)
    if shift <= 0 or paragraph is None:
        return False
    largest = max(_size(other, styles) for other in paragraph.iter(f"{W}r"))
    return shift > RAISED_BY * largest and _size(run, styles) < RAISED_SIZE * largest


def _size(run: Any, styles: Styles) -> float:
    size = styles.on(run).get("sz", styles.around(run).get("sz"))
    return _half_points(size, _DEFAULT_SIZE)


def _half_points(element: Any, default: float) -> float:
    match = _NUMBER.fullmatch(element.get(f"{W}val", "")) if element is not None else None
    return float(match[0]) if match else default


def _name(fonts: Any) -> str:
    return "" if fonts is None else fonts.get(f"{W}hAnsi") or fonts.get(f"{W}ascii") or ""
