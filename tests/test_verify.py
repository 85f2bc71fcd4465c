from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import FILES, PAGES, SHARE, Library, write_pdf
from docx import Document as WordDocument
from hypothesis import given
from hypothesis import strategies as st
from pace import FAIR, growth
from strategies import DOCUMENTS, build_document

from s3assist.assistant import open_assistant
from s3assist.cli.root import cli
from s3assist.cli.terminal import Look
from s3assist.cli.text import quote_lines
from s3assist.config import load_settings
from s3assist.documents import (
    Answer,
    Block,
    BlockKind,
    Conversation,
    Document,
    Metadata,
    Quote,
    Span,
    Turn,
    Verdict,
)
from s3assist.errors import LoadError
from s3assist.export import Format, basket_report, conversation_report, with_citation, write
from s3assist.index.layout import IndexLayout
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import load, load_whole
from s3assist.ingest.source import find_sources
from s3assist.ingest.sync import sync
from s3assist.verify import Checked, Finding, looked_up, read_claims, verify
from s3assist.verify.claims import claims_in, claims_of
from s3assist.verify.loosen import Loosened, loosened

MOST_IN_ONE = 3
"""Characters that one character of a page may stand for, as the ligature of ffi does."""
POLES = PAGES[2]
"""On page 3 of the PDF, which prints the label 2."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """The documents of the small corpus; reading them needs no index."""
    corpus = tmp_path_factory.mktemp("corpus")
    for path, content in FILES.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_text(content, encoding="utf-8")
    write_pdf(corpus / "briefings" / "national.pdf")
    (corpus / "briefings" / "broken.pdf").unlink()
    return [source.read(source.fingerprint("").sha256) for source in find_sources(corpus)]


def checked(documents: list[Document], *blocks: str) -> list[Checked]:
    return verify(list(claims_of(blocks)), documents)


def findings(documents: list[Document], *blocks: str) -> list[Finding]:
    return [result.finding for result in checked(documents, *blocks)]


def quote_of(documents: list[Document], words: str, path: str = "") -> Quote:
    for document in documents:
        start = document.text.find(words)
        if start >= 0 and path in document.path:
            return Quote(document=document, start=start, end=start + len(words))
    raise AssertionError(words)


@pytest.mark.parametrize(
    "written",
    [
        f"They say: “{SHARE}” That is a lot.",
        f'They say: "{SHARE}"',
        f"„{SHARE}“ sagen sie.",
        f"« {SHARE} »",
        f"He sanovat: ”{SHARE}” Niin on.",
        f"The regions’ view is ‘{SHARE}’ in the firms’ own words.",
        f"The regions' view is '{SHARE}' in the firms' own words.",
        "“Specialised clusters account for 19% […] of European wages.”",
        "“[s]pecialised clusters account for 19% of European jobs”",
        "“the ministry selected 15 clusters in three\xa0rounds”",
        "“the entrepreneurial discovery process brings ﬁrms and universities together”".replace(
            "the entre", "The entre"
        ),
    ],
)
def test_words_that_a_document_has_are_found(documents: list[Document], written: str) -> None:
    (result,) = checked(documents, written)

    assert (result.finding, result.detail) == (Finding.FOUND, "")
    assert result.places


@pytest.mark.parametrize(
    "written",
    [
        "“Specialised clusters account for 91% of European jobs and 22% of European wages.”",
        "“Specialised Clusters account for 19% of European jobs”",
        "“Specialised clusters account for 19% of European jobs, and 22% of European wages.”",
        "“pecialised clusters account for 19% of European jobs”",
        "“Specialised clusters account for 19% of European job”",
        "“22% of European wages […] Specialised clusters account for 19% of jobs”",
        "“Clusters have nothing to do with any of this”",
        "”Specialised clusters account for 91% of European jobs”",
        "They say ‘specialised clusters’ jobs account for 91% of all’ today.",
        "They say 'specialised clusters' jobs account for 91% of all' today.",
    ],
)
def test_words_that_no_document_has_are_not(documents: list[Document], written: str) -> None:
    assert findings(documents, written) == [Finding.NOT_FOUND]


def test_terms_in_quotation_marks_are_passed_over(documents: list[Document]) -> None:
    assert findings(documents, 'The “quantum cheese” and the "best of 2020" are terms.') == []
    assert findings(documents, 'A 5" pipe and a pipe of the next size, 6" it is.') == []
    assert (
        findings(documents, "In the '90s the firms' and the regions' shares rose, didn't they?")
        == []
    )
    assert findings(documents, "The firms’ and the regions’ shares of it rose, didn’t they?") == []


@pytest.mark.parametrize("unit", [" 'a", "s' a ", "‘s’ a ", "”a ", "“a "])
def test_marks_that_nothing_closes_cost_no_more_than_their_length(unit: str) -> None:
    assert growth(lambda size: list(claims_of([unit * size])), 2000) < FAIR


def test_titles_in_quotation_marks_are_passed_over() -> None:
    about = Metadata(title="What all of the documents say")
    document = replace(build_document([Block(kind=BlockKind.ITEM, text="One.")]), metadata=about)

    assert findings([document], "See “What all of the documents say”.") == []
    assert findings([document], "See “What all of the documents do”.") == [Finding.NOT_FOUND]


def test_a_title_that_its_document_says_in_its_text_is_a_quote() -> None:
    said = "Deadline for the Oulu call is 5 May 2027"
    document = build_document([Block(kind=BlockKind.PARAGRAPH, text=said)])
    heading = build_document([Block(kind=BlockKind.HEADING, text=said, level=1)])
    about = Metadata(title=said)

    paged = replace(document, metadata=about)
    assert findings([replace(paged, pages=())], f"“{said}”") == [Finding.FOUND]
    assert findings([paged], f"“{said}”") == []
    assert findings([replace(heading, metadata=about, pages=())], f"“{said}”") == []


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        (f"“{POLES}” (National programmes, p. 2)", Finding.FOUND),
        (f"“{POLES}” (National programmes, p. 2 (PDF 3))", Finding.FOUND),
        (f"“{POLES}” (National programmes, p. 1)", Finding.MISATTRIBUTED),
        (f"“{POLES}” (National programmes, p. 3 (PDF 4))", Finding.MISATTRIBUTED),
        (f"“{POLES}” (Clusters and jobs, 2020)", Finding.MISATTRIBUTED),
        (f"“{SHARE}” (Clusters and jobs, 2020)", Finding.FOUND),
        (f"“{SHARE}” (CLUSTERS AND JOBS, p. 7)", Finding.FOUND),
        (f"“{SHARE}” (briefings/national.pdf)", Finding.MISATTRIBUTED),
    ],
)
def test_the_source_that_is_named_must_have_the_words(
    documents: list[Document], written: str, finding: Finding
) -> None:
    (result,) = checked(documents, written)

    assert result.finding is finding
    assert bool(result.detail) is (finding is not Finding.FOUND)


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
@pytest.mark.parametrize("kind", ["basket", "conversation"])
def test_an_export_is_found_as_a_whole(
    documents: list[Document], tmp_path: Path, format: Format, kind: str
) -> None:
    also = quote_of(documents, SHARE, "panorama")
    quotes = (
        replace(quote_of(documents, SHARE, "jobs"), also=(also,)),
        quote_of(documents, POLES),
        quote_of(documents, "Les grappes d'entreprises créent des emplois"),
    )
    answer = Answer(
        question="“What is it that they all say so often?”",
        understood_as="What is it?",
        verdict=Verdict.ANSWERED,
        confidence=1,
        quotes=quotes,
    )
    report = (
        basket_report(quotes)
        if kind == "basket"
        else conversation_report(Conversation((Turn("", answer),)))
    )
    path = tmp_path / f"out{format.suffix}"
    write(report, path)

    checked = verify(claims_in(load(path).blocks), documents)
    results = looked_up(checked)

    assert [(r.finding, r.detail) for r in results] == [(Finding.FOUND, "")] * 4
    passed = [r.words for r in checked if r.finding is Finding.PASSED_OVER]
    assert passed == ([answer.question.strip("“”")] if kind == "conversation" else [])
    assert [r.receipt for r in results] == [str(q.receipt) for q in (quotes[0], also, *quotes[1:])]


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML])
def test_one_changed_word_of_an_export_is_noticed(
    documents: list[Document], tmp_path: Path, format: Format
) -> None:
    path = tmp_path / f"out{format.suffix}"
    write(basket_report([quote_of(documents, SHARE), quote_of(documents, POLES)]), path)
    text = path.read_text("utf-8")
    assert "54 poles" in text
    path.write_text(text.replace("54 poles", "45 poles"), encoding="utf-8")

    results = verify(claims_in(load(path).blocks), documents)

    assert [r.finding for r in results] == [Finding.FOUND, Finding.NOT_FOUND]
    assert "45 poles" in results[1].words
    assert "54 poles" in results[1].places[0].text


def test_a_pasted_quote_with_its_citation_is_found(documents: list[Document]) -> None:
    quote = quote_of(documents, POLES)

    assert findings(documents, "As they say:", *with_citation(quote).split("\n")) == [Finding.FOUND]
    assert findings(documents, with_citation(quote).replace("\n", " ")) == [Finding.FOUND]


def test_a_part_of_a_quote_may_be_kept_with_its_receipt(documents: list[Document]) -> None:
    receipt = quote_of(documents, SHARE).receipt

    assert findings(documents, f"“19% of European jobs and 22%” [{receipt}]") == [Finding.FOUND]


def test_words_added_within_the_quotation_marks_are_noticed(documents: list[Document]) -> None:
    receipt = quote_of(documents, SHARE).receipt

    (result,) = checked(documents, f"“It is not true that {SHARE}” [{receipt}]")

    assert (result.finding, result.detail) == (
        Finding.MISATTRIBUTED if result.places[0].text != SHARE else Finding.NOT_FOUND,
        "words were added to what the receipt is of",
    )
    assert result.finding is Finding.NOT_FOUND


def test_words_of_another_place_are_misattributed(documents: list[Document]) -> None:
    receipt = quote_of(documents, SHARE).receipt

    (result,) = checked(documents, f"“{POLES}” [{receipt}]")

    assert result.finding is Finding.MISATTRIBUTED
    assert [place.text for place in result.places] == [POLES]


@pytest.mark.parametrize(
    ("old", "new"), [(" p3 ", " p2 "), (" ¶3 ", " ¶9 "), ("p. 2 (PDF 3)", "p. 1 (PDF 2)")]
)
def test_a_page_that_was_changed_is_noticed(documents: list[Document], old: str, new: str) -> None:
    pasted = with_citation(quote_of(documents, POLES))
    assert old in pasted

    (result,) = checked(documents, *pasted.replace(old, new).split("\n"))

    assert result.finding is Finding.MISATTRIBUTED


def test_a_receipt_of_a_file_that_is_no_longer_there_says_so(
    library: Library, documents: list[Document], tmp_path: Path
) -> None:
    pasted = with_citation(quote_of(documents, SHARE, "jobs"))
    copy = library.copy(tmp_path)
    file = copy.corpus / "editorials" / "jobs.md"
    file.write_text(file.read_text("utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    sync(copy.corpus, IndexLayout(copy.index))
    assistant = open_assistant(load_settings(corpus=copy.corpus, index=copy.index))

    (result,) = verify(list(claims_of([pasted])), assistant.documents())
    assistant.close()

    assert result.finding is Finding.SOURCE_CHANGED
    assert result.words == SHARE
    assert len(result.places) == 2  # where the words stand now


@pytest.mark.slow
def test_words_of_an_export_are_told_from_what_stands_around_them(
    documents: list[Document], tmp_path: Path
) -> None:
    short = "selected 15 clusters"
    quotes = [quote_of(documents, SHARE), quote_of(documents, short)]
    asked = Answer(
        question="And?", understood_as="What?", verdict=Verdict.ANSWERED, confidence=1, quotes=()
    )
    for format in (Format.MARKDOWN, Format.HTML, Format.DOCX):
        path = tmp_path / f"out{format.suffix}"
        turns = (Turn("", replace(asked, quotes=(quote,))) for quote in quotes)
        write(conversation_report(Conversation(tuple(turns))), path)

        results = verify(read_claims(path), [])

        assert [(r.finding, r.words) for r in results] == [
            (Finding.SOURCE_CHANGED, SHARE),
            (Finding.SOURCE_CHANGED, short),
        ]


@pytest.mark.slow
def test_a_receipt_is_checked_against_the_version_that_it_is_of(
    library: Library, documents: list[Document], tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    jobs, poles = quote_of(documents, SHARE, "jobs"), quote_of(documents, POLES)
    file = copy.corpus / "editorials" / "jobs.md"
    file.write_text(file.read_text("utf-8").replace("19%", "20%"), encoding="utf-8")
    (copy.corpus / "briefings" / "national.pdf").unlink()
    (copy.corpus / "briefings" / "panorama.md").unlink()
    sync(copy.corpus, IndexLayout(copy.index))
    lines = [f"{SHARE}\n\nClusters and jobs [{jobs.receipt}]"]
    lines += [f"{SHARE.replace('19%', '91%')}\n\nClusters and jobs [{jobs.receipt}]"]
    short = str(poles.receipt).replace(poles.receipt.sha256, poles.receipt.sha256[:12])
    lines += [f"“{POLES}” [{short}]"]
    (tmp_path / "briefing.md").write_text("\n\n".join(lines), encoding="utf-8")

    flags = ["--corpus", str(copy.corpus), "--index", str(copy.index)]
    result = CliRunner().invoke(cli, ["verify", str(tmp_path / "briefing.md"), "--json", *flags])

    found = [(q["words"], q["finding"], q["detail"]) for q in json.loads(result.stdout)["quotes"]]
    changed = "the source has changed since; these are the words of the version cited"
    gone = "the source is no longer in the index; these are the words of the version cited"
    assert found == [
        (SHARE, "source_changed", changed),
        (
            SHARE.replace("19%", "91%"),
            "not_found",
            "the place that the receipt names has other words",
        ),
        (POLES, "source_changed", gone),
    ]
    assert result.exit_code == 1


def test_a_shortened_receipt_is_enough(documents: list[Document]) -> None:
    quote = quote_of(documents, SHARE)
    short = str(quote.receipt).replace(quote.receipt.sha256, quote.receipt.sha256[:12])

    assert findings(documents, SHARE, f"Clusters and jobs · {short}") == [Finding.FOUND]


@pytest.mark.slow
def test_a_word_file_that_somebody_wrote_is_read(
    library: Library, documents: list[Document], tmp_path: Path
) -> None:
    word = WordDocument()
    word.add_heading("A “heading that quotes nobody at all”", 1)
    word.add_heading("1. A “term of art” in it", 2)
    word.add_paragraph(f"According to the editorial, “{SHARE}”")
    word.add_paragraph("And “regions should do more of all of this”, it says.")
    word.save(str(tmp_path / "briefing.docx"))

    result = CliRunner().invoke(cli, ["verify", str(tmp_path / "briefing.docx"), *library.flags])
    data = CliRunner().invoke(
        cli, ["verify", str(tmp_path / "briefing.docx"), "--json", *library.flags]
    )

    assert result.exit_code == data.exit_code == 1
    assert "1 of 3 quotes found." in result.stdout
    findings = [q["finding"] for q in json.loads(data.stdout)["quotes"]]
    assert findings == ["not_found", "found", "not_found"]


def test_the_exit_code_is_0_only_if_every_quote_is_found(library: Library, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(f"“{SHARE}”", encoding="utf-8")
    (tmp_path / "none.md").write_text("No quote at all.", encoding="utf-8")
    (tmp_path / "bad.md").write_text("“Nobody has ever said these words”", encoding="utf-8")

    codes = {
        name: CliRunner().invoke(cli, ["verify", str(tmp_path / name), *library.flags]).exit_code
        for name in ("good.md", "none.md", "bad.md")
    }

    assert codes == {"good.md": 0, "none.md": 1, "bad.md": 1}


def test_a_text_beyond_the_limits_of_the_settings_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3ASSIST_PARSE_CHARACTERS", "50")
    (tmp_path / "long.md").write_text(f"“{SHARE}”", encoding="utf-8")

    result = CliRunner().invoke(cli, ["verify", str(tmp_path / "long.md"), *library.flags])

    assert result.exit_code == 2
    assert "error: long.md: it holds 82 characters; 50 are read at most" in result.stderr
    assert "parse_characters" in result.stderr


@pytest.mark.slow
def test_a_text_that_takes_too_long_to_read_is_given_up(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="the system counts a process's time on Unix only")
    (tmp_path / "slow.md").write_text("*a **b " * 200_000, encoding="utf-8")

    with pytest.raises(LoadError, match=r"^slow\.md: reading it took more than 1 seconds"):
        read_claims(tmp_path / "slow.md", Limits(seconds=1))


FABRICATED = "Nobody has ever said so many of these words"
LOST = {
    "first.txt": f"Minister, it says: “{FABRICATED}”\n\nIt adds: “{{share}}”\n",
    "heading.txt": f"THE “{FABRICATED.upper()}”\n\n“{{share}}”\n",
    "heading.md": f"# It says: “{FABRICATED}”\n\n“{{share}}”\n",
    "numbered.md": f"## 1. It says: “{FABRICATED}”\n\n“{{share}}”\n",
    "aside.html": f"<h1>Note</h1><p>“{{share}}”</p><aside>“{FABRICATED}”</aside>",
    "footer.html": f"<h1>Note</h1><p>“{{share}}”</p><p class='callout-footer'>“{FABRICATED}”</p>",
    "hidden.html": f"<h1>Note</h1><p>It <span hidden>“{FABRICATED}”</span> says “{{share}}”</p>",
    "heading.html": f"<h1>“{FABRICATED}”</h1><p>“{{share}}”</p>",
}


@pytest.mark.parametrize("name", LOST)
def test_no_part_of_a_file_is_passed_over(
    documents: list[Document], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(LOST[name].format(share=SHARE), encoding="utf-8")

    results = verify(claims_in(load_whole(tmp_path / name)), documents)

    assert sorted((r.words.upper(), r.finding) for r in results) == [
        (FABRICATED.upper(), Finding.NOT_FOUND),
        (SHARE.upper(), Finding.FOUND),
    ]


def test_a_text_of_one_line_is_read(documents: list[Document], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"It says “{SHARE}”", encoding="utf-8")

    results = verify(claims_in(load_whole(tmp_path / "a.txt")), documents)

    assert [r.finding for r in results] == [Finding.FOUND]


def test_what_ask_prints_is_found(documents: list[Document], tmp_path: Path) -> None:
    rows = ("Veneto | 3.1", "Umbria | 8")
    row = build_document([Block(kind=BlockKind.ROW, text=text) for text in rows])
    printed = "".join(
        line + "\n"
        for number, paragraph in enumerate(row.paragraphs, 1)
        for line in quote_lines(
            Quote(document=row, start=paragraph.start, end=paragraph.end), f"[{number}]", Look()
        )
    )
    (tmp_path / "a.txt").write_text(printed, encoding="utf-8")

    results = verify(claims_in(load_whole(tmp_path / "a.txt")), [row])

    assert [(r.finding, r.words) for r in results] == [
        (Finding.FOUND, "Veneto | 3.1"),
        (Finding.FOUND, "Umbria | 8"),
    ]


@pytest.mark.slow
def test_what_stands_in_words_of_a_user_is_shown_and_not_counted(
    library: Library, documents: list[Document], tmp_path: Path
) -> None:
    asked = Answer(
        question=f"Who says “{FABRICATED}”?",
        understood_as=f"Who says “{FABRICATED} in Spain”?",
        verdict=Verdict.ANSWERED,
        confidence=1,
        quotes=(quote_of(documents, SHARE),),
    )
    path = tmp_path / "out.md"
    write(conversation_report(Conversation((Turn("", asked),)), f"“{FABRICATED}”"), path)
    flags = ["verify", str(path), *library.flags]

    result, data = CliRunner().invoke(cli, flags), CliRunner().invoke(cli, [*flags, "--json"])
    path.write_text(path.read_text("utf-8").replace("Exported from", "From"), encoding="utf-8")
    edited = CliRunner().invoke(cli, flags)

    assert (result.exit_code, data.exit_code, edited.exit_code) == (0, 0, 1)
    assert result.stdout.count("passed over     “") == 3
    assert "1 of 1 quotes found, 3 passed over." in result.stdout
    assert json.loads(data.stdout)["ok"] is True
    assert "1 of 3 quotes found, 1 passed over." in edited.stdout


@given(document=DOCUMENTS, data=st.data())
def test_loosened_text_leads_back_to_where_it_stands(
    document: Document, data: st.DataObject
) -> None:
    loose = loosened(document.text)
    start = data.draw(st.integers(0, len(loose) - 1))
    end = data.draw(st.integers(start + 1, len(loose)))

    span = Loosened(document.text).raw(Span(start, end))

    found, wanted = loosened(document.text[span.start : span.end]), loose[start:end].strip()
    # An accent comes with the letter that carries it, a part of a ligature with the others.
    assert 0 <= found.find(wanted) < MOST_IN_ONE


@given(text=st.text())
def test_loosening_twice_changes_nothing_more(text: str) -> None:
    assert loosened(loosened(text)) == loosened(text)
