"""The structure tree of a tagged PDF: which painted pieces belong to one paragraph or table row.

Word and InDesign write it; where it is there and agrees with the page, it settles what geometry
can only guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from s3assist.ingest.loaders.pdf.glyphs import Run
from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.ingest.loaders.pdf.marks import TERMINAL

MAX_ELEMENTS = 300_000
MAX_DEPTH = 60
MOST_SPLIT = 0.25
"""Share of running lines that the tags may cut apart before they are taken for nonsense: some
programs tag every line as a paragraph."""
SENTENCE_PART = 30
"""Characters from which a line is running text."""
_BLOCKS = frozenset(
    [
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "LI",
        "Lbl",
        "TD",
        "TH",
        "Caption",
        "BlockQuote",
        "Note",
        "TOCI",
        "Title",
    ]
)


@dataclass(frozen=True, slots=True)
class Tag:
    """What the structure tree says of one piece of marked content; 0 means nothing."""

    block: int = 0
    """Number of the paragraph, heading or list item."""
    role: str = ""
    row: int = 0
    cell: int = 0


UNTAGGED = Tag()
Tags = dict[tuple[int, int], Tag]
"""(object number of the page, marked-content identifier) → tag."""


def read_tags(reader: PdfReader) -> Tags:
    """Empty for an untagged file and for a tree that cannot be read."""
    try:
        root = reader.root_object.get("/StructTreeRoot")
        root = root.get_object() if root is not None else None
        return _walk(root) if isinstance(root, DictionaryObject) else {}
    except Exception:  # noqa: BLE001 - damaged trees make pypdf raise nearly anything; tags are only a help
        return {}


def _walk(root: DictionaryObject) -> Tags:
    roles = root.get("/RoleMap")
    roles = roles.get_object() if roles is not None else None
    roles = roles if isinstance(roles, DictionaryObject) else DictionaryObject()
    tags: Tags = {}
    count = 0
    stack: list[tuple[Any, int, Tag, int]] = [(root, 0, UNTAGGED, 0)]
    while stack and count < MAX_ELEMENTS:
        node, page, tag, depth = stack.pop()
        count += 1
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, int):
            tags[page, int(node)] = tag
            continue
        if isinstance(node, ArrayObject):
            stack.extend((child, page, tag, depth) for child in reversed(node))
            continue
        if not isinstance(node, DictionaryObject) or depth > MAX_DEPTH or "/Stm" in node:
            continue
        page = _page_number(node, page)
        if "/MCID" in node:
            stack.append((node["/MCID"], page, tag, depth))
        elif "/K" in node:
            stack.append((node.raw_get("/K"), page, _tag(node, roles, tag, count), depth + 1))
    return tags


def _page_number(node: DictionaryObject, inherited: int) -> int:
    page = node.raw_get("/Pg") if "/Pg" in node else None
    return page.idnum if isinstance(page, IndirectObject) else inherited


def _tag(node: DictionaryObject, roles: DictionaryObject, outer: Tag, number: int) -> Tag:
    role = str(node.get("/S", ""))
    for _ in range(4):  # a role map may chain
        if role.lstrip("/") in _BLOCKS or role not in roles:
            break
        role = str(roles[role])
    role = role.lstrip("/")
    match role:
        case "TR":
            return Tag(number, role, number, 0)
        case "TD" | "TH":
            return Tag(number, role, outer.row, number)
        case _ if role in _BLOCKS:
            return Tag(number, role, outer.row, outer.cell)
    return outer


def apply_tags(runs: Iterable[Run], tags: Tags, page: int) -> None:
    """Note on each run of the page with object number `page` what the tree says of it."""
    for run in runs:
        if run.mcid >= 0:
            tag = tags.get((page, run.mcid), UNTAGGED)
            run.block, run.row, run.cell = tag.block, tag.row, tag.cell


def distrust(pages: Iterable[Sequence[Line]]) -> None:
    """Forget the tagged paragraphs if they cut through sentences too often."""
    pages = list(pages)
    joined = [
        bool(upper.blocks & lower.blocks)
        for lines in pages
        for upper, lower in pairwise(lines)
        if upper.blocks and lower.blocks and _runs_on(upper, lower)
    ]
    if joined.count(False) <= MOST_SPLIT * len(joined):
        return
    for lines in pages:
        for line in lines:
            line.blocks, line.row, line.cell = frozenset(), 0, min(line.cell, 0)


def _runs_on(upper: Line, lower: Line) -> bool:
    """Whether a sentence certainly goes on from one line to the next, by the look of them."""
    return (
        upper.size == lower.size
        and abs(upper.x0 - lower.x0) < upper.size
        and 0.8 * upper.size < upper.y - lower.y < 1.6 * upper.size
        and not TERMINAL.search(upper.text)
        and lower.text[:1].islower()
        and len(upper.text) > SENTENCE_PART
    )
