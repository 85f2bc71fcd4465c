"""The day or month that a question asks about, and sentences of other ones."""

import pytest

from s3assist.answer.days import day_asked_about, is_of_another_day


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
