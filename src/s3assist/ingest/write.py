"""Write the files of a generation: what came since the last one where that is enough, else all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from s3assist.documents import Document
from s3assist.errors import IndexDamagedError
from s3assist.index.catalog import Catalog
from s3assist.index.files import check_sizes, seal_files, writable
from s3assist.index.layout import IndexLayout
from s3assist.index.lexical import LexicalEntry, can_grow, write_lexical
from s3assist.index.reader import open_lexical, open_vectors
from s3assist.index.rows import Generation, StoredFile, StoredPassage
from s3assist.index.terms import terms
from s3assist.index.vectors import write_vectors
from s3assist.ingest.passages import heading_text


def write_generation(
    catalog: Catalog,
    layout: IndexLayout,
    generation: Generation,
    versions: Sequence[int],
    previous: Generation | None = None,
) -> tuple[StoredFile, ...]:
    """Write the vectors and terms of a generation into a folder of its own, and seal them.

    Args:
        catalog: holds the passages and embeddings of all versions.
        layout: of the index.
        generation: the new one.
        versions: of the documents that are live in it.
        previous: the current one, whose files may be taken over; None writes all anew.

    Raises:
        IndexAccessError: the files can't be written.
        IndexDamagedError: the catalog lacks what they are made of.
    """
    folder = layout.generations / str(generation.id)
    shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed here
    previous = usable(layout, previous, generation.encoder)
    ids = np.array(catalog.passage_ids(versions), dtype=np.int64)
    before = None if previous is None else layout.lexical(previous.id)
    if previous is not None and before is not None and can_grow(before):
        old = {version for version, *_ in catalog.live_versions(previous.id)}
        new, gone = sorted(set(versions) - old), sorted(old - set(versions))
    else:
        before, new, gone = None, list(versions), []
    try:
        with writable(layout.root):
            write_vectors(
                layout.vectors(generation.id),
                generation.dimension,
                ids,
                lambda batch: catalog.vectors(batch, generation.encoder, generation.dimension),
                None if previous is None else layout.vectors(previous.id),
            )
            write_lexical(layout.lexical(generation.id), entries(catalog, new), before, gone)
            sealed = () if previous is None else previous.files
            files = seal_files(layout.root, [folder], sealed)
        open_vectors(layout, generation)
        open_lexical(layout, generation)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return files


def usable(layout: IndexLayout, previous: Generation | None, encoder: str) -> Generation | None:
    """The generation before, if its files are there and have the same encoder's vectors."""
    if previous is None or previous.encoder != encoder:
        return None
    try:
        check_sizes(layout.root, previous.files)
    except IndexDamagedError:
        return None
    return previous


def entries(catalog: Catalog, versions: Iterable[int]) -> Iterator[LexicalEntry]:
    for version in versions:
        document = catalog.document(version)
        for stored in catalog.live_passages([version]):
            yield lexical_entry(document, stored)


def lexical_entry(document: Document, stored: StoredPassage) -> LexicalEntry:
    passage, language = stored.passage, document.metadata.language
    return LexicalEntry(
        passage_id=stored.id,
        version_id=stored.version,
        heading=terms(heading_text(document, passage), language),
        body=terms(document.text[passage.start : passage.end], language),
    )
