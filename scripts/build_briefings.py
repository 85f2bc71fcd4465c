"""Build the bundled briefing notes: Markdown sources in, PDF and DOCX files out.

The corpus is checked in, so that the assistant works straight after a clone. This script is
the record of how these files came about, and ``--check`` shows that they still match their
sources. For that the output must not depend on the day, the machine or the zlib build: dates
come from the front matter, the PDF is not compressed, and ``--check`` compares Word files part by
part.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyphen
import yaml
from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as DocxParagraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    ListFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.doctemplate import IndexingFlowable

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "scripts" / "briefings"
TARGET = ROOT / "corpus" / "briefings"

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
MARGIN = 17 * mm


@dataclass(frozen=True)
class Note:
    """One briefing note: its front matter and its parsed body."""

    name: str
    title: str
    author: str
    publisher: str
    date: dt.date
    language: str
    kind: str
    format: str
    hyphenate: bool
    body: SyntaxTreeNode

    @property
    def created(self) -> dt.datetime:
        """The note's date as the moment of creation written into the files."""
        return dt.datetime(self.date.year, self.date.month, self.date.day, tzinfo=dt.UTC)

    @property
    def long_date(self) -> str:
        """The date as a reader writes it, without the leading zero strftime would give."""
        return f"{self.date.day} {self.date:%B %Y}"


def read_note(path: Path) -> Note:
    """Split front matter from text and parse both; a missing key is an error in the source."""
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    meta: dict[str, Any] = yaml.safe_load(head)
    parser = MarkdownIt("commonmark").enable("table")
    return Note(
        name=path.stem,
        title=meta["title"],
        author=meta["author"],
        publisher=meta["publisher"],
        date=meta["date"],
        language=meta["language"],
        kind=meta["kind"],
        format=meta["format"],
        hyphenate=meta.get("hyphenate", False),
        body=SyntaxTreeNode(parser.parse(text)),
    )


def plain(node: SyntaxTreeNode) -> str:
    """Text of a block; a line break in the source is only a space in print."""
    if node.type == "text":
        return node.content
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.children or node.type in {"inline", "paragraph"}:
        return "".join(plain(child) for child in node.children)
    raise ValueError(f"Markdown element without a rendering: {node.type}")


def table_rows(node: SyntaxTreeNode) -> list[list[str]]:
    """Cell texts of a Markdown table, header row first."""
    return [
        [plain(cell) for cell in row.children] for part in node.children for row in part.children
    ]


# --- PDF ------------------------------------------------------------------------------------


class Hyphenator:
    """Offer break points inside plain lower-case words only.

    A reader of the PDF has to put the halves together again. At the end of a line the hyphen
    of "low-carbon" looks like an added one, so compounds, names and acronyms stay whole.
    """

    def __init__(self, language: str) -> None:
        self._dictionary = pyphen.Pyphen(lang=language, left=3, right=3)

    def __call__(self, word: str) -> Iterator[tuple[str, str]]:
        """Pairs of head and tail, longest head first, as reportlab wants them."""
        if word.isalpha() and word.islower():
            yield from self._dictionary.iterate(word)


@dataclass(frozen=True)
class Styles:
    """Paragraph styles of one PDF; hyphenation is a property of the body style."""

    body: ParagraphStyle
    item: ParagraphStyle
    cell: ParagraphStyle
    head: ParagraphStyle
    source: ParagraphStyle
    title: ParagraphStyle
    cover: ParagraphStyle
    contents: ParagraphStyle
    headings: dict[str, ParagraphStyle]


def pdf_styles(note: Note) -> Styles:
    """Type for A5: large enough to read, so that a note fills several pages."""
    setting: dict[str, Any] = {}
    if note.hyphenate:
        setting = {"alignment": TA_JUSTIFY, "hyphenationLang": Hyphenator("en_GB")}
    body = ParagraphStyle(
        "body",
        fontName="Times-Roman",
        fontSize=11.5,
        leading=15.5,
        spaceAfter=7,
        allowWidows=0,
        allowOrphans=0,
        **setting,
    )
    sans = ParagraphStyle("sans", fontName="Helvetica-Bold", textColor=colors.HexColor("#1f3a5f"))
    return Styles(
        body=body,
        item=ParagraphStyle("item", parent=body, spaceAfter=2),
        cell=ParagraphStyle("cell", fontName="Helvetica", fontSize=8.5, leading=11),
        head=ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=8.5, leading=11),
        source=ParagraphStyle(
            "source", fontName="Times-Roman", fontSize=9, leading=11.5, spaceAfter=3
        ),
        title=ParagraphStyle(
            "title", parent=sans, fontSize=20, leading=26, alignment=TA_CENTER, spaceAfter=30
        ),
        cover=ParagraphStyle(
            "cover", fontName="Helvetica", fontSize=11, leading=17, alignment=TA_CENTER
        ),
        contents=ParagraphStyle("contents", parent=sans, fontSize=15, leading=20, spaceAfter=10),
        headings={
            "h2": ParagraphStyle(
                "h2", parent=sans, fontSize=14, leading=18, spaceBefore=12, spaceAfter=6
            ),
            "h3": ParagraphStyle(
                "h3", parent=sans, fontSize=11.5, leading=15, spaceBefore=6, spaceAfter=4
            ),
        },
    )


class Contents(IndexingFlowable):
    """Table of contents for one page, filled by the pass before.

    Each line is one string: title, dots, number. reportlab's own table of contents draws the
    dots and the number ahead of the title, and text taken from the file comes out that way.
    """

    STYLES = (
        ParagraphStyle("toc1", fontName="Times-Bold", fontSize=11, leading=17),
        ParagraphStyle("toc2", fontName="Times-Roman", fontSize=11, leading=16, leftIndent=14),
    )

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[tuple[int, str, int, str]] = []
        self.last: list[tuple[int, str, int, str]] = []
        self.lines: list[Paragraph] = []

    def beforeBuild(self) -> None:
        """Keep what the last pass found, to print it in this one."""
        self.last, self.entries = self.entries, []

    def isSatisfied(self) -> bool:
        """Stop the passes once two of them agree."""
        return self.entries == self.last

    def notify(self, kind: str, stuff: tuple[int, str, int, str]) -> None:
        """Take in a heading reported by the template."""
        if kind == "TOCEntry":
            self.entries.append(stuff)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """Set the lines and measure them."""
        self.lines = []
        height = 0.0
        for level, title, page, key in self.last:
            style = self.STYLES[level]
            free = aW - style.leftIndent - 2
            free -= stringWidth(f"{title}  {page}", style.fontName, style.fontSize)
            dots = "." * int(free / stringWidth(".", style.fontName, style.fontSize))
            line = Paragraph(f'<a href="#{key}">{escape(title)} {dots} {page}</a>', style)
            height += line.wrap(aW, aH)[1]
            self.lines.append(line)
        self.width, self.height = aW, height
        return aW, height

    def draw(self) -> None:
        """Draw the lines from the top down."""
        top = self.height
        for line in self.lines:
            top -= line.height
            line.drawOn(self.canv, 0, top)


class BriefingTemplate(BaseDocTemplate):
    """Title page and contents numbered i, ii; body numbered from 1.

    The same label goes into the footer, the table of contents and the PDF's /PageLabels, so
    that a page a reader is sent to is the page that the viewer shows.
    """

    def __init__(self, target: io.BytesIO, note: Note) -> None:
        super().__init__(
            target,
            pagesize=A5,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=21 * mm,
            bottomMargin=20 * mm,
            title=note.title,
            author=note.author,
            subject=f"{note.kind}, {note.long_date}",
            creator=note.publisher,
            lang=note.language,
            invariant=1,
            pageCompression=0,
        )
        self.note = note
        self.front_pages = 0
        self.entries = 0
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, 0, 0, 0, 0)
        self.addPageTemplates(
            [
                PageTemplate("cover", frame, onPage=self.start_cover, onPageEnd=self.footer),
                PageTemplate("contents", frame, onPage=self.start_front, onPageEnd=self.footer),
                PageTemplate("body", frame, onPage=self.start_body, onPageEnd=self.footer),
            ]
        )

    def start_cover(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Reset the counts on the first page of each pass."""
        self.front_pages = 1
        self.entries = 0
        canvas.addPageLabel(0, style="ROMAN_LOWER")
        canvas.showOutline()

    def start_front(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Count a page of the table of contents."""
        self.front_pages += 1
        self.header(canvas)

    def start_body(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Switch to arabic labels on the first page of the body."""
        if self.page == self.front_pages + 1:
            canvas.addPageLabel(self.page - 1, style="ARABIC", start=1)
        self.header(canvas)

    def label(self) -> str:
        """Printed number of the current page."""
        if self.page <= self.front_pages:
            return ROMAN[self.page - 1]
        return str(self.page - self.front_pages)

    def header(self, canvas: Canvas) -> None:
        """Running header; it comes first in the content stream as it does on the page."""
        canvas.saveState()
        canvas.setFont("Helvetica", 7)
        canvas.setFillGray(0.35)
        canvas.drawString(MARGIN, A5[1] - 13 * mm, self.note.title)
        canvas.line(MARGIN, A5[1] - 15 * mm, A5[0] - MARGIN, A5[1] - 15 * mm)
        canvas.restoreState()

    def footer(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Footer with the printed page label."""
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        canvas.setFillGray(0.35)
        canvas.drawCentredString(A5[0] / 2, 11 * mm, f"{self.note.author} · page {self.label()}")
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:
        """Give each heading a bookmark and a line in the table of contents."""
        if not isinstance(flowable, Paragraph) or flowable.style.name not in {"h2", "h3"}:
            return
        level = 0 if flowable.style.name == "h2" else 1
        text = flowable.getPlainText()
        key = f"heading-{self.entries}"
        self.entries += 1
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=False)
        self.notify("TOCEntry", (level, text, int(self.label()), key))


def pdf_table(node: SyntaxTreeNode, styles: Styles, width: float) -> Table:
    """A ruled table whose header row repeats after a page break."""
    rows = table_rows(node)
    cells = [
        [Paragraph(escape(text), styles.head if i == 0 else styles.cell) for text in row]
        for i, row in enumerate(rows)
    ]
    return Table(
        cells,
        colWidths=[width / len(rows[0])] * len(rows[0]),
        repeatRows=1,
        spaceBefore=4,
        spaceAfter=10,
        style=TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e6ecf3")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        ),
    )


def pdf_body(note: Note, styles: Styles, width: float) -> Iterator[Flowable]:
    """Flowables for the body, block by block."""
    text_style = item_style = styles.body
    for node in note.body.children:
        if node.type == "heading":
            in_sources = plain(node) == "Sources"
            text_style = styles.source if in_sources else styles.body
            item_style = styles.source if in_sources else styles.item
            # Room for the heading and some lines; keepWithNext would hold whole paragraphs back.
            after = node.next_sibling
            if node.previous_sibling is None or node.previous_sibling.type != "heading":
                yield CondPageBreak((34 if after and after.type == "heading" else 24) * mm)
            yield Paragraph(escape(plain(node)), styles.headings[node.tag])
        elif node.type == "paragraph":
            yield Paragraph(escape(plain(node)), text_style)
        elif node.type in {"bullet_list", "ordered_list"}:
            yield ListFlowable(
                [Paragraph(escape(plain(item)), item_style) for item in node.children],
                bulletType="bullet" if node.type == "bullet_list" else "1",
                start="\N{EN DASH}" if node.type == "bullet_list" else 1,
                bulletFontName="Times-Roman",
                bulletFontSize=item_style.fontSize,
                bulletFormat=None if node.type == "bullet_list" else "%s.",
                leftIndent=16,
                spaceAfter=6,
            )
        elif node.type == "table":
            yield pdf_table(node, styles, width)
        else:
            raise ValueError(f"{note.name}: Markdown element without a rendering: {node.type}")


def build_pdf(note: Note) -> bytes:
    """Render one note; two passes and more, until the contents know their page numbers."""
    # Without this, reportlab's invariant mode dates every file 1 January 2000.
    os.environ["SOURCE_DATE_EPOCH"] = f"{note.created.timestamp():.0f}"
    target = io.BytesIO()
    template = BriefingTemplate(target, note)
    styles = pdf_styles(note)
    contents = Contents()
    story: list[Flowable] = [
        Spacer(1, 45 * mm),
        Paragraph("Briefing note", styles.cover),
        Spacer(1, 6 * mm),
        Paragraph(escape(note.title), styles.title),
        Paragraph(escape(note.author), styles.cover),
        Paragraph(note.long_date, styles.cover),
        NextPageTemplate("contents"),
        PageBreak(),
        Paragraph("Contents", styles.contents),
        contents,
        NextPageTemplate("body"),
        PageBreak(),
        *pdf_body(note, styles, template.width),
    ]
    template.multiBuild(story)
    return target.getvalue()


# --- DOCX -----------------------------------------------------------------------------------


def add_page_field(paragraph: DocxParagraph) -> None:
    """Append Word's own PAGE field: python-docx has no call for it."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def docx_table(document: DocxDocument, rows: Sequence[Sequence[str]]) -> None:
    """A real Word table with a bold header row."""
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number == 0
    document.add_paragraph()


def docx_list(document: DocxDocument, items: Iterable[str], *, ordered: bool) -> None:
    """List items in Word's list styles."""
    style = "List Number" if ordered else "List Bullet"
    for text in items:
        document.add_paragraph(text, style=style)


def undated_zip(data: bytes, when: dt.datetime) -> bytes:
    """Rewrite a zip with one fixed time for all entries: python-docx stamps them by the clock."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.create_system = 0
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def build_docx(note: Note) -> bytes:
    """Render one note as a Word document with styles, list, table and properties."""
    document = Document()
    properties = document.core_properties
    properties.title = note.title
    properties.author = properties.last_modified_by = note.author
    properties.created = properties.modified = note.created
    properties.language = note.language
    properties.category = note.kind
    properties.comments = ""
    properties.revision = 1

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.header.paragraphs[0].text = note.title
    footer = section.footer.paragraphs[0]
    footer.text = f"{note.author} · page "
    add_page_field(footer)

    document.add_paragraph(note.title, style="Title")
    document.add_paragraph(f"{note.author}, {note.long_date}", style="Subtitle")
    for node in note.body.children:
        if node.type == "heading":
            document.add_heading(plain(node), level=int(node.tag[1]) - 1)
        elif node.type == "paragraph":
            document.add_paragraph(plain(node))
        elif node.type in {"bullet_list", "ordered_list"}:
            ordered = node.type == "ordered_list"
            docx_list(document, (plain(item) for item in node.children), ordered=ordered)
        elif node.type == "table":
            docx_table(document, table_rows(node))
        else:
            raise ValueError(f"{note.name}: Markdown element without a rendering: {node.type}")

    target = io.BytesIO()
    document.save(target)
    return undated_zip(target.getvalue(), note.created)


# --- command line ---------------------------------------------------------------------------

BUILDERS = {"pdf": build_pdf, "docx": build_docx}


def build_all() -> dict[Path, bytes]:
    """Every target file with the bytes it should have."""
    built: dict[Path, bytes] = {}
    for path in sorted(SOURCES.glob("*.md")):
        note = read_note(path)
        built[TARGET / f"{note.name}.{note.format}"] = BUILDERS[note.format](note)
    return built


def same(path: Path, data: bytes) -> bool:
    """Whether a file is what was built; deflate may differ between zlib builds, its content not."""
    if not path.is_file():
        return False
    found = path.read_bytes()
    return found == data or (path.suffix == ".docx" and zip_parts(found) == zip_parts(data))


def zip_parts(data: bytes) -> list[tuple[str, tuple[int, ...], bytes]]:
    """Name, time and content of each zip entry; nothing for a file that is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(e.filename, e.date_time, archive.read(e)) for e in archive.infolist()]
    except zipfile.BadZipFile:
        return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with --check only say which ones are out of date."""
    parser = argparse.ArgumentParser(description="Build the briefing notes of the corpus.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a file is out of date"
    )
    options = parser.parse_args(arguments)
    outdated = 0
    for path, data in build_all().items():
        if same(path, data):
            continue
        outdated += 1
        name = path.relative_to(ROOT)
        if options.check:
            print(f"out of date: {name}", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"written: {name}")
    return 1 if options.check and outdated else 0


if __name__ == "__main__":
    sys.exit(main())
