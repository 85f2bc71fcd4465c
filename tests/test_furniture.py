"""Which lines at the edges of PDF pages are furniture, told by the numbers in them."""

import random
from pathlib import Path

import pytest
from pace import FAIR, growth
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf
from s3assist.ingest.loaders.pdf.furniture import without_furniture
from s3assist.ingest.loaders.pdf.lines import Line


def read(path: Path, tops: list[str]) -> str:
    """The text of a PDF that has each of `tops` as the first line of a page."""
    canvas = Canvas(str(path), pagesize=A4)
    for number, top in enumerate(tops):
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 790, top)
        for row in range(4):
            words = f"Region {chr(65 + number)}{chr(65 + row)} names one person who speaks for it."
            canvas.drawString(72, 700 - 13 * row, words)
        canvas.showPage()
    canvas.save()
    return " ".join(block.text for block in pdf.load(path, Limits(ocr=False)).blocks)


@pytest.mark.parametrize("figures", [(12, 31), (12, 31, 7), (3, 3, 8, 0, 3, 3, 1, 4, 5)])
def test_a_figure_that_each_page_gives_anew_is_kept(
    tmp_path: Path, figures: tuple[int, ...]
) -> None:
    tops = [f"The country has {figure} certified clusters in total." for figure in figures]

    text = read(tmp_path / "a.pdf", tops)

    assert [text.count(top) for top in tops] == [tops.count(top) for top in tops]


@pytest.mark.parametrize(
    "tops",
    [
        [f"Clusters of 2024 · page {number} of 5" for number in range(1, 6)],
        [f"Clusters · page {number}" for number in ("i", "ii", 1, 2, 3)],
        [f"Clusters · {left} and {left + 1}" for left in range(2, 12, 2)],
        [f"Chapter {chapter}, {day} May 2024" for chapter, day in ((1, 3), (1, 3), (2, 9), (2, 9))],
        [f"Clusters · {part}-{page}" for part, page in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))],
        ["Clusters · 12345678901234567890"] * 3,
    ],
)
def test_a_header_whose_numbers_go_with_the_pages_is_dropped(
    tmp_path: Path, tops: list[str]
) -> None:
    text = read(tmp_path / "a.pdf", tops)

    assert text.count("Region") == 4 * len(tops)
    assert not [top for top in tops if top in text]


def line(text: str, y: float) -> Line:
    return Line(
        text=text,
        x0=72,
        x1=300,
        y=y,
        size=10,
        bold=False,
        starts_bold=False,
        ends_bold=False,
        angle=0,
        order=0,
    )


@pytest.mark.parametrize("moved", [0.0, 2.0])
def test_furniture_is_found_in_a_time_in_proportion_to_the_pages(moved: float) -> None:
    chance = random.Random(1)

    def at(y: float) -> float:
        return y + chance.uniform(-moved, moved)

    pages = [
        [
            line("Annual report", at(790)),
            line(f"Page {number} of 800", at(770)),
            line("Clusters pay.", 400),
            line(f"{number}", at(30)),
        ]
        for number in range(1, 801)
    ]

    def find(size: int) -> None:
        left = without_furniture(pages[:size], [(0, 842)] * size)
        assert [[one.text for one in lines] for lines in left] == [["Clusters pay."]] * size

    assert growth(find, 200) < FAIR
