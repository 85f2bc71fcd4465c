"""Where sentences begin and end: a library's boundaries, mended for policy prose.

`sentencex` (Wikimedia, MIT) knows the abbreviations of some 240 languages but keeps together
whatever stands between quotation marks, so that one stray apostrophe (``Member States' duties``)
swallows the rest of a paragraph; so does a number in brackets at its start. Such marks are
therefore hidden from it. What it splits
wrongly in legal and policy text is joined again: better a long quote than half a sentence.
"""

from __future__ import annotations

import re

OPENING = "([{\"'“‘«„‹"
CLOSING = ")]}\"'”’»“›"
MARK = re.compile("[\"'“”‘’«»„‹›‚‛‟()\\[\\]]")
MARK_AFTER_STOP = re.compile("(?<=[.!?…])[\"'“”‘’»›‟]")

# The last word before a split that is no end of a sentence, in the languages of our documents.
ABBREVIATION = re.compile(
    r"""(?:^|[\s(\[“‘"'/–-])(?:
      (?:[Aa]rts?|[Aa]bs|[Nn]o|[Nn]os|[Nn]r|[Nn]rs|[Tt]ab|[Ff]igs?|[Aa]bb|[Rr]ec|[Pp]aras?|[Pp]ars?|[Cc]h|[Cc]hap
        |[Ss]ec|[Ss]ect|[Vv]ol|[Ee]ds?|[Pp]p?|[Ss]s|[Ee]q|[Aa]pp|[Rr]ef)          # of places
     |(?:[Aa]pprox|[Cc]a|[Cc]irca|[Mm]ax|[Mm]in|[Ee]st|[Mm]io|[Mm]rd|[Mm]n)       # of amounts
     |(?:[Ee]\.g|[Ii]\.e|[Cc]f|[Vv]s|[Vv]iz|[Rr]esp|[Ii]ncl|[Ee]xcl|[Ee]sp|[Aa]dm|bzw|z\.B|u\.a|d\.h|p\.ex|p|v
        |[Ff]r|[Ss]ra?|[Mm]r|[Mm]rs|[Mm]s|[Mm]me|[Dd]r|[Pp]rof|[Ii]r|[Ss]t|[Ss]te|[Hh]on|[Gg]en|[Rr]ev|[Mm]t)
    )\.$""",
    re.VERBOSE,
)
# Abbreviations that do end sentences now and then: joined only before what can't begin one.
AMBIGUOUS = re.compile(
    r"(?:^|\W)(?:etc|al|[Bb]n|[Bb]ln|[Mm]ill?|[Ii]nc|[Ll]td|[Cc]o|[Jj]r|U\.S|E\.U|D\.C)\.$"
)
ENUMERATOR = re.compile(r"^[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})(?:\.\d{1,2})*[.)\]]+$")
DAY_NUMBER = re.compile(r"(?:^|\W)\d{1,2}\.$")
MONTH = re.compile(
    r"(?:jan|feb|mar|mär|maa|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|hel|tam|hui|tou|kes|hei|elo|syy|lok|joul)",
    re.IGNORECASE,
)
LONGEST_ASIDE = 200
"""Characters within which a bracket must close for its inside to stay one sentence."""
LAST_WORD = 24
"""Characters looked at for the abbreviation in front of a split: longer than any of them."""
AROUND = 1_000
"""Characters looked at on either side of a split. With all of a long paragraph, each split in it
would take as long as the whole."""


def split(text: str, language: str = "en") -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end) without surrounding white space.

    Every character that is not white space lies in exactly one of them. `language` is an
    ISO 639-1 code; one that the library doesn't know falls back to a related one or English.
    """
    import sentencex  # deferred: only indexing splits sentences

    masked = MARK.sub("X", MARK_AFTER_STOP.sub(" ", text))
    borders = [
        b["start_index"] for b in sentencex.get_sentence_boundaries(language or "en", masked)
    ]
    starts = [0]
    for border in borders[1:]:
        border = after_closing_marks(text, border)
        if border > starts[-1] and not is_inside(text, starts[-1], border):
            starts.append(border)
    spans = (trim(text, a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
    return [(start, end) for start, end in spans if start < end]


def after_closing_marks(text: str, border: int) -> int:
    """Move a border behind the quotation mark or bracket that closes the sentence before it."""
    at = border
    while at < len(text) and text[at] in CLOSING and (at == 0 or not text[at - 1].isspace()):
        at += 1
    return at


def is_inside(text: str, start: int, border: int) -> bool:
    """Whether the split at `border` would cut a sentence that began at `start`."""
    before = text[max(start, border - AROUND) : border].rstrip()
    after = text[border : border + AROUND].lstrip()
    if not any(c.isalnum() for c in after[:400]):
        return True
    first = after.lstrip(OPENING)[:1]
    if ENUMERATOR.match(before) or not any(c.isalpha() for c in before):
        return True
    tail = before[-LAST_WORD:]
    if ABBREVIATION.search(tail):
        return True
    if is_in_brackets(before, after):
        return True
    if before[-1:] not in "!?" and first.islower() and not after[1:2].isupper():
        return True
    if AMBIGUOUS.search(tail):
        return not first.isupper()
    return bool(DAY_NUMBER.search(tail) and MONTH.match(after))


def is_in_brackets(before: str, after: str) -> bool:
    """Whether a bracket opened before the split is closed soon after it: ``(It is. And so.)``."""
    depth = 0
    for bracket in re.findall("[()]", before):
        depth = depth + 1 if bracket == "(" else max(0, depth - 1)
    closed = after.find(")", 0, LONGEST_ASIDE)
    return depth > 0 and closed >= 0 and "(" not in after[:closed]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a range until neither end is white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
