"""The SQLite file behind the catalog: its tables, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from s3assist.errors import IndexDamagedError

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
