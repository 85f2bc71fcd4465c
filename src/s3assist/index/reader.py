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
from s3assist.index.catalog import Catalog
from s3assist.index.layout import IndexLayout
from s3assist.index.lexical import LexicalIndex
from s3assist.index.rows import Generation, StoredPassage
from s3assist.index.vectors import VectorIndex

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
    def vectors(self) -> VectorIndex:
        vectors = VectorIndex(self.layout.vectors(self.info.id))
        if vectors.dimension != self.info.dimension:
            raise IndexDamagedError(
                f"The index has {self.info.dimension} numbers a vector, its file "
                f"{vectors.dimension}",
                hint="Run `s3assist index --rebuild`.",
            )
        self._compare(len(vectors), "vectors")
        return vectors

    @cached_property
    def lexical(self) -> LexicalIndex:
        lexical = LexicalIndex(self.layout.lexical(self.info.id))
        self._compare(len(lexical), "terms")
        return lexical

    @cached_property
    def encoder(self) -> Encoder:
        return open_exported(self.info.encoder, self.layout.encoders)

    @cached_property
    def library(self) -> tuple[LiveDocument, ...]:
        """Every live document, by path: all of them are read, so ask for it where all count."""
        return tuple(LiveDocument(*row) for row in self.catalog.live_versions(self.info.id))

    @cached_property
    def languages(self) -> list[str]:
        """The languages of the corpus, most frequent first."""
        return self.catalog.languages(self.info.id)

    def _compare(self, found: int, what: str) -> None:
        if found != self.info.passages:
            raise IndexDamagedError(
                f"The index holds {self.info.passages} passages, its {what} {found}",
                hint="Run `s3assist index --rebuild`.",
            )

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
        self._layout = layout
        self._catalog = Catalog(layout.catalog)
        self._open: OpenGeneration | None = None

    @contextmanager
    def generation(self) -> Iterator[OpenGeneration]:
        """The newest generation; all that is read inside belongs to it.

        Raises:
            IndexMissingError: no run has finished yet.
        """
        with self._catalog.snapshot():
            current = self._catalog.current()
            if current is None:
                raise IndexMissingError(
                    f"The index in {self._layout.root} was never finished",
                    hint="Run `s3assist index`; it goes on where it stopped.",
                )
            if self._open is None or self._open.info != current:
                self._open = self._load(current)
            yield self._open

    def close(self) -> None:
        self._open = None
        self._catalog.close()

    def _load(self, info: Generation) -> OpenGeneration:
        opened = OpenGeneration(info, self._catalog, self._layout)
        before = vars(self._open) if self._open is not None else {}
        if "encoder" in before and before["info"].encoder == info.encoder:
            opened.encoder = before["encoder"]
        return opened
