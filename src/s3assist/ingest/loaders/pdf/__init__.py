"""PDF files to blocks: what each page prints, in reading order, without running headers.

::

    opening → glyphs (+ fonts) → lines → furniture, contents → layout → headings → continuation
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from s3assist.documents import Block, Extract
from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders.hyphenation import Hyphenation
from s3assist.ingest.loaders.pdf.bidi import is_right_to_left, lines_of_text
from s3assist.ingest.loaders.pdf.contents import without_contents
from s3assist.ingest.loaders.pdf.continuation import join_continued
from s3assist.ingest.loaders.pdf.doubts import (
    FEW_WORDS,
    RECOGNISED,
    UNSURE,
    doubt_of,
    doubtful_order,
)
from s3assist.ingest.loaders.pdf.fonts import Faces
from s3assist.ingest.loaders.pdf.furniture import without_furniture
from s3assist.ingest.loaders.pdf.glyphs import ContentTooLargeError, Painter, Run
from s3assist.ingest.loaders.pdf.headings import body_style, folded, mark_headings
from s3assist.ingest.loaders.pdf.information import outline_titles, page_labels, read_metadata
from s3assist.ingest.loaders.pdf.labels import without_labels
from s3assist.ingest.loaders.pdf.language import language_of
from s3assist.ingest.loaders.pdf.layout import Draft, drafts
from s3assist.ingest.loaders.pdf.lines import Line, lines
from s3assist.ingest.loaders.pdf.opening import damaged, open_pdf, quiet
from s3assist.ingest.loaders.pdf.quality import is_garbage, is_please_wait, is_poor_recognition
from s3assist.ingest.loaders.pdf.scans import is_sure, scanned_lines
from s3assist.ingest.loaders.pdf.tags import apply_tags, distrust, read_tags
from s3assist.ingest.loaders.pdf.visible import visible
from s3assist.ingest.loaders.recognition import MOST_PAGES, SECONDS, Scans, is_installed

__all__ = ["load"]

logger = logging.getLogger(__name__)

LITTLE_TEXT = 100
"""Characters below which a page with a large image may be a scan with a typed title."""
SCAN_AREA = 0.25
"""Share of the page that such an image covers."""
COVER = 0.8
"""Share from which it is the picture of the page itself."""


def load(path: Path, limits: Limits = Limits()) -> Extract:
    """Read one PDF.

    Raises LoadError if nothing can be quoted from it: empty, damaged, locked, only images, or
    text that cannot be decoded. A page that cannot be read costs that page and leaves a warning.
    """
    with quiet():
        reader = open_pdf(path, limits.pages)
        try:
            return _extract(reader, path, limits)
        finally:
            reader.close()


@dataclass(slots=True)
class _Pages:
    """What was found on each page, and what is wrong with some."""

    lines: list[list[Line]] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    """(bottom, top) of each page in points."""
    without_text: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)
    pictured: list[int] = field(default_factory=list)
    """Pages with a few words on a picture of the whole page."""
    recognised: set[int] = field(default_factory=set)
    unread: dict[int, set[str]] = field(default_factory=dict)
    """What could not be read beside the text of a page."""

    def warnings(self) -> tuple[str, ...]:
        found = {page: f"page {page} has no text layer" for page in self.without_text}
        found |= {
            page: f"page {page} was left out: its text cannot be decoded" for page in self.garbled
        }
        found |= {page: f"page {page} was left out: {why}" for page, why in self.failed.items()}
        found |= {page: f"page {page}: {why}" for page, why in self.doubts.items()}
        total = sum(len(line.text) for page in self.lines for line in page)
        whole = (f"the whole file holds only {total} characters of text",)
        told = [(page, text) for page, text in found.items()]
        told += [(n, f"page {n}: {what}") for n, unread in self.unread.items() for what in unread]
        pages = tuple(text for _, text in sorted(told))
        return whole + pages if total < LITTLE_TEXT else pages


def _extract(reader: PdfReader, path: Path, limits: Limits) -> Extract:
    pages = _read_pages(reader)
    if limits.ocr and is_installed():
        _recognise(pages, path, limits)
    texts = [line.text for found in pages.lines for line in found]
    _check(pages, texts, path, limits)
    distrust(pages.lines)
    metadata = read_metadata(reader)
    metadata = replace(metadata, language=language_of(texts, metadata.language))
    kept = [without_contents(found) for found in without_furniture(pages.lines, pages.spans)]
    body = body_style(kept)
    made = [draft for index, found in enumerate(kept, 1) for draft in drafts(found, index)]
    outline = {folded(title): depth for title, depth in outline_titles(reader).items()}
    made = mark_headings(made, body, outline)
    hyphenation = Hyphenation(metadata.language or "en")
    hyphenation.learn(texts)
    blocks = [_block(draft, hyphenation) for draft in join_continued(made)]
    blocks = without_labels([block for block in blocks if block.text])
    for page, doubt in doubtful_order(blocks).items():
        pages.doubts.setdefault(page, doubt)
    return Extract(
        blocks=tuple(blocks),
        page_labels=page_labels(reader),
        metadata=metadata,
        warnings=pages.warnings(),
        doubts=pages.doubts,
        recognised=frozenset(pages.recognised),
    )


def _read_pages(reader: PdfReader) -> _Pages:
    pages = _Pages()
    faces = Faces()
    tags = read_tags(reader)
    for index in range(1, len(reader.pages) + 1):
        found: list[Line] = []
        span = (0.0, 792.0)
        try:
            page = reader.pages[index - 1]
            span = _span(page)
            painter = Painter(page, faces)
            runs = visible(painter.paint(), painter.drawing, _area(page))
            pages.unread[index] = painter.unread
            if page.indirect_reference is not None:
                apply_tags(runs, tags, page.indirect_reference.idnum)
            if is_right_to_left(runs):
                found = lines_of_text(page.extract_text())
            else:
                found = lines(runs, painter.drawing.rules().beside(runs))
            text = " ".join(line.text for line in found)
            if not found:
                pages.without_text.append(index)
            elif _is_unreadable(text, runs):
                pages.garbled.append(index)
                found = []
            elif len(text) < LITTLE_TEXT and painter.image_area > SCAN_AREA * _area(page):
                pages.doubts[index] = FEW_WORDS
                if painter.image_area > COVER * _area(page):
                    pages.pictured.append(index)
            elif _is_hidden(runs) or _is_covered(painter, page):
                pages.doubts[index] = RECOGNISED
                pages.recognised.add(index)
            elif doubt := doubt_of(text, "".join(run.text for run in runs)):
                pages.doubts[index] = doubt
        except ContentTooLargeError:
            pages.failed[index] = "its content is too large"
        except DependencyError:
            pages.failed[index] = "it is packed in a way that cannot be opened"
        except MemoryError:
            pages.failed[index] = "it needs too much memory"
        except Exception as error:  # noqa: BLE001 - a damaged page makes pypdf raise anything
            pages.failed[index] = f"it is damaged ({type(error).__name__})"
        pages.lines.append(found)
        pages.spans.append(span)
    return pages


def _recognise(pages: _Pages, path: Path, limits: Limits) -> None:
    """Read the pages that have no text of their own from their pictures."""
    wanted = sorted([*pages.without_text, *pages.garbled, *pages.pictured])[:MOST_PAGES]
    if not wanted:
        return
    limits.more(SECONDS * len(wanted))
    try:
        with Scans(path) as scans:
            for page in wanted:
                found = scans.lines(page)
                made = scanned_lines(found)
                text = " ".join(line.text for line in made)
                before = sum(len(line.text) for line in pages.lines[page - 1])
                # A few words beside a picture that holds no more are better than their copy.
                if len(text) < max(LITTLE_TEXT, 2 * before) or is_poor_recognition(text):
                    continue
                pages.lines[page - 1] = made
                pages.doubts[page] = RECOGNISED if is_sure(found) else UNSURE
                pages.recognised.add(page)
    except Exception as error:  # noqa: BLE001 - pdfium and the models raise anything; pages stay empty
        logger.info("recognition failed: %s", type(error).__name__)
    pages.without_text = [page for page in pages.without_text if page not in pages.recognised]
    pages.garbled = [page for page in pages.garbled if page not in pages.recognised]


def _is_unreadable(text: str, runs: list[Run]) -> bool:
    count = sum(len(run.chars) for run in runs)
    mapped = 2 * sum(len(run.chars) for run in runs if run.mapped) >= count
    if is_garbage(text, "".join(run.text for run in runs), mapped=mapped):
        return True
    return _is_hidden(runs) and is_poor_recognition(text)


def _is_hidden(runs: list[Run]) -> bool:
    """Whether most of the text is there to be found and not seen: it lies over a scan."""
    count = sum(len(run.chars) for run in runs)
    return 2 * sum(len(run.chars) for run in runs if run.hidden) > count


def _is_covered(painter: Painter, page: PageObject) -> bool:
    """Whether the picture of the whole page was painted over its text."""
    return painter.image_area > COVER * _area(page) and 2 * painter.covered > len(painter.runs)


def _area(page: PageObject) -> float:
    return float(page.cropbox.width) * float(page.cropbox.height)


def _span(page: PageObject) -> tuple[float, float]:
    """(bottom, top) of the page in the frame of upright text."""
    box = page.cropbox
    match page.rotation % 360:
        case 90:
            return -float(box.right), -float(box.left)
        case 180:
            return -float(box.top), -float(box.bottom)
        case 270:
            return float(box.left), float(box.right)
    return float(box.bottom), float(box.top)


def _check(pages: _Pages, texts: list[str], path: Path, limits: Limits) -> None:
    """Raises LoadError if there is no text worth indexing."""
    if is_please_wait(texts):
        raise LoadError(
            f"{path.name} is an XFA form: its pages only ask to wait for Adobe Reader",
            hint="open it in Adobe Reader, print it to a PDF and add that",
        )
    if any(pages.lines):
        return
    if pages.garbled:
        raise LoadError(
            f"the text of {path.name} cannot be decoded: its fonts do not say what they print",
            hint=how_to_recognise(limits, "--force-ocr"),
        )
    if pages.failed and not pages.without_text:
        raise damaged(path, RuntimeError(next(iter(pages.failed.values()))))
    raise LoadError(
        f"{path.name} has no text layer: its pages are images or blank",
        hint=how_to_recognise(limits),
    )


def how_to_recognise(limits: Limits, option: str = "") -> str:
    """What to do about pages without text."""
    other = f"run text recognition (OCR) over it, for instance with ocrmypdf {option}".rstrip()
    if not is_installed():
        return f"install `s3assist[ocr]` and index again, or {other}"
    if not limits.ocr:
        return f"set `ocr = true` and index again, or {other}"
    return f"nothing could be recognised in its pictures; {other}"


def _block(draft: Draft, hyphenation: Hyphenation) -> Block:
    """Join the lines of a draft and note where its pages begin."""
    if draft.cells:
        cells = [hyphenation.join_all(line.text for line in cell) for cell in draft.cells]
        return Block(kind=draft.kind, text=" | ".join(cells), pages=((0, draft.page),))
    text = ""
    pages: list[tuple[int, int]] = []
    for page, part in [(draft.page, draft.lines), *draft.pieces]:
        for line in part:
            joined = hyphenation.join(text, line.text)
            if not pages or pages[-1][1] != page:
                pages.append((len(joined) - len(line.text), page))
            text = joined
    return Block(kind=draft.kind, text=text, level=draft.level, pages=tuple(pages))
