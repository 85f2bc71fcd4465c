"""One question, whichever verb a text has for being in charge."""

import pytest

from s3assist.answer.charge import in_its_words

RUNS = "EISMEA runs the I3 Instrument."


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who manages I3?", "Who runs I3?"),
        ("Who managed I3?", "Who ran I3?"),
        ("Which EU agency manages I3?", "Which EU agency runs I3?"),
        ("Who is in charge of I3?", "Who runs I3?"),
        ("Who was responsible for managing I3?", "Who ran I3?"),
    ],
)
def test_a_question_has_the_verb_of_the_text(question: str, asked: str) -> None:
    assert in_its_words(question, RUNS) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Who runs I3?",
        "Who leads I3?",
        "Who is responsible for drafting the call?",
        "What is managed by EISMEA?",
        "How does EISMEA manage I3?",
    ],
)
def test_any_other_question_stays_as_it_is(question: str) -> None:
    assert in_its_words(question, RUNS) == question


def test_a_verb_that_the_text_has_stays() -> None:
    text = "EISMEA manages the I3 Instrument; a contractor runs its site."

    assert in_its_words("Who manages I3?", text) == "Who manages I3?"
    assert in_its_words("Who manages I3?", "EISMEA is an agency.") == "Who manages I3?"
