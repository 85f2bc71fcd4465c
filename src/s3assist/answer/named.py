"""The documents that a question names by their kind: ``What does the editorial say about SMEs?``

The kind is the maintainer's word for what a document is, or its folder (`Metadata.kind`). The text
itself need not have the word, so that neither search nor reader could know what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from s3assist.index.terms import fold, form_of

if TYPE_CHECKING:
    from s3assist.index.reader import LiveDocument

MOST = 0.5
"""Share of the library above which a kind tells documents apart no more."""
SAY = (
    r"(?:say|state|mention|argue|write|claim|conclude|recommend|suggest|propose|define|describe|"
    r"explain|discuss|quote|cite|give|list|name|report|call|cover|deal)"
)
PARTS = r"(?:authors?|writers?|summary|message|gist|points?|conclusions?)"
CUES = (
    r"\baccording\s+to\s+{source}",
    rf"\b(?:does|do|did)\s+{{source}}\s+(?:\w+ly\s+)?{SAY}\b",
    rf"{{source}}\s+(?:about|{SAY}s?|said|written|wrote)\b",
    r"\b(?:wrote|written|signed|summari[sz]e|sum\s+up)\s+{source}",
    rf"\b{PARTS}\s+(?:of|in)\s+{{source}}",
    rf"{{source}}['’]s\s+(?:main\s+|key\s+)?{PARTS}\b",
)
"""Where a kind stands for the documents that have it, and not for what they are about."""
TEXTS = frozenset(
    "article brochure briefing communication editorial evaluation factsheet flyer guidance guide "
    "guideline handbook interview letter manual memo minute newsletter note opinion paper "
    "presentation regulation report review speech study survey".split()
)
"""Kinds that are texts and nothing else: one does not take part "in the report"."""
ANY_TEXT = rf"(?:{'|'.join(sorted(TEXTS))})"
STEMS = [text.removesuffix("y") for text in TEXTS]
"""What the singular and the plural of such a kind have in common."""
TEXT_CUES = (
    r"\b(?:in|title\s+of|date\s+of|topic\s+of|subject\s+of|published|submitted|issued)\s+{source}",
    r"{source}\s+(?:published|submitted|issued|dated|from)\b",
)

DETERMINER = r"\b(?:the|this|that|these|those)\s+"
ANY_KIND = re.compile("|".join(cue.format(source=rf"{DETERMINER}.+?") for cue in CUES), re.DOTALL)
"""Without it, and without one of `TEXTS`, a folded question names no kind, whatever there are."""


def may_name(question: str) -> bool:
    """Whether a question may name documents by their kind: else nobody need read the library."""
    plain = fold(question)
    return any(stem in plain for stem in STEMS) or ANY_KIND.search(plain) is not None


def named_in(question: str, library: Iterable[LiveDocument]) -> frozenset[int]:
    """Versions of the documents that a question names by their kind; none if it names no kind."""
    documents = list(library)
    by_kind: dict[str, set[int]] = {}
    for document in documents:
        if kind := fold(document.metadata.kind).strip():  # a soft hyphen alone folds to nothing
            by_kind.setdefault(kind, set()).add(document.version)
    plain = fold(question)
    found: set[int] = set()
    for kind, versions in by_kind.items():
        if len(versions) <= MOST * len(documents) and source_of(kind).search(plain):
            found |= versions
    return frozenset(found)


@lru_cache(maxsize=1000)
def source_of(kind: str) -> re.Pattern[str]:
    """What a folded question holds that names the documents of a kind as its source."""
    source = rf"{DETERMINER}(?:[\w’'-]+\s+){{0,2}}?{form_of(kind)}\b"
    cues = CUES + TEXT_CUES if kind.split()[-1] in TEXTS else CUES
    return re.compile("|".join(cue.format(source=source) for cue in cues))
