"""Put questions to the product itself: its retrieval, its reading, its quotes, its bar."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType

from s3assist.answer.expand import expand, read_entries
from s3assist.answer.read import ranked_by_reading, read
from s3assist.answer.readers import BUNDLED, open_reader
from s3assist.answer.retrieve import prepare, retrieve
from s3assist.assistant import HITS_READ, Assistant
from s3assist.documents import Answer, Conversation, Document, Hit, Quote, Verdict
from s3assist.evaluate.outcomes import Leg
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration

DEPTH = 60
"""Passages taken for a ranking: enough for ten different documents or pages."""


class Pipeline:
    """One index with the assistant on top, as shipped: the settings of the user don't count."""

    def __init__(self, layout: IndexLayout, reader: str = BUNDLED) -> None:
        self.assistant = Assistant(IndexReader(layout), reader=reader)
        self.assistant.warm_up()

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.assistant.close()

    def ask(
        self, question: str, conversation: Conversation = Conversation()
    ) -> tuple[Answer, float]:
        """The answer and the milliseconds that it took."""
        begun = time.perf_counter()
        answer = self.assistant.ask(question, conversation)
        return answer, (time.perf_counter() - begun) * 1000

    def rank(
        self, understood: str, typed: str = "", before: Sequence[str] = ()
    ) -> dict[Leg, list[Hit]]:
        """The passages of each leg, best first; a lexical hit holds a word of the question.

        `typed` is what was typed where a conversation completed it, and `before` are the questions
        that it is searched beside.
        """
        with self.assistant.index.generation() as generation:
            expanded = expand(understood, read_entries(generation.info.glossary))
            search = prepare(generation, understood, expanded, typed, before)
            lexical = retrieve(generation, search, DEPTH, dense_weight=0.0)
            fused = retrieve(generation, search, DEPTH)
            reader = open_reader(self.assistant.reader)
            readings = read(understood, fused[:HITS_READ], reader, generation, expanded=expanded)
            return {
                Leg.READ: ranked_by_reading(fused, readings, reader.calibration),
                Leg.FUSED: fused,
                Leg.LEXICAL: [hit for hit in lexical if hit.lexical is not None],
                Leg.DENSE: retrieve(generation, search, DEPTH, dense_weight=1.0),
            }

    def found(self, understood: str, typed: str = "", before: Sequence[str] = ()) -> list[Hit]:
        """The fused passages alone, best first; nothing is read."""
        with self.assistant.index.generation() as generation:
            expanded = expand(understood, read_entries(generation.info.glossary))
            search = prepare(generation, understood, expanded, typed, before)
            return retrieve(generation, search, DEPTH)

    def generation(self) -> OpenGeneration:
        with self.assistant.index.generation() as generation:
            return generation


def shown(answer: Answer) -> tuple[Quote, ...]:
    """The quotes of an answer, or the nearest passages of a refusal."""
    return answer.quotes or answer.nearest


def is_answered(answer: Answer) -> bool:
    return answer.verdict is Verdict.ANSWERED


def read_hits(ranked: dict[Leg, list[Hit]]) -> list[Hit]:
    """The passages whose sentences the product reads for this question."""
    return ranked[Leg.FUSED][:HITS_READ]


def by_document(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Documents by their best passage."""
    return distinct(hit.document.path for hit in hits)


def by_page(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Pages by their best passage; one that runs over a page end counts for both pages."""
    return distinct(
        page for hit in hits for page in pages_of(hit.document, hit.passage.start, hit.passage.end)
    )


def quoted_pages(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """The different pages that quotes name, in the order in which a reader meets them."""
    return distinct(
        page
        for quote in quotes
        for place in (quote, *quote.also)
        for page in pages_of(place.document, place.start, place.end)
    )


def pages_of(document: Document, start: int, end: int) -> Iterator[str]:
    first, last = document.page_at(start), document.page_at(max(start, end - 1))
    if first is None or last is None:
        yield page_name(document.path, 0)
    else:
        for index in range(first.index, last.index + 1):
            yield page_name(document.path, index)


def page_name(path: str, page: int) -> str:
    return f"{path}#{page}"


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
