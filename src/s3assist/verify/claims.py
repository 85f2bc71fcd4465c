"""The quotes that a text claims to have: those with a receipt, and those in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from s3assist.documents import Block, BlockKind
from s3assist.errors import LoadError
from s3assist.export.report import ORIGIN, REMARKS
from s3assist.ingest.limits import Limits

LEAST_WORDS = 5
"""What is shorter and in quotation marks is a term and no quote, unless it has a receipt."""

RECEIPT = re.compile(
    r"sha256:(?P<sha256>[0-9a-f]{12,64})\W{1,3}(?:p(?P<page>\d+)\s+)?¶\s?(?P<paragraph>\d+)\s+"
    r"(?P<start>\d+)[-–](?P<end>\d+)(?: OCR\b)?"
)


def single(opening: str, closing: str) -> str:
    """A pattern of words in single marks, where the closing one is an apostrophe as well: neither
    one before a letter ("isn't") nor the genitive of a plural ("the regions' share") closes."""
    mark = rf"[^{opening}{closing}]|(?<=\w){closing}(?=\w)"
    genitive = rf"(?<=s){closing}(?=\s+[a-z](?:{mark})*{closing}(?!\w))"
    return rf"(?<!\w){opening}(?!\d\ds\b)((?:{mark}|{genitive})+){closing}(?!\w)"


QUOTATION = re.compile(
    r"“((?:[^“”]|“[^“”]*”)+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|(?<!\w)\"([^\"]+)\""
    r"|(?<![\w.,;:!?…)])”([^“”]+)”|" + single("‘", "’") + "|" + single("'", "'")
)
ALSO = re.compile(
    r"^\W*(?:(?:verified|the source|not checked)\b.{0,300}?\W)?also in:", re.IGNORECASE
)
"""A line about another place that prints the quote above it, after what that quote is worth."""
QUESTION = re.compile(r"\d+\. ")
"""How the heading above an answer begins in an export."""


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
    remark: bool = False
    """Whether it is the title, a question or a remark of an export: what stands in quotation marks
    there is no quote of a document."""


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
    """The claims of all that a file says."""
    read = list(blocks)
    return list(claims_of([block.text for block in read], set(asked(read))))


def asked(blocks: Sequence[Block]) -> Iterator[int]:
    """Positions of the headings that hold words of a user: the title and questions of an export."""
    exported = False
    for position, block in enumerate(blocks):
        following = blocks[position + 1].text if position + 1 < len(blocks) else ""
        if block.kind is not BlockKind.HEADING:
            continue
        is_title = following.startswith(ORIGIN)
        exported = exported or is_title
        if is_title or (exported and QUESTION.match(block.text)):
            yield position


def claims_of(blocks: Sequence[str], remarks: Collection[int] = ()) -> Iterator[Claim]:
    """Cut a text after each receipt; what an export says of its questions is a claim of its own.

    Args:
        blocks: its paragraphs and headings.
        remarks: positions of those that are known to be remarks.
    """
    pieces: list[str] = []
    for number, block in enumerate(blocks):
        is_remark = number in remarks or block.startswith((ORIGIN, *REMARKS))
        if is_remark and not RECEIPT.search(block):
            yield replace(claim([block], None), remark=True)
            continue
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
