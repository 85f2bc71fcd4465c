"""What is printed above or below the line in HTML and Word never becomes part of a number."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from s3assist.documents import Extract
from s3assist.ingest.loaders import load

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def texts(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks]


def page(path: Path, body: str) -> list[str]:
    path.write_text(f"<html><body><main>{body}</main></body></html>", encoding="utf-8")
    return texts(load(path))


def equation(path: Path, before: str, omml: str, after: str) -> Extract:
    document = docx.Document()
    paragraph = document.add_paragraph(before)
    paragraph._p.append(parse_xml(f"<m:oMath {MATH} {nsdecls('w')}>{omml}</m:oMath>"))
    paragraph.add_run(after)
    document.save(str(path))
    return load(path)


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def fraction(above: str, below: str, properties: str = "") -> str:
    return f"<m:f>{properties}<m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def power(base: str, exponent: str) -> str:
    return f"<m:sSup><m:e>{base}</m:e><m:sup>{exponent}</m:sup></m:sSup>"


def brackets(inner: str, properties: str = "") -> str:
    return f"<m:d>{properties}<m:e>{inner}</m:e></m:d>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("It saves 10<sup>6</sup> tonnes.", "It saves 10⁶ tonnes."),
        ("It weighs 10<sup>-6</sup> of it.", "It weighs 10⁻⁶ of it."),
        ("By 2011<sup>3, 4</sup> and 2<sup>1</sup>/<sub>2</sub>.", "By 2011³, ⁴ and 2¹/2."),
        ("On 9<sup><b>1</b>2</sup>.", "On 9¹²."),
        ("The 1<sup>st</sup> for CO<sub>2</sub>.", "The 1st for CO2."),
        ("<sup>Source: Eurostat 2019.</sup>", "Source: Eurostat 2019."),
        ('10<span style="vertical-align:super">6</span> t.', "10⁶ t."),
        ('10<b style="Vertical-Align: 35%; font-size: 70%">6</b> t.', "10⁶ t."),
        ('10<span style="font-size:70%;position:relative;top:-.5em">6</span> t.', "10⁶ t."),
        ("2011<span class=MsoFootnoteReference>[3]</span>.", "2011[³]."),
        ('10<span style="position:relative;top:-1px">6</span> t.', "106 t."),
        ('10<span style="top:-9px">6</span> <i style="vertical-align:top">7</i>.', "106 7."),
    ],
)
def test_a_raised_number_of_a_page_does_not_become_part_of_a_figure(
    tmp_path: Path, html: str, text: str
) -> None:
    assert page(tmp_path / "a.html", f"<p>{html}</p>") == [text]


def test_a_raised_number_in_a_table_or_title_stays_raised(tmp_path: Path) -> None:
    body = (
        "<h1>10<sup>6</sup> trees</h1><table><tr><th>Year</th><th>Trees</th></tr>"
        "<tr><td>2011<sup>3</sup></td><td>10<sup>6</sup></td></tr></table>"
    )

    assert page(tmp_path / "a.html", body) == ["10⁶ trees", "Year | Trees", "2011³ | 10⁶"]
    assert load(tmp_path / "a.html").metadata.title == "10⁶ trees"


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#fn2" style="vertical-align: super; font-size: 70%">2</a>',
        '<span style="vertical-align:super"><a href="#fn2">2</a></span>',
        '<a href="#_ftn1"><span lang=EN><span class=MsoFootnoteReference>[2]</span></span></a>',
        '<a href="#fn2"><sup>2</sup></a>',
    ],
)
def test_a_note_mark_that_only_its_style_raises_is_no_part_of_a_figure(
    tmp_path: Path, mark: str
) -> None:
    assert page(tmp_path / "a.html", f"<p>In 2019{mark} and later.</p>") == ["In 2019 and later."]


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ('<a href="https://ec.europa.eu/x.html#fn1">3</a>', "In 2011 and later."),
        ('<a href="x.html#fn1">[3]</a>', "In 2011 and later."),
        ('[<a href="#fn1">3</a>]', "In 2011 and later."),
        ('<a href="#fn1">3</a>, <a href="#fn2">4</a>', "In 2011 and later."),
        ('6<a href="#fn1">3</a>', "In 2011⁶ and later."),
        ('<a href="https://ec.europa.eu/x.html">3</a>', "In 2011³ and later."),
        (' <a href="https://ec.europa.eu/x.html#new">new</a>', "In 2011 new and later."),
    ],
)
def test_a_note_mark_is_no_part_of_the_sentence_and_what_stands_beside_it_is(
    tmp_path: Path, raised: str, text: str
) -> None:
    html = f"<p>In 2011<sup>{raised}</sup> and later.</p>"

    assert page(tmp_path / "a.html", html) == [text]


def test_a_raised_number_of_a_word_file_does_not_become_part_of_a_figure(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The 1")
    for text, is_raised in (("st", True), (" saves 10", False), ("6", True), (" t CO", False)):
        paragraph.add_run(text).font.superscript = is_raised or None
    paragraph.add_run("2").font.subscript = True
    document.save(str(tmp_path / "a.docx"))

    assert texts(load(tmp_path / "a.docx")) == ["The 1st saves 10⁶ t CO2"]


SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'
SMALL_ABOVE = '<w:position w:val="8"/><w:sz w:val="14"/>'


@pytest.mark.parametrize(
    ("own", "style", "text"),
    [
        ("", SUPERSCRIPT, "In 2021³."),
        ('<w:vertAlign w:val="baseline"/>', SUPERSCRIPT, "In 20213."),
        (SMALL_ABOVE, "", "In 2021³."),
        ("", SMALL_ABOVE, "In 2021³."),
        ('<w:position w:val="8"/>', "", "In 20213."),  # type of the same size
        ('<w:position w:val="2"/><w:sz w:val="14"/>', "", "In 20213."),
        ('<w:position w:val="-8"/><w:sz w:val="14"/>', "", "In 20213."),
    ],
)
def test_a_number_of_a_word_file_is_raised_by_its_style_or_its_position(
    tmp_path: Path, own: str, style: str, text: str
) -> None:
    document = docx.Document()
    for name, base, properties in (("Mark", "", style), ("Own Mark", "Mark", "")):
        document.styles.element.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="character" w:styleId="{name.replace(" ", "")}">'
                f'<w:name w:val="{name}"/><w:basedOn w:val="{base or "DefaultParagraphFont"}"/>'
                f"<w:rPr>{properties}</w:rPr></w:style>"
            )
        )
    paragraph = document.add_paragraph("In 2021")
    properties = f'<w:rPr><w:rStyle w:val="OwnMark"/>{own}</w:rPr>'
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{properties}<w:t>3</w:t></w:r>"))
    paragraph.add_run(".")
    document.save(str(tmp_path / "a.docx"))

    assert texts(load(tmp_path / "a.docx")) == [text]


def test_an_equation_leaves_no_hole_in_a_sentence(tmp_path: Path) -> None:
    extract = equation(tmp_path / "a.docx", "Its quotient is ", run("≥1.5"), " and it is large.")

    assert texts(extract) == ["Its quotient is ≥1.5 and it is large."]


@pytest.mark.parametrize(
    ("omml", "text"),
    [
        (power(run("10"), run("6")), "x=10⁶"),
        (power(run("10"), run("−6")), "x=10⁻⁶"),
        (power(run("a"), run("n")) + run("b"), "x=a^n b"),
        (run("2") + fraction(run("1"), run("2")), "x=2 1/2"),
        (fraction(run("a+b"), run("c+d")) + run("3"), "x=(a+b)/(c+d) 3"),
        (power(fraction(run("1"), run("2")), run("2")), "x=(1/2)²"),
        (power(brackets(fraction(run("1"), run("2"))), run("2")), "x=(1/2)²"),
        (brackets(run("1"), '<m:dPr><m:begChr m:val="["/></m:dPr>'), "x=[1)"),
        (
            f"<m:sSub><m:e>{run('CO')}</m:e><m:sub>{run('2')}</m:sub></m:sSub>",
            "x=CO₂",
        ),
        ("<w:del><m:r><m:t>9</m:t></m:r></w:del><w:ins><m:r><m:t>8</m:t></m:r></w:ins>", "x=8"),
    ],
)
def test_an_equation_on_one_line_says_what_the_page_prints(
    tmp_path: Path, omml: str, text: str
) -> None:
    assert texts(equation(tmp_path / "a.docx", "x=", omml, "")) == [text]


def test_a_fraction_does_not_become_part_of_the_number_before_it(tmp_path: Path) -> None:
    half = fraction(run("1"), run("2"))

    assert texts(equation(tmp_path / "a.docx", "2", half, ".")) == ["2 1/2."]


@pytest.mark.parametrize(
    "omml",
    [
        f"<m:m><m:mr><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:mr></m:m>",
        fraction(run("5"), run("2"), '<m:fPr><m:type m:val="noBar"/></m:fPr>'),
    ],
)
def test_an_equation_that_no_line_can_hold_is_seen_to_be_left_out(
    tmp_path: Path, omml: str
) -> None:
    extract = equation(tmp_path / "a.docx", "It is ", omml, ".")

    assert texts(extract) == ["It is […]."]
    assert extract.warnings == ("equations left out: 1; […] stands for each",)
