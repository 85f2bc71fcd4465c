"""One writer at a time: an operating-system lock that dies with its owner."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from s3assist.errors import IndexAccessError, IndexBusyError


@contextmanager
def writing(lock: Path) -> Iterator[None]:
    """Hold the writer's lock; who holds it stands in a file beside it.

    A process that is gone holds no lock, whatever its note says: the next one takes over.

    Raises:
        IndexBusyError: another process is writing.
        IndexAccessError: nobody may write there, or the disk is full.
    """
    from filelock import FileLock, Timeout

    owner = lock.with_suffix(".json")
    held = FileLock(lock)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held.acquire(timeout=0)
    except OSError as error:
        if isinstance(error, Timeout):
            raise busy(owner) from error
        raise refused(lock, error) from error
    try:
        try:
            note = json.dumps({"pid": os.getpid(), "since": time.time()})
            owner.write_text(note, encoding="utf-8")
        except OSError as error:
            raise refused(owner, error) from error
        yield
    finally:
        with suppress(OSError):
            owner.unlink(missing_ok=True)
        held.release()


def busy(owner: Path) -> IndexBusyError:
    return IndexBusyError(
        f"Another process is writing this index{describe(owner)}",
        hint="Wait until it is done; questions are answered from the last finished index.",
    )


def refused(path: Path, error: OSError) -> IndexAccessError:
    return IndexAccessError(
        f"The index can't be written: {error.strerror or error}: {path}",
        hint="Free space there, or see who may write; asking needs neither.",
    )


def describe(owner: Path) -> str:
    """`` (process 4711, for 3 minutes)``, or nothing when the owner left no note."""
    try:
        note = json.loads(owner.read_text(encoding="utf-8"))
        return f" (process {int(note['pid'])}, for {age(time.time() - float(note['since']))})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def age(seconds: float) -> str:
    """``40 seconds``, ``3 minutes`` or ``5 hours``."""
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds / length)} {unit}"
    return f"{max(0, int(seconds))} seconds"
