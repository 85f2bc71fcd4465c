"""The ledger: documents, versions, passages, embeddings and generations in one SQLite file.

A *generation* names the versions that are live. Its row is written by the same transaction that
makes it current, so a reader sees one generation or the next. Rows that no generation names are
invisible: an interrupted run leaves only such rows, and its embeddings are used by the next run.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from s3assist.documents import (
    BlockKind,
    Document,
    Metadata,
    Page,
    Paragraph,
    Passage,
    Section,
    Span,
)
from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from s3assist.index.layout import FORMAT

SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,             -- of the source file
    settings TEXT NOT NULL,           -- of the loaders and passages that made it
    format TEXT NOT NULL,
    metadata TEXT NOT NULL,           -- JSON
    text TEXT NOT NULL,               -- canonical
    maps TEXT NOT NULL,               -- JSON: paragraphs, pages, sections, warnings
    seen TEXT NOT NULL                -- UTC, ISO 8601
);
CREATE INDEX IF NOT EXISTS version_path ON version (path, sha256);
CREATE TABLE IF NOT EXISTS passage (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES version (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL,          -- JSON: [[start, end], …]
    section TEXT NOT NULL,            -- JSON: titles, outermost first
    embedded BLOB NOT NULL            -- sha256 of the text that was embedded
);
CREATE INDEX IF NOT EXISTS passage_version ON passage (version);
CREATE TABLE IF NOT EXISTS embedding (
    text BLOB NOT NULL,               -- sha256 of the embedded text
    encoder TEXT NOT NULL,
    vector BLOB NOT NULL,             -- float32
    PRIMARY KEY (text, encoder)
);
CREATE TABLE IF NOT EXISTS generation (
    id INTEGER PRIMARY KEY,
    created TEXT NOT NULL,
    encoder TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    glossary TEXT NOT NULL            -- JSON: the corpus's glossary as it was
);
CREATE TABLE IF NOT EXISTS live (
    generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version (id),
    PRIMARY KEY (generation, version)
);
CREATE TABLE IF NOT EXISTS problem (
    generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    reason TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One complete state of the index."""

    id: int
    created: str
    encoder: str
    dimension: int
    documents: int
    passages: int
    glossary: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as a row: where it belongs and what was embedded for it."""

    id: int
    version: int
    passage: Passage
    embedded: bytes


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage that has no row yet."""

    passage: Passage
    embedded: bytes


class Catalog:
    """One connection to the ledger; use it from one thread."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Open the ledger, creating it only when `write` is set.

        Raises:
            IndexMissingError: there is none.
            IndexMismatchError: it was made by another version of S3Assist.
            IndexDamagedError: it is no SQLite file.
        """
        if not write and not path.exists():
            raise IndexMissingError(
                f"There is no index in {path.parent}", hint="Run `s3assist index` first."
            )
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = connect(path, write=write)
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            if write and found == 0:
                self._db.executescript(f"PRAGMA user_version = {FORMAT}; {SCHEMA}")
            elif found != FORMAT:
                raise IndexMismatchError(
                    f"The index in {path.parent} has format {found}; this version reads {FORMAT}",
                    hint="Run `s3assist index --rebuild`.",
                )
        except sqlite3.DatabaseError as error:
            raise damaged(path, error) from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside comes from one state of the ledger."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.rollback()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside becomes visible at once, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.rollback()
            raise
        self._db.commit()

    # Reading ----------------------------------------------------------------------------------

    def current(self) -> Generation | None:
        """The newest complete generation, or None in an index that was never finished."""
        row = self._db.execute(
            "SELECT id, created, encoder, dimension, documents, passages, glossary"
            " FROM generation ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        glossary = tuple((a, e, n) for a, e, n in json.loads(row[6]))
        return Generation(
            id=row[0],
            created=row[1],
            encoder=row[2],
            dimension=row[3],
            documents=row[4],
            passages=row[5],
            glossary=glossary,
        )

    def live_versions(self, generation: int) -> list[tuple[int, str, str, str, Metadata]]:
        """(version id, path, sha256, format, metadata) of every live document, by path."""
        rows = self._db.execute(
            "SELECT v.id, v.path, v.sha256, v.format, v.metadata"
            " FROM live l JOIN version v ON v.id = l.version"
            " WHERE l.generation = ? ORDER BY v.path",
            (generation,),
        )
        return [(i, path, sha, form, read_metadata(meta)) for i, path, sha, form, meta in rows]

    def problems(self, generation: int) -> list[tuple[str, str]]:
        """(path, reason) of every document that the last run could not read."""
        return list(
            self._db.execute(
                "SELECT path, reason FROM problem WHERE generation = ? ORDER BY path", (generation,)
            )
        )

    def find_version(self, path: str, sha256: str, settings: str) -> int | None:
        """A stored version of this very file that was made in this very way."""
        row = self._db.execute(
            "SELECT id FROM version WHERE path = ? AND sha256 = ? AND settings = ?",
            (path, sha256, settings),
        ).fetchone()
        return None if row is None else int(row[0])

    def document(self, version: int) -> Document:
        """The stored document with its canonical text."""
        row = self._db.execute(
            "SELECT path, format, sha256, metadata, text, maps FROM version WHERE id = ?",
            (version,),
        ).fetchone()
        if row is None:
            raise IndexDamagedError(
                f"The catalog holds no version {version}", hint="Run `s3assist index --rebuild`."
            )
        path, form, sha256, metadata, text, maps = row
        return read_document(path, form, sha256, metadata, text, maps)

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The stored passages with these ids; unknown ids are left out."""
        wanted = list(ids)
        found: dict[int, StoredPassage] = {}
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            marks = ",".join("?" * len(part))
            for row in self._db.execute(
                "SELECT id, version, start, end, sentences, section, embedded FROM passage"  # noqa: S608
                f" WHERE id IN ({marks})",  # nothing but question marks
                part,
            ):
                found[row[0]] = read_passage(row)
        return found

    def live_passages(self, versions: Iterable[int]) -> Iterator[StoredPassage]:
        """All passages of these versions, version by version."""
        for version in versions:
            for row in self._db.execute(
                "SELECT id, version, start, end, sentences, section, embedded"
                " FROM passage WHERE version = ? ORDER BY id",
                (version,),
            ):
                yield read_passage(row)

    def passage_ids(self, versions: Iterable[int]) -> list[int]:
        return [
            passage
            for version in versions
            for (passage,) in self._db.execute(
                "SELECT id FROM passage WHERE version = ?", (version,)
            )
        ]

    def vectors(self, texts: Sequence[bytes], encoder: str, dimension: int) -> Vectors:
        """The embeddings of these text hashes, in order.

        Raises:
            IndexDamagedError: one of them is not stored.
        """
        result = np.empty((len(texts), dimension), dtype=np.float32)
        for position, text in enumerate(texts):
            row = self._db.execute(
                "SELECT vector FROM embedding WHERE text = ? AND encoder = ?", (text, encoder)
            ).fetchone()
            if row is None or len(row[0]) != 4 * dimension:
                raise IndexDamagedError(
                    "The catalog lacks the embedding of a passage",
                    hint="Run `s3assist index --rebuild`.",
                )
            result[position] = np.frombuffer(row[0], dtype=np.float32)
        return result

    def missing_embeddings(self, texts: Iterable[bytes], encoder: str) -> set[bytes]:
        """Which of these text hashes have no embedding yet."""
        return {
            text
            for text in texts
            if self._db.execute(
                "SELECT 1 FROM embedding WHERE text = ? AND encoder = ?", (text, encoder)
            ).fetchone()
            is None
        }

    # Writing ----------------------------------------------------------------------------------

    def add_version(
        self, document: Document, passages: Sequence[NewPassage], settings: str, seen: str
    ) -> int:
        """Store a document and its passages; nobody sees them until a generation names them."""
        with self.transaction():
            cursor = self._db.execute(
                "INSERT INTO version (path, sha256, settings, format, metadata, text, maps, seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.path,
                    document.sha256,
                    settings,
                    document.format,
                    json.dumps(asdict(document.metadata), ensure_ascii=False),
                    document.text,
                    write_maps(document),
                    seen,
                ),
            )
            version = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO passage (version, start, end, sentences, section, embedded)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        version,
                        new.passage.start,
                        new.passage.end,
                        json.dumps([(s.start, s.end) for s in new.passage.sentences]),
                        json.dumps(new.passage.section, ensure_ascii=False),
                        new.embedded,
                    )
                    for new in passages
                ],
            )
        return version

    def add_embeddings(self, texts: Sequence[bytes], vectors: Vectors, encoder: str) -> None:
        """Keep embeddings at once, so that a killed run never computes them again."""
        rows = zip(texts, vectors, strict=True)
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO embedding (text, encoder, vector) VALUES (?, ?, ?)",
                [(text, encoder, vector.astype(np.float32).tobytes()) for text, vector in rows],
            )

    def commit_generation(
        self, generation: Generation, versions: Sequence[int], problems: Sequence[tuple[str, str]]
    ) -> None:
        """Make a generation current: the one moment at which answers change."""
        with self.transaction():
            self._db.execute(
                "INSERT INTO generation"
                " (id, created, encoder, dimension, documents, passages, glossary)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    generation.id,
                    generation.created,
                    generation.encoder,
                    generation.dimension,
                    generation.documents,
                    generation.passages,
                    json.dumps(generation.glossary, ensure_ascii=False),
                ),
            )
            self._db.executemany(
                "INSERT INTO live (generation, version) VALUES (?, ?)",
                [(generation.id, version) for version in versions],
            )
            self._db.executemany(
                "INSERT INTO problem (generation, path, reason) VALUES (?, ?, ?)",
                [(generation.id, path, reason) for path, reason in problems],
            )

    def drop_dead(self, generation: int) -> None:
        """Forget what `generation`, the current one, does not use."""
        with self.transaction():
            self._db.execute("DELETE FROM generation WHERE id < ?", (generation,))
            self._db.execute("DELETE FROM version WHERE id NOT IN (SELECT version FROM live)")
            self._db.execute(
                "DELETE FROM embedding WHERE text NOT IN (SELECT embedded FROM passage)"
                " OR encoder <> (SELECT encoder FROM generation WHERE id = ?)",
                (generation,),
            )


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open the file; a reader can't change it, and needs no writable folder."""
    uri = path.absolute().as_uri()
    if write:
        db = sqlite3.connect(
            uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        return db
    try:
        db = sqlite3.connect(
            f"{uri}?mode=ro",
            uri=True,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        db.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        # A WAL file can't be opened in a folder where nobody may write; nobody writes there.
        db = sqlite3.connect(
            f"{uri}?mode=ro&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    return db


def damaged(path: Path, error: sqlite3.Error) -> IndexDamagedError:
    return IndexDamagedError(
        f"The catalog {path} can't be read: {error}", hint="Run `s3assist index --rebuild`."
    )


def read_metadata(data: str) -> Metadata:
    fields = json.loads(data)
    return Metadata(**{**fields, "identifiers": tuple(fields["identifiers"])})


def read_passage(row: tuple[int, int, int, int, str, str, bytes]) -> StoredPassage:
    identity, version, start, end, sentences, section, embedded = row
    spans = tuple(Span(a, b) for a, b in json.loads(sentences))
    passage = Passage(start, end, spans, tuple(json.loads(section)))
    return StoredPassage(identity, version, passage, embedded)


def write_maps(document: Document) -> str:
    maps = {
        "paragraphs": [
            [p.start, p.end, p.kind, [(s.start, s.end) for s in p.sentences]]
            for p in document.paragraphs
        ],
        "pages": [[p.start, p.index, p.label] for p in document.pages],
        "sections": [[s.start, s.end, s.level, s.title] for s in document.sections],
        "warnings": list(document.warnings),
    }
    return json.dumps(maps, ensure_ascii=False, separators=(",", ":"))


def read_document(
    path: str, form: str, sha256: str, metadata: str, text: str, maps: str
) -> Document:
    found = json.loads(maps)
    return Document(
        path=path,
        format=form,
        sha256=sha256,
        metadata=read_metadata(metadata),
        text=text,
        paragraphs=tuple(
            Paragraph(a, b, BlockKind(kind), tuple(Span(x, y) for x, y in sentences))
            for a, b, kind, sentences in found["paragraphs"]
        ),
        pages=tuple(Page(*page) for page in found["pages"]),
        sections=tuple(Section(*section) for section in found["sections"]),
        warnings=tuple(found["warnings"]),
    )
