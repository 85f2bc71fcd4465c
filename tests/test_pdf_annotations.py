"""What is filled in and noted on PDF pages is read where it stands, or said to be unread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import BlockKind, Extract
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

SIZE = 10
PROSE = [
    "The applicant says that the cluster of the region has more members than it",
    "had in the year before and that … of them are small firms, and asks",
    "for a label that tells others so, and for the money to print it on its letters.",
]


def drawn(path: Path, draw: Callable[[Canvas], object]) -> Extract:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    draw(canvas)
    canvas.save()
    return load(path)


def load(path: Path) -> Extract:
    return pdf.load(path, Limits(ocr=False))


def texts(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks]


def fill(canvas: Canvas, text: str, x: int, y: int, width: int = 120) -> None:
    canvas.acroForm.textfield(
        name=f"{x}-{y}", value=text, x=x, y=y - 5, width=width, height=16, fontSize=10
    )


def test_an_answer_stands_behind_its_label(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for x, y, label in ((72, 700, "Name:"), (300, 700, "Town:"), (72, 670, "Members:")):
            canvas.drawString(x, y, label)
        for x, y, text in ((130, 670, "167"), (350, 700, "Graz"), (130, 700, "Wood Cluster")):
            fill(canvas, text, x, y)
        canvas.drawString(72, 630, "Aims of the cluster")
        fill(canvas, "It wants houses of wood.", 72, 608, width=300)
        canvas.drawString(72, 580, "The form must be sent to the agency before the end of June.")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == [
        "Name: | Wood Cluster | Town: | Graz",
        "Members: | 167 |  |",
        "Aims of the cluster",
        "It wants houses of wood.",
        "The form must be sent to the agency before the end of June.",
    ]


@pytest.mark.parametrize("blank", [" " * 22, " " * 9 + "_" * 4, "_" * 10])
def test_an_answer_within_a_sentence_is_read_there(tmp_path: Path, blank: str) -> None:
    start = "had in the year before and that "

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(PROSE):
            canvas.drawString(72, 700 - 13 * number, line.replace("…", blank))
        x = 72 + stringWidth(start, "Helvetica", SIZE)
        fill(canvas, "nine in ten", int(x), 687, width=int(stringWidth(blank, "Helvetica", SIZE)))

    assert texts(drawn(tmp_path / "a.pdf", draw)) == [" ".join(PROSE).replace("…", "nine in ten")]


def test_an_answer_on_a_turned_page_stands_behind_its_label(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for y, label in ((500, "Name of the cluster:"), (480, "Members of the cluster:")):
            canvas.drawString(72, y, label)
        fill(canvas, "Wood Cluster", 200, 500)
        fill(canvas, "167", 200, 480)
        # Drawn upright and then turned as a whole: what is filled in lies on its side.

    drawn(tmp_path / "a.pdf", draw)
    writer = PdfWriter(clone_from=tmp_path / "a.pdf")
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")

    assert {"Wood Cluster", "167"} <= set(" | ".join(texts(load(tmp_path / "b.pdf"))).split(" | "))


def with_annotations(path: Path, *annotations: DictionaryObject) -> Extract:
    """Read a page with PROSE and these."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(PROSE):
            canvas.drawString(72, 700 - 13 * number, line)

    drawn(path, draw)
    writer = PdfWriter(clone_from=PdfReader(path))
    for annotation in annotations:
        writer.add_annotation(0, annotation)
    writer.write(path)
    return load(path)


def note(text: str, size: int = 14, flags: int = 4) -> FreeText:
    """A note of twice the size that its look has, right below PROSE."""
    box = (72.0, 650.0, 372.0, 674.0)
    made = FreeText(text=text, rect=box)
    look = StreamObject()
    look.set_data(f"BT /F {size / 2} Tf 0 5 Td ({text}) Tj ET".encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
    look.update({
        NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, 150, 12))),
        NameObject("/Resources"): DictionaryObject({
            NameObject("/Font"): DictionaryObject({NameObject("/F"): fonts})
        }),
    })  # fmt: skip
    made[NameObject("/AP")] = DictionaryObject({NameObject("/N"): look})
    made[NameObject("/F")] = NumberObject(flags)
    return made


def test_a_note_is_read_by_itself_and_heads_nothing(tmp_path: Path) -> None:
    extract = with_annotations(tmp_path / "a.pdf", note("See the new figures of the agency"))

    assert [block.text for block in extract.blocks][1:] == ["See the new figures of the agency"]
    assert all(block.kind is BlockKind.PARAGRAPH for block in extract.blocks)
    assert not extract.warnings

    extract = with_annotations(tmp_path / "b.pdf", note("and of the other regions", size=10))
    assert texts(extract)[1:] == ["and of the other regions"]


def test_what_is_shown_and_not_read_is_told(tmp_path: Path) -> None:
    bare = FreeText(text="Not so.", rect=(72, 600, 300, 620))
    box = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/Widget"),
        NameObject("/FT"): NameObject("/Btn"),
        NameObject("/AS"): NameObject("/Yes"),
        NameObject("/Rect"): ArrayObject(map(FloatObject, (72, 560, 80, 568))),
    })  # fmt: skip

    assert with_annotations(tmp_path / "a.pdf", bare, box).warnings == (
        "page 1: its notes were not all read",
        "page 1: which of its boxes are ticked was not read",
    )


def test_what_is_not_shown_is_not_read(tmp_path: Path) -> None:
    extract = with_annotations(tmp_path / "a.pdf", note("Secret", flags=2), note("Too", flags=32))

    assert len(extract.blocks) == 1
    assert not extract.warnings


def test_a_damaged_annotation_does_not_cost_its_page(tmp_path: Path) -> None:
    broken = note("Broken")
    broken[NameObject("/F")] = NameObject("/Nothing")

    extract = with_annotations(tmp_path / "a.pdf", note("A fine one"), broken)

    assert texts(extract)[1:] == ["A fine one"]
    assert extract.warnings == ("page 1: its form fields and notes can't be read",)
