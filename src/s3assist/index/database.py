"""The SQLite file behind the catalog: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from s3assist.errors import (
    IndexAccessError,
    IndexBusyError,
    IndexDamagedError,
    S3AssistError,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER,                 -- the same for all versions of a document, wherever it moved
    number INTEGER,                   -- 1 is its first text; NULL until a generation names the row
    since TEXT,                       -- UTC: when this text became live
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,             -- of the source file
    text_sha256 TEXT NOT NULL,        -- of the canonical text
    settings TEXT NOT NULL,           -- of the loaders and passages that made it
    format TEXT NOT NULL,
    metadata TEXT NOT NULL,           -- JSON
    text TEXT NOT NULL,               -- canonical
    maps TEXT NOT NULL,               -- JSON: paragraphs, pages, sections, warnings
    seal BLOB NOT NULL                -- sha256 of the columns from path on, settings left out
);
CREATE INDEX IF NOT EXISTS version_sha256 ON version (sha256, settings);
CREATE INDEX IF NOT EXISTS version_path ON version (path);
CREATE INDEX IF NOT EXISTS version_document ON version (document, number);
CREATE TABLE IF NOT EXISTS passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES version (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL,          -- JSON: [[start, end], …]
    section TEXT NOT NULL,            -- JSON: titles, outermost first
    embedded BLOB NOT NULL,           -- sha256 of the text that was embedded
    seal BLOB NOT NULL                -- hash of the columns from version on
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
    glossary TEXT NOT NULL,           -- JSON: the corpus's glossary as it was
    files TEXT NOT NULL               -- JSON: [[path below the index, bytes, sha256], …]
);
CREATE TABLE IF NOT EXISTS live (
    generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    version INTEGER NOT NULL REFERENCES version (id),
    PRIMARY KEY (generation, version)
);
CREATE INDEX IF NOT EXISTS live_version ON live (version);
CREATE TABLE IF NOT EXISTS problem (
    generation INTEGER NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS change (   -- what each run changed, kept for ever
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,                 -- UTC, ISO 8601
    path TEXT NOT NULL,
    outcome TEXT NOT NULL,            -- added, changed, moved, removed or failed
    moved_from TEXT NOT NULL,
    sha256 TEXT NOT NULL,             -- of the file as it then was; empty once it is gone
    before TEXT NOT NULL,             -- of the file as it was before; empty when it was not there
    reason TEXT NOT NULL              -- why it failed
);
CREATE INDEX IF NOT EXISTS change_at ON change (at);
CREATE TABLE IF NOT EXISTS fingerprint (  -- spares files from being hashed again
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,              -- size, times and number of the file when it was hashed
    recipe TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    settings TEXT NOT NULL
);
"""

NO_ACCESS = {
    sqlite3.SQLITE_CANTOPEN: "Check that the folder is there and who may use it.",
    sqlite3.SQLITE_FULL: "Free space there and run the command again; it goes on where it stopped.",
    sqlite3.SQLITE_IOERR: "Look at the disk, then run the command again.",
    sqlite3.SQLITE_PERM: "Check who may write there.",
    sqlite3.SQLITE_READONLY: "Check who may write there.",
}
"""SQLite's codes for what the operating system refused, each with what to do."""


def connect(path: Path, *, write: bool) -> tuple[sqlite3.Connection, bool]:
    """Open the file; a reader can't change it, and needs no writable folder.

    Returns the connection, and whether it takes the file for one that nobody writes: SQLite then
    sees no changes, and whoever reads must look for them.
    """
    uri = path.absolute().as_uri()
    if write:
        db = sqlite3.connect(
            uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        return db, False
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
        # A WAL file can't be opened in a folder where one may not write. Whatever it holds is a
        # part of the catalog, so that it must not be passed over.
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        db = sqlite3.connect(
            f"{uri}?mode=ro&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        return db, True
    return db, False


def failure(path: Path, error: sqlite3.Error) -> S3AssistError:
    """What an error of SQLite means for the user: no access, a busy file, or damage."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in NO_ACCESS:
        return IndexAccessError(
            f"The catalog {path} can't be read or written: {error}", hint=NO_ACCESS[code]
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusyError(f"The catalog {path} is in use: {error}", hint="Try again.")
    return IndexDamagedError(
        f"The catalog {path} can't be read: {error}", hint="Run `s3assist index --rebuild`."
    )
