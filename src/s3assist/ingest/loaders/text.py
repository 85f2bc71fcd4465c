"""Plain text: paragraphs, list items and the title, from line breaks alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from s3assist.documents import Block, BlockKind, Extract, Metadata
from s3assist.ingest.bylines import is_byline
from s3assist.ingest.cleaning import clean, is_boilerplate, tidy
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.hyphenation import HYPHENS, Hyphenation
from s3assist.ingest.loaders.reading import MAX_TEXT_BYTES, decode, read_bytes

LONG_LINE = 120
"""Characters: a longer line was not wrapped, so a full stop at its end closes a paragraph."""
SHORT_SHARE = 0.6
"""Part of the longest line beside it below which a line was broken on purpose, not wrapped."""
LONGEST_TITLE = 160
"""Characters of the longest line, or wrapped lines, that can be a title."""
LONGEST_SURE_TITLE = 100
"""Characters of the longest line that is a title for certain, and no sentence without its stop."""

_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BULLET = re.compile(r"\s*(?:[•‣▪●○◦∙·►]\s*|[-*–—+]\s+)(?=\S)")
_NUMBER = re.compile(r"\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\d{1,2}\.)\s+(?=\S)")
_UNDERLINE = re.compile(r"\s*([=~*^-])\1{2,}\s*")
_FINAL = re.compile(r"[.!?:;,…][”\"’)\]»]*$")
_QUOTATION_MARK = re.compile(r"[“”„\"«»]")
_FIGURE = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d")
"""The first digit of a number that is no year."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|shall|should|can|could|must|may|might|does|did"
    r"|ist|sind|wird|werden|wurden?|hat|haben|hatte|kann|können|soll|sollen|muss|müssen"
    r"|est|sont|était|sera|seront|ont|peut|doit|fue|fueron|será|serán|tiene|tienen|è|sono|sarà"
    r"|hanno|foi|são|heeft|hebben|wordt|worden|jest|są|będzie|został[aoy]?)\b"
)
"""Common ones: what has one is a sentence rather than a title."""
_CLOSED = re.compile(r"[.!?:;…][”\"’)\]»]*\d{0,3}$")
_LEADS_TO_ITEM = re.compile(r"(?:[.!?:;,…]|\b(?:and|or|und|et|y|e|o|ou))[”\"’)]*\s*$")


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read a text file.

    Raises:
        LoadError: it cannot be read or decoded.
    """
    decoded = decode(read_bytes(path, limit=MAX_TEXT_BYTES), path.name)
    title, blocks = parse(decoded.text)
    return Extract(blocks=tidy(blocks), metadata=Metadata(title=title), warnings=decoded.warnings)


def parse(text: str) -> tuple[str, list[Block]]:
    """The title of `text`, if it has one, and its blocks, not yet cleaned.

    Headings can't be quoted, so a line that may be a title or may say something is a paragraph.
    """
    lines = _LINES.split(text)
    hyphenation = Hyphenation.of([clean(line) for line in lines])
    chunks = _chunks(_without_buttons(lines))
    title, blocks = "", list[Block]()
    if chunks:
        title, rest = _title(chunks[0], hyphenation)
        if title and _is_sure(title, chunks[0][: len(chunks[0]) - len(rest)]):
            blocks.append(Block(kind=BlockKind.HEADING, text=title, level=1))
            chunks[0] = rest
    for chunk in filter(None, chunks):
        blocks += _blocks(chunk, hyphenation)
    if all(block.kind is BlockKind.HEADING for block in blocks):  # all that it says is its title
        blocks = [replace(block, kind=BlockKind.PARAGRAPH, level=0) for block in blocks]
    return title, blocks


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


def _title(chunk: list[str], hyphenation: Hyphenation) -> tuple[str, list[str]]:
    """What may be the title, if the first chunk begins with it, and the lines that remain."""
    first = clean(chunk[0])
    if len(chunk) > 1 and _UNDERLINE.fullmatch(chunk[1]):
        return first, chunk[2:]
    if not _is_label(first) or is_byline(first) or _item_text(chunk[0]) is not None:
        return "", chunk
    if "\t" in chunk[0].strip():  # the head of a table
        return "", chunk
    joined = hyphenation.join_all(map(clean, chunk))
    if len(joined) > LONGEST_SURE_TITLE and _QUOTATION_MARK.search(joined):
        return "", chunk
    if len(chunk) <= 3 and _is_label(joined) and not any(is_byline(clean(x)) for x in chunk[1:]):
        return joined, []
    # Wrapped prose fills its lines; a title above it usually stops well before the margin.
    if _ends_paragraph(first, clean(chunk[1]), max(map(len, chunk))):
        return first, chunk[1:]
    return "", chunk


def _is_sure(title: str, lines: list[str]) -> bool:
    """Whether these first lines are a title and nothing that somebody might want to quote."""
    if _UNDERLINE.fullmatch(lines[-1]):
        return True
    doubts = (_QUOTATION_MARK, _FIGURE, _VERB)
    return (
        len(lines) == 1
        and len(title) <= LONGEST_SURE_TITLE
        and not any(doubt.search(title) for doubt in doubts)
    )


def _is_label(line: str) -> bool:
    return 0 < len(line) <= LONGEST_TITLE and not _FINAL.search(line)


def _item_text(line: str) -> str | None:
    """The line without its bullet (a number is kept: others refer to it); None for no item."""
    if bullet := _BULLET.match(line):
        return line[bullet.end() :]
    return line if _NUMBER.match(line) else None


def _blocks(chunk: list[str], hyphenation: Hyphenation) -> Iterator[Block]:
    """Paragraphs and items of one chunk; wrapped lines are joined."""
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
            yield Block(kind=kind, text=hyphenation.join_all(map(clean, pending)))
            kind, pending = BlockKind.ITEM, [item]
        elif _ends_paragraph(clean(before), clean(line), width):
            yield Block(kind=kind, text=hyphenation.join_all(map(clean, pending)))
            kind, pending = BlockKind.PARAGRAPH, [line]
        else:
            pending.append(line)
    yield Block(kind=kind, text=hyphenation.join_all(map(clean, pending)))


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    """Whether the break between two lines is meant, in a chunk whose longest line has `width`."""
    if is_byline(line) or is_byline(following):
        return True
    if line[-1:] in HYPHENS and line[-2:-1].isalnum():  # in the middle of a word
        return False
    if len(line) > LONG_LINE and _CLOSED.search(line):
        return True
    return len(line) < SHORT_SHARE * width and not following[:1].islower()


def _is_capitals(line: str) -> bool:
    text = clean(line)
    return _is_label(text) and text.isupper() and len(text.split()) > 1
