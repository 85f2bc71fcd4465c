"""From a path to bytes and from bytes to characters, with errors a maintainer can act on."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from s3assist.errors import LoadError
from s3assist.ingest.loaders.encodings import guess_encoding

MAX_TEXT_BYTES = 64 * 2**20
"""Largest text, Markdown or HTML file that is read, in bytes."""

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read_bytes(path: Path, *, limit: int | None = None) -> bytes:
    """All bytes of `path`.

    Raises:
        LoadError: it is missing, vanished, unreadable, empty or larger than `limit` bytes.
    """
    try:
        if not path.is_file():
            problem = "is a folder" if path.is_dir() else "does not exist"
            raise LoadError(f"{path.name}: {problem}", hint=f"Looked for it at {path}.")
        size = path.stat().st_size
        if limit is not None and size > limit:
            raise LoadError(
                f"{path.name}: {size} bytes are more than the {limit} that are read",
                hint="Split the file.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(
            f"{path.name}: cannot be read: {error.strerror or error}",
            hint="Check that the file is still there and that you may read it.",
        ) from error
    if not data.strip():
        raise LoadError(f"{path.name}: the file is empty", hint="Replace or remove it.")
    return data


def content_kind(data: bytes) -> str:
    """What the first bytes say the file is: pdf, zip, ole, rtf, image, html, text or binary."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, kind in (
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (_OLE, "ole"),
        (b"{\\rtf", "rtf"),
        (b"\x89PNG", "image"),
        (b"\xff\xd8\xff", "image"),
        (b"GIF8", "image"),
        (b"\x1f\x8b", "binary"),
    ):
        if head.startswith(magic):
            return kind
    if any(head.startswith(bom) for bom, _ in _BOMS):
        return "text"
    if b"\x00" in data:
        return "binary"
    return "html" if _MARKUP.match(head) else "text"


def ole_reason(data: bytes) -> str:
    """Why an OLE container is not a .docx: encrypted, or the old binary format."""
    if _ENCRYPTED_STREAM in data:
        return "it is protected with a password"
    return "it is in the old binary Word format"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file."""

    text: str
    warnings: tuple[str, ...] = ()
    """A sentence for the maintainer when the encoding had to be guessed."""


def decode(data: bytes, name: str, *, declared: str = "") -> Decoded:
    """The characters of a text file.

    A byte-order mark wins, then strict UTF-8, then the encoding that the file declares, and only
    then a guess: a guess that outranked UTF-8 would turn real accents into wrong ones.

    Raises:
        LoadError: no encoding fits; `name` is the file's, for the message.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data[len(bom) :].decode(encoding))
            except UnicodeDecodeError as error:
                raise LoadError(
                    f"{name}: marked as {encoding} but is not: byte {error.start} does not fit",
                    hint="Save the file as UTF-8.",
                ) from error
    for encoding in ("utf-8", declared):
        if encoding:
            try:
                return Decoded(data.decode(encoding))
            except (UnicodeDecodeError, LookupError):
                continue
    guess = guess_encoding(data)
    if not guess:
        raise LoadError(
            f"{name}: the character encoding cannot be determined", hint="Save the file as UTF-8."
        )
    warning = f"not UTF-8: read as {guess}, which is a guess; check its accents"
    return Decoded(data.decode(guess), (warning,))
