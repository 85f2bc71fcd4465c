"""Roman numerals, read and written."""

from __future__ import annotations

_SIGNS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_VALUES = {sign: value for value, sign in _SIGNS}


def from_roman(numeral: str) -> int:
    """4 for ``iv`` or ``IV``."""
    values = [_VALUES[letter] for letter in numeral.lower()]
    return sum(
        -value if value < max(values[place + 1 :], default=0) else value
        for place, value in enumerate(values)
    )


def to_roman(number: int) -> str:
    """``iv`` for 4; there are signs for 1 to 3999."""
    numeral = ""
    for value, sign in _SIGNS:
        numeral += sign * (number // value)
        number %= value
    return numeral
