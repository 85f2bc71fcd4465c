"""Roman numerals, as pages and lists print them."""

import pytest

from s3assist.numerals import from_roman, to_roman


@pytest.mark.parametrize(
    ("numeral", "number"), [("i", 1), ("IV", 4), ("xix", 19), ("XL", 40), ("mcmxciv", 1994)]
)
def test_a_numeral_has_its_value(numeral: str, number: int) -> None:
    assert from_roman(numeral) == number
    assert to_roman(number) == numeral.lower()


def test_what_is_written_is_read_as_the_same_number() -> None:
    numbers = range(1, 4000)

    assert [from_roman(to_roman(number)) for number in numbers] == list(numbers)
