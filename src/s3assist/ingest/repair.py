"""Make again whatever of an index follows from its catalog: vectors, terms and query encoder."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from s3assist.encode import EncoderOnDemand, open_exported
from s3assist.encode.model import find_model, folder_name
from s3assist.errors import (
    EncoderError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
)
from s3assist.index.files import check_contents
from s3assist.index.layout import IndexLayout
from s3assist.index.ledger import Ledger
from s3assist.index.lock import writing
from s3assist.index.reader import open_lexical, open_vectors
from s3assist.index.rows import Generation, Kept
from s3assist.ingest.embedding import Embedding
from s3assist.ingest.passages import PassageSize
from s3assist.ingest.report import OnProgress, Progress, ignore
from s3assist.ingest.sync import Sync
from s3assist.ingest.write import write_generation


def repair(layout: IndexLayout, encoder_name: str, on_progress: OnProgress = ignore) -> list[str]:
    """Replace what is damaged; nothing is read from the corpus, and nothing intact is embedded.

    Returns what was made again, in words.

    Raises:
        IndexMissingError: there is no catalog, or none of a finished run.
        IndexMismatchError: another model is set than the one that made the index.
        IndexDamagedError: the catalog itself is damaged; it follows from nothing.
        IndexAccessError: the index can't be written.
        IndexBusyError: another process is writing.
    """
    if not layout.catalog.exists():
        raise IndexMissingError(f"There is no index in {layout.root}", hint="Run `s3assist index`.")
    with writing(layout.lock), closing(Ledger(layout.catalog)) as ledger, ledger.named_errors():
        ledger.check()
        current = ledger.current()
        if current is None:
            raise IndexMissingError(
                f"The index in {layout.root} was never finished", hint="Run `s3assist index`."
            )
        done = [*repair_encoder(layout, current, encoder_name), *drop_damaged_versions(ledger)]
        encoder = EncoderOnDemand(encoder_name, layout.encoders)
        run = Sync(ledger, layout, encoder, PassageSize(), on_progress)
        versions = [version for version, *_ in ledger.live_versions(current.id)]
        lost = ledger.drop_damaged_embeddings(current.dimension)
        run.embed(Embedding(ledger, encoder), versions)
        if run.report.embedded or lost:
            done.append(f"{run.report.embedded} embeddings")
        if is_whole(layout, current) and not run.report.embedded:
            return done
        new = replace(
            current,
            id=current.id + 1,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        on_progress(Progress("writing", 0, new.passages))
        new = replace(new, files=write_generation(ledger, layout, new, versions))
        on_progress(Progress("writing", new.passages, new.passages))
        kept = [Kept(version) for version in versions]
        ledger.commit_generation(new, kept, ledger.problems(current.id))
        run.tidy(new.id, keep_versions=None)
        return [*done, "the vectors and the terms"]


def is_whole(layout: IndexLayout, generation: Generation) -> bool:
    try:
        check_contents(layout.root, generation.files)
        open_vectors(layout, generation)
        open_lexical(layout, generation)
    except IndexDamagedError:
        return False
    return True


def repair_encoder(layout: IndexLayout, current: Generation, name: str) -> list[str]:
    """Export the query encoder again if it can't be used."""
    if find_model(name).identity != current.encoder:
        raise IndexMismatchError(
            f"`encoder` is {name}, the index was made with {current.encoder.partition('@')[0]}",
            hint="Set `encoder` back, or run `s3assist index` to change over.",
        )
    try:
        vectors = open_exported(current.encoder, layout.encoders).encode_queries(["clusters"])
        if vectors.shape == (1, current.dimension):
            return []
    except EncoderError:
        pass
    shutil.rmtree(layout.encoders / folder_name(current.encoder), ignore_errors=True)
    EncoderOnDemand(name, layout.encoders)
    return ["the query encoder"]


def drop_damaged_versions(ledger: Ledger) -> list[str]:
    """Forget earlier versions that are not as they were written: better none than a wrong one.

    Raises:
        IndexDamagedError: a live one is damaged.
    """
    damaged = ledger.damaged_versions()
    ledger.drop_versions(damaged)
    return [f"{len(damaged)} damaged earlier versions were dropped"] if damaged else []
