"""What two versions of a document have in common, paragraph by paragraph."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import DOCUMENTS, build_document

from s3assist.answer import compare as comparing
from s3assist.answer.compare import Comparison, compare, unlike
from s3assist.documents import Block, BlockKind, Document


def document_of(*paragraphs: str) -> Document:
    return build_document([Block(kind=BlockKind.PARAGRAPH, text=text) for text in paragraphs])


def told(comparison: Comparison) -> list[tuple[str, str, str]]:
    return [
        (d.kind, d.old.text if d.old else "", d.new.text if d.new else "")
        for d in comparison.differences
    ]


def test_each_kind_of_difference_is_told() -> None:
    old = document_of(
        "The fund pays for clusters.",
        "It had 30 million euro in 2019.",
        "This paragraph will go.",
        "This one stays where it is.",
        "So does this one.",
    )
    new = document_of(
        "A wholly new beginning, says somebody.",
        "It had 45 million euro in 2019.",
        "This one stays where it is.",
        "So does this one.",
        "The fund pays for clusters.",
    )

    comparison = compare(old, new)

    assert sorted(told(comparison)) == [
        ("added", "", "A wholly new beginning, says somebody."),
        ("moved", "The fund pays for clusters.", "The fund pays for clusters."),
        ("removed", "This paragraph will go.", ""),
        ("reworded", "It had 30 million euro in 2019.", "It had 45 million euro in 2019."),
    ]
    assert comparison.unchanged == 2


def test_a_reworded_paragraph_shows_the_words_that_went_and_came() -> None:
    old = document_of("The programme selected 15 clusters in three rounds.")
    new = document_of("The programme selected 18 clusters in four long rounds.")

    (only,) = compare(old, new).differences

    assert only.old is not None
    assert only.new is not None
    assert [old.text[s.start : s.end] for s in only.old.emphasis] == ["15", "three"]
    assert [new.text[s.start : s.end] for s in only.new.emphasis] == ["18", "four long"]


def test_paragraphs_that_only_share_a_few_words_are_not_called_reworded() -> None:
    old = document_of("The label is held for three years by the cluster organisation.")
    new = document_of("The weather was fine on the day of the conference in Brussels.")

    assert sorted(d.kind for d in compare(old, new).differences) == ["added", "removed"]


def test_one_changed_number_is_a_difference() -> None:
    old, new = document_of("Clusters: 2,900 in all."), document_of("Clusters: 2.900 in all.")

    assert [d.kind for d in compare(old, new).differences] == ["reworded"]


def test_repeated_rows_do_not_hold_up_a_comparison() -> None:
    old, new = (
        document_of(*(text for row in range(400) for text in (f"Row {row} of {year}", "– | –")))
        for year in (2020, 2021)
    )

    begun = time.process_time()
    comparison = compare(old, new)

    assert time.process_time() - begun < 0.5
    assert comparison.unchanged == comparison.count("reworded") == 400


def test_repeated_cells_do_not_hold_up_the_comparison_of_a_row() -> None:
    old, new = (
        document_of(" | ".join(text for cell in range(400) for text in (f"{cell}{unit}", "–", "–")))
        for unit in ("km", "mi")
    )

    begun = time.process_time()
    (only,) = compare(old, new).differences

    assert time.process_time() - begun < 0.5
    assert only.new is not None
    assert len(only.new.emphasis) == 400


def test_two_long_texts_with_nothing_in_common_do_not_hold_up_a_comparison() -> None:
    old, new = (
        document_of(*(f"{text} of {year} " * 40 for text in range(900)))
        for year in ("this", "that")
    )

    begun = time.process_time()
    comparison = compare(old, new)

    assert time.process_time() - begun < 1.5
    assert comparison.count("removed") == comparison.count("added") == 900


def test_the_gaps_of_a_comparison_share_what_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    old = document_of("The first fund.", "Between.", "The second fund.", "Behind.", "The third.")
    new = document_of("The first pact.", "Between.", "The second pact.", "Behind.", "The 3rd.")
    monkeypatch.setattr(comparing, "FEWEST_WORDS", 4)
    monkeypatch.setattr(comparing, "MOST_LIKENED", 2 * 16)

    kinds = [difference.kind for difference in compare(old, new).differences]

    assert kinds == ["reworded", "reworded", "removed", "added"]


FEW = st.lists(st.integers(0, 6), max_size=12)


@pytest.mark.parametrize("at_once", [comparing.MOST_CELLS, 9, 0])
def test_what_is_not_unlike_is_the_same_in_the_same_order(at_once: int) -> None:
    @given(FEW, FEW)
    def check(old: list[int], new: list[int]) -> None:
        i = j = 0
        for i1, i2, j1, j2 in [*unlike(old, new), (len(old), len(old), len(new), len(new))]:
            assert old[i:i1] == new[j:j1]
            i, j = i2, j2
        assert (i, j) == (len(old), len(new))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "MOST_CELLS", at_once)
        check()


def test_a_text_too_long_to_be_aligned_at_once_is_aligned_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparing, "MOST_CELLS", 4)

    assert list(unlike("abc-d-ef", "ab-d-efg")) == [(2, 3, 2, 2), (8, 8, 7, 8)]
    assert list(unlike("abcdef", "fabcde")) == [(0, 0, 0, 1), (5, 6, 6, 6)]


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    comparison = compare(document, document)

    assert comparison.differences == ()
    assert comparison.unchanged == len(document.paragraphs)


@pytest.mark.slow
@given(DOCUMENTS, DOCUMENTS)
def test_every_paragraph_of_both_is_accounted_for_once(old: Document, new: Document) -> None:
    comparison = compare(old, new)

    olds = [d.old for d in comparison.differences if d.old]
    news = [d.new for d in comparison.differences if d.new]
    assert len(olds) + comparison.unchanged == len(old.paragraphs)
    assert len(news) + comparison.unchanged == len(new.paragraphs)
    assert len({(q.start, q.end) for q in olds}) == len(olds)
    assert {(q.start, q.end) for q in news} <= {(p.start, p.end) for p in new.paragraphs}
    assert all(
        quote.start <= span.start < span.end <= quote.end
        for quote in (*olds, *news)
        for span in quote.emphasis
    )
