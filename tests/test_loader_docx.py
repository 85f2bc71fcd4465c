"""What Word prints of a file is what is read: its styles, fields and changes have their say."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from s3assist.documents import Extract
from s3assist.ingest.loaders import load

SPACES = (
    f'{nsdecls("w", "wp", "a")} xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
DELETED_END = '<w:pPr><w:rPr><w:del w:id="3" w:author="x"/></w:rPr></w:pPr>'
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def texts(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks]


def saved(document: docx.document.Document, path: Path) -> Extract:
    document.save(str(path))
    return load(path)


def word_file(path: Path, *paragraphs: str) -> Extract:
    """A file with these paragraphs, or tables, in Word's own XML; its footnote 2 is "The note."."""
    document = docx.Document()
    body = "".join(xml if xml.startswith("<w:tbl>") else f"<w:p>{xml}</w:p>" for xml in paragraphs)
    for element in parse_xml(f"<w:body {SPACES}>{body}</w:body>"):
        document.element.body[-1].addprevious(element)
    note = f'<w:footnote w:id="2"><w:p>{run("The note.")}</w:p></w:footnote>'
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES,
        f"<w:footnotes {SPACES}>{note}</w:footnotes>".encode(), document.part.package,
    )  # fmt: skip
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document, path)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_paragraph_whose_end_was_deleted_keeps_its_note_and_its_place(tmp_path: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc><w:p>{run('8 cranes')}</w:p></w:tc></w:tr></w:tbl>"
    extract = word_file(
        tmp_path / "a.docx",
        DELETED_END + run("Founded in 2006 ") + NOTE, run("with 12 members."),
        DELETED_END + run("Before the table."), table, run("Behind it."),
        DELETED_END + run("The end."),
    )  # fmt: skip
    assert texts(extract) == [
        "Founded in 2006 with 12 members.", "The note.", "Before the table.", "8 cranes",
        "Behind it.", "The end.",
    ]  # fmt: skip


def test_a_large_first_letter_belongs_to_its_word(tmp_path: Path) -> None:
    extract = word_file(
        tmp_path / "a.docx",
        '<w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr>' + run("T"), run("he port."),
        "<w:pPr><w:framePr w:w='9'/></w:pPr>" + run("In a frame."), run("Beside it."),
    )  # fmt: skip
    assert texts(extract) == ["The port.", "In a frame.", "Beside it."]


def test_a_tab_to_the_margin_parts_words(tmp_path: Path) -> None:
    extract = word_file(tmp_path / "a.docx", run("12") + "<w:r><w:ptab/></w:r>" + run("Scope"))
    assert texts(extract) == ["12 Scope"]
