"""The one service behind every front end: ask, find, show, status, glossary."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from s3assist.answer import abstain
from s3assist.answer.asked import matter_of
from s3assist.answer.compare import Comparison, compare
from s3assist.answer.converse import Rewriter, RuleRewriter, context_of, told_before
from s3assist.answer.courtesy import without_courtesy
from s3assist.answer.definitions import in_full
from s3assist.answer.editions import group_by_period
from s3assist.answer.expand import GlossaryEntry, expand, read_entries
from s3assist.answer.find import find
from s3assist.answer.periods import spell_out
from s3assist.answer.quote import check, make_quotes
from s3assist.answer.read import read
from s3assist.answer.readers import BUNDLED, open_reader
from s3assist.answer.retrieve import Filters, alike, prepare, retrieve, scope_of
from s3assist.answer.spelling import commonness, corrected
from s3assist.config import Settings
from s3assist.documents import (
    Answer,
    Conversation,
    Document,
    Passage,
    Quote,
    QuoteState,
    Scope,
    Standing,
    Verdict,
)
from s3assist.errors import IndexDamagedError, NotInCorpusError, S3AssistError
from s3assist.index.history import History
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, LiveDocument, OpenGeneration
from s3assist.index.rows import Change, Generation, VersionInfo
from s3assist.ingest.hashes import FileHashes
from s3assist.naming import named, the_one, version_named

HITS_READ = 20
"""Passages whose sentences are read for a question."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is indexed."""

    generation: Generation
    library: tuple[LiveDocument, ...]
    problems: tuple[tuple[str, str], ...]
    """(path, reason) of documents that could not be read."""
    vectors: str
    """The kind of vector index, which follows from the number of passages."""
    sizes: Mapping[int, tuple[int, int]]
    """(pages, passages) by version; formats without pages have 0."""


@dataclass(slots=True)
class Assistant:
    """Answers questions from one index. Safe to call from any thread, one question at a time."""

    index: IndexReader
    max_quotes: int = 5
    bar: float | None = None
    """Least confidence of an answer; the reader's own if None."""
    reader: str = BUNDLED
    """See `Settings.reader`."""
    rewriter: Rewriter = field(default_factory=RuleRewriter)
    """Completes a turn that leans on those before it."""
    today: Callable[[], date] = date.today
    """What "the current period" is measured from."""
    corpus: Path | None = None
    """Folder of the source files; without it nobody looks whether they have changed."""
    _hashes: FileHashes = field(default_factory=FileHashes, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(
        self,
        question: str,
        conversation: Conversation = Conversation(),
        filters: Filters = Filters(),
        understood_as: str = "",
    ) -> Answer:
        """Quotes that answer a question, or the nearest passages if none does.

        Args:
            question: as it was typed.
            conversation: the turns before it.
            filters: which documents may answer.
            understood_as: the question in full where somebody has put it right; then nothing is
                taken from the conversation.

        Raises:
            S3AssistError: an empty question, no index, or filters that no document passes.
        """
        question, understood_as = whole(question), whole(understood_as)
        if not question.strip():
            raise S3AssistError("The question is empty", hint='Ask, e.g. `s3assist ask "…?"`.')
        clock = Clock()
        with self._lock, self.index.generation(files=True) as generation:
            clock.lap("open")
            scope = scope_of(generation, filters)
            put_right = bool(understood_as.strip())
            asked = question if put_right else without_courtesy(question)
            understood = understood_as.strip() or self.rewriter.rewrite(asked, conversation)
            understood = spell_out(in_full(understood), self.today())
            if not put_right:
                understood = corrected(understood, generation)
            typed, before = ("", ()) if put_right else (asked, context_of(asked, conversation))
            expanded = expand(understood, read_entries(generation.info.glossary))
            search = prepare(generation, understood, expanded, typed, before)
            matter = matter_of(understood)
            hits = retrieve(generation, search, HITS_READ, filters) if matter else []
            clock.lap("retrieve")
            reader = open_reader(self.reader)
            told = () if put_right else told_before(asked, conversation)
            readings = read(understood, hits, reader, generation, told, expanded)
            clock.lap("read")
            quotes = tuple(make_quotes(understood, readings, self.max_quotes))
            verify(generation, quotes)
            clock.lap("quote")
            # What a word means that nobody prints, the reader can only guess.
            unknown = len(matter) == 1 and not expanded and not commonness(matter[0], generation)
        sure = 0.0 if unknown else abstain.confidence(readings, reader.calibration)
        bar = reader.calibration.bar if self.bar is None else self.bar
        found = bool(quotes) and sure >= bar
        return Answer(
            question=question,
            understood_as=understood,
            scope=scope,
            verdict=Verdict.ANSWERED if found else Verdict.NOT_FOUND,
            confidence=sure,
            bar=bar,
            factors=() if unknown else abstain.factors(readings, reader.calibration),
            quotes=quotes if found else (),
            nearest=() if found else quotes,
            expanded=expanded,
            by_period=group_by_period(understood, quotes) if found else (),
            timings_ms=clock.laps,
        )

    def find(self, phrase: str, filters: Filters = Filters()) -> list[Quote]:
        """Every place that prints a phrase."""
        with self._lock, self.index.generation() as generation:
            return list(find(generation, phrase, filters))

    def scope(self, filters: Filters) -> Scope:
        """Which documents pass the filters: what "not found" is said of.

        Raises:
            NotInCorpusError: none does.
        """
        with self._lock, self.index.generation() as generation:
            return scope_of(generation, filters)

    def document(self, name: str) -> Document:
        """The one document with this path, or whose path or title holds `name`.

        Raises:
            NotInCorpusError: none, or several.
        """
        with self._lock, self.index.generation() as generation:
            found = named(generation, name)
            paths = [document.path for document in found]
            return generation.document(the_one(name, found, paths).version)

    def recall(self, sha256: str, text_sha256: str = "") -> Document | None:
        """The document made from a file whose hash begins so: a live one, or an earlier version.

        This is what a receipt is checked against. With `text_sha256`, which a receipt has too,
        only the text that its offsets count in. None if that version is not kept (any more).
        """
        with self._lock, self.index.history() as history:
            return history.recall(sha256, text_sha256)

    def versions(self, name: str) -> tuple[VersionInfo, ...]:
        """What is kept of the one document that `document` finds, the oldest version first.

        One that is gone is found by its path or a part of it, unless a live one has the name.

        Raises:
            NotInCorpusError: none, or several.
        """
        with self._lock, self.index.generation() as generation:
            history = History(generation.catalog)
            latest = history.latest()
            paths = {live.path for live in named(generation, name)}
            found = [version for version in latest if version.live and version.path in paths]
            if not found:
                wanted = alike(name)
                gone = [v for v in latest if not v.live and wanted in alike(v.path)]
                found = [version for version in gone if version.path == name] or gone
            chosen = the_one(name, found, [version.path for version in found])
            return history.versions(chosen.document)

    def compare(self, name: str, old: str = "", new: str = "") -> Comparison:
        """What changed between two versions of a document.

        Args:
            name: as for `versions`.
            old: number of the version or the beginning of its file's sha256; by default the one
                before `new`.
            new: the same; by default the newest one.

        Raises:
            NotInCorpusError: no such document or version, or there is only one.
        """
        versions = self.versions(name)
        newer = version_named(versions, new) if new else versions[-1]
        earlier = [version for version in versions if version.number < newer.number]
        if not old and not earlier:
            raise NotInCorpusError(
                f"No version of {newer.path} is kept from before version {newer.number}",
                hint="One is kept whenever `s3assist index` finds the text changed.",
            )
        older = version_named(versions, old) if old else earlier[-1]
        with self._lock, self.index.history() as history:
            both = history.document(older), history.document(newer)
        return compare(*both)  # it may take seconds, in which others are answered

    def changes(self, since: str = "") -> tuple[Change, ...]:
        """What runs changed since this moment (UTC, ISO 8601), the oldest first."""
        with self._lock, self.index.history() as history:
            return history.changes(since)

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
            kind = generation.vectors_kind
            return Status(generation.info, generation.library, tuple(problems), kind, sizes)

    def generation(self) -> Generation:
        """The current one; while it stays the same, so does everything that `status` tells."""
        with self._lock, self.index.generation() as generation:
            return generation.info

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
        open_reader(self.reader)

    def close(self) -> None:
        self.index.close()


def whole(text: str) -> str:
    """`text` with U+FFFD for each half of a character: nothing could search or write it."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


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
    catalog = generation.catalog
    stored = {
        path: catalog.document(version)
        for path in {place.document.path for place in places}
        if (version := catalog.live_version(generation.info.id, path)) is not None
    }
    for place in places:
        document = stored.get(place.document.path)
        if document is None:
            raise IndexDamagedError(
                f"A passage of {place.document.path} was found, which is not in the library",
                hint="Run `s3assist index --rebuild`.",
            )
        check(place, document)


def open_assistant(settings: Settings) -> Assistant:
    """Open the index that the settings name.

    Raises:
        IndexMissingError: there is none yet.
    """
    return Assistant(
        IndexReader(IndexLayout(settings.index)),
        max_quotes=settings.max_quotes,
        bar=settings.bar,
        reader=settings.reader,
        corpus=settings.corpus,
    )
