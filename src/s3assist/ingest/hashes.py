"""SHA-256 of source files, computed again only when a file was touched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class FileHashes:
    """Remembers the hash of each file with the size and time that it had."""

    _known: dict[Path, tuple[int, int, str]] = field(default_factory=dict)

    def sha256(self, path: Path) -> str:
        """The hash of the file's bytes; an empty string when it can't be read."""
        try:
            seen = path.stat()
            size, time, digest = self._known.get(path, (-1, -1, ""))
            if (size, time) != (seen.st_size, seen.st_mtime_ns):
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                self._known[path] = (seen.st_size, seen.st_mtime_ns, digest)
        except OSError:
            return ""
        return digest
