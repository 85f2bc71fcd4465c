import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import FAIR, growth
from strategies import DOCUMENTS, build_document

from s3assist.answer.find import enclosing, matchable, occurrences
from s3assist.answer.quote import LONGEST_LIST, MOST_SENTENCES, check, make_quotes
from s3assist.answer.read import Reading, with_chances
from s3assist.documents import Block, BlockKind, Document, Hit, Quote, Span
from s3assist.errors import IndexDamagedError
from s3assist.ingest.passages import PassageSize, cut_passages


def readings(document: Document, first_id: int = 1, most: int = 30) -> list[Reading]:
    """A reading of every sentence of a document, the earlier the better."""
    passages = cut_passages(
        document, lambda texts: [len(t.split()) for t in texts], PassageSize(most=most)
    )
    hits = [
        Hit(passage_id=first_id + i, passage=passage, document=document, score=1.0)
        for i, passage in enumerate(passages)
    ]
    places = [(hit, i) for hit in hits for i in range(len(hit.passage.sentences))]
    return with_chances(
        [Reading(hit, i, -20.0 * rank) for rank, (hit, i) in enumerate(places)], sharpness=0.65
    )


def close(*documents: Document) -> list[Reading]:
    """Readings of documents that answer nearly as well as each other."""
    found = [one for i, made in enumerate(documents) for one in readings(made, 100 * i + 1)]
    return with_chances(
        [replace(one, score=-0.1 * rank) for rank, one in enumerate(found)], sharpness=0.65
    )


def paragraphs(*texts: str, path: str = "notes/one.txt") -> Document:
    return build_document([Block(kind=BlockKind.PARAGRAPH, text=t) for t in texts], path)


@given(DOCUMENTS, st.text(max_size=30))
@settings(max_examples=200)
def test_every_quote_is_made_of_whole_sentences_of_its_document(
    document: Document, question: str
) -> None:
    sentences = {(s.start, s.end) for p in document.paragraphs for s in p.sentences}

    for quote in make_quotes(question, readings(document), most=20):
        inside = [s for s in sorted(sentences) if quote.start <= s[0] and s[1] <= quote.end]
        assert quote.start == inside[0][0]
        assert quote.end == inside[-1][1]
        lines = [s for s in inside if document.text[s[0] : s[1]].rstrip().endswith(":")]
        is_list = lines and document.kind_at(inside[-1][0]) is BlockKind.ITEM
        assert 1 <= len(inside) <= MOST_SENTENCES or (is_list and len(quote.text) <= LONGEST_LIST)
        assert all(quote.start <= e.start < e.end <= quote.end for e in quote.emphasis)


@given(DOCUMENTS)
def test_quotes_of_one_document_never_overlap(document: Document) -> None:
    quotes = sorted(make_quotes("which?", readings(document), most=50), key=lambda q: q.start)

    assert all(one.end <= other.start for one, other in itertools.pairwise(quotes))


def test_the_same_words_in_two_documents_are_one_quote_with_both_places() -> None:
    text = "Clusters account for about 19% of European jobs and for 22% of wages."
    one, other = paragraphs(text, path="a.txt"), paragraphs("Something else.", text, path="b.txt")

    quotes = make_quotes("How many jobs?", [*readings(one), *readings(other, 100)], most=5)

    assert [q.document.path for q in quotes] == ["a.txt", "b.txt"]
    assert [place.document.path for place in quotes[0].also] == ["b.txt"]
    assert quotes[0].also[0].text == text


def test_nearly_the_same_statement_is_not_said_twice() -> None:
    one = paragraphs("The fund paid 30 million euro to clusters in 2019.", path="a.txt")
    other = paragraphs("The fund paid 30 million euro to the clusters in 2019.", path="b.txt")

    (quote,) = make_quotes("How much?", [*readings(one), *readings(other, 100)], most=5)

    assert quote.also == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25 per cent of the fund goes to clusters.", "5 per cent of the fund goes to clusters."),
        ("1.5 per cent of the fund goes to clusters.", "5 per cent of the fund goes to clusters."),
        ("1 200 firms were members in this year.", "200 firms were members in this year."),
        ("The budget of the fund is €5 million.", "The budget of the fund is $5 million."),
        ("Firms with staff < 250 may apply for it.", "Firms with staff > 250 may apply for it."),
        ("The jobs of clusters changed by −5%.", "The jobs of clusters changed by 5%."),
        (
            "The rate for less developed regions is set at 85% of eligible expenditure.",
            "The rate for less developed regions is set at 70% of eligible expenditure.",
        ),
        (
            "The rate for less developed regions is set at 70% of the eligible expenditure.",
            "The rate for less developed regions is 85%, for others it is set at 70% of the "
            "eligible expenditure.",
        ),
        (
            "The label of a cluster organisation is valid for two years after the audit.",
            "The label of a cluster organisation is valid for three years after the audit.",
        ),
        ("States may not use the fund for roads.", "States may use the fund for roads."),
        ("The fund paid 10⁶ euros for clusters.", "The fund paid 10⁹ euros for clusters."),
        ("States can’t use the fund for roads.", "States can use the fund for roads."),
    ],
)
def test_a_contrary_statement_has_a_quote_of_its_own(one: str, other: str) -> None:
    for texts in ((one, other), (other, one)):
        first, second = (paragraphs(text, path=f"{i}.txt") for i, text in enumerate(texts))

        quotes = make_quotes("What is it?", close(first, second), most=5)

        assert [quote.text for quote in quotes] == list(texts)
        assert [quote.also for quote in quotes] == [(), ()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The fund paid €30 million to clusters.", "The fund paid 30 million euro to clusters."),
        ("The fund paid EUR 1,200 to clusters.", "The fund paid EUR 1\u202f200 to clusters."),
        ("It is 5% of the jobs in clusters.", "It is 5 per cent of the jobs in clusters."),
        (
            "The fund has three strands for clusters of small firms in regions.",
            "The fund has 3 strands for clusters of small firms in regions.",
        ),
        (
            "(12) Regions need a strategy of their own to have money of the fund.",
            "(14) Regions need a strategy of their own to have money of the fund.",
        ),
        (
            "Regions need a strategy¹ of their own to have money of the fund.",
            "Regions need a strategy of their own to have money of the fund.",
        ),
        (
            "The money of the fund can’t be used by regions for their new roads.",
            "The money of the fund cannot be used by regions for their new roads.",
        ),
        (
            "The rules of Regulation No 1303/2013 hold for regions.",
            "The rules of Regulation 1303/2013 hold for regions.",
        ),
        (
            "In 2014-2020 clusters of firms changed by −5% in jobs.",
            "In 2014–2020 clusters of firms changed by -5% in jobs.",
        ),
    ],
)
def test_the_same_statement_written_in_another_way_is_not_said_twice(one: str, other: str) -> None:
    first, second = paragraphs(one, path="a.txt"), paragraphs(other, path="b.txt")

    quotes = make_quotes("What is it?", close(first, second), most=5)

    assert [quote.text for quote in quotes] == [one]


def test_a_sentence_of_a_longer_quote_is_not_said_twice() -> None:
    told = "It gave 30 million euro to clusters of small firms."
    one = paragraphs(f"The fund began in 2019. {told}", path="a.txt")
    other = paragraphs(told.replace("small firms", "firms"), path="b.txt")

    (quote,) = make_quotes("How much?", close(one, other)[1:], most=5)

    assert quote.text == one.text


def test_a_statement_that_two_documents_make_counts_as_much_as_both() -> None:
    told = "As of 2018 there were more than 120 strategies."
    one = paragraphs("There are 180 strategies.", told, path="a.txt")
    other = paragraphs(told, path="b.txt")
    first, second, *_ = readings(one)
    (third,) = readings(other, 100)

    def quoted(*chances: float) -> list[str]:
        shared = zip((first, second, third), chances, strict=True)
        read = [replace(reading, chance=chance) for reading, chance in shared]
        return [quote.text for quote in make_quotes("How many?", read, most=5)]

    sure = "There are 180 strategies."
    assert quoted(0.97, 0.012, 0.001) == [sure]
    assert quoted(0.97, 0.012, 0.012) == [sure, told]
    assert quoted(0.4, 0.35, 0.25) == [told, sure]


def test_a_sentence_that_opens_with_a_pronoun_brings_the_one_before_it() -> None:
    document = paragraphs("I3 is a fund of the ERDF. It has 570 million euro.")
    second = readings(document)[1]

    (quote,) = make_quotes("How much?", [second], most=1)

    assert quote.text == "I3 is a fund of the ERDF. It has 570 million euro."
    assert [document.text[e.start : e.end] for e in quote.emphasis] == ["570 million euro"]


def announced(*entries: str) -> Document:
    """A line that announces a list, its entries, and a paragraph after them."""
    return build_document(
        [Block(kind=BlockKind.PARAGRAPH, text="The steps are:")]
        + [Block(kind=BlockKind.ITEM, text=text) for text in entries]
        + [Block(kind=BlockKind.PARAGRAPH, text="The weather is fine.")]
    )


def test_a_line_that_announces_a_list_brings_all_entries() -> None:
    steps = ("analyse;", "govern;", "monitor;", "cooperate;", "review.")

    (quote, *_) = make_quotes("Which steps?", readings(announced(*steps)), most=1)

    assert quote.text == "The steps are:\n\nanalyse;\ngovern;\nmonitor;\ncooperate;\nreview."


def test_of_a_long_list_as_many_whole_entries_are_quoted_as_there_is_room_for() -> None:
    steps = [f"Step {i} is {'very ' * 30}long. It is {'very ' * 30}dull." for i in range(7)]

    (quote, *_) = make_quotes("Which?", readings(announced(*steps), most=1000), most=1)

    assert quote.text == "\n".join(["The steps are:\n", *steps[:5]])
    assert len(quote.text) <= LONGEST_LIST
    assert quote.entries_left == 2


def test_a_list_that_goes_on_in_the_next_passage_is_quoted_as_a_whole() -> None:
    steps = [f"Step {i} is {'very ' * 10}long." for i in range(12)]
    read = readings(announced(*steps))
    assert len({one.hit.passage_id for one in read}) > 3

    (quote, *_) = make_quotes("Which?", read, most=1)

    assert quote.text == "\n".join(["The steps are:\n", *steps])
    assert quote.entries_left == 0


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("What are the steps?", True),
        ("Which criteria are there?", True),
        ("Which five steps must be taken?", True),
        ("List the steps.", True),
        ("What does the fourth step do?", False),
        ("What is the fourth step?", False),
        ("Who cooperates?", False),
    ],
)
def test_where_several_are_asked_for_the_list_is_quoted_and_not_its_likeliest_entry(
    question: str, whole: bool
) -> None:
    document = announced("analyse;", "govern;", "monitor;", "cooperate;", "review.")
    scores = [0.0, -9.0, -9.0, -9.0, 4.0, -9.0, -9.0]
    read = [replace(one, score=s) for one, s in zip(readings(document), scores, strict=True)]
    sure = with_chances(sorted(read, key=lambda one: -one.score), sharpness=0.65)

    (quote, *_) = make_quotes(question, sure, most=1)

    assert (quote.text == "cooperate;") is not whole
    assert quote.text.startswith("The steps are:") is whole


def test_an_entry_that_answers_far_better_than_its_list_is_quoted_without_it() -> None:
    document = announced("analyse;", "govern;", "monitor;", "cooperate;", "review.")
    line, *rest = readings(document)
    scores = [0.0, -9.0, -9.0, -9.0, 9.0, -9.0, -9.0]
    read = [replace(one, score=score) for one, score in zip([line, *rest], scores, strict=True)]
    sure = with_chances(sorted(read, key=lambda one: -one.score), sharpness=0.65)

    (quote, *_) = make_quotes("What is the fourth step?", sure, most=1)

    assert quote.text == "cooperate;"


def test_an_amount_that_the_question_names_is_not_emphasised() -> None:
    document = paragraphs("In 2019 the fund paid 30 million euro.")

    (quote,) = make_quotes("How much was paid in 2019?", readings(document), most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == ["30 million euro"]


@pytest.mark.parametrize(
    ("sentence", "question", "emphasised"),
    [
        (
            "In 2020 it counts 2,950 clusters, which provide almost every fourth job in Europe.",
            "What share of jobs is in clusters?",
            ["every fourth"],
        ),
        ("In 2020 30 firms had 5% of the jobs.", "What share of jobs do they have?", ["5%"]),
        ("In 2020 it counts 2,950 clusters.", "How many clusters are there?", ["2,950"]),
        ("It has 30 staff and 5 million euro.", "What is its budget?", ["5 million euro"]),
        ("In 2019 250 firms joined.", "How many firms joined?", ["250"]),
        ("Some 10 000-12 000 firms joined 150 clusters.", "How many clusters?", ["150"]),
        ("It ran for 1 200 days.", "How long did it run?", ["1 200 days"]),
    ],
)
def test_of_the_numbers_of_a_sentence_what_is_asked_for_is_emphasised(
    sentence: str, question: str, emphasised: list[str]
) -> None:
    document = paragraphs(sentence)

    (quote,) = make_quotes(question, readings(document), most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == emphasised


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\u202f"])
@pytest.mark.parametrize("amount", ["EUR 1{}200 million", "1{}200,5 million euro", "€2{}500{}000"])
def test_a_number_with_spaces_between_its_thousands_is_emphasised_whole(
    amount: str, space: str
) -> None:
    written = amount.replace("{}", space)
    document = paragraphs(f"In 2021 the fund had {written} in all.")

    (quote,) = make_quotes("What is the budget of the fund?", readings(document), most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == [written]


def test_where_a_duration_is_asked_for_no_other_number_is_emphasised() -> None:
    document = paragraphs("The 30 projects of 2021 cost 5 million euro and run for three years.")

    (quote,) = make_quotes("How long do projects run?", readings(document), most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == ["three years"]


def test_a_quote_that_the_stored_text_does_not_hold_is_refused() -> None:
    stored = paragraphs("The fund paid 30 million euro.")
    forged = replace(stored, text=stored.text.replace("30", "90"))

    check(Quote(document=stored, start=0, end=10), stored)
    with pytest.raises(IndexDamagedError):
        check(Quote(document=forged, start=0, end=30), stored)
    with pytest.raises(IndexDamagedError):
        check(Quote(document=stored, start=0, end=10_000), stored)


@pytest.mark.parametrize(
    ("text", "phrase", "raw"),
    [
        ("The eco\u00adnomy grows.", "economy", "eco\u00adnomy"),
        ("A ﬁrst step.", "FIRST  step", "ﬁrst step"),
        ("In 2014–2020 it rose.", "2014-2020", "2014–2020"),
        ("La re\u0301gion paie.", "région", "re\u0301gion"),
        ("Le cafe\u0301 paie.", "le café", "Le cafe\u0301"),
        ("Le cafe\u0323\u0301\u00ad paie.", "cafe", "cafe\u0323\u0301"),
        ("😀 They’re 𝔘nited.", "they're", "They’re"),
        ("It is\r\n so.", "it is so", "It is so"),
        ("See [sic] here.", "[sic]", "[sic]"),
        ("Clusters³ grow.", "clusters", "Clusters"),
        ("It has 10⁶ firms.", "10⁶ firms", "10⁶ firms"),
    ],
)
def test_a_phrase_is_found_whatever_its_typography_and_shown_raw(
    text: str, phrase: str, raw: str
) -> None:
    document = paragraphs(text.replace("\r\n", ""))
    wanted = matchable(phrase)[0].strip()

    (quote,) = occurrences(document, wanted)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == [raw]
    assert quote.text in document.text


def test_a_phrase_that_ends_a_heading_keeps_its_last_accent() -> None:
    document = build_document([Block(kind=BlockKind.HEADING, text="Le cafe\u0301", level=1)])

    (quote,) = occurrences(document, matchable("café")[0])

    assert quote.text == "cafe\u0301"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Specialisation.", "special"),
        ("It has 10⁶ firms.", "106 firms"),
        ("It has 10⁶ firms.", "10"),
        ("It has ½ million jobs.", "2 million jobs"),
    ],
)
def test_a_phrase_is_not_found_inside_a_word_or_a_number(text: str, phrase: str) -> None:
    assert list(occurrences(paragraphs(text), matchable(phrase)[0])) == []


@given(DOCUMENTS, st.data())
def test_any_piece_of_a_document_is_found_where_it_stands(
    document: Document, data: st.DataObject
) -> None:
    spans = [s for p in document.paragraphs for s in p.sentences]
    if not spans:
        return
    span = data.draw(st.sampled_from(spans))
    wanted = matchable(document.text[span.start : span.end])[0].strip()
    if not wanted:
        return

    found = list(occurrences(document, wanted))

    assert any(q.start <= span.start and span.end <= q.end for q in found)


@given(DOCUMENTS, st.data())
def test_a_place_is_shown_with_the_whole_sentences_that_it_touches(
    document: Document, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(document.text) - 1))
    found = Span(start, data.draw(st.integers(start + 1, len(document.text))))

    around = enclosing(document, found)

    sentences = [s for p in document.paragraphs for s in p.sentences if s.overlaps(found)]
    starts, ends = [s.start for s in sentences], [s.end for s in sentences]
    assert around == Span(min([found.start, *starts]), max([found.end, *ends]))


@pytest.mark.parametrize("together", [True, False])
def test_places_are_found_in_a_time_in_proportion_to_the_document(together: bool) -> None:
    def document_of(size: int) -> Document:
        texts = ["The fund pays."] * size
        return paragraphs(" ".join(texts)) if together else paragraphs(*texts)

    documents = {size: document_of(size) for size in (1_500, 6_000)}

    assert growth(lambda size: list(occurrences(documents[size], "fund")), 1_500) < FAIR


def test_a_neighbour_that_answers_as_well_joins_the_quote() -> None:
    document = paragraphs("I3 has a strand one. I3 has a strand two. The weather is fine.")
    one, two, three = readings(document)
    close = with_chances([one, replace(two, score=one.score - 0.5), three], sharpness=0.65)

    (quote, *_) = make_quotes("Which strands has I3?", close, most=1)

    assert quote.text == "I3 has a strand one. I3 has a strand two."


def test_the_words_that_the_reader_points_at_are_emphasised() -> None:
    document = paragraphs("The fund is run by the ministry of trade in the capital.")
    (one,) = readings(document)
    start = document.text.index("the ministry")
    pointed = replace(one, words=Span(start, start + len("the ministry of trade")))

    (quote,) = make_quotes("Who runs the fund?", [pointed], most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == ["the ministry of trade"]


def test_of_several_amounts_the_one_that_the_reader_points_at_is_emphasised() -> None:
    document = paragraphs("The fund paid 30 million euro to 12 clusters.")
    (one,) = readings(document)
    start = document.text.index("12")
    pointed = replace(one, words=Span(start, start + len("12 clusters")))

    (quote,) = make_quotes("How many clusters were paid?", [pointed], most=1)

    assert [document.text[e.start : e.end] for e in quote.emphasis] == ["12"]
