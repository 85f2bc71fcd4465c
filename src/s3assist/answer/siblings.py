"""Sentences of a sibling of what a question names: of strand 2 where it is strand 1.

Members of a series share all words but one, so that readers take what is said of one for an answer
about another. A sentence is of a sibling if it names another member, and not the one asked about;
so is what stands below the heading, or in the row of a table, that names another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from s3assist.answer.converse.vocabulary import ORDINALS
from s3assist.documents import BlockKind, Document, Span, row_cells
from s3assist.index.terms import fold
from s3assist.numerals import from_roman

SERIES = (
    "action|annex|article|axis|call|category|chapter|class|component|criterion|criteria|directive"
    "|edition|flagship|generation|goal|group|level|lot|measure|objective|option|part|phase|pillar"
    "|priority|regulation|report|round|stage|step|strand|tier|type|window"
)
"""What is numbered in documents of policy."""
NUMBERED = re.compile(
    rf"\b(?P<noun>(?i:{SERIES}))(?i:s?)\s+(?:\([A-Z]+\)\s*)?(?:[Nn]o\.?\s*)?"
    r"(?P<numbers>(?:\d{1,5}(?:/\d{1,5})?[a-z]?|[IVX]{2,4}|[VX]"
    r"|I(?=\s*(?:[?.!,;:)–-]|$|of\b|and\b|to\b)))(?!\w)"
    r"(?:\s*(?:,|&|[–-]|and\b|or\b|to\b)\s*(?:\d{1,5}[a-z]?|[IVX]{1,4})(?!\w))*)"
)
NUMBER = re.compile(r"\d+(?:/\d+)?[a-z]?|[IVX]{1,4}(?!\w)")
LONGEST_SERIES = 40
"""Members of a range; ``articles 1 to 300`` are its first and its last."""
THROUGH = re.compile(r"[–-]|\bto\b")
ORDINAL = re.compile(
    rf"\b(?P<ordinal>{'|'.join(ORDINALS)}|\d{{1,2}}(?=st\b|nd\b|rd\b|th\b))(?:st|nd|rd|th)?\s+"
    r"(?P<nouns>[\w-]+(?:\s+[\w-]+){0,2})",
    re.IGNORECASE,
)
SHORTEST_NOUN = 4
"""Letters of a word that an ordinal may count."""
VARIANT = re.compile(r"\b(?P<stem>[A-Z][A-Za-z]+)-(?P<variant>\d?[A-Z0-9]\w{0,2}|\d\w{0,2})(?!\w)")
"""``ESCP-4i``, ``ESCP-S3``"""
LONGEST_HEADING = 4
"""Words of a heading that may be the name of a member."""

MOST_ROWS = 60
"""Of a table on each side of a row: names of members stand near each other."""

Members = Mapping[str, frozenset[str]]
"""By what is counted, in singular: the members named."""


def members_in(text: str) -> Members:
    """What a text names of each series: ``strand: {1}`` for both "Strand I" and "first strand"."""
    found: dict[str, set[str]] = {}
    for match in NUMBERED.finditer(text):
        noun = match["noun"].lower().replace("criteria", "criterion")
        found.setdefault(noun, set()).update(numbers_in(match["numbers"]))
    for match in ORDINAL.finditer(text):
        ordinal = match["ordinal"].lower()
        number = ORDINALS.get(ordinal, ordinal)
        for noun in match["nouns"].lower().split():
            if len(noun) >= SHORTEST_NOUN:
                found.setdefault(noun.removesuffix("s"), set()).add(number)
    for match in VARIANT.finditer(text):
        found.setdefault(match["stem"].lower(), set()).add(match["variant"].lower())
    return {name: frozenset(members) for name, members in found.items()}


def numbers_in(text: str) -> list[str]:
    """``1``, ``2`` and ``3`` of "1, 2 and 3" and of "I to III"."""
    found = NUMBER.findall(text)
    numbers = [n if n[0].isdigit() else str(from_roman(n)) for n in found]
    if len(numbers) == 2 and THROUGH.search(text) and all(n.isdigit() for n in numbers):
        first, last = map(int, numbers)
        if first < last <= first + LONGEST_SERIES:
            return [str(number) for number in range(first, last + 1)]
    return numbers


class Siblings:
    """What a question names, which siblings of it are not."""

    def __init__(self, question: str) -> None:
        self._members = members_in(question)
        self._folded = fold(question)
        self._headings: dict[str, list[tuple[frozenset[str], set[str]]]] = {}

    def hold(self, document: Document, sentence: Span, path: Sequence[str]) -> bool:
        """Whether a sentence, below the headings of a path, is of a sibling of what the question
        names."""
        text = document.text[sentence.start : sentence.end]
        return (
            self._counts_others(text, path)
            or self._is_below_another(document, text, path)
            or self._is_row_of_another(document, sentence.start)
        )

    def _counts_others(self, text: str, path: Sequence[str]) -> bool:
        """What the sentence does not count, the nearest heading may."""
        if not self._members:
            return False
        told = [members_in(part) for part in (text, *reversed(path))]
        words = re.findall(r"\w+", text.lower())
        for name, members in self._members.items():
            if any(ORDINALS.get(word) in members for word in words):
                continue  # ``… the second has twice as much``
            others = next((one[name] for one in told if name in one), members)
            if not any(may_be_one(one, other) for one in members for other in others):
                return True
        return False

    def _is_below_another(self, document: Document, text: str, path: Sequence[str]) -> bool:
        for group, asked in self._asked_headings(document):
            said = held(group, fold(text)) or group & {fold(title).strip() for title in path}
            if said and not said & asked:
                return True
        return False

    def _asked_headings(self, document: Document) -> list[tuple[frozenset[str], set[str]]]:
        if document.path not in self._headings:
            groups = [(group, held(group, self._folded)) for group in named_headings(document)]
            self._headings[document.path] = [(group, asked) for group, asked in groups if asked]
        return self._headings[document.path]

    def _is_row_of_another(self, document: Document, start: int) -> bool:
        if document.kind_at(start) is not BlockKind.ROW:
            return False
        own, others = first_cells(document, start)
        named = held((cell for cell in others if len(cell) >= SHORTEST_NOUN), self._folded)
        return bool(named) and own not in named and not held([own], self._folded)


def may_be_one(one: str, other: str) -> bool:
    """Whether two numbers name one member, or one a part of the other: ``2`` and ``2b``."""
    return one == other or one.rstrip("abcdefgh") == other or other.rstrip("abcdefgh") == one


def named_headings(document: Document) -> list[frozenset[str]]:
    """Folded headings of one level that differ in their first words only, in groups of two or more:
    ``Bronze Label``, ``Silver Label``."""
    groups: dict[tuple[str, ...], set[str]] = {}
    path: list[tuple[int, str]] = []
    for section in document.sections:
        title = fold(section.title).strip()
        while path and path[-1][0] >= section.level:
            path.pop()
        words = title.split()
        if 2 <= len(words) <= LONGEST_HEADING:
            above = (name for _, name in path)
            groups.setdefault((*above, words[-1]), set()).add(title)
        path.append((section.level, title))
    return [frozenset(titles) for titles in groups.values() if len(titles) > 1]


def held(names: Iterable[str], text: str) -> set[str]:
    """Names that a folded text has, as whole words."""
    return {n for n in names if n in text and re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text)}


def first_cells(document: Document, start: int) -> tuple[str, set[str]]:
    """The folded first cell of the row at an offset, and those of the rows around it."""
    cells = {
        row.start: fold(row_cells(document.text[row.start : row.end])[0])
        for row in document.table_at(start, MOST_ROWS).values()
    }
    return cells.pop(start), set(cells.values())
