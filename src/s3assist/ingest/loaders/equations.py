"""Equations of Word files (OMML) on one line, as far as a line can say what they print."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from s3assist.ingest.loaders.raised import LOWERED_DIGITS, raised

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
"""Namespace of element and attribute names, in lxml's notation."""
OMITTED = "[…]"
"""Stands for an equation that a line can't hold: a hole that is seen misleads nobody."""
_JOINT = "\x1f"
"""An edge of what is printed above or below the line: no character that XML could hold."""

_WRAPPERS = frozenset({"box", "ins", "moveTo", "sdt", "sdtContent", "smartTag"})
_PASSED_OVER = frozenset({"del", "moveFrom", "bookmarkStart", "bookmarkEnd", "proofErr"})
_ATOM = re.compile(r"[^\W_]+(?:[.,\u00a0\u202f][^\W_]+)*%?")
_INTEGER = re.compile(r"[+\-\u2212\u2013]?[0-9]+")


class _NotLinearError(Exception):
    """The equation has a part that has no plain form on a line."""


def on_one_line(equation: Any, run_text: Callable[[Any], str]) -> str:
    """Text of an ``m:oMath`` such as ``≥1.5``, ``10⁶`` or ``(a+b)/c``; else `OMITTED`.

    What is plain in Word's own linear format is written in it; it is better to leave out a matrix
    than to print its numbers one after another. `run_text` reads a run; `part_joints` comes last.
    """
    try:
        return _linear(equation, run_text)
    except _NotLinearError:
        return OMITTED


def part_joints(text: str) -> str:
    """`text` with spaces where two and a half would otherwise be read as ``21/2``."""
    return re.sub(rf"(?<=[\w)\]]){_JOINT}+(?=[\w(\[])", " ", text).replace(_JOINT, "")


def _linear(parent: Any, run_text: Callable[[Any], str]) -> str:
    return "".join(_part(child, run_text) for child in parent)


def _part(element: Any, run_text: Callable[[Any], str]) -> str:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    # The mark of a deletion that was tracked; insertions are kept.
    deleted = name and element.find(f"{M}{name}Pr/{M}ctrlPr//{{*}}del") is not None
    if not name or name.endswith("Pr") or name in _PASSED_OVER or deleted:
        return ""
    if name == "r":
        return run_text(element)
    if name in _WRAPPERS:
        return "".join(_part(child, run_text) for child in _unwrapped(element))
    parts = {
        role: [_linear(child, run_text).strip(" ") for child in element.iterchildren(f"{M}{role}")]
        for role in ("num", "den", "e", "sup", "sub")
    }
    match name, parts:
        case "f", {"num": [above], "den": [below]} if above and below and _is_stacked(element):
            return f"{_JOINT}{_grouped(above)}/{_grouped(below)}{_JOINT}"
        case "sSup", {"e": [base], "sup": [above]} if above:
            return _based(base) + _exponent(above)
        case "sSub", {"e": [base], "sub": [below]} if below:
            return _based(base) + _index(below)
        case "d", {"e": inner}:
            opening, between, closing = (
                _property(element, name, default)
                for name, default in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
            )
            return opening + between.join(inner) + closing
    raise _NotLinearError


def _unwrapped(wrapper: Any) -> Any:
    """What a wrapper holds; a box keeps it in an argument of its own."""
    inner = wrapper.find(f"{M}e")
    return wrapper if inner is None else inner


def _property(element: Any, name: str, default: str) -> str:
    found = element.find(f"{element.tag}Pr/{M}{name}")
    return default if found is None else found.get(f"{M}val", default)


def _is_stacked(fraction: Any) -> bool:
    """Whether a line or a slash parts the two numbers: without one it is no division."""
    return _property(fraction, "type", "bar") != "noBar"


def _grouped(text: str) -> str:
    return text if _ATOM.fullmatch(text) else f"({text})"


def _based(base: str) -> str:
    """A fraction needs brackets before its exponent; what is typed has those that it needs."""
    return f"({base})" if base.endswith(_JOINT) else base


def _exponent(text: str) -> str:
    return raised(text) if _INTEGER.fullmatch(text) else f"^{_grouped(text)}{_JOINT}"


def _index(text: str) -> str:
    lowered = _INTEGER.fullmatch(text) and text.isdigit()
    return text.translate(LOWERED_DIGITS) if lowered else f"_{_grouped(text)}{_JOINT}"
