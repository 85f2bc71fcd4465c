"""The ledger: documents, versions, passages, embeddings and generations in one SQLite file.

A *generation* names the versions that are live. Its row is written by the same transaction that
makes it current, so a reader sees one generation or the next. Rows that no generation ever named
are invisible: an interrupted run leaves only such rows, and the next run uses them.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from s3assist.documents import Document, Metadata
from s3assist.encode import Vectors
from s3assist.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
)
from s3assist.index.database import SCHEMA, connect, failure
from s3assist.index.layout import FORMAT
from s3assist.index.rows import (
    Generation,
    StoredFile,
    StoredFingerprint,
    StoredPassage,
    read_document,
    read_metadata,
    read_passage,
)
from s3assist.index.segment import Ids

REBUILD = "Run `s3assist index --rebuild`."
Row = TypeVar("Row")
Value = TypeVar("Value")

NOT_UNIT = 1e-3
"""Further than this from length 1, a vector is none that an encoder made."""
PASSAGE = "id, version, start, end, sentences, section, embedded, seal"


class Catalog:
    """One connection to the ledger; use it from one thread."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Open the ledger, creating it only when `write` is set.

        Raises:
            IndexMissingError: there is none.
            IndexMismatchError: it was made by another version of S3Assist.
            IndexDamagedError: it is no SQLite file.
            IndexAccessError: the operating system does not let it be opened.
        """
        if not write and not path.exists():
            raise IndexMissingError(
                f"There is no index in {path.parent}", hint="Run `s3assist index` first."
            )
        self._path = path
        self._write = write
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connect()

    def _connect(self) -> None:
        self._stamp = stamp(self._path)
        try:
            self._db, self._immutable = connect(self._path, write=self._write)
            (found,) = self._db.execute("PRAGMA user_version").fetchone()
            if self._write and found == 0:
                self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
            elif found != FORMAT:
                raise IndexMismatchError(
                    f"The index in {self._path.parent} has format {found}; this version reads"
                    f" {FORMAT}",
                    hint="Update S3Assist, which is older than the index."
                    if found > FORMAT
                    else REBUILD,
                )
        except sqlite3.DatabaseError as error:
            raise failure(self._path, error) from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside comes from one state of the ledger.

        Raises:
            IndexDamagedError: SQLite can't read its own file.
            IndexBusyError: the index changed in a folder where SQLite can't keep states apart.
        """
        if self._immutable and stamp(self._path) != self._stamp:
            self._db.close()
            self._connect()
        try:
            with self.named_errors():
                self._db.execute("BEGIN")
                yield
        finally:
            with suppress(sqlite3.DatabaseError):
                self._db.rollback()
        if self._immutable and stamp(self._path) != self._stamp:
            raise IndexBusyError("The index changed while it was being read", hint="Ask again.")

    @contextmanager
    def named_errors(self) -> Iterator[None]:
        """What SQLite raises inside, as an error that a user understands.

        Raises:
            IndexAccessError: the operating system refuses.
            IndexDamagedError: SQLite can't read its own file.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise failure(self._path, error) from error

    def check(self) -> None:
        """Look through every page of the file.

        Raises:
            IndexDamagedError: SQLite finds them at odds with each other.
        """
        with self.named_errors():
            found = [text for (text,) in self.rows("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            raise IndexDamagedError(
                f"The catalog {self._path} is damaged: {found[0]}", hint=REBUILD
            )

    def parsed(self, read: Callable[[Row], Value], row: Row) -> Value:
        """What a row means.

        Raises:
            IndexDamagedError: it is not as it was written.
        """
        try:
            return read(row)
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(
                f"The catalog {self._path} is damaged: {error}", hint=REBUILD
            ) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._db.execute(query, values).fetchall()

    def current(self) -> Generation | None:
        """The newest complete generation, or None in an index that was never finished."""
        row = self._db.execute(
            "SELECT id, created, encoder, dimension, documents, passages, glossary, files"
            " FROM generation ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return None if row is None else self.parsed(read_generation, row)

    def live_versions(self, generation: int) -> list[tuple[int, str, str, str, Metadata]]:
        """(version id, path, sha256, format, metadata) of every live document, by path."""
        rows = self._db.execute(
            "SELECT v.id, v.path, v.sha256, v.format, v.metadata"
            " FROM live l JOIN version v ON v.id = l.version"
            " WHERE l.generation = ? ORDER BY v.path",
            (generation,),
        )
        return [
            (i, path, sha, form, self.parsed(read_metadata, meta))
            for i, path, sha, form, meta in rows
        ]

    def languages(self, generation: int) -> list[str]:
        """The languages of the live documents, most frequent first."""
        rows = self._db.execute(
            "SELECT json_extract(metadata, '$.language') AS language"
            " FROM live l JOIN version v ON v.id = l.version WHERE l.generation = ?"
            " GROUP BY language HAVING language <> '' ORDER BY COUNT(*) DESC, language",
            (generation,),
        )
        return [language for (language,) in rows]

    def live_version(self, generation: int, path: str) -> int | None:
        """The version of the live document with this path."""
        row = self._db.execute(
            "SELECT v.id FROM version v JOIN live l ON l.version = v.id AND l.generation = ?"
            " WHERE v.path = ?",
            (generation, path),
        ).fetchone()
        return None if row is None else int(row[0])

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
        """A version of this very file, made in this very way, that is live or never was."""
        found = self.rows(
            "SELECT id FROM version v WHERE path = ? AND sha256 = ? AND settings = ?"
            " AND (number IS NULL OR EXISTS (SELECT 1 FROM live l WHERE l.version = v.id"
            "  AND l.generation = (SELECT max(id) FROM generation)))"
            " ORDER BY number IS NULL, id DESC LIMIT 1",
            (path, sha256, settings),
        )
        return int(found[0][0]) if found else None

    def find_content(self, sha256: str, settings: str) -> int | None:
        """A version of a file with these bytes, made in this very way, under whatever path."""
        found = self.rows(
            "SELECT id FROM version WHERE sha256 = ? AND settings = ? ORDER BY id DESC LIMIT 1",
            (sha256, settings),
        )
        return int(found[0][0]) if found else None

    def fingerprints(self) -> dict[str, StoredFingerprint]:
        """What each file hashed to when it was last looked at, by path."""
        rows = self.rows("SELECT path, stamp, recipe, sha256, settings FROM fingerprint")
        return {row[0]: StoredFingerprint(*row) for row in rows}

    def document(self, version: int) -> Document:
        """The stored document with its canonical text.

        Raises:
            IndexDamagedError: it is not there, or not as it was written.
        """
        with self.named_errors():  # SQLite itself refuses what is no UTF-8
            row = self._db.execute(
                "SELECT path, sha256, text_sha256, format, metadata, maps, text, seal"
                " FROM version WHERE id = ?",
                (version,),
            ).fetchone()
        if row is None:
            raise IndexDamagedError(f"The catalog holds no version {version}", hint=REBUILD)
        return self.parsed(read_document, row)

    def damaged_versions(self) -> list[int]:
        """Earlier versions that are not as they were written.

        Raises:
            IndexDamagedError: a live one is not.
        """
        rows = self.rows(
            "SELECT id, id IN (SELECT version FROM live) FROM version WHERE number IS NOT NULL"
        )
        found: list[int] = []
        for version, live in rows:
            try:
                self.document(version)
            except IndexDamagedError:
                if live:
                    raise
                found.append(version)
        return found

    def since(self, version: int) -> str:
        """When this text became its document's (UTC, ISO 8601)."""
        ((since,),) = self.rows("SELECT since FROM version WHERE id = ?", (version,))
        return str(since)

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The stored passages with these ids; unknown ids are left out."""
        wanted = list(ids)
        found: dict[int, StoredPassage] = {}
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            marks = ",".join("?" * len(part))
            for row in self._db.execute(
                f"SELECT {PASSAGE} FROM passage WHERE id IN ({marks})",  # noqa: S608
                part,  # the text above holds nothing but names and question marks
            ):
                found[row[0]] = self.parsed(read_passage, row)
        return found

    def live_passages(self, versions: Iterable[int]) -> Iterator[StoredPassage]:
        """All passages of these versions, version by version."""
        for version in versions:
            for row in self._db.execute(
                f"SELECT {PASSAGE} FROM passage WHERE version = ? ORDER BY id",  # noqa: S608
                (version,),
            ):
                yield self.parsed(read_passage, row)

    def passage_ids(self, versions: Iterable[int]) -> list[int]:
        """The passages of these versions, ascending."""
        found = self.rows(
            "SELECT p.id FROM json_each(?) j JOIN passage p ON p.version = j.value ORDER BY p.id",
            (json.dumps(list(versions)),),
        )
        return [passage for (passage,) in found]

    def passage_count(self, version: int) -> int:
        ((count,),) = self.rows("SELECT COUNT(*) FROM passage WHERE version = ?", (version,))
        return int(count)

    def vectors(self, passages: Ids, encoder: str, dimension: int) -> Vectors:
        """The embeddings of these passages, in order.

        Raises:
            IndexDamagedError: one of them is not stored, or not of unit length.
        """
        found = self.rows(
            "SELECT e.vector FROM json_each(?) j LEFT JOIN passage p ON p.id = j.value"
            " LEFT JOIN embedding e ON e.text = p.embedded AND e.encoder = ? ORDER BY j.key",
            (json.dumps(passages.tolist()), encoder),
        )
        if any(vector is None or len(vector) != 4 * dimension for (vector,) in found):
            raise IndexDamagedError("The catalog lacks the embedding of a passage", hint=REBUILD)
        data = b"".join(vector for (vector,) in found)
        result: Vectors = np.frombuffer(data, np.float32).reshape(len(found), dimension)
        with np.errstate(all="ignore"):  # a damaged vector may hold anything
            whole = np.abs(np.linalg.norm(result, axis=1) - 1) < NOT_UNIT
        if not whole.all():
            raise IndexDamagedError("The catalog holds a damaged embedding", hint=REBUILD)
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


def read_generation(row: tuple[int, str, str, int, int, int, str, str]) -> Generation:
    identity, created, encoder, dimension, documents, passages, glossary, files = row
    return Generation(
        id=identity,
        created=created,
        encoder=encoder,
        dimension=dimension,
        documents=documents,
        passages=passages,
        glossary=tuple((a, e, n) for a, e, n in json.loads(glossary)),
        files=tuple(StoredFile(*file) for file in json.loads(files)),
    )


def stamp(path: Path) -> tuple[int, int, int]:
    """Tells whether a file was written to; zeros where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as cheap as it gets, at each question
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)
