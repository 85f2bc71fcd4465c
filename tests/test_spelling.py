"""Typing errors in questions are put right with words that the documents print."""

from collections.abc import Iterator

import pytest
from conftest import Library

from s3assist.answer.spelling import corrected
from s3assist.assistant import Assistant
from s3assist.documents import Verdict
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration


@pytest.fixture
def generation(library: Library) -> Iterator[OpenGeneration]:
    with IndexReader(IndexLayout(library.index)).generation(files=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("What share of Eurpoean jobs?", "What share of European jobs?"),
        ("Where are clsuters?", "Where are clusters?"),
        ("Where are cllusters?", "Where are clusters?"),
        ("Where are clustrs?", "Where are clusters?"),
        ("Clustrs, where are they?", "Clusters, where are they?"),
    ],
)
def test_a_typing_error_is_put_right(typed: str, right: str, generation: OpenGeneration) -> None:
    assert corrected(typed, generation) == right


@pytest.mark.parametrize(
    "question",
    [
        "Who are the mustard keepers?",  # a word, though nobody prints it
        "Who is Clustrin?",  # a name, two letters off
        "What is CLSUTERS?",
        "What do the co-clsuters do?",
        "Wieviele Arbeitsplätze gibt es in europäischen Clustrn heute eigentlich?",
        "Did they reprogramme or customise it?",
        "jbos?",
    ],
)
def test_what_may_be_meant_so_stays(question: str, generation: OpenGeneration) -> None:
    assert corrected(question, generation) == question


def test_the_answer_says_how_it_was_understood(library: Library) -> None:
    answer = Assistant(IndexReader(IndexLayout(library.index))).ask(
        "What share of Eurpoean jobs is in clsuters?"
    )

    assert answer.question == "What share of Eurpoean jobs is in clsuters?"
    assert answer.understood_as == "What share of European jobs is in clusters?"
    assert answer.verdict is Verdict.ANSWERED
