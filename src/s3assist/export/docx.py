"""Word: styles of its own template, so that a text taken from it looks like where it is put."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from s3assist.citation import also_named, beside
from s3assist.documents import Quote
from s3assist.export.citation import citation, worth
from s3assist.export.report import NEAREST, NOT_AN_ANSWER, Report, pieces
from s3assist.printable import on_one_line, printable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

ILLEGAL = re.compile("[\ufffe\uffff]")
"""What XML can't hold and `printable` leaves."""
SMALL = 8
"""Points of a receipt."""
LARGEST_TITLE = 255
"""Characters that a property of a Word file may have."""


def docx(report: Report) -> bytes:
    import docx as word

    document = word.Document()
    properties = document.core_properties
    properties.title = line(report.title)[:LARGEST_TITLE]
    properties.author = "S3Assist"
    properties.comments = ""  # python-docx names itself there
    properties.created = properties.modified = datetime.now(UTC)
    document.add_heading(line(report.title), level=0)
    document.add_paragraph(line(report.origin)).runs[0].italic = True
    for number, part in enumerate(report.parts, start=1):
        if part.question:
            document.add_heading(f"{number}. {line(part.question)}", level=1)
        for remark in part.remarks:
            document.add_paragraph(line(remark)).runs[0].italic = True
        for quote in part.quotes:
            add_quote(document, quote)
        if part.not_found:
            document.add_paragraph(line(part.not_found)).runs[0].bold = True
            if part.nearest:
                document.add_paragraph(NEAREST)
        for quote in part.nearest:
            add_quote(document, quote, f"{NOT_AN_ANSWER}: ")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def add_quote(document: Document, quote: Quote, label: str = "") -> None:
    add_marked(document.add_paragraph(style="Quote"), quote)
    for remark in beside(quote):
        document.add_paragraph(line(remark))
    cited = document.add_paragraph()
    if label:
        cited.add_run(label).bold = True
    cited.add_run(line(citation(quote)))
    add_receipt(cited, f"{quote.receipt} · {worth(quote)}")
    for name, place in also_named(quote, citation):
        also = document.add_paragraph(f"Also in: {line(name)}")
        add_receipt(also, str(place.receipt))


def add_marked(paragraph: Paragraph, quote: Quote) -> None:
    """The words of a quote, bold where they carry the answer."""
    for words, answers in pieces(quote):
        paragraph.add_run(block(words)).bold = answers or None


def add_receipt(paragraph: Paragraph, receipt: str) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(f"\n{line(receipt)}")
    run.font.size = Pt(SMALL)


def line(text: str) -> str:
    return ILLEGAL.sub("\ufffd", on_one_line(text))


def block(text: str) -> str:
    return ILLEGAL.sub("\ufffd", printable(text))
