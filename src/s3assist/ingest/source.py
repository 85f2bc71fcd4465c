"""The files of a corpus folder, and one of them as a document."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from s3assist.documents import Document, Extract, Metadata
from s3assist.errors import ConfigError, LoadError, UnsettledError, VanishedError
from s3assist.ingest.bylines import is_dateline
from s3assist.ingest.canonical import assemble
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import FORMATS, load
from s3assist.ingest.loaders.recognition import is_installed
from s3assist.ingest.metadata import describe
from s3assist.ingest.sentences import split

GLOSSARY = "glossary.tsv"
NOT_DOCUMENTS = {GLOSSARY, "README.md"}
"""Files of the corpus folder itself that are about the corpus."""
SIDECAR = ".meta.toml"
LOADING = "8"
"""Raised when loaders, canonical text or sentences change, so that documents are read again."""

SETTLED = 2.0
"""Seconds: file systems keep times no coarser than this (FAT)."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Tells whether a source changed: hashes of the file and of all that shapes its document."""

    sha256: str
    settings: str


class Source(Protocol):
    """Something that can become a document."""

    @property
    def path(self) -> str: ...

    def stamp(self) -> str:
        """Equal to an earlier stamp if nothing was written since; empty where nobody can tell."""
        ...

    def fingerprint(self, recipe: str) -> Fingerprint: ...

    def read(self, sha256: str) -> Document: ...


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that should become a document."""

    corpus: Path
    path: str
    """Below the corpus folder, with forward slashes."""
    ocr: bool = True
    """Whether pictures of pages may be recognised, where the extra is installed."""

    @property
    def file(self) -> Path:
        return self.corpus / self.path

    @property
    def sidecars(self) -> list[Path]:
        """The files beside it that hold its metadata."""
        names = (self.file.stem + SIDECAR, self.file.name + SIDECAR)
        beside = [self.file.with_name(name) for name in names]
        # `Path.exists` raises where the name is too long, or a link leads to itself.
        return [file for file in beside if os.path.exists(file)]  # noqa: PTH110

    @property
    def kind(self) -> str:
        """What it is read as: the same bytes give another document under another suffix."""
        suffix = self.file.suffix.lower()
        kind = FORMATS.get(suffix, suffix)
        # Pages that were left out are read again once they can be recognised.
        return f"{kind} ocr" if kind == "pdf" and self.ocr and is_installed() else kind

    @property
    def size(self) -> int:
        """In bytes; 0 if it can't be told."""
        try:
            return self.file.stat().st_size
        except OSError:
            return 0

    def stamp(self) -> str:
        """Kind, size, times and number of the file, and what the file system has of its sidecars.

        Empty while the file is so new that another write could leave the same times.
        """
        try:
            found = [self.file.stat(), *(sidecar.stat() for sidecar in self.sidecars)]
        except OSError:
            return ""
        if any(time.time() - max(stat.st_mtime, stat.st_ctime) < SETTLED for stat in found):
            return ""
        marks = (
            f"{s.st_dev}:{s.st_ino}:{s.st_size}:{s.st_mtime_ns}:{s.st_ctime_ns}" for s in found
        )
        return " ".join((LOADING, self.kind, *marks))

    def fingerprint(self, recipe: str) -> Fingerprint:
        """Hash the file and its sidecars; `recipe` stands for the settings that shape passages.

        Raises:
            VanishedError: the file is gone.
            UnsettledError: it can't be opened.
            LoadError: it is no file of the corpus.
        """
        try:
            self.check(self.file)
            with self.file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            beside = b""
            for sidecar in self.sidecars:
                with suppress(FileNotFoundError):  # it went away meanwhile, the file did not
                    self.check(sidecar)
                    beside += sidecar.read_bytes()
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not self.file.is_symlink():
                raise VanishedError("it went away while it was read") from error
            raise UnsettledError(
                f"{error.strerror or error}", hint="Check the file and its permissions."
            ) from error
        shape = f"{LOADING} {self.kind}\n{recipe}\n".encode()
        return Fingerprint(digest, hashlib.sha256(shape + beside).hexdigest())

    def check(self, file: Path) -> None:
        """Refuse what is no plain file of the corpus: reading a pipe, for one, never ends."""
        # `Path.resolve` raises an error of its own where a link leads to itself.
        if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(self.corpus)):
            raise LoadError(
                "the link leads out of the corpus folder", hint="Copy the file into the corpus."
            )
        if not file.is_file():
            file.stat()  # raises what is wrong with one that is not there
            raise LoadError(f"{file.name} is no file but a folder, pipe or device")

    def read(self, sha256: str, limits: Limits = Limits()) -> Document:
        """Load, clean and map the file, here and now; `parsing` does it in another process.

        Raises:
            LoadError: it can't be read, or nothing in it can be quoted.
        """
        extract = load(self.file, limits)
        text = "\n".join(block.text for block in extract.blocks)
        metadata = describe(self.file, self.path, extract, text)
        format_ = FORMATS[self.file.suffix.lower()]
        return document_from(extract, self.path, format_, sha256, metadata)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something in the corpus folder that can't become a document, whatever it holds."""

    path: str
    """In characters that can be stored and printed."""
    reason: str
    hint: str

    @property
    def error(self) -> LoadError:
        return LoadError(self.reason, hint=self.hint)

    def stamp(self) -> str:
        return ""

    def fingerprint(self, recipe: str) -> Fingerprint:
        raise self.error

    def read(self, sha256: str) -> Document:
        raise self.error


@dataclass(frozen=True, slots=True)
class UnlistedFolder(Unusable):
    """A folder that can't be looked into; its path ends with a slash.

    What was indexed of it may still be there, so it is not to be taken for removed.
    """


def find_sources(corpus: Path, index: Path | None = None, *, ocr: bool = True) -> Iterator[Source]:
    """All files below `corpus` that are not hidden, sidecars or about the corpus, by path.

    Among them stand, as `Unusable`, those whose names can't be stored, folders that can't be listed
    or are links, and sidecars that nobody reads.

    Args:
        corpus: folder with the documents.
        index: folder of the index; no document is looked for in it.
        ocr: whether pictures of pages may be recognised.

    Raises:
        ConfigError: there is no such folder, or it can't be listed.
    """
    if not corpus.is_dir():
        raise ConfigError(
            f"There is no corpus folder {corpus}", hint="Name one with `--corpus DIR`."
        )
    found: list[Source] = []
    passed_over = None if index is None else place_below(corpus, index)

    def unlisted(error: OSError) -> None:
        path = Path(error.filename).relative_to(corpus).as_posix()
        reason = f"can't be listed: {error.strerror or error}"
        if path == ".":
            raise ConfigError(
                f"The corpus folder {corpus} {reason}", hint="Check its permissions."
            ) from error
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            return  # it went away after its name was read, and its documents with it
        hint = "Check its permissions; what was indexed of it stays until then."
        found.append(UnlistedFolder(f"{storable(path)}/", f"the folder {reason}", hint))

    for folder, folders, names in os.walk(corpus, onerror=unlisted):
        below = Path(folder).relative_to(corpus)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and below / name != passed_over
        )
        found += linked_folders(corpus, [below / name for name in folders], index)
        found += sources_in(corpus, below, names, ocr=ocr)
    yield from sorted(found, key=lambda source: source.path)


def linked_folders(corpus: Path, folders: Iterable[Path], index: Path | None) -> Iterator[Unusable]:
    """Those folders that are links; one that leads to the index is passed over as that is."""
    for folder in folders:
        link = corpus / folder
        if link.is_symlink() and (
            index is None or os.path.realpath(link) != os.path.realpath(index)
        ):
            yield Unusable(
                f"{storable(folder.as_posix())}/",
                "a link to a folder is not followed",
                "Copy the folder into the corpus, or remove the link.",
            )


def sources_in(corpus: Path, below: Path, names: Iterable[str], *, ocr: bool) -> Iterator[Source]:
    """What the files of these names in one folder are, or why they are nothing."""
    visible = [name for name in names if not name.startswith((".", "~$"))]
    sidecars = {name for name in visible if name.endswith(SIDECAR)}
    documents = [
        name
        for name in visible
        if name not in sidecars and (below / name).as_posix() not in NOT_DOCUMENTS
    ]
    for name in documents:
        yield source_at(corpus, (below / name).as_posix(), ocr=ocr)
    for name, reason, hint in unread_sidecars(sidecars, documents):
        yield Unusable(storable((below / name).as_posix()), reason, hint)


def unread_sidecars(
    sidecars: Collection[str], documents: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Those of one folder that say nothing of any document, each with the reason and a hint."""
    called: dict[str, list[str]] = {}
    for document in documents:
        for about in {document, Path(document).stem}:
            called.setdefault(about, []).append(document)
    for name in sorted(sidecars):
        about = name.removesuffix(SIDECAR)
        owners = called.get(about, [])
        if not owners:
            yield (
                name,
                f"a sidecar without a document: nothing beside it is called {about}",
                "Name it after its document (report.meta.toml for report.pdf) or remove it.",
            )
        elif about not in owners and all(other + SIDECAR in sidecars for other in owners):
            yield (
                name,
                f"a second sidecar of {owners[0]}: {owners[0]}{SIDECAR} is read instead",
                "Put all into one of them and remove the other.",
            )


def place_below(corpus: Path, folder: Path) -> Path | None:
    """The path of a folder below the corpus folder; None if it lies elsewhere, or is the same."""
    real, top = Path(os.path.realpath(folder)), Path(os.path.realpath(corpus))
    return real.relative_to(top) if top in real.parents else None


def source_at(corpus: Path, path: str, *, ocr: bool = True) -> Source:
    """The file at `path`, unless no index could hold its name."""
    name = storable(path)
    if name != path:
        return Unusable(name, "its name, or that of its folder, is not UTF-8", "Rename it.")
    return SourceFile(corpus, path, ocr)


def storable(path: str) -> str:
    """The path, with escapes for bytes that are no characters: ``caf\\xe9.txt``."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def document_from(
    extract: Extract, path: str, format_: str, sha256: str, metadata: Metadata
) -> Document:
    """The canonical document of an extract, its sentences split by its language.

    Raises:
        LoadError: nothing in it can be quoted.
    """

    def sentences(text: str) -> list[tuple[int, int]]:
        return [] if is_dateline(text, metadata) else split(text, metadata.language)

    document = assemble(
        extract,
        path=path,
        format=format_,
        sha256=sha256,
        metadata=metadata,
        split=sentences,
    )
    if not any(paragraph.sentences for paragraph in document.paragraphs):
        raise LoadError("there is no text in it that could be quoted")
    return document
