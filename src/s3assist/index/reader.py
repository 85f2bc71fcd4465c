"""Read the index: always one whole generation, and the newest one at each question."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from s3assist.documents import Document, Metadata
from s3assist.encode import Encoder, open_exported
from s3assist.errors import IndexDamagedError, IndexMissingError
from s3assist.index.catalog import REBUILD, Catalog
from s3assist.index.files import REPAIR, check_sizes
from s3assist.index.history import History
from s3assist.index.layout import IndexLayout
from s3assist.index.lexical import LexicalIndex
from s3assist.index.rows import Generation, StoredPassage
from s3assist.index.vectors import VectorIndex, VectorStore, kind_of

DOCUMENTS_KEPT = 64
"""Documents kept in memory between questions."""


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """A line of the library: a document without its text."""

    version: int
    path: str
    sha256: str
    format: str
    metadata: Metadata


@dataclass
class OpenGeneration:
    """One generation; its files are opened when they are first needed.

    Raises, when they are:
        IndexDamagedError: they are gone or do not agree with the catalog.
        EncoderError: the query encoder is gone or damaged.
    """

    info: Generation
    catalog: Catalog
    layout: IndexLayout
    _documents: OrderedDict[int, Document] = field(default_factory=OrderedDict)

    @cached_property
    def vectors(self) -> VectorStore:
        return open_vectors(self.layout, self.info)

    @property
    def vectors_kind(self) -> str:
        """The kind of vector index, told without opening it."""
        return kind_of(self.layout.vectors(self.info.id))

    @cached_property
    def lexical(self) -> LexicalIndex:
        return open_lexical(self.layout, self.info)

    def open_files(self) -> None:
        """Open now what a search needs."""
        _ = self.vectors, self.lexical

    @cached_property
    def encoder(self) -> Encoder:
        return open_exported(self.info.encoder, self.layout.encoders)

    @cached_property
    def library(self) -> tuple[LiveDocument, ...]:
        """Every live document, by path: all of them are read, so ask for it where all count."""
        library = tuple(LiveDocument(*row) for row in self.catalog.live_versions(self.info.id))
        if len(library) != self.info.documents:
            raise IndexDamagedError(
                f"The catalog holds {len(library)} of {self.info.documents} documents", hint=REBUILD
            )
        return library

    @cached_property
    def languages(self) -> list[str]:
        """The languages of the corpus, most frequent first."""
        return self.catalog.languages(self.info.id)

    def document(self, version: int) -> Document:
        """The document with its canonical text; the last few are kept."""
        if version not in self._documents:
            self._documents[version] = self.catalog.document(version)
            if len(self._documents) > DOCUMENTS_KEPT:
                self._documents.popitem(last=False)
        self._documents.move_to_end(version)
        return self._documents[version]

    def rarity(self, term: str) -> float:
        """BM25's inverse document frequency of a term."""
        having = self.lexical.document_frequency(term)
        return math.log(1 + (self.info.passages - having + 0.5) / (having + 0.5))

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        return self.catalog.passages(ids)


class IndexReader:
    """Opens the current generation and follows the index as it is replaced.

    Use it from one thread at a time.
    """

    def __init__(self, layout: IndexLayout) -> None:
        self.layout = layout
        self._catalog = Catalog(layout.catalog)
        self._open: OpenGeneration | None = None

    @contextmanager
    def generation(self, *, files: bool = False) -> Iterator[OpenGeneration]:
        """The newest generation; all that is read inside belongs to it.

        Whoever will search opens its `files` at once: once open, they stay whatever runs do, but a
        question could outlast the two runs after which those that it has not opened are dropped.

        Raises:
            IndexMissingError: no run has finished yet.
            IndexDamagedError: its files are gone or do not agree with the catalog.
        """
        while True:
            with self._catalog.snapshot():
                current = self._newest()
                try:
                    opened = self._opened(current)
                    if files:
                        opened.open_files()
                except IndexDamagedError as error:
                    unopened = error
                else:
                    yield opened
                    return
            # A run that ended just now drops the files of the generation before.
            with self._catalog.snapshot():
                if self._newest() == current:
                    raise unopened

    @contextmanager
    def history(self) -> Iterator[History]:
        """Earlier versions and changes, all of one state of the catalog."""
        with self._catalog.snapshot():
            yield History(self._catalog)

    def close(self) -> None:
        self._open = None
        self._catalog.close()

    def _newest(self) -> Generation:
        current = self._catalog.current()
        if current is None:
            raise IndexMissingError(
                f"The index in {self.layout.root} was never finished",
                hint="Run `s3assist index`; it goes on where it stopped.",
            )
        return current

    def _opened(self, info: Generation) -> OpenGeneration:
        if self._open is None or self._open.info != info:
            self._open = self._load(info)
        return self._open

    def _load(self, info: Generation) -> OpenGeneration:
        check_sizes(self.layout.root, info.files)
        opened = OpenGeneration(info, self._catalog, self.layout)
        before = vars(self._open) if self._open is not None else {}
        if "encoder" in before and before["info"].encoder == info.encoder:
            opened.encoder = before["encoder"]
        return opened


def open_vectors(layout: IndexLayout, info: Generation) -> VectorStore:
    """The vectors of a generation.

    Raises:
        IndexDamagedError: they can't be opened, or are not those that its row tells of.
    """
    vectors = VectorIndex(layout.vectors(info.id))
    if (len(vectors), vectors.dimension) != (info.passages, info.dimension):
        raise IndexDamagedError(
            f"The index holds {info.passages} passages with vectors of {info.dimension} numbers,"
            f" its vectors {len(vectors)} of {vectors.dimension}",
            hint=REPAIR,
        )
    return vectors


def open_lexical(layout: IndexLayout, info: Generation) -> LexicalIndex:
    """The terms of a generation.

    Raises:
        IndexDamagedError: they can't be opened, or are not those that its row tells of.
    """
    lexical = LexicalIndex(layout.lexical(info.id))
    if len(lexical) != info.passages:
        raise IndexDamagedError(
            f"The index holds {info.passages} passages, its terms {len(lexical)}", hint=REPAIR
        )
    return lexical
