"""Markdown (CommonMark, tables, footnotes) with YAML or TOML front matter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
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
from s3assist.ingest.loaders.hyphenation import HYPHENS, SOFT_HYPHEN, Hyphenation
from s3assist.ingest.loaders.reading import MAX_TEXT_BYTES, decode, read_bytes
from s3assist.ingest.matter import from_mapping

_TOML = re.compile(
    r"\+\+\+[ \t]*\r?\n(.*?)(?:\r?\n)?^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_HTML_TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z][\w-]*)")

_WITHDRAWN = {"script", "style", "del", "s", "strike"}
"""Inline HTML elements whose content is code, or was struck out by the author."""


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
        blocks=tidy(_blocks(tokens)), metadata=metadata, warnings=decoded.warnings + warnings
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


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    """One block per heading, paragraph, item paragraph, table row and code block."""
    depth = 0  # of lists; a paragraph inside one is (part of) an item
    level = 0
    rows: list[Row] = []
    cells: list[Cell] | None = None
    in_head = False  # of a table, where columns are named
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
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
                text = _inline(token.children or [])
                if cells is not None:
                    cells.append(Cell(clean(text)))
                elif level:
                    yield Block(kind=BlockKind.HEADING, text=text, level=level)
                else:
                    kind = BlockKind.ITEM if depth else BlockKind.PARAGRAPH
                    yield Block(kind=kind, text=text)
            case "fence" | "code_block":
                yield Block(kind=BlockKind.PARAGRAPH, text=token.content)


def _inline(tokens: list[Token]) -> str:
    """The words of inline tokens: no marks, no embedded HTML, no images, nothing struck out."""
    parts: list[str] = []
    struck = 0
    for token in tokens:
        match token.type:
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "html_inline":
                tag = _HTML_TAG.match(token.content)
                if tag and tag[2].lower() in _WITHDRAWN:
                    struck = max(0, struck + (-1 if tag[1] else 1))
                elif tag and tag[2].lower() == "br":
                    parts.append(" ")
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
