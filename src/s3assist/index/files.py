"""The files of a generation: on the disk for certain, and unchanged ever since."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from s3assist.errors import IndexAccessError, IndexDamagedError
from s3assist.index.rows import StoredFile

REPAIR = "Run `s3assist doctor --repair`."


def adopt(source: Path, target: Path) -> None:
    """Take over the files of a folder, which never change, into a new one.

    They become one file with two names where the file system has such links: no bytes are written,
    and either name can be removed.
    """
    target.mkdir(parents=True)
    for file in source.iterdir():
        try:
            os.link(file, target / file.name)
        except OSError:  # another disk, or a file system without links
            shutil.copy2(file, target / file.name)


def seal_files(
    root: Path, folders: Iterable[Path], before: Iterable[StoredFile] = ()
) -> tuple[StoredFile, ...]:
    """Size and hash of every file below `folders`, once all of it is on the disk.

    A file that is one of those sealed `before`, under another name, is not read again.
    """
    known = {identity_of(root / file.path): file for file in before}
    sealed: list[StoredFile] = []
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in sorted(names):
                file = Path(place, name)
                path = file.relative_to(root).as_posix()
                if same := known.get(identity_of(file)):
                    sealed.append(replace(same, path=path))
                    continue
                with file.open("rb+") as stream:
                    os.fsync(stream.fileno())
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                    sealed.append(StoredFile(path, stream.tell(), digest))
            flush_folder(Path(place))
        flush_folder(folder.parent)
    return tuple(sorted(sealed, key=lambda file: file.path))


def identity_of(file: Path) -> tuple[int, ...]:
    """The same for all names of one file; empty where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return found.st_dev, found.st_ino


def flush_folder(folder: Path) -> None:
    """Make the names in a folder as lasting as what they name."""
    with suppress(PermissionError):  # Windows opens no folders, and needs no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def check_sizes(root: Path, files: Iterable[StoredFile]) -> None:
    """Make sure that every file is there and as long as it was: cheap, at each opening.

    Raises:
        IndexDamagedError: one is not.
    """
    for file in files:
        try:
            size = (root / file.path).stat().st_size
        except FileNotFoundError as error:
            raise IndexDamagedError(
                f"A file of the index is gone: {root / file.path}", hint=REPAIR
            ) from error
        if size != file.size:
            raise IndexDamagedError(
                f"A file of the index has {size} bytes instead of {file.size}: {root / file.path}",
                hint=REPAIR,
            )


def check_contents(root: Path, files: Iterable[StoredFile]) -> None:
    """Make sure that every file is byte for byte what it was.

    Raises:
        IndexDamagedError: one is not.
    """
    check_sizes(root, files)
    for file in files:
        with (root / file.path).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                raise IndexDamagedError(
                    f"A file of the index has changed: {root / file.path}", hint=REPAIR
                )


@contextmanager
def writable(root: Path) -> Iterator[None]:
    """Name what the operating system refuses while files of the index are written.

    Raises:
        IndexAccessError: disk full, no permission, a failing disk.
    """
    try:
        yield
    # FAISS and tantivy raise these two for whatever a write comes to.
    except (OSError, RuntimeError, ValueError) as error:
        raise IndexAccessError(
            f"The index in {root} can't be written: {getattr(error, 'strerror', '') or error}",
            hint="Free space there, or see who may write; then run the command again. It goes on"
            " where it stopped; questions are answered from the last finished index.",
        ) from error
