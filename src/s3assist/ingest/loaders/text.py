"""Plain text: paragraphs, list items and the title, from line breaks alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from s3assist.documents import Block, BlockKind, Extract
from s3assist.ingest.bylines import is_byline
from s3assist.ingest.cleaning import clean, is_boilerplate, tidy
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.reading import MAX_TEXT_BYTES, decode, read_bytes

LONG_LINE = 120
"""Characters: a longer line was not wrapped, so a full stop at its end closes a paragraph."""
SHORT_SHARE = 0.6
"""Part of the longest line beside it below which a line was broken on purpose, not wrapped."""
LONGEST_TITLE = 160
"""Characters of the longest line, or wrapped lines, that can be a title."""

_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BULLET = re.compile(r"\s*(?:[•‣▪●○◦∙·►]\s*|[-*–—+]\s+)(?=\S)")
_NUMBER = re.compile(r"\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\d{1,2}\.)\s+(?=\S)")
_UNDERLINE = re.compile(r"\s*([=~*^-])\1{2,}\s*")
_FINAL = (".", "!", "?", ":", ";", ",", "…")
_CLOSED = re.compile(r"[.!?:;…][”\"’)\]»]*\d{0,3}$")
_LEADS_TO_ITEM = re.compile(r"(?:[.!?:;,…]|\b(?:and|or|und|et|y|e|o|ou))[”\"’)]*\s*$")


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read a text file.

    Raises:
        LoadError: it cannot be read or decoded.
    """
    decoded = decode(read_bytes(path, limit=MAX_TEXT_BYTES), path.name)
    return Extract(blocks=tidy(parse(decoded.text)), warnings=decoded.warnings)


def parse(text: str) -> Iterator[Block]:
    """The blocks of `text`, not yet cleaned."""
    chunks = _chunks(_without_buttons(_LINES.split(text)))
    if chunks:
        title, chunks[0] = _title(chunks[0])
        if title:
            yield Block(kind=BlockKind.HEADING, text=title, level=1)
    for chunk in chunks:
        yield from _blocks(chunk)


def _without_buttons(lines: Iterable[str]) -> Iterator[str]:
    """Lines but for buttons; one right below a paragraph would become its last words.

    A line in the middle of a sentence is never one: "… a higher market / share."
    """
    before = ""
    for line in lines:
        text = clean(line)
        if is_boilerplate(text) and (not before or _CLOSED.search(before)):
            continue
        yield line
        before = text


def _chunks(lines: Iterable[str]) -> list[list[str]]:
    """Runs of lines without an empty one between them."""
    chunks: list[list[str]] = []
    fresh = True
    for line in lines:
        if not clean(line):
            fresh = True
            continue
        if fresh:
            chunks.append([])
        chunks[-1].append(line)
        fresh = False
    return chunks


def _title(chunk: list[str]) -> tuple[str, list[str]]:
    """The title, if the first chunk begins with one, and the lines that remain."""
    first = clean(chunk[0])
    if len(chunk) > 1 and _UNDERLINE.fullmatch(chunk[1]):
        return first, chunk[2:]
    if not _is_label(first) or is_byline(first) or _item_text(chunk[0]) is not None:
        return "", chunk
    joined = clean(" ".join(chunk))
    if len(chunk) <= 3 and _is_label(joined) and not any(is_byline(clean(x)) for x in chunk[1:]):
        return joined, []
    # Wrapped prose fills its lines; a title above it usually stops well before the margin.
    if _ends_paragraph(first, clean(chunk[1]), max(map(len, chunk))):
        return first, chunk[1:]
    return "", chunk


def _is_label(line: str) -> bool:
    return 0 < len(line) <= LONGEST_TITLE and not line.endswith(_FINAL)


def _item_text(line: str) -> str | None:
    """The line without its bullet (a number is kept: others refer to it); None for no item."""
    if bullet := _BULLET.match(line):
        return line[bullet.end() :]
    return line if _NUMBER.match(line) else None


def _blocks(chunk: list[str]) -> Iterator[Block]:
    """Paragraphs and items of one chunk; wrapped lines are joined by a space."""
    if len(chunk) == 2 and _UNDERLINE.fullmatch(chunk[1]):
        yield Block(kind=BlockKind.HEADING, text=chunk[0], level=2)
        return
    if len(chunk) == 1 and _is_capitals(chunk[0]):
        yield Block(kind=BlockKind.HEADING, text=chunk[0], level=2)
        return
    width = max((len(clean(line)) for line in chunk), default=0)
    kind, pending = BlockKind.PARAGRAPH, [""]
    for before, line in pairwise(["", *chunk]):
        if _UNDERLINE.fullmatch(line):
            continue
        item = _item_text(line)
        # "12. June" or "- a dash" may begin a wrapped line in the middle of a sentence.
        if item is not None and (
            not before or kind is BlockKind.ITEM or _LEADS_TO_ITEM.search(clean(before))
        ):
            yield Block(kind=kind, text=" ".join(pending))
            kind, pending = BlockKind.ITEM, [item]
        elif _ends_paragraph(clean(before), clean(line), width):
            yield Block(kind=kind, text=" ".join(pending))
            kind, pending = BlockKind.PARAGRAPH, [line]
        else:
            pending.append(line)
    yield Block(kind=kind, text=" ".join(pending))


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    """Whether the break between two lines is meant, in a chunk whose longest line has `width`."""
    if is_byline(line) or is_byline(following):
        return True
    if len(line) > LONG_LINE and _CLOSED.search(line):
        return True
    return len(line) < SHORT_SHARE * width and not following[:1].islower()


def _is_capitals(line: str) -> bool:
    text = clean(line)
    return _is_label(text) and text.isupper() and len(text.split()) > 1
