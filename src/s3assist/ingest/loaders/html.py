"""HTML pages: the blocks of their main content. Nothing that a page refers to is ever fetched."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from s3assist.documents import Block, BlockKind, Extract
from s3assist.errors import LoadError
from s3assist.ingest.cleaning import clean, is_boilerplate, tidy
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.declared import page_metadata
from s3assist.ingest.loaders.grid import MOST_COLUMNS, Cell, Row, row_blocks
from s3assist.ingest.loaders.numbering import Numbering, numbering
from s3assist.ingest.loaders.page import everything, main_content, raise_numbers, shown
from s3assist.ingest.loaders.reading import MAX_TEXT_BYTES, Decoded, decode, read_bytes

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:-]+)", re.IGNORECASE)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""What browsers read pages in that name an encoding without typographic quotes, dashes and €."""
_HEADING = re.compile("h([1-6])")
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
LONGEST_ROW = 500
"""Characters of a row with a list that is data; what is longer is a part of the page."""
MOST_ROWS = 65_534
"""That browsers let a cell reach down."""
_SOURCE_SPACE = re.compile("[ \t\r\n\f]+")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Found:
    block: Block
    links_only: bool
    """All its words are links: a menu or a list of other pages, as a rule."""


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read an HTML file.

    Raises:
        LoadError: it cannot be read or decoded, or holds no text.
    """
    decoded = _decoded(path)
    root = _parse(decoded.text, path.name)
    raise_numbers(root)
    metadata = page_metadata(root)
    content = main_content(root)
    blocks = tidy(_without_menus(list(_walk(content.element)), content.marked))
    empty = () if blocks else ("the page holds no text",)
    return Extract(
        blocks=blocks, metadata=metadata, warnings=decoded.warnings + empty + content.warnings
    )


def _decoded(path: Path) -> Decoded:
    data = read_bytes(path, limit=MAX_TEXT_BYTES)
    charset = _CHARSET.search(data[:4096])
    declared = _encoding(charset[1].decode("ascii", "replace")) if charset else ""
    return decode(data, path.name, declared=declared)


def fragment_blocks(markup: str) -> Iterator[Block]:
    """Blocks of a piece of HTML that stands within another text: a Markdown file, say."""
    root = _parse(f"<body>{markup}</body>", "a piece of HTML")
    raise_numbers(root)
    for found in _walk(shown(root)):
        yield found.block


def _encoding(name: str) -> str:
    """What a page means by the encoding that it names, under whichever of its many names."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return name
    return _SUPERSETS.get(known, name)


def _parse(text: str, name: str) -> HtmlElement:
    # The declaration of an XHTML file names the encoding of bytes that have been decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = HTMLParser(no_network=True, huge_tree=True, encoding="utf-8")
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise LoadError(
            f"{name}: not a readable HTML page: {error}", hint="Save the page again."
        ) from error


def _without_menus(found: list[_Found], marked: bool) -> Iterator[Block]:
    """Blocks without lists of links, where the page does not mark out its main content.

    Where it does, only those below a heading such as "Related articles" go.
    """
    below_related = False
    for entry in found:
        block = entry.block
        if block.kind is BlockKind.HEADING or not entry.links_only:
            below_related = is_boilerplate(clean(block.text))
        if not (entry.links_only and (below_related or not marked)) or (
            block.kind is BlockKind.HEADING and not below_related
        ):
            yield block


@dataclass(slots=True)
class _Buffer:
    """Text of the block that is being read."""

    parts: list[str] = field(default_factory=list)
    unlinked: bool = False
    label: str = ""
    """Number of the list entry that it begins."""

    def add(self, text: str | None, *, linked: bool) -> None:
        if text:
            self.parts.append(_SOURCE_SPACE.sub(" ", text))
            self.unlinked = self.unlinked or not (linked or not text.strip())

    def take(self, kind: BlockKind, level: int = 0) -> Iterator[_Found]:
        text = "".join(self.parts)
        links_only = not self.unlinked
        self.parts, self.unlinked = [], False
        pieces = [text] if kind is BlockKind.HEADING else _PARAGRAPH_BREAK.split(text)
        for piece in pieces:
            if piece.strip():
                yield _Found(Block(kind=kind, text=self.label + piece, level=level), links_only)
                self.label = ""


def _walk(content: HtmlElement) -> Iterator[_Found]:
    """Blocks in document order. Iterative: the depth of a page is not ours to trust."""
    buffer = _Buffer()
    headings: list[int] = []
    lists: list[Numbering | None] = []
    items = 0
    links = 0

    def flush() -> Iterator[_Found]:
        if headings:
            return buffer.take(BlockKind.HEADING, headings[-1])
        return buffer.take(BlockKind.ITEM if items else BlockKind.PARAGRAPH)

    walker = etree.iterwalk(content, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        heading = _HEADING.fullmatch(tag)
        if event == "start":
            if tag in _BLOCKS:
                yield from flush()
            if tag == "table" and _is_data(element):
                yield from _rows(element)
                walker.skip_subtree()
                continue
            headings.extend([int(heading[1])] if heading else [])
            items += tag in ("li", "dt", "dd")
            links += tag == "a"
            if tag in ("ol", "ul"):
                lists.append(numbering(element))
            if tag == "li" and lists and (numbers := lists[-1]):
                buffer.label += numbers.label(element)
            if tag == "br":
                buffer.parts.append("\n")
            buffer.add(element.text, linked=links > 0)
        else:
            if tag in _BLOCKS:
                yield from flush()
            if heading:
                headings.pop()
            items -= tag in ("li", "dt", "dd")
            links -= tag == "a"
            if tag in ("ol", "ul"):
                lists.pop()
            if tag == "li":
                buffer.label = ""
            if element is not content:
                buffer.add(element.tail, linked=links > 0)
    yield from flush()


def _is_data(table: HtmlElement) -> bool:
    """Whether a table holds data rather than the layout of the page."""
    if table.get("role") in ("presentation", "none") or table.xpath(".//table"):
        return False
    rows = list(table.iter("tr"))
    pairs = [row for row in rows if len(row.xpath("./td | ./th")) > 1]
    headings, lists = table.xpath(".//h1 | .//h2 | .//h3"), table.xpath(".//li")
    if not (headings or lists):
        return bool(pairs)
    if table.xpath("./thead | ./tr/th | ./tbody/tr/th"):
        return True
    # Of facts about a thing, one may be a list.
    plain = [row for row in pairs if not row.xpath(".//li")]
    short = all(len(clean(row.text_content())) <= LONGEST_ROW for row in rows)
    return not headings and short and 2 * len(plain) >= len(rows)


def _rows(table: HtmlElement) -> Iterator[_Found]:
    for caption in table.iterchildren("caption"):
        text = _cell(caption)
        told = text.rstrip().endswith((".", "!", "?"))  # else it only says what is shown
        yield _Found(Block(kind=BlockKind.PARAGRAPH, text=text, quotable=told), False)
    yield from (_Found(block, False) for block in row_blocks(list(_grid(table))))


def _grid(table: HtmlElement) -> Iterator[Row]:
    group = None
    names: set[Cell] = set()
    above: dict[int, tuple[Cell, int]] = {}  # what reaches into the next rows, and how many
    for row in table.iter("tr"):
        if row.getparent() is not group:  # no cell reaches from the head into the body
            group, above = row.getparent(), {}
        places = {column: cell for column, (cell, _) in above.items()}
        above = {column: (cell, more - 1) for column, (cell, more) in above.items() if more > 1}
        column = 0
        for element in row.iterchildren("td", "th"):
            cell = Cell(clean(_cell(element)))
            if element.tag == "th" or not cell.text:
                names.add(cell)
            more = (_span(element, "rowspan") or MOST_ROWS) - 1
            while column in places:
                column += 1
            for _ in range(min(_span(element, "colspan"), MOST_COLUMNS) or 1):
                places[column] = cell
                if more:
                    above[column] = (cell, more)
                column += 1
        empty = Cell()
        cells = [places.get(column, empty) for column in range(max(places, default=-1) + 1)]
        yield Row(cells, names.issuperset(places.values()) or group.tag == "thead")


def _span(cell: HtmlElement, name: str) -> int:
    """How many columns or rows a cell takes; of rows, 0 is all that are left."""
    given = cell.get(name, "").strip()
    return int(given) if given.isdecimal() else 1


def _cell(cell: HtmlElement) -> str:
    return "".join(_pieces(cell))


def _pieces(cell: HtmlElement) -> Iterable[str]:
    """Text of a cell; blocks within it are parted by a space."""
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in _BLOCKS or element.tag == "br":
            yield " "
        yield (element.text if event == "start" else element is not cell and element.tail) or ""


def left_out(path: Path, blocks: Iterable[Block]) -> Iterator[Block]:
    """What a page says beside `blocks`, those of its text.

    Raises:
        LoadError: it cannot be read or decoded.
    """
    known = "\n".join(block.text for block in blocks)
    root = _parse(_decoded(path).text, path.name)
    raise_numbers(root)
    for found in _walk(everything(root)):
        text = clean(found.block.text)
        if text and text not in known:
            yield replace(found.block, text=text)
