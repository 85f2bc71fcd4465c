"""What the answer to a question must show, and sentences that can't be one for want of it."""

import pytest

from s3assist.answer.form import lacks_form


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many clusters are there?", "The clusters work well."),
        ("By how much did exports rise?", "Exports rose."),
        ("And how much does it cost?", "The region pays for it."),
        ("How long do the projects run?", "Number of projects | 30"),
        ("For how long may a label be kept?", "A label may be kept by its holder."),
    ],
)
def test_a_sentence_without_what_is_asked_for_cannot_answer(question: str, sentence: str) -> None:
    assert lacks_form(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many clusters are there?", "There are 44 of them."),
        ("How many clusters are there?", "Six clusters were set up."),
        ("How many clusters failed?", "None of them did."),
        ("By how much did exports rise?", "Exports doubled."),
        ("By how much did exports rise?", "Exports rose by a third."),
        ("How much does it cost?", "Taking part is free."),
        ("How long do the projects run?", "They run until the end of 2027."),
        ("How long is the label valid?", "The label is valid for three years."),
        ("Why does nobody know how many clusters there are?", "Nobody counts them."),
        ("Who says how much is paid?", "The minister does."),
        ("How does a region choose?", "By looking at its firms."),
        ("Combien de clusters y a-t-il ?", "Les clusters travaillent bien."),
    ],
)
def test_a_sentence_that_may_answer_is_let_pass(question: str, sentence: str) -> None:
    assert not lacks_form(question, sentence)
