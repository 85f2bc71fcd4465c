"""Follow a corpus folder: call back whenever something in it has changed and come to rest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from s3assist.ingest.source import place_below

QUIET_MS = 400
"""Changes are waited for until none came for so long: a copy of many files is one change."""
LONGEST_MS = 5_000
"""But no longer than this after the first of them."""
TICK_MS = 1_000
"""How often it is looked whether the folder is still the one that is watched."""
RETRY_S = 30.0
"""Wait before a run that failed is tried again, unless something changes earlier."""


def watch(
    corpus: Path,
    run: Callable[[], bool],
    stop: Event | None = None,
    *,
    index: Path | None = None,
) -> None:
    """Call `run` once, then after every change, until `stop` is set or Ctrl+C is pressed.

    Nothing is missed that happens while `run` works. `run` says whether it succeeded; a failure is
    tried again after a while. A folder that is gone, or replaced by another, is waited for. What
    `run` writes to `index` is no change, should that folder lie in the corpus.

    Raises:
        KeyboardInterrupt: Ctrl+C was pressed.
    """
    stop = stop or Event()
    due = 0.0
    last: tuple[int, int] | None = None
    while not stop.is_set():
        if identity(corpus) != last:
            due, last = 0.0, identity(corpus)
        for changed in changes(corpus, stop, index):
            now = time.monotonic()
            if changed or now >= due:
                due = float("inf") if run() else time.monotonic() + RETRY_S
        stop.wait(TICK_MS / 1000)


def changes(corpus: Path, stop: Event, index: Path | None = None) -> Iterator[bool]:
    """Whether something changed, at every tick, as long as the folder is the same one."""
    from watchfiles import watch as follow

    watched = identity(corpus)
    if watched is None:
        yield False
        return
    try:
        for found in follow(
            corpus,
            watch_filter=lambda _change, path: is_visible(corpus, Path(path), index),
            step=QUIET_MS,
            debounce=LONGEST_MS,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=True,
        ):
            yield bool(found)
            if identity(corpus) != watched:
                return
    except FileNotFoundError:  # gone between the look and the watch
        return


def identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def is_visible(corpus: Path, path: Path, index: Path | None = None) -> bool:
    """Whether a sync would look at this path.

    Hidden files, locks of Word and the index are passed over.
    """
    tops = (corpus.absolute(), Path(os.path.realpath(corpus)))
    below = next((path.relative_to(top) for top in tops if path.is_relative_to(top)), None)
    if below is None:
        below = Path(path.name)
    if index is not None and (own := place_below(corpus, index)) and below.is_relative_to(own):
        return False
    return not any(part.startswith((".", "~$")) for part in below.parts)
