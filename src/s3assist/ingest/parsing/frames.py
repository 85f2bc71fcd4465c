"""What goes through the pipes: a length in four bytes, then that many bytes of JSON.

JSON and not pickle, so that a process taken over by a document can send wrong values at worst.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from typing import IO, Any

from s3assist.documents import Block, BlockKind, Document
from s3assist.index.rows import make_document, write_maps, write_metadata

Frame = dict[str, Any]

_LENGTH = struct.Struct(">I")
MOST_BYTES = 1 << 30
"""A longer frame comes from a process that has gone mad."""


class BrokenFrameError(Exception):
    """What came through the pipe is no frame."""


def write_frame(stream: IO[bytes], frame: Frame) -> None:
    # ASCII with escapes: names of files may hold bytes that are no UTF-8.
    data = json.dumps(frame, separators=(",", ":")).encode("ascii")
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """The next frame, or None when the other side has gone.

    Raises:
        BrokenFrameError: it ends too early, is too long or is no JSON object.
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrameError
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        raise BrokenFrameError
    data = stream.read(length)
    if len(data) < length:
        raise BrokenFrameError
    try:
        frame = json.loads(data)
    except ValueError as error:
        raise BrokenFrameError from error
    if not isinstance(frame, dict):
        raise BrokenFrameError
    return frame


def document_frame(document: Document) -> Frame:
    """A document as the catalog stores it."""
    return {
        "path": document.path,
        "form": document.format,
        "file_sha256": document.sha256,
        "metadata": write_metadata(document.metadata),
        "text": document.text,
        "maps": write_maps(document),
    }


def framed_document(frame: Frame) -> Document:
    """Raises BrokenFrameError where the values are not those of a document."""
    try:
        return make_document(**frame)
    except (TypeError, ValueError, KeyError) as error:
        raise BrokenFrameError from error


def block_frames(blocks: Iterable[Block]) -> list[Frame]:
    """Blocks as their loader yields them."""
    return [
        {
            "kind": block.kind,
            "text": block.text,
            "level": block.level,
            "pages": block.pages,
            "quotable": block.quotable,
            "begins": block.begins,
        }
        for block in blocks
    ]


def framed_blocks(frames: Sequence[Frame]) -> tuple[Block, ...]:
    """Raises BrokenFrameError where the values are not those of blocks."""
    try:
        return tuple(
            Block(
                kind=BlockKind(frame["kind"]),
                text=str(frame["text"]),
                level=int(frame["level"]),
                pages=tuple((int(offset), int(index)) for offset, index in frame["pages"]),
                quotable=bool(frame["quotable"]),
                begins=bool(frame["begins"]),
            )
            for frame in frames
        )
    except (TypeError, ValueError, KeyError) as error:
        raise BrokenFrameError from error
