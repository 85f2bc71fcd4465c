"""What came of the questions: the values that figures are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Leg(StrEnum):
    """How passages were ranked."""

    READ = "fused, then read"
    """As the product does it: the best passages by their best sentence."""
    FUSED = "fused"
    """As retrieval gives them to the reader."""
    LEXICAL = "lexical only"
    DENSE = "dense only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The rankings that each leg gave for one question."""

    identity: str
    relevant: Mapping[str, int]
    """Document, or page of a document → relevance."""
    runs: Mapping[Leg, tuple[str, ...]]
    """Documents or pages by their best passage, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and what the product answered."""

    identity: str
    question: str
    understood_as: str
    answerable: bool
    kind: str
    language: str
    answered: bool
    confidence: float
    milliseconds: float
    judged: bool
    """Whether it is known which quotes would be right."""
    right_at: int | None = None
    """Place of the first right quote, from 1, whether shown as quote or as nearest passage."""
    page_at: int | None = None
    """Place of the first right page among the different pages quoted, from 1; gold only."""
    texts: tuple[str, ...] = ()
    """The quotes, or the nearest passages, best first."""

    @property
    def right_first(self) -> bool:
        return self.right_at == 1


class Stage(StrEnum):
    """Where a right quote was lost: the first thing that went wrong, in this order."""

    EXTRACTION = "extraction"
    """The words of the answer are not in the text that was read from the page."""
    PASSAGES = "passages"
    """They are, but no single passage holds them."""
    CONVERSATION = "conversation"
    """The same question in its stand-alone form is answered."""
    RETRIEVAL = "retrieval"
    """The passage that holds them is not among those whose sentences are read."""
    CHOICE = "choice of sentence"
    """It was read, and another sentence was put first."""
    ABSTENTION = "abstention"
    """The right sentence was first, but the confidence stayed below the bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answerable question that was not answered with the right quote first."""

    identity: str
    part: str
    question: str
    stage: Stage
    right_at: int | None
    """Where the right quote stood after all, from 1."""
    where: str
    """Document and page of the answer."""
