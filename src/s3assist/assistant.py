"""The one service behind every front end: ask, find, show, status, glossary."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s3assist.answer import abstain
from s3assist.answer.converse import understand
from s3assist.answer.expand import GlossaryEntry, expand, read_entries
from s3assist.answer.find import find
from s3assist.answer.quote import check, make_quotes
from s3assist.answer.read import SentenceReader
from s3assist.answer.retrieve import Filters, is_named, prepare, retrieve
from s3assist.config import Settings
from s3assist.documents import (
    Answer,
    Conversation,
    Document,
    Passage,
    Quote,
    QuoteState,
    Span,
    Standing,
    Verdict,
)
from s3assist.errors import NotInCorpusError, S3AssistError
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, LiveDocument, OpenGeneration
from s3assist.index.rows import Generation
from s3assist.ingest.hashes import FileHashes

HITS_READ = 20
"""Passages whose sentences are read for a question."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is indexed."""

    generation: Generation
    library: tuple[LiveDocument, ...]
    problems: tuple[tuple[str, str], ...]
    """(path, reason) of documents that could not be read."""
    sizes: Mapping[int, tuple[int, int]]
    """(pages, passages) by version; formats without pages have 0."""


@dataclass(slots=True)
class Assistant:
    """Answers questions from one index. Safe to call from any thread, one question at a time."""

    index: IndexReader
    max_quotes: int = 5
    bar: float = abstain.BAR
    corpus: Path | None = None
    """Folder of the source files; without it nobody looks whether they have changed."""
    _hashes: FileHashes = field(default_factory=FileHashes, repr=False)
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
            readings = SentenceReader(generation).read(understood, hits)
            clock.lap("read")
            quotes = tuple(make_quotes(understood, readings, self.max_quotes))
            verify(generation, quotes)
            clock.lap("quote")
        sure = abstain.confidence(readings)
        found = bool(quotes) and sure >= self.bar
        return Answer(
            question=question,
            understood_as=understood,
            verdict=Verdict.ANSWERED if found else Verdict.NOT_FOUND,
            confidence=sure,
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

    def documents(self) -> Iterator[Document]:
        """Every live document, one after the other; nobody else is answered meanwhile."""
        with self._lock, self.index.generation() as generation:
            for live in generation.library:
                yield generation.catalog.document(live.version)

    def trace(self, path: str, sha256: str) -> tuple[Document | None, Standing]:
        """The document that a quote was taken from, if it is kept, and what became of it.

        A file that was only moved is the same document, so its hash counts for more than its path.
        """
        with self._lock, self.index.generation() as generation:
            same = [live for live in generation.library if live.sha256 == sha256]
            if same:
                best = min(same, key=lambda live: live.path != path)
                return generation.document(best.version), Standing.VERIFIED
            there = any(live.path == path for live in generation.library)
            return None, Standing.CHANGED if there else Standing.GONE

    def status(self) -> Status:
        """The current generation, its documents and the problems of the run that made it."""
        with self._lock, self.index.generation() as generation:
            problems = generation.catalog.problems(generation.info.id)
            sizes = generation.catalog.sizes(generation.info.id)
            return Status(generation.info, generation.library, tuple(problems), sizes)

    def state_of(self, quote: Quote) -> QuoteState:
        """What a quote is worth now: compared with the stored text and with its source file."""
        with self._lock, self.index.generation() as generation:
            stored = [
                generation.document(live.version)
                for live in generation.library
                if live.path == quote.document.path and live.sha256 == quote.receipt.sha256
            ]
            same = bool(stored) and stored[0].text[quote.start : quote.end] == quote.text
        if not same or not self.is_current(quote.document.path, quote.receipt.sha256):
            return QuoteState.CHANGED
        return QuoteState.DOUBTFUL if quote.doubt else QuoteState.VERIFIED

    def is_current(self, path: str, sha256: str) -> bool:
        """Whether the source file is still the one with this hash; a missing file is not."""
        return self.corpus is None or self._hashes.sha256(self.corpus / path) == sha256

    def passages(self, document: Document) -> tuple[Passage, ...]:
        """The passages that the index holds of a document; empty when it was replaced."""
        with self._lock, self.index.generation() as generation:
            for live in generation.library:
                if live.path == document.path and live.sha256 == document.sha256:
                    stored = generation.catalog.live_passages([live.version])
                    return tuple(row.passage for row in stored)
        return ()

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
    bar = abstain.BAR if settings.bar is None else settings.bar
    index = IndexReader(IndexLayout(settings.index))
    return Assistant(index, settings.max_quotes, bar, settings.corpus)


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
