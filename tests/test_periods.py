"""Years and programming periods in questions and texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3assist.answer.periods import (
    Period,
    Wanted,
    agreement,
    is_of_another_time,
    mentions,
    period_of,
    programming_period,
    spell_out,
    wanted,
)
from s3assist.documents import Block, BlockKind, Document, Extract, Metadata
from s3assist.ingest.source import document_from

TODAY = date(2026, 11, 25)


def document(*texts: str, heading: str = "", title: str = "", dated: str = "") -> Document:
    blocks = [Block(kind=BlockKind.HEADING, text=heading, level=1)] if heading else []
    blocks += [Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts]
    return document_from(
        Extract(blocks=tuple(blocks)), "a.md", "markdown", "", Metadata(title=title, date=dated)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in 2014-2020", ["2014-2020"]),
        ("for 2014–20 and 2021–2027", ["2014-2020", "2021-2027"]),
        ("from 2007 to 2013", ["2007-2013"]),
        ("on 14 February 2020.", ["2020"]),
        ("the panorama (2019)", ["2019"]),
        ("Horizon 2020 and the Europe 2020 strategy", []),
        ("Regulation (EU) 2021/1060, COM(2017) 376, Special Report 15/2017", []),
        ("Regulation (EU) 2016/2031, (EU, Euratom) 2018/20 and (EU)2018/2019", []),
        ("Directive 2014/24, Decision No 2019/20", []),
        ("in 2014/2020, in 2019/20", ["2014-2020", "2019-2020"]),
        ("adopted on 2009-10-15 and 2010-12-31.", ["2009", "2010"]),
        ("in 2009-10, by 2010-2012", ["2009-2010", "2010-2012"]),
        ("the last period (2014–20)", ["2014-2020"]),
        ("call I3-2026-CAP2B of contract EASME/COSME/2016/035", []),
        ("2,020 clusters and 1.2019 percent", []),
    ],
)
def test_years_are_told_from_names_and_numbers(text: str, found: list[str]) -> None:
    assert [str(period) for period in mentions(text)] == found


@pytest.mark.parametrize(
    ("question", "period", "named"),
    [
        ("What did the ERDF pay in 2014-2020?", Period(2014, 2020), True),
        ("What did the 2019 edition find?", Period(2019, 2019), True),
        ("Which rules apply post-2020?", Period(2021, 2100), False),
        ("Which rules applied as of 2016?", Period(1900, 2016), False),
        ("What was the rule before 2014?", Period(1900, 2013), False),
        ("Who has run it since 2018?", Period(2018, 2100), False),
        ("What does the 2019 edition say about 2014-2020?", Period(2019, 2019), True),
        ("What did the ex-post 2007-2013 evaluation find?", Period(2007, 2013), True),
        ("What did the evaluation ex post 2014-2020 find?", Period(2014, 2020), True),
        ("What happened thereafter 2020?", Period(2020, 2020), True),
        ("Who ran it till 2016?", Period(1900, 2016), False),
    ],
)
def test_the_time_that_a_question_asks_about(question: str, period: Period, named: bool) -> None:
    assert wanted(question) == Wanted(period, named)


@pytest.mark.parametrize(
    "question",
    [
        "What changed between 2014-2020 and 2021-2027?",
        "What is Horizon 2020?",
        "What does Regulation (EU) 2016/2031 require?",
        "Why?",
    ],
)
def test_a_question_about_no_time_or_several_wants_none(question: str) -> None:
    assert wanted(question) is None


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("the budget of the current period?", "the budget of the current period (2021-2027)?"),
        ("in the last programming period", "in the last programming period (2014-2020)"),
        ("in the next EU budget period", "in the next EU budget period (2028-2034)"),
        ("in the next period (money)?", "in the next period (2028-2034) (money)?"),
        ("this period of 2014-2020", "this period of 2014-2020"),
        ("the current period (2021-2027)", "the current period (2021-2027)"),
        ("in this programming period", "in this programming period (2021-2027)"),
        ("in the current MFF", "in the current MFF (2021-2027)"),
        (
            "the next multiannual financial framework",
            "the next multiannual financial framework (2028-2034)",
        ),
        ("the last EU financial perspective", "the last EU financial perspective (2014-2020)"),
        ("the 2021-27 budget", "the 2021-2027 budget"),
        ("in 2014/20?", "in 2014-2020?"),
        ("post 2014–20", "post 2014-2020"),
        ("the cohesion budget 21-27", "the cohesion budget 2021-2027"),
        ("in 07-13?", "in 2007-2013?"),
        ("people aged 14-20?", "people aged 14-20?"),
        ("14-20 clusters", "14-20 clusters"),
        ("Regulation (EU) 2021/27", "Regulation (EU) 2021/27"),
        ("this framework", "this framework"),
        ("the current policy framework", "the current policy framework"),
        ("from the future perspective", "from the future perspective"),
        ("in the next framework programme", "in the next framework programme"),
        ("in this period", "in this period"),
    ],
)
def test_spoken_periods_get_their_years(question: str, spelled: str) -> None:
    assert spell_out(question, TODAY) == spelled


@given(st.integers(2000, 2090))
def test_every_year_lies_in_one_programming_period(year: int) -> None:
    period = programming_period(year)

    assert period.holds(Period(year, year))
    assert period.last - period.first == 6
    assert wanted(f"in {period}") == Wanted(period)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_years(text: str) -> None:
    assert all(1900 <= period.first <= period.last for period in mentions(text))
    assert spell_out(spell_out(text, TODAY), TODAY) == spell_out(text, TODAY)


def fit_of(question: str, made: Document) -> float:
    asked = wanted(question)
    assert asked is not None
    return agreement(asked, made, made.paragraphs[-1].start, len(made.text))


def test_a_text_of_the_period_fits_better_than_one_of_another_or_of_none() -> None:
    question = "How much did the ERDF have in 2014-2020?"
    of_it = fit_of(question, document("The ERDF had EUR 185 billion in 2014-2020."))
    of_a_year_in_it = fit_of(question, document("In 2016 the ERDF had less."))
    of_none = fit_of(question, document("The ERDF is a fund."))
    of_another = fit_of(question, document("The ERDF has EUR 226 billion in 2021-2027."))

    assert of_it > of_a_year_in_it > of_none > of_another


def test_a_heading_says_of_what_time_a_text_is_that_names_none() -> None:
    made = document("It was a strategy.", heading="The period 2014-2020", dated="2026")

    assert fit_of("What was needed in 2014-2020?", made) == 1
    told = period_of(made, made.paragraphs[-1].start, len(made.text))
    assert told is not None
    assert (str(told.period), told.stated) == ("2014-2020", True)


def test_the_date_of_a_document_is_a_weak_hint() -> None:
    of_then, later = document("It is so.", dated="2015-03"), document("It is so.", dated="2022")

    assert fit_of("What was so as of 2016?", of_then) > 0 > fit_of("What was so as of 2016?", later)
    told = period_of(later, 0, len(later.text))
    assert told is not None
    assert (str(told.period), told.stated) == ("2022", False)


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("How many were SMEs in 2010?", "SMEs were 63 % of them in 2013.", True),
        ("How many were SMEs in 2010?", "SMEs were 50 % in 2010 and 63 % in 2013.", False),
        ("How many were SMEs in 2010?", "SMEs were 63 % of them.", False),
        ("What is the budget for 2018-2021?", "For 2014-2017 it is EUR 228 million.", True),
        ("What is the budget for 2016?", "For 2014-2017 it is EUR 228 million.", False),
        ("What is the budget for 2014-2020?", "In 2016 it was EUR 30 million.", False),
    ],
)
def test_a_sentence_of_another_time_is_told_from_one_that_names_none(
    question: str, text: str, other: bool
) -> None:
    asked = wanted(question)
    assert asked is not None
    assert is_of_another_time(asked, text) is other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The 2014-2020 rules held back 6% for a review in 2019.", "2014-2020"),
        ("It had to be met by the end of 2016 under the rules of 2014-2020.", "2014-2020"),
        ("In August 2021 there were 3,000, in November 2020 only 250.", ""),
        ("For 2007-2013, 2014-2020 and 2021-2027 the figures differ.", ""),
    ],
)
def test_the_one_time_that_a_sentence_speaks_of(text: str, told: str) -> None:
    made = document(text, dated="2026")

    found = period_of(made, 0, len(made.text))

    assert (str(found.period) if found else "") == told
