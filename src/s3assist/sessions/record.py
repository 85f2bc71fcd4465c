"""A session as JSON, and what a quote of it is worth when it is read back.

A quote is written down as its receipt and its words. Reading it back, the document with that
hash is asked for; only if it still prints these words at this place does a `Quote` come of it.
Everything else becomes a `KeptQuote` that says what happened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3assist.answer.retrieve import Filters
from s3assist.documents import (
    Answer,
    Conversation,
    Document,
    Expansion,
    KeptQuote,
    Metadata,
    Quote,
    Receipt,
    Span,
    Standing,
    Turn,
    Verdict,
)
from s3assist.ingest.identifiers import own_identifiers
from s3assist.sessions.session import Session

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1
"""Raised when the meaning of a file changes; new keys with a default don't need it."""

Recall = Callable[[str, str], Document | None]
"""`Assistant.recall`: the document of a path and a hash."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """The fields of an `Answer` by the same names."""

    question: str
    understood_as: str
    verdict: Verdict
    confidence: float
    quotes: tuple[QuoteRecord, ...] = ()
    nearest: tuple[QuoteRecord, ...] = ()
    expanded: tuple[Expansion, ...] = ()
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
        ValueError: it is no JSON, no session, or one of a later format.
    """
    form: Any = json.loads(text)
    if isinstance(form, dict) and isinstance(form.get("format"), int) and form["format"] > FORMAT:
        raise ValueError(f"it has format {form['format']}; this version reads {FORMAT}")
    return adapter().validate_python(form)


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
    return AnswerRecord(
        question=answer.question,
        understood_as=answer.understood_as,
        verdict=answer.verdict,
        confidence=answer.confidence,
        quotes=tuple(quote_record(quote) for quote in answer.quotes),
        nearest=tuple(quote_record(quote) for quote in answer.nearest),
        expanded=answer.expanded,
        timings_ms=dict(answer.timings_ms),
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
    )


# From a record ------------------------------------------------------------------------------


def session_of(record: SessionRecord, recall: Recall | None) -> Session:
    answers = [answer_of(answer, recall) for answer in record.turns]
    return Session(
        id=record.id,
        title=record.title,
        created=record.created,
        updated=record.updated,
        filters=record.filters,
        conversation=Conversation(tuple(Turn(answer.question, answer) for answer in answers)),
        basket=tuple(quote_of(quote, recall) for quote in record.basket),
    )


def answer_of(record: AnswerRecord, recall: Recall | None) -> Answer:
    return Answer(
        question=record.question,
        understood_as=record.understood_as,
        verdict=record.verdict,
        confidence=record.confidence,
        quotes=tuple(quote_of(quote, recall) for quote in record.quotes),
        nearest=tuple(quote_of(quote, recall) for quote in record.nearest),
        expanded=record.expanded,
        timings_ms=record.timings_ms,
    )


def quote_of(record: QuoteRecord, recall: Recall | None) -> Quote:
    """The quote as the index has it, or the words as they were and what became of their place."""
    receipt = record.receipt
    also = tuple(quote_of(place, recall) for place in record.also)
    document = None if recall is None else recall(record.path, receipt.sha256)
    standing = Standing.UNCHECKED if recall is None else standing_of(record, document)
    if document is not None and standing is Standing.VERIFIED:
        return Quote(
            document=document,
            start=receipt.start,
            end=receipt.end,
            emphasis=record.emphasis,
            score=record.score,
            also=also,
        )
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
        also=also,
        standing=standing,
        words=record.text,
        taken=receipt,
    )


def recheck(quote: Quote, recall: Recall | None) -> Quote:
    """A quote as the index has it now: before it is shown again, copied or exported."""
    return quote_of(quote_record(quote), recall)


def recheck_session(session: Session, recall: Recall | None) -> Session:
    """A session with every quote checked again."""
    return session_of(record_of(session), recall)


def standing_of(record: QuoteRecord, document: Document | None) -> Standing:
    """Whether a document prints these words at this place, and if not, why."""
    receipt = record.receipt
    if document is None:
        return Standing.GONE
    same = (
        document.sha256 == receipt.sha256
        and 0 <= receipt.start < receipt.end <= len(document.text)
        and document.text[receipt.start : receipt.end] == record.text
    )
    return Standing.VERIFIED if same else Standing.CHANGED
