"""What a quote's number, place and page must be for `verify` to find it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from s3assist.documents import (
    Answer,
    Block,
    BlockKind,
    Conversation,
    Document,
    Expansion,
    Extract,
    Metadata,
    Quote,
    Scope,
    Turn,
    Verdict,
)
from s3assist.export import basket_report, conversation_report, with_citation, write
from s3assist.ingest.canonical import assemble
from s3assist.ingest.loaders import load
from s3assist.ingest.sentences import split
from s3assist.verify import Checked, verify
from s3assist.verify.claims import claims_in, claims_of

TRUE = "France recognised the first poles in 2005 and counted 54 poles later."
FALSE = TRUE.replace("54", "45")
SAID = "Regions with strong clusters recover faster from a crisis."
NEXT = "Something else is printed on the next page here."


def paged(path: str, title: str, *texts: str, labels: tuple[str, ...] = ()) -> Document:
    """One paragraph a page."""
    kind = BlockKind.PARAGRAPH
    blocks = tuple(Block(kind=kind, text=t, pages=((0, i),)) for i, t in enumerate(texts, 1))
    names = labels or tuple(str(i) for i in range(1, len(texts) + 1))
    return assemble(
        Extract(blocks=blocks, page_labels=names),
        path=path,
        format="pdf",
        sha256=hashlib.sha256(path.encode()).hexdigest(),
        metadata=Metadata(title=title, language="en"),
        split=split,
    )


def quote(document: Document, words: str) -> Quote:
    start = document.text.index(words)
    return Quote(document=document, start=start, end=start + len(words))


def look(documents: list[Document], *blocks: str) -> list[Checked]:
    return verify(list(claims_of(blocks)), documents)


def findings(documents: list[Document], *blocks: str) -> list[str]:
    return [result.finding.value for result in look(documents, *blocks)]


@pytest.fixture
def fund() -> Document:
    return paged(
        "fund.pdf",
        "The fund in figures",
        "In 2019 the fund paid 1.5 million euro to clusters in Spain.",
        "The ministry spent a total of 30,000 euro on the clusters.",
        "In all some 12 500 firms are members of these clusters.",
    )


@pytest.mark.parametrize(
    "written",
    [
        "“5 million euro to clusters in Spain.”",
        "“The ministry spent a total of 30”",
        "“000 euro on the clusters.”",
        "“500 firms are members of these clusters.”",
    ],
)
def test_a_piece_of_a_number_is_not_found(fund: Document, written: str) -> None:
    assert findings([fund], written) == ["not_found"]


def test_a_piece_of_a_number_is_not_found_with_its_receipt(fund: Document) -> None:
    receipt = quote(fund, "In 2019 the fund paid 1.5 million euro to clusters in Spain.").receipt

    assert findings([fund], f"“5 million euro to clusters in Spain” [{receipt}]") != ["found"]


def test_a_raised_digit_is_not_one_on_the_line() -> None:
    report = paged("steel.pdf", "The works in figures", "The works made 10⁶ tonnes of steel.")

    assert findings([report], "“The works made 10⁶ tonnes of steel.”") == ["found"]
    assert findings([report], "“The works made 106 tonnes of steel.”") == ["not_found"]


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("Hier soir le ministre a proposé de fermer.", "Hier soir le ministre a propose"),
        ("L’été chaud de la région a commencé hier.", "té chaud de la région a commencé hier."),
        ("2½ million euro went to clusters in Spain.", "2 million euro went to clusters in Spain."),
        ("½ million euro went to clusters in Spain.", "2 million euro went to clusters in Spain."),
        (
            "2 ½ million euro went to clusters in Spain.",
            "½ million euro went to clusters in Spain.",
        ),
        ("2⁄3 of the firms are in clusters in Spain.", "3 of the firms are in clusters in Spain."),
        ("It saw −5 % growth of jobs in clusters.", "5 % growth of jobs in clusters."),
        ("It saw −€5 million of net aid to clusters.", "5 million of net aid to clusters."),
        ("It saw −€5 million of net aid to clusters.", "€5 million of net aid to clusters."),
        ("–5 % growth of jobs in clusters it was.", "5 % growth of jobs in clusters"),
        ("The result (-€5 million) was in the report.", "€5 million) was in the report."),
    ],
)
@pytest.mark.parametrize("with_receipt", [False, True])
def test_a_letter_without_its_accent_or_a_number_without_its_sign_is_not_found(
    printed: str, written: str, with_receipt: bool
) -> None:
    document = paged("a.pdf", "The long report", printed)
    receipt = f" [{quote(document, printed).receipt}]" if with_receipt else ""

    assert findings([document], f"“{written}”{receipt}") == ["not_found"]
    assert findings([document], f"“{printed}”{receipt}") == ["found"]


@pytest.mark.parametrize(
    "written",
    [
        "“2020 the fund paid for clusters in Spain”",
        "“-5 % of all jobs were in it.”",
        "“−5 % of all jobs were in it.”",
        "“Études de la région are the source”",
        "“3 % more than before it was.”",
    ],
)
def test_a_quote_may_begin_after_a_dash_and_with_a_sign_or_an_accent(written: str) -> None:
    document = paged(
        "a.pdf",
        "The long report",
        "In 2014–2020 the fund paid for clusters in Spain, and −5 % of all jobs were in it.",
        "Les Études de la région are the source – 3 % more than before it was.",
    )

    assert findings([document], written) == ["found"]


@pytest.mark.parametrize(
    "written",
    [
        "“In 2019 the fund paid 1.5 million euro”",
        "“2019 the fund paid 1.5”",
        "“12 500 firms are members of these clusters.”",
    ],
)
def test_a_quote_may_begin_and_end_with_a_number(fund: Document, written: str) -> None:
    assert findings([fund], written) == ["found"]


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("54 poles were counted in France.", "154 poles were counted in France."),
        ("Poles in France | 54", "Poles in France | 540"),
        ("5% of all jobs are in clusters.", "1.5% of all jobs are in clusters."),
    ],
)
def test_a_changed_number_of_an_export_is_noticed(tmp_path: Path, words: str, changed: str) -> None:
    document = paged("poles.pdf", "The poles of France", words)
    exported = tmp_path / "out.md"
    write(basket_report([quote(document, words)]), exported)
    old, new = words.replace("|", "\\|"), changed.replace("|", "\\|")
    text = exported.read_text("utf-8")
    assert old in text
    exported.write_text(text.replace(old, new), encoding="utf-8")

    assert [r.finding.value for r in verify(claims_in(load(exported).blocks), [document])] == [
        "not_found"
    ]


def test_a_changed_word_is_noticed_beside_a_title_with_a_term(tmp_path: Path) -> None:
    document = paged("poles.pdf", "What “poles” are", TRUE)
    exported = tmp_path / "out.md"
    write(basket_report([quote(document, TRUE)]), exported)
    exported.write_text(exported.read_text("utf-8").replace(TRUE, FALSE), encoding="utf-8")

    (result,) = verify(claims_in(load(exported).blocks), [document])

    assert (result.finding.value, result.words) == ("not_found", FALSE)


def test_a_term_in_the_prose_before_is_not_the_quote() -> None:
    document = paged("poles.pdf", "The clusters of France", TRUE)
    citation = f"The clusters of France [{quote(document, TRUE).receipt}]"

    found = findings([document], "What the French call “poles” came early.", FALSE, citation)

    assert found == ["not_found"]


def test_any_document_that_has_the_words_may_be_cited() -> None:
    letters = [paged(f"{i}.pdf", f"Newsletter number {i} of 2020", SAID) for i in range(1, 6)]

    (result,) = look(letters, f"“{SAID}” (Newsletter number 4 of 2020)")

    assert (result.finding.value, result.detail) == ("found", "")
    assert [place.document.path for place in result.places] == ["4.pdf"]


def test_any_page_that_has_the_words_may_be_cited() -> None:
    report = paged("a.pdf", "The long report on clusters", f"Summary. {SAID}", NEXT, SAID)

    assert findings([report], f"“{SAID}” (The long report on clusters, p. 3)") == ["found"]
    assert findings([report], f"“{SAID}” (The long report on clusters, p. 2)") == ["misattributed"]


def test_places_in_different_documents_are_shown_first() -> None:
    often = paged("a.pdf", "The long report on clusters", *[SAID] * 5)
    once = paged("b.pdf", "Another report on clusters", SAID)

    (result,) = look([often, once], f"“{SAID}”")

    assert [place.document.path for place in result.places] == ["a.pdf", "b.pdf", "a.pdf"]


def test_an_own_citation_of_a_page_whose_label_has_a_hyphen_is_found() -> None:
    report = paged("a.pdf", "The long report", NEXT, SAID, labels=("A-1", "A-2"))

    assert findings([report], *with_citation(quote(report, SAID)).split("\n")) == ["found"]


def test_an_own_citation_of_a_title_that_names_a_page_is_found() -> None:
    act = paged("a.pdf", "Regulation on the funds (OJ L 231, 30.6.2021, p. 159)", NEXT, SAID)

    assert findings([act], *with_citation(quote(act, SAID)).split("\n")) == ["found"]


def test_a_page_that_is_named_before_the_quote_is_not_its_own() -> None:
    report = paged("a.pdf", "The long report", NEXT, SAID)
    citation = with_citation(quote(report, SAID)).split("\n")

    assert findings([report], "As our own paper has it on p. 7:", *citation) == ["found"]


@pytest.mark.parametrize(
    "source",
    [
        "(“Report on regional policy”, p. 1)",
        "(see Smith, et al. “Report on regional policy,” p. 1)",
        "(“Cluster panorama”, p. 2)",
        "(“Cluster panorama 2019”, p. 1)",
        "(Cluster panorama 2019, p. 1)",
    ],
    ids=["document", "American", "page", "edition", "plain"],
)
def test_the_source_must_have_the_words_however_its_title_is_written(source: str) -> None:
    documents = [
        paged("a.pdf", "Cluster panorama", SAID, NEXT),
        paged("b.pdf", "Cluster panorama 2019", NEXT, NEXT),
        paged("c.pdf", "Report on regional policy", NEXT, NEXT),
    ]

    assert findings(documents, f"“{SAID}” {source}") == ["misattributed"]
    assert findings(documents, f"“{SAID}” (“Cluster panorama”, p. 1)") == ["found"]


def test_a_title_that_begins_the_next_sentence_is_not_the_source_of_the_words_before() -> None:
    documents = [
        paged("a.pdf", "Cluster panorama", SAID),
        paged("b.pdf", "Report on regional policy", NEXT),
    ]
    text = f"It says “{SAID}”. “Report on regional policy” adds: “{NEXT}” (p. 1)"

    assert findings(documents, text) == ["found", "found"]


def test_each_of_two_quotes_has_its_own_page() -> None:
    report = paged("a.pdf", "The long report", NEXT, SAID)
    receipt = quote(report, SAID).receipt
    text = f"“{NEXT}” (The long report, p. 1) and “{SAID}” (The long report, p. 2) [{receipt}]"

    assert findings([report], text) == ["found", "found"]


@pytest.mark.parametrize(
    ("pages", "finding"),
    [
        ("pp. 2–4", "found"),
        ("pp. 2-4", "found"),
        ("p. 3.", "found"),
        ("pp. 1-2", "misattributed"),
        ("p. 33", "misattributed"),
    ],
)
def test_a_range_of_pages_holds_those_between(pages: str, finding: str) -> None:
    report = paged("a.pdf", "The long report", "First page.", NEXT, SAID, "Last page.")

    assert findings([report], f"“{SAID}” (The long report, {pages})") == [finding]


@pytest.mark.parametrize("suffix", ["md", "html", "docx"])
def test_quotation_marks_around_a_part_of_a_title_or_of_a_question_are_no_quote(
    tmp_path: Path, suffix: str
) -> None:
    act = paged("a.pdf", "Opinion on “A new strategy for growth and jobs”", NEXT, SAID)
    asked = Answer(
        question="And who wrote it?",
        understood_as="Who wrote “A new strategy for growth and jobs”?",
        scope=Scope(documents=1, of=2, only="in “A new strategy for growth and work”"),
        expanded=(Expansion(term="S3", added=("“the very best of all strategies”",)),),
        verdict=Verdict.ANSWERED,
        confidence=1,
        quotes=(quote(act, SAID),),
    )
    write(conversation_report(Conversation((Turn("", asked),))), tmp_path / f"out.{suffix}")

    found = verify(claims_in(load(tmp_path / f"out.{suffix}").blocks), [act])

    assert [(r.finding.value, r.words) for r in found] == [
        ("passed_over", "A new strategy for growth and jobs"),
        ("passed_over", "the very best of all strategies"),
        ("passed_over", "A new strategy for growth and work"),
        ("found", SAID),
    ]


def test_words_of_a_title_are_a_quote_where_they_stand_alone() -> None:
    act = paged("a.pdf", "Opinion on “A new strategy for growth and jobs”", SAID)
    text = (
        "Opinion on “A new strategy for growth and jobs” says “A new strategy for growth and jobs”"
    )

    assert findings([act], text) == ["not_found"]


def test_a_changed_word_is_noticed_beside_a_title_with_words_of_the_quote() -> None:
    said = "France has a new strategy for growth and jobs, and 54 poles."
    act = paged("a.pdf", "Opinion on “a new strategy for growth and jobs”", said)
    written = with_citation(quote(act, said)).replace("54", "45").replace(f"“{said}”", said)
    changed = with_citation(quote(act, said)).replace("54", "45").translate({0x201C: None})

    assert findings([act], *written.split("\n")) == ["not_found"]
    assert "found" not in findings([act], *changed.split("\n"))


def test_a_receipt_behind_the_words_of_a_remark_is_looked_up() -> None:
    act = paged("a.pdf", "The long report", TRUE)

    text = f"Understood as: “{FALSE}” [{quote(act, TRUE).receipt}]"
    assert findings([act], text) == ["not_found"]


@pytest.mark.parametrize(
    "labels",
    [
        ("Annex to the Regulation 1", "Annex to the Regulation 2"),
        ("4 (bis)", "5 (bis)"),
        ("Annex II-10", "Annex II-11"),
        ("p. 3", "p. 4"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_an_own_citation_is_found_whatever_the_label(
    tmp_path: Path, labels: tuple[str, ...], whole: bool
) -> None:
    act = paged("a.pdf", "The long report", NEXT, SAID, labels=labels)
    cited = quote(act, act.text if whole else SAID)
    exported = tmp_path / "out.md"
    write(basket_report([cited]), exported)

    assert [
        (r.finding.value, r.detail) for r in verify(claims_in(load(exported).blocks), [act])
    ] == [("found", "")]
    text = exported.read_text("utf-8")
    wrong = text.replace("(PDF 1–2)", "(PDF 7–8)").replace("(PDF 2)", "(PDF 1)")
    wrong = wrong.replace(f"p. {labels[1]}", f"p. {labels[0]}")
    exported.write_text(wrong, encoding="utf-8")
    if not whole:
        assert [r.finding.value for r in verify(claims_in(load(exported).blocks), [act])] == [
            "misattributed"
        ]


def test_a_part_of_a_quote_over_two_pages_is_on_either() -> None:
    act = paged("a.pdf", "The long report", NEXT, SAID, labels=("ix", "x"))

    assert findings([act], f"“{SAID}” (The long report, pp. ix–x (PDF 1–2))") == ["found"]


SIGNED = "Firms with < 250 staff and more than €1\u202f200 (+ 5%) may apply $ 3 | 5 times."


@pytest.mark.parametrize("suffix", ["md", "html", "docx"])
def test_another_place_is_found_only_if_it_prints_the_same_numbers_and_signs(
    tmp_path: Path, suffix: str
) -> None:
    one = paged("a.pdf", "The rules of the fund", SIGNED)
    exported = tmp_path / f"out.{suffix}"
    found = {}
    for words in (SIGNED, SIGNED.replace("<", ">"), SIGNED.replace("€1\u202f200", "€200")):
        other = paged("b.pdf", "More rules of the fund", words)
        told = replace(quote(one, SIGNED), also=(quote(other, words),))
        write(basket_report([told]), exported)
        found[words] = [
            r.finding.value for r in verify(claims_in(load(exported).blocks), [one, other])
        ]

    assert list(found.values()) == [["found", "found"], *[["found", "misattributed"]] * 2]
