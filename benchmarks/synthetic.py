"""Vectors and texts in any number that behave like real ones, the same each time.

Vectors: real embeddings are mixed. A base vector is moved by the difference of two of its nearest
neighbours, so that a made vector differs from those around it in the directions and by the lengths
in which real ones differ. `python -m benchmarks.synthetic FOLDER` compares both kinds.

Texts: words of a Zipf distribution (exponent 1.07) over 50,000 made words, in sentences and
passages as long as those of policy documents.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from s3assist.documents import BlockKind, Document, Metadata, Paragraph, Section, Span
from s3assist.encode import Vectors, open_encoder
from s3assist.ingest.source import Fingerprint, find_sources

ROOT = Path(__file__).parent.parent
DEVELOPMENT = ROOT.parent / "shared" / "eval"
"""Passages of other people's documents, used where they lie beside the repository."""
NEIGHBOURS = 40
"""Of a base vector, among which two are drawn."""
QUERIES = 200
"""Base vectors that are kept back to search with."""

VOCABULARY = 50_000
ZIPF = 1.07
SENTENCE_WORDS = (8, 32)
PASSAGE_SENTENCES = (3, 8)
PASSAGES = 50
"""Of a document: a report of about fifteen pages."""


def base_texts(most: int = 3000) -> list[str]:
    """Sentences of the bundled corpus, alone and in pairs, and passages of development sets."""
    found: list[str] = []
    for source in find_sources(ROOT / "corpus"):
        document = source.read("")
        sentences = [
            document.text[s.start : s.end] for p in document.paragraphs for s in p.sentences
        ]
        found += sentences
        found += [" ".join(pair) for pair in pairwise(sentences)]
    for name in ("scifact", "squad2_dev", "clapnq_dev"):
        file = DEVELOPMENT / name / "corpus.jsonl"
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            found += [str(json.loads(line)["text"])[:600] for line in lines]
    chosen = np.random.default_rng(1).permutation(len(found))[:most]
    return [found[i] for i in sorted(chosen)]


def base_vectors(cache: Path, most: int = 3000) -> Vectors:
    """Their embeddings, kept in `cache`."""
    texts = base_texts(most)
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    file = cache / f"base-{digest}.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, embedded(texts, cache))
    vectors: Vectors = np.load(file)
    return vectors


def embedded(texts: list[str], cache: Path) -> Vectors:
    return open_encoder("bundled", cache / "encoders").encode_passages(texts)


@dataclass(frozen=True, slots=True)
class Mixer:
    """Makes vectors out of base vectors."""

    base: Vectors
    near: np.ndarray
    """(base vectors, NEIGHBOURS): who is next to whom."""

    @staticmethod
    def of(base: Vectors) -> Mixer:
        likeness = base @ base.T
        np.fill_diagonal(likeness, -1)
        return Mixer(base, np.argpartition(-likeness, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])

    def make(self, count: int, seed: int) -> Vectors:
        chance = np.random.default_rng(seed)
        origin = chance.integers(len(self.base), size=count)
        one, other = (self.near[origin, chance.integers(NEIGHBOURS, size=count)] for _ in range(2))
        strength = chance.uniform(0.3, 1.0, size=(count, 1)).astype(np.float32)
        made: Vectors = self.base[origin] + strength * (self.base[one] - self.base[other])
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def batches(mixer: Mixer, count: int, seed: int = 7, size: int = 20_000) -> Iterator[Vectors]:
    for number, start in enumerate(range(0, count, size)):
        yield mixer.make(min(size, count - start), seed + number)


def split(cache: Path) -> tuple[Mixer, Vectors]:
    """A mixer, and queries that it has never seen."""
    base = base_vectors(cache)
    order = np.random.default_rng(3).permutation(len(base))
    return Mixer.of(base[order[QUERIES:]]), base[order[:QUERIES]]


# Texts --------------------------------------------------------------------------------------------


def vocabulary() -> list[str]:
    """Pronounceable words, all different, in a fixed order."""
    chance = np.random.default_rng(11)
    parts = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "er", "in", "al")]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        length = int(chance.integers(1, 5))
        words["".join(chance.choice(parts, size=length))] = None
    return list(words)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes documents."""

    words: tuple[str, ...]
    odds: np.ndarray
    """Cumulative, by rank."""

    @staticmethod
    def make() -> Writer:
        words = vocabulary()
        weights = np.arange(1, len(words) + 1) ** -ZIPF
        return Writer(tuple(words), np.cumsum(weights / weights.sum()))

    def document(self, number: int, passages: int = PASSAGES) -> Document:
        """Document `number`: headed sections of one passage each."""
        chance = np.random.default_rng((13, number))
        text: list[str] = []
        paragraphs: list[Paragraph] = []
        sections: list[Section] = []
        counts = chance.integers(*PASSAGE_SENTENCES, size=passages)
        lengths = iter(chance.integers(*SENTENCE_WORDS, size=counts.sum()).tolist())
        drawn = np.searchsorted(self.odds, chance.random(counts.sum() * SENTENCE_WORDS[1]))
        words = iter(np.minimum(drawn, len(self.words) - 1).tolist())
        at = 0
        for place in range(passages):
            heading = f"Section {place + 1}"
            paragraphs.append(Paragraph(at, at + len(heading), BlockKind.HEADING, ()))
            begun, at = at, at + len(heading) + 1
            spans, written = [], []
            start = at
            for _ in range(counts[place]):
                sentence = " ".join(self.words[i] for i in islice(words, next(lengths)))
                sentence = f"{sentence.capitalize()}."
                spans.append(Span(at, at + len(sentence)))
                written.append(sentence)
                at += len(sentence) + 1
            paragraphs.append(Paragraph(start, at - 1, BlockKind.PARAGRAPH, tuple(spans)))
            sections.append(Section(begun, at - 1, 1, heading))
            text += [heading, " ".join(written)]
        return Document(
            path=path_of(number),
            format="text",
            sha256=hashlib.sha256(path_of(number).encode()).hexdigest(),
            metadata=Metadata(title=f"Report {number}", language="en"),
            text="\n".join(text),
            paragraphs=tuple(paragraphs),
            pages=(),
            sections=tuple(sections),
        )

    def question(self, seed: int) -> str:
        """Seven words, rarer ones more often than in a text."""
        chance = np.random.default_rng((17, seed))
        ranks = np.minimum(chance.zipf(1.3, size=7) + 50, len(self.words) - 1)
        return " ".join(self.words[i] for i in ranks)


def path_of(number: int) -> str:
    return f"reports/{number // 1000}/{number}.txt"


@dataclass(frozen=True, slots=True)
class MadeSource:
    """A source whose text is made when it is read."""

    writer: Writer
    number: int
    passages: int = PASSAGES

    @property
    def path(self) -> str:
        return path_of(self.number)

    def stamp(self) -> str:
        return f"{self.number} {self.passages}"

    def fingerprint(self, recipe: str) -> Fingerprint:
        digest = hashlib.sha256(self.path.encode()).hexdigest()
        return Fingerprint(digest, hashlib.sha256(recipe.encode()).hexdigest())

    def read(self, sha256: str) -> Document:
        return self.writer.document(self.number, self.passages)


def compare(cache: Path) -> dict[str, dict[str, float]]:
    """Real and made vectors, as many of each: nearest cosines and local dimension."""
    base = base_vectors(cache)
    return {
        "real": describe(base),
        "made": describe(Mixer.of(base).make(len(base), seed=5)),
    }


def describe(vectors: Vectors) -> dict[str, float]:
    """Median cosine of the first and tenth neighbour, and the local intrinsic dimension.

    The dimension is the maximum-likelihood estimate of Levina and Bickel (NIPS 2004) over the
    twenty nearest neighbours.
    """
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    nearest = -np.sort(-likeness, axis=1)[:, :20]
    distances = np.sqrt(np.maximum(2 - 2 * nearest, 1e-9))
    local = 1 / np.log(distances[:, -1:] / distances[:, :-1]).mean(axis=1)
    return {
        "first": float(np.median(nearest[:, 0])),
        "tenth": float(np.median(nearest[:, 9])),
        "dimension": float(np.median(local)),
    }


if __name__ == "__main__":
    for kind, found in compare(Path(sys.argv[1])).items():
        print(kind, {key: round(value, 3) for key, value in found.items()})
