"""EU identifiers in running text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3assist.ingest.identifiers import find_identifiers


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("the Communication COM(2017) 376 final of 18 July", "COM(2017) 376"),
        ("COM(2017)376", "COM(2017) 376"),
        ("COM (2017) 0376 final/2", "COM(2017) 376"),
        ("COM(2017)\u00a0376", "COM(2017) 376"),
        ("see SWD(2021) 12.", "SWD(2021) 12"),
        ("Decision C(2014) 123", "C(2014) 123"),
        ("JOIN(2020) 8 final", "JOIN(2020) 8"),
        ("Regulation (EU) 2021/1060 of the European Parliament", "(EU) 2021/1060"),
        ("Regulation (EU, Euratom) 2018/1046", "(EU, Euratom) 2018/1046"),
        ("Commission Regulation (EU) No 651/2014", "(EU) No 651/2014"),
        ("Regulation (EC) No 1083/2006", "(EC) No 1083/2006"),
        ("Verordnung (EU) Nr. 1303/2013", "(EU) No 1303/2013"),
        ("règlement (UE) n° 1303/2013", "(EU) No 1303/2013"),
        ("Directive 2014/24/EU", "2014/24/EU"),
        ("Directive 92/43/EEC", "92/43/EEC"),
        ("CELEX 32021R1060", "32021R1060"),
        ("CELEX:52017DC0376", "52017DC0376"),
        ("OJ L 231, 30.6.2021, p. 159", "OJ L 231, 30.6.2021, p. 159"),
        ("http://data.europa.eu/eli/reg/2021/1060/oj", "eli/reg/2021/1060/oj"),
    ],
)
def test_each_printed_form_has_one_normal_form(printed: str, normal: str) -> None:
    assert find_identifiers(printed) == (normal,)


@pytest.mark.parametrize(
    "text",
    [
        "In 2021/22 the budget (EU) rose by 376 million.",
        "between 2014/2020 and 12/03/2021",
        "the telephone number 320210001060",
        "DOTCOM(2017) 376",
        "eligible under C (see below) 2014",
    ],
)
def test_other_numbers_are_not_identifiers(text: str) -> None:
    assert find_identifiers(text) == ()


def test_identifiers_come_in_order_of_first_appearance_and_once() -> None:
    text = "Directive 2014/24/EU, COM(2017) 376 final, (EU) 2021/1060 and again COM(2017)376."
    assert find_identifiers(text) == ("2014/24/EU", "COM(2017) 376", "(EU) 2021/1060")


@given(st.text())
def test_any_text_is_searched_without_an_error(text: str) -> None:
    assert isinstance(find_identifiers(text), tuple)
