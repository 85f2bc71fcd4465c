"""The quotes that a text claims to have: those with a receipt, and those in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from s3assist.documents import Block, BlockKind
from s3assist.errors import LoadError
from s3assist.export.report import REMARKS
from s3assist.ingest.limits import Limits

LEAST_WORDS = 5
"""What is shorter and in quotation marks is a term and no quote, unless it has a receipt."""

RECEIPT = re.compile(
    r"sha256:(?P<sha256>[0-9a-f]{12,64})\W{1,3}(?:p(?P<page>\d+)\s+)?¶\s?(?P<paragraph>\d+)\s+"
    r"(?P<start>\d+)[-–](?P<end>\d+)(?: OCR\b)?"
)
QUOTATION = re.compile(
    r"“((?:[^“”]|“[^“”]*”)+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|(?<!\w)\"([^\"]+)\""
)
ALSO = re.compile(
    r"^\W*(?:(?:verified|the source|not checked)\b.{0,300}?\W)?also in:", re.IGNORECASE
)
"""A line about another place that prints the quote above it, after what that quote is worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A receipt as a text has it; its hash may be shortened."""

    text: str
    sha256: str
    page: int | None
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks, and where in their paragraph they stand."""

    words: str
    block: str
    start: int
    """Of the opening mark."""
    end: int
    """After the closing mark."""

    @property
    def is_term(self) -> bool:
        return len(self.words.split()) < LEAST_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A stretch of text up to a receipt, or what is left after the last one."""

    blocks: tuple[str, ...]
    """Its paragraphs; the last one is that of the receipt."""
    quotations: tuple[Quotation, ...]
    reference: Reference | None = None
    also: bool = False
    """Whether the receipt is of another place that prints the words of the claim before."""


def read_claims(path: Path, limits: Limits = Limits()) -> list[Claim]:
    """The claims of a Markdown, text, Word, HTML or PDF file, in order.

    The file may come from anybody: another process reads it, as it does when documents are indexed.

    Raises:
        LoadError: it can't be read, or reading it takes more than `limits`.
        WorkerError: no process can be started.
    """
    from s3assist.ingest.parsing.worker import Worker

    with closing(Worker(limits)) as worker:
        try:
            return claims_in(worker.blocks(path))
        except LoadError as error:
            if error.message.startswith(path.name):
                raise
            raise LoadError(f"{path.name}: {error.message}", hint=error.hint) from error


def claims_in(blocks: Iterable[Block]) -> list[Claim]:
    """The claims of what a loader got out of a file; no quote is looked for in a heading."""
    return list(claims_of([b.text for b in blocks if b.kind is not BlockKind.HEADING]))


def claims_of(blocks: Sequence[str]) -> Iterator[Claim]:
    """Cut a text after each receipt."""
    pieces: list[str] = []
    for block in blocks:
        if block.startswith(REMARKS) and not RECEIPT.search(block):
            continue  # of an export: what it says of the question is no quote
        position = 0
        for match in RECEIPT.finditer(block):
            pieces.append(block[position : match.start()])
            yield claim(pieces, match)
            pieces, position = [], match.end()
        pieces.append(block[position:])
    yield claim(pieces, None)


def claim(pieces: Sequence[str], receipt: re.Match[str] | None) -> Claim:
    blocks = tuple(piece.strip() for piece in pieces if piece.strip(" \t[](){}`·.,;"))
    return Claim(
        blocks=blocks,
        quotations=tuple(q for block in blocks for q in quotations(block)),
        reference=None if receipt is None else reference(receipt),
        also=bool(blocks) and ALSO.match(blocks[-1]) is not None,
    )


def quotations(block: str, start: int = 0) -> Iterator[Quotation]:
    for match in QUOTATION.finditer(block, start):
        words = next(group for group in match.groups() if group is not None).strip()
        if words:
            yield Quotation(words, block, match.start(), match.end())


def reference(match: re.Match[str]) -> Reference:
    return Reference(
        text=match.group(),
        sha256=match["sha256"],
        page=int(match["page"]) if match["page"] else None,
        paragraph=int(match["paragraph"]),
        start=int(match["start"]),
        end=int(match["end"]),
    )
