"""Two versions of a document side by side: what was added, removed, moved or reworded."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from s3assist.documents import Document, Paragraph, Quote, Span

REWORDED = 0.5
"""Words that two paragraphs must share, in order, to count as one that was reworded."""
MOST_LIKENED = 5_000_000_000
"""Words by words of paragraphs that are compared for likeness, in all gaps together: a second or
two. A gap that would take more than is left of it is passed over."""
FEWEST_WORDS = 64
"""A shorter paragraph takes as long to compare as one of so many words."""
MOST_CELLS = 2_000_000_000
"""Places by places that are aligned at once, for a bit each; past it in pieces."""
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
    changed = list(unlike([b.words for b in befores], [a.words for a in afters]))
    gaps = [(befores[i1:i2], afters[j1:j2]) for i1, i2, j1, j2 in changed]
    unchanged = len(befores) - sum(len(before) for before, _ in gaps)
    pairs = dict(paired(gaps))
    gone = {before: after for after, before in pairs.items()}
    differences: list[Difference] = []
    for before, after in gaps:
        differences += [
            Difference("removed", quote(old, part), None) for part in before if part not in gone
        ]
        differences += [difference(old, new, pairs.get(part), part) for part in after]
    return Comparison(old, new, tuple(differences), unchanged)


def unlike(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences differ, (old start, old end, new start, new end), if as much as possible
    stays the same."""
    # Numbers, since what is aligned is told apart by its hash alone.
    numbers: dict[Hashable, int] = {}
    olds = [numbers.setdefault(one, len(numbers)) for one in old]
    news = [numbers.setdefault(one, len(numbers)) for one in new]
    i = j = 0
    for at_old, at_new, size in [*runs_in_common(olds, news), (len(olds), len(news), 0)]:
        if at_old > i or at_new > j:
            yield i, at_old, j, at_new
        i, j = at_old + size, at_new + size


def runs_in_common(old: Sequence[int], new: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(old start, new start, length) of what stays the same.

    What is too long to be aligned at once is cut at what each side has only once; a piece that is
    still too long has nothing in common.
    """
    # difflib takes time that is cubic in what is repeated, as the dashes of a table are.
    from rapidfuzz.distance import LCSseq

    fits = len(old) * len(new) <= MOST_CELLS
    i = j = 0
    for at_old, at_new in [*([] if fits else anchors(old, new)), (len(old), len(new))]:
        if (at_old - i) * (at_new - j) <= MOST_CELLS:
            edits = LCSseq.editops(old[i:at_old], new[j:at_new])
            for run in edits.as_matching_blocks():
                if run.size:
                    yield i + run.a, j + run.b, run.size
        if at_old < len(old):
            yield at_old, at_new, 1
        i, j = at_old + 1, at_new + 1


def anchors(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Places of what each side has once, as many as stand in the same order on both."""
    olds, news = Counter(old), Counter(new)
    places = {one: at for at, one in enumerate(new) if olds[one] == news[one] == 1}
    # The longest rising chain of places in `new`. For each length that a chain can have: the
    # lowest place that such a chain ends in, and its last link.
    ends: list[int] = []
    tips: list[int] = []
    links: list[tuple[int, int, int]] = []  # place in `old`, place in `new`, the link before
    for at_old, one in enumerate(old):
        if one not in places:
            continue
        length = bisect_left(ends, places[one])
        ends[length : length + 1] = [places[one]]
        tips[length : length + 1] = [len(links)]
        links.append((at_old, places[one], tips[length - 1] if length else -1))
    found: list[tuple[int, int]] = []
    link = tips[-1] if tips else -1
    while link >= 0:
        at_old, at_new, link = links[link]
        found.append((at_old, at_new))
    return found[::-1]


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
    places: dict[tuple[str, ...], deque[Part]] = {}
    for part_ in sorted(removed, key=number):
        places.setdefault(part_.words, deque()).append(part_)
    left: set[Part] = set()
    for part_ in added:
        if places.get(part_.words):
            same = places[part_.words].popleft()
            removed.discard(same)
            yield part_, same
        else:
            left.add(part_)
    budget = MOST_LIKENED
    for before, after in [*gaps, (sorted(removed, key=number), sorted(left, key=number))]:
        olds = [part for part in before if part in removed]
        news = [part for part in after if part in left]
        work = extent(olds) * extent(news)
        if work > budget:
            continue
        budget -= work
        for new, old in alike(olds, news):
            removed.discard(old)
            left.discard(new)
            yield new, old


def number(part: Part) -> int:
    return part.number


def extent(parts: Sequence[Part]) -> int:
    return sum(max(len(part.words), FEWEST_WORDS) for part in parts)


def alike(olds: Sequence[Part], news: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """The likest pairs of old and new paragraphs, best first, each paragraph once."""
    from rapidfuzz.distance import Indel

    letters: dict[str, str] = {}
    old_texts = [spelled(old, letters) for old in olds]
    new_texts = [spelled(new, letters) for new in news]
    found: list[tuple[float, int, int]] = []
    for i, old in enumerate(old_texts):
        for j, new in enumerate(new_texts):
            score = Indel.normalized_similarity(old, new, score_cutoff=REWORDED)
            if score > 0:
                found.append((-score, i, j))
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, i, j in sorted(found):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            yield news[j], olds[i]


def spelled(part: Part, letters: dict[str, str]) -> str:
    """A paragraph with a letter for each of its words: texts are compared several times as fast.

    Words that come after all letters are given away share the last one.
    """
    return "".join(
        letters.setdefault(word, chr(min(len(letters), sys.maxunicode))) for word in part.words
    )


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
    went: list[Span] = []
    came: list[Span] = []
    for i1, i2, j1, j2 in unlike(before.words, after.words):
        if i2 > i1:
            went.append(Span(olds[i1].start, olds[i2 - 1].end))
        if j2 > j1:
            came.append(Span(news[j1].start, news[j2 - 1].end))
    return tuple(went), tuple(came)


def word_spans(document: Document, part: Part) -> list[Span]:
    return [Span(*m.span()) for m in WORDS.finditer(document.text, part.start, part.end)]


def quote(document: Document, part: Part, emphasis: tuple[Span, ...] = ()) -> Quote:
    return Quote(document=document, start=part.start, end=part.end, emphasis=emphasis)
