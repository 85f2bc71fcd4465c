"""Questions for what a thing is, and the sentences that say it."""

import pytest

from s3assist.answer.definitions import (
    definition_of,
    in_full,
    name_asked_for,
    thing_asked_for,
)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("What is smart specialisation?", "smart specialisation"),
        ("what's a cluster", "cluster"),
        ("And what are Euroclusters?", "Euroclusters"),
        ("What is meant by 'related variety'?", "related variety"),
        ("What is meant by 'related variety' in the strategy of a region?", "related variety"),
        ("Define the entrepreneurial discovery process", "entrepreneurial discovery process"),
        ("How is a cluster organisation defined?", "cluster organisation"),
        ("How are clusters defined in the RIS3 Guide of 2012?", "clusters"),
        ("What does benchmarking mean under the rules of 2014?", "benchmarking"),
        ("What is the definition of a cluster?", "cluster"),
        ("definition of benchmarking in the Guide", "benchmarking"),
        ("meaning of entrepreneurial discovery", "entrepreneurial discovery"),
        ("What is the budget of the I3 Instrument in the years 2021 to 2027?", ""),
        ("What does the ECCP offer?", ""),
        ("Who pays for clusters?", ""),
        ("What is it, and who pays?", ""),
    ],
)
def test_the_thing_that_a_question_asks_for(question: str, thing: str) -> None:
    assert thing_asked_for(question) == thing


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("smart specialisation definition", "What is smart specialisation?"),
        ("definition of the cluster organisation", "What is cluster organisation?"),
        ("RIS3 meaning", "What does RIS3 mean?"),
        ("Clusters: definition", "Clusters: definition"),
        ("definition of clusters in the Guide", "definition of clusters in the Guide"),
        ("industrial ecosystems definition", "What are industrial ecosystems?"),
        ("What is the legal definition?", "What is the legal definition?"),
        ("Which body gives the definition?", "Which body gives the definition?"),
    ],
)
def test_key_words_are_asked_as_a_question(typed: str, asked: str) -> None:
    assert in_full(typed) == asked
    assert in_full(asked) == asked


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "smart specialisation",
            "In this account, smart specialisation is the capacity of a region.",
        ),
        ("smart specialization", "Smart specialisation is a place-based approach."),
        ("transition pathway", "Transition pathways are plans that are drawn up jointly."),
        ("region in transition", "Regions in transition are regions that are losing industry."),
        ("clusters", "The note defines clusters as groups of firms."),
        ("cluster policies", "Cluster policy is a set of measures."),
        ("cluster", "“Cluster” means a group of firms."),
        ("discovery process", "The discovery\nprocess (DP), as they call it, is an open process."),
    ],
)
def test_a_sentence_that_says_what_a_thing_is(name: str, sentence: str) -> None:
    pattern = definition_of([name])
    assert pattern is not None
    assert pattern.search(sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("smart specialisation", "Today, smart specialisation is the subject of a condition."),
        (
            "smart specialisation",
            "The anchor of smart specialisation is the communication of 2010.",
        ),
        ("cluster", "Clusters are an important tool."),
        ("cluster", "The cluster is led by a firm."),
        ("cluster", "A cluster organisation is a legal entity."),
        ("cluster", "The metacluster is a group of clusters."),
    ],
)
def test_a_sentence_that_only_speaks_of_it(name: str, sentence: str) -> None:
    pattern = definition_of([name])
    assert pattern is not None
    assert not pattern.search(sentence)


def test_a_name_is_no_pattern() -> None:
    pattern = definition_of(["S3 (a+"])
    assert pattern is not None
    assert pattern.search("S3 (a+ is a name.")
    assert definition_of([" "]) is None


@pytest.mark.parametrize(
    ("question", "sentence", "named"),
    [
        ("Who is Ada Byron?", "Ada Byron, head of the unit, signed it.", True),
        ("who was Ms A. van der Byron?", "Commissioner Byron counted clusters.", True),
        ("And who is Byron", "BYRON (1998) begins with geography.", True),
        ("Who is Ada Byron?", "In this editorial, Grace Hopper, head of the unit, writes.", False),
        ("Who is Ada Byron?", "The Byronic approach is older.", False),
        ("What is EREK?", "The knowledge centre (EREK) was launched in 2018.", True),
        ("What is EREK?", "The knowledge centre for resources was launched in 2018.", True),
        ("What is EREK?", "LabNet is a scheme of short exchanges.", False),
        ("What is the Community of Practice?", "The practice is older.", True),
    ],
)
def test_a_sentence_about_a_name_has_it(question: str, sentence: str, named: bool) -> None:
    name = name_asked_for(question, ["knowledge centre for resources"])
    assert name is not None
    assert bool(name.search(sentence)) is named


@pytest.mark.parametrize(
    "question",
    [
        "Who is the author of the Guide?",
        "Who is eligible?",
        "Who pays Ada Byron?",
        "What is a cluster?",
        "What is the yearly budget of EREK?",
    ],
)
def test_other_questions_ask_for_no_name(question: str) -> None:
    assert name_asked_for(question) is None
