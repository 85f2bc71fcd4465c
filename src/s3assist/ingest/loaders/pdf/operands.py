"""What a page is given in: numbers, matrices, boxes, marked-content properties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypdf.generic import DictionaryObject, NameObject

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)


@dataclass(slots=True)
class Mark:
    """One open marked-content sequence."""

    pagination: bool = False
    mcid: int = -1
    actual: str | None = None
    """Text that stands for all that the sequence paints."""


def multiply(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def number(operands: Sequence[Any], index: int, default: float = 0.0) -> float:
    value = operands[index] if -len(operands) <= index < len(operands) else default
    return float(value) if isinstance(value, int | float) else default


def matrix(operands: Sequence[Any]) -> Matrix:
    if len(operands) < 6 or not all(isinstance(value, int | float) for value in operands[-6:]):
        return IDENTITY
    a, b, c, d, e, f = (float(value) for value in operands[-6:])
    return (a, b, c, d, e, f)


def turned(degrees: int) -> Matrix:
    """From a page that is shown turned by so much to the frame of upright text."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return cos, -sin, sin, cos, 0.0, 0.0


def rectangle(value: Any) -> Box:
    """The box that an array gives by any two opposite corners; empty for all else."""
    if not isinstance(value, list):
        return 0.0, 0.0, 0.0, 0.0
    x, y, x1, y1 = (number(value, index) for index in range(4))
    return min(x, x1), min(y, y1), max(x, x1), max(y, y1)


def around(box: Box, m: Matrix) -> Box:
    """The box around `box` as `m` turns it."""
    left, bottom, right, top = box
    places = [
        (x * m[0] + y * m[2], x * m[1] + y * m[3]) for x in (left, right) for y in (bottom, top)
    ]
    xs, ys = zip(*places, strict=True)
    return min(xs) + m[4], min(ys) + m[5], max(xs) + m[4], max(ys) + m[5]


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def shown_box(crop: Sequence[Any], media: Sequence[Any], margin: float) -> Box:
    """What both boxes show and `margin` around it; everything where that is nothing."""
    boxes = [[float(value) for value in box] for box in (crop, media)]
    left, bottom = (max(min(box[i], box[i + 2]) for box in boxes) for i in (0, 1))
    right, top = (min(max(box[i], box[i + 2]) for box in boxes) for i in (0, 1))
    if right - left < 1 or top - bottom < 1:
        # A broken box; programs show the whole sheet.
        return EVERYWHERE
    return left - margin, bottom - margin, right + margin, top + margin


def read_mark(operands: Sequence[Any], resources: DictionaryObject) -> Mark:
    """Read the tag and properties of a marked-content operator."""
    tag = operands[0] if operands else ""
    properties: Any = operands[1] if len(operands) > 1 else None
    if isinstance(properties, NameObject):
        named = resources.get("/Properties")
        named = named.get_object() if named is not None else None
        properties = named.get(properties) if isinstance(named, DictionaryObject) else None
        properties = properties.get_object() if properties is not None else None
    if not isinstance(properties, dict):
        return Mark()
    actual = properties.get("/ActualText")
    if isinstance(actual, bytes):
        encoding = "utf-16" if actual[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1"
        actual = actual.decode(encoding, "replace")
    mcid = properties.get("/MCID", -1)
    return Mark(
        pagination=tag == "/Artifact" and properties.get("/Type") == "/Pagination",
        mcid=int(mcid) if isinstance(mcid, int) else -1,
        actual=str(actual) if isinstance(actual, str) else None,
    )
