"""Bring the index in line with the corpus: read what changed, embed what is new, commit once."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from more_itertools import chunked

from s3assist.documents import Document
from s3assist.encode import Encoder, Vectors, open_encoder
from s3assist.errors import LoadError
from s3assist.index.catalog import Catalog
from s3assist.index.layout import IndexLayout
from s3assist.index.lexical import LexicalEntry, write_lexical
from s3assist.index.lock import writing
from s3assist.index.log import logging_to
from s3assist.index.rows import Generation, NewPassage, StoredPassage
from s3assist.index.terms import terms
from s3assist.index.vectors import Ids, write_vectors
from s3assist.ingest.glossary import Glossary, load_glossary
from s3assist.ingest.limits import Limits, processes
from s3assist.ingest.parsing.ahead import read_ahead
from s3assist.ingest.passages import (
    PassageSize,
    cut_passages,
    embedding_text,
    heading_text,
)
from s3assist.ingest.source import (
    GLOSSARY,
    Source,
    find_sources,
)

logger = logging.getLogger(__name__)

EMBED_BATCH = 256
"""Passages that are embedded and saved together: what a killed run loses at most."""
ROWS = 4096
"""Vectors held in memory at a time while the FAISS file is written."""

OnProgress = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is."""

    step: str
    """``reading``, ``embedding`` or ``writing``."""
    done: int
    total: int
    what: str = ""
    """The document being read."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What a sync did with one document."""

    path: str
    outcome: str
    """``added``, ``changed``, ``unchanged``, ``removed`` or ``failed``."""
    passages: int = 0
    reason: str = ""
    """Why it failed, and what to do."""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class SyncReport:
    """What a sync did."""

    documents: list[DocumentReport] = field(default_factory=list)
    generation: int = 0
    embedded: int = 0
    """Passages that had to be embedded."""

    def count(self, outcome: str) -> int:
        return sum(document.outcome == outcome for document in self.documents)


def recipe(encoder: str, size: PassageSize) -> str:
    """What passages depend on besides their document: part of every fingerprint."""
    return f"{encoder} {size}"


def ignore(_: Progress) -> None:
    """Take no notice of progress."""


def sync(
    corpus: Path,
    layout: IndexLayout,
    *,
    encoder_name: str = "bundled",
    size: PassageSize | None = None,
    rebuild: bool = False,
    limits: Limits = Limits(),
    workers: int | None = None,
    on_progress: OnProgress = ignore,
) -> SyncReport:
    """Make the index say what the corpus says.

    A document that can't be read is reported and left out; the others go on. Until the very end
    questions are answered from the last generation.

    Raises:
        S3AssistError: no corpus folder, no encoder, an index that another process is writing.
    """
    sources = list(find_sources(corpus))
    glossary = load_glossary(corpus / GLOSSARY)
    return sync_sources(
        sources,
        layout,
        glossary=glossary,
        encoder_name=encoder_name,
        size=size,
        rebuild=rebuild,
        limits=limits,
        workers=workers,
        on_progress=on_progress,
    )


def sync_sources(
    sources: Sequence[Source],
    layout: IndexLayout,
    *,
    glossary: Glossary = (),
    encoder_name: str = "bundled",
    size: PassageSize | None = None,
    rebuild: bool = False,
    limits: Limits = Limits(),
    workers: int | None = None,
    on_progress: OnProgress = ignore,
) -> SyncReport:
    """`sync` for sources that need not be files of one folder."""
    with writing(layout.lock), logging_to(layout.log):
        if rebuild:
            clear(layout)
        encoder = open_encoder(encoder_name, layout.encoders)
        catalog = Catalog(layout.catalog, write=True)
        try:
            return Sync(
                catalog,
                layout,
                encoder,
                size or PassageSize(),
                on_progress,
                limits,
                processes(workers),
            ).run(sources, glossary)
        finally:
            catalog.close()


def clear(layout: IndexLayout) -> None:
    """Throw away all that is derived from the corpus; encoders stay."""
    for suffix in ("", "-wal", "-shm"):
        layout.catalog.with_name(layout.catalog.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(layout.generations, ignore_errors=True)


@dataclass(slots=True)
class Sync:
    """One run over a corpus."""

    catalog: Catalog
    layout: IndexLayout
    encoder: Encoder
    size: PassageSize
    on_progress: OnProgress
    limits: Limits
    workers: int
    report: SyncReport = field(default_factory=SyncReport)

    def run(self, sources: Sequence[Source], glossary: Glossary) -> SyncReport:
        current = self.catalog.current()
        before = {} if current is None else self.live(current.id)
        with read_ahead(sources, self.is_new, self.limits, self.workers) as ahead:
            versions = self.read(ahead, before)
        removed = sorted(set(before) - {source.path for source in sources})
        self.report.documents += [DocumentReport(path, "removed") for path in removed]
        problems = [(d.path, d.reason) for d in self.report.documents if d.outcome == "failed"]
        if (
            current is not None
            and versions == sorted(before.values())
            and current.encoder == self.encoder.identity
            and current.glossary == glossary
            and self.catalog.problems(current.id) == sorted(problems)
        ):
            self.report.generation = current.id
            return self.report
        self.embed(versions)
        generation = Generation(
            id=1 if current is None else current.id + 1,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=self.encoder.identity,
            dimension=self.encoder.dimension,
            documents=len(versions),
            passages=len(self.catalog.passage_ids(versions)),
            glossary=glossary,
        )
        self.write(generation, versions)
        self.catalog.commit_generation(generation, versions, problems)
        self.report.generation = generation.id
        logger.info(
            "committed",
            extra={
                "generation": generation.id,
                "documents": generation.documents,
                "passages": generation.passages,
                "embedded": self.report.embedded,
            },
        )
        self.catalog.drop_dead(generation.id)
        drop_files(self.layout, keep=generation.id)
        return self.report

    def live(self, generation: int) -> dict[str, int]:
        return {path: version for version, path, *_ in self.catalog.live_versions(generation)}

    def is_new(self, source: Source) -> bool:
        mark = source.fingerprint(recipe(self.encoder.identity, self.size))
        return self.catalog.find_version(source.path, mark.sha256, mark.settings) is None

    def read(self, sources: Sequence[Source], before: dict[str, int]) -> list[int]:
        """Ids of the versions that the corpus now has, reading only those that are new."""
        how = recipe(self.encoder.identity, self.size)
        versions: list[int] = []
        for done, source in enumerate(sources):
            self.on_progress(Progress("reading", done, len(sources), source.path))
            try:
                mark = source.fingerprint(how)
                version = self.catalog.find_version(source.path, mark.sha256, mark.settings)
                warnings: tuple[str, ...] = ()
                if version is None:
                    document = source.read(mark.sha256)
                    warnings = document.warnings
                    version = self.add(document, mark.settings)
            except LoadError as error:
                reason = " ".join(part for part in (error.message, error.hint) if part)
                reason = reason.removeprefix(f"{source.path.rpartition('/')[2]}: ")
                self.report.documents.append(DocumentReport(source.path, "failed", reason=reason))
                # Behind the colon a library may have put words of the document.
                said = reason.partition(": ")[0]
                logger.warning("failed", extra={"document": source.path, "reason": said})
                logger.debug("%s", error.message)
                continue
            versions.append(version)
            old = before.get(source.path)
            outcome = "added" if old is None else "unchanged" if old == version else "changed"
            count = len(self.catalog.passage_ids([version]))
            if outcome != "unchanged":
                logger.info(outcome, extra={"document": source.path, "passages": count})
            self.report.documents.append(
                DocumentReport(source.path, outcome, count, warnings=warnings)
            )
        self.on_progress(Progress("reading", len(sources), len(sources)))
        return sorted(versions)

    def add(self, document: Document, settings: str) -> int:
        passages = [
            NewPassage(passage, text_hash(embedding_text(document, passage)))
            for passage in cut_passages(document, self.encoder.count_tokens, self.size)
        ]
        seen = datetime.now(UTC).isoformat(timespec="seconds")
        return self.catalog.add_version(document, passages, settings, seen)

    def embed(self, versions: Sequence[int]) -> None:
        """Embed every passage that has no embedding yet, saving batch by batch."""
        stored = self.catalog.live_passages(versions)
        hashes = {passage.embedded for passage in stored}
        missing = self.catalog.missing_embeddings(hashes, self.encoder.identity)
        total = len(missing)
        for batch in chunked(self.texts(versions, missing), EMBED_BATCH):
            self.on_progress(Progress("embedding", self.report.embedded, total))
            vectors = self.encoder.encode_passages([text for _, text in batch])
            self.catalog.add_embeddings([key for key, _ in batch], vectors, self.encoder.identity)
            self.report.embedded += len(batch)
        self.on_progress(Progress("embedding", total, total))

    def texts(self, versions: Sequence[int], missing: set[bytes]) -> Iterator[tuple[bytes, str]]:
        """(hash, text to embed) of each missing embedding, once."""
        left = set(missing)
        for version in versions:
            passages = [p for p in self.catalog.live_passages([version]) if p.embedded in left]
            document = self.catalog.document(version) if passages else None
            for stored in passages:
                if document is not None and stored.embedded in left:
                    left.discard(stored.embedded)
                    yield stored.embedded, embedding_text(document, stored.passage)

    def write(self, generation: Generation, versions: Sequence[int]) -> None:
        """Write the FAISS and tantivy files of a generation into a folder of its own."""
        self.on_progress(Progress("writing", 0, generation.passages))
        folder = self.layout.generations / str(generation.id)
        shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed here
        write_vectors(self.layout.vectors(generation.id), generation.dimension, self.rows(versions))
        write_lexical(self.layout.lexical(generation.id), self.entries(versions))
        self.on_progress(Progress("writing", generation.passages, generation.passages))

    def rows(self, versions: Sequence[int]) -> Iterator[tuple[Ids, Vectors]]:
        for batch in chunked(self.catalog.live_passages(versions), ROWS):
            ids = np.fromiter((stored.id for stored in batch), dtype=np.int64, count=len(batch))
            hashes = [stored.embedded for stored in batch]
            yield ids, self.catalog.vectors(hashes, self.encoder.identity, self.encoder.dimension)

    def entries(self, versions: Iterable[int]) -> Iterator[LexicalEntry]:
        for version in versions:
            document = self.catalog.document(version)
            for stored in self.catalog.live_passages([version]):
                yield lexical_entry(document, stored)


def lexical_entry(document: Document, stored: StoredPassage) -> LexicalEntry:
    passage, language = stored.passage, document.metadata.language
    return LexicalEntry(
        passage_id=stored.id,
        version_id=stored.version,
        heading=terms(heading_text(document, passage), language),
        body=terms(document.text[passage.start : passage.end], language),
    )


def text_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def drop_files(layout: IndexLayout, keep: int) -> None:
    """Remove the files of other generations; one that is still in use is left for the next run."""
    for folder in layout.generations.iterdir():
        if folder.name != str(keep):
            shutil.rmtree(folder, ignore_errors=True)
