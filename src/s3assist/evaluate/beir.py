"""Folders in BEIR layout: records to index, queries to ask, judgements to compare with.

The layout is that of Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
Information Retrieval Models" (2021): `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3assist.documents import Block, BlockKind, Document, Extract, Metadata
from s3assist.errors import ConfigError, LoadError
from s3assist.ingest.cleaning import clean
from s3assist.ingest.source import LOADING, Fingerprint, document_from


@dataclass(frozen=True, slots=True)
class Record:
    """One line of `corpus.jsonl` as a source of the sync."""

    identity: str
    title: str
    text: str

    @property
    def path(self) -> str:
        return self.identity

    def stamp(self) -> str:
        return ""

    def fingerprint(self, recipe: str) -> Fingerprint:
        content = hashlib.sha256(f"{self.title}\n{self.text}".encode("utf-8", "surrogatepass"))
        settings = hashlib.sha256(f"{LOADING}\n{recipe}".encode()).hexdigest()
        return Fingerprint(content.hexdigest(), settings)

    def read(self, sha256: str) -> Document:
        paragraphs = (clean(part) for part in re.split(r"\n\s*\n", self.text))
        blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in paragraphs if text)
        if not blocks:
            raise LoadError("the record is empty")
        metadata = Metadata(title=clean(self.title), language="en")
        return document_from(Extract(blocks=blocks), self.path, "text", sha256, metadata)


@dataclass(frozen=True, slots=True)
class Query:
    """One line of `queries.jsonl`."""

    identity: str
    text: str
    answerable: bool
    answers: tuple[str, ...] = ()
    """Answer strings, often a few words, where the set has them."""
    sentences: tuple[str, ...] = ()
    """Whole sentences that answer, where the set marks them."""
    source: str = ""
    """The record that it was written over, where the set says so."""


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A whole folder."""

    name: str
    records: tuple[Record, ...]
    queries: tuple[Query, ...]
    judgements: dict[str, dict[str, int]]
    """Query id → record id → relevance."""


def is_beir(folder: Path) -> bool:
    return (folder / "corpus.jsonl").is_file()


def load_beir(
    folder: Path, queries: str = "queries.jsonl", titles: Collection[str] | None = None
) -> BeirSet:
    """Read a folder in BEIR layout.

    Args:
        folder: of the set.
        queries: another file of queries of the same folder.
        titles: keep only queries that were written over a record with one of these titles.

    Raises:
        ConfigError: a file is missing or not in the layout.
    """
    try:
        records = tuple(
            Record(str(line["_id"]), line.get("title") or "", line["text"])
            for line in read_lines(folder / "corpus.jsonl")
        )
        asked = tuple(read_query(line) for line in read_lines(folder / queries))
        judgements = read_judgements(folder / "qrels" / "test.tsv")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{folder} is no folder in BEIR layout: {error}",
            hint="It needs corpus.jsonl, queries.jsonl and qrels/test.tsv.",
        ) from error
    if titles is not None:
        about = {record.identity for record in records if record.title in titles}
        asked = tuple(query for query in asked if query.source in about)
    return BeirSet(folder.name, records, asked, judgements)


def read_query(line: dict[str, Any]) -> Query:
    """A query with its answers: `selected_sentences` is CLAPNQ's name, `answers` SQuAD's."""
    given = line.get("answers") or ()
    strings = (answer if isinstance(answer, str) else str(answer["text"]) for answer in given)
    marked = (sentence for group in line.get("selected_sentences") or () for sentence in group)
    return Query(
        identity=str(line["_id"]),
        text=line["text"],
        answerable=bool(line.get("answerable", True)),
        answers=tuple(string for string in strings if string.strip()),
        sentences=tuple(sentence for sentence in marked if sentence.strip()),
        source=str(line.get("source_passage", "")),
    )


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, delimiter="\t")
        try:
            next(rows, None)  # the header
            for query, record, relevance in rows:
                judgements.setdefault(query, {})[record] = int(float(relevance))
        except (csv.Error, ValueError, OverflowError) as error:
            raise ValueError(f"{path.name}, line {rows.line_num}: {error}") from error
    return judgements
