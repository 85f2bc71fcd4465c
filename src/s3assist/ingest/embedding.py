"""Embed the passages of versions batch by batch, each text once, and save each batch at once."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Set
from itertools import islice

from s3assist.documents import Document
from s3assist.encode import EncoderOnDemand
from s3assist.index.ledger import Ledger
from s3assist.index.rows import NewPassage
from s3assist.ingest.passages import embedding_text

EMBED_BATCH = 256
"""Passages that are embedded and saved together: what a killed run loses at most."""


class Embedding:
    """What is left to embed; call `batch` until nothing is."""

    def __init__(self, ledger: Ledger, encoder: EncoderOnDemand, *, fresh: bool = False) -> None:
        """
        Args:
            ledger: holds the versions, and gets the embeddings.
            encoder: opened when there is something to embed.
            fresh: embed also what has an embedding.
        """
        self.done = 0
        """Texts that were embedded."""
        self._ledger, self._encoder, self._fresh = ledger, encoder, fresh
        self._offered: deque[tuple[bytes, str]] = deque()
        self._versions: deque[int] = deque()
        self._missing: set[bytes] = set()
        self._known: set[bytes] = set()
        """Texts that are or were missing: none is embedded twice in a run."""
        self._texts = self._read_texts()

    @property
    def has_batch(self) -> bool:
        """Whether enough is waiting to fill a batch."""
        return self.waiting >= EMBED_BATCH

    @property
    def waiting(self) -> int:
        """Texts that no batch has had yet."""
        return len(self._missing)

    def offer(self, document: Document, passages: Iterable[NewPassage]) -> None:
        """Have these passages embedded, as far as they are not; the ledger need not have them."""
        texts = {new.embedded: new.passage for new in passages}
        lacking = self._lacking(texts.keys())
        # In their order: that of a set of hashes is another in each run, and so would batches be.
        for key, passage in texts.items():
            if key in lacking:
                self._offered.append((key, embedding_text(document, passage)))

    def expect(self, versions: Iterable[int]) -> None:
        """Have these versions embedded, as far as they are not."""
        for version in versions:
            hashes = {passage.embedded for passage in self._ledger.live_passages([version])}
            if self._lacking(hashes):
                self._versions.append(version)

    def _lacking(self, hashes: Set[bytes]) -> set[bytes]:
        """Those that have no embedding and are not waiting for one; from now on they are."""
        lacking = set(hashes - self._known)
        if not self._fresh:
            lacking = self._ledger.missing_embeddings(lacking, self._encoder.identity)
        self._known |= lacking
        self._missing |= lacking
        return lacking

    def batch(self) -> bool:
        """Embed and save the next texts; says whether there were any."""
        if not self.waiting:
            return False
        texts = list(islice(self._texts, EMBED_BATCH))
        if not texts:  # a generator that has ended stays so
            self._texts = self._read_texts()
            texts = list(islice(self._texts, EMBED_BATCH))
        vectors = self._encoder.open().encode_passages([text for _, text in texts])
        keys = [key for key, _ in texts]
        self._ledger.add_embeddings(keys, vectors, self._encoder.identity)
        self.done += len(keys)
        return True

    def _read_texts(self) -> Iterator[tuple[bytes, str]]:
        """(hash, text to embed) of what is missing."""
        while self._offered or self._versions:
            if self._offered:
                key, text = self._offered.popleft()
                self._missing.discard(key)
                yield key, text
                continue
            version = self._versions.popleft()
            document = self._ledger.document(version)
            for stored in self._ledger.live_passages([version]):
                key = stored.embedded
                if key in self._missing:
                    self._missing.discard(key)
                    yield key, embedding_text(document, stored.passage)


def text_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
