"""What nobody sees on a PDF page is not quoted, and what one sees is not lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

SEEN = [
    "The cluster has 210 members and an annual budget of EUR 2.5 million.",
    "Its members met four times and adopted a plan for the port.",
]
DOUBTFUL = "The budget of the cluster is EUR 999 million."


def read(path: Path, draw: Callable[[Canvas], object], seen: list[str] = SEEN) -> str:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(seen):
        canvas.drawString(72, 760 - 14 * number, line)
    draw(canvas)
    canvas.save()
    return " ".join(block.text for block in pdf.load(path, Limits(ocr=False)).blocks)


def white(canvas: Canvas, text: str = DOUBTFUL) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(80, 700, text)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(80, 700, DOUBTFUL)


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(80, 700)
    text.setTextRenderMode(3)
    for _ in range(9):
        text.textLine(DOUBTFUL)
    canvas.drawText(text)


@pytest.mark.parametrize("draw", [white, tiny, invisible])
def test_what_nobody_sees_is_not_quoted(tmp_path: Path, draw: Callable[[Canvas], object]) -> None:
    assert read(tmp_path / "a.pdf", draw) == " ".join(SEEN)


def on_box(canvas: Canvas) -> None:
    canvas.setFillGray(0.2)
    canvas.rect(72, 690, 300, 24, stroke=0, fill=1)
    white(canvas)


def on_circle(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.1, 0.5)
    canvas.circle(170, 703, 110, stroke=0, fill=1)
    white(canvas)


def on_thick_line(canvas: Canvas) -> None:
    canvas.setLineWidth(24)
    canvas.line(72, 702, 372, 702)
    white(canvas)


def on_picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "navy")), 72, 690, 300, 24)
    white(canvas)


def on_shading(canvas: Canvas) -> None:
    clip = canvas.beginPath()
    clip.rect(72, 690, 300, 24)
    canvas.clipPath(clip, stroke=0)
    canvas.linearGradient(72, 690, 372, 690, ((0, 0, 1), (0, 0.5, 0)))
    white(canvas)


def in_form(canvas: Canvas) -> None:
    canvas.beginForm("box")
    on_box(canvas)
    canvas.endForm()
    canvas.doForm("box")


def on_turned_page(canvas: Canvas) -> None:
    canvas.translate(600, 100)
    canvas.rotate(90)
    canvas.translate(0, -600)
    on_box(canvas)


@pytest.mark.parametrize(
    "draw", [on_box, on_circle, on_thick_line, on_picture, on_shading, in_form, on_turned_page]
)
def test_white_letters_on_something_dark_are_read(
    tmp_path: Path, draw: Callable[[Canvas], object]
) -> None:
    assert DOUBTFUL in read(tmp_path / "a.pdf", draw)


def test_a_white_number_on_a_bullet_is_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("ZapfDingbats", 20)
        canvas.drawString(76, 696, "l")
        canvas.setFont("Helvetica", 10)
        white(canvas, "7")

    assert "7" in read(tmp_path / "a.pdf", draw)


def test_a_page_of_tiny_type_is_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.scale(0.1, 0.1)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(80, 700, DOUBTFUL)

    assert read(tmp_path / "a.pdf", draw, seen=[]) == DOUBTFUL


def test_a_page_of_invisible_text_is_empty_without_a_picture(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no text layer"):
        read(tmp_path / "a.pdf", invisible, seen=[])

    def scan(canvas: Canvas) -> None:
        for top in range(4):  # in strips, as many scanners write it
            canvas.drawImage(ImageReader(Image.new("L", (8, 2), 200)), 0, 210 * top, 595, 210)
        invisible(canvas)

    assert DOUBTFUL in read(tmp_path / "b.pdf", scan, seen=[])
