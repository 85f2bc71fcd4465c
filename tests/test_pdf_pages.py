"""What PDF pages show is what is read: no more, no less, and in no other order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, RectangleObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import Extract
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

PROSE = [
    "The regional authority has agreed on a strategy for the coming years and",
    "has set aside money for it. The clusters of the region take part in the",
    "work, and each of them names one person who speaks for its members.",
]


def make(path: Path, draw: Callable[[Canvas], object]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    draw(canvas)
    canvas.save()
    return path


def load(path: Path) -> Extract:
    return pdf.load(path, Limits(ocr=False))


def read(path: Path, draw: Callable[[Canvas], object]) -> list[str]:
    return [block.text for block in load(make(path, draw)).blocks]


def write(
    canvas: Canvas,
    lines: Sequence[str],
    x: float = 72,
    y: float = 700,
    font: str = "Helvetica",
    size: float = 10,
) -> float:
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.3 * size
    return y


def test_cells_painted_one_by_one_are_not_one_sentence(tmp_path: Path) -> None:
    rows = [
        (["Number of enterprises that", "receive support of the fund"], ["annual reports"]),
        (
            ["Number of researchers who", "work in improved facilities"],
            ["survey among the universities,", "interviews with their heads"],
        ),
        (
            ["Share of the firms that are", "active abroad in new markets"],
            ["the statistics office"],
        ),
    ]

    def draw(canvas: Canvas) -> None:
        y = write(canvas, PROSE, y=760) - 50
        for row in rows:
            for x, cell in zip((72, 260), row, strict=True):
                write(canvas, cell, x=x, y=y)
            y -= 36

    found = read(tmp_path / "a.pdf", draw)

    assert not any("improved facilities survey among" in text for text in found)


def test_columns_painted_across_are_not_mixed_where_a_paragraph_ends_short(tmp_path: Path) -> None:
    left = [
        "The northern region will put ten",
        "million euros into the blue economy,",
        "and its ports are asked to publish",
        "their plans for clean ships until",
        "the end of next year, so that each",
        "of the towns can see what is to be",
        "built on its shore and what it will",
        "cost the people who live in it now.",
    ]
    right = [
        "The southern region has no ports,",
        "but it has farms, and these shall",
        "use fewer chemicals than they did",
        "when the plan was written by many",
        "people.",
        "Its council wants to halve what is",
        "sprayed on the fields of the plain",
        "and to pay the farmers for the loss.",
    ]

    def draw(canvas: Canvas) -> None:
        for row, pair in enumerate(zip(left, right, strict=True)):
            for x, text in zip((72, 320), pair, strict=True):
                write(canvas, [text], x=x, y=700 - 13 * row)

    found = read(tmp_path / "a.pdf", draw)

    assert not any("by many the end of next year" in text for text in found)


def test_a_paragraph_goes_on_at_the_top_of_the_next_column(tmp_path: Path) -> None:
    first = ["The ports of the northern region", "shall publish their plans for the"]
    second = ["ships that they build until the end", "of next year, and so shall towns."]

    def draw(canvas: Canvas) -> None:
        write(canvas, ["Harbours are of use to the north."], y=700)
        write(canvas, first, y=660)
        write(canvas, second, x=320, y=700)

    assert " ".join(first + second) in read(tmp_path / "a.pdf", draw)


def test_text_below_a_short_list_of_contents_is_kept(tmp_path: Path) -> None:
    """Contents without leaders, then text on the same page; one of its lines ends in a number."""
    more = [
        "The share of firms that take part in the programme has risen from 12 to 15",
        "per cent since the last report.",
    ]

    def draw(canvas: Canvas) -> None:
        write(canvas, ["Contents"], y=780, font="Helvetica-Bold", size=14)
        entries = ["Introduction 1", "Analysis 3", "Priorities of the", "region 5", "Budget 9"]
        y = write(canvas, entries, y=760)
        y = write(canvas, ["Summary"], y=y - 20, font="Helvetica-Bold", size=14)
        y = write(canvas, PROSE, y=y - 5)
        write(canvas, more, y=y - 10)

    found = read(tmp_path / "a.pdf", draw)

    assert found == ["Summary", " ".join(PROSE), " ".join(more)]


@pytest.mark.parametrize("by_column", [False, True])
def test_contents_whose_page_numbers_stand_apart_are_dropped(
    tmp_path: Path, *, by_column: bool
) -> None:
    rows = [("Introduction", "1"), ("Analysis", "3"), ("Priorities", "5"), ("Budget", "9")]
    pieces = [
        (x, 690 - 15 * number, text)
        for number, row in enumerate(rows)
        for x, text in zip((72, 480), row, strict=True)
    ]

    def draw(canvas: Canvas) -> None:
        write(canvas, ["Contents"], y=720, font="Helvetica-Bold", size=14)
        for x, y, text in sorted(pieces, key=lambda piece: piece[0]) if by_column else pieces:
            write(canvas, [text], x=x, y=y)
        write(canvas, PROSE, y=560)

    assert read(tmp_path / "a.pdf", draw) == [" ".join(PROSE)]


def test_contents_whose_title_is_painted_last_are_dropped(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Introduction 1", "Analysis 3", "Priorities 5", "Budget 9"], y=690)
        write(canvas, PROSE, y=560)
        write(canvas, ["Contents"], y=720, font="Helvetica-Bold", size=14)

    assert read(tmp_path / "a.pdf", draw) == [" ".join(PROSE)]


@pytest.mark.parametrize(
    "lines",
    [
        [
            *PROSE[:2],
            "work, report on their use of water, of energy, of raw materials, ....",
            "and name one person who speaks for the members of them.",
        ],
        [
            "The share that applies to the region in the last year was set at ______ 45",
            "per cent of the sum that is granted to the towns by the authority now.",
        ],
    ],
)
def test_dots_and_blanks_in_a_sentence_are_no_leaders(tmp_path: Path, lines: list[str]) -> None:
    found = read(tmp_path / "a.pdf", lambda canvas: write(canvas, lines))

    assert " ".join(found) == " ".join(lines)


def test_equal_figures_of_one_row_are_no_page_numbers(tmp_path: Path) -> None:
    rows = [
        ("Measure", "2021", "2022", "2023"),
        ("Energy", "12%", "14%", "9%"),
        ("Health", "15%", "15%", "20%"),
        ("Water", "15", "15", "20"),
    ]

    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE)
        for y, row in zip((75, 60, 45, 30), rows, strict=True):
            for x, text in zip((72, 200, 300, 400), row, strict=True):
                write(canvas, [text], x=x, y=y)

    found = read(tmp_path / "a.pdf", draw)

    assert found[-2:] == ["Health | 15% | 15% | 20%", "Water | 15 | 15 | 20"]


def test_a_page_number_beside_a_footer_is_dropped(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(1, 4):
            write(canvas, [f"Paragraph {page} is about the work.", *PROSE])
            write(canvas, ["Strategy of the North"], y=30)
            write(canvas, [f"- {page} -"], x=400, y=30)
            canvas.showPage()

    assert not [text for text in read(tmp_path / "a.pdf", draw) if len(text) < 30]


def test_a_page_number_beside_a_changing_header_is_dropped(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page, chapter in enumerate(("Aims", "Means", "Money", "Time", "People"), 1):
            write(canvas, [f"Paragraph {page} is about the work.", *PROSE])
            write(canvas, [chapter], y=800)
            write(canvas, [f"{page}"], x=400, y=800)
            canvas.showPage()

    assert not [text for text in read(tmp_path / "a.pdf", draw) if text[-1:].isdigit()]


def test_text_outside_the_visible_part_of_a_page_is_not_on_it(tmp_path: Path) -> None:
    """A sheet of two pages, cut in two by crop boxes."""
    second = [
        "On the second page the council says that the money is spent by the year",
        "2029, and that no town gets more than ten per cent of it in one year.",
    ]

    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((842, 595))
        write(canvas, PROSE, x=30, y=400)
        write(canvas, second, x=451, y=400)

    sheet = PdfReader(make(tmp_path / "a.pdf", draw)).pages[0]
    writer = PdfWriter()
    for box in ((0, 0, 421, 595), (421, 0, 842, 595)):
        writer.add_page(sheet).cropbox = RectangleObject(box)
    writer.write(tmp_path / "b.pdf")

    found = [(block.pages[0][1], block.text) for block in load(tmp_path / "b.pdf").blocks]

    assert found == [(1, " ".join(PROSE)), (2, " ".join(second))]


def test_a_crop_box_that_shows_nothing_is_not_believed(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE)))
    writer.pages[0].cropbox = RectangleObject((0, 0, 0, 0))
    writer.write(tmp_path / "b.pdf")

    assert [block.text for block in load(tmp_path / "b.pdf").blocks] == [" ".join(PROSE)]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_headers_of_turned_pages_are_removed(tmp_path: Path, turn: int) -> None:
    """As office programs write them: text turned one way, the page the other way."""

    def draw(canvas: Canvas) -> None:
        for page in range(1, 5):
            canvas.translate(*{90: (595, 0), 180: (595, 842), 270: (0, 842)}[turn])
            canvas.rotate(turn)
            top = 842 if turn == 180 else 595
            write(canvas, ["Regional Strategy of the North"], y=top - 35, size=9)
            write(canvas, [f"Paragraph {page} is about the work of the clusters.", *PROSE], y=300)
            write(canvas, [f"{page}"], x=400, y=25)
            canvas.showPage()

    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", draw))
    for page in writer.pages:
        page.rotate(turn)
    writer.write(tmp_path / "b.pdf")

    found = [block.text for block in load(tmp_path / "b.pdf").blocks]

    assert not [text for text in found if len(text) < 40]
    assert found.count(" ".join(PROSE)) == 4


@pytest.mark.parametrize(
    ("figure", "mark", "shown"),
    [("2030", "1,2", "2030¹,²"), ("10", "-6", "10⁻⁶"), ("45", "12.5%", "4512.5%")],
)
def test_marks_and_signs_that_are_raised_stay_apart_from_the_figure(
    tmp_path: Path, figure: str, mark: str, shown: str
) -> None:
    start = f"The target of the region is {figure}"

    def draw(canvas: Canvas) -> None:
        write(canvas, [start])
        end = 72 + canvas.stringWidth(start, "Helvetica", 10)
        write(canvas, [mark], x=end, y=704, size=6)

    assert read(tmp_path / "a.pdf", draw) == [start.removesuffix(figure) + shown]


@pytest.mark.parametrize(
    ("size", "rise", "shown"),
    [
        (6, 2, "2021³"),
        (8.3, 3.3, "2021³"),  # a browser
        (8, 5, "2021³"),  # reportlab
        (8.8, 3.3, "2021³"),
        (8.3, 2, "20213"),
        (9.5, 1.5, "20213"),
    ],
)
def test_a_raised_number_of_nearly_the_size_of_its_line_stays_raised(
    tmp_path: Path, size: float, rise: float, shown: str
) -> None:
    start = "The region spent 2.1% of its GDP in 2021"

    def draw(canvas: Canvas) -> None:
        write(canvas, [start])
        end = 72 + canvas.stringWidth(start, "Helvetica", 10)
        write(canvas, ["3"], x=end, y=700 + rise, size=size)

    assert read(tmp_path / "a.pdf", draw) == [start.removesuffix("2021") + shown]


@pytest.mark.parametrize(
    ("first", "labels"),
    [(0, ("i", "ii", "1", "2", "3")), (1, ("1", "i", "1", "2", "3"))],
)
def test_a_range_of_page_labels_runs_on_behind_its_branch(
    tmp_path: Path, first: int, labels: tuple[str, ...]
) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(5):
            write(canvas, [f"Sentence number {number} is about the matter at hand.", *PROSE])
            canvas.showPage()

    roman = DictionaryObject({NameObject("/S"): NameObject("/r")})
    plain = DictionaryObject({NameObject("/S"): NameObject("/D")})
    leaf = DictionaryObject(
        {
            NameObject("/Limits"): ArrayObject([NumberObject(first), NumberObject(2)]),
            NameObject("/Nums"): ArrayObject([NumberObject(first), roman, NumberObject(2), plain]),
        }
    )
    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", draw))
    tree = DictionaryObject({NameObject("/Kids"): ArrayObject([leaf])})
    writer.root_object[NameObject("/PageLabels")] = tree
    writer.write(tmp_path / "b.pdf")

    assert load(tmp_path / "b.pdf").page_labels == labels
