"""Bring the index in line with the documents behind the screens."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from s3assist.errors import S3AssistError
from s3assist.printable import counted
from s3assist.tui.background import run_behind

if TYPE_CHECKING:
    from s3assist.config import Settings
    from s3assist.ingest.report import Progress, SyncReport

LEAST_SECONDS = 0.1
"""Between two messages about the same step."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a run is."""

    step: str
    done: int
    total: int
    seconds_left: float | None
    """Of this step; None while nothing is known."""

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0

    def __str__(self) -> str:
        if not self.total:
            return self.step
        left = "" if self.seconds_left is None else f" · {in_time(self.seconds_left)} left"
        return f"{self.step} {self.done:,} of {self.total:,}{left}"


@dataclass
class Advanced(Message):
    advance: Advance


@dataclass
class Finished(Message):
    """A run ended: with a report, with an error, or with neither when it was cancelled."""

    report: SyncReport | None
    error: S3AssistError | None


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Raised out of the run's own report of its progress."""


class Reindexing:
    """One run in a thread of its own, which posts to `owner`."""

    def __init__(self, owner: MessagePump, settings: Settings) -> None:
        self._owner = owner
        self._settings = settings
        self._stop = threading.Event()
        self._step = ""
        self._begun = self._told = 0.0
        self.advance = Advance(first_step(settings), 0, 0, None)
        """The last that was posted."""

    def start(self) -> None:
        run_behind(self._owner, "reindex", self.run)

    def cancel(self) -> None:
        """Stop at the next document or batch; the last generation goes on answering."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def run(self) -> None:
        from s3assist.ingest.sync import sync_as_set

        report, failure = None, None
        try:
            report = sync_as_set(self._settings, on_progress=self.note)
        except Cancelled:
            pass
        except S3AssistError as error:
            failure = error
        except OSError as error:
            failure = S3AssistError(
                f"Indexing failed: {error}",
                hint="Check the index folder and the space on the disk.",
            )
        self._owner.post_message(Finished(report, failure))

    def note(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        new = progress.step != self._step
        if new:
            self._step, self._begun = progress.step, now
        if new or progress.done == progress.total or now - self._told >= LEAST_SECONDS:
            self._told = now
            left = None
            if progress.done:
                each = (now - self._begun) / progress.done
                left = each * (progress.total - progress.done)
            self.advance = Advance(progress.step, progress.done, progress.total, left)
            self._owner.post_message(Advanced(self.advance))


def first_step(settings: Settings) -> str:
    """What a run does before it reports anything."""
    from s3assist.index.layout import IndexLayout

    exported = IndexLayout(settings.index).encoders.glob("*/encoder.json")
    return "starting" if any(exported) else "preparing the language model, once for this index"


def in_words(report: SyncReport) -> str:
    """What a run did, for a message."""
    changed = report.count("added") + report.count("changed") + report.count("removed")
    failed = report.count("failed")
    text = f"Indexed: {counted(changed, 'document')} new, changed or removed"
    return f"{text}, {failed} could not be read." if failed else f"{text}."


def in_time(seconds: float) -> str:
    """``8 s``, ``3 min``."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
