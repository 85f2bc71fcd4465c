"""The parent's handle on one process that reads documents."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from s3assist.documents import Block, Document
from s3assist.errors import LoadError, UnsettledError, WorkerError
from s3assist.ingest.limits import Limits
from s3assist.ingest.parsing import child
from s3assist.ingest.parsing.frames import (
    BrokenFrameError,
    Frame,
    framed_blocks,
    framed_document,
    read_frame,
    write_frame,
)
from s3assist.ingest.source import SourceFile

logger = logging.getLogger(__name__)

Read = TypeVar("Read")
"""What is made of a reply: a document, or blocks."""

PATIENCE = 10
"""How many times the seconds of processor time a document may take by the clock: on a busy machine
reading one took 20 seconds of the processor and five minutes of the day."""
START_SECONDS = 120
MOST_DOCUMENTS = 500
"""Documents after which a process is replaced, so that what libraries keep does not add up."""


class WorkerLostError(Exception):
    """The process ended, or had to be ended, while it read; the message says of what."""

    def __init__(self, reason: str, hint: str, *, again: bool, said: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.again = again
        """Whether a fresh process may do better: what it read before may have weighed it down."""
        self.said = said
        """The last line that it wrote to stderr."""


class Worker:
    """A reading process that is started when it is first needed, and again after a failure.

    Use it from one thread at a time; `close` may come from any.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: BinaryIO | None = None
        self._documents = 0
        self._closed = False
        self._lock = threading.Lock()  # between starting and ending, which come from two threads

    def read(self, source: SourceFile, sha256: str) -> Document:
        """The document in `source`, whose bytes have this hash.

        Raises:
            LoadError: it can't be read, or cost its process too much.
            WorkerError: no process can be started.
        """
        request = {"corpus": str(source.corpus), "path": source.path, "sha256": sha256}
        return self._asked(request, "document", framed_document)

    def blocks(self, file: Path) -> tuple[Block, ...]:
        """All that a file says, wherever it lies: what is no part of its text too.

        Raises:
            LoadError: it can't be read, or cost its process too much.
            WorkerError: no process can be started.
        """
        return self._asked({"file": str(file)}, "blocks", framed_blocks)

    def _asked(self, request: Frame, key: str, unpacked: Callable[[Any], Read]) -> Read:
        """What the reply has under `key`; asks a second process where the first was worn out."""
        try:
            return self._ask(request, key, unpacked)
        except WorkerLostError as error:
            if not error.again or self._closed:
                raise LoadError(error.reason, hint=error.hint) from error
        try:
            return self._ask(request, key, unpacked)
        except WorkerLostError as error:
            raise LoadError(error.reason, hint=error.hint) from error

    @property
    def pid(self) -> int | None:
        """Of the running process, if there is one."""
        process = self._process
        return None if process is None else process.pid

    def close(self) -> None:
        """End the process; a document that it is reading is lost."""
        with self._lock:
            self._closed = True
        self._end()

    def _ask(self, request: Frame, key: str, unpacked: Callable[[Any], Read]) -> Read:
        if self._documents >= MOST_DOCUMENTS:
            self._end()
        process = self.start()
        self._documents += 1
        frame = self._exchange(process, request, PATIENCE * self._limits.seconds)
        if key in frame:
            try:
                return unpacked(frame[key])
            except BrokenFrameError as error:
                raise self._lost(process) from error
        if frame.get("memory"):
            raise self._lost(process, memory=True)
        if trace := frame.get("trace"):
            logger.debug("%s: %s", request.get("path") or request.get("file"), trace)
        if frame.get("grown"):
            self._end()
        kind = UnsettledError if frame.get("unsettled") else LoadError
        raise kind(str(frame.get("failed", "")), hint=str(frame.get("hint", "")))

    def start(self) -> subprocess.Popen[bytes]:
        """The process, which is ready to read.

        Raises:
            WorkerError: it can't be started.
        """
        if self._process is not None:
            return self._process
        limits = json.dumps(self._limits.numbers())
        with self._lock:
            if self._closed:
                raise WorkerLostError("reading was stopped", "", again=False, said="")
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `_end` closes it
            # -P: a file of the user's folder must not be imported in place of a library.
            process = self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", child.__name__, limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        self._documents = 0
        try:
            self._exchange(process, None, START_SECONDS)
        except WorkerLostError as error:
            raise WorkerError(
                f"The process that reads documents does not start: {error.reason}",
                hint=f"It said: {error.said}" if error.said else "Raise `parse_megabytes`.",
            ) from error
        return process

    def _exchange(
        self, process: subprocess.Popen[bytes], request: Frame | None, seconds: float
    ) -> Frame:
        """Send a request, if any, and wait for a frame no longer than `seconds`."""
        assert process.stdin is not None
        assert process.stdout is not None
        clock = Clock(seconds, process)
        try:
            if request is not None:
                write_frame(process.stdin, request)
            frame = read_frame(process.stdout)
            while frame is not None and "more" in frame:
                clock.extend(PATIENCE * int(frame["more"]))
                frame = read_frame(process.stdout)
        except (OSError, ValueError, TypeError, BrokenFrameError) as error:
            raise self._lost(process, late=clock.late) from error
        finally:
            clock.stop()
        if frame is None:
            raise self._lost(process, late=clock.late)
        return frame

    def _lost(
        self, process: subprocess.Popen[bytes], *, late: bool = False, memory: bool = False
    ) -> WorkerLostError:
        """End the process, and say of what it died."""
        try:
            status = process.wait(timeout=0 if memory else 5)
        except subprocess.TimeoutExpired:
            status = None
        again, said = self._documents > 1, self._said()
        self._end()
        limits = self._limits
        if late or status == -getattr(signal, "SIGXCPU", 0):
            reason = f"reading it took more than {limits.seconds} seconds"
            return WorkerLostError(
                reason, "Split it, or raise `parse_seconds`.", again=False, said=said
            )
        if memory or status == child.OUT_OF_MEMORY:
            reason = f"reading it took more than {limits.megabytes} megabytes of memory"
            return WorkerLostError(
                reason, "Split it, or raise `parse_megabytes`.", again=again, said=said
            )
        return WorkerLostError(
            f"reading it ended the process: {cause(status)}",
            "Open it in the program that it was made with and save it anew.",
            again=again,
            said=said,
        )

    def _said(self) -> str:
        """The last line that the process wrote to stderr."""
        errors = self._errors
        if errors is None or errors.closed:
            return ""
        errors.seek(0)
        lines = errors.read(1 << 16).decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            errors, self._errors = self._errors, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not sent yet has nowhere to go
                    if stream is not None:
                        stream.close()
        if errors is not None:
            errors.close()


class Clock:
    """Kills a process when its time is over."""

    def __init__(self, seconds: float, process: subprocess.Popen[bytes]) -> None:
        self.late = False
        """Whether it has."""
        self._process = process
        self._ends = time.monotonic() + seconds
        self._timer = self._started()

    def extend(self, seconds: float) -> None:
        self._timer.cancel()
        self._ends += seconds
        self._timer = self._started()

    def stop(self) -> None:
        self._timer.cancel()

    def _started(self) -> threading.Timer:
        timer = threading.Timer(max(0.0, self._ends - time.monotonic()), self._kill)
        timer.daemon = True
        timer.start()
        return timer

    def _kill(self) -> None:
        self.late = True
        self._process.kill()


def cause(status: int | None) -> str:
    """What an exit status of a process means."""
    if status is None:
        return "it sent nonsense"
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"crashed with {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"
