"""Cells of tables in PDFs: what stands close beside a cell is not read as its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import BlockKind, Extract
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

SIZE = 10.0
PITCH = 13.0
ROWS = [
    [["Programme"], ["Authority"], ["ERDF"]],
    [
        ["Baltic Sea Region programme", "for the green economy"],
        ["Kiel and Riga", "with Tartu"],
        ["63"],
    ],
    [["Alpine Space programme"], ["Salzburg"], ["107"]],
]


def load(path: Path) -> Extract:
    return pdf.load(path, Limits(ocr=False))


def rows(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks if block.kind is BlockKind.ROW]


def drawn(path: Path, draw: Callable[[Canvas], object]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", SIZE)
    draw(canvas)
    canvas.save()
    return path


def table(
    canvas: Canvas, padding: float, ruled: Callable[[Canvas, list[float], list[float]], None] | None
) -> None:
    """Paint ROWS with columns as wide as their widest line, cell by cell, marked as cells."""
    widths = [
        max(stringWidth(line, "Helvetica", SIZE) for row in ROWS for line in row[column])
        for column in range(3)
    ]
    edges = [72.0]
    for width in widths:
        edges.append(edges[-1] + width + 2 * padding)
    top = 700.0
    tops = [top]
    mcid = 0
    for row in ROWS:
        for left, cell in zip(edges, row, strict=False):
            canvas._code.append(f"/TD <</MCID {mcid}>> BDC")
            for number, line in enumerate(cell):
                canvas.drawString(left + padding, top - SIZE - PITCH * number, line)
            canvas._code.append("EMC")
            mcid += 1
        top -= PITCH * max(map(len, row)) + 2 * padding
        tops.append(top)
    if ruled is not None:
        ruled(canvas, edges, tops)


def tagged(path: Path) -> Path:
    """Write beside `path` the same file with a structure tree: a table of its marked cells."""
    writer = PdfWriter(clone_from=PdfReader(path))
    page = writer.pages[0].indirect_reference
    numbers = iter(range(99))
    tree = [
        element("TR", [element("TD", [NumberObject(next(numbers))], page) for _ in row], page)
        for row in ROWS
    ]
    root = element("StructTreeRoot", [element("Table", tree, page)], page)
    writer.root_object[NameObject("/StructTreeRoot")] = root
    out = path.with_suffix(".tagged.pdf")
    writer.write(out)
    return out


def element(role: str, kids: list[object], page: object) -> DictionaryObject:
    return DictionaryObject({
        NameObject("/S"): NameObject(f"/{role}"),
        NameObject("/Pg"): page,
        NameObject("/K"): ArrayObject(kids),
    })  # fmt: skip


TABLE = [
    "Programme | Authority | ERDF",
    "Baltic Sea Region programme for the green economy | Kiel and Riga with Tartu | 63",
    "Alpine Space programme | Salzburg | 107",
]


def test_tagged_cells_that_nearly_touch_are_cells(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", lambda canvas: table(canvas, 1.0, None))

    assert rows(load(tagged(path))) == TABLE
