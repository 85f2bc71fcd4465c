"""Official identifiers of EU documents, as people print them, in one normal form each."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

from s3assist.documents import Document

_SPACE = r"[\s\u00a0\u202f\u2009]*"

# The lookarounds keep parts of longer words and numbers from matching.
_DOCUMENT = re.compile(
    rf"(?<!\w)(COM|SWD|SEC|JOIN|C)\s?\({_SPACE}((?:19|20)\d{{2}}){_SPACE}\){_SPACE}"
    r"(\d{1,5})(?!\d)"
)
_UNION = r"(EU|EC|EEC|CE|UE|Euratom|CFSP|EU,\s?Euratom|EC,\s?Euratom)"
_NUMBERED = re.compile(
    rf"\({_UNION}\)\s*(?:No|Nr|n[°º]|n\.o|αριθ)\.?\s*(\d{{1,5}})/(\d{{2,4}})(?!\d)"
)
_YEAR_FIRST = re.compile(rf"\({_UNION}\)\s*((?:19|20)\d{{2}})/(\d{{1,5}})(?!\d)")
_DIRECTIVE = re.compile(
    r"(?<![\d/])(\d{2}|(?:19|20)\d{2})/(\d{1,5})/(EU|EC|EEC|UE|CE|CEE|JHA|CFSP)(?!\w)"
)
_CELEX = re.compile(r"(?<!\w)([1-9EC](?:19|20)\d{2}[A-Z]{1,2}\d{4}(?:R?\(\d{2}\))?)(?!\w)")
_JOURNAL = re.compile(
    r"(?<!\w)(?:OJ|JO|ABl\.?|DO)\s+([LC])\s?(\d{1,3}),\s*(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})"
    r"(?:,\s*(?:p|S)\.\s?(\d+))?"
)
_ELI = re.compile(r"data\.europa\.eu/(eli/[a-z_]+/(?:19|20)\d{2}/\d{1,5}(?:/oj)?)", re.IGNORECASE)


def find_identifiers(text: str) -> tuple[str, ...]:
    """Normalised identifiers in `text`, in order of first appearance, each once.

    ``COM(2017) 376 final`` gives ``COM(2017) 376``; ``Regulation (EU) No 651/2014`` gives
    ``(EU) No 651/2014``; ``Directive 2014/24/EU`` gives ``2014/24/EU``; CELEX numbers, Official
    Journal references and ELIs keep their own form.
    """
    found: list[tuple[int, str]] = []
    for pattern, normalise in _RULES:
        found.extend((match.start(), normalise(match)) for match in pattern.finditer(text))
    return tuple(dict.fromkeys(identifier for _, identifier in sorted(found)))


SHORT_LINE = 80
"""Characters of a line of a title page; a longer one tells of another document."""
TITLE_PAGE = 12
"""Blocks at the beginning among which a document prints its own identifier."""


def own_identifiers(document: Document) -> tuple[str, ...]:
    """Those of a document's identifiers that are its own, not those of documents that it names.

    They are given beside the file, stand in its title, or on a short line before its prose.
    """
    known = document.metadata.identifiers
    if not known:
        return ()
    lines = [document.text[p.start : p.end] for p in document.paragraphs[:TITLE_PAGE]]
    title_page = takewhile(lambda line: len(line) <= SHORT_LINE, lines)
    printed = set(find_identifiers("\n".join((document.metadata.title, *title_page))))
    named = set(find_identifiers(document.text))
    return tuple(name for name in known if name in printed or name not in named)


def _union(word: str) -> str:
    return re.sub(r",\s*", ", ", word.replace("UE", "EU").replace("CEE", "EEC").replace("CE", "EC"))


def _document(match: re.Match[str]) -> str:
    return f"{match[1]}({match[2]}) {int(match[3])}"


def _numbered(match: re.Match[str]) -> str:
    return f"({_union(match[1])}) No {match[2]}/{match[3]}"


def _year_first(match: re.Match[str]) -> str:
    return f"({_union(match[1])}) {match[2]}/{match[3]}"


def _directive(match: re.Match[str]) -> str:
    return f"{match[1]}/{match[2]}/{_union(match[3])}"


def _journal(match: re.Match[str]) -> str:
    page = f", p. {match[6]}" if match[6] else ""
    return f"OJ {match[1]} {match[2]}, {int(match[3])}.{int(match[4])}.{match[5]}{page}"


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DOCUMENT, _document),
    (_NUMBERED, _numbered),
    (_YEAR_FIRST, _year_first),
    (_DIRECTIVE, _directive),
    (_CELEX, lambda match: match[1]),
    (_JOURNAL, _journal),
    (_ELI, lambda match: match[1].lower()),
)
