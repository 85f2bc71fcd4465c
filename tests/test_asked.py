"""What a question is about, and that what names nothing is not answered."""

import pytest
from conftest import Library

from s3assist.answer.asked import matter_of
from s3assist.assistant import Assistant
from s3assist.documents import Conversation, Turn, Verdict
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("What is COSME?", ["COSME"]),
        ("clusters", ["clusters"]),
        ("List the strands of I3.", ["strands", "I3"]),
        ("2020", []),
        ("?", []),
        ("x", []),
        ("the", []),
        ("OK", []),
        ("Thanks!", []),
        ("Yes please", []),
        ("list", []),
        ("Hello!", []),
    ],
)
def test_what_a_question_is_about(question: str, matter: list[str]) -> None:
    assert matter_of(question) == matter


@pytest.mark.parametrize("question", ["?", "2020", "Thanks!", "list", "asdf"])
def test_what_names_nothing_that_the_documents_print_is_not_answered(
    library: Library, question: str
) -> None:
    answer = Assistant(IndexReader(IndexLayout(library.index)), bar=0.05).ask(question)

    assert answer.verdict is Verdict.NOT_FOUND
    assert answer.confidence == 0


def test_a_short_turn_that_leans_on_a_question_is_answered(library: Library) -> None:
    assistant = Assistant(IndexReader(IndexLayout(library.index)))
    first = assistant.ask("What share of European jobs is in clusters?")
    turn = Turn(question=first.question, answer=first)

    second = assistant.ask("And of wages?", Conversation((turn,)))

    assert second.verdict is Verdict.ANSWERED
