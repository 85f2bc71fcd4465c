"""Markdown (CommonMark): every character of a document stands for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from s3assist.citation import also_named, beside
from s3assist.documents import Quote
from s3assist.export.citation import citation, worth
from s3assist.export.report import NEAREST, NOT_AN_ANSWER, Report
from s3assist.printable import on_one_line, printable

SPECIAL = re.compile(r"[\\`*_\[\]<>#|~$&]")
LINE_START = re.compile(r"^(\d{1,9})([.)])|^([-+=:])")
"""What would make a list, a rule, a heading or a definition of a line."""
EDGE = re.compile(r"^\s+|\s+$")
"""White space that a reader of Markdown would cut off."""


def markdown(report: Report) -> str:
    return "\n\n".join(blocks(report)) + "\n"


def blocks(report: Report) -> Iterator[str]:
    yield f"# {line(report.title)}"
    yield emphasis(report.origin)
    for number, part in enumerate(report.parts, start=1):
        if part.question:
            yield f"## {number}\\. {line(part.question)}"
        for remark in part.remarks:
            yield emphasis(remark)
        for quote in part.quotes:
            yield from quote_blocks(quote)
        if part.not_found:
            yield f"**{line(part.not_found)}**"
            if part.nearest:
                yield NEAREST
        for quote in part.nearest:
            yield from quote_blocks(quote, f"{NOT_AN_ANSWER}: ")


def quote_blocks(quote: Quote, label: str = "") -> Iterator[str]:
    yield quoted(quote.text)
    for remark in beside(quote):
        yield line(remark)
    yield (
        f"{label}{line(citation(quote))}  \n`{quote.receipt}` · {line(worth(quote))}"
        + "".join(
            f"  \nAlso in: {line(name)} `{place.receipt}`"
            for name, place in also_named(quote, citation)
        )
    )


def quoted(text: str) -> str:
    """A block quotation that reads back as `text`, its line breaks included."""
    lines = [escaped(part) for part in printable(text).split("\n")]
    return "> " + "\\\n> ".join(lines)


def line(text: str) -> str:
    return escaped(on_one_line(text))


def emphasis(text: str) -> str:
    return f"*{line(text)}*"


def escaped(text: str) -> str:
    """One line of text with nothing in it that Markdown would take for a mark."""
    marked = SPECIAL.sub(r"\\\g<0>", text)
    marked = LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", marked)
    return EDGE.sub(lambda m: "".join(f"&#{ord(c)};" for c in m.group()), marked)
