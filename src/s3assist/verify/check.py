"""Look the quotes of a text up in the index: found, misattributed, not found, source changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from s3assist.answer.quote import canonical
from s3assist.citation import page_name
from s3assist.documents import Document, Quote, Span
from s3assist.verify.claims import LEAST_WORDS, Claim, Quotation, Reference
from s3assist.verify.loosen import loosened, raw_span

MOST_PLACES = 3
"""Places of one quote that are kept."""
NEAR = 3000
"""Characters within which the parts of a quote with omissions must stand, in order."""
OMISSION = re.compile(r"\s*[\[(]\s*(?:…|\.\.\.)\s*[\])]\s*")
CHANGED_LETTER = re.compile(r"\[(\w)\](?=\w)")
"""``[c]lusters``: an initial that somebody fitted into a sentence."""
CITED_PAGE = re.compile(r"\bpp?\.\s?(?P<label>\w+)(?:–(?P<last>\w+))?(?: \(PDF (?P<index>\d+))?")
TITLE_LENGTH = 12
"""Characters from which a title is told from common words."""


class Finding(StrEnum):
    """What a quote of a text turned out to be."""

    FOUND = "found"
    MISATTRIBUTED = "misattributed"
    """The words are in a document, but not where the text says they are."""
    NOT_FOUND = "not_found"
    """No document has these words."""
    SOURCE_CHANGED = "source_changed"
    """The index does not hold the version of the document that the receipt is of."""


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


@dataclass(slots=True)
class Sought:
    """Words that are looked for in every document."""

    parts: tuple[tuple[str, ...], ...]
    """Ways to read them, each a sequence of parts between omissions; loosened."""
    places: list[Quote] = field(default_factory=list)

    def look_into(self, document: Document, loose: str) -> None:
        if len(self.places) >= MOST_PLACES:
            return
        for parts in self.parts:
            found = occurrence(parts, loose)
            if found is not None:
                span = raw_span(document.text, found)
                self.places.append(Quote(document=document, start=span.start, end=span.end))
                return


@dataclass(slots=True)
class Library:
    """What one pass over all documents has brought to light."""

    sought: dict[str, Sought]
    titles: dict[str, set[str]] = field(default_factory=dict)
    """Folded title or path → hashes of the documents of that name."""
    homes: dict[str, Document] = field(default_factory=dict)
    """Hash as receipts have it → the document."""

    def places(self, words: str) -> tuple[Quote, ...]:
        return tuple(self.sought[words].places) if words in self.sought else ()


def verify(claims: Sequence[Claim], documents: Iterable[Document]) -> list[Checked]:
    """Check every claim against all documents, which are read once."""
    library = survey(claims, documents)
    checked: list[Checked] = []
    before: Claim | None = None
    for claim in claims:
        taken: set[Quotation] = set()
        if claim.reference is not None and claim.also and before is not None:
            checked.append(check_other_place(before, claim.reference, library))
        elif claim.reference is not None:
            result, taken = check_receipt(claim, claim.reference, library)
            checked.append(result)
            before = claim
        checked += [
            check_quotation(quotation, library)
            for quotation in claim.quotations
            if quotation not in taken
            and not quotation.is_term
            and folded(quotation.words) not in library.titles
        ]
    return checked


def survey(claims: Sequence[Claim], documents: Iterable[Document]) -> Library:
    wanted = {words for claim in claims for words in candidates(claim)}
    library = Library({words: Sought(ways(words)) for words in wanted})
    hashes = {claim.reference.sha256 for claim in claims if claim.reference}
    for document in documents:
        loose = loosened(document.text)
        for sought in library.sought.values():
            sought.look_into(document, loose)
        library.homes |= {name: document for name in hashes if document.sha256.startswith(name)}
        for name in (document.metadata.title, document.path):
            if len(name) >= TITLE_LENGTH:
                library.titles.setdefault(folded(name), set()).add(document.sha256)
    return library


def candidates(claim: Claim) -> Iterator[str]:
    """All that may be the words of a quote."""
    yield from (q.words for q in claim.quotations if claim.reference or not q.is_term)
    if claim.reference is not None:
        yield from (block for block in claim.blocks if len(block.split()) >= LEAST_WORDS)


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
                places=library.places(words),
            ),
            taken,
        )
    expected = home.text[reference.start : reference.end]
    words, taken, fault = match(claim, loosened(expected))
    here = Quote(document=home, start=reference.start, end=reference.end) if expected else None
    if not fault and here is not None:
        fault = wrong_place(here, reference) or wrong_page(here, " ".join(claim.blocks), expected)
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
            places=elsewhere or ((here,) if here else ()),
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
        if expected in loosened(" ".join(claim.blocks)):
            inside = {q for q in claim.quotations if loosened(q.words) in expected}
            whole = [block for block in claim.blocks if loosened(block) == expected]
            return (whole or [expected])[0], inside, ""
        # A part of the sentence, unless it is what the sentence itself has in quotation marks:
        # then the words around it are not those of the document.
        parts = [
            q
            for q in claim.quotations
            if any(occurrence(way, expected) is not None for way in ways(q.words))
            and not re.search(rf"[\"']{re.escape(loosened(q.words))}", expected)
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
    blocks = [b for b in claim.blocks if len(b.split()) >= LEAST_WORDS] or list(claim.blocks)
    if not blocks:
        return "", set()
    if not expected:  # the words come before the citation
        return (blocks[-2] if len(blocks) > 1 else blocks[-1]), set()
    matcher = difflib.SequenceMatcher(b=expected, autojunk=False)

    def likeness(block: str) -> float:
        matcher.set_seq1(loosened(block))
        return matcher.quick_ratio()

    best = max(blocks, key=likeness)
    return best, {q for q in claim.quotations if q.words in best}


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
    after = folded(quotation.after)
    named = {sha for title, hashes in library.titles.items() if title in after for sha in hashes}
    at_home = tuple(p for p in places if p.document.sha256 in named) if named else places
    if not at_home:
        fault = "the document that is named after it has other words"
    elif all(wrong_page(place, quotation.after) for place in at_home):
        fault = wrong_page(at_home[0], quotation.after)
    return Checked(
        words=quotation.words,
        finding=Finding.MISATTRIBUTED if fault else Finding.FOUND,
        detail=fault,
        places=at_home or places,
    )


def wrong_place(quote: Quote, reference: Reference) -> str:
    """What of a receipt does not agree with its own range; empty if all does."""
    page, paragraph = quote.receipt.page, quote.receipt.paragraph
    if (page.index if page else None) != reference.page:
        return f"the receipt names page {reference.page}, the words are on {name_of_page(quote)}"
    if paragraph != reference.paragraph:
        return f"the receipt names paragraph {reference.paragraph}, the words are in {paragraph}"
    return ""


def wrong_page(quote: Quote, citation: str, words: str = "") -> str:
    """What is wrong with the page that a citation names; empty if nothing, or if it names none."""
    cited = CITED_PAGE.search(citation.replace(words, "") if words else citation)
    first = quote.receipt.page
    if cited is None or first is None:
        return ""
    pages = [first] + [p for p in quote.document.pages if quote.start < p.start < quote.end]
    if cited["index"]:
        right = any(page.index == int(cited["index"]) for page in pages)
    else:
        right = any(cited["label"] in (page.label, str(page.index)) for page in pages)
    return "" if right else f"cited as {cited.group()}, but the words are on {name_of_page(quote)}"


def name_of_page(quote: Quote) -> str:
    page = quote.receipt.page
    return page_name(page) if page else "no page"


def ways(words: str) -> tuple[tuple[str, ...], ...]:
    """How words may be read: as they are; with the omissions and the initials that they mark."""
    plain = (loosened(words),)
    read = []
    for fitted in {
        words,
        CHANGED_LETTER.sub(lambda m: m[1].upper(), words),
        CHANGED_LETTER.sub(lambda m: m[1].lower(), words),
    }:
        parts = (loosened(part) for part in OMISSION.split(fitted))
        read.append(tuple(part for part in parts if part))
    return (plain, *(parts for parts in read if parts and parts != plain))


def occurrence(parts: Sequence[str], loose: str) -> Span | None:
    """Where all parts stand in order, as whole words, not far from each other."""
    for first in positions(parts[0], loose):
        end = first.end
        for part in parts[1:]:
            following = next(positions(part, loose, end), None)
            if following is None or following.start - end > NEAR:
                break
            end = following.end
        else:
            return Span(first.start, end)
    return None


def positions(part: str, loose: str, start: int = 0) -> Iterator[Span]:
    """Where a part stands and is no piece of a longer word or number."""
    at = loose.find(part, start)
    while part and at >= 0:
        end = at + len(part)
        cut_before = at > 0 and loose[at - 1].isalnum() and part[0].isalnum()
        cut_after = end < len(loose) and loose[end].isalnum() and part[-1].isalnum()
        if not cut_before and not cut_after:
            yield Span(at, end)
        at = loose.find(part, at + 1)


def folded(text: str) -> str:
    return loosened(text).casefold()
