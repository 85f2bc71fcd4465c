"""Cells of tables in PDFs: what stands close beside a cell is not read as its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, PdfObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import BlockKind, Extract
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

SIZE = 10.0
PITCH = 13.0
PROSE = [
    "The regional authority has agreed on a strategy for the coming years and",
    "has set aside money for it. The clusters of the region take part in the",
    "work, and each of them names one person who speaks for its members.",
]
Ruling = Callable[[Canvas, list[float], list[float]], None]
"""Draws rules along the edges of columns and rows, given from the left and from the top."""
ROWS = [
    [["Programme"], ["Authority"], ["ERDF"]],
    [["Baltic Sea Region programme"], ["Kiel, Rostock and", "Riga with Tartu"], ["63"]],
    [["Alpine Space programme"], ["Salzburg"], ["107"]],
]
TABLE = [" | ".join(" ".join(cell) for cell in row) for row in ROWS]


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


def operate(canvas: Canvas, code: str) -> None:
    canvas._code.append(code)  # type: ignore[attr-defined]


def table(canvas: Canvas, padding: float, ruled: Ruling | None, top: float = 700.0) -> None:
    """Paint ROWS with columns as wide as their widest line, cell by cell, marked as cells."""
    widths = [
        max(stringWidth(line, "Helvetica", SIZE) for row in ROWS for line in row[column])
        for column in range(3)
    ]
    edges = [72.0]
    for width in widths:
        edges.append(edges[-1] + width + 2 * padding)
    tops = [top]
    mcid = 0
    for row in ROWS:
        for left, cell in zip(edges, row, strict=False):
            operate(canvas, f"/TD <</MCID {mcid}>> BDC")
            for number, line in enumerate(cell):
                canvas.drawString(left + padding, top - SIZE - PITCH * number, line)
            operate(canvas, "EMC")
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


def element(role: str, kids: Sequence[PdfObject], page: PdfObject | None) -> DictionaryObject:
    return DictionaryObject({
        NameObject("/S"): NameObject(f"/{role}"),
        NameObject("/Pg"): page,
        NameObject("/K"): ArrayObject(kids),
    })  # fmt: skip


def strokes(canvas: Canvas, edges: list[float], tops: list[float]) -> None:
    for x in edges:
        canvas.line(x, tops[0], x, tops[-1])


def frames(canvas: Canvas, edges: list[float], tops: list[float]) -> None:
    for left, right in pairwise(edges):
        for top, bottom in pairwise(tops):
            canvas.rect(left, bottom, right - left, top - bottom)


def thin_boxes(canvas: Canvas, edges: list[float], tops: list[float]) -> None:
    for x in edges:
        for top, bottom in pairwise(tops):
            canvas.rect(x - 0.3, bottom, 0.6, top - bottom, stroke=0, fill=1)


def shading(canvas: Canvas, edges: list[float], tops: list[float]) -> None:
    canvas.setFillGray(0.9)
    for top, bottom in list(pairwise(tops))[::2]:
        for left, right in pairwise(edges):
            canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)
    canvas.setFillGray(0)


@pytest.mark.parametrize("ruled", [strokes, frames, thin_boxes, shading])
@pytest.mark.parametrize("padding", [1.5, 6.0])
def test_cells_with_a_rule_between_them_are_cells(
    tmp_path: Path, ruled: Ruling, padding: float
) -> None:
    path = drawn(tmp_path / "a.pdf", lambda canvas: table(canvas, padding, ruled))

    assert rows(load(path)) == TABLE


def test_cells_of_a_turned_page_are_cells(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        table(canvas, 6.0, strokes, top=500.0)

    assert rows(load(drawn(tmp_path / "a.pdf", draw))) == TABLE


def test_a_box_around_a_word_and_the_lines_of_a_chart_part_no_sentence(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(PROSE):
            canvas.drawString(72, 700 - PITCH * number, line)
        before = stringWidth("The regional ", "Helvetica", SIZE)
        word = stringWidth("authority", "Helvetica", SIZE)
        canvas.rect(72 + before - 1, 697, word + 2, 12)
        for x in range(80, 300, 20):
            canvas.line(x + 0.7, 600, x + 0.7, 750)

    path = drawn(tmp_path / "a.pdf", draw)

    assert [block.text for block in load(path).blocks] == [" ".join(PROSE)]


def test_text_over_the_frames_of_a_drawing_is_not_cut(tmp_path: Path) -> None:
    words = "The regional council, its towns and the clusters of the coast agreed in May."

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, words)
        before = stringWidth("The regional council,", "Helvetica", SIZE)
        for x in (72 + before + 1.4, 72 + before + 30, 72 + before + 60):
            canvas.rect(x, 600, 400, 150)

    path = drawn(tmp_path / "a.pdf", draw)

    assert [block.text for block in load(path).blocks] == [words]


def test_a_string_that_is_painted_across_cells_is_a_row(tmp_path: Path) -> None:
    row = "[(Salzburg) -3000 (107.0) -2000 (35.5)] TJ"

    def draw(canvas: Canvas) -> None:
        for y in (700, 680):
            operate(canvas, f"BT /F1 10 Tf 1 0 0 1 80 {y} Tm {row} ET")
        canvas.line(138, 670, 138, 720)

    path = drawn(tmp_path / "a.pdf", draw)

    assert rows(load(path)) == ["Salzburg | 107.0 | 35.5"] * 2


def test_dots_that_fill_the_cells_of_a_table_are_no_contents(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, town in enumerate(("Kiel", "Riga", "Tartu", "Turku", "Viborg")):
            y = 700 - 18 * number
            canvas.drawString(80, y, f"{town} ..........")
            canvas.drawString(182, y, f"{number + 3} clusters")
            canvas.line(180, y - 6, 180, y + 12)

    path = drawn(tmp_path / "a.pdf", draw)

    assert rows(load(path))[0] == "Kiel .......... | 3 clusters"
    assert len(rows(load(path))) == 5


def test_tagged_cells_that_nearly_touch_are_cells(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", lambda canvas: table(canvas, 1.0, None))

    assert rows(load(tagged(path))) == TABLE
