"""Bring the index in line with the corpus: read what changed, embed what is new, commit once."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from s3assist.documents import Document
from s3assist.encode import EncoderOnDemand
from s3assist.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    LoadError,
    UnsettledError,
    VanishedError,
)
from s3assist.index.catalog import Catalog
from s3assist.index.files import writable
from s3assist.index.layout import IndexLayout
from s3assist.index.ledger import Ledger
from s3assist.index.lock import writing
from s3assist.index.log import logging_to
from s3assist.index.rows import (
    Change,
    Generation,
    Kept,
    NewPassage,
)
from s3assist.ingest.embedding import Embedding, text_hash
from s3assist.ingest.glossary import Glossary, load_glossary
from s3assist.ingest.limits import Limits, processes
from s3assist.ingest.metadata import renamed
from s3assist.ingest.parsing.ahead import ReadAhead, read_ahead
from s3assist.ingest.passages import (
    PassageSize,
    cut_passages,
    embedding_text,
)
from s3assist.ingest.plan import Plan, Step, live_paths, make_plan
from s3assist.ingest.report import (
    DocumentReport,
    OnProgress,
    Progress,
    SyncReport,
    failed,
    ignore,
)
from s3assist.ingest.source import (
    GLOSSARY,
    Source,
    find_sources,
)
from s3assist.ingest.write import write_generation

if TYPE_CHECKING:
    from s3assist.config import Settings

logger = logging.getLogger(__name__)

STAYS = "Until it can be read, quotes are from the version of"
"""What is said of a document that is kept as it was, before the date of that version."""
KEEP_VERSIONS = 5
"""Earlier texts of a document that are kept unless the settings say otherwise."""


def recipe(encoder: str, size: PassageSize) -> str:
    """What passages depend on besides their document: part of every fingerprint."""
    return f"{encoder} {size}"


def sync_as_set(
    settings: Settings, *, rebuild: bool = False, on_progress: OnProgress = ignore
) -> SyncReport:
    """`sync` with everything that the settings say of it: what each front end runs."""
    return sync(
        settings.corpus,
        IndexLayout(settings.index),
        encoder_name=settings.encoder,
        size=PassageSize(most=settings.passage_tokens),
        rebuild=rebuild,
        keep_versions=settings.keep_versions,
        limits=Limits.of(settings),
        workers=settings.workers,
        on_progress=on_progress,
    )


def sync(
    corpus: Path,
    layout: IndexLayout,
    *,
    encoder_name: str = "bundled",
    size: PassageSize | None = None,
    rebuild: bool = False,
    keep_versions: int = KEEP_VERSIONS,
    limits: Limits = Limits(),
    workers: int | None = None,
    on_progress: OnProgress = ignore,
) -> SyncReport:
    """Make the index say what the corpus says.

    A document that can't be read is reported and left out, or kept as it was where that says
    nothing against it (`UnsettledError`); the others go on. Until the very end questions are
    answered from the last generation.

    Args:
        corpus: folder with the documents.
        layout: of the index.
        encoder_name: of the embedding model.
        size: of passages.
        rebuild: read and embed everything anew, whatever is stored.
        keep_versions: earlier texts that are kept of each document.
        on_progress: called with the steps.

    Raises:
        S3AssistError: no corpus folder, no encoder, an index that another process is writing, that
            is damaged, or that can't be written.
    """
    sources = list(find_sources(corpus, layout.root, ocr=limits.ocr))
    glossary = load_glossary(corpus / GLOSSARY)
    return sync_sources(
        sources,
        layout,
        glossary=glossary,
        encoder_name=encoder_name,
        size=size,
        rebuild=rebuild,
        keep_versions=keep_versions,
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
    keep_versions: int = KEEP_VERSIONS,
    limits: Limits = Limits(),
    workers: int | None = None,
    on_progress: OnProgress = ignore,
) -> SyncReport:
    """`sync` for sources that need not be files of one folder."""
    with writing(layout.lock), logging_to(layout.log):
        encoder = EncoderOnDemand(encoder_name, layout.encoders)
        if rebuild:
            clear_unreadable(layout)
        ledger = Ledger(layout.catalog)
        try:
            with ledger.named_errors():
                run = Sync(
                    ledger,
                    layout,
                    encoder,
                    size or PassageSize(),
                    on_progress,
                    limits,
                    processes(workers),
                )
                return run.run(sources, glossary, fresh=rebuild, keep_versions=keep_versions)
        finally:
            ledger.close()


def clear_unreadable(layout: IndexLayout) -> None:
    """Throw a catalog away that can't be read, and with it all earlier versions."""
    try:
        with closing(Catalog(layout.catalog)) as catalog, catalog.named_errors():
            catalog.check()
            current = catalog.current()
            if current is not None:
                for version, *_ in catalog.live_versions(current.id):
                    catalog.document(version)
                catalog.problems(current.id)
    except IndexMissingError:
        return
    except (IndexDamagedError, IndexMismatchError):
        with writable(layout.root):
            for suffix in ("", "-wal", "-shm"):
                name = f"{layout.catalog.name}{suffix}"
                layout.catalog.with_name(name).unlink(missing_ok=True)


@dataclass(slots=True)
class Sync:
    """One run over a corpus."""

    catalog: Ledger
    layout: IndexLayout
    encoder: EncoderOnDemand
    size: PassageSize
    on_progress: OnProgress
    limits: Limits = Limits()
    workers: int = 1
    report: SyncReport = field(default_factory=SyncReport)
    changes: list[Change] = field(default_factory=list)

    def run(
        self, sources: Sequence[Source], glossary: Glossary, *, fresh: bool, keep_versions: int
    ) -> SyncReport:
        current = self.catalog.current()
        how = recipe(self.encoder.identity, self.size)
        total = len(sources)
        if fresh:
            self.catalog.forget_fingerprints()  # unread: one that is damaged is no obstacle
        plan = make_plan(
            sources,
            self.catalog,
            how,
            fresh=fresh,
            on_source=lambda at, s: self.on_progress(Progress("comparing", at, total, s.path)),
        )
        self.on_progress(Progress("comparing", total, total))
        before = sorted(live.version for live in live_paths(self.catalog).values())
        embedding = Embedding(self.catalog, self.encoder, fresh=fresh)
        live = self.read(plan, how, embedding)
        versions = sorted(kept.version for kept in live)
        problems = [(d.path, d.reason) for d in self.report.documents if d.outcome == "failed"]
        if plan.fingerprints or plan.forgotten:
            self.catalog.save_fingerprints(plan.fingerprints, plan.forgotten)
        if (
            current is not None
            and versions == before
            and current.encoder == self.encoder.identity
            and current.glossary == glossary
            and self.catalog.problems(current.id) == sorted(problems)
        ):
            self.report.generation = current.id
            if self.catalog.leftovers(current.id):
                self.tidy(current.id, keep_versions)
            return self.report
        known = (
            set(before)
            if current is not None and current.encoder == self.encoder.identity and not fresh
            else set()
        )
        self.embed(embedding, (version for version in versions if version not in known))
        generation = Generation(
            id=1 if current is None else current.id + 1,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=self.encoder.identity,
            dimension=self.dimension(current),
            documents=len(versions),
            passages=len(self.catalog.passage_ids(versions)),
            glossary=glossary,
        )
        total = generation.passages
        self.on_progress(Progress("writing", 0, total))
        previous = None if fresh else current
        files = write_generation(self.catalog, self.layout, generation, versions, previous)
        generation = replace(generation, files=files)
        self.on_progress(Progress("writing", total, total))
        self.catalog.commit_generation(generation, live, problems, self.changes)
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
        self.tidy(generation.id, keep_versions)
        return self.report

    def dimension(self, current: Generation | None) -> int:
        if current is not None and current.encoder == self.encoder.identity:
            return current.dimension
        return self.encoder.open().dimension

    def tidy(self, generation: int, keep_versions: int | None) -> None:
        """Drop what the current generation does not need; until then nobody minds it."""
        self.catalog.drop_dead(generation, keep_versions)
        drop_files(self.layout, keep=generation)

    def read(self, plan: Plan, how: str, embedding: Embedding) -> list[Kept]:
        """The versions that the corpus now has, reading only those that are new.

        Most of what is new is embedded meanwhile, so that no core waits for a long document.
        """
        new = [step for step in plan.steps if step.version is None and step.error is None]
        unread = {step.source.path for step in new if step.model is None}

        def is_read(source: Source) -> bool:
            return source.path in unread and bool(source.fingerprint(how))

        sources = [step.source for step in new]
        with read_ahead(sources, is_read, self.limits, self.workers) as ahead:
            if unread:
                self.encoder.open()  # while the first ones are read
            return self.take(plan, how, ahead, embedding)

    def take(self, plan: Plan, how: str, ahead: ReadAhead, embedding: Embedding) -> list[Kept]:
        """Go through the plan; `ahead` reads what is new."""
        live: list[Kept] = []
        current = self.catalog.current()
        told = dict(self.catalog.problems(current.id)) if current else {}
        readers = {reader.path: reader for reader in ahead.sources}
        new = len(readers)
        done = 0
        for step in plan.steps:
            path = step.source.path
            follows = step.before.version if step.before else None
            before = step.before.sha256 if step.before else ""
            outcome, version = step.outcome, step.version
            warnings: tuple[str, ...] = ()
            try:
                if step.error:
                    raise step.error
                if version is None:
                    self.on_progress(Progress("reading", done, new, path))
                    done += 1
                    while ahead.lets_wait(readers[path]):
                        if ahead.has_idle:
                            self.embed_ahead(ahead, embedding)
                    document, passages = self.document(step, how, readers[path])
                    warnings = document.warnings
                    version = self.catalog.add_version(document, passages, step.mark.settings)
                    embedding.offer(document, passages)
                    if embedding.has_batch:
                        embedding.batch()
                    if outcome == "unchanged" and not self.looks_alike(document, follows):
                        outcome = "changed"
            except VanishedError:
                if step.before:
                    plan.removed.append(step.moved_from or path)
                continue
            except LoadError as error:
                report = failed(path, error)
                unsettled = isinstance(error, UnsettledError) and not step.moved_from
                stays = step.before if unsettled else None
                if stays:
                    live.append(Kept(stays.version, follows))
                    since = self.catalog.since(stays.version)[: len("2020-02-14")]
                    report = replace(report, reason=f"{report.reason} {STAYS} {since}.")
                self.report.documents.append(report)
                # Behind the colon a library may have put words of the document.
                said = report.reason.partition(": ")[0]
                logger.warning("failed", extra={"document": path, "reason": said})
                logger.debug("%s", error.message)
                if step.moved_from:
                    plan.removed.append(step.moved_from)
                elif step.before and not (stays and path in told):
                    lost = Change(path=path, outcome="failed", before=before, reason=report.reason)
                    self.changes.append(lost)
                continue
            live.append(Kept(version, follows))
            count = self.catalog.passage_count(version)
            self.report.documents.append(
                DocumentReport(path, outcome, count, warnings=warnings, moved_from=step.moved_from)
            )
            if outcome != "unchanged":
                logger.info(outcome, extra={"document": path, "passages": count})
                self.changes.append(
                    Change(
                        path=path,
                        outcome=outcome,
                        moved_from=step.moved_from,
                        sha256=step.mark.sha256,
                        before=before,
                    )
                )
        self.on_progress(Progress("reading", new, new))
        hashes = live_paths(self.catalog)
        for path in sorted(plan.removed):
            self.report.documents.append(DocumentReport(path, "removed"))
            self.changes.append(Change(path=path, outcome="removed", before=hashes[path].sha256))
        return live

    def embed_ahead(self, ahead: ReadAhead, embedding: Embedding) -> None:
        """Embed what was read, even if its turn has not come yet."""
        while not embedding.has_batch and (document := ahead.peek()):
            embedding.offer(document, self.cut(document))
        embedding.batch()

    def looks_alike(self, document: Document, version: int | None) -> bool:
        """Whether users see no difference to a stored version: then only its passages changed."""
        if version is None:
            return False
        old = self.catalog.document(version)
        return (old.text, old.metadata) == (document.text, document.metadata)

    def document(self, step: Step, how: str, reader: Source) -> tuple[Document, list[NewPassage]]:
        """The document of a source: taken over from a version with the same bytes, else read.

        Raises:
            LoadError: it can't be read.
        """
        path = step.source.path
        if step.model is not None:
            stored = self.catalog.document(step.model)
            metadata = renamed(stored.metadata, stored.path, path)
            if metadata is not None:
                passages = [
                    NewPassage(old.passage, old.embedded)
                    for old in self.catalog.live_passages([step.model])
                ]
                return replace(stored, path=path, metadata=metadata), passages
        try:
            document = reader.read(step.mark.sha256)
        except LoadError as error:
            self.check_unchanged(step, how, error)  # if it changed or is gone, that is the reason
            raise
        self.check_unchanged(step, how)
        return document, self.cut(document)

    def check_unchanged(self, step: Step, how: str, cause: LoadError | None = None) -> None:
        """Raises UnsettledError where a source is no longer what it was when the run began."""
        if step.source.fingerprint(how) != step.mark:
            raise UnsettledError(
                "it was changed while it was read", hint="Run `s3assist index` again."
            ) from cause

    def cut(self, document: Document) -> list[NewPassage]:
        """The passages of a document, with the hash of what is embedded of each."""
        cut = cut_passages(document, self.encoder.open().count_tokens, self.size)
        return [
            NewPassage(passage, text_hash(embedding_text(document, passage))) for passage in cut
        ]

    def embed(self, embedding: Embedding, versions: Iterable[int]) -> None:
        """Embed what is left, and what of these versions has no embedding yet."""
        embedding.expect(versions)
        total = embedding.done + embedding.waiting
        self.on_progress(Progress("embedding", embedding.done, total))
        while embedding.batch():
            self.on_progress(Progress("embedding", embedding.done, total))
        self.report.embedded = embedding.done


def drop_files(layout: IndexLayout, keep: int) -> None:
    """Remove the files of earlier generations; what is still in use is left for the next run.

    Those of the last one stay: a question that began before this run may not have opened them yet.
    """
    if not layout.generations.exists():
        return
    kept = {str(keep), str(keep - 1)}
    for folder in layout.generations.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
