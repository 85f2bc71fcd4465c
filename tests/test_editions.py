"""Sources of different periods that answer differently are shown period by period."""

import pytest

from s3assist.answer.editions import group_by_period
from s3assist.documents import Block, BlockKind, Extract, Metadata, PeriodGroup, Quote
from s3assist.ingest.source import document_from

SHARES = (
    "The 2019 panorama found about 19% of European jobs in clusters.",
    "The 2021 panorama found almost 25% of EU employment in clusters.",
)


def quoted(text: str, score: float = 0.3, dated: str = "2026") -> Quote:
    made = document_from(
        Extract(blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),)),
        "a.md",
        "markdown",
        "",
        Metadata(date=dated),
    )
    return Quote(document=made, start=0, end=len(made.text), score=score)


def test_editions_with_other_figures_are_grouped_newest_first() -> None:
    quotes = [quoted(text) for text in SHARES]

    assert group_by_period("What share of jobs is in clusters?", quotes) == (
        PeriodGroup("2021", True, (1,)),
        PeriodGroup("2019", True, (0,)),
    )


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\u202f"])
def test_editions_whose_figures_differ_in_the_thousands_are_grouped(space: str) -> None:
    quotes = [
        quoted(f"In 2014-2020 the budget of the fund was 1{space}200 million euro."),
        quoted(f"In 2021-2027 the budget of the fund is 2{space}200 million euro."),
    ]

    groups = group_by_period("What is the budget of the fund?", quotes)

    assert [group.period for group in groups] == ["2021-2027", "2014-2020"]


def test_the_same_figure_with_a_comma_or_a_space_is_no_difference() -> None:
    quotes = [
        quoted("In 2014-2020 the budget of the fund was 1,200 million euro."),
        quoted("In 2021-2027 the budget of the fund is 1 200 million euro."),
    ]

    assert group_by_period("What is the budget of the fund?", quotes) == ()


def test_a_share_in_words_is_an_amount_too() -> None:
    quotes = [
        quoted(SHARES[0]),
        quoted("In 2020 clusters were found to provide every fourth job in Europe."),
    ]

    groups = group_by_period("What share of jobs is in clusters?", quotes)

    assert [group.period for group in groups] == ["2020", "2019"]


def test_a_quote_as_likely_as_the_best_is_compared_in_whatever_words() -> None:
    nodes = "The 2021 edition locates 1,501 nodes, which account for almost 25% of EU employment."
    question = "What share of European jobs is in clusters?"

    likely = group_by_period(question, [quoted(SHARES[0], 0.3), quoted(nodes, 0.2)])
    unlikely = group_by_period(question, [quoted(SHARES[0], 0.3), quoted(nodes, 0.1)])

    assert [group.period for group in likely] == ["2021", "2019"]
    assert unlikely == ()


def test_a_question_that_names_its_period_has_nothing_to_group() -> None:
    quotes = [quoted(text) for text in SHARES]

    assert group_by_period("What share of jobs was in clusters in 2019?", quotes) == ()


def test_sources_that_agree_are_not_grouped() -> None:
    quotes = [quoted(SHARES[0]), quoted("In 2020 an editorial said 19% of jobs are in clusters.")]

    assert group_by_period("What share of jobs is in clusters?", quotes) == ()


def test_a_quote_that_hardly_answers_contradicts_nothing() -> None:
    quotes = [quoted(SHARES[0], 0.9), quoted(SHARES[1], 0.01)]

    assert group_by_period("What share of jobs is in clusters?", quotes) == ()


def test_only_amounts_of_the_kind_asked_for_are_compared() -> None:
    quotes = [
        quoted("In 2019 it spent EUR 5 million, 19% of the total."),
        quoted("In 2021 the total was split in 40 parts, 19% for clusters."),
    ]

    assert group_by_period("What share goes to clusters?", quotes) == ()


def test_only_times_are_compared_where_a_duration_is_asked_for() -> None:
    quotes = [
        quoted("In 2021-2027 the programme has EUR 4.2 billion."),
        quoted("In 2021 the programme was set up by Regulation 2021/690 with 30 projects."),
    ]
    durations = [
        quoted("In 2019 a label was valid for two years."),
        quoted("In 2021 a label became valid for 36 months."),
    ]

    assert group_by_period("How long do projects of the programme run?", quotes) == ()
    assert len(group_by_period("How long is a label valid?", durations)) == 2


def test_a_quote_that_tells_all_that_differs_is_no_contradiction() -> None:
    both = "In 2018 the fund had EUR 40 million. By the audit of 2025 it had EUR 73 million."

    assert group_by_period("What is the budget of the fund?", [quoted(both)]) == ()


def test_a_date_in_one_sentence_does_not_date_the_answer_in_another() -> None:
    quotes = [
        quoted("The network was founded in 2013 by ten regions. It later grew to 40 regions."),
        quoted("In 2020 the network had 30 regions."),
    ]

    assert group_by_period("How many regions does the network have?", quotes) == (
        PeriodGroup("2020", True, (1,)),
        PeriodGroup("", False, (0,)),
    )


def test_what_has_no_date_never_leads_but_the_best_quote_is_not_last() -> None:
    quotes = [
        quoted("In 2018 and 2019 the network had 40 regions."),
        quoted("In 2020 the network had 30 regions."),
        quoted("In 2016 the network had 20 regions."),
    ]

    groups = group_by_period("How many regions does the network have?", quotes)

    assert [(group.period, group.quotes) for group in groups] == [
        ("2020", (1,)),
        ("", (0,)),
        ("2016", (2,)),
    ]


@pytest.mark.parametrize(
    ("question", "rival", "differs"),
    [
        ("How many innovation valleys are there?", "In 2026 valleys met five challenges.", False),
        ("How many innovation valleys are there?", "In 2026 there were 160 valleys.", True),
        ("How many valleys does it name?", "In 2026 160 regions held the valley label.", True),
        ("How many valleys hold the label?", "In 2026 it named 160 supervalleys.", True),
        ("How many valleys hold the label?", "In 2026 it named 160 regions.", False),
        ("How many projects of valleys?", "In 2026 valleys met five challenges.", True),
    ],
)
def test_where_things_are_counted_only_numbers_of_these_are_compared(
    question: str, rival: str, differs: bool
) -> None:
    quotes = [quoted("In 2024 the office named 151 innovation valleys."), quoted(rival)]

    assert (group_by_period(question, quotes) != ()) is differs


@pytest.mark.parametrize(
    ("question", "rival", "differs"),
    [
        ("When did Bremen start with clusters?", "In 2024 Catalonia counted clusters.", False),
        ("When did Bremen start with clusters?", "Bremen started with clusters in 2001.", True),
        ("When did Bremen start?", "Bremen has clusters. They started in 2001.", True),
        ("When did clusters start?", "In 2024 Catalonia started clusters.", True),
        ("When did SMEs start in Ulm?", "In 2024 Catalonia had SMEs that start.", False),
    ],
)
def test_a_date_of_another_name_contradicts_nothing(
    question: str, rival: str, differs: bool
) -> None:
    quotes = [
        quoted("Bremen, like Ulm, started its clusters in 1990."),
        quoted(rival, dated="2025"),
    ]

    assert (group_by_period(question, quotes) != ()) is differs


@pytest.mark.parametrize(
    ("question", "best", "rival"),
    [
        ("When did Bremen begin?", "The port began in 1990.", "In 2001 Bremen began."),
        ("How many firms joined?", "In 1990 it had 40 of them.", "In 2001 50 firms joined."),
    ],
)
def test_rivals_are_not_held_to_what_the_best_quote_does_not_keep_to(
    question: str, best: str, rival: str
) -> None:
    assert len(group_by_period(question, [quoted(best), quoted(rival)])) == 2


def test_a_quote_goes_by_the_period_of_the_sentence_that_answers() -> None:
    quotes = [
        quoted("The fund was set up in 2009. In 2021 the fund had EUR 40 million."),
        quoted("In 2019 the fund had EUR 30 million."),
    ]

    groups = group_by_period("What is the budget of the fund?", quotes)

    assert [(group.period, group.quotes) for group in groups] == [("2021", (0,)), ("2019", (1,))]


@pytest.mark.parametrize("ninth", ["ninth", "9th"])
def test_another_one_of_a_series_contradicts_nothing(ninth: str) -> None:
    quotes = [
        quoted("The eighth conference took place in Prague on 26 September 2022."),
        quoted(f"The {ninth} conference took place in Brussels on 7 May 2024."),
    ]

    assert group_by_period("When was the eighth conference?", quotes) == ()
    assert len(group_by_period("When was the conference?", quotes)) == 2


def test_an_amount_of_one_year_does_not_contradict_that_of_a_period_that_holds_it() -> None:
    quotes = [
        quoted("The programme has EUR 4.2 billion for the years 2021-2027."),
        quoted("The programme gave EUR 42 million to 30 projects that began in 2022."),
    ]

    assert group_by_period("What is the budget of the programme?", quotes) == ()


def test_what_begins_last_is_newest_whether_the_text_or_the_document_says_so() -> None:
    quotes = [
        quoted("In 2021-2027 clusters have 10% of jobs."),
        quoted("In 2014-2020 clusters had 12% of jobs."),
        quoted("Clusters have 14% of jobs.", dated="2022"),
    ]

    groups = group_by_period("What share of jobs is in clusters?", quotes)

    assert [group.period for group in groups] == ["2022", "2021-2027", "2014-2020"]


def test_quotes_without_a_period_are_told_from_those_that_go_by_their_date() -> None:
    dated, without = PeriodGroup("2026", False, (0,)), PeriodGroup("", False, (1,))

    assert dated.name == "2026, by the date of the document: its text names no period"
    assert without.name == "of no single period, or not dated"


def test_rules_of_two_programming_periods_are_grouped() -> None:
    quotes = [
        quoted("For 2014-2020 a region needed a strategy."),
        quoted("For 2021-2027 the strategy of a region must be governed well."),
        quoted("What regions did in 2014-2020 and 2021-2027 is compared."),
    ]

    assert group_by_period("What does a region need?", quotes) == (
        PeriodGroup("2021-2027", True, (1,)),
        PeriodGroup("2014-2020", True, (0,)),
        PeriodGroup("", False, (2,)),
    )


def test_documents_that_state_no_period_go_by_their_dates() -> None:
    quotes = [
        quoted("Clusters have 10% of jobs.", dated="2018-05"),
        quoted("Clusters have 12% of jobs.", dated="2022"),
    ]

    assert group_by_period("What share of jobs is in clusters?", quotes) == (
        PeriodGroup("2022", False, (1,)),
        PeriodGroup("2018", False, (0,)),
    )
