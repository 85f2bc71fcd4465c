"""What a run over the corpus says while it goes on, and did in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from s3assist.errors import LoadError

OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is."""

    step: str
    """``comparing``, ``reading``, ``embedding`` or ``writing``."""
    done: int
    total: int
    what: str = ""
    """The document being compared or read."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What a sync did with one document."""

    path: str
    outcome: str
    """``added``, ``changed``, ``moved``, ``unchanged``, ``removed`` or ``failed``."""
    passages: int = 0
    reason: str = ""
    """Why it failed, and what to do."""
    warnings: tuple[str, ...] = ()
    moved_from: str = ""
    """Its path until now; empty unless it moved."""


@dataclass(slots=True)
class SyncReport:
    """What a sync did, or would do."""

    documents: list[DocumentReport] = field(default_factory=list)
    generation: int = 0
    """The current one afterwards; 0 if there is none."""
    embedded: int = 0
    """Passages that had to be embedded."""
    dry_run: bool = False
    """Whether this is only what would be done."""

    def count(self, outcome: str) -> int:
        return sum(document.outcome == outcome for document in self.documents)


def ignore(_: Progress) -> None:
    """Take no notice of progress."""


def failed(path: str, error: LoadError) -> DocumentReport:
    name = path.rpartition("/")[2]
    return DocumentReport(path, "failed", reason=error.in_sentences.removeprefix(f"{name}: "))
