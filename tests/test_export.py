from __future__ import annotations

import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from strategies import DOCUMENTS, build_document

from s3assist.documents import (
    Answer,
    Block,
    BlockKind,
    Conversation,
    Document,
    Expansion,
    KeptQuote,
    Metadata,
    Page,
    PeriodGroup,
    Quote,
    Scope,
    Span,
    Standing,
    Turn,
    Verdict,
)
from s3assist.errors import ExportError
from s3assist.export import (
    Format,
    Report,
    basket_report,
    citation,
    conversation_report,
    format_of,
    render,
    with_citation,
    write,
)
from s3assist.export.citation import written_date

HOSTILE = (
    "1. [bold]5*3*2[/bold] <script>alert(1)</script> & &amp; `code` _so_ ~~no~~ $x$ | a # b",
    "- [link](javascript:alert(1)) ![img](http://a.example/x.png) C:\\new\\",
    "+ “quoted” – 50 % of é, 😀 and العربية; see www.example.eu/a_b_c",
    "=== not a heading",
)
ABOUT = Metadata(
    title="A [bold] <b>title</b> *of* sorts",
    author="Ulla Engelmann; Second Author",
    publisher="European Commission",
    date="2020-02-14",
    language="en",
    url="https://example.eu/?a=1&b=<2>",
    kind="editorial",
    identifiers=("COM(2017) 376", "(EU) 2021/1060"),
)


def hostile_document() -> Document:
    blocks = [
        Block(kind=BlockKind.HEADING, text="COM(2017) 376 final", level=1),
        Block(kind=BlockKind.HEADING, text="Figures <i> *and* facts", level=2),
        *(Block(kind=BlockKind.PARAGRAPH, text=text) for text in HOSTILE),
        Block(kind=BlockKind.PARAGRAPH, text="It follows Regulation (EU) 2021/1060 " * 4),
    ]
    made = replace(build_document(blocks, "notes/<hostile>.md"), metadata=ABOUT)
    return replace(made, pages=(Page(0, 13, "xi"), Page(made.paragraphs[3].start, 14, "12")))


def quote_of(document: Document, first: int, last: int) -> Quote:
    """Paragraphs `first` to `last`, the middle of it marked as the answer."""
    start, end = document.paragraphs[first].start, document.paragraphs[last].end
    third = (end - start) // 3
    return Quote(
        document=document, start=start, end=end, emphasis=(Span(start + third, end - third),)
    )


def report_of(quotes: Sequence[Quote]) -> Report:
    return basket_report(quotes, "A <title> *with* [marks]")


# Reading back what a format holds ---------------------------------------------------------------


def markdown_quotes(content: bytes) -> list[str]:
    """The block quotations as any reader of CommonMark shows them."""
    found: list[str] = []
    inside = False
    for token in MarkdownIt("commonmark").parse(content.decode("utf-8")):
        if token.type == "blockquote_open":
            inside = True
            found.append("")
        elif token.type == "blockquote_close":
            inside = False
        elif inside and token.type == "inline":
            for child in token.children or ():
                assert child.type in ("text", "text_special", "hardbreak"), child
                found[-1] += "\n" if child.type == "hardbreak" else child.content
        elif inside:
            assert token.type in ("paragraph_open", "paragraph_close"), token.type
    return found


def html_quotes(content: bytes) -> list[str]:
    page = lxml_html.document_fromstring(content.decode("utf-8"))
    return [str(found.xpath("string()")) for found in page.iter("blockquote")]


def docx_quotes(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    return [p.text for p in document.paragraphs if p.style and p.style.name == "Quote"]


def csl_quotes(content: bytes) -> list[str]:
    """The quotes of the items: each stands between quotation marks, before its citation."""
    notes = [item["note"] for item in json.loads(content)]
    return [
        quote
        for note in notes
        for quote in re.findall(r"“(.*?)”\n[^\n]*\nsha256:\w{64}", note, re.DOTALL)
    ]


READERS: dict[Format, Callable[[bytes], list[str]]] = {
    Format.MARKDOWN: markdown_quotes,
    Format.HTML: html_quotes,
    Format.DOCX: docx_quotes,
    Format.CSL_JSON: csl_quotes,
}


@pytest.mark.parametrize("format", Format)
def test_hostile_text_reads_back_as_it_is(format: Format) -> None:
    document = hostile_document()
    quotes = [quote_of(document, n, n) for n in range(2, 6)] + [quote_of(document, 2, 5)]

    content = render(report_of(quotes), format)

    assert READERS[format](content) == [quote.text for quote in quotes]


@pytest.mark.parametrize("format", Format)
@settings(max_examples=40)
@given(document=DOCUMENTS, data=st.data())
def test_every_quote_reads_back_as_the_canonical_text(
    format: Format, document: Document, data: st.DataObject
) -> None:
    last = len(document.paragraphs) - 1
    first = data.draw(st.integers(0, last))
    quote = quote_of(document, first, data.draw(st.integers(first, last)))

    content = render(report_of([quote]), format)

    assert READERS[format](content) == [quote.text]


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_no_line_of_any_document_means_something_in_markdown(text: str) -> None:
    block = Block(kind=BlockKind.PARAGRAPH, text=text.strip() or "x")
    document = build_document([block])
    quote = Quote(document=document, start=0, end=len(document.text))

    (found,) = markdown_quotes(render(report_of([quote]), Format.MARKDOWN))

    assert found == re.sub("[\u202a-\u202e\u2066-\u2069]", "", quote.text)


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
def test_what_is_not_an_answer_is_labelled_so_wherever_it_stands(format: Format) -> None:
    document = hostile_document()
    asked = Answer(
        question="What <b>is</b> *it*?",
        understood_as="What is it, in 2020?",
        verdict=Verdict.NOT_FOUND,
        confidence=0.1,
        nearest=(quote_of(document, 2, 2), quote_of(document, 4, 4)),
        expanded=(Expansion(term="S3", added=("smart specialisation",)),),
    )

    content = render(conversation_report(Conversation((Turn("", asked),))), format)
    text = plain(content, format)

    assert "Not found in the documents\n" in text
    assert "What <b>is</b> *it*?" in text
    assert "Understood as: What is it, in 2020?" in text
    assert "Searched also for: S3 → smart specialisation" in text
    assert len(READERS[format](content)) == text.count("Not an answer:") == 2
    with pytest.raises(ExportError, match="No document is quoted"):
        render(conversation_report(Conversation((Turn("", asked),))), Format.CSL_JSON)


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
def test_what_a_filter_left_out_is_said_to_whoever_reads_the_file(format: Format) -> None:
    document = hostile_document()
    scope = Scope(documents=1, of=1016, only="in *a* <b>.md")
    missed = Answer(
        question="?", understood_as="?", scope=scope, verdict=Verdict.NOT_FOUND, confidence=0.1
    )
    found = replace(missed, verdict=Verdict.ANSWERED, quotes=(quote_of(document, 2, 2),))

    said = [
        plain(render(conversation_report(Conversation((Turn("", answer),))), format), format)
        for answer in (missed, found)
    ]

    assert "Not found in 1 of 1,016 documents: only in *a* <b>.md\n" in f"{said[0]}\n"
    assert "Searched only in *a* <b>.md: 1 of 1,016 documents\n" in said[1]
    assert "Searched" not in said[0]
    assert "Not found" not in said[1]


def plain(content: bytes, format: Format) -> str:
    """All that a reader of the file sees."""
    if format is Format.DOCX:
        return "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
    text = content.decode("utf-8")
    if format is Format.MARKDOWN:
        text = MarkdownIt("commonmark").render(text)
    if format is Format.CSL_JSON:
        return "\n".join(note["note"] for note in json.loads(text))
    return str(lxml_html.document_fromstring(text).xpath("string()"))


@pytest.mark.parametrize("format", Format)
def test_every_quote_has_its_citation_and_a_whole_receipt(format: Format) -> None:
    document = hostile_document()
    other = quote_of(replace(document, path="other.md", sha256="1" * 64), 4, 4)
    quote = replace(quote_of(document, 3, 3), also=(other,))

    text = plain(render(report_of([quote]), format), format)

    for place in (quote, other):
        assert citation(place) in text
        assert str(place.receipt) in text
    assert "verified" in text or format is Format.CSL_JSON


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
def test_other_places_that_would_read_the_same_name_their_paths(format: Format) -> None:
    document = hostile_document()
    paths = ("copies/one.md", "copies/two.md")
    copies = [quote_of(replace(document, path=path), 3, 3) for path in paths]
    elsewhere = quote_of(replace(document, path="other.md"), 4, 4)
    quote = replace(quote_of(document, 3, 3), also=(*copies, elsewhere))

    text = plain(render(report_of([quote]), format), format)

    for copy in copies:
        assert f"Also in: {citation(copy)} ({copy.document.path})" in text
    assert f"Also in: {citation(elsewhere)}" in text
    assert "other.md" not in text


@pytest.mark.parametrize("format", Format)
def test_a_quote_that_the_index_no_longer_confirms_says_so(format: Format) -> None:
    quote = quote_of(hostile_document(), 3, 3)
    kept = KeptQuote(
        document=replace(quote.document, text="", paragraphs=(), pages=()),
        start=quote.start,
        end=quote.end,
        standing=Standing.CHANGED,
        words=quote.text,
        taken=quote.receipt,
    )

    content = render(report_of([kept]), format)

    assert "the source has changed since" in plain(content, format)
    assert READERS[format](content) == [quote.text]


@pytest.mark.parametrize("format", Format)
def test_a_page_whose_text_is_in_doubt_is_named(format: Format) -> None:
    document = hostile_document()
    doubtful = replace(document.pages[1], doubt="its letters may be wrong")
    document = replace(document, pages=(document.pages[0], doubtful))

    text = plain(render(report_of([quote_of(document, 4, 4)]), format), format)

    assert "verified, but the page may print something else" in text
    assert "its letters may be wrong" in text


@pytest.mark.parametrize("format", Format)
def test_controls_in_names_reach_no_file(format: Format) -> None:
    about = Metadata(title="A\x1b]0;x\x07\u202etitle\ufffe\x00", author="\ud800who", kind="note")
    document = replace(build_document([Block(kind=BlockKind.PARAGRAPH, text="Words.")]))
    quote = Quote(document=replace(document, metadata=about, path="a\x9b.md"), start=0, end=6)
    asked = Answer(
        question="Why\x1b?\udcff", understood_as="Why?", verdict=Verdict.ANSWERED, confidence=1,
        quotes=(quote,),
    )  # fmt: skip

    report = conversation_report(Conversation((Turn("", asked),)), "T\x08\u2066\x00")
    text = plain(render(report, format), format)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert READERS[format](render(report, format)) == ["Words."]


def test_the_page_runs_nothing_and_asks_for_nothing() -> None:
    document = hostile_document()
    bad = replace(document, metadata=replace(ABOUT, url="javascript:alert(1)"))

    content = render(report_of([quote_of(document, 2, 5), quote_of(bad, 2, 2)]), Format.HTML)
    page = lxml_html.document_fromstring(content.decode("utf-8"))

    assert {e.tag for e in page.iter()} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "blockquote",
        "mark", "a", "code", "span", "strong",
    }  # fmt: skip
    assert [a.get("href") for a in page.iter("a")] == ["https://example.eu/?a=1&b=<2>"]
    assert b"prefers-color-scheme: dark" in content
    assert b"url(" not in content
    assert b"@import" not in content
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_words_that_answer_are_marked() -> None:
    quote = quote_of(hostile_document(), 4, 4)
    (span,) = quote.emphasis
    words = quote.document.text[span.start : span.end]

    page = lxml_html.document_fromstring(render(report_of([quote]), Format.HTML).decode("utf-8"))
    word = docx.Document(io.BytesIO(render(report_of([quote]), Format.DOCX)))
    bold = [
        run.text
        for paragraph in word.paragraphs
        if paragraph.style and paragraph.style.name == "Quote"
        for run in paragraph.runs
        if run.bold
    ]

    assert page.xpath("//mark/text()") == bold == [words]


def test_a_word_file_names_no_tool_and_runs_no_macro() -> None:
    content = render(report_of([quote_of(hostile_document(), 2, 2)]), Format.DOCX)

    properties = docx.Document(io.BytesIO(content)).core_properties
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()

    assert (properties.author, properties.comments) == ("S3Assist", "")
    assert properties.title == "A <title> *with* [marks]"
    assert not [name for name in names if "vba" in name.lower()]


# The variables and types of the CSL 1.0.2 specification that an item of ours may have.
CSL_TEXTS = ("title", "publisher", "number", "language", "URL", "archive_location", "note")
CSL_ITEMS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {
                "enum": ["article", "document", "legislation", "post", "post-weblog", "report"]
            },
            "id": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"literal": {"type": "string"}},
                },
            },
            "issued": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "literal": {"type": "string"},
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": ["string", "number"]},
                        },
                    },
                },
            },
            **{name: {"type": "string"} for name in CSL_TEXTS},
        },
    },
}


@pytest.mark.parametrize("date", ["2020-02-14", "2020-02", "2020", "", "spring 2020"])
def test_csl_items_are_of_the_standard(date: str) -> None:
    document = hostile_document()
    document = replace(document, metadata=replace(ABOUT, date=date))
    bare = replace(build_document([Block(kind=BlockKind.ITEM, text="One.")]), sha256="2" * 64)
    quotes = [quote_of(document, 2, 2), quote_of(bare, 0, 0), quote_of(document, 4, 4)]

    items = json.loads(render(report_of(quotes), Format.CSL_JSON))

    Draft202012Validator(CSL_ITEMS).validate(items)
    assert len(items) == 2
    assert items[0]["author"] == [{"literal": "Ulla Engelmann"}, {"literal": "Second Author"}]
    assert items[0]["number"] == "COM(2017) 376"
    assert (
        items[0].get("issued")
        == {
            "2020-02-14": {"date-parts": [[2020, 2, 14]]},
            "2020-02": {"date-parts": [[2020, 2]]},
            "2020": {"date-parts": [[2020]]},
            "": None,
            "spring 2020": {"literal": "spring 2020"},
        }[date]
    )


def test_a_citation_names_title_people_date_own_identifiers_and_place() -> None:
    document = hostile_document()

    assert citation(quote_of(document, 4, 4)) == (
        "A [bold] <b>title</b> *of* sorts, Ulla Engelmann; Second Author, European Commission,"
        " 14 February 2020, COM(2017) 376, COM(2017) 376 final › Figures <i> *and* facts,"
        " p. 12 (PDF 14), ¶ 5"
    )
    assert "pp. xi–12 (PDF 13–14), ¶ 3" in citation(quote_of(document, 2, 3))


def test_an_identifier_of_another_document_is_never_cited_as_its_own() -> None:
    text = "The note is about COM(2017) 376, and it says what the Commission wants to do by 2030."
    named = build_document([Block(kind=BlockKind.PARAGRAPH, text=text)])
    about = Metadata(title="A note", identifiers=("COM(2017) 376", "32021R1060"))
    quote = Quote(document=replace(named, metadata=about), start=0, end=8)

    assert citation(quote) == "A note, 32021R1060, p. i (PDF 1), ¶ 1"


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2020-02-14", "14 February 2020"),
        ("2020-02-01", "1 February 2020"),
        ("2020-12", "December 2020"),
        ("2020", "2020"),
        ("2020-13-01", "2020-13-01"),
        ("", ""),
    ],
)
def test_dates_are_written_out(date: str, written: str) -> None:
    assert written_date(date) == written


def test_a_copied_quote_has_words_citation_and_receipt() -> None:
    quote = quote_of(hostile_document(), 4, 4)

    words, place = with_citation(quote).split("\n")

    assert words == f"“{quote.text}”"
    assert place == f"{citation(quote)} [{quote.receipt}]"


def test_an_answer_that_differs_by_period_says_so_newest_first() -> None:
    old, new = (quote_of(hostile_document(), n, n) for n in (2, 3))
    answer = Answer(
        question="What share?",
        understood_as="What share?",
        verdict=Verdict.ANSWERED,
        confidence=0.9,
        quotes=(old, new),
        by_period=(PeriodGroup("2021", True, (1,)), PeriodGroup("2019", True, (0,))),
    )

    (part,) = conversation_report(Conversation((Turn("What share?", answer),))).parts

    assert part.quotes == (new, old)
    assert "different periods, newest first: 2021, 2019" in part.remarks[0]


def test_an_empty_report_is_refused() -> None:
    with pytest.raises(ExportError, match="nothing to export"):
        render(basket_report([]), Format.MARKDOWN)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.md", Format.MARKDOWN),
        ("a.HTM", Format.HTML),
        ("a.docx", Format.DOCX),
        ("a.json", Format.CSL_JSON),
    ],
)
def test_the_format_goes_by_the_name(name: str, format: Format) -> None:
    assert format_of(Path(name)) is format


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ExportError, match=r"a\.pdf"):
        format_of(Path("a.pdf"))


def test_a_file_is_written_whole_and_can_be_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "out.md"
    path.write_text("before", encoding="utf-8")
    report = report_of([quote_of(hostile_document(), 2, 2)])

    write(report, path)

    assert path.read_bytes() == render(report, Format.MARKDOWN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [file.name for file in tmp_path.iterdir()] == ["out.md"]


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    report = report_of([quote_of(hostile_document(), 2, 2)])

    with pytest.raises(ExportError, match=r"out\.md can't be written"):
        write(report, tmp_path / "none" / "out.md")
