"""What reading one document may cost; whoever passes a limit loses that one document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from s3assist.cores import cores

if TYPE_CHECKING:
    from s3assist.config import Settings

MOST_PROCESSES = 4
"""Reading processes where nobody set a number: each may take `Limits.megabytes`."""


def nothing(_: int) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one document; the settings `parse_*` of the same names."""

    seconds: int = 120
    """Of processor time; a document that makes its reader wait is given ten times as long."""
    megabytes: int = 3072
    """Of address space, the Python process itself (about 130 MB) included."""
    pages: int = 5_000
    characters: int = 20_000_000
    """Of text got out of it."""
    unpacked: int = 512
    """Megabytes that the files packed in a Word file may have together."""
    ocr: bool = True
    """Whether pages without text are recognised, where the extra is installed."""
    more: Callable[[int], None] = field(default=nothing, compare=False, repr=False)
    """Told before work that may take so many seconds on top of `seconds`."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        return cls(
            seconds=settings.parse_seconds,
            megabytes=settings.parse_megabytes,
            pages=settings.parse_pages,
            characters=settings.parse_characters,
            unpacked=settings.parse_unpacked,
            ocr=settings.ocr,
        )

    def numbers(self) -> dict[str, Any]:
        """What can be sent to another process: all but the function."""
        names = [one.name for one in fields(self) if one.name != "more"]
        return {name: getattr(self, name) for name in names}


def processes(wanted: int | None) -> int:
    """How many processes read documents at once: `wanted`, or one for each core, four at most."""
    if wanted is not None:
        return wanted
    return min(MOST_PROCESSES, cores())
