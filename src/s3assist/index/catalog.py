"""The ledger: documents, versions, passages, embeddings and generations in one SQLite file.

A *generation* names the versions that are live. Its row is written by the same transaction that
makes it current, so a reader sees one generation or the next. Rows that no generation names are
invisible: an interrupted run leaves only such rows, and its embeddings are used by the next run.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from s3assist.documents import Document, Metadata
from s3assist.encode import Vectors
from s3assist.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from s3assist.index.database import SCHEMA, connect, damaged
from s3assist.index.layout import FORMAT
from s3assist.index.rows import (
    Generation,
    NewPassage,
    StoredPassage,
    read_document,
    read_metadata,
    read_passage,
    write_maps,
    write_metadata,
)


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
        self._path = path
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
        """Everything read inside comes from one state of the ledger.

        Raises:
            IndexDamagedError: SQLite can't read its own file.
        """
        try:
            self._db.execute("BEGIN")
            yield
        except sqlite3.DatabaseError as error:
            raise damaged(self._path, error) from error
        finally:
            with suppress(sqlite3.DatabaseError):
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

    def sizes(self, generation: int) -> dict[int, tuple[int, int]]:
        """(pages, passages) of every live version."""
        rows = self._db.execute(
            "SELECT v.id, json_array_length(v.maps, '$.pages'),"
            " (SELECT COUNT(*) FROM passage p WHERE p.version = v.id)"
            " FROM live l JOIN version v ON v.id = l.version WHERE l.generation = ?",
            (generation,),
        )
        return {version: (pages, passages) for version, pages, passages in rows}

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
                    write_metadata(document.metadata),
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
