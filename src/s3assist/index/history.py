"""What the corpus was: earlier versions of documents, and what each run changed."""

from __future__ import annotations

from s3assist.documents import Document
from s3assist.index.catalog import Catalog
from s3assist.index.rows import Change, VersionInfo, read_version


class History:
    """The past as the catalog keeps it; read it inside one of the catalog's snapshots."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def recall(self, sha256: str, text_sha256: str = "") -> Document | None:
        """The document made from a file with this hash, live or earlier; None if none is kept.

        Shortened receipts have only the beginning of the hash.

        With `text_sha256` only one with that very canonical text. Of several the live one, else
        the newest, is taken.
        """
        rows = self._catalog.rows(
            "SELECT v.id FROM version v"
            " WHERE substr(v.sha256, 1, length(?)) = ? AND v.number IS NOT NULL"
            " AND (? = '' OR v.text_sha256 = ?) ORDER BY v.id IN (SELECT version FROM live) DESC,"
            " v.id DESC LIMIT 1",
            (sha256, sha256, text_sha256, text_sha256),
        )
        return self._catalog.document(rows[0][0]) if rows and sha256 else None

    def document(self, version: VersionInfo) -> Document:
        """The text of a version.

        Raises:
            IndexDamagedError: it is not there (any more), or not as it was written.
        """
        return self._catalog.document(version.id)

    def versions(self, document: int) -> tuple[VersionInfo, ...]:
        """All versions of a document that are kept, the oldest first."""
        found = [version for version in self._all() if version.document == document]
        return tuple(sorted(found, key=lambda version: (version.number, version.id)))

    def latest(self) -> tuple[VersionInfo, ...]:
        """The newest version of every document, those that are gone included, by path."""
        newest = {version.document: version for version in self._all()}
        return tuple(sorted(newest.values(), key=lambda version: version.path))

    def _all(self) -> list[VersionInfo]:
        rows = self._catalog.rows(
            "SELECT id, document, number, path, sha256, text_sha256, since, id IN"
            " (SELECT version FROM live WHERE generation = (SELECT max(id) FROM generation))"
            " FROM version WHERE number IS NOT NULL ORDER BY number, id"
        )
        return [read_version(row) for row in rows]

    def changes(self, since: str = "") -> tuple[Change, ...]:
        """What runs changed since this moment (UTC, ISO 8601), the oldest first."""
        rows = self._catalog.rows(
            "SELECT path, outcome, at, generation, moved_from, sha256, before, reason FROM change"
            " WHERE at >= ? ORDER BY id",
            (since,),
        )
        return tuple(
            Change(
                path=path,
                outcome=outcome,
                at=at,
                generation=generation,
                moved_from=moved_from,
                sha256=sha256,
                before=before,
                reason=reason,
            )
            for path, outcome, at, generation, moved_from, sha256, before, reason in rows
        )
