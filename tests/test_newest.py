"""Questions for the latest of a series are answered from the member with the latest date."""

from datetime import date

import pytest

from s3assist.answer.newest import Newest, thing_in

TODAY = date(2026, 11, 28)
EIGHTH = "The eighth European Cluster Conference took place in Prague in September 2022."
NINTH = "The ninth European Cluster Conference took place in Brussels on 7 and 8 May 2024."
TENTH = "The tenth European Cluster Conference is planned for 2028."
EVERY = "The European Cluster Conference is held every two years."
OTHER = "The European Observatory held a cluster workshop in 2019."
SENTENCES = [EIGHTH, NINTH, TENTH, EVERY, OTHER]
LAST = "When was the last European Cluster Conference?"


@pytest.mark.parametrize(
    ("sentence", "older"),
    [(EIGHTH, True), (NINTH, False), (TENTH, False), (EVERY, False), (OTHER, False)],
)
def test_what_is_said_of_an_earlier_member_is_older(sentence: str, older: bool) -> None:
    assert Newest(LAST, SENTENCES, TODAY).is_older(sentence) is older


@pytest.mark.parametrize(
    "question",
    [
        "When was the European Cluster Conference?",
        "When was the last European Cluster Conference before 2023?",
        "Where was the last conference?",  # of one word a text may speak for many reasons
        "How long does the European Cluster Conference last?",
    ],
)
def test_other_questions_find_nothing_older(question: str) -> None:
    newest = Newest(question, SENTENCES, TODAY)

    assert not any(map(newest.is_older, SENTENCES))
    assert newest.without_cue(question) == question


def test_a_sentence_that_says_that_it_is_of_the_last_one_stays() -> None:
    said = "The last European Cluster Conference before the break was in 2018."

    assert not Newest(LAST, [*SENTENCES, said], TODAY).is_older(said)


def test_the_reader_is_asked_about_whichever_member() -> None:
    assert Newest(LAST, SENTENCES, TODAY).without_cue(LAST) == (
        "When was the European Cluster Conference?"
    )
    assert Newest(LAST, [EVERY], TODAY).without_cue(LAST) == LAST


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Who won the most recent I3 call, and why?", "I3 call"),
        ("What is the latest?", ""),
        ("What is the newest edition of the panorama?", "edition"),
        ("Last but not least, who pays?", ""),
    ],
)
def test_the_thing_is_what_stands_behind(question: str, thing: str) -> None:
    assert thing_in(question) == thing
