"""The words of WordprocessingML paragraphs, as Word prints them with all changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from s3assist.ingest.loaders.equations import M, on_one_line, part_joints
from s3assist.ingest.loaders.raised import raised
from s3assist.ingest.loaders.runs import HIDING, Styles, W, is_on, settle
from s3assist.ingest.loaders.symbols import printed

_SKIPPED = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt")
)
_CHARACTERS = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}br": " ",
    f"{W}cr": " ",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}


def tag(element: Any) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def runs_on(paragraph: Any) -> bool:
    """Whether the next paragraph continues it: its end was deleted while changes were tracked, or
    it is the large first letter of that paragraph.
    """
    if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
        return True
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def paragraph_text(paragraph: Any) -> tuple[str, list[str], list[str]]:
    """Text of a ``w:p``, the keys of the notes it refers to, and the paragraphs of its text boxes.

    Tracked deletions are left out and insertions kept; hyperlinks and fields give their text. The
    runs must be settled.
    """
    parts: list[str] = []
    notes: list[str] = []
    boxes: list[str] = []
    _collect(paragraph, parts, notes, boxes)
    return part_joints("".join(parts)), notes, boxes


def _collect(element: Any, parts: list[str], notes: list[str], boxes: list[str]) -> None:
    for child in element:
        name = child.tag
        if name in _SKIPPED:
            continue
        if name in (f"{W}t", f"{M}t"):
            parts.append(child.text or "")
        elif name in _CHARACTERS:
            parts.append(_CHARACTERS[name])
        elif name == f"{W}sym":
            parts.append(printed(int(child.get(f"{W}char", "0"), 16), child.get(f"{W}font", "")))
        elif name in (f"{W}footnoteReference", f"{W}endnoteReference"):
            notes.append(f"{tag(child)[:-9]}{child.get(f'{W}id')}")
        elif name == f"{W}txbxContent":
            boxes.extend(paragraph_text(p)[0] for p in child.iter(f"{W}p"))
        elif name == f"{M}oMath":
            beside = " " if tag(element) == "oMathPara" else ""  # printed on a line of its own
            parts.append(f"{beside}{on_one_line(child, _run_text)}{beside}")
        elif name not in (f"{W}r", f"{M}r"):
            _collect(child, parts, notes, boxes)
        elif not _is_hidden(child):
            said: list[str] = []
            _collect(child, said, notes, boxes)
            text = "".join(said)
            parts.append(raised(text) if _is_raised(child) else text)


def _run_text(run: Any) -> str:
    parts: list[str] = []
    _collect([run], parts, [], [])
    return "".join(parts)


def _is_hidden(run: Any) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    return any(is_on(properties.find(f"{W}{name}")) for name in HIDING)


def _is_raised(run: Any) -> bool:
    position = run.find(f"{W}rPr/{W}vertAlign")
    return position is not None and position.get(f"{W}val") == "superscript"


def notes_in(document: Any, styles: Styles) -> dict[str, str]:
    """Texts of the footnotes and endnotes, by ``footnote3`` and the like."""
    from docx.oxml.parser import parse_xml

    notes: dict[str, str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes"):
            root = parse_xml(relation.target_part.blob)
            settle(root, styles)
            notes.update(_notes(root, kind[:-1]))
    return notes


def _notes(root: Any, kind: str) -> Iterator[tuple[str, str]]:
    for note in root.iterchildren(f"{W}{kind}"):
        # Notes with a type are the rules that Word draws above the notes.
        if note.get(f"{W}type") in (None, "normal"):
            text = " ".join(paragraph_text(p)[0] for p in note.iter(f"{W}p"))
            yield f"{kind}{note.get(f'{W}id')}", text
