"""The canonical text and its maps."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import FAIR, growth

from s3assist.documents import Block, BlockKind, Document, Extract, Metadata, Page, Span
from s3assist.ingest.canonical import assemble

# Beyond the basic plane, decomposed accents, soft hyphens, ligatures, no-break spaces, line breaks.
TEXTS = st.one_of(
    st.text(min_size=1, max_size=60),
    st.text(alphabet="ab e\u0301\u00ad\u00a0\U0001f600\U00010348ﬁ.?!\n—", min_size=1, max_size=60),
)


@st.composite
def extracts(draw: st.DrawFn) -> Extract:
    """Blocks of all kinds; now and then one steps back to an earlier page, as a footnote does."""
    blocks: list[Block] = []
    page = last = 1
    for text in draw(st.lists(TEXTS, max_size=12)):
        kind = draw(st.sampled_from(BlockKind))
        page = draw(st.sampled_from((last, last, max(1, last - 1))))
        starts = [(0, page)]
        for offset in sorted(draw(st.sets(st.integers(1, len(text)), max_size=2))):
            page += draw(st.integers(1, 2))
            starts.append((offset, page))
        last = max(last, page)
        level = draw(st.integers(1, 6)) if kind is BlockKind.HEADING else 0
        blocks.append(Block(kind=kind, text=text, level=level, pages=tuple(starts)))
    labels = tuple(f"p{number}" for number in range(1, last + 1))
    return Extract(blocks=tuple(blocks), page_labels=labels)


def split(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^.?!]+[.?!]*", text)]


def document_of(extract: Extract, title: str = "") -> Document:
    return assemble(
        extract,
        path="editorials/a.txt",
        format="text",
        sha256="0" * 64,
        metadata=Metadata(title=title),
        split=split,
    )


def heading(text: str, level: int) -> Block:
    return Block(kind=BlockKind.HEADING, text=text, level=level)


def prose(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    return Block(kind=kind, text=text)


@given(extracts())
def test_each_paragraph_is_its_block_unchanged(extract: Extract) -> None:
    document = document_of(extract)
    printed = [block for block in extract.blocks if block.text.strip()]
    assert [p.kind for p in document.paragraphs] == [b.kind for b in printed]
    assert [document.text[p.start : p.end] for p in document.paragraphs] == [
        b.text for b in printed
    ]


@given(extracts())
def test_nothing_but_line_breaks_stands_between_paragraphs(extract: Extract) -> None:
    document = document_of(extract)
    for one, other in pairwise(document.paragraphs):
        assert document.text[one.end : other.start] in ("\n", "\n\n")
    if document.paragraphs:
        assert document.paragraphs[0].start == 0
        assert document.paragraphs[-1].end == len(document.text)


@given(extracts())
def test_sentences_lie_in_order_within_their_paragraph(extract: Extract) -> None:
    for paragraph in document_of(extract).paragraphs:
        ends = [paragraph.start]
        for sentence in paragraph.sentences:
            assert ends[-1] <= sentence.start < sentence.end <= paragraph.end
            ends.append(sentence.end)
        if paragraph.kind is BlockKind.HEADING:
            assert paragraph.sentences == ()
        if paragraph.kind is BlockKind.ROW:
            assert paragraph.sentences in ((), (Span(paragraph.start, paragraph.end),))


@given(extracts())
def test_page_starts_ascend_and_every_character_has_the_page_it_is_printed_on(
    extract: Extract,
) -> None:
    document = document_of(extract)
    for one, other in pairwise(document.pages):
        assert one.start < other.start
        assert one.index != other.index
    printed = [block for block in extract.blocks if block.text.strip()]
    for paragraph, block in zip(document.paragraphs, printed, strict=True):
        for offset in range(len(block.text)):
            index = [number for start, number in block.pages if start <= offset][-1]
            page = document.page_at(paragraph.start + offset)
            assert page is not None
            assert (page.index, page.label) == (index, f"p{index}")


@given(extracts())
def test_sections_are_nested_and_begin_with_their_heading(extract: Extract) -> None:
    document = document_of(extract)
    for number, section in enumerate(document.sections):
        assert document.text[section.start :].startswith(section.title)
        assert section.start < section.end <= len(document.text)
        for later in document.sections[number + 1 :]:
            assert later.start >= section.end or (
                later.end <= section.end and later.level > section.level
            )


@given(st.lists(st.integers(1, 4), max_size=12))
def test_each_section_ends_where_the_next_heading_that_is_not_below_it_begins(
    levels: list[int],
) -> None:
    document = document_of(Extract(blocks=tuple(heading("Part", level) for level in levels)))
    starts = [paragraph.start for paragraph in document.paragraphs]
    for number, section in enumerate(document.sections):
        after = zip(starts[number + 1 :], levels[number + 1 :], strict=True)
        ends = [start for start, level in after if level <= levels[number]]
        assert section.end == [*ends, len(document.text)][0]


def test_sections_take_time_in_proportion_to_the_headings() -> None:
    extracts = {
        size: Extract(blocks=tuple(heading("Part", level) for level in range(1, size)))
        for size in (500, 2_000)
    }

    assert growth(lambda size: document_of(extracts[size]), 500) < FAIR


def test_items_of_a_list_and_rows_of_a_table_are_parted_by_one_line_break() -> None:
    item, row = BlockKind.ITEM, BlockKind.ROW
    extract = Extract(
        blocks=(
            prose("Intro."), prose("one", item), prose("two", item), prose("a | b", row),
            prose("c | d", row), prose("End."),
        )
    )  # fmt: skip
    assert document_of(extract).text == "Intro.\n\none\ntwo\n\na | b\nc | d\n\nEnd."


def test_a_section_ends_at_the_next_heading_of_its_own_or_an_outer_level() -> None:
    extract = Extract(
        blocks=(
            heading("One", 1), prose("a"), heading("Deep", 3), prose("b"), heading("Less deep", 2),
            prose("c"), heading("Two", 1), prose("d"),
        )
    )  # fmt: skip
    document = document_of(extract)
    paths = {t: document.section_path(document.text.index(f"\n\n{t}") + 2) for t in "abcd"}
    assert paths == {"a": ("One",), "b": ("One", "Deep"), "c": ("One", "Less deep"), "d": ("Two",)}


def test_the_heading_that_repeats_the_title_is_no_section() -> None:
    extract = Extract(blocks=(heading("The  TITLE", 1), prose("a"), heading("Part", 2), prose("b")))
    document = document_of(extract, title="The title")
    assert [section.title for section in document.sections] == ["Part"]
    assert document.text.startswith("The  TITLE\n\na")


def test_a_page_without_text_is_left_out_and_a_missing_label_is_the_index() -> None:
    extract = Extract(
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, text="One.", pages=((0, 1),)),
            Block(kind=BlockKind.PARAGRAPH, text="Three four.", pages=((0, 3), (6, 4))),
        ),
        page_labels=("i", "ii", ""),
    )
    assert document_of(extract).pages == (Page(0, 1, "i"), Page(6, 3, "3"), Page(12, 4, "4"))


def test_an_extract_without_blocks_gives_an_empty_document() -> None:
    document = document_of(Extract(blocks=()))
    assert (document.text, document.paragraphs, document.pages, document.sections) == (
        "", (), (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Table 3: Jobs in clusters by region, 2019 (%)", False),
        ("Figure 2.1 – Regions with a strategy", False),
        ("Fig. 4 Growth of GDP per head", False),
        ("Box A.2 Clusters and jobs", False),
        ("Tabelle 1: Beschäftigte in Clustern", False),
        ("Table 3: Jobs in clusters by region. Source: Eurostat.", True),
        ("Figure 2 shows that clusters have every fourth job.", True),
        ("Table tennis clubs have 300 members", True),
        ("As Table 3 shows, clusters have every fourth job", True),
    ],
)
def test_a_caption_is_no_sentence_to_quote(text: str, quoted: bool) -> None:
    (paragraph,) = document_of(Extract(blocks=(prose(text),))).paragraphs

    assert bool(paragraph.sentences) is quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("c | c | c | c", False),
        ("S4 | S1", False),
        ("KE1 | KE2 | KE3 KEN", False),
        ("Contingency plan | Contingency plan", False),
        ("Objectives", False),
        ("This row spans all columns.", True),
        ("2014 | 31", True),
        ("Estonia | 31", True),
        ("Österreich | ja", True),
    ],
)
def test_a_row_that_says_nothing_is_not_quoted(text: str, quoted: bool) -> None:
    rows = [prose("Country | Clusters in 2014", BlockKind.ROW), prose(text, BlockKind.ROW)]
    document = document_of(Extract(blocks=tuple(rows)))
    assert bool(document.paragraphs[1].sentences) is quoted
