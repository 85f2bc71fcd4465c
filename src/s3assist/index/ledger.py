"""Write the catalog: versions and embeddings as they are made, then one commit."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path

import numpy as np

from s3assist.documents import Document
from s3assist.encode import Vectors
from s3assist.index.catalog import NOT_UNIT, Catalog
from s3assist.index.database import failure
from s3assist.index.rows import (
    Change,
    Generation,
    Kept,
    NewPassage,
    StoredFingerprint,
    VersionInfo,
    read_version,
    seal_passage,
    seal_version,
    write_maps,
    write_metadata,
)


class Ledger(Catalog):
    """The catalog, opened by the one who writes it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, write=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside becomes visible at once, or not at all.

        Raises:
            IndexAccessError: the disk is full, failing, or not to be written.
            IndexDamagedError: SQLite can't read its own file.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.commit()
        except BaseException as error:
            with suppress(sqlite3.Error):  # SQLite itself rolls back when the disk is full
                self._db.rollback()
            if isinstance(error, sqlite3.DatabaseError):
                raise failure(self._path, error) from error
            raise

    # What the corpus has --------------------------------------------------------------------------

    def save_fingerprints(self, found: Iterable[StoredFingerprint], gone: Iterable[str]) -> None:
        with self.transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO fingerprint (path, stamp, recipe, sha256, settings)"
                " VALUES (?, ?, ?, ?, ?)",
                [astuple(fingerprint) for fingerprint in found],
            )
            self._db.executemany(
                "DELETE FROM fingerprint WHERE path = ?", [(path,) for path in gone]
            )

    def forget_fingerprints(self) -> None:
        with self.transaction():
            self._db.execute("DELETE FROM fingerprint")

    def add_version(self, document: Document, passages: Sequence[NewPassage], settings: str) -> int:
        """Store a document and its passages; nobody sees them until a generation names them."""
        metadata, maps = write_metadata(document.metadata), write_maps(document)
        columns = (document.path, document.sha256, document.text_sha256, document.format)
        with self.transaction():
            cursor = self._db.execute(
                "INSERT INTO version"
                " (path, sha256, text_sha256, format, metadata, maps, seal, text, settings)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *columns,
                    metadata,
                    maps,
                    seal_version(*columns, metadata, maps),
                    document.text,
                    settings,
                ),
            )
            version = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO passage (version, start, end, sentences, section, embedded, seal)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [passage_row(version, new) for new in passages],
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

    # The commit -----------------------------------------------------------------------------------

    def commit_generation(
        self,
        generation: Generation,
        live: Sequence[Kept],
        problems: Sequence[tuple[str, str]],
        changes: Sequence[Change] = (),
    ) -> None:
        """Make a generation current: the one moment at which answers change."""
        with self.transaction():
            self._name(live, generation.created)
            self._db.execute(
                "INSERT INTO generation"
                " (id, created, encoder, dimension, documents, passages, glossary, files)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    generation.id,
                    generation.created,
                    generation.encoder,
                    generation.dimension,
                    generation.documents,
                    generation.passages,
                    json.dumps(generation.glossary, ensure_ascii=False),
                    json.dumps([astuple(file) for file in generation.files]),
                ),
            )
            self._db.executemany(
                "INSERT INTO live (generation, version) VALUES (?, ?)",
                [(generation.id, kept.version) for kept in live],
            )
            self._db.executemany(
                "INSERT INTO problem (generation, path, reason) VALUES (?, ?, ?)",
                [(generation.id, path, reason) for path, reason in problems],
            )
            self._db.executemany(
                "INSERT INTO change"
                " (generation, at, path, outcome, moved_from, sha256, before, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        generation.id,
                        generation.created,
                        change.path,
                        change.outcome,
                        change.moved_from,
                        change.sha256,
                        change.before,
                        change.reason,
                    )
                    for change in changes
                ],
            )

    def _name(self, live: Sequence[Kept], now: str) -> None:
        """Give every version that becomes live its document and its number."""
        taken = {kept.version: self._document(kept.version) for kept in live}
        used = {document for document in taken.values() if document is not None}
        fresh = [kept for kept in live if taken[kept.version] is None]
        documents: dict[int, int] = {}
        for kept in fresh:
            document = None if kept.follows is None else self._document(kept.follows)
            if document is not None:
                documents[kept.version] = document
        used |= set(documents.values())
        for kept in fresh:
            document = documents.get(kept.version) or self._returned(kept.version, used)
            used.add(document)
            self._number(kept.version, document, now)

    def _document(self, version: int) -> int | None:
        row = self._db.execute("SELECT document FROM version WHERE id = ?", (version,)).fetchone()
        return None if row is None else row[0]

    def _returned(self, version: int, used: set[int]) -> int:
        """The document that had this path, or else these bytes, before; a new one otherwise."""
        for same in ("path", "sha256"):
            for (document,) in self._db.execute(
                "SELECT old.document FROM version old JOIN version new"  # noqa: S608 - a name
                f" ON old.{same} = new.{same} WHERE new.id = ? AND old.document IS NOT NULL"
                " ORDER BY old.id DESC",
                (version,),
            ):
                if document not in used:
                    return int(document)
        (last,) = self._db.execute("SELECT max(document) FROM version").fetchone()
        return max([last or 0, *used]) + 1

    def _number(self, version: int, document: int, now: str) -> None:
        """The next number; the last one again where file and text are the same as then."""
        row = self._db.execute(
            "SELECT old.number, old.since, old.sha256 = new.sha256"
            " AND old.text_sha256 = new.text_sha256 FROM version old, version new"
            " WHERE new.id = ? AND old.document = ? AND old.number IS NOT NULL"
            " ORDER BY old.number DESC, old.id DESC LIMIT 1",
            (version, document),
        ).fetchone()
        last, since, same = row or (0, now, False)
        self._db.execute(
            "UPDATE version SET document = ?, number = ?, since = ? WHERE id = ?",
            (document, last if same else last + 1, since if same else now, version),
        )

    # After it -------------------------------------------------------------------------------------

    def leftovers(self, generation: int) -> bool:
        """Whether an interrupted run left anything that `drop_dead` would forget."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM generation WHERE id < ?)"
            " OR EXISTS (SELECT 1 FROM version WHERE number IS NULL)",
            (generation,),
        ).fetchone()
        return bool(row[0])

    def drop_dead(self, generation: int, keep_versions: int | None) -> None:
        """Forget what `generation`, the current one, does not use.

        Of each document `keep_versions` earlier texts stay, the newest ones, and of one that is
        gone as many; all of them if it is None.
        """
        with self.transaction():
            ((encoders,),) = self.rows("SELECT COUNT(DISTINCT encoder) FROM generation")
            self._db.execute("DELETE FROM generation WHERE id < ?", (generation,))
            dropped = self._db.execute(
                "DELETE FROM version WHERE number IS NULL AND id NOT IN (SELECT version FROM live)"
            ).rowcount
            if keep_versions is not None:
                dropped += self._drop(superseded(self._named(generation), keep_versions))
            if not dropped and encoders == 1:
                return  # to look for what nobody needs would take seconds in a large index
            self._db.execute(
                "DELETE FROM embedding WHERE text NOT IN (SELECT embedded FROM passage)"
                " OR encoder <> (SELECT encoder FROM generation WHERE id = ?)",
                (generation,),
            )

    def _drop(self, versions: Sequence[int]) -> int:
        self._db.executemany("DELETE FROM version WHERE id = ?", [(id_,) for id_ in versions])
        return len(versions)

    def drop_versions(self, versions: Sequence[int]) -> None:
        """Forget earlier versions; their numbers are not given again."""
        if versions:
            with self.transaction():
                self._drop(versions)

    def drop_damaged_embeddings(self, dimension: int) -> int:
        """Forget embeddings that no encoder made, so that they are made again. Returns how many."""
        rows = self._db.execute("SELECT rowid, vector FROM embedding")
        damaged = [(row,) for row, vector in rows if not is_unit(vector, dimension)]
        if damaged:
            with self.transaction():
                self._db.executemany("DELETE FROM embedding WHERE rowid = ?", damaged)
        return len(damaged)

    def _named(self, generation: int) -> list[VersionInfo]:
        """All versions that are or were live."""
        rows = self._db.execute(
            "SELECT id, document, number, path, sha256, text_sha256, since,"
            " id IN (SELECT version FROM live WHERE generation = ?)"
            " FROM version WHERE number IS NOT NULL",
            (generation,),
        )
        return [read_version(row) for row in rows]


def superseded(versions: Iterable[VersionInfo], keep: int) -> list[int]:
    """Ids of the versions that need not be kept.

    Of rows with one text (a file that was read again, an older text that came back) only the live
    or newest one is needed; of the other texts of a document the `keep` newest.
    """
    dead: list[int] = []
    texts: set[tuple[int, str, str]] = set()
    earlier: Counter[int] = Counter()
    for version in sorted(versions, key=lambda v: (v.live, v.number, v.id), reverse=True):
        text = (version.document, version.sha256, version.text_sha256)
        if text in texts or (not version.live and earlier[version.document] >= keep):
            dead.append(version.id)
            continue
        texts.add(text)
        earlier[version.document] += not version.live
    return dead


def is_unit(vector: bytes, dimension: int) -> bool:
    """Whether these bytes are a float32 vector of unit length."""
    if len(vector) != 4 * dimension:
        return False
    with np.errstate(all="ignore"):  # a damaged vector may hold anything
        length = float(np.linalg.norm(np.frombuffer(vector, dtype=np.float32)))
    return abs(length - 1) < NOT_UNIT


def passage_row(version: int, new: NewPassage) -> tuple[int, int, int, str, str, bytes, bytes]:
    passage = new.passage
    sentences = json.dumps([(s.start, s.end) for s in passage.sentences])
    section = json.dumps(passage.section, ensure_ascii=False)
    seal = seal_passage(version, passage.start, passage.end, sentences, section, new.embedded)
    return version, passage.start, passage.end, sentences, section, new.embedded, seal
