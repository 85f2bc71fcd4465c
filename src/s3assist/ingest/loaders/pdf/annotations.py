"""Filled-in form fields and notes: they stand on a page and not in its content stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pypdf import PageObject
from pypdf.generic import DictionaryObject, StreamObject

from s3assist.ingest.loaders.pdf.operands import Box, Matrix, around, matrix, rectangle

if TYPE_CHECKING:
    from s3assist.ingest.loaders.pdf.glyphs import Run

FIELDS = "what is filled in there was not all read"
NOTES = "its notes were not all read"
TICKS = "which of its boxes are ticked was not read"

_UNSEEN = 1 << 1 | 1 << 5
"""Flags of an annotation: hidden, or not shown on screens."""
_PUSH_BUTTON = 1 << 16
"""Flag of a field that stands for no answer."""
_MOST_PARENTS = 8
_BLANK = re.compile(r"[\s_.…]*")
NEAR = 0.3
"""In ems: a field may reach so far over the text beside it."""
HOLE = 1.0
"""In ems: a hole in a line is at most so much wider than its field, on either side."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A form field with text in it, or a note written on the page."""

    look: StreamObject | None
    """What paints it; a file may leave that to the program that shows it."""
    place: Matrix
    """From its look to the page."""
    box: Box
    """Where it stands on the page."""
    text: str
    """What it says, by the file."""
    follows: bool
    """It follows what stands on its left: an answer, not a remark."""

    @property
    def unread(self) -> str:
        """What to say where nothing of it could be painted."""
        return (FIELDS if self.follows else NOTES) if self.text.strip() else ""


def annotations_of(page: PageObject) -> Iterator[Annotation | str]:
    """Those that are shown as text; a string tells of what is shown otherwise."""
    found = page.get("/Annots")
    found = found.get_object() if found is not None else None
    for entry in found if isinstance(found, list) else ():
        node = entry.get_object()
        if not isinstance(node, DictionaryObject) or int(node.get("/F", 0)) & _UNSEEN:
            continue
        match str(node.get("/Subtype")), str(_inherited(node, "/FT")):
            case "/Widget", "/Tx" | "/Ch":
                yield _annotation(node, str(_inherited(node, "/V") or ""), follows=True)
            case "/Widget", "/Btn":
                if not int(_inherited(node, "/Ff") or 0) & _PUSH_BUTTON and _is_ticked(node):
                    yield TICKS
            case "/FreeText", _:
                typed = node.get("/IT") == "/FreeTextTypeWriter"
                yield _annotation(node, str(node.get("/Contents") or ""), follows=typed)


def _inherited(node: DictionaryObject, key: str) -> Any:
    """An attribute of a field, which the fields above it may hold."""
    for _ in range(_MOST_PARENTS):
        if key in node:
            return node[key]
        above = node.get("/Parent")
        above = above.get_object() if above is not None else None
        if not isinstance(above, DictionaryObject):
            break
        node = above
    return None


def _is_ticked(node: DictionaryObject) -> bool:
    return str(node.get("/AS", "/Off")) != "/Off"


def _annotation(node: DictionaryObject, text: str, *, follows: bool) -> Annotation:
    box = rectangle(node.get("/Rect"))
    look = node.get("/AP")
    look = look.get_object() if look is not None else None
    look = look.get("/N") if isinstance(look, DictionaryObject) else None
    look = look.get_object() if look is not None else None
    if not isinstance(look, StreamObject):
        return Annotation(None, matrix(()), box, text, follows)
    # ISO 32000-1, 12.5.5: the box of the look, turned by its own matrix, is fitted into the place.
    drawn = around(rectangle(look.get("/BBox")), matrix(look.get("/Matrix", ())))
    width, height = drawn[2] - drawn[0], drawn[3] - drawn[1]
    across = (box[2] - box[0]) / width if width else 1.0
    up = (box[3] - box[1]) / height if height else 1.0
    place = (across, 0.0, 0.0, up, box[0] - across * drawn[0], box[1] - up * drawn[1])
    return Annotation(look, place, box, text, follows)


def put_answer(answer: list[Run], box: Box, runs: list[Run]) -> None:
    """Put what is filled in at `box` where it is read among `runs`, the text of its page.

    That is in the hole that a line of text has there, or else behind the label on its left, or
    else behind the text above it.
    """
    left, bottom, right, top = box
    upright = [i for i, run in enumerate(runs) if run.angle == 0 and run.text.strip()]
    beside = [i for i in upright if bottom < runs[i].y < top and runs[i].x0 <= left]
    for index in reversed(beside):
        before, behind = _parted(runs[index], box)
        follower = behind or (runs[index + 1] if index + 1 < len(runs) else None)
        if before and follower and _fills(answer, box, before, follower):
            # What frames an answer in a sentence is as wide as the hole.
            answer[0].starts[0], answer[-1].ends[-1] = left, right
            for run in answer:
                run.y, run.cell = before.y, before.cell
            runs[index : index + 1] = [before, *answer, *([behind] if behind else [])]
            return
    place = len(runs)
    if beside:
        place = beside[-1] + 1
    elif above := [
        i for i in upright if runs[i].y >= top and runs[i].x0 < right and runs[i].x1 > left
    ]:
        place = min(above, key=lambda i: (runs[i].y, -i)) + 1
    runs[place:place] = answer


def _parted(run: Run, box: Box) -> tuple[Run | None, Run | None]:
    """What `run` prints on the left and on the right of `box`; blanks to write on are neither."""
    inked = [i for i, char in enumerate(run.chars) if not _BLANK.fullmatch(char)]
    before = [i for i in inked if run.ends[i] <= box[0] + NEAR * run.size]
    behind = [i for i in inked if run.starts[i] >= box[2] - NEAR * run.size]
    if len(before) + len(behind) < len(inked):
        return None, None
    return (
        run.part(0, before[-1] + 1) if before else None,
        run.part(behind[0], len(run.chars)) if behind else None,
    )


def _fills(answer: Sequence[Run], box: Box, before: Run, behind: Run) -> bool:
    """Whether an answer of one line stands between two pieces of one line, close to both."""
    return (
        answer[0].y == answer[-1].y
        and abs(before.y - behind.y) < 0.2 * before.size
        and box[0] - before.x1 < HOLE * before.size
        and -NEAR * before.size <= behind.x0 - box[2] < HOLE * before.size
    )
