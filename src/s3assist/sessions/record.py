"""A session as JSON, and what a quote of it is worth when it is read back.

A quote is written down as its receipt and its words. Reading it back, the document with that
hash is asked for; only if it prints these words at this place does a `Quote` come of it, verified
if that document is still live. Everything else becomes a `KeptQuote` that says what happened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3assist.answer.retrieve import Filters
from s3assist.documents import (
    Answer,
    Conversation,
    Document,
    Expansion,
    Factor,
    KeptQuote,
    Metadata,
    PeriodGroup,
    Quote,
    Receipt,
    Scope,
    Span,
    Standing,
    Turn,
    Verdict,
)
from s3assist.ingest.identifiers import own_identifiers
from s3assist.printable import local_time
from s3assist.sessions.session import Session

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1
"""Raised when the meaning of a file changes; new keys with a default don't need it."""

Trace = Callable[[str, str], tuple[Document | None, Standing]]
"""`Assistant.trace`: from a path and a hash to the document and what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRecord:
    """A quote without its document."""

    text: str
    path: str
    format: str
    metadata: Metadata
    """With the document's own identifiers only: its text is not here to tell them by."""
    receipt: Receipt
    emphasis: tuple[Span, ...] = ()
    score: float = 0.0
    also: tuple[QuoteRecord, ...] = ()
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """The fields of an `Answer` by the same names."""

    question: str
    understood_as: str
    scope: Scope = Scope()
    verdict: Verdict
    confidence: float
    quotes: tuple[QuoteRecord, ...] = ()
    nearest: tuple[QuoteRecord, ...] = ()
    expanded: tuple[Expansion, ...] = ()
    by_period: tuple[PeriodGroup, ...] = ()
    bar: float = 0.0
    factors: tuple[Factor, ...] = ()
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """The file of a session."""

    format: int
    id: str
    title: str
    created: str
    updated: str
    filters: Filters = Filters()
    turns: tuple[AnswerRecord, ...] = ()
    basket: tuple[QuoteRecord, ...] = ()


@lru_cache(maxsize=1)
def adapter() -> TypeAdapter[SessionRecord]:
    from pydantic import TypeAdapter  # 0.1 s

    return TypeAdapter(SessionRecord)


def write_record(record: SessionRecord) -> str:
    """The text of a session's file: ASCII, so that nothing in it can fail to be written."""
    return json.dumps(adapter().dump_python(record, mode="json"), indent=1)


def read_record(text: str) -> SessionRecord:
    """The session that a file holds; keys that this version doesn't know are passed over.

    Raises:
        ValueError: it is no JSON, no session, one of a later format, or one that can't be shown.
    """
    form: Any = json.loads(text)
    if isinstance(form, dict) and isinstance(form.get("format"), int) and form["format"] > FORMAT:
        raise ValueError(f"it has format {form['format']}; this version reads {FORMAT}")
    record = adapter().validate_python(form)
    check_times(record)
    for turn in record.turns:
        check_positions(turn)
    return record


def check_times(record: SessionRecord) -> None:
    """Raise ValueError for a moment that no clock can show."""
    for key, moment in (("created", record.created), ("updated", record.updated)):
        try:
            local_time(moment)
        except (ValueError, OverflowError, OSError) as error:
            raise ValueError(f"{key}: {moment!r} is no time") from error


def check_positions(answer: AnswerRecord) -> None:
    """Raise ValueError for a period with a quote that the answer has not."""
    for group in answer.by_period:
        for position in group.quotes:
            if not 0 <= position < len(answer.quotes):
                raise ValueError(f"by_period: there is no quote {position}")


# To a record --------------------------------------------------------------------------------


def record_of(session: Session) -> SessionRecord:
    return SessionRecord(
        format=FORMAT,
        id=session.id,
        title=session.title,
        created=session.created,
        updated=session.updated,
        filters=session.filters,
        turns=tuple(answer_record(turn.answer) for turn in session.conversation.turns),
        basket=tuple(quote_record(quote) for quote in session.basket),
    )


def answer_record(answer: Answer) -> AnswerRecord:
    same: dict[str, Any] = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return AnswerRecord(
        **same
        | {
            "quotes": tuple(quote_record(quote) for quote in answer.quotes),
            "nearest": tuple(quote_record(quote) for quote in answer.nearest),
            "timings_ms": dict(answer.timings_ms),
        }
    )


def quote_record(quote: Quote) -> QuoteRecord:
    document = quote.document
    return QuoteRecord(
        text=quote.text,
        path=document.path,
        format=document.format,
        metadata=replace(document.metadata, identifiers=own_identifiers(document)),
        receipt=quote.receipt,
        emphasis=quote.emphasis,
        score=quote.score,
        also=tuple(quote_record(place) for place in quote.also),
        factors=quote.factors,
    )


# From a record ------------------------------------------------------------------------------


def session_of(record: SessionRecord, trace: Trace | None) -> Session:
    answers = [answer_of(answer, trace) for answer in record.turns]
    return Session(
        id=record.id,
        title=record.title,
        created=record.created,
        updated=record.updated,
        filters=record.filters,
        conversation=Conversation(tuple(Turn(answer.question, answer) for answer in answers)),
        basket=tuple(quote_of(quote, trace) for quote in record.basket),
    )


def answer_of(record: AnswerRecord, trace: Trace | None) -> Answer:
    same: dict[str, Any] = {field.name: getattr(record, field.name) for field in fields(record)}
    return Answer(
        **same
        | {
            "quotes": tuple(quote_of(quote, trace) for quote in record.quotes),
            "nearest": tuple(quote_of(quote, trace) for quote in record.nearest),
        }
    )


def quote_of(record: QuoteRecord, trace: Trace | None) -> Quote:
    """The quote as the index has it, or the words as they were and what became of their place."""
    places = [quote_of(place, trace) for place in record.also]
    found = place_of(record, trace)
    # Copies of a document that are gone lead to the one that is left, as a moved file would.
    apart = {(place.document.path, place.start): place for place in places}
    apart.pop((found.document.path, found.start), None)
    return replace(found, also=tuple(apart.values()))


def place_of(record: QuoteRecord, trace: Trace | None) -> Quote:
    """The same without the other places that print its words."""
    receipt = record.receipt
    document, standing = trace(record.path, receipt.sha256) if trace else (None, Standing.UNCHECKED)
    if document is not None and prints(document, record):
        return Quote(
            document=document,
            start=receipt.start,
            end=receipt.end,
            emphasis=record.emphasis,
            score=record.score,
            factors=record.factors,
            standing=standing,
        )
    if standing is Standing.VERIFIED:
        standing = Standing.CHANGED  # the same file is read differently now
    return KeptQuote(
        document=Document(
            path=record.path,
            format=record.format,
            sha256=receipt.sha256,
            metadata=record.metadata,
            text="",
            paragraphs=(),
        ),
        start=receipt.start,
        end=receipt.end,
        emphasis=record.emphasis,
        score=record.score,
        factors=record.factors,
        standing=standing,
        words=record.text,
        taken=receipt,
    )


def recheck(quote: Quote, trace: Trace | None) -> Quote:
    """A quote as the index has it now: before it is shown again, copied or exported."""
    return quote_of(quote_record(quote), trace)


def recheck_session(session: Session, trace: Trace | None) -> Session:
    """A session with every quote checked again."""
    return session_of(record_of(session), trace)


def prints(document: Document, record: QuoteRecord) -> bool:
    """Whether a document has these words at this place."""
    receipt = record.receipt
    return (
        document.sha256 == receipt.sha256
        and 0 <= receipt.start < receipt.end <= len(document.text)
        and document.text[receipt.start : receipt.end] == record.text
    )
