"""Metadata: who says what, and who is believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3assist.documents import Block, BlockKind, Extract, Metadata
from s3assist.errors import LoadError
from s3assist.ingest.bylines import Bylines, is_dateline, read_byline
from s3assist.ingest.dates import iso_date
from s3assist.ingest.languages import detect_language
from s3assist.ingest.metadata import describe

ENGLISH = "Clusters are essential for the successful implementation of smart specialisation."


def extract_of(*lines: str, title: str = "", said: Metadata | None = None) -> Extract:
    blocks = [Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines]
    if title:
        blocks.insert(0, Block(kind=BlockKind.HEADING, text=title, level=1))
    return Extract(blocks=tuple(blocks), metadata=said or Metadata())


def described(path: Path, extract: Extract, source: str = "") -> Metadata:
    text = "\n\n".join(block.text for block in extract.blocks)
    return describe(path, source or path.name, extract, text)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("14 February 2020", "2020-02-14"),
        ("14th February 2020", "2020-02-14"),
        ("Friday, 14 February 2020", "2020-02-14"),
        ("February 14, 2020", "2020-02-14"),
        ("3 Mar. 2021", "2021-03-03"),
        ("3. März 2021", "2021-03-03"),
        ("1er février 2021", "2021-02-01"),
        ("5 de mayo de 2019", "2019-05-05"),
        ("03/04/2021", "2021-04-03"),
        ("14.2.2020", "2020-02-14"),
        ("February 2020", "2020-02"),
        ("mayo de 2019", "2019-05"),
        ("2020", "2020"),
        ("2020-02", "2020-02"),
        ("2020-02-14T10:00:00+01:00", "2020-02-14"),
    ],
)
def test_a_date_is_as_exact_as_it_is_printed(printed: str, iso: str) -> None:
    assert iso_date(printed) == iso


@pytest.mark.parametrize(
    "printed",
    ["", "soon", "yesterday", "12 May", "1 2", "31/02/2020", "30 February 2020", "2020-13-01",
     "May", "14 Clusters 2020", "9-11 November 2020", "1234567890", "12/2020/3"],
)  # fmt: skip
def test_a_date_is_never_invented(printed: str) -> None:
    assert iso_date(printed) == ""


@pytest.mark.parametrize(
    ("printed", "language", "iso"),
    [
        ("12. listopada 2020.", "hr", "2020-10-12"),
        ("12 listopada 2020", "pl", "2020-11-12"),
        ("14 February 2020", "hr", "2020-02-14"),
        ("12 Mar 2020", "fr", "2020-03-12"),  # "mar." is Tuesday in French
        ("14 February 2020", "mt", "2020-02-14"),
        ("14 February 2020", "zz", "2020-02-14"),
    ],
)
def test_a_month_is_that_of_the_documents_language_if_it_has_one_of_this_name(
    printed: str, language: str, iso: str
) -> None:
    assert iso_date(printed, language) == iso


def test_the_date_of_a_document_is_read_in_its_language(tmp_path: Path) -> None:
    croatian = (
        "Ova strategija govori o klasterima i regionalnom razvoju u Hrvatskoj te o potporama."
    )
    found = described(tmp_path / "a.txt", extract_of("12. listopada 2020.", croatian))
    assert (found.language, found.date) == ("hr", "2020-10-12")

    (tmp_path / "b.meta.toml").write_text('language = "hr"\ndate = "12. listopada 2020."\n')
    found = described(tmp_path / "b.txt", extract_of(ENGLISH))
    assert found.date == "2020-10-12"


@given(st.text(max_size=30))
def test_any_text_is_an_iso_date_or_none(text: str) -> None:
    found = iso_date(text)
    assert found == "" or iso_date(found) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "Submitted by Lucia Seel on 14 February 2020",
            Bylines(submitted_by="Lucia Seel", date="2020-02-14"),
        ),
        ("By Jane Roe, 3 March 2021", Bylines(author="Jane Roe", date="2021-03-03")),
        ("By Jane Roe and Jean-Paul d'Arc", Bylines(author="Jane Roe and Jean-Paul d'Arc")),
        ("Posted by Ulla van der Berg", Bylines(submitted_by="Ulla van der Berg")),
        ("Author: José Núñez", Bylines(author="José Núñez")),
        ("Autor: Jürgen Weiß", Bylines(author="Jürgen Weiß")),
        ("Auteur : Élodie Durand", Bylines(author="Élodie Durand")),
        ("Published on 3 March 2021", Bylines(date="2021-03-03")),
        ("Date: February 2020", Bylines(date="2020-02")),
        ("Brussels, 18.7.2017", Bylines(date="2017-07-18")),
        ("Publisher: European Commission", Bylines(publisher="European Commission")),
    ],
)
def test_a_byline_is_read(line: str, said: Bylines) -> None:
    assert read_byline(line) == said


@pytest.mark.parametrize(
    "line",
    [
        "By and large, clusters work.",
        "By 2020 the programme had ended.",
        "By Member States in 2020 more was spent than ever before.",
        "Published on time, the report changed little.",
        "Author of the report is Jane Roe, who lives in Brussels.",
        "2020",
        "By Jane Roe, 31 February 2020",
        "Submitted by the regions on time.",
    ],
)
def test_a_sentence_is_no_byline(line: str) -> None:
    assert read_byline(line) == Bylines()


@pytest.mark.parametrize(
    ("line", "only_a_date"),
    [
        ("24 November 2026 · S3Assist briefing notes", True),
        ("S3Assist briefing notes, 2026-11-24", True),
        ("14 February 2020", True),
        ("Submitted by Lucia Seel on 14 February 2020", False),
        ("9-11 November 2020 in Brussels", False),
        ("2016 | 2950", False),
        ("S3Assist briefing notes", False),
        ("", False),
    ],
)
def test_a_line_that_only_prints_the_date_is_told_from_one_that_says_something(
    line: str, only_a_date: bool
) -> None:
    known = Metadata(author="S3Assist briefing notes", publisher="S3Assist", date="2026-11-24")

    assert is_dateline(line, known) is only_a_date


def test_the_sidecar_wins_over_the_file_over_the_byline_over_the_name(tmp_path: Path) -> None:
    path = tmp_path / "2020-02-14-some_report.md"
    path.with_name("2020-02-14-some_report.meta.toml").write_text(
        'author = "Ulla Engelmann"\nkind = "speech"\n', encoding="utf-8"
    )
    extract = extract_of(
        "Submitted by Lucia Seel on 14 February 2020",
        ENGLISH,
        said=Metadata(author="Webmaster", date="2019-01-01"),
    )
    found = described(path, extract, "editorials/2020-02-14-some_report.md")
    assert found == Metadata(
        title="Some report",
        author="Ulla Engelmann",
        submitted_by="Lucia Seel",
        date="2019-01-01",
        language="en",
        kind="speech",
    )


def test_a_printed_date_wins_over_the_day_on_which_a_pdf_was_made(tmp_path: Path) -> None:
    said = Metadata(author="typist", date="2022-01-01", title="Report")
    extract = extract_of("By Jane Roe, 3 March 2021", ENGLISH, said=said)
    found = described(tmp_path / "a.pdf", extract)
    assert (found.title, found.author, found.date) == ("Report", "Jane Roe", "2021-03-03")


@pytest.mark.parametrize("name", ["a.meta.toml", "a.pdf.meta.toml"])
def test_a_sidecar_may_carry_the_suffix_or_not(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(
        'title = "T"\ndate = 2020-02-14\nlanguage = "en-GB"\nidentifiers = ["32021R1060"]\n',
        encoding="utf-8",
    )
    found = described(tmp_path / "a.pdf", extract_of("Text of COM(2017) 376 final."))
    assert (found.title, found.date, found.language) == ("T", "2020-02-14", "en")
    assert found.identifiers == ("32021R1060", "COM(2017) 376")


@pytest.mark.parametrize("year", ["2020", '"2020"'])
def test_the_date_of_a_sidecar_may_be_a_bare_year(tmp_path: Path, year: str) -> None:
    (tmp_path / "a.meta.toml").write_text(f"date = {year}\n")

    assert described(tmp_path / "a.pdf", extract_of(ENGLISH)).date == "2020"


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('titel = "T"', "titel"),
        ("title = 3", "title"),
        ("identifiers = [3]", "identifiers"),
        ('date = "some day"', "date"),
        ("date = 20", "date"),
        ("date = true", "date"),
        ('language = "English"', "language"),
        ("title = [", "a.meta.toml"),
    ],
)
def test_a_wrong_sidecar_is_an_error_that_names_file_and_key(
    tmp_path: Path, toml: str, named: str
) -> None:
    (tmp_path / "a.meta.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        described(tmp_path / "a.txt", extract_of(ENGLISH))
    assert "a.meta.toml" in caught.value.message
    assert named in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("editorials/2020/x.txt", "editorial"),
        ("briefings/x.txt", "briefing"),
        ("strategies/x.txt", "strategy"),
        ("policy_papers/x.txt", "policy paper"),
        ("news/x.txt", "news"),
        ("x.txt", ""),
    ],
)
def test_the_kind_is_the_name_of_the_folder(tmp_path: Path, source: str, kind: str) -> None:
    assert described(tmp_path / "x.txt", extract_of(ENGLISH), source).kind == kind


def test_the_title_is_the_first_heading_or_the_readable_file_name(tmp_path: Path) -> None:
    assert described(tmp_path / "x.txt", extract_of(ENGLISH, title="Heading")).title == "Heading"
    path = tmp_path / "smart-specialisation_2021-2027.txt"
    assert described(path, extract_of(ENGLISH)).title == "Smart specialisation 2021 2027"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ENGLISH, "en"),
        ("Les grappes d'entreprises jouent un rôle essentiel dans la politique régionale.", "fr"),
        ("Cluster sind für die Umsetzung der Strategien für intelligente Spezialisierung.", "de"),
        ("Klastry odgrywają kluczową rolę we wdrażaniu inteligentnych specjalizacji.", "pl"),
        ("Οι συστάδες επιχειρήσεων είναι απαραίτητες για την έξυπνη εξειδίκευση.", "el"),
        ("12 345 678 % 2020", ""),
        ("", ""),
    ],
)
def test_the_language_is_an_official_one_or_not_said(text: str, code: str) -> None:
    assert detect_language(text) == code
