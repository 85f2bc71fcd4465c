"""What is known about a document, from the most to the least trustworthy source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from s3assist.documents import BlockKind, Extract, Metadata
from s3assist.ingest.bylines import Bylines, find_bylines
from s3assist.ingest.cleaning import clean
from s3assist.ingest.identifiers import find_identifiers
from s3assist.ingest.languages import detect_language
from s3assist.ingest.matter import read_sidecar

_OFFICE_SUFFIXES = {".pdf", ".docx"}
_FILE_DATE = re.compile(
    r"(?:^|[\s_])(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=[\s_-]|$)"
)


def describe(path: Path, source: str, extract: Extract, text: str) -> Metadata:
    """Metadata of the file at `path`, whose name below the corpus folder is `source`.

    Order: the sidecar; what the file declares; the first lines of its text; its name and place.
    For PDF and Word the first lines come before the declared properties: those name the typist
    and the day on which the file was made. `text` is the canonical text.

    Raises:
        LoadError: the sidecar is malformed.
    """
    sidecar = read_sidecar(path) or Metadata()
    declared = extract.metadata
    language = sidecar.language or declared.language or detect_language(text)
    printed = find_bylines(_first_lines(extract), language)
    byline = Metadata(
        author=printed.author,
        submitted_by=printed.submitted_by,
        publisher=printed.publisher,
        date=_date_for(printed, declared),
    )
    office = path.suffix.lower() in _OFFICE_SUFFIXES
    sources = [sidecar, byline, declared] if office else [sidecar, declared, byline]
    found = sources[0]
    for source_ in sources[1:]:
        found = _merged(found, source_)
    return replace(
        found,
        title=found.title or _first_heading(extract) or clean(_readable(path.stem)),
        language=language,
        kind=found.kind or _folder_kind(source),
        identifiers=tuple(dict.fromkeys((*found.identifiers, *find_identifiers(text)))),
    )


def renamed(found: Metadata, old: str, new: str) -> Metadata | None:
    """What `describe` said of the file `old`, for the same file as `new`.

    None where that may have come from the old name or place: then the file must be asked again.
    """
    stem = PurePosixPath(old).stem
    from_name = stem != PurePosixPath(new).stem and found.title == clean(_readable(stem))
    from_place = _folder_kind(old) != _folder_kind(new) and found.kind == _folder_kind(old)
    return None if from_name or from_place else found


def _date_for(printed: Bylines, declared: Metadata) -> str:
    """The printed date, but not a vaguer form of the declared one (``2020`` beside a full date)."""
    return "" if declared.date.startswith(printed.date) else printed.date


def _merged(first: Metadata, second: Metadata) -> Metadata:
    """`first`, with `second` where it says nothing."""
    return Metadata(
        title=first.title or second.title,
        author=first.author or second.author,
        submitted_by=first.submitted_by or second.submitted_by,
        publisher=first.publisher or second.publisher,
        date=first.date or second.date,
        language=first.language or second.language,
        url=first.url or second.url,
        kind=first.kind or second.kind,
        identifiers=first.identifiers or second.identifiers,
    )


def _first_lines(extract: Extract) -> Iterator[str]:
    return (block.text for block in extract.blocks)


def _first_heading(extract: Extract) -> str:
    return next((b.text for b in extract.blocks if b.kind is BlockKind.HEADING), "")


def _readable(stem: str) -> str:
    """``2020-02-14-delivering_smart-growth`` as ``Delivering smart growth``."""
    words = _FILE_DATE.sub(" ", stem, count=1)
    words = " ".join(re.sub(r"[_-]+", " ", words).split()) or stem
    return words[:1].upper() + words[1:]


def _folder_kind(source: str) -> str:
    """The name of the first folder below the corpus, in the singular; none for a file beside it."""
    parts = PurePosixPath(source).parts
    return _singular(parts[0].lower().replace("_", " ")) if len(parts) > 1 else ""


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "news")):
        return word[:-1]
    return word
