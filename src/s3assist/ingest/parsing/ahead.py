"""Sources that other processes read while the sync works on those before them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import SimpleQueue

from s3assist.documents import Document
from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.parsing.worker import Worker
from s3assist.ingest.source import Fingerprint, Source, SourceFile

DEPTH = 8
"""Documents read ahead for each process; more would only take memory."""
BYTES_EACH = 2_000_000
"""Of files for each process: to start one takes a second of a core, in which most files of less
than that are read."""
PATIENCE = 2.0
"""Seconds that the sync waits for documents before another process is started after all."""
MOMENT = 0.1
"""Seconds after which the sync looks whether there is something else to do."""

IsNew = Callable[[Source], bool]
"""Whether the sync will have to read a source."""


@contextmanager
def read_ahead(
    sources: Sequence[Source], is_new: IsNew, limits: Limits, workers: int
) -> Iterator[ReadAhead]:
    """Have the files among `sources` read by other processes, up to `workers`.

    The first that `is_new` holds for are read from now on, and reading one starts reading those
    that follow it. What is no file is read where it stands.
    """
    ahead = ReadAhead(sources, is_new, limits, workers)
    try:
        ahead.look_ahead(-1)
        yield ahead
    finally:
        ahead.close()


class ReadAhead:
    """Sources that are read in their order, most of them before their turn."""

    def __init__(
        self, sources: Sequence[Source], is_new: IsNew, limits: Limits, workers: int
    ) -> None:
        self.sources = [
            _File(self, position, source) if isinstance(source, SourceFile) else source
            for position, source in enumerate(sources)
        ]
        """The same, in the same order; call their `read` instead."""
        self._is_new = is_new
        self._most = DEPTH * workers
        self._next = 0
        self._reading: dict[int, Future[Document]] = {}
        self._seen: set[int] = set()
        self._workers = [Worker(limits) for _ in range(workers)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        self._used = 0
        self._waited = 0.0
        size = sum(source.size for source in sources if isinstance(source, SourceFile))
        for _ in range(min(workers, 1 + size // BYTES_EACH)):
            self._use_another()
        # Its threads only wait for the processes.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="parsing")

    def read(self, source: _File, sha256: str) -> Document:
        reading = self._reading.pop(source.position, None) or self._start(source, sha256)
        self.look_ahead(source.position)
        while not reading.done() and self._used < len(self._workers):
            self._wait(reading)
        return reading.result()

    def lets_wait(self, source: Source) -> bool:
        """Whether `source` is still being read, a moment from now."""
        reading = self._reading.get(source.position) if isinstance(source, _File) else None
        return reading is not None and not self._wait(reading)

    @property
    def has_idle(self) -> bool:
        """Whether fewer processes are reading than there may be."""
        busy = sum(not reading.done() for reading in self._reading.values())
        return min(busy, self._used) < len(self._workers)

    def peek(self) -> Document | None:
        """A document that was read before its turn, once; None if there is none."""
        for position, reading in self._reading.items():
            if position not in self._seen and reading.done() and reading.exception() is None:
                self._seen.add(position)
                return reading.result()
        return None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.close()
        self._threads.shutdown()

    def _wait(self, reading: Future[Document]) -> bool:
        """Wait a moment; where moments add up, put another process to work. Says if it is read."""
        began = time.monotonic()
        wait([reading], timeout=MOMENT)
        self._waited += time.monotonic() - began
        if not reading.done() and self._waited > PATIENCE and self._used < len(self._workers):
            self._use_another()
        return reading.done()

    def _use_another(self) -> None:
        self._idle.put(self._workers[self._used])
        self._used += 1
        self._waited = 0.0

    def look_ahead(self, position: int) -> None:
        self._next = max(self._next, position + 1)
        while self._next < len(self.sources) and len(self._reading) < self._most:
            source = self.sources[self._next]
            self._next += 1
            if isinstance(source, _File):
                try:
                    if self._is_new(source) and source.mark is not None:
                        self._reading[source.position] = self._start(source, source.mark.sha256)
                except LoadError:
                    continue  # the sync meets it again, and reports it

    def _start(self, source: _File, sha256: str) -> Future[Document]:
        return self._threads.submit(self._run, source.file, sha256)

    def _run(self, source: SourceFile, sha256: str) -> Document:
        worker = self._idle.get()
        try:
            return worker.read(source, sha256)
        finally:
            self._idle.put(worker)


class _File:
    """One file of the sequence, as a source."""

    def __init__(self, ahead: ReadAhead, position: int, file: SourceFile) -> None:
        self._ahead = ahead
        self.position = position
        self.file = file
        self.mark: Fingerprint | None = None
        """Of the file as it was when it was first asked for."""

    @property
    def path(self) -> str:
        return self.file.path

    def stamp(self) -> str:
        return self.file.stamp()

    def fingerprint(self, recipe: str) -> Fingerprint:
        if self.mark is None:
            self.mark = self.file.fingerprint(recipe)
        return self.mark

    def read(self, sha256: str) -> Document:
        return self._ahead.read(self, sha256)
