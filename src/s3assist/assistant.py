"""The one service behind every front end: ask, find, show, status, glossary."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from s3assist.answer import abstain
from s3assist.answer.converse import understand
from s3assist.answer.expand import GlossaryEntry, expand, read_entries
from s3assist.answer.find import find
from s3assist.answer.quote import check, make_quotes
from s3assist.answer.read import read
from s3assist.answer.readers import BUNDLED, open_reader
from s3assist.answer.retrieve import Filters, is_named, prepare, retrieve
from s3assist.config import Settings
from s3assist.documents import Answer, Conversation, Document, Quote, Span, Verdict
from s3assist.errors import NotInCorpusError, S3AssistError
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, LiveDocument, OpenGeneration
from s3assist.index.rows import Generation

HITS_READ = 20
"""Passages whose sentences are read for a question."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is indexed."""

    generation: Generation
    library: tuple[LiveDocument, ...]
    problems: tuple[tuple[str, str], ...]
    """(path, reason) of documents that could not be read."""


@dataclass(slots=True)
class Assistant:
    """Answers questions from one index. Safe to call from any thread, one question at a time."""

    index: IndexReader
    max_quotes: int = 5
    bar: float | None = None
    """Least confidence of an answer; the reader's own if None."""
    reader: str = BUNDLED
    """See `Settings.reader`."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(
        self,
        question: str,
        conversation: Conversation = Conversation(),
        filters: Filters = Filters(),
    ) -> Answer:
        """Quotes that answer a question, or the nearest passages if none does.

        Raises:
            S3AssistError: an empty question, no index, or filters that no document passes.
        """
        if not question.strip():
            raise S3AssistError("The question is empty", hint='Ask, e.g. `s3assist ask "…?"`.')
        clock = Clock()
        with self._lock, self.index.generation() as generation:
            clock.lap("open")
            understood = understand(question, conversation)
            expanded = expand(understood, read_entries(generation.info.glossary))
            search = prepare(generation, understood, expanded)
            hits = retrieve(generation, search, HITS_READ, filters)
            clock.lap("retrieve")
            reader = open_reader(self.reader)
            readings = read(understood, hits, reader, generation)
            clock.lap("read")
            quotes = tuple(make_quotes(understood, readings, self.max_quotes))
            verify(generation, quotes)
            clock.lap("quote")
        sure = abstain.confidence(readings, reader.calibration)
        bar = reader.calibration.bar if self.bar is None else self.bar
        found = bool(quotes) and sure >= bar
        return Answer(
            question=question,
            understood_as=understood,
            verdict=Verdict.ANSWERED if found else Verdict.NOT_FOUND,
            confidence=sure,
            bar=bar,
            factors=abstain.factors(readings, reader.calibration),
            quotes=quotes if found else (),
            nearest=() if found else quotes,
            expanded=expanded,
            timings_ms=clock.laps,
        )

    def find(self, phrase: str, filters: Filters = Filters()) -> list[Quote]:
        """Every place that prints a phrase."""
        with self._lock, self.index.generation() as generation:
            return list(find(generation, phrase, filters))

    def document(self, name: str) -> Document:
        """The one document with this path, or whose path or title holds `name`.

        Raises:
            NotInCorpusError: none, or several.
        """
        with self._lock, self.index.generation() as generation:
            exact = [d for d in generation.library if d.path == name]
            found = exact or [d for d in generation.library if is_named(d, name)]
            if len(found) == 1:
                return generation.document(found[0].version)
        if not found:
            raise NotInCorpusError(
                f"No document of the index is named {name}",
                hint="`s3assist status --documents` lists them.",
            )
        names = ", ".join(document.path for document in found[:6])
        raise NotInCorpusError(
            f"{len(found)} documents are named {name}: {names}", hint="Give more of the path."
        )

    def status(self) -> Status:
        """The current generation, its documents and the problems of the run that made it."""
        with self._lock, self.index.generation() as generation:
            problems = generation.catalog.problems(generation.info.id)
            return Status(generation.info, generation.library, tuple(problems))

    def glossary(self, term: str = "") -> tuple[GlossaryEntry, ...]:
        """Entries whose acronym or expansion is `term` or holds it; all without a term."""
        with self._lock, self.index.generation() as generation:
            entries = read_entries(generation.info.glossary)
        wanted = term.casefold()
        exact = tuple(entry for entry in entries if entry.acronym.casefold() == wanted)
        return exact or tuple(
            entry
            for entry in entries
            if wanted in entry.acronym.casefold()
            or any(wanted in expansion.casefold() for expansion in entry.expansions)
        )

    def warm_up(self) -> None:
        """Open the index and the encoder now instead of in the middle of the first question."""
        with self._lock, self.index.generation() as generation:
            generation.encoder.encode_queries(["warm up"])
        open_reader(self.reader)

    def close(self) -> None:
        self.index.close()


@dataclass(slots=True)
class Clock:
    """Milliseconds of each step of an answer."""

    laps: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self._last = now


def verify(generation: OpenGeneration, quotes: Sequence[Quote]) -> None:
    """Check every quote, and every other place of it, against the stored text."""
    places = [place for quote in quotes for place in (quote, *quote.also)]
    named = {place.document.path for place in places}
    stored = {
        live.path: generation.catalog.document(live.version)
        for live in generation.library
        if live.path in named
    }
    for place in places:
        check(place, stored[place.document.path])


def open_assistant(settings: Settings) -> Assistant:
    """Open the index that the settings name.

    Raises:
        IndexMissingError: there is none yet.
    """
    index = IndexReader(IndexLayout(settings.index))
    return Assistant(index, settings.max_quotes, settings.bar, settings.reader)


def page_span(document: Document, name: str) -> Span:
    """The characters of one page: by its printed label, else by its position (``14``, ``PDF 14``).

    Raises:
        NotInCorpusError: no such page, or several that print this label.
    """
    wanted = name.strip().casefold().removeprefix("p.").strip()
    found = [page for page in document.pages if page.label.casefold() == wanted]
    if not found:
        position = wanted.removeprefix("pdf").strip()
        found = [page for page in document.pages if str(page.index) == position]
    if len(found) == 1:
        after = [page.start for page in document.pages if page.index > found[0].index]
        return Span(found[0].start, min(after, default=len(document.text)))
    if found:
        raise NotInCorpusError(
            f"{len(found)} pages of {document.path} are labelled {name}",
            hint=f'Name one by its position, e.g. `--page "PDF {found[0].index}"`.',
        )
    last = document.pages[-1] if document.pages else None
    has = f"has {last.index} pages, the last labelled {last.label}" if last else "has no pages"
    raise NotInCorpusError(
        f"There is no page {name}: {document.path} {has}",
        hint="Leave `--page` out to see the whole text.",
    )
