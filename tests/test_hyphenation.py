from __future__ import annotations

import pytest

from s3assist.ingest.loaders.hyphenation import Hyphenation


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a new inno-", "vation policy", "a new innovation policy"),
        ("in the long-", "term view", "in the long-term view"),
        ("over 2014-", "2020 the", "over 2014-2020 the"),
        ("the state-of-the-", "art tools", "the state-of-the-art tools"),
        ("offers storage as-", "a-service now", "offers storage as-a-service now"),
        ("in Nord-", "Pas de Calais", "in Nord-Pas de Calais"),
        ("HEAVY INTER-", "NATIONAL TRADE", "HEAVY INTERNATIONAL TRADE"),
        ("flight PK-", "LQP on time", "flight PK-LQP on time"),
        ("the Online-", "S3 project", "the Online-S3 project"),
        ("see http://www.a.eu/re-", "port.pdf for", "see http://www.a.eu/re-port.pdf for"),
        ("an EU-", "wide plan", "an EU-wide plan"),
        ("small-", "and medium-sized firms", "small- and medium-sized firms"),
        ("a region -", "the north - grows", "a region - the north - grows"),
        ("no hyphen", "here", "no hyphen here"),
        ("from 1999–", "2004", "from 1999–2004"),
        ("", "first", "first"),
    ],
)
def test_a_line_end_is_joined_as_the_word_is_written(
    before: str, after: str, expected: str
) -> None:
    assert Hyphenation("en").join(before, after) == expected


def test_a_soft_hyphen_always_joins() -> None:
    assert Hyphenation("en").join("long\u00ad", "term") == "longterm"


def test_the_joined_form_elsewhere_in_the_document_settles_it() -> None:
    hyphenation = Hyphenation("en")
    hyphenation.learn(["the Cofund scheme and the cofund call"])

    assert hyphenation.join("a new co-", "fund") == "a new cofund"


def test_a_capital_inside_a_word_of_the_document_does_not_keep_the_hyphen() -> None:
    hyphenation = Hyphenation("en")
    hyphenation.learn(["the TraceMonkey machine"])

    assert hyphenation.join("in Trace-", "Monkey all") == "in TraceMonkey all"


def test_the_hyphenated_form_elsewhere_in_the_document_settles_it() -> None:
    hyphenation = Hyphenation("en")
    hyphenation.learn(["an on-line tool"])

    assert hyphenation.join("the on-", "line tool") == "the on-line tool"


def test_halves_at_the_end_of_a_line_are_no_evidence() -> None:
    hyphenation = Hyphenation("en")
    hyphenation.learn(["this is a cross-"])

    assert hyphenation.join("a cross-", "border area") == "a cross-border area"


def test_a_ligature_does_not_hide_a_word() -> None:
    hyphenation = Hyphenation("en")
    hyphenation.learn(["the speciﬁc aim"])

    assert hyphenation.join("one speci-", "ﬁc aim") == "one speciﬁc aim"


def test_an_unknown_word_of_a_language_without_word_list_is_joined() -> None:
    assert Hyphenation("fi").join("aluekehi-", "tyksen") == "aluekehityksen"


def test_lines_are_joined_in_order() -> None:
    assert Hyphenation("en").join_all(["one", "two inno-", "vations"]) == "one two innovations"
