"""Raised numbers: ``10⁶`` and ``2011³``, which without their height would be 106 and 20113."""

from __future__ import annotations

import re

RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SIGN = re.compile(r"(?<!\d)[+\-\u2212\u2013\u2011](?=\d)")
_WORD = re.compile(r"[^\W\d_]{2,}")


def raised(text: str) -> str:
    """`text`, which its source prints above the line, with its digits and their signs raised.

    Letters stay as they are (``1st``), and so do lines that are raised only to be small.
    """
    if len(_WORD.findall(text)) > 1:
        return text
    return _SIGN.sub(lambda sign: "⁺" if sign[0] == "+" else "⁻", text).translate(RAISED_DIGITS)
