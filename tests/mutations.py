"""Broken copies of real files: what a bad disk, a bad program or a bad person makes of them."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

Mutation = Callable[[bytes, random.Random], bytes]

TOKENS = (
    b"\x00", b"\x1b]0;x\x07", b"\xff\xfe", b"%PDF-1.7", b"endstream", b"obj", b"<<", b">>", b"R",
    b"/Length 99999999", b"/Kids", b"/Parent 1 0 R", b"1 0 R", b"-1", b"4294967296", b"1e308",
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", b"&e;", b"&#x202e;", b"&#27;",
    b"<script>", b"</body>", b"<table>", b"]]>", b"<w:p>", b"</w:t>", b"w:val=''", b"TJ", b"BT",
    b"0 0 0 0 0 0 cm", b"/Fm0 Do", b"(", b")", b"[", b"q " * 500, b"<b>" * 500,
)  # fmt: skip


def flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 30))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def drop(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 400) :] or b" "


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 2000)]
    return data[:start] + piece * chance.choice((2, 3, 50)) + data[start:]


def insert(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 3, 10))):
        place = chance.randrange(len(data))
        data = data[:place] + chance.choice(TOKENS) + data[place:]
    return data


def swap(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data)) for _ in range(2))
    size = chance.randrange(1, 500)
    return (
        data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]
    )


MUTATIONS: tuple[Mutation, ...] = (flip, cut, drop, repeat, insert, swap)


def mutated(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(MUTATIONS)(data, chance) or b" "
    return data


def mutated_word(data: bytes, chance: random.Random) -> bytes:
    """A Word file with broken members in a whole archive; now and then a broken archive."""
    if chance.random() < 0.2:
        return mutated(data, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        members = [m for m in old.infolist() if m.filename.endswith((".xml", ".rels"))]
        victims = {chance.choice(members).filename, "word/document.xml"}
        if chance.random() < 0.3:
            victims.pop()
        for member in old.infolist():
            content = old.read(member)
            new.writestr(
                member.filename,
                mutated(content, chance) if member.filename in victims else content,
                zipfile.ZIP_DEFLATED,
            )
    return made.getvalue()


def unpacked(path: Path) -> bytes:
    """A PDF whose pages' content is not compressed, so that a mutation reaches the operators."""
    writer = PdfWriter(clone_from=PdfReader(path))
    for page in writer.pages:
        contents = page.get_contents()
        if contents is not None:
            plain = DecodedStreamObject()
            plain.set_data(contents.get_data())
            page[NameObject("/Contents")] = writer._add_object(plain)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
