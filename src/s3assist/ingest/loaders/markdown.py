"""Markdown (CommonMark, tables, footnotes, HTML) with YAML or TOML front matter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from s3assist.documents import Block, BlockKind, Extract
from s3assist.errors import LoadError
from s3assist.ingest.cleaning import clean, tidy
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.grid import Cell, Row, row_blocks
from s3assist.ingest.loaders.html import fragment_blocks
from s3assist.ingest.loaders.hyphenation import HYPHENS, SOFT_HYPHEN, Hyphenation
from s3assist.ingest.loaders.reading import MAX_TEXT_BYTES, decode, read_bytes
from s3assist.ingest.matter import from_mapping

_TOML = re.compile(
    r"\+\+\+[ \t]*\r?\n(.*?)(?:\r?\n)?^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_ENDS = frozenset(
    f"{name}_close" for name in ("heading", "paragraph", "bullet_list", "ordered_list", "table")
)
"""Tokens behind which a footnote can stand, unless they are within a list."""


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read a Markdown file.

    Raises:
        LoadError: it cannot be read or decoded, or its front matter is malformed.
    """
    decoded = decode(read_bytes(path, limit=MAX_TEXT_BYTES), path.name)
    text = decoded.text
    given: Mapping[str, Any] = {}
    if match := _TOML.match(text):
        given = _toml(match[1], path.name)
        text = text[match.end() :]
    # No typographer and no linkify: both would change what the author wrote.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
    if not given:
        parser = parser.use(front_matter_plugin)
    tokens = parser.parse(text)
    if tokens and tokens[0].type == "front_matter":
        loaded = _yaml(tokens[0].content, path.name)
        if isinstance(loaded, dict):
            given = loaded
        elif loaded is not None:  # two rules with prose between them, not front matter
            tokens = parser.disable("front_matter").parse(text)
    metadata, warnings = from_mapping(given)
    _join_words(tokens, Hyphenation.of([clean(x) for x in text.splitlines()], metadata.language))
    return Extract(
        blocks=tidy(_all_blocks(tokens, parser)),
        metadata=metadata,
        warnings=decoded.warnings + warnings,
    )


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(name, "TOML", error) from error


def _yaml(text: str, name: str) -> object:
    import yaml

    try:
        loaded: object = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2020-02-30
        raise _malformed(name, "YAML", error) from error
    return loaded


def _malformed(name: str, language: str, error: Exception) -> LoadError:
    reason = " ".join(str(error).split())
    return LoadError(
        f"{name}: the front matter is not valid {language}: {reason}",
        hint="Correct the lines between the marks at the top of the file.",
    )


def _parted(tokens: list[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """The tokens of the text, and those of each footnote by its number.

    A piece of HTML ends at an empty line: pieces that nothing parts are one, such as a table.
    """
    text: list[Token] = []
    notes: dict[int, list[Token]] = {}
    place = text
    for token in tokens:
        if token.type == "footnote_open":
            place = notes[token.meta["id"]] = []
        elif token.type == "footnote_close":
            place = text
        elif token.type == "html_block" and place and place[-1].type == "html_block":
            place[-1].content += token.content
        else:
            place.append(token)
    return text, notes


def _all_blocks(tokens: list[Token], parser: MarkdownIt) -> Iterator[Block]:
    text, notes = _parted(tokens)
    yield from _blocks(text, notes, parser)
    while notes:  # what only an image or a note without a mark refers to
        yield from _blocks(notes.pop(min(notes)), notes, parser)


def _blocks(
    tokens: list[Token], notes: dict[int, list[Token]], parser: MarkdownIt
) -> Iterator[Block]:
    """One block per heading, paragraph, item paragraph, table row and code block; those of HTML.

    Each of `notes` is taken out and stands below what refers to it first.
    """
    lists: list[int | None] = []  # number of the next entry; a paragraph is (part of) one
    level = 0
    rows: list[Row] = []
    cells: list[Cell] | None = None
    in_head = False  # of a table, where columns are named
    label = ""  # number of the entry that the next block begins
    due: list[int] = []  # notes that were referred to
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open" if (number := lists[-1]) is not None:
                label += f"{number}{token.markup} "
                lists[-1] = number + 1
            case "list_item_close":
                label = ""
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "thead_open" | "thead_close":
                in_head = token.type == "thead_open"
            case "tr_open":
                cells = []
            case "tr_close":
                rows.append(Row(cells or (), names=in_head))
                cells = None
            case "table_close":
                yield from row_blocks(rows)
                rows = []
            case "inline":
                children = token.children or []
                text = _inline(children, parser)
                due.extend(t.meta["id"] for t in children if t.type == "footnote_ref")
                if cells is not None:
                    cells.append(Cell(clean(text)))
                elif level:
                    yield Block(kind=BlockKind.HEADING, text=text, level=level)
                else:
                    kind = BlockKind.ITEM if lists else BlockKind.PARAGRAPH
                    yield Block(kind=kind, text=label + text if text else "")
                    label = ""
            case "fence" | "code_block":
                yield Block(kind=BlockKind.PARAGRAPH, text=token.content)
            case "html_block":
                for block in fragment_blocks(token.content):
                    in_item = lists and block.kind is BlockKind.PARAGRAPH
                    yield replace(block, kind=BlockKind.ITEM) if in_item else block
        if token.type in _ENDS and not lists:
            for note in due:
                yield from _blocks(notes.pop(note, []), notes, parser)
            due = []


def _inline(tokens: list[Token], parser: MarkdownIt) -> str:
    """The words of inline tokens: no marks, no images, nothing hidden or struck out."""
    if any(token.type == "html_inline" for token in tokens):
        markup = parser.renderer.render(tokens, parser.options, {})
        return " ".join(block.text for block in fragment_blocks(markup))
    parts: list[str] = []
    struck = 0
    for token in tokens:
        match token.type:
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "text" | "code_inline" | "text_special" if not struck:
                parts.append(token.content)
            case "softbreak" | "hardbreak" if not struck:
                parts.append(" ")
    return "".join(parts)


def _join_words(tokens: list[Token], hyphenation: Hyphenation) -> None:
    """Put together what a line end parts within a word: as it is, its hyphen and a space follow."""
    for token in tokens:
        joined: list[Token] = []
        for child in token.children or ():
            kinds = [before.type for before in joined[-2:]]
            if (
                child.type == "text"
                and kinds == ["text", "softbreak"]
                and joined[-2].content.endswith((*HYPHENS, SOFT_HYPHEN))
            ):
                joined.pop()
                joined[-1].content = hyphenation.join(joined[-1].content, child.content)
            else:
                joined.append(child)
        if token.children:
            token.children = joined
