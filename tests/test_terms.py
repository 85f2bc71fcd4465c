import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import FAIR, growth

from s3assist.index.terms import query_terms, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("specialisation", "specialization"),
        ("industrialising regions", "industrializing region"),
        ("programme", "programs"),
        ("organisations", "organization"),
        ("analyse", "analyze"),
        ("€42 million", "EUR 42 m"),
        ("€42 million", "42m euro"),
        ("2,950 clusters", "2950 cluster"),
        ("2 950 clusters", "2950 clusters"),
        ("COM(2017) 376", "COM (2017)376"),
        ("2014–2020", "2014-2020"),
        ("eco\u00adnomy", "economy"),
        ("ﬁrst", "first"),
        ("Türkiye", "Turkiye"),
        ("région", "re\u0301gion"),
        ("TO1", "to1"),
        ("U.S.", "US"),
        ("R&D", "r & d"),
    ],
)
def test_two_spellings_of_a_thing_share_their_first_term(one: str, other: str) -> None:
    shared = set(terms(one)) & set(terms(other))

    assert terms(one)[0] in shared or terms(other)[0] in shared


@pytest.mark.parametrize(
    "identifier", ["2021/1060", "651/2014", "2014-2020", "COM(2017) 376", "€42 million"]
)
def test_an_identifier_has_a_term_of_its_own(identifier: str) -> None:
    whole = terms(identifier)[0]

    assert whole not in terms(
        " ".join(reversed(identifier.replace("/", " ").replace("-", " ").split()))
    )
    assert whole in terms(f"as laid down in {identifier}, the rules apply")


@pytest.mark.parametrize("word", ["size", "prize", "seize"])
def test_short_words_keep_their_z(word: str) -> None:
    assert "z" in terms(word)[0]


def test_question_words_are_not_looked_for() -> None:
    assert query_terms("What is the budget of I3?", ["en"]) == ["budget", "i3"]


def test_a_question_of_nothing_else_keeps_them() -> None:
    assert query_terms("to be or not to be", ["en"])


def test_a_question_is_stemmed_for_each_language_of_the_corpus() -> None:
    assert {"region", "regionen"} & set(query_terms("Regionen", ["de"])) == {"region"}
    assert len(query_terms("regional", ["en", "fr"])) >= 1


@given(st.text(max_size=80))
def test_any_text_has_terms_without_spaces(text: str) -> None:
    assert all(term and not any(c.isspace() for c in term) for term in terms(text))


@pytest.mark.parametrize("unit", ["1,", "1,,", "1.", "1", "123,", "123 ", "a-", "A.", "a", "1 m "])
def test_terms_take_time_in_proportion_to_the_text(unit: str) -> None:
    assert growth(lambda size: terms(unit * size), 2_000) < FAIR


def test_an_amount_at_the_end_of_a_list_without_spaces_is_found() -> None:
    assert {"42.5million", "42.5", "million"} <= set(terms("12,18,25, and 42.5 million"))
    assert "million" in terms("1," * 50 + "30 million")
