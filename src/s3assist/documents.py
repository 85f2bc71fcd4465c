"""The values that travel through S3Assist: documents, passages, hits, quotes, answers.

All are frozen. Offsets are always in characters (code points) of a document's *canonical text*,
half open: ``text[start:end]``. Nothing here reads a file or imports a heavy library.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from s3assist.printable import counted

CELL = " | "
"""Between the cells of a row."""
LONGEST_FIRST_ROW = 200
"""Characters up to which the first row of a table is shown beside another one."""


def row_text(cells: Iterable[str]) -> str:
    """A row on one line: each column has its place in it, an empty one too."""
    return CELL.join(cells).strip()


def row_cells(row: str) -> list[str]:
    """The cells that `row_text` made a row of."""
    return [cell.strip() for cell in f" {row} ".split(CELL)]


class BlockKind(StrEnum):
    """What a block of a document is; only some kinds can be quoted."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """One entry of a list."""
    ROW = "row"
    """One row of a table, its cells joined by `` | ``, as many as the table has columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a loader yields, in reading order: one heading, paragraph, list item or table row."""

    kind: BlockKind
    text: str
    """As the page prints it, on one line: line breaks inside a paragraph are already joined."""
    level: int = 0
    """Depth of a heading (1 is the outermost); 0 for every other kind."""
    pages: tuple[tuple[int, int], ...] = ()
    """(offset in `text`, page index from 1): where each page that the block touches begins."""
    quotable: bool = True
    """False for words that are no sentence by themselves: labels of a chart, say."""
    begins: bool = False
    """A row that begins a table, where the row before it is another table's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about a document; an empty string means that nobody said."""

    title: str = ""
    author: str = ""
    submitted_by: str = ""
    publisher: str = ""
    date: str = ""
    """ISO 8601, as exact as the source: ``2020``, ``2020-02`` or ``2020-02-14``."""
    language: str = ""
    """ISO 639-1 code."""
    url: str = ""
    kind: str = ""
    """editorial, briefing, strategy …: the maintainer's word for what the document is."""
    identifiers: tuple[str, ...] = ()
    """EU identifiers found in the text or given, normalised: ``COM(2017) 376``, ``32021R1060``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that a loader got out of one file."""

    blocks: tuple[Block, ...]
    page_labels: tuple[str, ...] = ()
    """The printed label of each page, in order; empty when the format has no pages."""
    metadata: Metadata = Metadata()
    """What the file itself says: front matter, HTML meta elements, PDF information."""
    warnings: tuple[str, ...] = ()
    """Sentences for the maintainer: ``page 3 has no text layer``."""
    doubts: Mapping[int, str] = field(default_factory=dict)
    """Page index → why the text of that page may not be what it prints; others are trusted."""
    recognised: frozenset[int] = frozenset()
    """Indexes of the pages whose text was recognised from their picture (OCR)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page."""

    start: int
    index: int
    """Position in the file, from 1."""
    label: str
    """What is printed on it (``iv``, ``12``); equal to the index where nothing is."""
    doubt: str = ""
    """Why its text may not be what it prints; empty when nothing speaks against it."""
    ocr: bool = False
    """Its text was recognised from its picture."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands below it until the next heading of its level."""

    start: int
    end: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of the canonical text with its sentences."""

    start: int
    end: int
    kind: BlockKind
    sentences: tuple[Span, ...] = ()
    """Empty for what is never quoted on its own: a heading, names of columns, labels of a chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of one source file as plain text, with maps from offsets to places."""

    path: str
    """Below the corpus folder, with forward slashes: the name staff know it by."""
    format: str
    """pdf, docx, html, markdown or text."""
    sha256: str
    """Of the source file's bytes."""
    metadata: Metadata
    text: str
    """The canonical text: the blocks in reading order."""
    paragraphs: tuple[Paragraph, ...]
    pages: tuple[Page, ...] = ()
    """Empty when the format has no pages."""
    sections: tuple[Section, ...] = ()
    warnings: tuple[str, ...] = ()
    text_sha256: str = field(init=False, repr=False, compare=False)
    """Of the canonical text, found once: every receipt has it, and a text may have megabytes."""

    def __post_init__(self) -> None:
        text = self.text.encode("utf-8", "surrogatepass")
        object.__setattr__(self, "text_sha256", hashlib.sha256(text).hexdigest())

    def page_at(self, offset: int) -> Page | None:
        """The page on which the character at `offset` is printed."""
        position = bisect_right(self.pages, offset, key=lambda page: page.start)
        return self.pages[position - 1] if position else None

    def pages_in(self, start: int, end: int) -> tuple[Page, ...]:
        """The pages on which the characters from `start` up to `end` are printed."""
        first = max(bisect_right(self.pages, start, key=lambda page: page.start) - 1, 0)
        return tuple(page for page in self.pages[first:] if page.start < end)

    def paragraph_at(self, offset: int) -> int:
        """The number of the paragraph that holds `offset`, from 1; 0 before the first one."""
        return bisect_right(self.paragraphs, offset, key=lambda paragraph: paragraph.start)

    def kind_at(self, offset: int) -> BlockKind:
        """The kind of the paragraph that holds `offset`, which must not be before the first one."""
        return self.paragraphs[self.paragraph_at(offset) - 1].kind

    def section_path(self, offset: int) -> tuple[str, ...]:
        """Titles of the sections that hold `offset`, outermost first."""
        return tuple(s.title for s in self.sections if s.start <= offset < s.end)

    def entries_from(self, position: int) -> tuple[Paragraph, ...]:
        """The entries of the list that begins, or goes on, with the paragraph at `position`."""
        end = position
        while end < len(self.paragraphs) and self.paragraphs[end].kind is BlockKind.ITEM:
            end += 1
        return self.paragraphs[position:end]

    def first_rows(self, start: int, end: int) -> tuple[Span, ...]:
        """The first row of the table whose rows stand from `start` to `end`: mostly names of
        columns. Where the file names them in two rows, both.

        Empty outside of tables, for the first row itself, and where it is too long to be read
        beside the others or has not as many cells as they: what stands where is not known then.
        """
        table = self.table_at(start)
        cells = {at: row_cells(self.text[row.start : row.end]) for at, row in table.items()}
        # A title may run across the table above the names of its columns.
        names = [at for at in table if len(cells[at]) > 1][:1]
        if not names:
            return ()
        second = names[0] + 1
        if second in table and not (table[names[0]].sentences or table[second].sentences):
            # Neither is ever quoted: it has names too, unless it has nothing to say.
            alike = len(cells[second]) == len(cells[names[0]])
            names += [second] if alike and len({*cells[second]} - {""}) > 1 else []
        touched = range(self.paragraph_at(start) - 1, self.paragraph_at(end - 1))
        quoted = [at for at in touched if self.paragraphs[at].kind is BlockKind.ROW]
        if not all(at in table and at > names[-1] for at in quoted):
            return ()
        # Where the file does not tell its columns, a row has another number of cells than most; and
        # a row in which many are empty names nothing.
        widths = Counter(len(row) for row in cells.values() if len(row) > 1)
        usual = max(widths, key=lambda width: (widths[width], width))
        aligned = all(len(cells[at]) == usual for at in (*names, *quoted))
        named = aligned and cells[names[0]].count("") <= 1
        shown = tuple(Span(table[at].start, table[at].end) for at in names if named)
        return shown if all(row.end - row.start <= LONGEST_FIRST_ROW for row in shown) else ()

    def table_at(self, offset: int, reach: int | None = None) -> dict[int, Paragraph]:
        """The rows of the table at `offset` by their position; none outside of tables.

        They stand on lines with nothing between; another table is an empty line apart.

        Args:
            offset: within one of its rows.
            reach: only so many rows before and after that one.
        """
        own = self.paragraph_at(offset) - 1
        if own < 0 or self.paragraphs[own].kind is not BlockKind.ROW:
            return {}
        least, most = 0, len(self.paragraphs)
        if reach is not None:
            least, most = max(least, own - reach), min(most, own + reach + 1)
        first, end = own, own + 1
        while first > least and self._is_next_line(first):
            first -= 1
        while end < most and self._is_next_line(end):
            end += 1
        return dict(enumerate(self.paragraphs[first:end], first))

    def _is_next_line(self, position: int) -> bool:
        """Whether a paragraph stands on the line below the one before it: in its list or table."""
        return self.paragraphs[position].start - self.paragraphs[position - 1].end == 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one document: the unit that is indexed and retrieved."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    section: tuple[str, ...] = ()
    """The section path; it is searched with the text but is not part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A retrieved passage with the scores of each leg."""

    passage_id: int
    passage: Passage
    document: Document
    score: float
    """Fused, higher is better."""
    dense: float | None = None
    """Cosine with the question; None where only the lexical leg found it."""
    lexical: float | None = None
    """BM25; None where only the dense leg found it."""
    named: bool = False
    """Whether the question names its document as the source: "in the editorial"."""

    @property
    def text(self) -> str:
        return self.document.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a quote was taken from, precise enough to check it years later."""

    sha256: str
    """Of the source file."""
    text_sha256: str
    """Of the canonical text that the offsets count in."""
    page: Page | None
    section: tuple[str, ...]
    paragraph: int
    start: int
    end: int

    def __str__(self) -> str:
        page = f" p{self.page.index}" if self.page else ""
        ocr = " OCR" if self.page and self.page.ocr else ""
        return f"sha256:{self.sha256}{page} ¶{self.paragraph} {self.start}-{self.end}{ocr}"


class Standing(StrEnum):
    """What became of the place that a quote was taken from."""

    VERIFIED = "verified"
    """The document is the one that it was, and prints these words at this place."""
    CHANGED = "changed"
    """The document has changed since, or is read differently."""
    GONE = "gone"
    """The document is no longer among those that are indexed."""
    UNCHECKED = "unchecked"
    """There was no index to check it against."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One number that a score was made from."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A verbatim extract. It holds offsets, not text, so that it cannot misquote."""

    document: Document
    start: int
    end: int
    emphasis: tuple[Span, ...] = ()
    """Parts that carry the answer, as spans of the canonical text."""
    score: float = 0.0
    also: tuple[Quote, ...] = ()
    """Other places that print the same words."""
    standing: Standing = Standing.VERIFIED
    """Anything else only in a saved session: then the document is an earlier version, or this is a
    `KeptQuote`."""
    factors: tuple[Factor, ...] = field(default=(), compare=False)
    """What its sentence was ranked by."""

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The whole sentences within it."""
        first = self.document.paragraph_at(self.start)
        last = self.document.paragraph_at(self.end - 1)
        return tuple(
            sentence
            for paragraph in self.document.paragraphs[first - 1 : last]
            for sentence in paragraph.sentences
            if self.start <= sentence.start and sentence.end <= self.end
        )

    @property
    def first_row(self) -> str:
        """What its table begins with, where it is a row: what its cells mean stands there.

        On two lines where the columns are named in two rows.
        """
        rows = self.document.first_rows(self.start, self.end)
        return "\n".join(self.document.text[row.start : row.end] for row in rows)

    @property
    def entries_left(self) -> int:
        """How many entries of a list that it announces come after its end."""
        paragraphs = self.document.paragraphs
        first = self.document.paragraph_at(self.start) - 1
        after = self.document.paragraph_at(self.end - 1)
        if first < 0:
            return 0
        ends = [p.end for p in paragraphs[first:after] if p.kind is not BlockKind.ITEM]
        text = self.document.text
        if not ends or ends[-1] > self.end or not text[self.start : ends[-1]].endswith(":"):
            return 0
        return len(self.document.entries_from(after))

    @property
    def doubt(self) -> str:
        """Why the text may not be what the page prints: the reasons of all pages it touches."""
        pages = self.document.pages_in(self.start, self.end)
        return "; ".join(dict.fromkeys(page.doubt for page in pages if page.doubt))

    @property
    def receipt(self) -> Receipt:
        return Receipt(
            sha256=self.document.sha256,
            text_sha256=self.document.text_sha256,
            page=self.document.page_at(self.start),
            section=self.document.section_path(self.start),
            paragraph=self.document.paragraph_at(self.start),
            start=self.start,
            end=self.end,
        )


class QuoteState(StrEnum):
    """What a quote is worth at the moment it is shown."""

    VERIFIED = "verified"
    """The stored text and the source file are what they were when it was indexed."""
    DOUBTFUL = "doubtful"
    """Verified, but the text of its page may not be what the page shows."""
    CHANGED = "changed"
    """The source file or the stored text is no longer what the quote was taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuote(Quote):
    """A quote of a saved session whose document is not kept any more.

    The only quote that holds its own words: as they were when they were verified, with the receipt
    of that time. Its `document` has a name and metadata and no text, so nothing can be re-anchored.
    """

    words: str
    taken: Receipt

    @property
    def text(self) -> str:
        return self.words

    @property
    def receipt(self) -> Receipt:
        return self.taken


class Verdict(StrEnum):
    ANSWERED = "answered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A glossary entry that widened a question."""

    term: str
    """As the question has it."""
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Quotes of an answer that speak of one period."""

    period: str
    """``2014-2020`` or ``2019``; empty for quotes that speak of several, or of none."""
    stated: bool
    """Whether the texts say so; else it is the date of their documents."""
    quotes: tuple[int, ...]
    """Positions in the answer's quotes, from 0, best first."""

    @property
    def name(self) -> str:
        """For the line above its quotes."""
        if not self.period:
            return "of no single period, or not dated"
        told = "" if self.stated else ", by the date of the document: its text names no period"
        return f"{self.period}{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which documents a question was put to: "not found" is true of these alone."""

    documents: int = 0
    """How many were searched."""
    of: int = 0
    """How many there were; 0 where nobody noted it, in sessions of older versions."""
    only: str = ""
    """What narrowed the search, as it is read after "only": ``in jobs.md, of type pdf``."""

    @property
    def name(self) -> str:
        """``16 documents`` or ``1 of 16 documents``."""
        if not self.of:
            return "the documents"
        every = counted(self.of, "document")
        return f"{self.documents:,} of {every}" if self.only else every

    @property
    def not_found(self) -> str:
        """``Not found in 1 of 16 documents: only in jobs.md``."""
        return f"Not found in {self.name}{f': only {self.only}' if self.only else ''}"

    @property
    def narrowed(self) -> str:
        """Said after "searched": ``only in jobs.md: 1 of 16 documents``; empty for all of them."""
        return f"only {self.only}: {self.name}" if self.only else ""


PERIODS_DIFFER = "The documents say different things for different periods, newest first:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the documents say to one question: quotes, or nothing and the nearest passages."""

    question: str
    understood_as: str
    scope: Scope = Scope()
    verdict: Verdict
    confidence: float
    """0 to 1; see docs/evaluation.md for what it is worth."""
    bar: float = 0.0
    """The least confidence of an answer."""
    factors: tuple[Factor, ...] = ()
    """What the confidence was made from: their weighed sum, with the bias, is its log-odds."""
    quotes: tuple[Quote, ...] = ()
    """Best first; empty when the verdict is not_found."""
    nearest: tuple[Quote, ...] = ()
    """The closest passages: never an answer."""
    expanded: tuple[Expansion, ...] = ()
    by_period: tuple[PeriodGroup, ...] = ()
    """All quotes by period where periods answer differently, else empty: what begins last first.
    Those of no single period come last, but first if the best quote is among them."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> Conversation:
        return Conversation((*self.turns, turn))

    def without_last(self) -> Conversation:
        """As it was before the last question."""
        return Conversation(self.turns[:-1])
