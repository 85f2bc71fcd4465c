"""What fills the place of a name, a number, a period or a pronoun in a follow-up."""

import pytest

from s3assist.answer.converse import RuleRewriter
from s3assist.answer.converse.lean import Lean, read_turn
from s3assist.documents import Answer, Conversation, Turn, Verdict

REWRITER = RuleRewriter()


def understood(*questions: str) -> str:
    """What the last question is understood as, with no quotes before it."""
    conversation = Conversation()
    for question in questions[:-1]:
        full = REWRITER.rewrite(question, conversation)
        answer = Answer(
            question=question, understood_as=full, verdict=Verdict.NOT_FOUND, confidence=0.0
        )
        conversation = conversation.with_turn(Turn(question, answer))
    return REWRITER.rewrite(questions[-1], conversation)


BRONZE = "How long is the Bronze label valid?"
PLATFORM = "What is the difference between the S3 Platform and the S3 CoP?"
MONEY = "How much money is earmarked for clusters?"


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        ((BRONZE, "And Silver?"), "How long is the Silver label valid?"),
        ((BRONZE, "What about the Silver one?"), "How long is the Silver label valid?"),
        (("What is criterion 6?", "and the fourth?"), "What is criterion 4?"),
        (("What is criterion 6?", "and the twelfth?"), "What is criterion 12?"),
        (("What does article 5 say?", "And article 7?"), "What does article 7 say?"),
        (
            ("What does article 5 say?", "And paragraph 7?"),
            "And paragraph 7? What does article 5 say?",
        ),
        (("When does the second call close?", "And the third?"), "When does the third call close?"),
        (
            ("When does the tenth call close?", "And the eleventh?"),
            "When does the eleventh call close?",
        ),
        (("Who wrote the 2019 edition?", "and the 2020 one?"), "Who wrote the 2020 edition?"),
        (("What did the 2021 report find?", "And that of 2020?"), "What did the 2020 report find?"),
        (
            ("Which fund pays in the current period?", "And in the last one?"),
            "Which fund pays in the last period?",
        ),
        (
            (MONEY, "What about the previous period?"),
            "How much money is earmarked for clusters in the previous period?",
        ),
        (
            (MONEY, "What about the previous period?", "and 2021-27?"),
            "How much money is earmarked for clusters in 2021-27?",
        ),
    ],
)
def test_a_name_a_number_or_a_period_alone_replaces_the_last_one(
    questions: tuple[str, ...], meant: str
) -> None:
    assert understood(*questions) == meant


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        ((PLATFORM, "Who runs the latter?"), "Who runs the S3 CoP?"),
        ((PLATFORM, "Who runs the latter?", "and the former"), "Who runs the S3 Platform?"),
        (("Compare RIS3 and S4", "Who funds the former?"), "Who funds RIS3?"),
    ],
)
def test_the_former_and_the_latter_are_the_two_that_were_named(
    questions: tuple[str, ...], meant: str
) -> None:
    assert understood(*questions) == meant


def test_it_goes_on_standing_for_the_same_thing() -> None:
    talk = (
        "What is the I3 instrument?",
        "What TRL does it support?",
        "Which strands does it have?",
    )

    assert understood(*talk) == "Which strands does the I3 instrument have?"


def test_it_is_not_several_things() -> None:
    assert "SMEs" not in understood("What programme supports SMEs?", "How big is it?").split("(")[0]


def test_what_a_newer_turn_has_replaced_is_not_carried() -> None:
    talk = ("When was the eighth cluster forum?", "And the ninth?", "How many people attended?")

    assert understood(*talk) == "How many people attended (ninth cluster forum)?"


def test_number_words_and_years_of_older_questions_are_not_carried() -> None:
    assert understood("What was the average per project?", "Who paid?") == "Who paid (project)?"
    assert "2019" not in understood("Who wrote the 2019 edition?", "Who paid?", "Is there a limit?")


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("What share has to go to SMEs?", Lean.ELLIPSIS),
        ("Are SMEs eligible?", Lean.ELLIPSIS),
        ("How many SMEs are in clusters?", Lean.ALONE),
        ("How much do SMEs spend on R&D?", Lean.ALONE),
        ("Is the EU budget increased?", Lean.ALONE),
        ("Which region has the most cluster organisations?", Lean.ALONE),
        ("How many projects were selected?", Lean.ELLIPSIS),
    ],
)
def test_a_common_acronym_is_no_topic_of_its_own(question: str, how: Lean) -> None:
    assert read_turn(question).lean is how
