"""Questions for the words of an acronym, and the places that spell it out."""

import pytest
from pace import FAIR, growth

from s3assist.answer.acronyms import acronym_asked_for, expansion, introduced_in
from s3assist.documents import Span


@pytest.mark.parametrize(
    ("question", "acronym"),
    [
        ("What does RIS3 stand for?", "RIS3"),
        ("What does the ECCP mean?", "ECCP"),
        ("What is ESCP-4i short for?", "ESCP-4i"),
        ("What is the full name of the I3 instrument?", "I3"),
        ("What does the ECCP offer?", ""),
        ("What does cluster mean?", ""),
        ("What does it mean for the ERDF and the ESF?", ""),
        ("What do ERDF and ESF stand for?", ""),
    ],
)
def test_the_acronym_that_a_question_asks_for(question: str, acronym: str) -> None:
    assert acronym_asked_for(question) == acronym


@pytest.mark.parametrize(
    ("acronym", "text", "words"),
    [
        (
            "RIS3",
            "A Research and Innovation Strategy for Smart Specialisation (RIS3) is needed.",
            "Research and Innovation Strategy for Smart Specialisation",
        ),
        (
            "I3",
            "The Interregional Innovation Investments (I3) Instrument pays.",
            "Interregional Innovation Investments",
        ),
        (
            "EISMEA",
            "The European Innovation Council and SMEs Executive Agency (EISMEA) runs it.",
            "European Innovation Council and SMEs Executive Agency",
        ),
        (
            "STEP",
            "STEP (Strategic Technologies for Europe Platform) is new.",
            "Strategic Technologies for Europe Platform",
        ),
        (
            "ERDF",
            "ERDF stands for European Regional Development Fund.",
            "European Regional Development Fund",
        ),
        (
            "BMBF",
            "Die Straße und das Bundesministerium für Bildung und Forschung (BMBF) zahlen.",
            "Bundesministerium für Bildung und Forschung",
        ),
        ("RIS3", "It is known as the RIS3 Guide (2012).", None),
        ("ERDF", "The fund (ERDF) pays.", None),
        ("ERDF", "The ERDF (see page 3) pays.", None),
    ],
)
def test_the_words_of_an_acronym(acronym: str, text: str, words: str | None) -> None:
    found = expansion(acronym, text, Span(0, len(text)))

    assert (found and text[found.start : found.end]) == words


def test_only_the_given_part_of_a_text_is_looked_at() -> None:
    text = "The European Regional Development Fund (ERDF) pays. Then the ERDF stops."

    assert expansion("ERDF", text, Span(52, len(text))) is None


@pytest.mark.parametrize(
    ("text", "introduced"),
    [
        ("Innovation Maps (IMs) are drawn. An IM shows topics.", {"IM": "Innovation Maps"}),
        ("It is run by the ‘Public\nResearch Centres’ (PRC).", {"PRC": "Public Research Centres"}),
        ("The Fund (EU) of Regulation (EU) 2021/1060, see (4) and (ibid.).", {}),
        (
            "European Social Fund (ESF) and European Space Forum (ESF)",
            {"ESF": "European Social Fund"},
        ),
        ("A clear\n\nEuropean Union (CEU)", {}),
        ("The agricultural fund (EAFRD) – the maritime and fisheries fund (EMFF)", {}),
    ],
)
def test_the_acronyms_that_a_text_introduces(text: str, introduced: dict[str, str]) -> None:
    assert {entry.acronym: entry.expansions[0] for entry in introduced_in(text)} == introduced


@pytest.mark.parametrize("unit", ["a.", "&", "A.", "(A", "( "])
def test_acronyms_take_time_in_proportion_to_the_question(unit: str) -> None:
    assert growth(lambda size: acronym_asked_for(f"What does {unit * size} mean?"), 1_000) < FAIR
