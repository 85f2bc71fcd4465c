"""What is said of another member of a series than the one asked about."""

import pytest
from strategies import build_document

from s3assist.answer.siblings import Siblings
from s3assist.documents import Block, BlockKind, Document


def document(*blocks: tuple[BlockKind, str], level: int = 2) -> Document:
    made = [
        Block(kind=kind, text=text, level=level if kind is BlockKind.HEADING else 0)
        for kind, text in blocks
    ]
    return build_document(made, "notes/one.txt")


def is_of_sibling(question: str, found: Document) -> bool:
    sentence = found.paragraphs[-1].sentences[-1]
    return Siblings(question).hold(found, sentence, found.section_path(sentence.start))


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("When does strand 1 close?", "Strand 2b closes in May.", True),
        ("When does strand 2 close?", "Strand 2b closes in May.", False),
        ("When does strand 1 close?", "Strands I and II close in May.", False),
        ("What is the second criterion?", "Criterion 3 asks for a body.", True),
        ("What is the third criterion?", "Criterion 3 asks for a body.", False),
        ("How many poles are in phase IV?", "In Phase V there are 54 poles.", True),
        ("How many poles are in phase IV?", "In the fourth phase there are 54 poles.", False),
        ("Where was the tenth conference?", "The ninth conference was in Berlin.", True),
        ("Where was the 10th conference?", "The tenth conference was in Berlin.", False),
        ("What does the second call pay?", "The first call pays 9, the second 14.", False),
        ("Who won the first ESCP-4x call?", "The ESCP-S3 call had 10 winners.", True),
        ("What does Regulation 2021/1058 say?", "Regulation (EU) 2021/1060 has rules.", True),
        ("Which call I should apply for?", "Call 2 is open.", False),
        ("What do strands 1 and 2 pay?", "Strand 2 pays for travel.", False),
        ("What do strands 1-3 pay?", "Strand 2 pays for travel.", False),
        ("What does strand 4 pay?", "Strands I to III pay for travel.", True),
        ("What does strand 2 pay?", "Strands 1, 2 and 3 pay for travel.", False),
        ("Who pays for clusters?", "Strand 2 pays for clusters.", False),
        ("What is strand 1?", "It is about clusters.", False),
    ],
)
def test_a_sentence_that_counts_another_member(question: str, sentence: str, other: bool) -> None:
    assert is_of_sibling(question, document((BlockKind.PARAGRAPH, sentence))) is other


def test_what_stands_below_the_heading_of_another_member_is_said_of_that_one() -> None:
    labels = document(
        (BlockKind.HEADING, "Gold Label"),
        (BlockKind.PARAGRAPH, "It has an audit."),
        (BlockKind.HEADING, "Silver Label"),
        (BlockKind.PARAGRAPH, "It is valid for two years."),
    )

    assert is_of_sibling("How long is the gold label valid?", labels)
    assert not is_of_sibling("How long is the silver label valid?", labels)
    assert not is_of_sibling("How long is a label valid?", labels)
    assert not is_of_sibling("Do the gold label and the silver label cost more?", labels)


def test_a_heading_that_counts_counts_for_what_stands_below_it() -> None:
    strands = document(
        (BlockKind.HEADING, "Strand 2b: investments"),
        (BlockKind.PARAGRAPH, "The deadline is in October."),
    )

    assert is_of_sibling("What is the deadline of strand 1?", strands)
    assert not is_of_sibling("What is the deadline of strand 2b?", strands)


def test_a_row_of_another_member_is_told_by_its_first_cell() -> None:
    rows = document(
        (BlockKind.ROW, "Label | Years"),
        (BlockKind.ROW, "Gold | 3"),
        (BlockKind.ROW, "Bronze | 2"),
    )

    assert is_of_sibling("How many years is gold valid?", rows)
    assert not is_of_sibling("How many years is bronze valid?", rows)
    assert not is_of_sibling("How many years are labels valid?", rows)


def test_numbers_of_any_length_do_no_harm() -> None:
    endless = f"Strands 1-{'9' * 12} and {'9' * 5000} pay for travel."

    assert not is_of_sibling("What does strand 1 pay?", document((BlockKind.PARAGRAPH, endless)))
    assert not is_of_sibling(endless, document((BlockKind.PARAGRAPH, "Strand 1 pays for travel.")))


def test_another_table_names_no_members_of_this_one() -> None:
    tables = [
        Block(kind=BlockKind.ROW, text="Gold | 3"),
        Block(kind=BlockKind.ROW, text="Bronze | 2", begins=True),
        Block(kind=BlockKind.ROW, text="Silver | 2"),
    ]

    assert not is_of_sibling("How many years is gold valid?", build_document(tables, "a.txt"))
