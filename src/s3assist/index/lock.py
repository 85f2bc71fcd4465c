"""One writer at a time: an operating-system lock that dies with its owner."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3assist.errors import IndexBusyError


@contextmanager
def writing(lock: Path) -> Iterator[None]:
    """Hold the writer's lock; who holds it stands in a file beside it.

    Raises:
        IndexBusyError: another process is writing.
    """
    from filelock import FileLock, Timeout

    lock.parent.mkdir(parents=True, exist_ok=True)
    owner = lock.with_suffix(".json")
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise IndexBusyError(
            f"Another process is writing this index{describe(owner)}",
            hint="Wait until it is done; questions are answered from the last finished index.",
        ) from error
    try:
        owner.write_text(json.dumps({"pid": os.getpid(), "since": time.time()}), encoding="utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        held.release()


def describe(owner: Path) -> str:
    """`` (process 4711, for 3 minutes)``, or nothing when the owner left no note."""
    try:
        note = json.loads(owner.read_text(encoding="utf-8"))
        minutes = max(0, int((time.time() - float(note["since"])) / 60))
        return f" (process {int(note['pid'])}, for {minutes} minutes)"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
