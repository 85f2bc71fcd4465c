"""Is the index whole, does it agree with the documents, can it answer?

Each check returns what it found in order, or raises with what is wrong and how to mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from s3assist.config import Settings
from s3assist.documents import Document
from s3assist.encode import open_exported
from s3assist.encode.model import find_model
from s3assist.errors import (
    EncoderError,
    IndexDamagedError,
    IndexMismatchError,
    LoadError,
    S3AssistError,
)
from s3assist.index.catalog import REBUILD, Catalog
from s3assist.index.files import REPAIR, check_contents
from s3assist.index.layout import FORMAT, IndexLayout
from s3assist.index.reader import open_lexical, open_vectors
from s3assist.index.rows import Generation, StoredFingerprint, StoredPassage
from s3assist.ingest.glossary import load_glossary
from s3assist.ingest.passages import PassageSize
from s3assist.ingest.plan import Step, make_plan
from s3assist.ingest.source import GLOSSARY, find_sources
from s3assist.ingest.sync import recipe

BATCH = 4096
"""Embeddings looked at together."""
NAMED = 5
"""Files that a problem names; of the others it gives the number."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    """What to do; empty when all is well."""


def examine(settings: Settings) -> Iterator[Check]:
    """All checks, the most basic first; without an index there is nothing else to look at."""
    layout = IndexLayout(settings.index)
    try:
        catalog = Catalog(layout.catalog)
    except S3AssistError as error:
        yield Check("index", ok=False, detail=error.message, remedy=error.hint)
        return
    with closing(catalog), catalog.snapshot():
        info = catalog.current()
        if info is None:
            unfinished = "the first run was never finished"
            yield Check("index", ok=False, detail=unfinished, remedy="Run `s3assist index`.")
            return
        found = f"generation {info.id} of {info.created}, format {FORMAT}"
        yield Check("index", ok=True, detail=found)
        yield attempt("catalog", lambda: check_catalog(catalog, info))
        yield attempt("embeddings", lambda: check_embeddings(catalog, info))
        yield attempt("files", lambda: check_files(layout, info))
        yield attempt("encoder", lambda: check_encoder(layout, info))
        yield attempt("settings", lambda: check_settings(settings, info))
        yield attempt("passages", lambda: check_passages(catalog, info))
        yield attempt("documents", lambda: check_documents(settings, catalog, info))
        yield attempt("last run", lambda: check_last_run(catalog, info))


def attempt(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=check())
    except S3AssistError as error:
        return Check(name, ok=False, detail=error.message, remedy=error.hint)
    except Exception as error:  # noqa: BLE001 - whatever damage raises is what is looked for here
        found = f"the index is damaged: {type(error).__name__}: {error}"
        return Check(name, ok=False, detail=found, remedy=REBUILD)


def check_catalog(catalog: Catalog, info: Generation) -> str:
    """Every page of the catalog is whole, and every version in it as it was written."""
    catalog.check()
    damaged = len(catalog.damaged_versions())
    if damaged:
        raise IndexDamagedError(
            f"{damaged} earlier versions are not as they were written", hint=REPAIR
        )
    live = len(catalog.live_versions(info.id))
    if live != info.documents:
        raise IndexDamagedError(
            f"the catalog holds {live} of {info.documents} documents", hint=REBUILD
        )
    return "all pages and all versions are whole"


def check_files(layout: IndexLayout, info: Generation) -> str:
    """The files are byte for byte what was written, and count what the catalog counts."""
    check_contents(layout.root, info.files)
    open_vectors(layout, info)
    open_lexical(layout, info)
    return f"{info.passages} passages in the catalog, the vectors and the terms"


def check_embeddings(catalog: Catalog, info: Generation) -> str:
    """Every passage has its embedding, so that the vectors can be written again."""
    versions = [version for version, *_ in catalog.live_versions(info.id)]
    passages = np.array(catalog.passage_ids(versions), dtype=np.int64)
    if len(passages) != info.passages:
        raise IndexDamagedError(
            f"the catalog holds {len(passages)} of {info.passages} passages", hint=REBUILD
        )
    try:
        for at in range(0, len(passages), BATCH):
            catalog.vectors(passages[at : at + BATCH], info.encoder, info.dimension)
    except IndexDamagedError as error:
        raise IndexDamagedError(error.message, hint=REPAIR) from error
    return f"all {len(passages)} passages have one"


def check_encoder(layout: IndexLayout, info: Generation) -> str:
    """The query encoder is there and makes vectors of the right size."""
    try:
        vectors = open_exported(info.encoder, layout.encoders).encode_queries(["clusters"])
    except EncoderError as error:
        raise EncoderError(error.message, hint=REPAIR) from error
    if vectors.shape != (1, info.dimension):
        raise EncoderError(
            f"a question becomes a vector of {vectors.shape[-1]} numbers, a passage of "
            f"{info.dimension}",
            hint=REPAIR,
        )
    return f"{info.encoder.partition('@')[0]} answers"


def check_settings(settings: Settings, info: Generation) -> str:
    """The index was made with the model that is set."""
    if find_model(settings.encoder).identity != info.encoder:
        raise IndexMismatchError(
            f"`encoder` is {settings.encoder}, the index was made with {info.encoder}",
            hint="Run `s3assist index`, or set `encoder` back.",
        )
    return f"the index was made with the encoder that is set: {settings.encoder}"


def check_passages(catalog: Catalog, info: Generation) -> str:
    """Everything that could be quoted lies inside the stored text of its document."""
    for version, path, *_ in catalog.live_versions(info.id):
        document = catalog.document(version)
        wrong = sum(not is_inside(p, document) for p in catalog.live_passages([version]))
        if wrong:
            raise IndexDamagedError(
                f"{wrong} passages of {path} do not fit its stored text", hint=REBUILD
            )
    return "all passages and sentences lie in the stored text of their documents"


def is_inside(stored: StoredPassage, document: Document) -> bool:
    passage = stored.passage
    return 0 <= passage.start < passage.end <= len(document.text) and all(
        passage.start <= sentence.start < sentence.end <= passage.end
        for sentence in passage.sentences
    )


def check_documents(settings: Settings, catalog: Catalog, info: Generation) -> str:
    """The corpus folder still holds what was indexed."""
    how = recipe(info.encoder, PassageSize(most=settings.passage_tokens))
    sources = list(find_sources(settings.corpus, settings.index, ocr=settings.ocr))
    plan = make_plan(sources, catalog, how)
    known = {path for path, _ in catalog.problems(info.id)}
    seen = catalog.fingerprints()
    changed = [
        step.source.path
        for step in plan.steps
        if step.version is None
        and (step.source.path not in known or is_mended(step, seen.get(step.source.path)))
    ]
    changed += plan.removed
    if load_glossary(settings.corpus / GLOSSARY) != info.glossary:
        changed.append(GLOSSARY)
    if changed:
        raise IndexMismatchError(
            f"{len(changed)} changed since they were indexed: {names(changed)}",
            hint="Run `s3assist index`.",
        )
    return f"{info.documents} in {settings.corpus}, none changed since they were indexed"


def is_mended(step: Step, seen: StoredFingerprint | None) -> bool:
    """Whether a file that could not be read is another now; if nobody can tell, it is not."""
    if seen is None or step.error:
        return False
    return (step.mark.sha256, step.mark.settings) != (seen.sha256, seen.settings)


def check_last_run(catalog: Catalog, info: Generation) -> str:
    """Every document could be read."""
    problems = catalog.problems(info.id)
    if problems:
        raise LoadError(
            f"{len(problems)} could not be read: {names([path for path, _ in problems])}",
            hint="`s3assist status` says why; mend or remove them, then run `s3assist index`.",
        )
    return "every document could be read"


def names(paths: list[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(paths[:NAMED]) + more
