"""Which document, version or page a name means that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from s3assist.answer.retrieve import all_named
from s3assist.documents import Document, Span
from s3assist.errors import NotInCorpusError
from s3assist.index.reader import LiveDocument, OpenGeneration
from s3assist.index.rows import VersionInfo

Named = TypeVar("Named")

LEAST_DIGITS = 6
"""Of a sha256 that name a version."""


def named(generation: OpenGeneration, name: str) -> list[LiveDocument]:
    """The live document with this path, or else all whose path or title holds `name`."""
    return all_named(generation.library, name)


def the_one(name: str, found: Sequence[Named], paths: Sequence[str]) -> Named:
    """The only one of the documents that were found under a name.

    Raises:
        NotInCorpusError: none, or several.
    """
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotInCorpusError(
            f"No document of the index is named {name}",
            hint="`s3assist status --documents` lists them.",
        )
    names = ", ".join(paths[:6])
    raise NotInCorpusError(
        f"{len(found)} documents are named {name}: {names}", hint="Give more of the path."
    )


def version_named(versions: Sequence[VersionInfo], name: str) -> VersionInfo:
    """The version with this number, or whose file's sha256 begins so.

    Raises:
        NotInCorpusError: none is kept, or several.
    """
    wanted = name.strip().lower().removeprefix("sha256:")
    numbered = [version for version in versions if str(version.number) == wanted]
    found = numbered or [
        version
        for version in versions
        if len(wanted) >= LEAST_DIGITS and version.sha256.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    kept = ", ".join(f"{version.number} (sha256:{version.sha256[:12]})" for version in versions)
    raise NotInCorpusError(
        f"No version {name} of {versions[-1].path} is kept", hint=f"There are: {kept}."
    )


def page_span(document: Document, name: str) -> Span:
    """The characters of one page: by its printed label, else by its position (``14``, ``PDF 14``).

    Raises:
        NotInCorpusError: no such page, or several that print this label.
    """
    wanted = name.strip().casefold().removeprefix("p.").strip()
    found = [page for page in document.pages if page.label.casefold() == wanted]
    if not found:
        position = wanted.removeprefix("pdf").strip()
        found = [page for page in document.pages if str(page.index) == position]
    if len(found) == 1:
        after = [page.start for page in document.pages if page.index > found[0].index]
        return Span(found[0].start, min(after, default=len(document.text)))
    if found:
        raise NotInCorpusError(
            f"{len(found)} pages of {document.path} are labelled {name}",
            hint=f'Name one by its position, e.g. `--page "PDF {found[0].index}"`.',
        )
    last = document.pages[-1] if document.pages else None
    has = f"has {last.index} pages, the last labelled {last.label}" if last else "has no pages"
    raise NotInCorpusError(
        f"There is no page {name}: {document.path} {has}",
        hint="Leave `--page` out to see the whole text.",
    )
