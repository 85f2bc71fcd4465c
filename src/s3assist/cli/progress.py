"""How far a long run is, on stderr, and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from s3assist.ingest.report import Progress


class ProgressBars:
    """One bar for each step of a sync, with its count and the time left.

    Where stderr is not a terminal nothing is shown: a log file has no use for a bar.
    """

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._step = ""
        self._done = 0
        self._update: Callable[[int], None] | None = None
        self._finish: Callable[[], None] | None = None

    def __call__(self, progress: Progress) -> None:
        if not self._watched or not progress.total:
            return
        if progress.step != self._step:
            self.close()
            self._open(progress)
        if self._update and progress.done > self._done:
            self._update(progress.done - self._done)
            self._done = progress.done

    def announce(self, what: str) -> None:
        """Say what takes its time before there is anything to count."""
        if self._watched:
            click.echo(what, err=True)

    def close(self) -> None:
        """End the line of the last bar."""
        if self._finish:
            self._finish()
        self._update = self._finish = None

    def _open(self, progress: Progress) -> None:
        bar = click.progressbar(
            length=progress.total, label=f"{progress.step:<9}", file=sys.stderr, show_pos=True
        )
        bar.render_progress()
        self._step, self._done = progress.step, 0
        self._update, self._finish = bar.update, bar.render_finish
