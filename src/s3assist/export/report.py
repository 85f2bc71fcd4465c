"""What an export holds, before it has a format: parts with quotes, or with what came nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from s3assist import __version__
from s3assist.citation import BESIDE
from s3assist.documents import PERIODS_DIFFER, Answer, Conversation, Quote, Verdict
from s3assist.export.citation import written_date

NEAREST = "Nearest passages, not an answer:"
NOT_AN_ANSWER = "Not an answer"
UNDERSTOOD_AS = "Understood as:"
SEARCHED_ALSO = "Searched also for:"
SEARCHED = "Searched"
ORIGIN = "Exported from S3Assist"
"""How the line below the title begins."""
REMARKS = (UNDERSTOOD_AS, SEARCHED_ALSO, f"{SEARCHED} only", *BESIDE)
"""How lines begin that are no quotes: words of users, of the glossary, of a table's head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question and what was found, or the quotes of a basket under no question."""

    question: str = ""
    remarks: tuple[str, ...] = ()
    """How the question was understood, what it was searched in and what else was searched for,
    whether periods differ."""
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[Quote, ...] = ()
    """Where there are no quotes: never an answer."""
    not_found: str = ""
    """That there are none, and where they were looked for; empty above quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A titled list of parts, as it is at a moment."""

    title: str
    parts: tuple[Part, ...]
    created: str = field(default_factory=lambda: date.today().isoformat())
    """ISO date, of the user's calendar."""

    @property
    def quotes(self) -> Iterator[Quote]:
        """What the documents say; the nearest passages are not among it."""
        return (quote for part in self.parts for quote in part.quotes)

    @property
    def origin(self) -> str:
        """The line below the title."""
        return (
            f"{ORIGIN} {__version__} on {written_date(self.created)}. Quotes are"
            " word for word; `s3assist verify` checks them by their receipts."
        )


def conversation_report(conversation: Conversation, title: str = "") -> Report:
    """Every question of a conversation with its answer."""
    parts = tuple(part_of(turn.answer) for turn in conversation.turns)
    return Report(title=title or "Questions and answers", parts=parts)


def basket_report(quotes: Sequence[Quote], title: str = "") -> Report:
    """Quotes that were put aside."""
    parts = (Part(quotes=tuple(quotes)),) if quotes else ()
    return Report(title=title or "Quotes", parts=parts)


def part_of(answer: Answer) -> Part:
    remarks = []
    if answer.understood_as != answer.question:
        remarks.append(f"{UNDERSTOOD_AS} {answer.understood_as}")
    if answer.expanded:
        added = "; ".join(f"{e.term} → {', '.join(e.added)}" for e in answer.expanded)
        remarks.append(f"{SEARCHED_ALSO} {added}")
    found, quotes = answer.verdict is Verdict.ANSWERED, answer.quotes
    if found and answer.scope.narrowed:
        remarks.append(f"{SEARCHED} {answer.scope.narrowed}")
    if answer.by_period:
        quotes = tuple(quotes[i] for group in answer.by_period for i in group.quotes)
        remarks.append(f"{PERIODS_DIFFER} {', '.join(group.name for group in answer.by_period)}")
    return Part(
        question=answer.question,
        remarks=tuple(remarks),
        quotes=quotes if found else (),
        nearest=() if found else answer.nearest,
        not_found="" if found else answer.scope.not_found,
    )


def pieces(quote: Quote) -> Iterator[tuple[str, bool]]:
    """The text of a quote in pieces, each with whether it carries the answer."""
    text, position = quote.text, 0
    for span in sorted(quote.emphasis, key=lambda span: span.start):
        start = max(span.start - quote.start, position)
        end = min(span.end - quote.start, len(text))
        if start < end:
            yield text[position:start], False
            yield text[start:end], True
            position = end
    yield text[position:], False
