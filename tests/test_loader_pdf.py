from __future__ import annotations

import csv
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, DictionaryObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import Block, BlockKind, Extract
from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf

WIDTH, HEIGHT = A4
LIMITS = Limits(ocr=False)
"""What is installed must not decide what these tests see; see test_recognition.py."""
HARD_PDFS = Path(__file__).parents[2] / "shared" / "eval" / "pdfs"
TIME_LIMIT = 20.0
"""Seconds; files that need more wait for the limits on the loading process."""
SLOW = ("broken__bug1978317.pdf", "broken__bomb_giant.pdf")

PROSE = [
    "The regional authority has agreed on a strategy for the coming years and",
    "has set aside money for it. The clusters of the region take part in the",
    "work, and each of them names one person who speaks for its members.",
]


def load(path: Path) -> Extract:
    return pdf.load(path, LIMITS)


def make(path: Path, draw: Callable[[Canvas], object]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    draw(canvas)
    canvas.save()
    return path


def write(
    canvas: Canvas,
    lines: list[str],
    x: float = 72,
    y: float = 700,
    font: str = "Helvetica",
    size: float = 10,
) -> float:
    """Set `lines` one below the other; returns the next baseline."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.3 * size
    return y


def texts(extract: Extract, kind: BlockKind | None = None) -> list[str]:
    return [block.text for block in extract.blocks if kind in (None, block.kind)]


def one(extract: Extract, start: str) -> Block:
    (block,) = [block for block in extract.blocks if block.text.startswith(start)]
    return block


def test_a_paragraph_is_one_block_on_one_line(tmp_path: Path) -> None:
    path = make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE))

    extract = load(path)

    assert texts(extract) == [" ".join(PROSE)]
    assert extract.blocks[0].kind is BlockKind.PARAGRAPH
    assert extract.blocks[0].pages == ((0, 1),)
    assert extract.page_labels == ("1",)


def test_a_gap_between_lines_parts_paragraphs(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, PROSE)
        write(
            canvas,
            [
                "A second paragraph stands here, and the first of its two long lines is full",
                *PROSE[1:],
            ],
            y=y - 8,
        )

    extract = load(make(tmp_path / "a.pdf", draw))

    assert [text[:10] for text in texts(extract)] == ["The region", "A second p"]


def test_large_and_bold_lines_are_headings_with_levels(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Strategy for the North"], y=780, size=20)
        write(canvas, ["1.2 Aims and means"], y=740, font="Helvetica-Bold", size=14)
        y = write(canvas, PROSE)
        y = write(canvas, ["Money"], y=y - 10, font="Helvetica-Bold")
        write(canvas, PROSE, y=y)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert [
        (block.text, block.level) for block in extract.blocks if block.kind is BlockKind.HEADING
    ] == [("Strategy for the North", 1), ("1.2 Aims and means", 2), ("Money", 3)]
    assert texts(extract, BlockKind.PARAGRAPH) == [" ".join(PROSE)] * 2


def test_running_headers_and_page_numbers_are_removed(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(1, 5):
            write(canvas, ["Regional Strategy 2030"], y=810, size=9)
            write(canvas, [f"Page {page} of 4"], x=280, y=30, size=9)
            write(
                canvas,
                [
                    f"Paragraph number {page} says something of its own, "
                    "and it has a long first line",
                    *PROSE,
                ],
            )
            canvas.showPage()

    extract = load(make(tmp_path / "a.pdf", draw))

    assert len(extract.blocks) == 4
    assert all(text.startswith("Paragraph number") for text in texts(extract))


def test_a_line_at_the_top_that_occurs_once_is_kept(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(1, 4):
            write(canvas, ["Regional Strategy 2030"], y=810, size=9)
            if page == 2:
                write(canvas, ["This sentence is printed once, close to the top."], y=790)
            write(
                canvas,
                [
                    f"Paragraph number {page} says something of its own, "
                    "and it has a long first line",
                    *PROSE,
                ],
            )
            canvas.showPage()

    extract = load(make(tmp_path / "a.pdf", draw))

    assert "This sentence is printed once, close to the top." in texts(extract)


def test_a_paragraph_goes_on_over_a_page_break(tmp_path: Path) -> None:
    first, second = [*PROSE[:2]], ["which nobody else had done before, and the work began at once."]

    def draw(canvas: Canvas) -> None:
        write(canvas, [*first, "work, and each of them names one person who speaks for the whole"])
        canvas.showPage()
        write(canvas, second)

    extract = load(make(tmp_path / "a.pdf", draw))

    (block,) = extract.blocks
    (_, one_page), (offset, next_page) = block.pages
    assert (one_page, next_page) == (1, 2)
    assert block.text[offset:] == second[0]


def test_a_paragraph_that_ended_is_not_joined_with_the_next_page(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE)
        canvas.showPage()
        write(canvas, ["which nobody else had done."])

    extract = load(make(tmp_path / "a.pdf", draw))

    assert [block.pages for block in extract.blocks] == [((0, 1),), ((0, 2),)]


def test_hyphens_at_line_ends_are_resolved(tmp_path: Path) -> None:
    lines = [
        "The authority supports regional inno-",
        "vation with a long-",
        "term plan for 2014-",
        "2020 that it wrote.",
    ]

    extract = load(make(tmp_path / "a.pdf", lambda canvas: write(canvas, lines)))

    (text,) = texts(extract)
    assert text.endswith("regional innovation with a long-term plan for 2014-2020 that it wrote.")


@pytest.mark.parametrize("row_by_row", [False, True])
def test_two_columns_are_not_mixed(tmp_path: Path, *, row_by_row: bool) -> None:
    left = [f"left column line {number} goes on and" for number in range(6)]
    right = [f"right column line {number} goes on and" for number in range(6)]

    def draw(canvas: Canvas) -> None:
        if not row_by_row:
            write(canvas, left)
            write(canvas, right, x=320)
            return
        for number in range(6):
            write(canvas, [left[number]], y=700 - 13 * number)
            write(canvas, [right[number]], x=320, y=700 - 13 * number)

    extract = load(make(tmp_path / "a.pdf", draw))

    joined = " ".join(texts(extract))
    assert joined == " ".join(left + right)


def test_bullets_are_items(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, ["The aims of the strategy are these three:"])
        for aim in ("more clusters", "more jobs that last", "more exports"):
            canvas.drawString(72, y, "•")
            y = write(canvas, [aim], x=90, y=y)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.ITEM) == [
        "• more clusters",
        "• more jobs that last",
        "• more exports",
    ]


def test_table_rows_keep_their_cells_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, PROSE) - 20
        for cells in (("Region", "Budget"), ("North", "12 million"), ("South", "7 million")):
            write(canvas, [cells[0]], y=y)
            write(canvas, [cells[1]], x=300, y=y)
            y -= 20

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.ROW) == [
        "Region | Budget",
        "North | 12 million",
        "South | 7 million",
    ]


def test_a_table_of_contents_is_dropped(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        entries = [f"{number} Chapter {'.' * 60} {number * 3}" for number in range(1, 8)]
        write(canvas, ["Contents", *entries])
        canvas.showPage()
        write(canvas, PROSE)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract) == [" ".join(PROSE)]


def test_bold_by_double_printing_is_read_once(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Committee will speed all progress"])
        write(canvas, ["Committee will speed all progress"], x=72.3)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract) == ["Committee will speed all progress"]


def test_a_raised_number_does_not_become_part_of_a_figure(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["It was so in 2011"])
        end = 72 + canvas.stringWidth("It was so in 2011", "Helvetica", 10)
        write(canvas, ["3"], x=end, y=704, size=6)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract) == ["It was so in 2011³"]


def test_words_that_are_placed_apart_are_read_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        x = 72.0
        for word in ("Every", "word", "has", "its", "place."):
            canvas.drawString(x, 700, word)
            x += canvas.stringWidth(word, "Helvetica", 10) + 2.8

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract) == ["Every word has its place."]


def test_page_labels_and_information_are_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle("Microsoft Word - strategy.doc")
        canvas.setAuthor("Jane Doe")
        for page in range(4):
            write(canvas, [f"Page {page} has this sentence.", *PROSE])
            canvas.showPage()

    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", draw))
    writer.set_page_label(0, 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(2, 3, style=PageLabelStyle.DECIMAL)
    writer.write(tmp_path / "b.pdf")

    extract = load(tmp_path / "b.pdf")

    assert extract.page_labels == ("i", "ii", "1", "2")
    assert extract.metadata.title == ""
    assert extract.metadata.author == "Jane Doe"
    assert len(extract.metadata.date) == len("2020-01-01")


def test_a_user_password_is_reported(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", lambda c: write(c, PROSE)))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(tmp_path / "b.pdf")

    with pytest.raises(LoadError, match="password") as caught:
        load(tmp_path / "b.pdf")

    assert caught.value.hint


def test_an_owner_password_does_not_hinder_reading(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=make(tmp_path / "a.pdf", lambda c: write(c, PROSE)))
    writer.encrypt("", owner_password="secret", algorithm="AES-256")
    writer.write(tmp_path / "b.pdf")

    assert texts(load(tmp_path / "b.pdf")) == [" ".join(PROSE)]


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()

    with pytest.raises(LoadError, match="empty"):
        load(tmp_path / "a.pdf")


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\nnothing that could be parsed")

    with pytest.raises(LoadError, match="damaged"):
        load(tmp_path / "a.pdf")


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (50, 50), 128)), 0, 0, WIDTH, HEIGHT)


def test_a_scan_without_text_layer_is_reported(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no text layer"):
        load(make(tmp_path / "a.pdf", picture))


def test_a_page_without_text_is_a_warning(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE)
        canvas.showPage()
        picture(canvas)
        canvas.showPage()

    extract = load(make(tmp_path / "a.pdf", draw))

    assert extract.warnings == ("page 2 has no text layer",)


def test_a_title_over_a_scan_is_a_warning(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE)
        canvas.showPage()
        picture(canvas)
        write(canvas, ["Annex"])

    extract = load(make(tmp_path / "a.pdf", draw))

    assert len(extract.warnings) == 1
    assert "page 2" in extract.warnings[0]


def test_text_that_no_font_explains_is_refused(tmp_path: Path) -> None:
    plain = make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE))
    writer = PdfWriter(clone_from=plain)
    fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for name in fonts:
        # A composite font whose codes number glyphs, with nothing to say which characters.
        inner = {"/Type": "/Font", "/Subtype": "/CIDFontType2", "/BaseFont": "/ABCDEF+Secret"}
        outer = {"/Type": "/Font", "/Subtype": "/Type0", "/BaseFont": "/ABCDEF+Secret"}
        font = DictionaryObject({NameObject(k): NameObject(v) for k, v in outer.items()})
        font[NameObject("/Encoding")] = NameObject("/Identity-H")
        descendant = DictionaryObject({NameObject(k): NameObject(v) for k, v in inner.items()})
        font[NameObject("/DescendantFonts")] = writer._add_object(
            ArrayObject([writer._add_object(descendant)])
        )
        fonts[NameObject(name)] = writer._add_object(font)
    page = writer.pages[0]
    stream = page.get_contents()
    assert stream is not None
    codes = "".join(f"{code:04X}" for code in range(1, 60)).encode()
    stream.set_data(b"BT /F1 10 Tf 72 700 Td <" + codes + b"> Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(tmp_path / "b.pdf")

    with pytest.raises(LoadError, match="decoded"):
        load(tmp_path / "b.pdf")


def test_a_page_with_too_much_content_costs_that_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["A short page."])
        canvas.showPage()
        for y in range(700, 100, -2):
            write(canvas, PROSE, y=y)

    path = make(tmp_path / "a.pdf", draw)
    monkeypatch.setattr(pdf.glyphs, "MAX_CONTENT_BYTES", 2_000)

    extract = load(path)

    assert texts(extract) == ["A short page."]
    assert extract.warnings[-1] == "page 2 was left out: its content is too large"


def test_control_characters_do_not_reach_the_text(tmp_path: Path) -> None:
    plain = make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE))
    writer = PdfWriter(clone_from=plain)
    page = writer.pages[0]
    stream = page.get_contents()
    assert stream is not None
    stream.set_data(b"BT /F1 10 Tf 72 700 Td (Plain \\033[31mtext\\000 here, and more of it) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(tmp_path / "b.pdf")

    (text,) = texts(load(tmp_path / "b.pdf"))

    assert text == "Plain [31mtext here, and more of it"


def test_loading_is_silent_and_leaves_the_logger_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE))
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    logger = logging.getLogger("pypdf")
    before = (logger.level, logger.propagate)

    load(path)

    assert (logger.level, logger.propagate) == before
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_offsets_of_pages_rise_and_lie_within_the_text(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(3):
            write(canvas, [*PROSE[:2], "work, and each of them names a person who speaks for the"])
            canvas.showPage()

    extract = load(make(tmp_path / "a.pdf", draw))

    for block in extract.blocks:
        offsets = [offset for offset, _ in block.pages]
        assert offsets == sorted(offsets)
        assert offsets[0] == 0
        assert offsets[-1] < len(block.text)


def manifest() -> list[str]:
    if not HARD_PDFS.is_dir():
        return []
    with (HARD_PDFS / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        return [row["file"] for row in csv.DictReader(rows)]


@pytest.mark.data
@pytest.mark.skipif(
    not HARD_PDFS.is_dir(), reason="needs the difficult PDFs in ../shared/eval/pdfs"
)
@pytest.mark.parametrize("name", manifest())
def test_a_difficult_file_loads_or_says_why_not(name: str) -> None:
    code = (
        "import sys; from pathlib import Path; from s3assist.errors import LoadError\n"
        "from s3assist.ingest.limits import Limits\n"
        "from s3assist.ingest.loaders.pdf import load\n"
        "try: print(bool(load(Path(sys.argv[1]), Limits(ocr=False)).blocks))\n"
        "except LoadError as error: print(bool(error.message and error.hint))"
    )
    command = [sys.executable, "-c", code, str(HARD_PDFS / name)]

    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        if name in SLOW:
            pytest.skip(f"{name} needs the time limit on the loading process")
        raise

    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "True", "")


def test_a_heading_whose_words_the_page_repeats_is_no_pull_quote(tmp_path: Path) -> None:
    name = "Partnerships for Regional Innovation"

    def draw(canvas: Canvas) -> None:
        write(canvas, ["Aims and means"], y=780, font="Helvetica-Bold", size=14)
        y = write(canvas, PROSE, y=760)
        y = write(canvas, [name], y=y - 20, font="Helvetica-Bold", size=14)
        write(canvas, [f"{name} were launched as a pilot of the regions, and", *PROSE], y=y - 5)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.HEADING) == ["Aims and means", name]


def test_large_type_that_repeats_the_text_is_a_pull_quote(tmp_path: Path) -> None:
    words = "each of them names one person who speaks"

    def draw(canvas: Canvas) -> None:
        write(canvas, ["Aims and means"], y=780, font="Helvetica-Bold", size=14)
        write(canvas, PROSE, y=700)
        write(canvas, [words], y=500, font="Times-Italic", size=18)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.HEADING) == ["Aims and means"]


def test_the_headings_of_a_bundled_note_are_headings() -> None:
    note = Path(__file__).parents[1] / "corpus" / "briefings" / "step-pri-innovation-valleys.pdf"

    headings = texts(load(note), BlockKind.HEADING)

    assert "Partnerships for Regional Innovation" in headings
    assert "The New European Innovation Agenda" in headings


def test_footers_with_roman_page_numbers_are_removed(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, page in enumerate(("i", "ii", "iii", "1"), start=1):
            write(canvas, [f"Briefing notes · page {page}"], x=250, y=40, size=8)
            write(canvas, [f"Part {number} says something of its own here, and", *PROSE])
            canvas.showPage()

    extract = load(make(tmp_path / "a.pdf", draw))

    assert not [text for text in texts(extract) if "Briefing notes" in text]


def test_a_row_whose_cells_are_wrapped_is_one_row(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        y = write(canvas, PROSE, y=760) - 20
        for cells in (
            [["Date"], ["Count"], ["Source"]],
            [["2017"], ["more than 690"], ["the platform"]],
            [
                ["Mid-2020"],
                ["over 1,100 registered", "clusters in Europe"],
                ["a brief of the", "EU"],
            ],
            [["December 2022"], ["1,398 profiled"], ["the report"]],
        ):
            for x, cell in zip((72, 200, 360), cells, strict=True):
                write(canvas, cell, x=x, y=y, size=9)
            y -= 20 + 11.7 * (max(map(len, cells)) - 1)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.ROW) == [
        "Date | Count | Source",
        "2017 | more than 690 | the platform",
        "Mid-2020 | over 1,100 registered clusters in Europe | a brief of the EU",
        "December 2022 | 1,398 profiled | the report",
    ]


def test_a_label_beside_a_paragraph_is_no_row(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["Aim"], x=72)
        write(canvas, PROSE, x=150)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert texts(extract, BlockKind.ROW) == []
    assert " ".join(PROSE) in texts(extract)


def test_labels_of_a_chart_are_kept_and_are_no_sentences(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE, y=760)
        for number, label in enumerate(
            ("Lithuania", "Latvia", "Czech Republic", "Net gain in 2013")
        ):
            write(canvas, [label], x=90 + 100 * (number % 2), y=600 - 45 * number, size=7)
        write(canvas, ["Estonia leads."], y=200)

    extract = load(make(tmp_path / "a.pdf", draw))

    quotable = [block.text for block in extract.blocks if block.quotable]
    assert quotable == [" ".join(PROSE), "Estonia leads."]
    assert {"Lithuania", "Net gain in 2013"} <= set(texts(extract))


def test_a_trusted_page_has_no_doubt(tmp_path: Path) -> None:
    extract = load(make(tmp_path / "a.pdf", lambda canvas: write(canvas, PROSE)))

    assert (extract.doubts, extract.recognised, extract.warnings) == ({}, frozenset(), ())


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        (
            "TheregionalauthorityhasagreedonastrategyfortheyearsandhassetasidemoneyX",
            "run into each",
        ),
        ("Lâ€™innovation dÃ©pend des rÃ©gions et de leur capacitÃ© dâ€™agir.", "wrong encoding"),
    ],
)
def test_a_doubtful_page_says_why(tmp_path: Path, line: str, doubt: str) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE)
        canvas.showPage()
        write(canvas, [line, "and more follows.", line])

    extract = load(make(tmp_path / "a.pdf", draw))

    assert list(extract.doubts) == [2]
    assert doubt in extract.doubts[2]
    assert extract.warnings == (f"page 2: {extract.doubts[2]}",)


def test_text_below_the_picture_of_its_page_is_told_to_be_recognised(tmp_path: Path) -> None:
    picture = ImageReader(Image.new("L", (100, 140), 255))

    def draw(canvas: Canvas) -> None:
        write(canvas, PROSE * 2)
        canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)

    extract = load(make(tmp_path / "a.pdf", draw))

    assert extract.recognised == {1}
    assert "recognised from a scan" in extract.doubts[1]
