"""The words of a text that an answer must show."""

import pytest
from pace import FAIR, growth

from s3assist.answer.form import words_of_form


@pytest.mark.parametrize("question", ["How long is it?", "How many are there?", "When was it?"])
@pytest.mark.parametrize("unit", ["1,", "1,,", "1.", "1", "123,", "123 ", "1 ", "2014-", "a"])
def test_they_are_found_in_a_time_in_proportion_to_the_text(question: str, unit: str) -> None:
    def find(size: int) -> object:
        text = unit * size
        return words_of_form(question, text, 0, len(text))

    assert growth(find, 1_500) < FAIR


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("How many?", "It has 1,234,567,890,123 and 1 234 567 890 123.5 and 12 of them.", 3),
        ("How long?", "It runs for 1,200 days, 10 000 working hours or 2-3 years.", 3),
    ],
)
def test_long_numbers_are_found_whole(question: str, text: str, found: int) -> None:
    assert len(words_of_form(question, text, 0, len(text))) == found
