"""Opening a PDF, or saying why it cannot be opened."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError

from s3assist.errors import LoadError


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pypdf, which reports each oddity of a file by its logger and as a warning."""
    logger = logging.getLogger("pypdf")
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        logger.propagate = propagate


def open_pdf(path: Path, most_pages: int) -> PdfReader:
    """A reader whose pages can be counted.

    Raises LoadError for an empty, damaged or locked file and one without pages or with too many.
    """
    try:
        empty = path.stat().st_size == 0
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {error.strerror}") from error
    if empty:
        raise LoadError(f"{path.name} is empty (0 bytes)", hint="copy the file again")
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError(
                f"{path.name} is protected by a password",
                hint="save a copy without a password and add that",
            )
        pages = len(reader.pages)
    except LoadError:
        raise
    except (NotImplementedError, DependencyError) as error:
        raise LoadError(
            f"{path.name} is encrypted in a way that cannot be opened: {error}",
            hint="print it to a new PDF and add that",
        ) from error
    except Exception as error:
        raise damaged(path, error) from error
    if pages == 0:
        raise LoadError(f"{path.name} has no pages", hint="the file may be damaged")
    if pages > most_pages:
        raise LoadError(
            f"{path.name} has {pages} pages, more than {most_pages}",
            hint="split the file, or raise `parse_pages`",
        )
    return reader


def damaged(path: Path, error: BaseException) -> LoadError:
    """The error for a file that pypdf gave up on."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return LoadError(
        f"{path.name} is damaged or not a PDF: {reason}",
        hint="open it in a PDF viewer and save it anew",
    )
