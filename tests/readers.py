"""Processes that read documents and are left to the next test: to start one takes a second."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

from s3assist.documents import Block, Document
from s3assist.ingest.limits import Limits
from s3assist.ingest.parsing.worker import Worker
from s3assist.ingest.source import SourceFile

_left: dict[Limits, list[Worker]] = defaultdict(list)


class LentWorker:
    """In place of a `Worker`: one that is given back when it is closed, unless it is reading."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._worker = _left[limits].pop() if _left[limits] else Worker(limits)
        self._reading = self._closed = False
        self._lock = threading.Lock()

    def read(self, source: SourceFile, sha256: str) -> Document:
        self._begin()
        try:
            return self._worker.read(source, sha256)
        finally:
            self._reading = False

    def blocks(self, file: Path) -> tuple[Block, ...]:
        self._begin()
        try:
            return self._worker.blocks(file)
        finally:
            self._reading = False

    def close(self) -> None:
        with self._lock:
            self._closed, closed = True, self._closed
        if self._reading or self._worker.pid is None:
            self._worker.close()
        elif not closed:
            _left[self._limits].append(self._worker)

    def _begin(self) -> None:
        with self._lock:
            assert not self._closed, "it is given back"
            self._reading = True


def end() -> None:
    """End those that are left."""
    for workers in _left.values():
        for worker in workers:
            worker.close()
    _left.clear()
