"""What the file says about itself: information dictionary, XMP, catalog, page labels."""

from __future__ import annotations

import re
from datetime import date

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from s3assist.documents import Metadata
from s3assist.ingest.loaders.pdf.lines import clean

_NOT_A_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|document\d*|slide \d+|presentation\d*"
    r"|title|no title|\(?(?:anonymous|unspecified)\)?"
    r"|.*\.(?:docx?|pptx?|xlsx?|indd|pdf|odt|rtf|tex|dvi|ps|qxp|pub|html?))$",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_LANGUAGE = re.compile(r"^([a-zA-Z]{2})(?:[-_].*)?$")
_MAX_TREE_DEPTH = 20
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def read_metadata(reader: PdfReader) -> Metadata:
    """Never raises: an unreadable dictionary is one that says nothing."""
    return Metadata(
        title=_title(reader),
        author=_author(reader),
        date=_date(reader),
        language=_language(reader),
    )


def _info(reader: PdfReader, key: str) -> str:
    try:
        information = reader.metadata
        value = information.get(key) if information is not None else None
        value = value.get_object() if value is not None else None
    except Exception:  # noqa: BLE001 - pypdf raises what it meets in a damaged dictionary
        return ""
    return clean(value) if isinstance(value, str) else ""


def _title(reader: PdfReader) -> str:
    for title in (_info(reader, "/Title"), _xmp_title(reader)):
        if title and not _NOT_A_TITLE.match(title) and _LETTERS.search(title):
            return title
    return ""


def _xmp_title(reader: PdfReader) -> str:
    try:
        xmp = reader.xmp_metadata
        titles = xmp.dc_title if xmp is not None else None
    except Exception:  # noqa: BLE001 - as above
        return ""
    values = list(titles.values()) if isinstance(titles, dict) else []
    return clean(values[0]) if values and isinstance(values[0], str) else ""


def _author(reader: PdfReader) -> str:
    author = _info(reader, "/Author")
    return author if _LETTERS.search(author) and author.casefold() not in _NOBODY else ""


_NOBODY = frozenset({"user", "admin", "administrator", "unknown", "anonymous", "(anonymous)"})


def _date(reader: PdfReader) -> str:
    """ISO date of creation, as exact as the file has it."""
    match = _DATE.match(_info(reader, "/CreationDate"))
    if not match:
        return ""
    parts = [part for part in match.groups() if part]
    try:
        date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    except ValueError:
        return ""
    return "-".join(parts)


def _language(reader: PdfReader) -> str:
    try:
        value = reader.root_object.get("/Lang")
        value = value.get_object() if value is not None else ""
    except Exception:  # noqa: BLE001 - as above
        return ""
    match = _LANGUAGE.match(str(value).strip())
    return match[1].lower() if match else ""


def outline_titles(reader: PdfReader) -> dict[str, int]:
    """Titles of the bookmarks with their depth from 1; empty where there are none."""
    found: dict[str, int] = {}

    def walk(items: object, depth: int) -> None:
        for item in items if isinstance(items, list) else []:
            if isinstance(item, list):
                walk(item, depth + 1)
            else:
                title = clean(str(getattr(item, "title", "") or ""))
                if title:
                    found.setdefault(title, depth)

    try:
        walk(reader.outline, 1)
    except Exception:  # noqa: BLE001 - as above; bookmarks are only a help
        return {}
    return found


def page_labels(reader: PdfReader) -> tuple[str, ...]:
    """Printed labels; plain numbers where the file's own cannot be read."""
    try:
        _flatten_labels(reader.root_object)
        labels = [clean(label) for label in reader.page_labels]
    except Exception:  # noqa: BLE001 - as above
        labels = []
    if len(labels) != len(reader.pages):
        return tuple(str(index) for index in range(1, len(reader.pages) + 1))
    return tuple(label or str(index) for index, label in enumerate(labels, 1))


def _flatten_labels(root: DictionaryObject) -> None:
    """Put the ranges of all leaves into one list: pypdf ends a range where its leaf ends, but it
    runs on until the next one begins.
    """
    tree = root.get("/PageLabels")
    tree = tree.get_object() if tree is not None else None
    if not isinstance(tree, DictionaryObject) or "/Kids" not in tree:
        return
    ranges: dict[int, DictionaryObject] = {}

    def walk(node: DictionaryObject, depth: int) -> None:
        if depth > _MAX_TREE_DEPTH:
            raise ValueError("page labels too deep")
        pairs = list(node.get("/Nums", ()))
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            ranges.setdefault(int(key.get_object()), value.get_object())
        for kid in node.get("/Kids", ()):
            walk(kid.get_object(), depth + 1)

    walk(tree, 0)
    # Pages before the first range are counted.
    ranges.setdefault(0, DictionaryObject({NameObject("/S"): NameObject("/D")}))
    flat = ArrayObject()
    for key in sorted(ranges):
        flat.extend((NumberObject(key), ranges[key]))
    root[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): flat})
