"""CSL-JSON, which Zotero, Mendeley and Pandoc read: one item for each document that is quoted."""

from __future__ import annotations

import json
import re
from typing import Any

from s3assist.documents import Document, Quote
from s3assist.errors import ExportError
from s3assist.export.citation import citation, is_doubtful, title_of, worth
from s3assist.export.report import Report
from s3assist.ingest.identifiers import own_identifiers
from s3assist.printable import on_one_line, printable

TYPES = {
    "editorial": "article",
    "article": "article",
    "news": "post",
    "blog": "post-weblog",
    "regulation": "legislation",
    "directive": "legislation",
    "decision": "legislation",
    "act": "legislation",
    "briefing": "report",
    "report": "report",
    "study": "report",
    "strategy": "report",
    "communication": "report",
}
"""CSL types of the maintainer's words for what a document is; `document` for all others."""


def csl_json(report: Report) -> str:
    """The items as a JSON array, in the order in which their documents are first quoted.

    Raises:
        ExportError: nothing is quoted; what came nearest is no source.
    """
    quoted: dict[str, list[Quote]] = {}
    for quote in report.quotes:
        for place in (quote, *quote.also):
            quoted.setdefault(place.receipt.sha256, []).append(place)
    if not quoted:
        raise ExportError(
            "No document is quoted, so there is none to cite",
            hint="Export to another format: it says what was asked and not found.",
        )
    items = [item(quotes) for quotes in quoted.values()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def item(quotes: list[Quote]) -> dict[str, Any]:
    """One document with all that is quoted from it."""
    document = quotes[0].document
    about = document.metadata
    authors = [name.strip() for name in on_one_line(about.author).split(";") if name.strip()]
    fields = {
        "id": f"s3assist-{document.sha256[:12]}",
        "type": TYPES.get(about.kind.casefold(), "document"),
        "title": on_one_line(title_of(document)),
        "author": [{"literal": name} for name in authors],
        "publisher": on_one_line(about.publisher),
        "issued": issued(about.date),
        "number": "; ".join(map(on_one_line, own_identifiers(document))),
        "language": on_one_line(about.language),
        "URL": address(document),
        "archive_location": on_one_line(document.path),
        "note": "\n\n".join(map(note, quotes)),
    }
    return {key: value for key, value in fields.items() if value}


def note(quote: Quote) -> str:
    """A quote with its place and receipt, as long as the item may be away from its document."""
    standing = f" ({worth(quote)})" if is_doubtful(quote) else ""
    return f"“{printable(quote.text)}”\n{citation(quote)}\n{quote.receipt}{standing}"


def issued(date: str) -> dict[str, Any] | None:
    """The date, as exact as it is known."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", date):
        return {"literal": on_one_line(date)} if date else None
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def address(document: Document) -> str:
    url = on_one_line(document.metadata.url)
    return url if url.startswith(("https://", "http://")) else ""
