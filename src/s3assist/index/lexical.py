"""BM25 over terms with tantivy: the leg that finds identifiers, names and exact amounts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3assist.errors import IndexDamagedError
from s3assist.index.files import REPAIR, adopt

HEADING_WEIGHT = 0.5
"""A term in the title or a heading counts this much of one in the passage itself."""
WRITER_MEMORY = 64_000_000
"""Bytes that tantivy may fill before it writes a segment."""


SMALLEST = 10_000
"""Fewer passages are written anew each time, so that their segments do not depend on history."""
WASTE = 0.1
"""Share of passages that are gone at which an index is written anew."""


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """What the lexical index keeps of a passage."""

    passage_id: int
    version_id: int
    heading: Sequence[str]
    body: Sequence[str]


def schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage", fast=True)
    builder.add_integer_field("version", indexed=True, fast=True)
    # Terms come ready made, so the analyser only has to cut at spaces.
    builder.add_text_field("heading", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def can_grow(folder: Path) -> bool:
    """Whether an index had better be added to than written anew."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        held = sum(segment["max_doc"] for segment in segments)
        gone = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    except (OSError, ValueError, KeyError, TypeError):  # damaged, or of another tantivy
        return False
    return bool(held >= SMALLEST and gone <= WASTE * held)


def write_lexical(
    folder: Path,
    entries: Iterable[LexicalEntry],
    previous: Path | None = None,
    gone: Iterable[int] = (),
) -> None:
    """Write a lexical index into a new folder.

    Args:
        folder: of the new generation; must be missing.
        entries: all passages; with `previous`, those that are new.
        previous: folder of an earlier generation, to add to and take away from.
        gone: document versions of that generation that are live no more.
    """
    import tantivy

    if previous is None:
        folder.mkdir(parents=True)
        index = tantivy.Index(schema(), path=str(folder), reuse=False)
    else:
        adopt(previous, folder)  # tantivy never writes into a file that is there
        index = tantivy.Index.open(str(folder))
    # One thread: segments, and so the order among equal scores, come out the same each time.
    writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
    for version in gone:
        writer.delete_documents_by_term("version", version)
    for entry in entries:
        writer.add_document(
            tantivy.Document(
                passage=entry.passage_id,
                version=entry.version_id,
                heading=" ".join(entry.heading),
                body=" ".join(entry.body),
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    for file in folder.iterdir():  # tantivy keeps some private, but others may have to read them
        file.chmod(folder.stat().st_mode & 0o666)


class LexicalIndex:
    """An opened lexical index; safe to search from any thread."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        try:
            self._index: Any = tantivy.Index.open(str(folder))
            self._searcher: Any = self._index.searcher()
        except ValueError as error:
            raise IndexDamagedError(
                f"The lexical index can't be opened: {folder}: {error}",
                hint=REPAIR,
            ) from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        weighted: Sequence[tuple[str, float]],
        limit: int,
        versions: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]:
        """(passage id, BM25) of the best passages that hold any term, best first.

        Args:
            weighted: terms as `terms()` makes them, each with its weight.
            limit: how many at the most.
            versions: only passages of these document versions; None for all.
        """
        from tantivy import Occur, Query

        if not weighted:
            return []
        fields = self._index.schema
        clauses = [
            (Occur.Should, Query.boost_query(Query.term_query(fields, field, term), weight * boost))
            for term, weight in weighted
            for field, boost in (("body", 1.0), ("heading", HEADING_WEIGHT))
        ]
        query = Query.boolean_query(clauses)
        if versions is not None:
            allowed = Query.term_set_query(fields, "version", list(versions))
            query = Query.boolean_query(
                [(Occur.Must, query), (Occur.Must, Query.const_score_query(allowed, 0.0))]
            )
        result = self._searcher.search(query, limit, count=False)
        passages = self._searcher.fast_field_values("passage", [at for _, at in result.hits])
        hits = [
            (int(passage), float(score))
            for passage, (score, _) in zip(passages, result.hits, strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return int(self._searcher.doc_freq("body", term))
