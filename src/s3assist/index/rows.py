"""What the rows of the catalog hold, and how documents become rows and rows documents."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import blake2b, sha256

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
    files: tuple[StoredFile, ...] = ()
    """Every file that belongs to it, as it was when the generation became current."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file below the index folder that must never change."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One text that a document has or had."""

    id: int
    document: int
    """The same for all versions of a document, wherever it was moved."""
    number: int
    """Counted from 1, the oldest; a number is never given again."""
    path: str
    sha256: str
    text_sha256: str
    since: str
    """UTC, ISO 8601: when this text became the document's."""
    live: bool
    """Whether it is what questions are answered from."""


def read_version(row: tuple[int, int, int, str, str, str, str, int]) -> VersionInfo:
    identity, document, number, path, file_sha256, text_sha256, since, live = row
    return VersionInfo(
        identity, document, number, path, file_sha256, text_sha256, since, bool(live)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a run changed about one document."""

    path: str
    outcome: str
    """``added``, ``changed``, ``moved``, ``removed`` or ``failed``."""
    at: str = ""
    """UTC, ISO 8601."""
    generation: int = 0
    moved_from: str = ""
    sha256: str = ""
    """Of the file as it then was; empty once it is gone."""
    before: str = ""
    """sha256 of the file as it was before; empty when it was not there."""
    reason: str = ""
    """Why it could not be read any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a generation answers from for one document, and what it followed."""

    version: int
    follows: int | None = None
    """The version that was live before for the same document, under this path or another."""


@dataclass(frozen=True, slots=True)
class StoredFingerprint:
    """What a file hashed to when it had this stamp."""

    path: str
    stamp: str
    recipe: str
    sha256: str
    settings: str


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


PassageRow = tuple[int, int, int, int, str, str, bytes, bytes]


def read_passage(row: PassageRow) -> StoredPassage:
    """The passage of a row.

    Raises:
        ValueError: the row is not as it was written.
    """
    identity, version, start, end, sentences, section, embedded, seal = row
    if seal != seal_passage(version, start, end, sentences, section, embedded):
        raise ValueError(f"passage {identity} has changed")
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


def seal_passage(
    version: int, start: int, end: int, sentences: str, section: str, embedded: bytes
) -> bytes:
    """A hash that tells a damaged row: SQLite itself does not notice a changed byte in one."""
    columns = f"{version}\0{start}\0{end}\0{sentences}\0{section}\0".encode(
        "utf-8", "surrogatepass"
    )
    return blake2b(columns + embedded, digest_size=8).digest()


def seal_version(*columns: str) -> bytes:
    """The same for path, sha256, text_sha256, format, metadata and maps of a version."""
    return sha256("\0".join(columns).encode("utf-8", "surrogatepass")).digest()


VersionRow = tuple[str, str, str, str, str, str, str, bytes]


def read_document(row: VersionRow) -> Document:
    """The document of a row.

    Raises:
        ValueError: the row is not as it was written.
    """
    path, file_sha256, text_sha256, form, metadata, maps, text, seal = row
    if seal != seal_version(path, file_sha256, text_sha256, form, metadata, maps):
        raise ValueError(f"the row of {path} has changed")
    document = make_document(path, form, file_sha256, metadata, text, maps)
    if document.text_sha256 != text_sha256:
        raise ValueError(f"the text of {path} has changed")
    return document


def make_document(
    path: str, form: str, file_sha256: str, metadata: str, text: str, maps: str
) -> Document:
    """A document from the forms in which `write_metadata` and `write_maps` put its parts.

    Raises:
        KeyError, TypeError, ValueError: they are not in these forms.
    """
    found = json.loads(maps)
    return Document(
        path=path,
        format=form,
        sha256=file_sha256,
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
