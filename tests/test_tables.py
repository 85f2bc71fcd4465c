"""Tables: a value stands under the name of its own column, and beside nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from s3assist.answer.find import matchable, occurrences
from s3assist.documents import (
    Block,
    BlockKind,
    Document,
    Extract,
    Metadata,
    Quote,
    row_cells,
    row_text,
)
from s3assist.ingest.canonical import assemble
from s3assist.ingest.loaders import load
from s3assist.ingest.loaders.grid import Cell, Row, row_blocks
from s3assist.ingest.sentences import split
from s3assist.verify import Finding, verify
from s3assist.verify.claims import claims_of

YEARS = [
    ["", "2019", "2020", "2021"],
    ["Textiles", "41", "42", ""],
    ["Tourism", "", "22", "20"],
    ["Health", "", "", "32"],
]
ROWS = ["| 2019 | 2020 | 2021", "Textiles | 41 | 42 |", "Tourism |  | 22 | 20", "Health |  |  | 32"]


def document_of(extract: Extract) -> Document:
    return assemble(
        extract, path="a.md", format="text", sha256="0" * 64, metadata=Metadata(), split=split
    )


def rows_of(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks if block.kind is BlockKind.ROW]


def outline(extract: Extract) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in extract.blocks]


def read_by(extract: Extract, row: str) -> str:
    """The first row that is shown beside a row."""
    document = document_of(extract)
    start = document.text.index(row)
    return Quote(document=document, start=start, end=start + len(row)).first_row


# --- What a row is ------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["", "Tourism", "22 million", "a"]), min_size=1, max_size=6))
def test_a_row_has_as_many_cells_as_it_was_made_of(cells: list[str]) -> None:
    assert row_cells(row_text(cells)) == cells


@given(st.lists(st.lists(st.sampled_from(["", "Jobs", "2"]), max_size=5), max_size=5))
def test_all_rows_of_a_table_have_as_many_cells_and_no_column_is_empty(
    texts: list[list[str]],
) -> None:
    blocks = list(row_blocks([Row([Cell(text) for text in row]) for row in texts]))
    rows = [row_cells(block.text) for block in blocks]

    assert len({len(row) for row in rows}) <= 1
    assert all(any(column) for column in zip(*rows, strict=True))
    assert all(any(row) for row in rows)
    assert [block.begins for block in blocks] == [n == 0 for n in range(len(blocks))]


def test_rows_with_empty_cells_are_found_verified_and_read_by_the_names_of_their_columns(
    tmp_path: Path,
) -> None:
    extract = markdown(YEARS, tmp_path)
    document = document_of(extract)

    for row in ROWS[1:]:
        (found,) = occurrences(document, matchable(row)[0].strip())
        (checked,) = verify(list(claims_of([f"“{' '.join(row.split())}”"])), [document])

        assert (found.text, checked.finding) == (row, Finding.FOUND)
        assert read_by(extract, row) == ROWS[0]


# --- Markdown, HTML and Word --------------------------------------------------------------------


def markdown(rows: Sequence[Sequence[str]], folder: Path) -> Extract:
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    path = folder / "a.md"
    path.write_text("\n".join([head, "|---" * len(rows[0]) + "|", *body]), "utf-8")
    return load(path)


def html(rows: Sequence[Sequence[str]], folder: Path) -> Extract:
    head, *body = rows
    names = "".join(f"<th>{cell}</th>" for cell in head)
    values = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in body)
    return page(f"<table><tr>{names}</tr>{values}</table>", folder)


def page(body: str, folder: Path) -> Extract:
    path = folder / "a.html"
    path.write_text(f"<main>{body}</main>", "utf-8")
    return load(path)


def word_table(document: docx.document.Document, rows: Sequence[Sequence[str]]) -> docx.table.Table:
    table: docx.table.Table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def saved(document: docx.document.Document, folder: Path) -> Extract:
    document.save(str(folder / "a.docx"))
    return load(folder / "a.docx")


def word(rows: Sequence[Sequence[str]], folder: Path) -> Extract:
    document = docx.Document()
    word_table(document, rows)
    return saved(document, folder)


Maker = Callable[[Sequence[Sequence[str]], Path], Extract]
each_format = pytest.mark.parametrize("made", [markdown, html, word])


@each_format
def test_an_empty_cell_keeps_its_place(made: Maker, tmp_path: Path) -> None:
    assert rows_of(made(YEARS, tmp_path)) == ROWS


@each_format
def test_columns_and_rows_without_any_text_are_left_out(made: Maker, tmp_path: Path) -> None:
    rows = [["Region", "", "Jobs", ""], ["", "", "", ""], ["Murcia", "", "1", ""]]

    assert rows_of(made(rows, tmp_path)) == ["Region | Jobs", "Murcia | 1"]


@each_format
def test_another_table_right_below_is_read_by_its_own_names(made: Maker, tmp_path: Path) -> None:
    first = made([["Country", "Programme"], ["Spain", "AEI"]], tmp_path)
    second = made([["Year", "Jobs"], ["2019", "12"]], tmp_path)
    both = Extract(blocks=first.blocks + second.blocks)

    assert read_by(both, "Spain | AEI") == "Country | Programme"
    assert read_by(both, "2019 | 12") == "Year | Jobs"
    document = document_of(both)
    assert "AEI\n\nYear" in document.text
    assert [bool(row.sentences) for row in document.paragraphs] == [False, True, False, True]


def test_a_cell_of_a_page_is_repeated_in_all_rows_and_columns_that_it_takes(tmp_path: Path) -> None:
    extract = page(
        """<table><thead><tr><th rowspan=2>Country<th colspan=2>2019<th colspan=2>2020</tr>
        <tr><th>Jobs<th>Firms<th>Jobs<th>Firms</tr></thead>
        <tbody><tr><td rowspan=0>Belgium<td>31<td>3<td>30<td>4</tr>
        <tr><td>8<td colspan=2>n/a<td>2</tr></tbody>
        <tfoot><tr><td colspan=5>In thousands, as counted by the office.</tr></tfoot></table>""",
        tmp_path,
    )

    assert rows_of(extract) == [
        "Country | 2019 | 2019 | 2020 | 2020",
        "Country | Jobs | Firms | Jobs | Firms",
        "Belgium | 31 | 3 | 30 | 4",
        "Belgium | 8 | n/a | n/a | 2",
        "In thousands, as counted by the office.",
    ]
    assert read_by(extract, "Belgium | 8 | n/a | n/a | 2").splitlines() == rows_of(extract)[:2]
    assert read_by(extract, "In thousands") == ""


def test_a_label_below_names_that_reach_down_is_no_name_beside_values_that_do(
    tmp_path: Path,
) -> None:
    extract = page(
        "<table><tr><th>Country<th>Aid</tr><tr><th>Spain<td rowspan=2>EUR 5 million</tr>"
        "<tr><th>Malta</tr><tr><td><th>Sum</tr></table>",
        tmp_path,
    )

    assert [(block.text, block.quotable) for block in extract.blocks] == [
        ("Country | Aid", False),
        ("Spain | EUR 5 million", True),
        ("Malta | EUR 5 million", True),
        ("| Sum", False),
    ]


def test_spans_that_reach_out_of_the_table_add_no_columns(tmp_path: Path) -> None:
    extract = page(
        "<table><tr><td colspan=1000>All</tr><tr><td rowspan=99 colspan=x>A<td>1</tr></table>",
        tmp_path,
    )

    assert rows_of(extract) == ["All", "A | 1"]


def test_a_merged_cell_of_a_word_table_is_repeated(tmp_path: Path) -> None:
    document = docx.Document()
    table = word_table(
        document,
        [
            ["Clusters by type", "", "", ""],
            ["Country", "Type", "Number", ""],
            ["", "", "2019", "2020"],
            ["Austria", "Health", "14", "15"],
            ["", "Food", "22", ""],
        ],
    )
    for one, other in [((0, 0), (0, 3)), ((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (1, 3)),
                       ((3, 0), (4, 0))]:  # fmt: skip
        table.cell(*one).merge(table.cell(*other))
    extract = saved(document, tmp_path)

    assert rows_of(extract) == [
        "Clusters by type",
        "Country | Type | Number | Number",
        "Country | Type | 2019 | 2020",
        "Austria | Health | 14 | 15",
        "Austria | Food | 22 |",
    ]
    assert read_by(extract, "Austria | Food | 22 |") == "Country | Type | Number | Number"


def test_names_of_columns_in_two_rows_are_both_shown_and_neither_is_quoted(tmp_path: Path) -> None:
    document = docx.Document()
    table = word_table(
        document,
        [
            ["Sector", "2019", "", "2020"],
            ["", "Jobs", "Firms", "Jobs"],
            ["Textiles", "1", "2", "3"],
        ],
    )
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    extract = saved(document, tmp_path)

    assert [block.quotable for block in extract.blocks] == [False, False, True]
    assert read_by(extract, "Textiles | 1 | 2 | 3") == (
        "Sector | 2019 | 2019 | 2020\nSector | Jobs | Firms | Jobs"
    )


def test_borders_that_were_dragged_apart_are_not_the_edges_of_more_columns(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    spans = [[3], [2, 1], [1, 2]]
    texts = [["Aid"], ["Region", "EUR"], ["Murcia", "5"]]
    for row, widths, words in zip(table.rows, spans, texts, strict=True):
        for cell, width, text in zip(list(row._tr.tc_lst), widths, words, strict=False):
            cell.get_or_add_tcPr().append(
                parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="{width}"/>')
            )
            docx.table._Cell(cell, table).text = text
        for cell in row._tr.tc_lst[len(widths) :]:
            row._tr.remove(cell)

    assert rows_of(saved(document, tmp_path)) == ["Aid", "Region | EUR", "Murcia | 5"]


def test_a_row_that_goes_on_below_a_deleted_one_has_none_of_its_words(tmp_path: Path) -> None:
    document = docx.Document()
    table = word_table(document, [["Spain", "1"], ["Malta", "2"], ["", "3"], ["Latvia", "4"]])
    table.cell(1, 0).merge(table.cell(2, 0))
    deleted = parse_xml(f"<w:del {nsdecls('w')}/>")
    table.rows[1]._tr.get_or_add_trPr().append(deleted)

    assert rows_of(saved(document, tmp_path)) == ["Spain | 1", "| 3", "Latvia | 4"]


def test_a_box_in_a_cell_is_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = word_table(document, [["Region", "Centres"], ["Styria", "55"]])
    box = "<w:txbxContent><w:p><w:r><w:t>four centres</w:t></w:r></w:p></w:txbxContent>"
    table.cell(1, 0).paragraphs[0]._p.append(
        parse_xml(f"<w:r {nsdecls('w')}><w:pict>{box}</w:pict></w:r>")
    )

    assert rows_of(saved(document, tmp_path)) == ["Region | Centres", "Styria four centres | 55"]


# --- Tables that hold no data -------------------------------------------------------------------

SENTENCES = ("The cluster employs 24 310 people in Galicia.", "It is paid by the regional council.")


def test_a_box_that_is_a_table_of_one_cell_is_read_as_what_it_holds(tmp_path: Path) -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].text = "Key messages"
    cell.paragraphs[0].style = "Heading 2"
    cell.add_paragraph(SENTENCES[0])
    cell.add_paragraph("cork", style="List Bullet")
    inner = cell.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Members", "172 firms"

    assert outline(saved(document, tmp_path)) == [
        (BlockKind.HEADING, "Key messages"),
        (BlockKind.PARAGRAPH, SENTENCES[0]),
        (BlockKind.ITEM, "cork"),
        (BlockKind.ROW, "Members | 172 firms"),
    ]


def test_columns_of_prose_are_read_one_after_the_other(tmp_path: Path) -> None:
    document = docx.Document()
    row = document.add_table(1, 2).rows[0]
    for cell, name in zip(row.cells, ("Left", "Right"), strict=True):
        cell.text = name
        for sentence in SENTENCES:
            cell.add_paragraph(sentence)

    assert outline(saved(document, tmp_path)) == [
        (BlockKind.PARAGRAPH, text) for text in ("Left", *SENTENCES, "Right", *SENTENCES)
    ]


def test_a_value_stays_beside_its_label_whatever_else_the_table_tells(tmp_path: Path) -> None:
    document = docx.Document()
    table = word_table(document, [["Budget", "EUR 640 000"], ["Aim", ""], ["Partners", "Genoa"]])
    table.cell(1, 1).text = SENTENCES[0]
    table.cell(1, 1).add_paragraph(SENTENCES[1])
    table.cell(2, 1).add_paragraph("Turku")

    assert rows_of(saved(document, tmp_path)) == [
        "Budget | EUR 640 000",
        f"Aim | {' '.join(SENTENCES)}",
        "Partners | Genoa Turku",
    ]


def test_a_list_among_the_facts_of_a_page_does_not_tear_them_apart(tmp_path: Path) -> None:
    facts = (
        "<table><tr><td colspan=2>Project</tr><tr><td>Budget<td>EUR 640 000</tr>"
        "<tr><td>Start<td>2019</tr><tr><td>Partners<td><ul><li>Genoa<li>Turku</ul></tr></table>"
    )

    assert rows_of(page(facts, tmp_path)) == [
        "Project", "Budget | EUR 640 000", "Start | 2019", "Partners | Genoa Turku",
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["", "<h2>News</h2>"])
def test_the_layout_of_a_page_is_no_table(tmp_path: Path, heading: str) -> None:
    told = " ".join(SENTENCES * 8) if not heading else SENTENCES[0]
    body = f"<table><tr><td>Logo<td>Name</tr><tr><td><ul><li>Cork</ul><td>{heading}{told}</table>"

    assert rows_of(page(body, tmp_path)) == []


# --- PDF ----------------------------------------------------------------------------------------

Placed = Sequence[tuple[float, str]]


def printed(folder: Path, *pages: Sequence[tuple[float, Placed]]) -> Extract:
    """Pages of rows: the height of each, and its cells with their left edges; ``>`` before a text
    sets it to the left of its place."""
    canvas = Canvas(str(folder / "a.pdf"))
    for rows in pages:
        canvas.setFont("Helvetica", 10)
        for y, cells in rows:
            for x, text in cells:
                draw = canvas.drawRightString if text.startswith(">") else canvas.drawString
                draw(x, y, text.removeprefix(">"))
        canvas.showPage()
    canvas.save()
    return load(folder / "a.pdf")


def rows_down(*rows: Placed, top: float = 700) -> list[tuple[float, Placed]]:
    return [(top - 20 * number, row) for number, row in enumerate(rows)]


NAMES = [(72, "Region"), (200, "Grants"), (300, "Loans"), (400, "Equity")]


def test_an_empty_cell_of_a_printed_table_keeps_its_place(tmp_path: Path) -> None:
    extract = printed(
        tmp_path,
        rows_down(
            NAMES,
            [(72, "Ticino"), (300, "12.4")],
            [(72, "Veneto"), (200, "3.1"), (400, "7.7")],
            [(72, "Liguria"), (200, "1.0"), (300, "2.0"), (400, "3.0")],
            [(200, "8.8"), (300, "9.9")],
        ),
    )

    assert rows_of(extract) == [
        "Region | Grants | Loans | Equity",
        "Ticino |  | 12.4 |",
        "Veneto | 3.1 |  | 7.7",
        "Liguria | 1.0 | 2.0 | 3.0",
        "| 8.8 | 9.9 |",
    ]
    assert read_by(extract, "Ticino |  | 12.4 |") == "Region | Grants | Loans | Equity"


def test_names_without_a_corner_stand_above_their_own_values(tmp_path: Path) -> None:
    extract = printed(
        tmp_path,
        rows_down(
            [(200, "2019"), (300, "2020"), (400, "2021")],
            [(72, "Ticino"), (200, "3.1"), (400, "7.7")],
            [(72, "Veneto"), (200, "1.5"), (300, "2.5")],
        ),
    )

    assert rows_of(extract) == [
        "| 2019 | 2020 | 2021",
        "Ticino | 3.1 |  | 7.7",
        "Veneto | 1.5 | 2.5 |",
    ]


def test_names_set_left_above_values_set_right_are_of_one_column(tmp_path: Path) -> None:
    extract = printed(
        tmp_path,
        rows_down(
            NAMES,
            [(72, "Ticino"), (280, ">3.1"), (380, ">12.4"), (480, ">7.7")],
            [(72, "Veneto"), (280, ">1.5"), (380, ">2.5"), (480, ">3.5")],
            [(72, "Umbria"), (380, ">4.5")],
        ),
    )

    assert rows_of(extract)[1:] == [
        "Ticino | 3.1 | 12.4 | 7.7",
        "Veneto | 1.5 | 2.5 | 3.5",
        "Umbria |  | 4.5 |",
    ]


def test_rows_whose_columns_nobody_knows_are_not_read_by_names(tmp_path: Path) -> None:
    extract = printed(
        tmp_path,
        rows_down(
            [(200, "Grants"), (400, "Equity")],
            [(72, "Ticino"), (300, "12.4")],
            [(72, "Veneto"), (300, "7.7")],
        ),
    )

    assert {read_by(extract, row) for row in rows_of(extract)} == {""}


def test_a_cell_that_reaches_across_columns_is_not_said_to_be_of_one(tmp_path: Path) -> None:
    extract = printed(
        tmp_path,
        rows_down(
            NAMES,
            [(72, "Ticino"), (200, "3.1"), (300, "2.5"), (400, "7.7")],
            [(72, "Veneto"), (200, "not counted since the reform")],
        ),
    )

    assert rows_of(extract)[2] == "Veneto | not counted since the reform"
    assert read_by(extract, rows_of(extract)[2]) == ""


def test_a_table_goes_on_overleaf_in_the_same_columns_only(tmp_path: Path) -> None:
    first = rows_down(NAMES, [(72, "Ticino"), (200, "3.1"), (300, "2.5"), (400, "7.7")], top=100)
    same = rows_down([(72, "Veneto"), (200, "1.5"), (300, "8.5"), (400, "9.9")], top=760)
    other = rows_down([(72, "Jobs"), (150, "2019"), (250, "2020"), (350, "2021")], top=760)
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    assert read_by(printed(one, first, same), "Veneto | 1.5") == "Region | Grants | Loans | Equity"
    assert read_by(printed(two, first, other), "Jobs | 2019 | 2020 | 2021") == ""


def test_a_table_further_down_is_another_one(tmp_path: Path) -> None:
    row = [(72, "Ticino"), (200, "3.1"), (300, "2.5"), (400, "7.7")]
    extract = printed(
        tmp_path, [*rows_down(NAMES, row, row), *rows_down([(72, "Jobs"), *row[1:]], row, top=500)]
    )

    assert [block.begins for block in extract.blocks] == [True, False, False, True, False]


def test_a_block_that_begins_a_table_stands_apart() -> None:
    rows = [Block(kind=BlockKind.ROW, text=text, begins=text == "c | d") for text in
            ("a | b", "c | d", "e | f")]  # fmt: skip

    assert document_of(Extract(blocks=tuple(rows))).text == "a | b\n\nc | d\ne | f"
