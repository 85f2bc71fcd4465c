"""The JSON that commands print: every key in one place, described by `schema.json`.

Keys are added, never renamed: programs of other people read them.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from s3assist.documents import Answer, Document, Factor, Metadata, Page, Quote, Scope, Span

if TYPE_CHECKING:
    from s3assist.answer.compare import Comparison
    from s3assist.answer.expand import GlossaryEntry
    from s3assist.assistant import Status
    from s3assist.doctor import Check
    from s3assist.index.reader import LiveDocument
    from s3assist.index.rows import Change, VersionInfo
    from s3assist.ingest.report import SyncReport
    from s3assist.sessions import Session, SessionSummary
    from s3assist.verify import Checked

Form = dict[str, Any]

# JSON leaves these as they are, but a terminal that shows the output acts on them, and lone
# surrogates can't be written at all. Escaped, they are the same string to whoever parses it.
ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def dumps(form: Mapping[str, Any], *, indent: int | None = None) -> str:
    """JSON as UTF-8 text; on one line unless `indent` is given."""
    text = json.dumps(form, ensure_ascii=False, indent=indent)
    return ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def answer_form(answer: Answer, identity: str | int | None = None) -> Form:
    return {
        "id": identity,
        "question": answer.question,
        "understood_as": answer.understood_as,
        "scope": scope_form(answer.scope),
        "verdict": answer.verdict.value,
        "confidence": round(answer.confidence, 4),
        "bar": answer.bar,
        "factors": factors_form(answer.factors),
        "expanded": [{"term": e.term, "added": list(e.added)} for e in answer.expanded],
        "quotes": [quote_form(quote) for quote in answer.quotes],
        "by_period": [
            {"period": group.period, "stated": group.stated, "quotes": list(group.quotes)}
            for group in answer.by_period
        ],
        "nearest": [quote_form(quote) for quote in answer.nearest],
        "timings_ms": dict(answer.timings_ms),
    }


def scope_form(scope: Scope) -> Form:
    return {"documents": scope.documents, "of": scope.of, "only": scope.only}


def quote_form(quote: Quote) -> Form:
    factors = factors_form(quote.factors)
    return {
        **place_form(quote),
        "factors": factors,
        "also": [place_form(place) for place in quote.also],
    }


def factors_form(factors: Sequence[Factor]) -> list[Form]:
    return [
        {"name": f.name, "value": round(f.value, 4), "weight": round(f.weight, 4)} for f in factors
    ]


def place_form(quote: Quote) -> Form:
    """A quote without the other places that print the same."""
    receipt = quote.receipt
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "emphasis": [[span.start, span.end] for span in quote.emphasis],
        "score": round(quote.score, 4),
        "document": document_form(quote.document.path, quote.document.metadata),
        "first_row": quote.first_row,
        "entries_left": quote.entries_left,
        "section": list(receipt.section),
        "page": page_form(receipt.page),
        "doubt": quote.doubt,
        "paragraph": receipt.paragraph,
        "receipt": str(receipt),
        "standing": quote.standing.value,
    }


def document_form(path: str, about: Metadata) -> Form:
    return {
        "path": path,
        "title": about.title,
        "author": about.author,
        "date": about.date,
        "publisher": about.publisher,
        "language": about.language,
        "url": about.url,
        "identifiers": list(about.identifiers),
    }


def page_form(page: Page | None) -> Form | None:
    if page is None:
        return None
    return {"index": page.index, "label": page.label, "doubt": page.doubt, "ocr": page.ocr}


def find_form(phrase: str, places: Sequence[Quote], shown: Sequence[Quote]) -> Form:
    counts: dict[str, int] = {}
    for place in places:
        counts[place.document.path] = counts.get(place.document.path, 0) + 1
    return {
        "phrase": phrase,
        "total": len(places),
        "documents": [{"path": path, "count": count} for path, count in counts.items()],
        "quotes": [quote_form(quote) for quote in shown],
    }


def text_form(document: Document, shown: Span) -> Form:
    """A document, or the part of it that was asked for, with the maps of the whole."""
    ends = [page.start for page in document.pages[1:]] + [len(document.text)]
    return {
        "document": document_form(document.path, document.metadata),
        "format": document.format,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
        "start": shown.start,
        "end": shown.end,
        "text": document.text[shown.start : shown.end],
        "paragraphs": [
            {
                "number": number,
                "kind": paragraph.kind.value,
                "start": paragraph.start,
                "end": paragraph.end,
                "sentences": [[s.start, s.end] for s in paragraph.sentences],
            }
            for number, paragraph in enumerate(document.paragraphs, start=1)
            if paragraph.start < shown.end and shown.start < paragraph.end
        ],
        "pages": [
            {
                "index": page.index,
                "label": page.label,
                "start": page.start,
                "end": end,
                "doubt": page.doubt,
                "ocr": page.ocr,
            }
            for page, end in zip(document.pages, ends, strict=False)  # no pages, one end
        ],
        "sections": [
            {"title": s.title, "level": s.level, "start": s.start, "end": s.end}
            for s in document.sections
        ],
        "warnings": list(document.warnings),
    }


def status_form(status: Status) -> Form:
    generation = status.generation
    return {
        "generation": generation.id,
        "created": generation.created,
        "encoder": generation.encoder,
        "documents": generation.documents,
        "passages": generation.passages,
        "glossary": len(generation.glossary),
        "vectors": status.vectors,
        "library": [
            library_form(document, *status.sizes[document.version]) for document in status.library
        ],
        "problems": [{"path": path, "reason": reason} for path, reason in status.problems],
    }


def library_form(document: LiveDocument, pages: int, passages: int) -> Form:
    return {
        **document_form(document.path, document.metadata),
        "type": document.metadata.kind,
        "format": document.format,
        "sha256": document.sha256,
        "pages": pages,
        "passages": passages,
    }


def glossary_form(term: str, entries: Sequence[GlossaryEntry]) -> Form:
    return {
        "term": term,
        "entries": [
            {"acronym": e.acronym, "expansions": list(e.expansions), "note": e.note}
            for e in entries
        ],
    }


def report_form(report: SyncReport) -> Form:
    return {
        "generation": report.generation,
        "embedded": report.embedded,
        "dry_run": report.dry_run,
        "documents": [
            {
                "path": document.path,
                "outcome": document.outcome,
                "passages": document.passages,
                "moved_from": document.moved_from,
                "reason": document.reason,
                "warnings": list(document.warnings),
            }
            for document in report.documents
        ],
    }


def summaries_form(summaries: Sequence[SessionSummary]) -> Form:
    return {
        "sessions": [
            {
                "id": s.id,
                "title": s.title,
                "created": s.created,
                "updated": s.updated,
                "questions": s.questions,
                "basket": s.quotes,
                "problem": s.problem,
            }
            for s in summaries
        ]
    }


def session_form(session: Session) -> Form:
    filters = session.filters
    return {
        "id": session.id,
        "title": session.title,
        "created": session.created,
        "updated": session.updated,
        "filters": {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in dataclasses.fields(filters)
            for value in (getattr(filters, field.name),)
        },
        "turns": [answer_form(turn.answer) for turn in session.conversation.turns],
        "basket": [quote_form(quote) for quote in session.basket],
    }


def verify_form(file: str, checked: Sequence[Checked]) -> Form:
    from s3assist.verify import Finding, looked_up

    quotes = looked_up(checked)
    return {
        "file": file,
        "ok": bool(quotes) and all(c.finding is Finding.FOUND for c in quotes),
        "quotes": [
            {
                "words": c.words,
                "finding": c.finding.value,
                "detail": c.detail,
                "receipt": c.receipt,
                "places": [place_form(place) for place in c.places],
            }
            for c in checked
        ],
    }


def checks_form(checks: Sequence[Check]) -> Form:
    return {
        "ok": all(check.ok for check in checks),
        "checks": [
            {"name": c.name, "ok": c.ok, "detail": c.detail, "remedy": c.remedy} for c in checks
        ],
    }


def comparison_form(comparison: Comparison) -> Form:
    return {
        "old": version_form(comparison.old),
        "new": version_form(comparison.new),
        "unchanged": comparison.unchanged,
        "differences": [
            {
                "kind": difference.kind,
                "old": place_form(difference.old) if difference.old else None,
                "new": place_form(difference.new) if difference.new else None,
            }
            for difference in comparison.differences
        ],
    }


def version_form(document: Document) -> Form:
    return {
        "document": document_form(document.path, document.metadata),
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
    }


def versions_form(versions: Sequence[VersionInfo]) -> Form:
    return {
        "versions": [
            {
                "number": version.number,
                "path": version.path,
                "sha256": version.sha256,
                "text_sha256": version.text_sha256,
                "since": version.since,
                "current": version.live,
            }
            for version in versions
        ]
    }


def changes_form(since: str, changes: Sequence[Change]) -> Form:
    return {
        "since": since,
        "changes": [
            {
                "at": change.at,
                "generation": change.generation,
                "outcome": change.outcome,
                "path": change.path,
                "moved_from": change.moved_from,
                "sha256": change.sha256,
                "before": change.before,
                "reason": change.reason,
            }
            for change in changes
        ],
    }
