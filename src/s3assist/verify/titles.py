"""Titles and paths of documents, where a text names them: as sources, and in quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from s3assist.documents import Document
from s3assist.verify.claims import Quotation, quotations
from s3assist.verify.loosen import folded

TITLE_LENGTH = 12
"""Characters from which a title is told from common words."""
TAIL = 300
"""Characters after a quotation in which its source may be named."""
SENTENCE_END = re.compile(r"(?:^|[)\]\d]|[^\W\d_]{4})[.!?…][\"'”’»)\]]*\s+(?:[^\W\d_a-z]|\W*$)")
"""Of no abbreviation: cf., ed., p."""


@dataclass(slots=True)
class Titles:
    """What the documents of the index are called."""

    homes: dict[str, set[str]] = field(default_factory=dict)
    """Folded title or path → hashes of the documents of that name."""

    def add(self, document: Document) -> None:
        for name in (document.metadata.title, document.path):
            if len(name) >= TITLE_LENGTH:
                self.homes.setdefault(folded(name), set()).add(document.sha256)

    def __contains__(self, words: str) -> bool:
        # American English puts a comma before the closing mark.
        return any(folded(name) in self.homes for name in (words, words.rstrip(" ,.;:")))

    def named_in(self, text: str) -> set[str]:
        """Hashes of the documents that a text names; a title within a longer one does not count."""
        text = folded(text)
        named: set[str] = set()
        for title in sorted((t for t in self.homes if t in text), key=len, reverse=True):
            if title in text:
                named |= self.homes[title]
                text = text.replace(title, "\0")
        return named

    def source_of(self, quotation: Quotation) -> str:
        """What follows a quotation up to the next one, which may be the title of its source."""
        block, begin = quotation.block, quotation.end
        end = begin + TAIL
        for following in quotations(block, begin):
            between = block[begin : following.start]
            # "… said so. “Title” adds that …": the title of a new sentence is not the source.
            apart = between.count("(") <= between.count(")") and SENTENCE_END.search(between)
            if apart or following.words not in self:
                end = min(end, following.start)
                break
            begin = following.end
        return block[quotation.end : end]

    def hold(self, quotation: Quotation) -> bool:
        """Whether what stands in quotation marks is a part of a title that stands there."""
        words = folded(quotation.words)
        inside = [title for title in self.homes if words in title and title != words]
        if not inside:
            return False
        before = folded(quotation.block[: quotation.start])
        after = folded(quotation.block[quotation.end :])
        return any(
            before.endswith(title[: quoted.start()].strip())
            and after.startswith(title[quoted.end() :].strip())
            for title in inside
            for quoted in re.finditer(rf"[\"'] ?{re.escape(words)} ?[\"']", title)
        )
