"""Find the passages that may answer: dense and lexical search, fused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from s3assist.answer.fuse import DENSE_WEIGHT, fuse
from s3assist.answer.named import may_name, named_in
from s3assist.answer.periods import Wanted, agreement, wanted
from s3assist.documents import Expansion, Hit, Scope
from s3assist.encode import Vectors
from s3assist.errors import NotInCorpusError
from s3assist.index.reader import LiveDocument, OpenGeneration
from s3assist.index.terms import query_terms
from s3assist.printable import on_one_line

POOL = 100
"""Passages taken from each leg before fusion."""
EXPANSION_WEIGHT = 0.4
"""A term that the glossary added counts this much of one that was typed."""
CARRIED_WEIGHT = 0.5
"""A term that the conversation added counts this much of one that was typed."""
TYPED_SHARE = 0.5
"""Share of the turn as it was typed in the vector of a question that a conversation completed."""
BEFORE_SHARE, BEFORE_DECAY = 0.4, 0.5
"""The last question counts this much beside them in the vector, each older one half as much."""
BEFORE_WEIGHT = 0.2
"""A term that only the last question has counts this much of one that was typed."""
PERIOD_WEIGHT = 0.15
"""Added to the fused score of a passage that speaks of the time asked about, taken from others."""
PERIOD_REACH = 3
"""So many times the passages wanted are looked at for their time."""
LISTED = 6
"""Values of a filter that are listed by name at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents may answer; empty fields let all pass."""

    documents: tuple[str, ...] = ()
    """Paths, each of one document alone, or parts of paths or titles."""
    since: str = ""
    """ISO date or its beginning: documents dated then or later."""
    until: str = ""
    """ISO date or its beginning, inclusive: ``2020`` includes all of 2020."""
    kinds: tuple[str, ...] = ()
    """Kinds (``briefing``) or formats (``pdf``)."""
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or self.since or self.until or self.kinds or self.languages)

    @property
    def words(self) -> str:
        """What is read after "only": ``in jobs.md, of type pdf, dated 2014 to 2020``."""
        parts = [
            f"in {listed(self.documents, 'and')}" if self.documents else "",
            f"of type {listed(self.kinds, 'or')}" if self.kinds else "",
            f"in language {listed(self.languages, 'or')}" if self.languages else "",
        ]
        if self.since and self.until:
            parts.append(f"dated {self.since} to {self.until}")
        elif self.since or self.until:
            parts.append(f"dated from {self.since}" if self.since else f"dated up to {self.until}")
        return on_one_line(", ".join(part for part in parts if part))

    def among(self, library: Sequence[LiveDocument]) -> list[LiveDocument]:
        """The documents of the library that may answer."""
        found = [document for document in library if self._fit(document)]
        if not self.documents:
            return found
        paths = {d.path for name in self.documents for d in all_named(library, name)}
        return [document for document in found if document.path in paths]

    def _fit(self, document: LiveDocument) -> bool:
        about = document.metadata
        date = about.date
        return (
            (not self.since or (bool(date) and date >= self.since[: len(date)]))
            and (not self.until or (bool(date) and date[: len(self.until)] <= self.until))
            and (not self.kinds or is_one_of(self.kinds, about.kind, document.format))
            and (not self.languages or is_one_of(self.languages, about.language))
        )


def listed(names: Sequence[str], conjunction: str) -> str:
    """``a, b and c``; of a long list the beginning and how many more there are."""
    if len(names) > LISTED:
        names = (*names[: LISTED - 1], f"{len(names) - LISTED + 1:,} more")
        conjunction = "and"
    *first, last = names
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def is_one_of(wanted: Iterable[str], *found: str) -> bool:
    """Whether any of the found words is wanted, in any case."""
    return bool({word.casefold() for word in wanted} & {word.casefold() for word in found if word})


def is_named(document: LiveDocument, name: str) -> bool:
    """Whether `name` is the path of the document or a part of its path or title."""
    wanted = alike(name)
    return wanted in alike(document.path) or wanted in alike(document.metadata.title)


def all_named(library: Sequence[LiveDocument], name: str) -> list[LiveDocument]:
    """The document with this path, or else all whose path or title holds `name`."""
    return (
        [document for document in library if document.path == name]
        or [document for document in library if alike(document.path) == alike(name)]
        or [document for document in library if is_named(document, name)]
    )


def alike(name: str) -> str:
    """A name in the form in which what is typed, shown and stored is the same.

    A path may have its accents decomposed, as macOS writes them, and no-break or double spaces,
    which are shown as single ones.
    """
    return unicodedata.normalize("NFC", on_one_line(name)).casefold()


def admitted(generation: OpenGeneration, filters: Filters) -> list[int] | None:
    """Versions that pass the filters; None when there is no filter.

    Raises:
        NotInCorpusError: no document passes.
    """
    if not filters:
        return None
    versions = [document.version for document in filters.among(generation.library)]
    if not versions:
        raise NotInCorpusError(
            "No document of the corpus passes these filters",
            hint="`s3assist status --documents` lists documents with type, date and language.",
        )
    return versions


def scope_of(generation: OpenGeneration, filters: Filters) -> Scope:
    """What a question with these filters is searched in.

    Raises:
        NotInCorpusError: no document passes.
    """
    versions, every = admitted(generation, filters), generation.info.documents
    searched = every if versions is None else len(versions)
    return Scope(documents=searched, of=every, only=filters.words)


@dataclass(frozen=True, slots=True)
class Search:
    """A question ready to be searched."""

    terms: tuple[tuple[str, float], ...]
    """Terms of the lexical leg with their weights."""
    vector: Vectors
    """(1, dimension)"""
    time: Wanted | None = None
    """The years that the question asks about."""
    named: frozenset[int] = frozenset()
    """Versions of the documents that the question names as its source; see `named_in`."""


def prepare(
    generation: OpenGeneration,
    question: str,
    expanded: Sequence[Expansion] = (),
    typed: str = "",
    before: Sequence[str] = (),
) -> Search:
    """Turn a question and what the glossary added into terms and a vector.

    A turn that a conversation completed is searched in both forms, `question` as it was understood
    and as it was `typed`, and beside the questions `before` it, newest first: vectors and weights
    are mixed, which mixes the scores of several searches.
    """
    languages = generation.languages
    understood = query_terms(question, languages)
    own = query_terms(typed, languages) if typed else understood
    weights = dict.fromkeys(own, 1.0)
    weights |= {term: CARRIED_WEIGHT for term in understood if term not in weights}
    for term in query_terms(before[0], languages) if before else []:
        weights.setdefault(term, BEFORE_WEIGHT)
    added_text = " ".join(word for expansion in expanded for word in expansion.added)
    for term in query_terms(added_text, languages) if added_text else []:
        weights.setdefault(term, EXPANSION_WEIGHT)
    widened = f"{question} ({added_text})" if added_text else question
    shares = {widened: 1.0}
    if typed and typed != question:
        shares = {widened: 1 - TYPED_SHARE, typed: TYPED_SHARE}
    for age, earlier in enumerate(before):
        shares[earlier] = shares.get(earlier, 0.0) + BEFORE_SHARE * BEFORE_DECAY**age
    vectors = generation.encoder.encode_queries(list(shares))
    named = named_in(question, generation.library) if may_name(question) else frozenset()
    vector = mixed(vectors, list(shares.values()))
    return Search(tuple(weights.items()), vector, wanted(question), named)


def mixed(vectors: Vectors, shares: Sequence[float]) -> Vectors:
    """One unit vector of shape (1, dimension) for several of shape (n, dimension)."""
    if len(vectors) == 1:
        return vectors
    total = np.asarray([shares], dtype=vectors.dtype) @ vectors
    unit: Vectors = total / np.linalg.norm(total)
    return unit


def retrieve(
    generation: OpenGeneration,
    search: Search,
    limit: int,
    filters: Filters | None = None,
    dense_weight: float = DENSE_WEIGHT,
) -> list[Hit]:
    """The best passages for a question, best first.

    Documents that the question names as its source are searched by themselves too: theirs are half
    of the hits, if they have so many, and come first.
    """
    versions = admitted(generation, filters or Filters())
    hits = search_among(generation, search, limit, versions, dense_weight)
    named = search.named if versions is None else search.named.intersection(versions)
    if not named:
        return hits
    own = search_among(generation, search, max(limit // 2, 1), sorted(named), dense_weight)
    known = {hit.passage_id for hit in own}
    others = [hit for hit in hits if hit.passage_id not in known]
    return [*(replace(hit, named=True) for hit in own), *others][:limit]


def search_among(
    generation: OpenGeneration,
    search: Search,
    limit: int,
    versions: Sequence[int] | None,
    dense_weight: float,
) -> list[Hit]:
    """The best passages of some versions, or of all, best first.

    Every passage that either leg found gets both scores: the lexical leg's hits have their
    cosine looked up, so that no hit is judged by half.
    """
    allowed = None
    if versions is not None:
        allowed = np.array(generation.catalog.passage_ids(versions), dtype=np.int64)
    near = dict(generation.vectors.search(search.vector, POOL, allowed))
    words = dict(generation.lexical.search(search.terms, POOL, versions))
    near |= generation.vectors.cosines(search.vector, words.keys() - near.keys())
    scores = fuse(near, words | without_terms(near, words), dense_weight)
    best = sorted(scores, key=lambda passage: (-scores[passage], passage))
    if search.time is None:
        return load_hits(generation, best[:limit], scores, near, words)
    hits = load_hits(generation, best[: PERIOD_REACH * limit], scores, near, words)
    return of_the_time(search.time, hits)[:limit]


def without_terms(near: Mapping[int, float], words: Mapping[int, float]) -> dict[int, float]:
    """BM25 of the passages that only the dense leg found: nothing, if there was room for more.

    Otherwise a name that a single passage has would say no more than a word that all have, as
    scores are scaled by how much they differ. Where the lexical leg is full, nobody knows what the
    others have.
    """
    return dict.fromkeys(near.keys() - words.keys(), 0.0) if len(words) < POOL else {}


def of_the_time(time: Wanted, hits: Iterable[Hit]) -> list[Hit]:
    """Hits with what speaks of the time asked about moved up, and of other times down."""
    moved = [
        replace(
            hit,
            score=hit.score
            + PERIOD_WEIGHT * agreement(time, hit.document, hit.passage.start, hit.passage.end),
        )
        for hit in hits
    ]
    return sorted(moved, key=lambda hit: (-hit.score, hit.passage_id))


def load_hits(
    generation: OpenGeneration,
    best: Iterable[int],
    scores: dict[int, float],
    near: dict[int, float],
    words: dict[int, float],
) -> list[Hit]:
    stored = generation.passages(best)
    return [
        Hit(
            passage_id=identity,
            passage=stored[identity].passage,
            document=generation.document(stored[identity].version),
            score=scores[identity],
            dense=near.get(identity),
            lexical=words.get(identity),
        )
        for identity in best
        if identity in stored
    ]
