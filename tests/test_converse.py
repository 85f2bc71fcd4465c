"""What later turns of a conversation are understood as, from the words of its turns alone."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3assist.answer.converse import RuleRewriter, carry, context_of, told_before
from s3assist.answer.converse.lean import Lean, read_turn
from s3assist.answer.converse.phrases import names, topics
from s3assist.answer.periods import spell_out
from s3assist.documents import Answer, Conversation, Document, Metadata, Quote, Turn, Verdict

REWRITER = RuleRewriter()


def quote(text: str) -> Quote:
    document = Document(
        path="a.txt", format="text", sha256="", metadata=Metadata(), text=text, paragraphs=()
    )
    return Quote(document=document, start=0, end=len(text))


def turn(question: str, understood: str = "", quotes: Sequence[str] = ()) -> Turn:
    answer = Answer(
        question=question,
        understood_as=understood or question,
        verdict=Verdict.ANSWERED if quotes else Verdict.NOT_FOUND,
        confidence=1.0 if quotes else 0.0,
        quotes=tuple(quote(text) for text in quotes),
    )
    return Turn(question, answer)


def understood(*questions: str, quotes: Sequence[str] = ()) -> str:
    """What the last question is understood as; `quotes` answered the first."""
    conversation = Conversation()
    for number, question in enumerate(questions[:-1]):
        full = REWRITER.rewrite(question, conversation)
        conversation = conversation.with_turn(turn(question, full, () if number else quotes))
    return REWRITER.rewrite(questions[-1], conversation)


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (
            ("How much money did the ERDF have in 2021-2027?", "and in 2014-2020?"),
            "How much money did the ERDF have in 2014-2020?",
        ),
        (
            ("How much money does the ERDF have?", "and in 2014-2020?"),
            "How much money does the ERDF have in 2014-2020?",
        ),
        (
            ("How much money did the ERDF have in 2014-2020?", "and in the current period?"),
            "How much money did the ERDF have in the current period?",
        ),
        (
            ("What happens if the condition is not met?", "And before 2021?"),
            "What happens if the condition is not met before 2021?",
        ),
        (
            ("What did the 2019 edition of the panorama find?", "And the 2020 edition?"),
            "What did the 2020 edition of the panorama find?",
        ),
        (
            ("Which priorities did Estonia choose for 2014-2020?", "what about Luxembourg?"),
            "Which priorities did Luxembourg choose for 2014-2020?",
        ),
        (
            ("Which priorities did Estonia choose?", "and the Northern Netherlands?"),
            "Which priorities did the Northern Netherlands choose?",
        ),
        (("What is the Bronze Label?", "And the Gold Label?"), "What is the Gold Label?"),
        (
            ("How many prototypes should be completed by 2027?", "And by 2024?"),
            "How many prototypes should be completed by 2024?",
        ),
    ],
)
def test_a_follow_up_replaces_the_slot_that_it_names(
    questions: tuple[str, ...], meant: str
) -> None:
    assert understood(*questions) == meant


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (
            ("What is the budget of I3 in the current period?", "And in the last period?"),
            "What is the budget of I3 in the last period (2014-2020)?",
        ),
        (
            ("What is the budget of I3 in the current period?", "And in 2014-2020?"),
            "What is the budget of I3 in 2014-2020?",
        ),
        (
            (
                "What is the budget of I3 in the current period?",
                "And in the last period?",
                "And in the next programming period?",
            ),
            "What is the budget of I3 in the next programming period (2028-2034)?",
        ),
        (
            ("What is the budget in the current period for I3?", "And in the last period?"),
            "What is the budget in the last period (2014-2020) for I3?",
        ),
        (
            ("What should I3 reach by 2027?", "And in the last period?"),
            "What should I3 reach in the last period (2014-2020)?",
        ),
        (
            ("What is the budget of I3 in the period (2021-2027)?", "And in 2014-2020?"),
            "What is the budget of I3 in the period (2014-2020)?",
        ),
        (
            ("What is the budget of I3 in the current period?", "And for 2014?", "And STEP?"),
            "What is the budget of STEP in 2014?",
        ),
        (
            ("What is the budget of I3 in the current period?", "And universities?"),
            "And universities? What is the budget of I3 in the current period (2021-2027)?",
        ),
        (
            ("What is the budget of I3 in the current period?", "Who runs it?"),
            "Who runs I3 (budget of I3)?",
        ),
        (
            ("How much did I3 get in the current period?", "And the goal for 2015?"),
            "And the goal for 2015? How much did I3 get?",
        ),
    ],
)
def test_a_spoken_period_and_its_years_come_and_go_together(
    questions: tuple[str, ...], meant: str
) -> None:
    """As the assistant asks: each question gets the years of its period before the next turn."""
    conversation = Conversation()
    for question in questions:
        full = spell_out(REWRITER.rewrite(question, conversation), date(2026, 11, 27))
        conversation = conversation.with_turn(turn(question, full))

    assert conversation.turns[-1].answer.understood_as == meant


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (("What is IJkakker for?", "who pays for it?"), "Who pays for IJkakker?"),
        (("What is the I3 instrument?", "Who runs it?"), "Who runs the I3 instrument?"),
        (("What does the editorial say about Malta?", "Who wrote it?"), "Who wrote the editorial?"),
        (
            ("What does the editorial say about Malta?", "What does it say about the EDP?"),
            "What does the editorial say about the EDP?",
        ),
        (
            ("Who wrote the 2019 report on clusters?", "When was it published?"),
            "When was the 2019 report published?",
        ),
        (
            ("What is the ESCP-S3 initiative?", "compare that with I3"),
            "Compare the ESCP-S3 initiative with I3",
        ),
        (
            ("How many clusters does Luxinnovation run?", "list them"),
            "List the clusters (Luxinnovation)",
        ),
        (
            ("When was the IBBL set up?", "Which illnesses does its joint plan with LCSB target?"),
            "Which illnesses does the IBBL’s joint plan with LCSB target?",
        ),
        (
            (
                "What overall R&D intensity does Luxembourg want?",
                "Estonia - how much did it spend?",
            ),
            "How much did Estonia spend (overall R&D intensity)?",
        ),
    ],
)
def test_a_name_takes_the_place_of_a_pronoun(questions: tuple[str, ...], meant: str) -> None:
    assert understood(*questions) == meant


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (
            ("Does Estonia have a cluster programme?", "why?"),
            "Why? Does Estonia have a cluster programme?",
        ),
        (
            ("What overall R&D intensity does Luxembourg want?", "And the interim goal for 2015?"),
            "And the interim goal for 2015? What overall R&D intensity does Luxembourg want?",
        ),
        (
            ("What is the enabling condition?", "What happens otherwise?"),
            "What happens otherwise (enabling condition)?",
        ),
        (
            ("Which countries have cluster programmes?", "Tell me more about the French one"),
            "Tell me more about the French one (countries, cluster programmes)",
        ),
    ],
)
def test_what_is_left_out_is_added_in_brackets(questions: tuple[str, ...], meant: str) -> None:
    assert understood(*questions) == meant


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (
            ("Who uses RegioMirror most?", "And universities?"),
            "And universities? Who uses RegioMirror most?",
        ),
        (
            ("Who uses RegioMirror most?", "And universities?", "And ministries?"),
            "And ministries? Who uses RegioMirror most?",
        ),
    ],
)
def test_what_no_slot_fits_is_asked_with_the_question_before(
    questions: tuple[str, ...], meant: str
) -> None:
    assert understood(*questions) == meant


def test_a_time_takes_the_place_of_the_one_before() -> None:
    meant = understood("What R&D intensity does Luxembourg want by 2020?", "And the goal for 2015?")

    assert meant == "And the goal for 2015? What R&D intensity does Luxembourg want?"


def test_one_name_at_the_most_comes_from_quotes_alone() -> None:
    quotes = ["Vinod Khosla of Sun Microsystems and the Salt Lake Fund expect it."]

    meant = understood("Who expects this?", "What is done?", quotes=quotes)

    assert meant == "What is done (Vinod Khosla of Sun Microsystems)?"


def test_they_are_not_what_a_quote_names_by_the_way() -> None:
    quotes = ["Euroclusters pass money of the Single Market Programme on to SMEs."]

    meant = understood(
        "What is a Eurocluster?", "How long do they run?", "Who pays for them?", quotes=quotes
    )

    assert meant.startswith("Who pays for them (Eurocluster")


def test_verbs_units_and_empty_words_are_not_carried() -> None:
    quotes = ["It pays EUR 400,000 and 3 GWh."]

    meant = understood("How did the auditors deal with the claims?", "Who decided?", quotes=quotes)

    assert meant == "Who decided (auditors, claims)?"


def test_it_is_not_the_place_where_something_is() -> None:
    meant = understood("Why was the Classroom Lab closed in Brenholm?", "When will it reopen?")

    assert meant == "When will the Classroom Lab reopen (Brenholm)?"


def test_names_in_the_quotes_are_carried_too() -> None:
    quotes = ["The ICT sector was considered the one with the greatest potential."]

    meant = understood(
        "Which sector has the most potential?", "What is its biggest problem?", quotes=quotes
    )

    assert meant == "What is the sector’s biggest problem (potential, ICT)?"


@pytest.mark.parametrize(
    "question",
    [
        "Which regions have a Regional Innovation Valley label?",
        "How do companies in a programme hire their employees?",
        "Who won the European Cup in 1999?",
        "By the way, what is STEP?",
        "What is a cluster?",
        "When did Finland publish its strategy?",
        "Is it possible to change the priorities of a strategy later?",
        "Are there rules that all regions in the programme must follow?",
        "Thanks!",
        "ok",
    ],
)
def test_a_question_that_stands_alone_takes_nothing_from_the_past(question: str) -> None:
    assert understood("What is the budget of the I3 Instrument?", question) == question


@pytest.mark.parametrize(
    ("past", "question", "beside"),
    [
        (("What is I3?", "Who runs it?"), "Since when?", ("Who runs I3?", "What is I3?")),
        (("What is I3?", "What is STEP?"), "Who runs it?", ("What is STEP?",)),
        (("What is I3?",), "What is the budget of STEP?", ()),
        (("What is I3?",), "By the way, who was excluded?", ()),
        ((), "Who was excluded?", ()),
    ],
)
def test_a_turn_is_searched_beside_the_questions_of_its_topic(
    past: tuple[str, ...], question: str, beside: tuple[str, ...]
) -> None:
    conversation = Conversation()
    for asked in past:
        full = REWRITER.rewrite(asked, conversation)
        conversation = conversation.with_turn(turn(asked, full))

    assert context_of(question, conversation) == beside


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why?", ("EISMEA runs I3.",)),
        ("And why not the Commission?", ("EISMEA runs I3.",)),
        ("Since when?", ()),
        ("Why does Estonia have no cluster programme?", ()),
    ],
)
def test_why_is_not_answered_with_what_it_asks_about(question: str, told: tuple[str, ...]) -> None:
    quotes = ("EISMEA runs I3.", "It was chosen because it knows SMEs.")
    conversation = Conversation((turn("Who runs I3?", quotes=quotes),))

    assert told_before(question, conversation) == told


def test_the_topic_before_a_switch_is_dropped() -> None:
    meant = understood(
        "Who wrote the editorial on clusters?", "What is STEP?", "How much money does it have?"
    )

    assert meant == "How much money does STEP have?"


def test_what_was_carried_along_does_not_outweigh_what_was_said_since() -> None:
    meant = understood(
        "Do employers withhold money of salaries and report wages?",
        "Is there a penalty?",
        "And the personal income tax?",
        "Investments?",
    )

    assert meant.startswith("Investments (personal income tax")


def test_going_back_takes_up_the_turn_that_is_named() -> None:
    meant = understood(
        "Which Finnish source of grant data is praised?",
        "Is the British one kept live?",
        "Going back to Finland: does theirs classify technologies?",
    )

    assert meant == "Does theirs classify technologies (Finnish source of grant data)?"


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    meant = understood(
        "What is the I3 instrument?",
        "How much money does it have?",
        "Who runs it?",
        "Where is its legal basis?",
    )

    assert meant == "Where is the I3 instrument’s legal basis (money)?"


def test_the_first_turn_is_what_was_typed() -> None:
    assert REWRITER.rewrite("And in 2014-2020?", Conversation()) == "And in 2014-2020?"


def test_an_edited_question_is_what_the_next_turn_goes_on_from() -> None:
    edited = turn("And the interim one?", "What interim goal did Luxembourg set?")

    meant = REWRITER.rewrite("What about Estonia?", Conversation((edited,)))

    assert meant == "What interim goal did Estonia set?"


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("and in 2014-2020?", Lean.FRAGMENT),
        ("what about Luxembourg?", Lean.FRAGMENT),
        ("who pays for it?", Lean.PRONOUN),
        ("list them", Lean.PRONOUN),
        ("compare that with I3", Lean.PRONOUN),
        ("why?", Lean.BARE),
        ("since when?", Lean.BARE),
        ("Is there a limit?", Lean.ELLIPSIS),
        ("And who provides welfare?", Lean.ELLIPSIS),
        ("What is a cluster?", Lean.ALONE),
        ("Who was excluded?", Lean.ELLIPSIS),
        ("What is being done?", Lean.ELLIPSIS),
        ("Why not the Office?", Lean.ELLIPSIS),
        ("Why does the Office object?", Lean.ALONE),
        ("Always?", Lean.BARE),
        ("What if Germany stops helping them?", Lean.PRONOUN),
        ("What did Luxembourg do when it joined?", Lean.ALONE),
        ("Why does Germany keep doing this?", Lean.PRONOUN),
        ("Is what you said about France true?", Lean.ELLIPSIS),
    ],
)
def test_how_a_turn_leans_is_told_from_its_words(question: str, how: Lean) -> None:
    assert read_turn(question).lean is how


def test_names_and_topics_of_a_question() -> None:
    question = "Which ministries started work on the strategy of the Northern Netherlands?"

    assert [name.text for name in names(question)] == ["Northern Netherlands"]
    assert [topic.text for topic in topics(question)] == [
        "ministries",
        "strategy of the Northern Netherlands",
    ]


SAID = st.one_of(
    st.sampled_from(
        [
            "What is the I3 instrument?",
            "and in 2014-2020?",
            "why?",
            "Back to Finland: who pays?",
            "What about Estonia - how much?",
            "list them",
            "(((",
            "it it it",
            "’s",
        ]
    ),
    st.text(max_size=60),
)


@given(st.lists(st.tuples(SAID, st.lists(SAID, max_size=2)), max_size=5), SAID)
def test_any_conversation_can_be_gone_on_with(
    past: list[tuple[str, list[str]]], question: str
) -> None:
    conversation = Conversation()
    for asked, quotes in past:
        full = REWRITER.rewrite(asked, conversation)
        conversation = conversation.with_turn(turn(asked, full, quotes))

    meant = REWRITER.rewrite(question, conversation)

    assert meant == REWRITER.rewrite(question, conversation)
    assert bool(meant.strip()) == bool(question.strip()) or past


@given(st.lists(SAID, min_size=1, max_size=4), SAID)
def test_a_conversation_read_back_is_understood_in_the_same_way(
    past: list[str], question: str
) -> None:
    """Only the texts of turns count: not the objects, the places of quotes or their scores."""
    one, other = Conversation(), Conversation()
    for asked in past:
        full = REWRITER.rewrite(asked, one)
        one = one.with_turn(turn(asked, full, [f"Quote on {asked}"]))
        other = other.with_turn(turn(asked, full, [f"Quote on {asked}"]))

    assert REWRITER.rewrite(question, one) == REWRITER.rewrite(question, other)


def test_a_long_conversation_costs_no_more_than_a_short_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[Turn] = []
    base_of, quoted = carry.base_of, carry.quoted

    def counted_base(past: Turn, age: int = 0) -> carry.Base:
        looked_at.append(past)
        return base_of(past, age)

    def counted_quotes(past: Turn) -> list[str]:
        looked_at.append(past)
        return quoted(past)

    monkeypatch.setattr(carry, "base_of", counted_base)
    monkeypatch.setattr(carry, "quoted", counted_quotes)
    turns = [turn(f"What is instrument I{n}?", quotes=[f"I{n} is new."]) for n in range(200)]

    REWRITER.rewrite("Back to Finland: who pays for it?", Conversation(tuple(turns[-6:])))
    short, looked_at[:] = len(looked_at), []
    REWRITER.rewrite("Back to Finland: who pays for it?", Conversation(tuple(turns)))

    assert len(looked_at) == short
    assert all(past in turns[-carry.LOOK_BACK :] for past in looked_at)
