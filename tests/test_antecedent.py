"""What pronouns and other words that point back stand for, and what of a turn is not carried on."""

import pytest
from test_converse import understood

from s3assist.answer.converse.lean import Lean, read_turn
from s3assist.answer.converse.phrases import topics

FACTSHEETS = "How many countries do the ECCP factsheets cover?"
PANORAMA = "Who wrote the 2020 panorama?"
GERMAN = "Why is there so little hard evidence on clusters?"


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        # Of them: what was counted or listed.
        (
            (FACTSHEETS, "how many of them have a cluster policy?"),
            "How many of the countries have a cluster policy (ECCP factsheets)?",
        ),
        # That: what was said as a whole.
        (
            ("How much money does I3 have?", "is that still true?"),
            "Is that still true? How much money does I3 have?",
        ),
        (
            ("How much money does I3 have?", "who says so?"),
            "Who says so? How much money does I3 have?",
        ),
        # It: what was asked about last, be it put before the question.
        (
            ("How much money did Euroclusters get?", "and the second call?", "When was it open?"),
            "When was the second call open (Euroclusters, money)?",
        ),
        (
            ("Since when does the Basque Country have a cluster policy?", "who runs it?"),
            "Who runs the cluster policy (Basque Country)?",
        ),
        (
            (GERMAN, "what about the German study? what did it find?"),
            "What did the German study find (little hard evidence, clusters)?",
        ),
        (
            ("What does EDP mean?", "why does it matter?"),
            "Why does EDP matter?",
        ),
        (
            ("Which priorities did Varnland choose?", "Which ones were kept?"),
            "Which priorities were kept (Varnland)?",
        ),
        (
            ("Which regions got EOCIC policy briefings?", "When were they published?"),
            "When were the EOCIC policy briefings published (regions)?",
        ),
        # A year or an edition beside the one that was named.
        ((PANORAMA, "and the year before?"), "Who wrote the 2019 panorama?"),
        ((PANORAMA, "and the one before?"), "The one before? Who wrote the panorama?"),
        (
            ("How many RIVs were there in June 2024?", "and at the end of that year?"),
            "And at the end of 2024? How many RIVs were there?",
        ),
        (
            ("How much money has cohesion policy in 2021-2027?", "and in the period before?"),
            "How much money has cohesion policy in 2014-2020?",
        ),
        (
            ("What share of jobs did the 2020 panorama find?", "2021?"),
            "What share of jobs did the 2021 panorama find?",
        ),
        # What is not the year of an older question goes on.
        (
            (PANORAMA, "Which firms took part?", "is there an annex?"),
            "Is there an annex (firms, panorama)?",
        ),
        # Corrections and additions.
        (
            ("How many partnerships were in ESCP-4i?", "no, I meant ESCP-4x"),
            "How many partnerships were in ESCP-4x?",
        ),
        (
            ("How much money do the strategies steer?", "including national money?"),
            "Including national money? How much money do the strategies steer?",
        ),
        # Back to what nobody named: nothing said since goes along.
        (
            (
                "What are poles?",
                "How many are there?",
                "back to Malta: how many clusters?",
            ),
            "How many clusters (Malta)?",
        ),
    ],
)
def test_what_points_back_stands_for(questions: tuple[str, ...], meant: str) -> None:
    assert understood(*questions) == meant


def test_that_programme_is_the_one_that_was_quoted() -> None:
    asked = ("Who pays for Euroclusters?", "how big is that programme?", "what came before it?")
    quotes = ["Euroclusters receive money from the Single Market Programme."]

    assert understood(*asked[:2], quotes=quotes).startswith(
        "How big is the Single Market Programme"
    )
    assert "before the Single Market Programme" in understood(*asked, quotes=quotes)
    two = [*quotes, "The COSME Programme came before."]
    assert "is that programme" in understood(*asked[:2], quotes=two)


def test_a_name_has_the_capitals_that_quotes_give_it() -> None:
    asked = ("what is the vanguard initiative?", "how many regions are in it?", "who pays for it?")
    quotes = ["The Vanguard Initiative is a network of regions."]

    assert understood(*asked, quotes=quotes) == "Who pays for the Vanguard Initiative (regions)?"


def test_the_name_that_another_has_replaced_is_not_carried() -> None:
    asked = ("Is the Bronze Label valid for long?", "can we renew it?", "and Silver?")

    assert "Bronze" not in understood(*asked)


def test_of_a_list_of_names_none_is_carried() -> None:
    quotes = ["The regions are Hauts-de-France, Piemonte, Saxony, Wallonia and Cantabria."]

    meant = understood("Which regions took part in the pilot?", "Is there a limit?", quotes=quotes)

    assert meant == "Is there a limit (regions, pilot)?"


@pytest.mark.parametrize(
    "said",
    [
        "ok thanks a lot",
        "Thank you very much!",
        "great, got it",
        "ok",
        "thanks, that's all for now",
    ],
)
def test_thanks_are_no_question(said: str) -> None:
    assert understood("Who pays for Euroclusters?", said) == said
    assert read_turn(said).lean is Lean.ALONE


@pytest.mark.parametrize(
    ("first", "not_carried"),
    [
        ("hi, what are Euroclusters?", "hi"),
        ("Different topic: who leads the S3 CoP?", "topic"),
        ("List the regions with a briefing of EOCIC.", "List"),
    ],
)
def test_words_around_a_question_are_not_carried(first: str, not_carried: str) -> None:
    aside = understood(first, "is there a limit?").partition("(")[2]
    assert aside
    assert not_carried not in aside.rstrip(")?").split(", ")


def test_a_verb_with_its_particle_is_no_topic() -> None:
    assert [t.text for t in topics("Which regulation sets out the conditions?")] == [
        "regulation", "conditions",
    ]  # fmt: skip


def test_related_variety_is_no_change_of_subject() -> None:
    assert read_turn("and unrelated variety?").lean is Lean.FRAGMENT
    assert read_turn("Unrelated: who leads it?").lean is Lean.ALONE


@pytest.mark.parametrize(
    "said",
    ["does it matter whether a region is small?", "is it true that clusters pay more?",
     "how long does it take?"],
)  # fmt: skip
def test_it_may_stand_for_nothing(said: str) -> None:
    assert read_turn(said).lean is not Lean.PRONOUN
