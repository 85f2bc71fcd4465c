"""Entries of lists have the numbers that the page prints, where the file alone says which."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

import docx
import pytest
from docx.oxml import parse_xml
from test_loader_docx import SPACES, run

from s3assist.documents import BlockKind
from s3assist.ingest.loaders import load


def texts(path: Path, content: str) -> list[str]:
    path.write_text(content, encoding="utf-8")
    return [block.text for block in load(path).blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol><li>One<li><p>Two</p><p>More</p></ol>", ["1. One", "2. Two", "More"]),
        ('<ol start=3 type="a"><li>One<li value=27>Two</ol>', ["c. One", "aa. Two"]),
        ("<ol reversed><li>One<li>Two</ol>", ["2. One", "1. Two"]),
        ('<ol style="margin:0; list-style: upper-roman"><li>A<li>B</ol>', ["I. A", "II. B"]),
        ('<ol start="1994" type="i"><li>One</ol>', ["mcmxciv. One"]),
        ('<ol start="-1" type="i"><li>One<li>Two</ol>', ["-1. One", "0. Two"]),
        ("<ol><li>One<ol type=i><li>Two</ol><li>Three</ol>", ["1. One", "i. Two", "2. Three"]),
        ("<ol><li></li><li><h3>Head</h3>Text</ol>", ["2. Head", "Text"]),
        ("<ol><li><ul><li>One</ul><li>Two</ol>", ["1. One", "2. Two"]),
        ("<ul><li>One</ul>", ["One"]),
    ],
)
def test_entries_of_a_page_have_their_numbers(
    tmp_path: Path, html: str, expected: list[str]
) -> None:
    assert texts(tmp_path / "a.html", f"<main>{html}</main>") == expected


@pytest.mark.parametrize(
    "attributes", ['class="timeline"', 'style="list-style:none"', "type=disc", "start=x class=x"]
)
def test_a_list_that_a_style_sheet_may_number_otherwise_has_no_numbers(
    tmp_path: Path, attributes: str
) -> None:
    assert texts(tmp_path / "a.html", f"<main><ol {attributes}><li>One</ol></main>") == ["One"]


def test_entries_of_markdown_have_the_numbers_that_are_shown(tmp_path: Path) -> None:
    text = "1. One\n   - bullet\n\n     more\n1. Two\n\ntext\n\n3) Three\n\n<ol><li>Four</ol>\n"
    assert texts(tmp_path / "a.md", text) == [
        "1. One", "bullet", "more", "2. Two", "text", "3) Three", "1. Four",
    ]  # fmt: skip


NUMBERED = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'


def level(depth: int, text: str, form: str = "decimal", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def with_lists(definition: str) -> docx.document.Document:
    """A document with one definition and the lists 1 and 2 made after it; 2 begins at 1 again."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for element in list(numbering):
        numbering.remove(element)
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for xml in (
        f'<w:abstractNum {SPACES} w:abstractNumId="7">{definition}</w:abstractNum>',
        f'<w:num {SPACES} w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
        f'<w:num {SPACES} w:numId="2"><w:abstractNumId w:val="7"/>{again}</w:num>',
    ):
        numbering.append(parse_xml(xml))
    return document


def word_texts(path: Path, definition: str, *paragraphs: str) -> list[str]:
    """The blocks of a file `with_lists`.

    Each paragraph is its text behind its level and list, as in ``0/1 First``, or XML.
    """
    document = with_lists(definition)
    for text in paragraphs:
        xml = text
        if not text.startswith("<"):
            place, _, words = text.partition(" ")
            within = NUMBERED.format(*place.split("/")) if "/" in place else ""
            xml = f"<w:p><w:pPr>{within}</w:pPr>{run(words)}</w:p>"
        document.element.body[-1].addprevious(parse_xml(f"<w:body {SPACES}>{xml}</w:body>")[0])
    document.save(str(path))
    return [block.text for block in load(path).blocks]


ARTICLES = level(0, "Chapter %1", "upperRoman") + level(
    1, "Article %2", more='<w:lvlRestart w:val="0"/>'
)
LEGAL = level(0, "%1.") + level(1, "%1.%2") + level(2, "(%3)", "lowerLetter")


@pytest.mark.parametrize(
    ("definition", "paragraphs", "expected"),
    [
        (
            LEGAL,
            ("0/1 Aim", "1/1 Who", "1/1 What", "2/1 One", "2/1 Two", "0/1 Money", "1/1 Who"),
            ["1. Aim", "1.1 Who", "1.2 What", "(a) One", "(b) Two", "2. Money", "2.1 Who"],
        ),
        (
            ARTICLES,
            ("0/1 General", "1/1 Scope", "1/1 Terms", "0/1 Aid", "1/1 Rates"),
            ["Chapter I General", "Article 1 Scope", "Article 2 Terms", "Chapter II Aid",
             "Article 3 Rates"],
        ),
        (LEGAL, ("0/1 One", "- Between", "0/1 Two", "0/2 New", "0/2 Next"),
         ["1. One", "Between", "2. Two", "1. New", "2. Next"]),
        (level(0, "%1)", "lowerLetter"), tuple("0/1 E" for _ in range(28)),
         [f"{letter}) E" for letter in [*ascii_lowercase, "aa", "bb"]]),
        (level(0, "%1.", "upperRoman") + level(1, "%1.%2", more="<w:isLgl/>"),
         ("0/1 One", "1/1 Two"), ["I. One", "1.1 Two"]),
        (level(0, "Priority %1: ", more='<w:suff w:val="nothing"/>'), ("0/1 Digital",),
         ["Priority 1:Digital"]),
        (LEGAL, ("0/1 ", "0/1 Second", "0/0 None"), ["2. Second", "None"]),
    ],
)  # fmt: skip
def test_paragraphs_of_a_word_file_have_the_numbers_that_word_prints(
    tmp_path: Path, definition: str, paragraphs: tuple[str, ...], expected: list[str]
) -> None:
    assert word_texts(tmp_path / "a.docx", definition, *paragraphs) == expected


@pytest.mark.parametrize(
    ("definition", "paragraphs", "expected"),
    [
        (level(0, "•", "bullet"), ("0/1 One",), ["One"]),
        (level(0, "%1", "ordinalText"), ("0/1 One",), ["One"]),
        (level(0, "%1.", more='<w:rPr><w:vanish/></w:rPr>'), ("0/1 One",), ["One"]),
        # Is the first of a level passed over? Then the next would be its second.
        (LEGAL, ("1/1 Early", "0/1 One", "1/1 Two"), ["Early", "One", "Two"]),
        (LEGAL, ("0/1 One", "2/1 Deep", "1/1 Two", "0/1 Three", "1/1 Four"),
         ["1. One", "(a) Deep", "Two", "2. Three", "2.1 Four"]),
        (level(0, "–", "none") + level(1, "%1.%2"), ("0/1 One", "1/1 Two"), ["– One", "Two"]),
    ],
)  # fmt: skip
def test_a_number_that_is_not_certain_is_not_written(
    tmp_path: Path, definition: str, paragraphs: tuple[str, ...], expected: list[str]
) -> None:
    assert word_texts(tmp_path / "a.docx", definition, *paragraphs) == expected


def test_numbers_of_any_length_do_no_harm(tmp_path: Path) -> None:
    endless = level(0, "%1.").replace('w:start w:val="1"', f'w:start w:val="{"9" * 5000}"')
    assert word_texts(tmp_path / "a.docx", endless, "0/1 One") == ["One"]


def numbered(words: str, mark: str = "") -> str:
    properties = NUMBERED.format(0, 1) + (f"<w:rPr>{mark}</w:rPr>" if mark else "")
    return f"<w:p><w:pPr>{properties}</w:pPr>{words}</w:p>"


def test_what_word_does_not_print_is_not_counted(tmp_path: Path) -> None:
    gone = '<w:del w:id="1" w:author="x"/>'
    row = f"<w:tr>{{}}<w:tc>{numbered(run('Cell'))}</w:tc></w:tr>"
    assert word_texts(
        tmp_path / "a.docx",
        LEGAL,
        numbered(f"<w:del>{run('Deleted')}</w:del>", gone),
        numbered(run("Joined "), gone),
        numbered(run("to this")),
        numbered("", "<w:vanish/>"),
        f"<w:tbl>{row.format('')}{row.format(f'<w:trPr>{gone}</w:trPr>')}</w:tbl>",
        numbered(run("Last")),
    ) == ["1. Joined to this", "2. Cell", "3. Last"]


def test_a_list_with_an_entry_in_a_text_box_has_no_numbers(tmp_path: Path) -> None:
    box = f"<w:r><w:pict><v:shape><w:txbxContent>{numbered(run('Boxed'))}</w:txbxContent></v:shape>"
    words = word_texts(tmp_path / "a.docx", LEGAL, numbered(run("One") + box + "</w:pict></w:r>"))
    assert words == ["One", "Boxed"]


def test_headings_are_numbered_by_their_styles(tmp_path: Path) -> None:
    definition = level(0, "%1.", more='<w:pStyle w:val="Heading1"/>') + level(
        1, "%1.%2", more='<w:pStyle w:val="Heading2"/>'
    )
    document = with_lists(definition)
    for name in ("Heading 1", "Heading 2"):
        properties = document.styles[name].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {SPACES}><w:numId w:val="1"/></w:numPr>'))
    for words, depth in (("Aims", 1), ("Money", 2), ("People", 2), ("Calls", 1)):
        document.add_heading(words, depth)
    path = tmp_path / "a.docx"
    document.save(str(path))

    assert [block.text for block in load(path).blocks] == [
        "1. Aims", "1.1 Money", "1.2 People", "2. Calls",
    ]  # fmt: skip
    assert {block.kind for block in load(path).blocks} == {BlockKind.HEADING}
