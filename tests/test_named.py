"""Which documents a question names as its source, and that these answer it."""

import pytest
from conftest import SHARE, Library

from s3assist.answer.named import may_name, named_in
from s3assist.assistant import Assistant
from s3assist.documents import Metadata, Verdict
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, LiveDocument

KINDS = ("editorial", "briefing", "briefing", "programme", "case study", "survey", "", "\u00ad")
LIBRARY = [
    LiveDocument(number, f"{number}.md", "", "markdown", Metadata(kind=kind))
    for number, kind in enumerate(KINDS)
]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does the editorial say about SMEs?", {0}),
        ("Who wrote the editorial?", {0}),
        ("What is the editorial about?", {0}),
        ("When was the editorial published?", {0}),
        ("Summarise this short editorial", {0}),
        ("What is the editorial’s main message?", {0}),
        ("According to the briefings, who pays?", {1, 2}),
        ("What do the briefing and the editorial say?", {0}),
        ("Which regions are named in the case studies?", {4}),
        ("What does the programme say about SMEs?", {3}),
        ("Who pays, according to the surveys?", {5}),
        ("What is the title of the 2019 survey?", {5}),
        ("How many clusters take part in the programme?", set()),
        ("What is an editorial?", set()),
        ("Who pays for clusters?", set()),
    ],
)
def test_a_kind_of_document_is_named_where_it_is_the_source(question: str, named: set[int]) -> None:
    assert named_in(question, LIBRARY) == named
    assert may_name(question) or not named


def test_for_most_questions_the_library_is_not_read() -> None:
    assert not may_name("What share of European jobs is in clusters?")
    assert not may_name("How many clusters are in the Basque Country?")


def test_a_kind_that_most_documents_have_names_none() -> None:
    assert not named_in("What does the briefing say?", LIBRARY[:3])


def test_the_document_that_is_named_answers_and_others_do_not(library: Library) -> None:
    """Two documents print the sentence; the panorama alone knows when it was published."""
    assistant = Assistant(IndexReader(IndexLayout(library.index)))

    share = assistant.ask("What share of European jobs does the editorial give for clusters?")
    asked = assistant.ask("According to the editorial, what share of European jobs is in clusters?")
    elsewhere = assistant.ask("When was the panorama published, according to the editorial?")

    for answer in (share, asked):
        assert answer.verdict is Verdict.ANSWERED
        assert (answer.quotes[0].document.path, answer.quotes[0].text) == (
            "editorials/jobs.md",
            SHARE,
        )
    assert elsewhere.verdict is Verdict.NOT_FOUND
    assert assistant.ask("When was the panorama published?").verdict is Verdict.ANSWERED
