"""The reading model and the confidence on real vectors of the bundled encoder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from s3assist.answer import abstain
from s3assist.answer.align import OUTSIDE, align_passage, align_question
from s3assist.answer.quote import make_quotes
from s3assist.answer.read import Reading, SentenceReader
from s3assist.answer.retrieve import Filters, prepare, retrieve
from s3assist.errors import NotInCorpusError
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.ingest.sync import sync

NOTES = {
    "fund.txt": "The harbour fund\n\nThe harbour fund was set up in 2016 by the ministry of trade. "
    "It has a budget of 42 million euro for seven years. "
    "Firms with fewer than 50 employees may apply. The fund is named after a lighthouse.\n",
    "label.txt": "The gold label\n\nThe gold label is awarded to well-managed clusters. "
    "The label is valid for three years. An assessor visits each organisation for two days.\n",
    "cafe.txt": "The canteen\n\nThe canteen serves soup on Mondays and fish on Fridays. "
    "Coffee is sold from eight in the morning.\n",
}


@pytest.fixture(scope="module")
def generation(
    tmp_path_factory: pytest.TempPathFactory, encoders: Path
) -> Iterator[OpenGeneration]:
    root = tmp_path_factory.mktemp("read")
    (root / "corpus").mkdir()
    (root / "index").mkdir()
    for name, text in NOTES.items():
        (root / "corpus" / name).write_text(text)
    (root / "index" / "encoders").symlink_to(encoders, target_is_directory=True)
    layout = IndexLayout(root / "index")
    sync(root / "corpus", layout)
    reader = IndexReader(layout)
    with reader.generation() as opened:
        yield opened
    reader.close()


def read(generation: OpenGeneration, question: str) -> list[Reading]:
    hits = retrieve(generation, prepare(generation, question), 20)
    return SentenceReader(generation).read(question, hits)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much money does the harbour fund have?", "42 million"),
        ("Who set up the harbour fund?", "ministry of trade"),
        ("Which firms can apply to the harbour fund?", "fewer than 50"),
        ("How long is the gold label valid?", "three years"),
        ("What can one eat in the canteen on Fridays?", "fish on Fridays"),
    ],
)
def test_the_sentence_that_answers_is_quoted_first(
    generation: OpenGeneration, question: str, answer: str
) -> None:
    assert answer in make_quotes(question, read(generation, question), most=3)[0].text


def test_every_sentence_of_the_hits_is_read_once(generation: OpenGeneration) -> None:
    readings = read(generation, "When was the fund set up?")

    places = [(r.hit.passage_id, r.position) for r in readings]
    assert len(places) == len(set(places)) == 9


def test_an_off_topic_question_is_less_sure_than_one_that_is_answered(
    generation: OpenGeneration,
) -> None:
    answered = abstain.confidence(read(generation, "How long is the gold label valid?"))
    strange = abstain.confidence(read(generation, "Who won the football world cup in 1998?"))

    assert strange < abstain.BAR < answered


def test_nothing_read_is_no_confidence() -> None:
    assert abstain.confidence([]) == 0.0


def test_tokens_know_their_sentence(generation: OpenGeneration) -> None:
    hit = retrieve(generation, prepare(generation, "harbour fund budget"), 1)[0]

    aligned = align_passage(generation.encoder, hit.document, hit.passage, generation.rarity)

    numbers = list(dict.fromkeys(aligned.sentence.tolist()))
    assert numbers == [OUTSIDE, *range(len(hit.passage.sentences))]
    assert len(aligned.words) == len(aligned.vectors) == len(aligned.rarity)


def test_question_words_carry_no_weight(generation: OpenGeneration) -> None:
    asked = align_question(generation.encoder, "What is the budget?", generation.rarity)

    assert {w for w in asked.words if w} == {"budget"}


def test_filters_that_no_document_passes_are_named(generation: OpenGeneration) -> None:
    with pytest.raises(NotInCorpusError, match="No document"):
        retrieve(generation, prepare(generation, "fund"), 5, Filters(kinds=("strategy",)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(documents=("label",)), {"label.txt"}),
        (Filters(documents=("fund.txt", "cafe.txt")), {"fund.txt", "cafe.txt"}),
        (Filters(kinds=("TEXT",)), {"fund.txt", "label.txt", "cafe.txt"}),
        (Filters(languages=("EN",)), {"fund.txt", "label.txt", "cafe.txt"}),
    ],
)
def test_only_documents_that_pass_the_filters_are_found(
    generation: OpenGeneration, filters: Filters, expected: set[str]
) -> None:
    hits = retrieve(generation, prepare(generation, "What is it?"), 20, filters)

    assert {hit.document.path for hit in hits} == expected
