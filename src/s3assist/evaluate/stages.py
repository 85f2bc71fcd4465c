"""Say where a gold answer was lost: extraction, passages, retrieval, choice or abstention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from s3assist.documents import Document, Hit
from s3assist.evaluate.gold import GoldQuestion, Place
from s3assist.evaluate.matching import letters, matches_any
from s3assist.evaluate.outcomes import Asked, Failure, Stage
from s3assist.index.reader import OpenGeneration


@dataclass(slots=True)
class Diagnosis:
    """Looks into one index; what it reads of a document is kept."""

    generation: OpenGeneration
    _pages: dict[tuple[str, int], str] = field(default_factory=dict)
    _passages: dict[str, list[str]] = field(default_factory=dict)

    def failure(
        self, part: str, question: GoldQuestion, asked: Asked, hits: Sequence[Hit], *, alone: bool
    ) -> Failure | None:
        """Why `asked` is not the right answer; None if it is.

        Args:
            part: the part of the set it belongs to.
            question: with the places that answer it.
            asked: what the product answered.
            hits: the passages whose sentences were read.
            alone: whether the stand-alone form was answered rightly where this one was not.
        """
        if not asked.judged or (asked.right_first and asked.answered):
            return None
        return Failure(
            identity=asked.identity,
            part=part,
            question=asked.question,
            stage=self.stage(question, asked, hits, alone),
            right_at=asked.right_at,
            where=", ".join(f"{place.document} p. {place.page}" for place in question.places[:1]),
        )

    def stage(
        self, question: GoldQuestion, asked: Asked, hits: Sequence[Hit], alone: bool
    ) -> Stage:
        if asked.right_first:
            return Stage.ABSTENTION
        if asked.right_at is None and not self.is_read(question, hits):
            if not any(self.is_extracted(place) for place in question.places):
                return Stage.EXTRACTION
            if not any(self.is_whole(place) for place in question.places):
                return Stage.PASSAGES
            return Stage.CONVERSATION if alone else Stage.RETRIEVAL
        return Stage.CONVERSATION if alone else Stage.CHOICE

    def is_read(self, question: GoldQuestion, hits: Sequence[Hit]) -> bool:
        return any(matches_any(hit.text, question.quotes) for hit in hits)

    def is_extracted(self, place: Place) -> bool:
        """Whether the canonical text of the page holds the quote."""
        key = letters(place.quote)
        return bool(key) and key in self.page(place.document, place.page)

    def is_whole(self, place: Place) -> bool:
        """Whether a single passage of the document holds the quote, or is most of it."""
        return any(matches_any(text, (place.quote,)) for text in self.passages(place.document))

    def page(self, name: str, page: int) -> str:
        """The letters of a page, or of the whole document where it has none; empty if unknown."""
        if (name, page) not in self._pages:
            document = self.document(name)
            self._pages[name, page] = letters(page_text(document, page)) if document else ""
        return self._pages[name, page]

    def passages(self, name: str) -> list[str]:
        if name not in self._passages:
            version, document = self.version(name), self.document(name)
            self._passages[name] = [
                document.text[stored.passage.start : stored.passage.end]
                for stored in self.generation.catalog.live_passages([version])
                if document is not None
            ]
        return self._passages[name]

    def document(self, name: str) -> Document | None:
        version = self.version(name)
        return self.generation.document(version) if version >= 0 else None

    def version(self, name: str) -> int:
        path = find_path(name, [live.path for live in self.generation.library])
        return next((live.version for live in self.generation.library if live.path == path), -1)


def page_text(document: Document, page: int) -> str:
    """What stands on one page."""
    for number, one in enumerate(document.pages):
        if one.index == page:
            following = document.pages[number + 1 :]
            return document.text[one.start : following[0].start if following else None]
    return document.text if not document.pages else ""


def find_path(name: str, paths: Sequence[str]) -> str:
    """The path of a document that a gold question names, by whole path or by file name."""
    if name in paths:
        return name
    return next((path for path in paths if path.rpartition("/")[2] == name), name)
