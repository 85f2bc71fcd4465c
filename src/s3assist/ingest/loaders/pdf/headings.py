"""Which blocks are headings, and how deep: by size and weight against the document's own body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from s3assist.documents import BlockKind
from s3assist.ingest.loaders.pdf.layout import Draft
from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.ingest.loaders.pdf.marks import LABEL

LARGER = 1.12
"""How much larger than the body a heading's font is, where size alone shows it."""
MOST_CHARS = 200
MOST_BOLD_CHARS = 130
MOST_FONT_CHARS = 80
MOST_LINES = 4
DEEPEST = 6
PULL_QUOTE = 30
"""Characters from which large type that repeats the text beside it is no heading."""
_NUMBER = re.compile(r"(?:\d{1,2}\.){1,5}\d{0,2}\.?\s+\S|(?:\d{1,2}|[IVX]{1,5})\.?\s+[^\W\d_]")
_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+[^\W\d_]")
_SENTENCE_END = re.compile(r"[.,;]$")
_NON_WORD = re.compile(r"\W+")


def body_style(pages: Sequence[Sequence[Line]]) -> tuple[float, str]:
    """Font size in points and name of most characters; (0, "") for a document without text."""
    styles: Counter[tuple[float, str]] = Counter()
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
            styles[line.size, line.font] += len(line.text)
    if not sizes:
        return 0.0, ""
    size = sizes.most_common(1)[0][0]
    font = max((style for style in styles if style[0] == size), key=lambda style: styles[style])
    return font


def folded(title: str) -> str:
    """`title` for comparison with an outline entry."""
    return _NON_WORD.sub("", normalize("NFKC", title)).casefold()


def mark_headings(
    drafts: Sequence[Draft], body: tuple[float, str], outline: Mapping[str, int]
) -> list[Draft]:
    """`drafts` with those that are headings turned into such, ahead of what they stand above.

    `outline` maps folded titles of the file's bookmarks to their depth from 1.
    """
    texts: dict[int, str] = {}
    for draft in drafts:
        texts[draft.page] = texts.get(draft.page, "") + folded(draft.text)
    found: list[Draft] = []
    for index, draft in enumerate(drafts):
        follower = drafts[index + 1] if index + 1 < len(drafts) else None
        if _is_heading(draft, body, outline, follower):
            found.append(draft)
    found = _without_pull_quotes(found, texts, outline)
    ranks = _ranks(found)
    for draft in found:
        draft.level = min(DEEPEST, _level(draft, ranks, outline))
        draft.kind = BlockKind.HEADING
        draft.cells = []
    return _ordered(drafts)


def _is_heading(
    draft: Draft, body: tuple[float, str], outline: Mapping[str, int], follower: Draft | None
) -> bool:
    text, size = draft.text, body[0]
    if len(draft.lines) > MOST_LINES or len(text) > MOST_CHARS:
        return False
    if sum(char.isalpha() for char in text) < 2:
        return False
    if draft.lines[0].cell < 0:
        return False  # what is filled in or noted heads nothing, whatever its type
    if draft.kind is BlockKind.ROW:
        # "2 | Philosophy": the number of a chapter stands far from its title.
        label = len(draft.cells) == 2 and LABEL.fullmatch(draft.lines[0].text) is not None
        return label and draft.lines[-1].size >= LARGER * size
    if folded(text) in outline:
        return True
    if draft.kind is BlockKind.ITEM and not _NUMBER.match(text):
        return False
    if _SENTENCE_END.search(text):
        return False
    if draft.size >= LARGER * size:
        return True
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘("):
        return False
    if draft.bold and draft.size > 0.9 * size:
        return len(text) <= MOST_BOLD_CHARS
    if len(draft.lines) > 2 or len(text) > MOST_BOLD_CHARS or draft.size < 0.85 * size:
        return False
    if _DEEP_NUMBER.match(text) or (text.isupper() and len(text) > 3 and draft.size >= size):
        return True
    return _stands_out(draft, body, follower)


def _stands_out(draft: Draft, body: tuple[float, str], follower: Draft | None) -> bool:
    """Whether one short line in another font, no smaller than the body's, leads its text."""
    if len(draft.lines) > 1 or len(draft.text) > MOST_FONT_CHARS or follower is None:
        return False
    line, below = draft.lines[0], follower.lines[0]
    if line.size <= body[0] or line.font == body[1] or draft.text[-1] in ":!?":
        return False
    return (
        follower.page == draft.page
        and follower.kind is not BlockKind.ROW
        and below.font == body[1]
        and abs(below.x0 - line.x0) < 3 * line.size
        and 0 < line.y - below.y < 3 * line.size
    )


def _without_pull_quotes(
    found: Sequence[Draft], texts: Mapping[int, str], outline: Mapping[str, int]
) -> list[Draft]:
    """`found` less those that only repeat the text beside them in larger type.

    The name of a programme heads its section and is repeated there too; but then its type is that
    of other headings, whose words nobody repeats.
    """
    repeats = [_repeats(draft, texts) and folded(draft.text) not in outline for draft in found]
    trusted = {_style(draft) for draft, again in zip(found, repeats, strict=True) if not again}
    return [
        draft
        for draft, again in zip(found, repeats, strict=True)
        if not again or (_style(draft) in trusted and len(draft.text) <= MOST_FONT_CHARS)
    ]


def _repeats(draft: Draft, texts: Mapping[int, str]) -> bool:
    """Whether the pages around print the same words again."""
    words = folded(draft.text)
    if len(words) < PULL_QUOTE:
        return False
    near = [texts.get(page, "") for page in range(draft.page - 1, draft.page + 2)]
    return near[1].count(words) > 1 or words in near[0] or words in near[2]


def _ranks(found: Sequence[Draft]) -> dict[tuple[float, bool], int]:
    """Level of each style among unnumbered headings: larger first, then bold."""
    styles = {_style(draft) for draft in found}
    ordered = sorted(styles, key=lambda style: (-style[0], not style[1]))
    return {style: rank for rank, style in enumerate(ordered, 1)}


def _style(draft: Draft) -> tuple[float, bool]:
    return round(draft.lines[-1].size), draft.bold


def _level(
    draft: Draft, ranks: Mapping[tuple[float, bool], int], outline: Mapping[str, int]
) -> int:
    depth = outline.get(folded(draft.text))
    if depth:
        return depth
    if _DEEP_NUMBER.match(draft.text):
        return draft.text.split()[0].rstrip(".").count(".") + 1
    return ranks[_style(draft)]


def _ordered(drafts: Sequence[Draft]) -> list[Draft]:
    """`drafts` with headings that were painted late moved above what they stand above."""
    result: list[Draft] = []
    for draft in drafts:
        place = len(result)
        if draft.kind is BlockKind.HEADING:
            for index in range(len(result) - 1, -1, -1):
                other = result[index]
                if other.page != draft.page:
                    break
                if _stands_above(draft, other):
                    place = index
        result.insert(place, draft)
    return result


def _stands_above(heading: Draft, other: Draft) -> bool:
    bottom, top = heading.lines[-1].y, other.lines[0].y
    if heading.lines[0].angle != other.lines[0].angle or bottom <= top:
        return False
    left = max(min(line.x0 for line in heading.lines), min(line.x0 for line in other.lines))
    right = min(max(line.x1 for line in heading.lines), max(line.x1 for line in other.lines))
    return right > left
