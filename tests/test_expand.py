import pytest

from s3assist.answer.expand import as_printed, expand, read_entries

ENTRIES = read_entries(
    [
        ("S3", "Smart Specialisation Strategy; smart specialisation", "not Amazon S3"),
        ("RIS3", "Research and Innovation Strategy for Smart Specialisation", ""),
        ("STEP", "Strategic Technologies for Europe Platform", ""),
        ("ERDF", "European Regional Development Fund", ""),
        ("IT", "information technology", ""),
    ]
)


def added(question: str) -> dict[str, tuple[str, ...]]:
    return {expansion.term: expansion.added for expansion in expand(question, ENTRIES)}


def test_an_acronym_adds_its_long_forms() -> None:
    assert added("What is S3?") == {"S3": ("Smart Specialisation Strategy", "smart specialisation")}


def test_a_long_form_adds_its_acronym() -> None:
    found = added("Who pays into the European Regional Development Fund?")

    assert found == {"European Regional Development Fund": ("ERDF",)}


def test_a_plural_long_form_is_recognised() -> None:
    assert "S3" in added("How many smart specialisation strategies exist?").get(
        "smart specialisation", ()
    )


def test_american_spelling_is_recognised() -> None:
    assert added("What are smart specialization strategies?")["smart specialisation"] == ("S3",)


@pytest.mark.parametrize(
    "question", ["s3 priorities", "S3s in Europe", "S3's aims", "the S3-based plan (S3)"]
)
def test_an_acronym_with_a_digit_is_found_in_any_form(question: str) -> None:
    assert any(term.casefold().startswith("s3") for term in added(question))


@pytest.mark.parametrize(
    "question", ["What is the next step?", "Is it good?", "a step-by-step guide"]
)
def test_a_word_is_not_taken_for_an_acronym(question: str) -> None:
    assert added(question) == {}


def test_ris3_is_not_s3() -> None:
    assert "S3" not in added("What does RIS3 mean?")


def test_what_the_question_says_is_not_added_again() -> None:
    assert added("S3 (Smart Specialisation Strategy), smart specialisation").get("S3") is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "The Smart Specialisation Strategies of regions.",
            "How many Smart Specialisation Strategies are there?",
        ),
        ("S3 means a smart specialisation strategy.", "How many S3 are there?"),
        ("Clusters of firms.", "How many S3 are there?"),
    ],
)
def test_a_text_without_the_acronym_is_asked_in_its_own_words(text: str, asked: str) -> None:
    entries = read_entries([("S3", "Smart Specialisation Strategies", "")])
    question = "How many S3 are there?"

    assert as_printed(question, expand(question, entries), text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("S3 are drawn up by regions.", "How many S3 are there?"),
        ("S3 are Smart-Specialization Strategies.", "How many smart specialisation strategies"),
        ("Strategies of regions.", "How many smart specialisation strategies"),
    ],
)
def test_a_text_with_the_acronym_alone_is_asked_for_the_acronym(text: str, asked: str) -> None:
    entries = read_entries([("S3", "Smart Specialisation Strategies", "")])
    question = "How many smart specialisation strategies are there?"

    assert as_printed(question, expand(question, entries), text).startswith(asked)


def test_a_word_is_not_taken_for_the_acronym_of_a_long_form() -> None:
    entries = read_entries([("IT", "information technology", "")])
    question = "What is said of information technology?"

    asked = as_printed(question, expand(question, entries), "It is said that all of it matters.")

    assert asked == question


def test_only_a_whole_word_is_an_acronym_to_spell_out() -> None:
    entries = read_entries([("S3", "smart specialisation", "")])
    question = "Is a RIS3 one of the S3's papers?"
    text = "On smart specialisation."

    asked = as_printed(question, expand(question, entries), text)

    assert asked == "Is a RIS3 one of the smart specialisation's papers?"
