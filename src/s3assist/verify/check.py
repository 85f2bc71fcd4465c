"""Look the quotes of a text up in the index: found, misattributed, not found, source changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from s3assist.answer.quote import canonical
from s3assist.documents import BlockKind, Document, Quote, Standing
from s3assist.export.citation import STANDINGS
from s3assist.verify.claims import LEAST_WORDS, Claim, Quotation, Reference, quotations
from s3assist.verify.loosen import Loosened, folded, loosened
from s3assist.verify.occurrences import occurrences, positions, ways
from s3assist.verify.pages import name_of_page, wrong_page
from s3assist.verify.titles import Titles

MOST_PLACES = 3
"""Places of one quote that are shown."""
Recall = Callable[[str], Document | None]
"""`Assistant.recall`: from a hash to the document, as long as that version is kept."""
LIKE = 0.6
"""Likeness (difflib's ratio) from which a paragraph is meant to be a sentence of the document."""


class Finding(StrEnum):
    """What a quote of a text turned out to be."""

    FOUND = "found"
    MISATTRIBUTED = "misattributed"
    """The words are in a document, but not where the text says they are."""
    NOT_FOUND = "not_found"
    """No document has these words."""
    SOURCE_CHANGED = "source_changed"
    """The document is no longer the one that the receipt is of, or is gone."""
    PASSED_OVER = "passed_over"
    """It stands in a question or a remark of an export and is not looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One quote of a text and what it turned out to be."""

    words: str
    """As the text has them."""
    finding: Finding
    detail: str = ""
    """What is wrong, in a sentence."""
    receipt: str = ""
    """As the text has it; empty for a quote in quotation marks only."""
    places: tuple[Quote, ...] = ()
    """Where the words stand, the first few."""


def looked_up(checked: Iterable[Checked]) -> list[Checked]:
    """Those that are quotes, found or not."""
    return [result for result in checked if result.finding is not Finding.PASSED_OVER]


@dataclass(slots=True)
class Sought:
    """Words that are looked for in every document."""

    parts: tuple[tuple[str, ...], ...]
    """Ways to read them, each a sequence of parts between omissions; loosened."""
    places: list[Quote] = field(default_factory=list)

    def look_into(self, document: Document, text: Loosened) -> None:
        for parts in self.parts:
            spans = [text.raw(found) for found in occurrences(parts, text.loose)]
            if spans:
                self.places += [Quote(document=document, start=s.start, end=s.end) for s in spans]
                return


@dataclass(slots=True)
class Library:
    """What one pass over all documents has brought to light."""

    sought: dict[str, Sought]
    titles: Titles = field(default_factory=Titles)
    homes: dict[str, Document] = field(default_factory=dict)
    """Hash as receipts have it → the document, or an earlier version of one."""
    live: set[str] = field(default_factory=set)
    """Paths of the documents that questions are answered from."""
    earlier: set[str] = field(default_factory=set)
    """Hashes, as receipts have them, of documents that no question is answered from any more."""

    def places(self, words: str) -> tuple[Quote, ...]:
        return tuple(self.sought[words].places) if words in self.sought else ()

    def says(self, title: str) -> bool:
        """Whether a title is also what its document says: the first line of a text may be both.

        With pages it is a source, as in “The fund”, p. 12, whatever the cover of the document is.
        """
        return any(
            not place.document.pages
            and place.document.kind_at(place.start) is not BlockKind.HEADING
            and folded(place.document.metadata.title) == folded(title)
            for place in self.places(title)
        )


def verify(
    claims: Sequence[Claim], documents: Iterable[Document], recall: Recall | None = None
) -> list[Checked]:
    """Check every claim against all documents, which are read once.

    A receipt of a document that is not among them is checked against what `recall` finds.
    """
    library = survey(claims, documents)
    if recall is not None:
        remember(claims, library, recall)
    checked: list[Checked] = []
    before: Claim | None = None
    for read in claims:
        if read.remark:
            checked += passed_over(read)
            continue
        kept = tuple(q for q in read.quotations if not library.titles.hold(q))
        claim = replace(read, quotations=kept)
        taken: set[Quotation] = set()
        if claim.reference is not None and claim.also and before is not None:
            result = check_other_place(before, claim.reference, library)
            checked.append(with_standing(result, claim.reference, library))
        elif claim.reference is not None:
            result, taken = check_receipt(claim, claim.reference, library)
            checked.append(with_standing(result, claim.reference, library))
            before = claim
        checked += [
            check_quotation(quotation, library)
            for quotation in claim.quotations
            if quotation not in taken
            and not quotation.is_term
            and (quotation.words not in library.titles or library.says(quotation.words))
        ]
    return checked


def survey(claims: Sequence[Claim], documents: Iterable[Document]) -> Library:
    wanted = {words for claim in claims for words in candidates(claim)}
    library = Library({words: Sought(ways(words)) for words in wanted})
    hashes = {claim.reference.sha256 for claim in claims if claim.reference}
    for document in documents:
        text = Loosened(document.text)
        for sought in library.sought.values():
            sought.look_into(document, text)
        library.homes |= {name: document for name in hashes if document.sha256.startswith(name)}
        library.titles.add(document)
        library.live.add(document.path)
    return library


def remember(claims: Sequence[Claim], library: Library, recall: Recall) -> None:
    """Add the earlier versions that receipts are of."""
    for name in {claim.reference.sha256 for claim in claims if claim.reference}:
        document = None if name in library.homes else recall(name)
        if document is not None:
            library.homes[name] = document
            library.earlier.add(name)


def candidates(claim: Claim) -> Iterator[str]:
    """All that may be the words of a quote."""
    if claim.remark:
        return
    yield from (q.words for q in claim.quotations if claim.reference or not q.is_term)
    if claim.reference is not None:
        yield from (block for block in claim.blocks if len(block.split()) >= LEAST_WORDS)


def passed_over(remark: Claim) -> Iterator[Checked]:
    """What stands in quotation marks in words of a user, so that it is seen and not counted."""
    for quotation in remark.quotations:
        if not quotation.is_term:
            yield Checked(
                words=quotation.words,
                finding=Finding.PASSED_OVER,
                detail="it stands in a title, a question or a remark of an export",
            )


def check_receipt(
    claim: Claim, reference: Reference, library: Library
) -> tuple[Checked, set[Quotation]]:
    """The quote of a receipt, and the quotations that belong to it."""
    home = library.homes.get(reference.sha256)
    if home is None:
        words, taken = claimed_words(claim, "")
        return (
            Checked(
                words=words,
                finding=Finding.SOURCE_CHANGED,
                detail="the index has no document with this hash: it has changed or is gone",
                receipt=reference.text,
                places=shown(library.places(words)),
            ),
            taken,
        )
    expected = home.text[reference.start : reference.end]
    words, taken, fault = match(claim, loosened(expected))
    here = Quote(document=home, start=reference.start, end=reference.end) if expected else None
    if not fault and here is not None:
        fault = wrong_place(here, reference) or wrong_page(here, citation_of(claim, words), True)
        finding = Finding.MISATTRIBUTED if fault else Finding.FOUND
        return Checked(
            words=words, finding=finding, detail=fault, receipt=reference.text, places=(here,)
        ), taken
    elsewhere = library.places(words)
    return (
        Checked(
            words=words,
            finding=Finding.MISATTRIBUTED if elsewhere else Finding.NOT_FOUND,
            detail=fault or "the receipt names no place of its document",
            receipt=reference.text,
            places=shown(elsewhere) or ((here,) if here else ()),
        ),
        taken,
    )


def match(claim: Claim, expected: str) -> tuple[str, set[Quotation], str]:
    """The words of a claim that ought to be `expected`, and what is wrong with them."""
    if expected:
        exact = [q for q in claim.quotations if loosened(q.words) == expected]
        if exact:
            return exact[-1].words, set(exact), ""
        longer = [q for q in claim.quotations if expected in loosened(q.words)]
        if longer:
            return longer[-1].words, {longer[-1]}, "words were added to what the receipt is of"
        whole = [block for block in claim.blocks if loosened(block) == expected]
        if whole or any(positions(expected, loosened(" ".join(claim.blocks)))):
            inside = {q for q in claim.quotations if loosened(q.words) in expected}
            return (whole or [expected])[0], inside, ""
        # A part of the sentence, unless it is what the sentence itself has in quotation marks:
        # then the words around it are not those of the document.
        parts = [
            q
            for q in claim.quotations
            if any(any(occurrences(way, expected)) for way in ways(q.words))
            and not re.search(rf"[\"']{re.escape(loosened(q.words))}", expected)
            and not (q.is_term and is_quoted_beside(claim, q, expected))
        ]
        if parts:
            return parts[-1].words, {parts[-1]}, ""
    words, taken = claimed_words(claim, expected)
    return words, taken, "the place that the receipt names has other words"


def claimed_words(claim: Claim, expected: str) -> tuple[str, set[Quotation]]:
    """The likeliest words of a quote that is not what it should be."""
    long = [q for q in claim.quotations if not q.is_term]
    if long:
        return long[-1].words, {long[-1]}
    if not claim.blocks:
        return "", set()
    if not expected and claim.reference:  # then what is as long as the receipt says
        length = claim.reference.end - claim.reference.start
        return min(claim.blocks, key=lambda block: abs(len(block) - length)), set()
    blocks = [b for b in claim.blocks if len(b.split()) >= LEAST_WORDS] or claim.blocks
    best = max(blocks, key=lambda block: likeness(block, expected))
    return best, {q for q in claim.quotations if q.words in best}


def is_quoted_beside(claim: Claim, term: Quotation, expected: str) -> bool:
    """Whether another paragraph than the term's is meant to be the sentence that has it."""
    others = [b for b in claim.blocks if all(q.words != term.words for q in quotations(b))]
    return any(likeness(block, expected) >= LIKE for block in others)


def likeness(block: str, expected: str) -> float:
    matcher = difflib.SequenceMatcher(a=loosened(block), b=expected, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else matcher.quick_ratio()


def citation_of(claim: Claim, words: str) -> str:
    """What stands between the words of a claim and its receipt."""
    text = loosened(" ".join(claim.blocks))
    return text.rpartition(loosened(words))[2]


def with_standing(result: Checked, reference: Reference, library: Library) -> Checked:
    """The same, unless the words are right and stand in an earlier version only."""
    if reference.sha256 not in library.earlier or result.finding is not Finding.FOUND:
        return result
    path = library.homes[reference.sha256].path
    standing = Standing.CHANGED if path in library.live else Standing.GONE
    return replace(
        result,
        finding=Finding.SOURCE_CHANGED,
        detail=STANDINGS[standing],
        places=shown(library.places(result.words)),
    )


def check_other_place(before: Claim, reference: Reference, library: Library) -> Checked:
    """Whether another place prints what the quote before it says."""
    home = library.homes.get(reference.sha256)
    if home is None:
        return Checked(
            words="",
            finding=Finding.SOURCE_CHANGED,
            detail="the index has no document with this hash: it has changed or is gone",
            receipt=reference.text,
        )
    here = Quote(document=home, start=reference.start, end=reference.end)
    said = canonical(" ".join(before.blocks))
    # A place may print a sentence more or less than the quote; one must be the same.
    same = any(
        canonical(home.text[sentence.start : sentence.end]) in said
        for paragraph in home.paragraphs
        for sentence in paragraph.sentences
        if here.start <= sentence.start and sentence.end <= here.end
    )
    fault = wrong_place(here, reference) if same else "this place prints other words"
    return Checked(
        words=here.text,
        finding=Finding.MISATTRIBUTED if fault else Finding.FOUND,
        detail=fault,
        receipt=reference.text,
        places=(here,),
    )


def check_quotation(quotation: Quotation, library: Library) -> Checked:
    """A quote without a receipt: its words, and the document and page that are named after it."""
    places = library.places(quotation.words)
    if not places:
        return Checked(
            words=quotation.words, finding=Finding.NOT_FOUND, detail="no document has these words"
        )
    fault = ""
    source = library.titles.source_of(quotation)
    named = library.titles.named_in(source)
    at_home = tuple(p for p in places if p.document.sha256 in named) if named else places
    right = tuple(place for place in at_home if not wrong_page(place, source))
    if not at_home:
        fault = "the document that is named after it has other words"
    elif not right:
        fault = wrong_page(at_home[0], source)
    return Checked(
        words=quotation.words,
        finding=Finding.MISATTRIBUTED if fault else Finding.FOUND,
        detail=fault,
        places=shown(right or at_home or places),
    )


def shown(places: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """The first few, one of each document first."""
    firsts = {place.document.sha256: place for place in reversed(places)}
    return tuple(sorted(places, key=lambda p: p is not firsts[p.document.sha256]))[:MOST_PLACES]


def wrong_place(quote: Quote, reference: Reference) -> str:
    """What of a receipt does not agree with its own range; empty if all does."""
    page, paragraph = quote.receipt.page, quote.receipt.paragraph
    if (page.index if page else None) != reference.page:
        return f"the receipt names page {reference.page}, the words are on {name_of_page(quote)}"
    if paragraph != reference.paragraph:
        return f"the receipt names paragraph {reference.paragraph}, the words are in {paragraph}"
    return ""
