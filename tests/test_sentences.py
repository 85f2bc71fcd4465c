import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import FAIR, growth

from s3assist.ingest.sentences import split

WHOLE = [
    "According to Art. 11(2) of the Regulation, the aid may be granted.",
    "Regulation (EU) No. 651/2014 declares some aid compatible.",
    "Some sectors, e.g. textiles and food, are traded.",
    "Others, i.e. Services and retail, are local.",
    "Member States earmarked €2.32 billion for clusters.",
    "2.32 billion Euro of investments are earmarked.",
    "The conference (9-11 November 2020) was planned in Berlin.",
    "See also Fig. 3, Tab. 2 and p. 14 of the annex.",
    "The U.S. Government and the E.U. agreed.",
    "Dr. Müller and Prof. Foray et al. (2019) disagree.",
    "It cost approx. €1.2 bn. per year.",
    "The St. Gallen model, cf. Recital 12, is well known.",
    "The European Commission (see COM(2017) 376 final. Brussels, 18.7.2017) says so.",
    "3. Member States shall notify the measures.",
    "(49) The partnership builds on earlier work.",
    "Clusters account for 19.5 % of jobs vs. 17 % before.",
    "He called it “policy running ahead of theory.”",
    "It is... or it is not.",
]
PAIRS = [
    ("The transition has to be fair.", "Member States' budgets must reflect it."),
    ("The 'framework' was set up in the 19th century.", "Between 1701 and 1750 the town grew."),
    ("These objectives were met.", "On 19 October the fund was opened."),
    ("(49) The new body builds on the old one.", "It is more ambitious."),
    ("Is it so?", "Yes, it is!"),
    ("EU’s role strengthens in the new world order.", "EU becomes a federation"),
    ("“The Treaties provide otherwise.”", "This means that the Commission may act."),
    ("The aid was approved in 2014.", "2014 was also the first year of the period."),
]


@pytest.mark.parametrize("sentence", WHOLE)
def test_a_sentence_of_policy_prose_stays_whole(sentence: str) -> None:
    assert [sentence[a:b] for a, b in split(sentence)] == [sentence]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_sentences_are_parted(first: str, second: str) -> None:
    text = f"{first} {second}"

    assert [text[a:b] for a, b in split(text)] == [first, second]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("de", "Das Gesetz vom 3. Mai 2012 gilt.", "Es wurde ca. 2015 geändert."),
        ("fr", "Selon l'art. 3, p. ex. les régions, etc., sont libres.", "Les autres suivent."),
        ("fi", "Strategia hyväksyttiin 3. toukokuuta 2020.", "Se on voimassa."),
        ("xx", "A language that nobody knows.", "Still two sentences."),
    ],
)
def test_other_languages_are_split_too(language: str, first: str, second: str) -> None:
    text = f"{first} {second}"

    assert [text[a:b] for a, b in split(text, language)] == [first, second]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_every_character_that_can_be_seen_lies_in_one_sentence(text: str) -> None:
    spans = split(text)

    covered = "".join(text[a:b] for a, b in spans)
    assert [c for c in covered if not c.isspace()] == [c for c in text if not c.isspace()]
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


PIECES = st.sampled_from(
    ["Art. 11(2)", "e.g.", "No. 651/2014", "€2.32 bn.", "“Quoted.”", "(so.)", "A cluster.",
     "Q1?", "naïve 😀",
     "e\u0301tat", "eco\u00adnomy", "3.", "1)", "St. Ives", "The end.", "\u00a0", "\r\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_nothing_is_lost_in_text_full_of_abbreviations(text: str) -> None:
    spans = split(text)

    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.parametrize(
    "unit",
    [
        "the region grew. ",
        "the region (grew. and grew. ",
        "The region grew. ",
        "1. ",
        "(It is. And so). ",
        "and so! ",
    ],
)
def test_sentences_take_time_in_proportion_to_the_paragraph(unit: str) -> None:
    assert growth(lambda size: split(unit * size), 400) < FAIR
