"""Ask the questions of a set and set the answers against its key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from s3assist.answer.converse import context_of
from s3assist.documents import Answer, Conversation, Hit, Quote, Turn
from s3assist.evaluate.beir import BeirSet, Query
from s3assist.evaluate.gold import GoldQuestion, GoldSet
from s3assist.evaluate.matching import matches_any, names_any
from s3assist.evaluate.outcomes import Asked, Failure, Ranked
from s3assist.evaluate.pipeline import (
    Pipeline,
    by_document,
    by_page,
    is_answered,
    page_name,
    quoted_pages,
    read_hits,
    shown,
)
from s3assist.evaluate.report import Part, make_part
from s3assist.evaluate.stages import Diagnosis, find_path
from s3assist.ingest.report import OnProgress, Progress

ASKED = 500
"""Questions answered in full unless a limit is given."""
TIMED = 50
"""Questions asked of a set whose right answers nobody knows: enough for the latency."""
RANKED = 400
"""Questions for which passages are ranked unless a limit is given."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Measured:
    """All that came of one set."""

    parts: tuple[Part, ...]
    asked: tuple[Asked, ...]
    failures: tuple[Failure, ...] = ()


def sample(items: Sequence[Item], identity: Callable[[Item], str], most: int) -> Sequence[Item]:
    """At most `most` items in their order, chosen by the hash of their names: always the same."""
    if len(items) <= most:
        return items
    ordered = sorted(items, key=lambda item: hashlib.sha256(identity(item).encode()).digest())
    chosen = {identity(item) for item in ordered[:most]}
    return [item for item in items if identity(item) in chosen]


# --- BEIR layout -----------------------------------------------------------------------------


def measure_beir(
    loaded: BeirSet, pipeline: Pipeline, limit: int | None, on_progress: OnProgress
) -> Measured:
    judged = [query for query in loaded.queries if query.identity in loaded.judgements]
    to_rank = sample(judged, query_name, limit or RANKED)
    ranked: list[Ranked] = []
    for done, query in enumerate(to_rank):
        on_progress(Progress("ranking", done, len(to_rank)))
        runs = {leg: by_document(hits) for leg, hits in pipeline.rank(query.text).items()}
        relevant = loaded.judgements[query.identity]
        ranked.append(Ranked(identity=query.identity, relevant=relevant, runs=runs))
    telling = any(q.answers or q.sentences or not q.answerable for q in loaded.queries)
    to_ask = sample(loaded.queries, query_name, limit or (ASKED if telling else TIMED))
    asked: list[Asked] = []
    for done, query in enumerate(to_ask):
        on_progress(Progress("asking", done, len(to_ask)))
        relevant = loaded.judgements.get(query.identity, {})
        asked.append(ask_query(pipeline, query, {name for name in relevant if relevant[name] > 0}))
    on_progress(Progress("asking", len(to_ask), len(to_ask)))
    return Measured((make_part("", ranked, asked),), tuple(asked))


def query_name(query: Query) -> str:
    return query.identity


def ask_query(pipeline: Pipeline, query: Query, relevant: set[str]) -> Asked:
    answer, milliseconds = pipeline.ask(query.text)
    right = (
        place for place, quote in enumerate(shown(answer), 1) if is_right(quote, query, relevant)
    )
    return Asked(
        identity=query.identity,
        question=query.text,
        understood_as=answer.understood_as,
        answerable=query.answerable,
        kind="" if query.answerable else "near miss",
        language="en",
        answered=is_answered(answer),
        confidence=answer.confidence,
        milliseconds=milliseconds,
        judged=query.answerable and bool(query.sentences or query.answers),
        right_at=next(right, None),
        texts=tuple(quote.text for quote in shown(answer)),
    )


def is_right(quote: Quote, query: Query, relevant: set[str]) -> bool:
    """Whether a quote holds a marked sentence, or an answer string in the document it is from.

    An answer string is often a number or a name that other documents hold by chance.
    """
    if query.sentences:
        return matches_any(quote.text, query.sentences)
    return quote.document.path in relevant and names_any(quote.text, query.answers)


# --- gold ------------------------------------------------------------------------------------


def measure_gold(
    gold: GoldSet, pipeline: Pipeline, limit: int | None, on_progress: OnProgress
) -> Measured:
    """Single questions; then the turns of conversations, stand-alone and as they were asked."""
    most = ASKED if limit is None else limit
    questions = sample(gold.questions, lambda question: question.identity, most)
    talks = sample(gold.conversations, lambda turns: turns[0].identity, most)
    turns = [turn for talk in talks for turn in talk]
    run = GoldRun(pipeline, on_progress, len(questions) + 2 * len(turns))
    for question in questions:
        run.ask("questions", question, question.text)
    for turn in turns:
        run.ask("stand-alone", turn, turn.standalone)
    for talk in talks:
        conversation = Conversation()
        for turn in talk:
            answer = run.ask("in conversation", turn, turn.text, conversation)
            conversation = conversation.with_turn(Turn(turn.text, answer))
    on_progress(Progress("asking", run.total, run.total))
    return Measured(run.parts(), tuple(run.all_asked()), tuple(run.failures))


@dataclass(slots=True)
class GoldRun:
    """Collects the outcomes of gold questions, part by part."""

    pipeline: Pipeline
    on_progress: OnProgress
    total: int
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    ranked: dict[str, list[Ranked]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    diagnosis: Diagnosis = field(init=False)
    paths: list[str] = field(init=False)

    def __post_init__(self) -> None:
        generation = self.pipeline.generation()
        self.diagnosis = Diagnosis(generation)
        self.paths = [live.path for live in generation.library]

    def ask(
        self,
        part: str,
        question: GoldQuestion,
        text: str,
        conversation: Conversation = Conversation(),
    ) -> Answer:
        """Ask, note the outcome, and find out what went wrong if something did."""
        self.on_progress(Progress("asking", sum(map(len, self.asked.values())), self.total))
        answer, milliseconds = self.pipeline.ask(text, conversation)
        relevant = {
            page_name(find_path(place.document, self.paths), place.page): 1
            for place in question.places
        }
        asked = judge(question, text, answer, milliseconds, relevant.keys())
        self.asked.setdefault(part, []).append(asked)
        before = context_of(text, conversation)
        ranked = self.pipeline.rank(answer.understood_as, text, before)
        if relevant:
            runs = {leg: by_page(hits) for leg, hits in ranked.items()}
            self.ranked.setdefault(part, []).append(
                Ranked(identity=question.identity, relevant=relevant, runs=runs)
            )
        self.note_failure(part, question, asked, read_hits(ranked))
        return answer

    def note_failure(
        self, part: str, question: GoldQuestion, asked: Asked, hits: Sequence[Hit]
    ) -> None:
        alone = part == "in conversation" and any(
            one.identity == question.identity and one.right_first and one.answered
            for one in self.asked.get("stand-alone", [])
        )
        failure = self.diagnosis.failure(part, question, asked, hits, alone=alone)
        if failure is not None:
            self.failures.append(failure)

    def parts(self) -> tuple[Part, ...]:
        """The parts; single questions in English apart from the others where there are both."""
        parts: list[Part] = []
        for name, asked in self.asked.items():
            ranked = self.ranked.get(name, [])
            parts.append(make_part(name, ranked, asked, pages=True))
            english = {one.identity for one in asked if one.language == "en"}
            if 0 < len(english) < len(asked):
                for language, wanted in ((f"{name} in English", True), ("other languages", False)):
                    parts.append(
                        make_part(
                            language,
                            [one for one in ranked if (one.identity in english) == wanted],
                            [one for one in asked if (one.identity in english) == wanted],
                            pages=True,
                        )
                    )
        return tuple(parts)

    def all_asked(self) -> list[Asked]:
        return [one for asked in self.asked.values() for one in asked]


def judge(
    question: GoldQuestion,
    text: str,
    answer: Answer,
    milliseconds: float,
    relevant: Collection[str],
) -> Asked:
    """Set an answer against the quotes and pages of a gold question."""
    quotes = shown(answer)
    right = (p for p, quote in enumerate(quotes, 1) if matches_any(quote.text, question.quotes))
    pages = (p for p, page in enumerate(quoted_pages(quotes), 1) if page in relevant)
    return Asked(
        identity=question.identity,
        question=text,
        understood_as=answer.understood_as,
        answerable=question.answerable,
        kind=question.kind,
        language=question.language,
        answered=is_answered(answer),
        confidence=answer.confidence,
        milliseconds=milliseconds,
        judged=question.answerable and bool(question.quotes),
        right_at=next(right, None),
        page_at=next(pages, None),
        texts=tuple(quote.text for quote in quotes),
    )
