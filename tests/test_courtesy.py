"""What people say around a question is no part of it; what it is about stays."""

import pytest
from pace import FAIR, growth

from s3assist.answer.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Hello, what is the budget of I3?", "what is the budget of I3?"),
        ("Could you please tell me who runs COSME?", "who runs COSME?"),
        ("Good morning! I would like to know how long the label is valid, thanks.",
         "how long the label is valid"),
        ("I am preparing a note for the minister and would like to know who pays for clusters?",
         "who pays for clusters?"),
        ("We need to know which regions may apply please", "which regions may apply"),
        ("Please check: is the platform still open?", "is the platform still open?"),
        ("Please list the strands of I3", "list the strands of I3"),
        ("Who runs the platform at the moment? Thanks in advance!",
         "Who runs the platform at the moment?"),
        ("Do you know when the call closes?", "when the call closes?"),
    ],
)  # fmt: skip
def test_what_is_said_around_a_question_is_left_out(typed: str, question: str) -> None:
    assert without_courtesy(typed) == question


@pytest.mark.parametrize(
    "question",
    [
        "How do you know what a region needs?",
        "Why would regions want to know which clusters they have?",
        "We run a Eurocluster and would like to know who pays for travel.",
        "I am writing about labels and want to know how long they are valid.",
        "Which regions please their visitors?",
        "What does the ECCP check when it is asked?",
        "Thanks!",
        "What did they do after condolence and thanks?",
        "What do I need to know if my region is in transition?",
        "How many valleys are there today?",
        "",
    ],
)
def test_what_may_be_part_of_it_stays(question: str) -> None:
    assert without_courtesy(question) == question


@pytest.mark.parametrize("filler", [" ", ".", "?", "thanks ", "could you tell me "])
def test_a_long_text_takes_a_time_in_proportion_to_its_length(filler: str) -> None:
    assert growth(lambda size: without_courtesy(f"Who pays for it {filler * size}x"), 400) < FAIR
