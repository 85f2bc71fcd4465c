"""The day or month that a question asks about, and sentences of other ones."""

from types import SimpleNamespace
from typing import Any

import pytest
from strategies import build_document

from s3assist.answer.asked import Asked
from s3assist.answer.days import day_asked_about, is_of_another_day
from s3assist.documents import Block, BlockKind, Hit
from s3assist.ingest.passages import PassageSize, cut_passages


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What happened on 14 January 2020?", "2020-01-14"),
        ("Which call closed on March 19, 2026?", "2026-03-19"),
        ("What was set up in June 2014?", "2014-06"),
        ("Was geschah am 5. März 2021?", "2021-03-05"),
        ("What was published on 2023-06-06?", "2023-06-06"),
        ("What was adopted after 5 May 2021?", ""),
        ("Who had to be named by the 5 May 2021?", ""),
        ("What happened between 1 March 2020 and 5 June 2020?", ""),
        ("What does the editorial of 14 February 2020 say about the Council?", ""),
        ("What does the panorama 2020 count?", ""),
        ("Who pays in 2014-2020?", ""),
        ("How many regions had a strategy as at 14 January 2020?", ""),
        ("How many regions had a strategy as of 14 January 2020?", ""),
        ("What changed post-May 2021?", ""),
        ("What does COM(2020) 102 say?", ""),
    ],
)
def test_the_day_that_a_question_asks_about(question: str, day: str) -> None:
    assert day_asked_about(question) == day


@pytest.mark.parametrize(
    ("day", "sentence", "other"),
    [
        ("2020-01-14", "An editorial of 14 February 2020 gives EUR 121 billion.", True),
        ("2020-01-14", "It was announced on 14 January 2020 and closed on 3 May 2021.", False),
        ("2020-01-14", "It was announced in January 2020.", False),
        ("2020-01", "It was announced on 14 January 2020.", False),
        ("2020-01", "It was announced on 14 March 2020.", True),
        ("2020-01-14", "The 2020 edition has 51 sectors.", False),
        ("2020-01-14", "Nobody knows when.", False),
    ],
)
def test_a_sentence_of_another_day(day: str, sentence: str, other: bool) -> None:
    assert is_of_another_day(day, sentence) is other


@pytest.mark.parametrize("day", ["14 January 2020", "14/01/2020", "14.01.2020", "2020-01-14"])
def test_a_sentence_of_another_day_is_told_however_the_day_is_written(day: str) -> None:
    text = "It was opened on 14 February 2020."
    document = build_document([Block(kind=BlockKind.PARAGRAPH, text=text)], "note.txt")
    (passage,) = cut_passages(document, lambda texts: [len(t) for t in texts], PassageSize())
    generation: Any = SimpleNamespace(languages=["en"], rarity=lambda term: 1.0)

    asked = Asked(f"What was opened on {day}?", generation)

    assert asked.time(Hit(passage_id=1, passage=passage, document=document, score=1.0), 0) == -1
