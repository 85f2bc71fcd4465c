"""Questions about years and programming periods over documents whose editions differ.

A line of the file asks of one period (`period`, `document`, `quotes`: any of them is right), or of
none, and then `differs` has what each period says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from s3assist.assistant import Assistant
from s3assist.documents import Answer, Quote
from s3assist.evaluate.beir import read_lines
from s3assist.evaluate.matching import letters


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of one period."""

    period: str
    document: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodQuestion:
    """A question that names its period, or that several periods answer differently."""

    identity: str
    text: str
    said: tuple[Said, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Counts over all questions of a file."""

    naming: int
    """Questions that name their period."""
    first: int
    """Of these, with a right quote first."""
    in_three: int
    differing: int
    """Questions that periods answer differently."""
    told: int
    """Of these, where the answer says so."""
    all_shown: int
    """Of these, where it says so and a quote of each period of the key is shown."""
    missed: tuple[str, ...]
    """Names of the questions without a right quote first, or of which not all is shown."""


def load_period_questions(file: Path) -> tuple[PeriodQuestion, ...]:
    return tuple(
        PeriodQuestion(
            line["id"],
            line["question"],
            tuple(
                Said(said["period"], said["document"], tuple(said["quotes"]))
                for said in line.get("differs", [line])
            ),
            "differs" in line,
        )
        for line in read_lines(file)
    )


def measure_periods(questions: Sequence[PeriodQuestion], assistant: Assistant) -> PeriodFigures:
    """Ask every question by itself."""
    first = in_three = told = shown = 0
    missed: list[str] = []
    for question in questions:
        answer = assistant.ask(question.text)
        if question.differs:
            complete = bool(answer.by_period) and all(says(answer, one) for one in question.said)
            told += bool(answer.by_period)
            shown += complete
            if not complete:
                missed.append(question.identity)
            continue
        quotes = answer.quotes or answer.nearest
        right = [says_any(question.said, quote) for quote in quotes]
        first += any(right[:1])
        in_three += any(right[:3])
        if not any(right[:1]):
            missed.append(question.identity)
    differing = sum(question.differs for question in questions)
    return PeriodFigures(
        len(questions) - differing, first, in_three, differing, told, shown, tuple(missed)
    )


def says(answer: Answer, said: Said) -> bool:
    """Whether the answer shows what is said of a period, under it or under several periods."""
    return any(
        says_any([said], answer.quotes[position])
        for group in answer.by_period
        if group.period in (said.period, "")
        for position in group.quotes
    )


def says_any(said: Iterable[Said], quote: Quote) -> bool:
    own = letters(quote.text)
    return any(letters(text) in own for one in said for text in one.quotes)
