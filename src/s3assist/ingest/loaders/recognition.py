"""Text recognition (OCR) of the pages of a PDF, where the extra `s3assist[ocr]` is installed.

pypdfium2 draws the page, rapidocr reads it with the PP-OCR models that come in its package.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

RESOLUTION = 200 / 72
"""Pixels for each point: 200 to the inch."""
MOST_PIXELS = 12_000_000
"""Of a picture of a page; larger pages are drawn coarser."""
SECONDS = 60
"""Of processor time that a page is given; one takes about ten."""
MOST_PAGES = 300
"""Pages of one document that are recognised."""


@cache
def is_installed() -> bool:
    return all(find_spec(name) is not None for name in ("rapidocr", "pypdfium2"))


@dataclass(frozen=True, slots=True)
class Recognised:
    """One line of text in the picture of a page, in points from its lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    score: float
    """0 to 1: how sure the model is of its letters."""


class Scans:
    """The pages of one PDF as pictures."""

    def __init__(self, path: Path) -> None:
        """Raises whatever pdfium raises on a damaged file."""
        import pypdfium2

        self._document = pypdfium2.PdfDocument(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def lines(self, page: int) -> list[Recognised]:
        """The lines of a page (from 1) from top to bottom."""
        drawn = self._document[page - 1]
        width, height = drawn.get_size()
        scale = min(RESOLUTION, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        picture = drawn.render(scale=scale).to_numpy()
        found = _engine()(picture)
        if found.boxes is None or found.txts is None:
            return []
        return [
            Recognised(
                text,
                min(x for x, _ in box) / scale,
                height - max(y for _, y in box) / scale,
                max(x for x, _ in box) / scale,
                height - min(y for _, y in box) / scale,
                float(score),
            )
            for box, text, score in zip(found.boxes.tolist(), found.txts, found.scores, strict=True)
        ]


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # One thread does not wait for others; documents are read side by side anyway.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
