"""The log of whoever writes the index: one JSON object a line, in a file that is rotated.

It has paths, outcomes and times, and at the usual level nothing of what documents say.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

MOST_BYTES = 1_000_000
KEPT = 3
"""Older files that are kept beside the current one."""
ROOT = "s3assist"


class JsonLines(logging.Formatter):
    """``{"time": …, "level": …, "logger": …, "event": …}`` and whatever `extra` had."""

    _usual = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        entry |= {k: v for k, v in vars(record).items() if k not in self._usual}
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry, ensure_ascii=True, default=str)


def silent_handler(path: Path) -> logging.Handler:
    """Rotates, and passes over what can't be written: a full disk is told in another way."""
    from logging.handlers import RotatingFileHandler

    class Handler(RotatingFileHandler):
        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            """Print no traceback."""

    return Handler(path, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8")


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write what S3Assist logs, from level info on, to `path` as well.

    Only who holds the writer's lock may: two processes would rotate the file under each other.
    A folder that can't be written to is no reason not to index; then there is no log.
    """
    logger = logging.getLogger(ROOT)
    before = logger.level
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = silent_handler(path)
    except OSError:
        yield
        return
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(min(logging.INFO, logger.getEffectiveLevel()))
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        with suppress(OSError):  # a full disk is the run's to name, not the log's
            handler.close()
