"""What stands beside a quote: the first row of its table, and how much of a list it leaves out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Library
from screens import opened
from strategies import build_document
from test_cli import invoke

from s3assist.documents import Block, BlockKind, Document, Quote
from s3assist.export import Format, basket_report, with_citation, write
from s3assist.index.layout import IndexLayout
from s3assist.ingest.loaders import load
from s3assist.ingest.sync import sync
from s3assist.verify import Finding, verify
from s3assist.verify.claims import claims_in, claims_of

HEAD = "Country | Programme | Size and date"
GERMANY = "Germany | Leading-Edge Cluster Competition | 15 clusters, funded 2007-2017"
FRANCE = "France | Pôles de compétitivité, phase V | 55 poles, 2023-2026"
TABLE = """\
# National programmes

| Country | Programme | Size and date |
| --- | --- | --- |
| Ruritania | Royal Cluster Contest | 15 clusters, funded 2007-2017 |
| Syldavia | Poles of the Kingdom | 55 poles, 2023-2026 |
"""


def table(*rows: str, before: str = "The programmes are these.") -> Document:
    return build_document(
        [
            Block(kind=BlockKind.PARAGRAPH, text=before),
            *(Block(kind=BlockKind.ROW, text=row) for row in rows),
            Block(kind=BlockKind.PARAGRAPH, text="There are no others."),
        ]
    )


def quoted(document: Document, words: str) -> Quote:
    start = document.text.index(words)
    return Quote(document=document, start=start, end=start + len(words))


@pytest.mark.parametrize(
    ("rows", "words", "first"),
    [
        pytest.param([HEAD, GERMANY, FRANCE], FRANCE, HEAD, id="names of columns"),
        pytest.param([HEAD, GERMANY, FRANCE], f"{GERMANY}\n{FRANCE}", HEAD, id="two rows"),
        pytest.param(
            ["2007 | 2009 | 2011", "Companies | 3 671 | 3 318 | 3 388"],
            "Companies | 3 671 | 3 318 | 3 388",
            "2007 | 2009 | 2011",
            id="years, and a corner without text",
        ),
        pytest.param([HEAD, GERMANY], HEAD, "", id="the first row itself"),
        pytest.param([HEAD, "Spain | 12 clusters"], "Spain | 12 clusters", "", id="an empty cell"),
        pytest.param([f"{'long ' * 50}| b", "c | d"], "c | d", "", id="a first row of prose"),
        pytest.param([HEAD, GERMANY], "There are no others.", "", id="no row"),
    ],
)
def test_a_row_is_read_by_the_first_one_of_its_table(
    rows: list[str], words: str, first: str
) -> None:
    assert quoted(table(*rows), words).first_row == first


def test_the_table_before_another_paragraph_is_another_table() -> None:
    blocks = [
        Block(kind=BlockKind.ROW, text="Year | Jobs"),
        Block(kind=BlockKind.PARAGRAPH, text="In between."),
        Block(kind=BlockKind.ROW, text="Country | Programme"),
        Block(kind=BlockKind.ROW, text="Spain | AEI"),
    ]

    assert quoted(build_document(blocks), "Spain | AEI").first_row == "Country | Programme"


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
def test_an_export_has_the_first_row_and_verify_takes_it_for_no_quote(
    tmp_path: Path, format: Format
) -> None:
    document = table("“What the country says” | <b>Programme</b> | Size", GERMANY, FRANCE)
    path = tmp_path / f"out{format.suffix}"
    write(basket_report([quoted(document, FRANCE), quoted(document, GERMANY)]), path)

    results = verify(claims_in(load(path).blocks), [document])

    assert [(r.finding, r.words) for r in results] == [
        (Finding.FOUND, FRANCE),
        (Finding.FOUND, GERMANY),
    ]
    if format is not Format.DOCX:
        text = path.read_text("utf-8")
        assert text.count("First row of the table: “What the country says” ") == 2
        assert "<b>Programme" not in text.replace(r"\<b\>", "")


def test_a_pasted_row_has_the_first_one_and_is_found() -> None:
    document = table(HEAD, GERMANY, FRANCE)
    pasted = with_citation(quoted(document, FRANCE))

    assert pasted.splitlines()[:2] == [f"“{FRANCE}”", f"First row of the table: {HEAD}"]
    for blocks in (pasted.splitlines(), [pasted.replace("\n", " ")]):
        assert [r.finding for r in verify(list(claims_of(blocks)), [document])] == [Finding.FOUND]
    changed = pasted.replace("55 poles", "56 poles")
    (result,) = verify(list(claims_of(changed.splitlines())), [document])
    assert result.finding is Finding.NOT_FOUND


def test_a_document_that_is_no_longer_kept_has_no_first_row() -> None:
    document = replace(table(HEAD, GERMANY), text="", paragraphs=())

    assert Quote(document=document, start=0, end=5).first_row == ""


def listed(*kinds_and_texts: tuple[BlockKind, str]) -> Document:
    return build_document([Block(kind=kind, text=text) for kind, text in kinds_and_texts])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("The criteria are:\n\nmonitoring;", 2),
        ("They count. The criteria are:\n\nmonitoring;\ncooperation;", 1),
        ("The criteria are:\n\nmonitoring;\ncooperation;\nreview.", 0),
        ("The criteria are:", 3),
        ("cooperation;", 0),
        ("They count.", 0),
        ("Nothing else is asked.", 0),
    ],
)
def test_a_list_that_is_cut_says_how_many_entries_follow(words: str, left: int) -> None:
    item, paragraph = BlockKind.ITEM, BlockKind.PARAGRAPH
    document = listed(
        (paragraph, "They count. The criteria are:"),
        (item, "monitoring;"),
        (item, "cooperation;"),
        (item, "review."),
        (paragraph, "Nothing else is asked."),
    )

    assert quoted(document, words).entries_left == left


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML, Format.DOCX])
def test_an_export_says_that_a_list_goes_on(tmp_path: Path, format: Format) -> None:
    item, paragraph = BlockKind.ITEM, BlockKind.PARAGRAPH
    document = listed(
        (paragraph, "The criteria that every region has to meet are:"),
        (item, "monitoring;"),
        (item, "cooperation;"),
        (item, "review."),
    )
    words = "The criteria that every region has to meet are:\n\nmonitoring;"
    path = tmp_path / f"out{format.suffix}"
    write(basket_report([quoted(document, words)]), path)

    assert "The list goes on: 2 more entries follow in the document" in "\n".join(
        block.text for block in load(path).blocks
    )
    assert [r.finding for r in verify(claims_in(load(path).blocks), [document])] == [Finding.FOUND]


@pytest.mark.slow
@pytest.mark.anyio
async def test_every_front_end_shows_it(library: Library, tmp_path: Path) -> None:
    tried = library.copy(tmp_path)
    (tried.corpus / "programmes.md").write_text(TABLE, encoding="utf-8")
    sync(tried.corpus, IndexLayout(tried.index))
    question = "How many clusters did the Royal Cluster Contest of Ruritania fund?"

    spoken = invoke("ask", question, *tried.flags).stdout
    (quote, *_) = json.loads(invoke("ask", question, "--json", *tried.flags).stdout)["quotes"]
    async with opened(tried, tmp_path) as screens:
        await screens.ask(question)
        card = screens.text(".beside")

    line = f"First row of the table: {HEAD}"
    assert quote["text"] == "Ruritania | Royal Cluster Contest | 15 clusters, funded 2007-2017"
    assert quote["first_row"] == HEAD
    assert f"        {line}\n" in spoken
    assert card.splitlines()[0] == line
