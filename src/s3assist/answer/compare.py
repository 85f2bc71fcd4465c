"""Two versions of a document side by side: what was added, removed, moved or reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from s3assist.documents import Document, Paragraph, Quote, Span

REWORDED = 0.5
"""Words that two paragraphs must share, in order, to count as one that was reworded."""
MOST_PAIRS = 1_000_000
"""Paragraphs compared with each other beyond their places; past it only neighbours are."""
WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Difference:
    """One paragraph that is not the same in both versions."""

    kind: str
    """``added``, ``removed``, ``reworded`` or ``moved``."""
    old: Quote | None
    """The paragraph as it was, the words that went emphasised; None if it was added."""
    new: Quote | None
    """The paragraph as it is, the words that came emphasised; None if it was removed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the paragraphs of one version in another."""

    old: Document
    new: Document
    differences: tuple[Difference, ...]
    """In the order of the newer text; what was removed stands where it stood."""
    unchanged: int
    """Paragraphs that are the same, in the same order."""

    def count(self, kind: str) -> int:
        return sum(difference.kind == kind for difference in self.differences)


def compare(old: Document, new: Document) -> Comparison:
    """Tell what changed between two versions, paragraph by paragraph.

    White space counts for nothing; every other character does.
    """
    befores, afters = paragraphs(old), paragraphs(new)
    matcher = SequenceMatcher(
        None, [b.words for b in befores], [a.words for a in afters], autojunk=False
    )
    unchanged = 0
    gaps: list[tuple[list[Part], list[Part]]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            unchanged += i2 - i1
        else:
            gaps.append((befores[i1:i2], afters[j1:j2]))
    pairs = dict(paired(gaps))
    gone = {before: after for after, before in pairs.items()}
    differences: list[Difference] = []
    for before, after in gaps:
        differences += [
            Difference("removed", quote(old, part), None) for part in before if part not in gone
        ]
        differences += [difference(old, new, pairs.get(part), part) for part in after]
    return Comparison(old, new, tuple(differences), unchanged)


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph with its words; its number makes it different from an equal one elsewhere."""

    number: int
    start: int
    end: int
    words: tuple[str, ...]


def paragraphs(document: Document) -> list[Part]:
    return [part(document, number, p) for number, p in enumerate(document.paragraphs)]


def part(document: Document, number: int, paragraph: Paragraph) -> Part:
    words = tuple(WORDS.findall(document.text[paragraph.start : paragraph.end]))
    return Part(number, paragraph.start, paragraph.end, words)


def paired(gaps: Sequence[tuple[list[Part], list[Part]]]) -> Iterator[tuple[Part, Part]]:
    """(new paragraph, the old one that it came from), each at most once.

    The same words elsewhere first, then like paragraphs in the same place, then like ones anywhere.
    """
    removed = {part for before, _ in gaps for part in before}
    added = [part for _, after in gaps for part in after]
    places: dict[tuple[str, ...], list[Part]] = {}
    for part_ in sorted(removed, key=lambda part: part.number):
        places.setdefault(part_.words, []).append(part_)
    left: set[Part] = set()
    for part_ in added:
        if places.get(part_.words):
            same = places[part_.words].pop(0)
            removed.discard(same)
            yield part_, same
        else:
            left.add(part_)
    for before, after in [*gaps, (sorted(removed, key=number), sorted(left, key=number))]:
        olds = [part for part in before if part in removed]
        news = [part for part in after if part in left]
        if len(olds) * len(news) > MOST_PAIRS:
            continue
        for new, old in alike(olds, news):
            removed.discard(old)
            left.discard(new)
            yield new, old


def number(part: Part) -> int:
    return part.number


def alike(olds: Sequence[Part], news: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """The likest pairs of old and new paragraphs, best first, each paragraph once."""
    from rapidfuzz.distance import Indel

    found: list[tuple[float, int, int]] = []
    for i, old in enumerate(olds):
        for j, new in enumerate(news):
            score = Indel.normalized_similarity(old.words, new.words, score_cutoff=REWORDED)
            if score > 0:
                found.append((-score, i, j))
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, i, j in sorted(found):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            yield news[j], olds[i]


def difference(old: Document, new: Document, before: Part | None, after: Part) -> Difference:
    if before is None:
        return Difference("added", None, quote(new, after))
    if before.words == after.words:
        return Difference("moved", quote(old, before), quote(new, after))
    went, came = changed_words(old, before, new, after)
    return Difference("reworded", quote(old, before, went), quote(new, after, came))


def changed_words(
    old: Document, before: Part, new: Document, after: Part
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The words that only one of two paragraphs has, as spans of the one and of the other."""
    olds, news = word_spans(old, before), word_spans(new, after)
    matcher = SequenceMatcher(None, before.words, after.words, autojunk=False)
    went: list[Span] = []
    came: list[Span] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if i2 > i1:
            went.append(Span(olds[i1].start, olds[i2 - 1].end))
        if j2 > j1:
            came.append(Span(news[j1].start, news[j2 - 1].end))
    return tuple(went), tuple(came)


def word_spans(document: Document, part: Part) -> list[Span]:
    return [Span(*m.span()) for m in WORDS.finditer(document.text, part.start, part.end)]


def quote(document: Document, part: Part, emphasis: tuple[Span, ...] = ()) -> Quote:
    return Quote(document=document, start=part.start, end=part.end, emphasis=emphasis)
