"""From sentences that answer to quotes: one to three whole sentences or a list, each said once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from s3assist.answer.form import NUMBER, NUMBER_WORDS, asks_for_several, words_of_form
from s3assist.answer.read import Reading
from s3assist.documents import BlockKind, Document, Paragraph, Quote, Span
from s3assist.errors import IndexDamagedError
from s3assist.index.terms import fold

MOST_SENTENCES = 3
MOST_CHARACTERS = 900
"""A quote is not widened past this; a single longer sentence stays whole."""
LONGEST_LIST = 1_800
"""Nor is one that announces a list past this: half a list reads like a whole one."""
NEARLY = 0.25
"""A neighbour with this much of a sentence's own chance to answer is quoted with it."""
HARDLY = 0.05
"""So much of an entry's chance is enough for the line above a list where several are asked for."""
IMPLAUSIBLE = 0.02
"""A sentence with less than this share of the best one's chance to answer is not quoted."""
FAINT = 0.005
"""One with less than this share can't become plausible by being said elsewhere too."""
SAME_STATEMENT = 0.8
"""Share of words in common from which two quotes with the same figures say the same."""

# A sentence that opens so leans on the one before it.
LEANS_BACK = re.compile(
    r"^(?:it|its|they|their|this|these|that|those|he|she|his|her|such|both|here|there|hence"
    r"|thus|therefore|however|moreover|furthermore|in addition|additionally|also|consequently"
    r"|as a result|for this|in this|by doing so|on the contrary|the former|the latter|similarly"
    r"|likewise|instead|otherwise|then|second(?:ly)?|third(?:ly)?|finally"
    r"|il|elle|ils|elles|ce|cette|ces|es|sie|dies\w*|er|esto|esta|este|estos)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
# A dash is a sign before a number, and none within a range.
PRINTED = re.compile(rf"{NUMBER}|\w+|[€$£%‰<>≤≥+]|(?<![^\s(\[])[−–-](?=\d)")
MINUS = str.maketrans("−–", "--")
THOUSANDS = re.compile(r"(?<=\d)[ ,](?=\d{3}(?!\d))")
SIGN_OR_DIGIT = re.compile(r"[^\w ]|\d")
WRITTEN = {
    "euro": "€", "euros": "€", "eur": "€", "usd": "$", "dollar": "$", "dollars": "$",
    "gbp": "£", "pound": "£", "pounds": "£", "percent": "%", "cent": "%", **NUMBER_WORDS,
}  # fmt: skip
"""Signs and figures in words."""
NEGATION = re.compile(
    r"\b(?:not|never|neither|nor|without|cannot|no(?!\.?\s?\d)|nicht|kein\w{0,2}|nie|ohne"
    r"|pas|jamais|aucune?|sans|nunca|sin)\b|n['’]t\b"
)
# What differs between editions of one text: raised numbers of notes, unless they may be powers of
# ten, and numbers of paragraphs.
NOTE = re.compile(r"(?<!\d)[⁰¹²³⁴-⁹]+")
LABEL = re.compile(r"^\W?\d{1,3}(?:\.\d+)*[.)]\s")
DIGITS = re.compile(r"[\d.,\s]+")

Chances = Mapping[tuple[str, int], float]
"""By the path of a document and where a sentence begins: its chance to answer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote in the making, with the reading that it was built around."""

    quote: Quote
    reading: Reading


def make_quotes(question: str, readings: Sequence[Reading], most: int) -> list[Quote]:
    """The best `most` quotes, best first.

    Sentences that repeat an earlier quote are left out, and their chance is added to its own: that
    a statement answers is shared among all places that make it. Where another document, or another
    page, prints the very same words, that place is added to the quote's `also`. What hardly
    answers, measured by the best one, is left out too.

    Args:
        question: in its stand-alone form.
        readings: all sentences read for it, best first.
        most: how many quotes at the most.
    """
    made, chosen = candidates(question, readings), list[Quote]()
    best = made[0].quote.score if made else 0.0
    for quote, reading in ((one.quote, one.reading) for one in made):
        twin = find_twin(quote, reading, chosen)
        if twin is None:
            if quote.score >= FAINT * best:
                chosen.append(quote)
            continue
        other = chosen[twin]
        also = (*other.also, quote) if is_other_place(quote, reading, other) else other.also
        more = 0.0 if overlap(quote, other) else reading.chance
        chosen[twin] = replace(other, also=also, score=other.score + more)
    chosen.sort(key=lambda quote: -quote.score)
    return [quote for quote in chosen if quote.score >= IMPLAUSIBLE * chosen[0].score][:most]


def candidates(question: str, readings: Sequence[Reading]) -> list[Candidate]:
    """Quotes by how likely it is that they hold the answer, each around its likeliest sentence."""
    chances = {(r.hit.document.path, r.sentence.start): r.chance for r in readings}
    made: list[Candidate] = []
    for reading in readings:
        document = reading.hit.document
        whole = whole_thought(question, reading, chances)
        quote = Quote(document=document, start=whole.start, end=whole.end)
        inside = [chances.get((document.path, span.start), 0.0) for span in quote.sentences]
        emphasis = emphasise(question, document, whole, reading)
        quote = replace(quote, emphasis=emphasis, score=sum(inside), factors=reading.factors)
        made.append(Candidate(quote, reading))
    return sorted(made, key=lambda candidate: -candidate.quote.score)


def whole_thought(question: str, reading: Reading, chances: Chances) -> Span:
    """The shortest run of sentences that says it: at most three, or a whole list.

    A sentence that opens with a pronoun or a connective takes the sentence before it; one that
    ends in a colon takes what it announces; a list entry takes the line that announces the list.
    Then neighbours whose chance to answer is not far below its own join it; a likelier one has a
    quote of its own. A row of a table stands for itself, and so does a paragraph; list entries may
    join each other, and a line that announces a list brings all of it (`end_of_list`).
    """
    document, sentences = reading.hit.document, reading.hit.passage.sentences
    text, first, last = document.text, reading.position, reading.position

    def chance(position: int) -> float:
        return chances.get((document.path, sentences[position].start), 0.0)

    def reads(position: int) -> str:
        return text[sentences[position].start : sentences[position].end].rstrip()

    def fits(one: int, other: int) -> bool:
        return (
            0 <= one <= other < len(sentences)
            and other - one < MOST_SENTENCES
            and sentences[other].end - sentences[one].start <= MOST_CHARACTERS
        )

    def same_paragraph(one: int, other: int) -> bool:
        return "\n" not in text[sentences[one].end : sentences[other].start]

    def may_join(one: int, other: int) -> bool:
        if same_paragraph(one, other):
            return True
        joined = sentences[one : other + 1]
        return all(document.kind_at(s.start) is BlockKind.ITEM for s in joined)

    own = chance(reading.position)
    if fits(first - 1, last) and (
        reads(first - 1).endswith(":")
        or (same_paragraph(first - 1, first) and LEANS_BACK.match(reads(first)))
    ):
        first -= 1
    while reads(reading.position).endswith(":") and fits(first, last + 1):
        last += 1
    while True:
        sides = [i for i in (first - 1, last + 1) if fits(min(i, first), max(i, last))]
        sides = [i for i in sides if may_join(min(i, first), max(i, last))]
        joining = [i for i in sides if NEARLY * own <= chance(i) <= own]
        if not joining:
            break
        best = max(joining, key=chance)
        first, last = min(first, best), max(last, best)
    start, end = sentences[first].start, sentences[last].end
    return Span(start, end_of_list(question, document, start, end, chances))


def end_of_list(question: str, document: Document, start: int, end: int, chances: Chances) -> int:
    """Where a run ends that takes in all entries of the list that it announces.

    It takes as many whole entries as a quote has room for, also those of the next passage. A list
    of which one entry answers far better than the line that announces it is not what was asked
    for, unless several things were: that entry has its own quote.
    """
    line, entries = announced_in(document, start, end)
    if not entries:
        return end
    told = chances.get((document.path, line.start), 0.0)
    each = [
        chances.get((document.path, s.start), 0.0) for entry in entries for s in entry.sentences
    ]
    if told < (HARDLY if asks_for_several(question) else NEARLY) * max(each):
        return end
    ends = [entry.sentences[-1].end for entry in entries]
    return max([end, *(one for one in ends if one - start <= LONGEST_LIST)])


def announced_in(document: Document, start: int, end: int) -> tuple[Span, Sequence[Paragraph]]:
    """The first line of a run that announces a list, and all entries of that list."""
    first, last = document.paragraph_at(start) - 1, document.paragraph_at(end - 1)
    for position in range(first, last):
        line = document.paragraphs[position]
        # What an entry announces ends within the list, and nothing says where.
        if line.kind is BlockKind.ITEM or not line.sentences or line.sentences[-1].end > end:
            continue
        if document.text[line.start : line.end].rstrip().endswith(":"):
            entries = document.entries_from(position + 1)
            return line.sentences[-1], list(takewhile(lambda entry: entry.sentences, entries))
    return Span(start, end), ()


def emphasise(question: str, document: Document, whole: Span, reading: Reading) -> tuple[Span, ...]:
    """The words that answer: amounts or dates where they are asked for, else the reader's choice.

    Without either it is the sentence that answers, unless that is the whole quote.
    """
    core, pointed = reading.sentence, reading.words
    asked, text = fold(question), document.text
    found = [
        span
        for span in words_of_form(question, text, core.start, core.end)
        if fold(text[span.start : span.end]) not in asked
    ]
    if found:
        among = [span for span in found if pointed is not None and span.overlaps(pointed)]
        # The reader does not tell a share of jobs from one of wages: two of a unit stay together.
        units = {unit(document, span) for span in among} - {""}
        among = [span for span in found if span in among or unit(document, span) in units]
        return tuple(among or found)
    if pointed is not None:
        return (pointed,)
    return () if whole == core else (core,)


def unit(document: Document, amount: Span) -> str:
    """What an amount is of, without spaces: ``%``, ``millioneuro``; empty for a bare number."""
    return DIGITS.sub("", fold(document.text[amount.start : amount.end]))


def find_twin(quote: Quote, reading: Reading, chosen: Sequence[Quote]) -> int | None:
    """The place in `chosen` of a quote that says the same, or shares characters with this one."""
    for position, other in enumerate(chosen):
        if overlap(quote, other):
            return position
        if says_the_same(quote.text, other.text) or is_repeated(reading.text, other):
            return position
    return None


def overlap(one: Quote, other: Quote) -> bool:
    """Whether two quotes share characters of a document."""
    same = one.document.path == other.document.path
    return same and Span(one.start, one.end).overlaps(Span(other.start, other.end))


def says_the_same(one: str, other: str) -> bool:
    """Whether most of the words of two texts are the same, and all that could contradict is."""
    return likeness(words(one), words(other)) >= SAME_STATEMENT and figures(one) == figures(other)


def is_repeated(sentence: str, quote: Quote) -> bool:
    """Whether a sentence of a quote has all words of this one, and contradicts it in no figure."""
    own = words(sentence)
    if len(own) <= 4 or not own <= words(quote.text):
        return False
    theirs = [quote.document.text[span.start : span.end] for span in quote.sentences]
    return any(own <= words(text) and figures(sentence) == figures(text) for text in theirs)


def is_other_place(quote: Quote, reading: Reading, chosen: Quote) -> bool:
    """Whether the same words are printed at another place than those already named."""
    if canonical(reading.text) not in canonical(chosen.text):
        return False
    return not any(overlap(quote, place) for place in (chosen, *chosen.also))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard: the share of all words of two texts that both have."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(fold(text)))


def canonical(text: str) -> str:
    """What a text prints, for `in`: words, whole numbers and signs, with a space around each."""
    return f" {' '.join(printed(text))} "


def printed(text: str) -> list[str]:
    found = PRINTED.findall(fold(text))
    return [THOUSANDS.sub("", token).translate(MINUS) for token in found]


def figures(text: str) -> Counter[str]:
    """What makes like statements contrary ones, counted: numbers, signs and negations."""
    plain = NOTE.sub("", LABEL.sub("", text))
    tokens = (WRITTEN.get(token, token) for token in printed(plain))
    found = Counter(token for token in tokens if SIGN_OR_DIGIT.search(token))
    found["not"] = len(NEGATION.findall(fold(plain)))
    return found


def check(quote: Quote, stored: Document) -> None:
    """Make sure that a quote is still what the index stores for its document.

    Raises:
        IndexDamagedError: it is not; nothing of it may be shown.
    """
    same = (
        quote.document.sha256 == stored.sha256
        and 0 <= quote.start < quote.end <= len(stored.text)
        and stored.text[quote.start : quote.end] == quote.text
    )
    if not same:
        raise IndexDamagedError(
            f"A quote does not agree with the stored text of {quote.document.path}",
            hint="Run `s3assist index --rebuild`.",
        )
