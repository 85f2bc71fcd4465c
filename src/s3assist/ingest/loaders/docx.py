"""Word files (.docx): headings, paragraphs, list items, table rows and notes, in order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from s3assist.documents import Block, BlockKind, Extract, Metadata
from s3assist.errors import LoadError
from s3assist.ingest.cleaning import clean, tidy
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.equations import OMITTED, M
from s3assist.ingest.loaders.grid import row_blocks
from s3assist.ingest.loaders.reading import content_kind, ole_reason, read_bytes
from s3assist.ingest.loaders.runs import Styles, W, settle, style_name
from s3assist.ingest.loaders.symbols import UNREADABLE
from s3assist.ingest.loaders.word_numbers import write_numbers
from s3assist.ingest.loaders.word_tables import grid, is_layout, table_row
from s3assist.ingest.loaders.words import notes_in, paragraph_text, runs_on, tag

MEGABYTE = 1 << 20
_HEADING_NAME = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|nagłówek)\s*(\d)", re.IGNORECASE
)
_TITLE_NAMES = ("title", "titel", "titre", "título", "titolo", "tytuł")
_CONTENTS_NAME = re.compile(r"(?:toc|table of figures|inhaltsverzeichnis|tm)\b", re.IGNORECASE)
_LIST_NAME = re.compile(r"list\b|liste|lista", re.IGNORECASE)
_TEMPLATE_AUTHOR = "python-docx"
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_]\w+)*")


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read a Word file.

    Raises:
        LoadError: it is damaged, encrypted, no Word file, or unpacks to too much.
    """
    data = read_bytes(path)
    _check_archive(data, path.name, limits)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        _refuse_entities(document.element, path.name)
        blocks = tidy(_Reader(document).blocks())
        metadata = _properties(document.core_properties)
    except LoadError:
        raise
    except Exception as error:  # the library raises whatever its XML and zip layers do
        raise LoadError(
            f"{path.name}: a damaged Word file: {error or type(error).__name__}",
            hint="Open it in Word and save it again.",
        ) from error
    empty = () if blocks else ("the document holds no text",)
    return Extract(blocks=blocks, metadata=metadata, warnings=empty + _omissions(document, blocks))


def _omissions(document: Any, blocks: Iterable[Block]) -> tuple[str, ...]:
    """What to tell whoever maintains the corpus about what quotes can't show."""
    texts = [block.text for block in blocks]
    unreadable = sum(text.count(UNREADABLE) for text in texts)
    omitted = sum(text.count(OMITTED) for text in texts)
    if document.element.find(f".//{M}oMath") is None:  # "[…]" may be the author's own
        omitted = 0
    told = (
        (omitted, f"equations left out: {omitted}; {OMITTED} stands for each"),
        (unreadable, f"symbols that can't be read: {unreadable}; {UNREADABLE} stands for each"),
    )
    return tuple(sentence for count, sentence in told if count)


def _check_archive(data: bytes, name: str, limits: Limits) -> None:
    if content_kind(data) == "ole":
        raise LoadError(f"{name}: {ole_reason(data)}", hint="Save it as an open .docx file.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            encrypted = any(member.flag_bits & 1 for member in members)
            is_word = "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise LoadError(
            f"{name}: a damaged Word file: {error}", hint="Get a fresh copy of it."
        ) from error
    if encrypted:
        raise LoadError(f"{name}: it is protected with a password", hint="Save it without one.")
    if not is_word:
        raise LoadError(f"{name}: a zip archive that is no Word file", hint="Unpack it first.")
    # A zip bomb, or a book of pictures.
    if size > limits.unpacked * MEGABYTE:
        raise LoadError(
            f"{name}: unpacks to {size // MEGABYTE} megabytes; {limits.unpacked} are read at most",
            hint="Remove its pictures, split it, or raise `parse_unpacked`.",
        )


def _refuse_entities(root: Any, name: str) -> None:
    """Entities are not expanded, so that text with one would be quoted with a hole in it."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise LoadError(
            f"{name}: it declares XML entities, which no Word file does",
            hint="Open it in Word and save it again.",
        )


class _Reader:
    """Walks the body of one document."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = Styles(document.styles.element)
        settle(document.element, self._styles)
        write_numbers(document, self._styles)
        self._notes = notes_in(document, self._styles)

    def blocks(self) -> Iterator[Block]:
        return self._blocks(self._document.element.body)

    def _blocks(self, parent: Any) -> Iterator[Block]:
        """Blocks of the body or of a cell, with each note below the block that refers to it."""
        for joined in self._joined(parent):
            if tag(joined[-1]) == "tbl":
                yield from self._table(joined[-1])
                continue
            read = [paragraph_text(paragraph) for paragraph in joined]
            yield from self._paragraph(joined[-1], "".join(text for text, _, _ in read))
            for _, notes, boxes in read:
                for box in boxes:
                    yield Block(kind=BlockKind.PARAGRAPH, text=box)
                yield from self._note_blocks(notes)

    def _joined(self, parent: Any) -> Iterator[list[Any]]:
        """Each table of `parent`, and each paragraph behind those that run on into it."""
        joined: list[Any] = []
        for element in self._elements(parent, ("p", "tbl")):
            is_table = tag(element) == "tbl"
            if is_table and joined:
                yield joined
                joined = []
            joined.append(element)
            if is_table or not runs_on(element):
                yield joined
                joined = []
        if joined:
            yield joined

    def _note_blocks(self, notes: Iterable[str]) -> Iterator[Block]:
        for note in notes:
            yield Block(kind=BlockKind.PARAGRAPH, text=self._notes.get(note, ""))

    def _table_notes(self, table: Any) -> Iterator[str]:
        for paragraph in table.iter(f"{W}p"):
            yield from paragraph_text(paragraph)[1]

    def _elements(self, parent: Any, wanted: tuple[str, ...]) -> Iterator[Any]:
        """What has a wanted name, in order, out of content controls and the like too."""
        for child in parent:
            name = tag(child)
            if name in wanted:
                yield child
            elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                yield from self._elements(child, wanted)

    def _paragraph(self, element: Any, text: str) -> Iterator[Block]:
        styles = self._styles.chain(self._styles.of(element))
        names = [clean(style_name(style)) for style in styles]
        if any(_CONTENTS_NAME.match(name) for name in names[:1]):
            return
        level = self._level(element, styles, names)
        if level:
            yield Block(kind=BlockKind.HEADING, text=text, level=level)
            return
        numbered = element.find(f"{W}pPr/{W}numPr/{W}numId")
        if numbered is not None:
            is_item = numbered.get(f"{W}val") != "0"
        else:
            is_item = any(
                _LIST_NAME.match(name) or style.find(f"{W}pPr/{W}numPr/{W}numId") is not None
                for name, style in zip(names, styles, strict=True)
            )
        yield Block(kind=BlockKind.ITEM if is_item else BlockKind.PARAGRAPH, text=text)

    def _level(self, element: Any, styles: list[Any], names: list[str]) -> int:
        """Depth of a heading; 0 for none. Word's own outline level is the same in any language."""
        for holder in (element, *styles):
            outline = holder.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None:
                depth = int(outline.get(f"{W}val"))
                return depth + 1 if depth < 9 else 0
        for name in names:
            if match := _HEADING_NAME.fullmatch(name):
                return int(match[1])
            if name.lower() in _TITLE_NAMES:
                return 1
        return 0

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [table_row(row) for row in self._elements(table, ("tr",))]
        if is_layout(rows):
            for row in rows:
                for cell in row.cells if not row.deleted else ():
                    yield from self._blocks(cell.element) if not cell.goes_on else ()
            return
        yield from row_blocks(list(grid(rows)))
        yield from self._note_blocks(self._table_notes(table))


def _properties(core: Any) -> Metadata:
    """The core properties; those of an untouched template say nothing about the document."""
    from_template = core.author == _TEMPLATE_AUTHOR
    created = core.created
    match = _LANGUAGE.fullmatch(core.language or "")
    return Metadata(
        title=clean(core.title or "") if core.title != "Word Document" else "",
        author="" if from_template else clean(core.author or ""),
        date=created.date().isoformat()
        if isinstance(created, datetime) and not from_template
        else "",
        language=match[1].lower() if match else "",
    )
