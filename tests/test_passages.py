from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import FAIR, growth
from strategies import DOCUMENTS, build_document

from s3assist.documents import Block, BlockKind, Document
from s3assist.ingest.passages import PassageSize, cut_passages, embedding_text


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


@given(DOCUMENTS, st.integers(1, 40))
def test_every_sentence_lies_in_exactly_one_passage(document: Document, most: int) -> None:
    passages = cut_passages(document, count_words, PassageSize(most=most))

    cut = [sentence for passage in passages for sentence in passage.sentences]
    assert cut == [sentence for p in document.paragraphs for sentence in p.sentences]


@given(DOCUMENTS, st.integers(1, 40))
def test_a_passage_begins_and_ends_with_its_sentences(document: Document, most: int) -> None:
    for passage in cut_passages(document, count_words, PassageSize(most=most)):
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert document.text[passage.start : passage.end].strip()


@given(DOCUMENTS, st.integers(1, 40))
def test_a_passage_is_no_longer_than_the_limit_unless_one_sentence_is(
    document: Document, most: int
) -> None:
    for passage in cut_passages(document, count_words, PassageSize(most=most)):
        texts = [document.text[s.start : s.end] for s in passage.sentences]
        assert sum(count_words(texts)) <= most or len(texts) == 1


def test_a_passage_never_crosses_a_heading() -> None:
    document = build_document(
        [
            Block(kind=BlockKind.HEADING, text="Money", level=1),
            Block(kind=BlockKind.PARAGRAPH, text="It costs much."),
            Block(kind=BlockKind.HEADING, text="Time", level=2),
            Block(kind=BlockKind.PARAGRAPH, text="It takes long."),
        ]
    )

    money, time = cut_passages(document, count_words, PassageSize())

    assert (money.section, time.section) == (("Money",), ("Money", "Time"))
    assert embedding_text(document, time) == "A title · Money · Time\nIt takes long."


@given(DOCUMENTS, st.integers(1, 40))
def test_a_passage_has_the_sections_that_hold_it(document: Document, most: int) -> None:
    for passage in cut_passages(document, count_words, PassageSize(most=most)):
        assert passage.section == document.section_path(passage.start)


@pytest.mark.parametrize("title", ["Part", "Sources"])
def test_passages_are_cut_in_a_time_in_proportion_to_the_headings(title: str) -> None:
    def cut(size: int) -> object:
        return cut_passages(documents[size], count_words, PassageSize())

    blocks = [
        Block(kind=BlockKind.HEADING, text=title, level=2),
        Block(kind=BlockKind.PARAGRAPH, text="It costs much."),
    ]
    documents = {size: build_document(blocks * size) for size in (500, 2_000)}

    assert growth(cut, 500) < FAIR


def test_a_list_of_sources_is_never_quoted() -> None:
    document = build_document(
        [
            Block(kind=BlockKind.PARAGRAPH, text="The fund paid 30 million euro."),
            Block(kind=BlockKind.HEADING, text="Sources", level=1),
            Block(kind=BlockKind.ITEM, text="The fund (2019): how much it paid."),
            Block(kind=BlockKind.HEADING, text="Annex", level=1),
            Block(kind=BlockKind.PARAGRAPH, text="The fund pays once a year."),
        ]
    )

    fund, annex = cut_passages(document, count_words, PassageSize())

    assert document.text[fund.start : fund.end] == "The fund paid 30 million euro."
    assert document.text[annex.start : annex.end] == "The fund pays once a year."
