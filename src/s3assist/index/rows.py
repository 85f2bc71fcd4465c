"""What the rows of the catalog hold, and how documents become rows and rows documents."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from s3assist.documents import (
    BlockKind,
    Document,
    Metadata,
    Page,
    Paragraph,
    Passage,
    Section,
    Span,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One complete state of the index."""

    id: int
    created: str
    encoder: str
    dimension: int
    documents: int
    passages: int
    glossary: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as a row: where it belongs and what was embedded for it."""

    id: int
    version: int
    passage: Passage
    embedded: bytes


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage that has no row yet."""

    passage: Passage
    embedded: bytes


def read_metadata(data: str) -> Metadata:
    fields = json.loads(data)
    return Metadata(**{**fields, "identifiers": tuple(fields["identifiers"])})


def read_passage(row: tuple[int, int, int, int, str, str, bytes]) -> StoredPassage:
    identity, version, start, end, sentences, section, embedded = row
    spans = tuple(Span(a, b) for a, b in json.loads(sentences))
    passage = Passage(start, end, spans, tuple(json.loads(section)))
    return StoredPassage(identity, version, passage, embedded)


def write_maps(document: Document) -> str:
    maps = {
        "paragraphs": [
            [p.start, p.end, p.kind, [(s.start, s.end) for s in p.sentences]]
            for p in document.paragraphs
        ],
        "pages": [[p.start, p.index, p.label, p.doubt, p.ocr] for p in document.pages],
        "sections": [[s.start, s.end, s.level, s.title] for s in document.sections],
        "warnings": list(document.warnings),
    }
    return json.dumps(maps, ensure_ascii=False, separators=(",", ":"))


def read_document(
    path: str, form: str, sha256: str, metadata: str, text: str, maps: str
) -> Document:
    found = json.loads(maps)
    return Document(
        path=path,
        format=form,
        sha256=sha256,
        metadata=read_metadata(metadata),
        text=text,
        paragraphs=tuple(
            Paragraph(a, b, BlockKind(kind), tuple(Span(x, y) for x, y in sentences))
            for a, b, kind, sentences in found["paragraphs"]
        ),
        pages=tuple(Page(*page) for page in found["pages"]),
        sections=tuple(Section(*section) for section in found["sections"]),
        warnings=tuple(found["warnings"]),
    )


def write_metadata(metadata: Metadata) -> str:
    return json.dumps(asdict(metadata), ensure_ascii=False)
