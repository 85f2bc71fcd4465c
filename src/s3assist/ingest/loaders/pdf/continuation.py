"""Paragraphs that go on in the next column or on the next page."""

from __future__ import annotations

from collections.abc import Sequence

from s3assist.documents import BlockKind
from s3assist.ingest.loaders.hyphenation import HYPHENS, SOFT_HYPHEN
from s3assist.ingest.loaders.pdf.layout import Draft
from s3assist.ingest.loaders.pdf.lines import Line
from s3assist.ingest.loaders.pdf.marks import TERMINAL, is_item

SAME_SIZE = 0.06
SAME_WIDTH = 0.15
REACH = 3.0
"""In ems: a last line that ends this close to the column's edge may go on."""
LOOK_BACK = 40
"""So many notes, captions and words of pictures may stand between the halves."""
SHORTEST = 30
"""Characters of a first half; cells and labels are shorter."""
COLUMN = 5
"""Lines from which a first half is surely a column's, not a cell's."""
PITCH = 1.5
"""In ems: the widest step from a line to the next one of its paragraph."""
HIGHER = 0.5
"""In ems: the next column begins at least so much above the first half."""
_FLOWING = (BlockKind.PARAGRAPH, BlockKind.ITEM)


def join_continued(drafts: Sequence[Draft]) -> list[Draft]:
    """`drafts` with each paragraph that clearly continues put together.

    Clearly: the file's tags say so; or the first half ends within a sentence at the column's edge
    and the second half begins like the middle of one in the same type, and no other paragraph of
    the page could be meant.
    """
    result: list[Draft] = []
    for index, draft in enumerate(drafts):
        before = _open_before(result, draft)
        if before is None or _has_rival(drafts[index + 1 :], draft, before):
            result.append(draft)
        else:
            before.pieces.append((draft.page, draft.lines))
            before.flow, before.right, before.left = draft.flow, draft.right, draft.left
    return result


def _page(draft: Draft) -> int:
    return draft.pieces[-1][0] if draft.pieces else draft.page


def _same_size(first: Draft, second: Draft) -> bool:
    return abs(first.size - second.size) <= SAME_SIZE * second.size


def _tagged_together(first: Draft, second: Draft) -> bool:
    return bool(first.last_line.blocks & second.lines[0].blocks)


def _open_before(drafts: Sequence[Draft], draft: Draft) -> Draft | None:
    """The paragraph that `draft` continues, if any."""
    if draft.kind not in _FLOWING:
        return None
    for other in reversed(drafts[-LOOK_BACK:]):
        if not 0 <= draft.page - _page(other) <= 1:
            return None
        if other.kind is BlockKind.HEADING and draft.page == _page(other):
            # Text below a heading is its own; above the heading of another column it may go on.
            if other.lines[0].y > draft.lines[0].y and other.flow == draft.flow:
                return None
            continue
        if other.kind not in _FLOWING:
            continue
        if _tagged_together(other, draft):
            return other
        if _same_size(other, draft) and len(other.text) >= SHORTEST:
            if _continues(other, draft):
                return other
            # On this page another paragraph may follow the open one, but on the page before
            # only its last paragraph can be open.
            if other.page != draft.page or _page(other) == other.page == draft.page:
                return None
        elif _page(other) != draft.page and _is_end(other) and _same_size(other, draft):
            return None
    return None


def _continues(first: Draft, second: Draft) -> bool:
    if (first.page, first.flow) == (second.page, second.flow) and not first.pieces:
        return False
    last, following = first.last_line, second.lines[0]
    if last.blocks and following.blocks:
        return False
    if last.angle != following.angle or TERMINAL.search(last.text) or is_item(second.text):
        return False
    if first.bold != second.bold:
        return False
    widths = (first.right - first.left, second.right - second.left)
    if abs(widths[0] - widths[1]) > SAME_WIDTH * max(widths) and len(second.lines) > 1:
        return False
    if first.right - last.x1 > REACH * last.size:
        return False
    if _page(first) == second.page and not (
        _is_next_line(last, following) or _is_next_column(first, second)
    ):
        return False
    if last.text[-1] in HYPHENS + SOFT_HYPHEN:
        return following.text[:1].isalnum()
    return following.text[:1].islower()


def _is_end(draft: Draft) -> bool:
    """Whether `draft` is the rest of a sentence that a formula parts from its beginning."""
    return draft.text[:1].islower() and TERMINAL.search(draft.text) is not None


def _is_next_line(last: Line, following: Line) -> bool:
    """Whether only pieces of a formula or a picture came between two lines of a paragraph."""
    return (
        0 < last.y - following.y <= PITCH * last.size
        and following.x0 < last.x1
        and following.x1 > last.x0
    )


def _is_next_column(first: Draft, second: Draft) -> bool:
    """Whether `second` stands in a column to the right of `first`, and not in the next cell."""
    lines = first.pieces[-1][1] if first.pieces else first.lines
    if second.left < first.right - 1:
        return False
    return len(lines) >= COLUMN or second.lines[0].y > lines[0].y + HIGHER * second.size


def _has_rival(rest: Sequence[Draft], draft: Draft, before: Draft) -> bool:
    """Whether another paragraph of the page could be the second half just as well."""
    if _tagged_together(before, draft):
        return False
    for other in rest:
        if other.page != draft.page:
            return False
        if (
            other.kind is BlockKind.PARAGRAPH
            and _same_size(other, draft)
            and other.text[:1].islower()
            and len(other.text) >= SHORTEST
            and _page(before) != draft.page
            and other.lines[0].y > draft.lines[0].y
        ):
            return True
    return False
