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


def test_a_text_box_is_read_once_in_a_cell_too(tmp_path: Path) -> None:
    inner = f"<w:txbxContent><w:p>{run('Four centres.')}</w:p></w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline>"
        f"<a:graphic>{inner}</a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape>{inner}</v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    table = f"<w:tbl><w:tr><w:tc><w:p>{run('Styria:')}{box}</w:p></w:tc></w:tr></w:tbl>"
    extract = word_file(tmp_path / "a.docx", run("It says:") + box, table)
    assert texts(extract) == ["It says:", "Four centres.", "Styria:", "Four centres."]


def field(code: str, result: str | None) -> str:
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    return begin + code + ("" if result is None else separate + result) + end


def instruction(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_of_a_field_only_its_result_is_printed(tmp_path: Path) -> None:
    language = instruction(" IF ") + field(instruction(" LANG "), run("EN")) + run(' = "EN"')
    extract = word_file(
        tmp_path / "a.docx",
        field(language, run("Bavaria ") + field(instruction(" REF "), run("has 17"))),
        field(instruction(" XE ") + run("index entry"), None) + run("It stays."),
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("A field without an end stays."),
    )  # fmt: skip
    assert texts(extract) == ["Bavaria has 17", "It stays.", "A field without an end stays."]


def test_text_that_a_style_hides_or_strikes_out_is_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    for name, kind, hiding in (
        ("Internal", 2, "vanish"),
        ("Old", 2, "strike"),
        ("Draft", 1, "vanish"),
    ):
        style = document.styles.add_style(name, kind)
        style.element.get_or_add_rPr().append(parse_xml(f"<w:{hiding} {nsdecls('w')}/>"))
    document.styles.add_style("Remark", 2).base_style = document.styles["Internal"]
    paragraph = document.add_paragraph("Hesse")
    for name in ("Internal", "Remark", "Old"):
        paragraph.add_run(f" {name}", style=name)
    shown = paragraph.add_run(" plans two", style="Internal")
    shown.font.hidden = False
    document.add_paragraph("All of it is hidden.", style="Draft")
    assert texts(saved(document, tmp_path / "a.docx")) == ["Hesse plans two"]


def test_a_tab_to_the_margin_parts_words(tmp_path: Path) -> None:
    extract = word_file(tmp_path / "a.docx", run("12") + "<w:r><w:ptab/></w:r>" + run("Scope"))
    assert texts(extract) == ["12 Scope"]


def test_symbols_are_what_their_font_prints_and_an_unknown_one_leaves_a_mark(
    tmp_path: Path,
) -> None:
    def symbol(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    extract = word_file(
        tmp_path / "a.docx",
        symbol("Symbol", "F0B3") + run(" 50, ") + symbol("Symbol", "F0A3") + run(" 10, ")
        + symbol("Symbol", "00B1") + run(" 5 ") + symbol("Symbol", "F06D") + run("m"),
        symbol("Wingdings", "F0FC") + run(" yes ") + symbol("wingdings", "F0E0")
        + symbol("Wingdings 2", "F050") + symbol("Arial", "2265"),
        run("\uf0b3 50", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'),
        symbol("Logos", "F041") + run(" 7 \ue001"),
    )  # fmt: skip
    assert texts(extract) == ["≥ 50, ≤ 10, ± 5 μm", "✔ yes →✓≥", "≥ 50", "\ufffd 7 \ufffd"]
    assert extract.warnings == ("symbols that can't be read: 2; \ufffd stands for each",)
