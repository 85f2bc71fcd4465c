"""Text recognition of scanned pages, where it is installed, and what is said where it is not."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from s3assist.documents import Quote
from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import pdf
from s3assist.ingest.loaders.pdf import load
from s3assist.ingest.loaders.pdf.scans import scanned_lines
from s3assist.ingest.loaders.recognition import Recognised, is_installed
from s3assist.ingest.source import SourceFile

SCAN = Path(__file__).parents[2] / "shared" / "eval" / "pdfs" / "scanned__edgar_image.pdf"
TEXT = (
    "The regional authority agreed on a strategy",
    "for smart specialisation in May 2014. It has",
    "set aside 45 million euro for the clusters",
    "of the region, which report every year.",
)

needs_the_extra = pytest.mark.skipif(not is_installed(), reason="s3assist[ocr] is not installed")


def scan(path: Path) -> Path:
    """A PDF that is nothing but the picture of a page."""
    picture = Image.new("L", (1240, 1754), 250)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(TEXT):
        draw.text((150, 200 + 60 * number), line, fill=20, font=ImageFont.load_default(40))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return path


@pytest.mark.slow
@needs_the_extra
def test_a_scanned_page_is_recognised_and_its_quotes_say_so(tmp_path: Path) -> None:
    scan(tmp_path / "a.pdf")
    file = SourceFile(tmp_path, "a.pdf")

    document = file.read(file.fingerprint("").sha256)

    start = document.text.index("It has")
    quote = Quote(document=document, start=start, end=document.text.index("year.") + 5)
    assert quote.text == (
        "It has set aside 45 million euro for the clusters of the region, which report every year."
    )
    assert quote.doubt == "its text was recognised from a scan"
    assert str(quote.receipt).endswith(" OCR")
    assert quote.receipt.page is not None
    assert quote.receipt.page.ocr


def test_without_recognition_the_reason_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_installed", lambda: False)

    with pytest.raises(LoadError, match="no text layer") as caught:
        load(scan(tmp_path / "a.pdf"), Limits())

    assert "s3assist[ocr]" in caught.value.hint


def test_recognition_can_be_switched_off(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no text layer"):
        load(scan(tmp_path / "a.pdf"), Limits(ocr=False))


@pytest.mark.slow
@pytest.mark.data
@needs_the_extra
def test_a_real_scan_is_recognised() -> None:
    if not SCAN.exists():
        pytest.skip("the development data is not beside the repository")
    seconds: list[int] = []

    extract = load(SCAN, Limits(more=seconds.append))

    text = " ".join(block.text for block in extract.blocks)
    assert "younger son of King Edmund I and his first wife" in text
    assert "England had suffered from Viking invasions for over a century" in text
    assert extract.recognised == {1}
    assert seconds == [60]


def line(text: str, left: float, top: float, width: float = 200) -> Recognised:
    return Recognised(text, left, top - 12, left + width, top, 0.99)


def test_columns_of_a_scan_are_read_one_after_the_other() -> None:
    columns = (("L", 50), ("R", 320))
    rows = [
        line("A title over both columns of the page", 50, 800, 480),
        *(line(f"{side}{n}", x, 760 - 14 * n) for n in range(5) for side, x in columns),
        line("A note below both columns of the page", 50, 660, 480),
    ]  # fmt: skip

    texts = [made.text for made in scanned_lines(rows)]

    assert texts == [
        "A title over both columns of the page",
        "L0", "L1", "L2", "L3", "L4", "R0", "R1", "R2", "R3", "R4",
        "A note below both columns of the page",
    ]  # fmt: skip
