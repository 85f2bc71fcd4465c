"""The reading model and the confidence on real vectors of the bundled encoder."""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest

from s3assist.answer import abstain
from s3assist.answer.quote import make_quotes
from s3assist.answer.read import FIRST, Reading, ranked_by_reading, read
from s3assist.answer.readers import (
    OFF,
    Calibration,
    PassageReader,
    PassageReading,
    PassageText,
    open_reader,
)
from s3assist.answer.readers.bundled import UNREAD, BundledReader
from s3assist.answer.retrieve import Filters, prepare, retrieve
from s3assist.documents import Metadata, Span
from s3assist.encode import open_encoder
from s3assist.errors import EncoderError, NotInCorpusError
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, LiveDocument, OpenGeneration
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
    with indexed(tmp_path_factory.mktemp("read"), encoders, NOTES) as opened:
        yield opened


@contextmanager
def indexed(root: Path, encoders: Path, notes: dict[str, str]) -> Iterator[OpenGeneration]:
    """The index of these files."""
    (root / "corpus").mkdir()
    (root / "index").mkdir()
    for name, text in notes.items():
        (root / "corpus" / name).write_text(text)
    (root / "index" / "encoders").symlink_to(encoders, target_is_directory=True)
    layout = IndexLayout(root / "index")
    sync(root / "corpus", layout)
    reader = IndexReader(layout)
    with reader.generation() as opened:
        yield opened
    reader.close()


def read_with(
    generation: OpenGeneration, question: str, reader: PassageReader | None = None
) -> list[Reading]:
    hits = retrieve(generation, prepare(generation, question), 20)
    return read(question, hits, reader or open_reader(), generation)


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
    assert answer in make_quotes(question, read_with(generation, question), most=3)[0].text


@pytest.mark.slow
def test_of_several_meetings_the_last_one_is_quoted(tmp_path: Path, encoders: Path) -> None:
    notes = {
        "old.txt": "Last but not least, the Harbour Clusters Conference (9-11 November 2020), held "
        "in Oulu with the ministry, will be a great opportunity for all clusters.\n",
        "new.txt": "Conferences\n\nThe eighth Harbour Clusters Conference took place in Malmö in "
        "September 2022.\n\nThe ninth Harbour Clusters Conference took place in Vaasa in May "
        "2024.\n",
    }
    with indexed(tmp_path, encoders, NOTES | notes) as opened:
        for question in (
            "Where did the last Harbour Clusters Conference take place?",
            "When was the most recent Harbour Clusters Conference?",
        ):
            assert "Vaasa" in read_with(opened, question)[0].text


def test_every_sentence_of_the_hits_is_read_once(generation: OpenGeneration) -> None:
    readings = read_with(generation, "When was the fund set up?")

    places = [(r.hit.passage_id, r.position) for r in readings]
    assert len(places) == len(set(places)) == 9
    assert sum(reading.chance for reading in readings) == pytest.approx(1.0)


def test_the_reader_points_at_words_of_the_sentence(generation: OpenGeneration) -> None:
    for reading in read_with(generation, "How long is the gold label valid?"):
        assert reading.words is not None
        assert reading.sentence.start <= reading.words.start < reading.words.end
        assert reading.words.end <= reading.sentence.end

    best = read_with(generation, "How long is the gold label valid?")[0]
    assert best.words is not None
    assert "three years" in best.hit.document.text[best.words.start : best.words.end]


def test_a_score_is_the_weighed_sum_of_its_factors(generation: OpenGeneration) -> None:
    for reading in read_with(generation, "Who set up the harbour fund?"):
        total = sum(factor.value * factor.weight for factor in reading.factors)
        assert reading.score == pytest.approx(total)


def test_an_off_topic_question_is_less_sure_than_one_that_is_answered(
    generation: OpenGeneration,
) -> None:
    calibration = open_reader().calibration
    answered = read_with(generation, "How long is the gold label valid?")
    strange = read_with(generation, "Who won the football world cup in 1998?")

    sure, unsure = (abstain.confidence(one, calibration) for one in (answered, strange))
    assert unsure < calibration.bar < sure
    factors = abstain.factors(answered, calibration)
    log_odds = sum(factor.value * factor.weight for factor in factors)
    assert sure == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_nothing_read_is_no_confidence() -> None:
    assert abstain.confidence([], open_reader().calibration) == 0.0


def test_a_passage_longer_than_the_window_is_read_in_parts() -> None:
    filler = "The fund pays for clusters and regions in many ways. "
    text = filler * 59 + "The gold label is valid for three years."
    sentences = [Span(i * 53, i * 53 + 52) for i in range(59)] + [Span(59 * 53, len(text))]
    passage = PassageText("A note", text, tuple(sentences))

    (reading,) = open_reader().read("How long is the gold label valid?", [passage])

    assert len(reading.sentences) == len(reading.words) == 60
    assert all(reading.sentences > UNREAD)
    assert reading.sentences.argmax() == 59
    assert reading.answers > 0
    words = reading.words[59]
    assert words is not None
    assert "three years" in text[words.start : words.end]


@pytest.mark.parametrize("words", [0, 20, 80, 300])
def test_a_long_heading_takes_no_room_from_the_passage(words: int) -> None:
    heading = " · ".join(["Common provisions", *["laying down financial rules"] * (words // 4)])
    text = "Each region has an office of its own, which works by rules of its own. " * 8
    text += "The gold label is valid for three years."
    sentences = [Span(i * 71, i * 71 + 70) for i in range(8)] + [Span(8 * 71, len(text))]
    passage = PassageText(heading, text, tuple(sentences))

    (reading,) = open_reader().read("How long is the gold label valid?", [passage])

    assert reading.sentences.argmax() == 8
    assert reading.sentences[8] > 0


def test_a_sentence_that_no_part_has_room_for_is_read_as_far_as_it_goes() -> None:
    text = "The gold label is valid for three years, " + "and it pays for regions, " * 200
    passage = PassageText("A note", text, (Span(0, len(text)),))

    (reading,) = open_reader().read("How long is the gold label valid?", [passage])

    assert reading.sentences[0] > UNREAD
    assert reading.words[0] is not None


def test_readings_come_back_in_the_order_of_the_passages() -> None:
    texts = ["Fish is served on Fridays.", "The label is valid for three years. " * 3, "It rains."]
    passages = [PassageText("", text, (Span(0, len(text)),)) for text in texts]
    reader = open_reader()

    together = reader.read("How long is the label valid?", passages)
    alone = [reader.read("How long is the label valid?", [one])[0] for one in passages]

    assert [r.answers for r in together] == pytest.approx([r.answers for r in alone], abs=1e-3)
    assert max(range(3), key=lambda i: together[i].answers) == 1


@dataclass
class Counting:
    """The shipped reader with another ceiling; counts what it reads."""

    ceiling: float
    passages: int = 0

    @property
    def calibration(self) -> Calibration:
        return replace(open_reader().calibration, ceiling=self.ceiling)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        self.passages += len(passages)
        return open_reader().read(question, passages)


def test_hits_that_can_not_win_are_not_read(generation: OpenGeneration) -> None:
    question = "How much money does the harbour fund have?"
    hits = retrieve(generation, prepare(generation, question), 20) * 5
    patient, hasty = Counting(ceiling=1e9), Counting(ceiling=-1e9)

    everything = read(question, hits, patient, generation)
    first = read(question, hits, hasty, generation)

    assert patient.passages == len(hits)
    assert hasty.passages == FIRST < len(hits)
    assert first[0].text == everything[0].text
    ranked = ranked_by_reading(hits, first, patient.calibration)
    assert sorted(map(id, ranked)) == sorted(map(id, hits))


def test_words_alone_find_a_sentence_when_no_model_is_wanted(generation: OpenGeneration) -> None:
    readings = read_with(generation, "What is the budget in euro?", open_reader(OFF))

    assert "42 million" in readings[0].text


def save_cross_encoder(folder: Path, activation: str = "") -> None:
    """A tiny model with large scores; `activation` as sentence-transformers writes it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"fund label million the budget".split()]
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 1000
    model.save_pretrained(folder)
    if activation:
        form = json.loads((folder / "config.json").read_text())
        form["sentence_transformers"] = {"activation_fn": activation}
        (folder / "config.json").write_text(json.dumps(form))


@pytest.mark.slow
def test_any_cross_encoder_can_read(generation: OpenGeneration, tmp_path: Path) -> None:
    save_cross_encoder(tmp_path)

    readings = read_with(generation, "the budget of the fund", open_reader(str(tmp_path)))

    assert len(readings) == 9
    assert 0.0 < abstain.confidence(readings, open_reader(str(tmp_path)).calibration) < 1.0


@pytest.mark.slow
def test_a_cross_encoder_is_read_whatever_activation_it_names(tmp_path: Path) -> None:
    text = "the fund. a label. the budget million."
    passage = PassageText("", text, (Span(0, 9), Span(10, 18), Span(19, len(text))))
    scores = []
    for activation in ("linear.Identity", "activation.Sigmoid"):
        folder = tmp_path / activation
        save_cross_encoder(folder, f"torch.nn.modules.{activation}")
        scores.append(open_reader(str(folder)).read("the budget", [passage])[0].sentences)

    assert scores[0] == pytest.approx(scores[1])
    assert max(abs(scores[0])) > 1.0
    assert len(set(scores[0])) == 3


@pytest.mark.slow
def test_pickled_weights_of_a_cross_encoder_are_never_read(tmp_path: Path) -> None:
    import torch

    save_cross_encoder(tmp_path)
    torch.save({}, tmp_path / "pytorch_model.bin")
    (tmp_path / "other").mkdir()
    weights = (tmp_path / "model.safetensors").rename(tmp_path / "other" / "model.safetensors")

    with pytest.raises(EncoderError, match=r"model\.safetensors"):
        open_reader(str(tmp_path))

    weights.unlink()
    with pytest.raises(EncoderError, match="No safetensors weights"):
        open_reader(str(tmp_path))


def test_a_folder_that_is_no_cross_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=str(tmp_path)):
        open_reader(str(tmp_path))


def test_a_model_below_the_home_of_nobody_is_named() -> None:
    with pytest.raises(EncoderError, match="~no-such-user/model"):
        open_reader("~no-such-user/model")


def test_a_name_of_no_model_is_blamed_on_its_own_setting(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="`reader`") as reader:
        open_reader("nosuch")
    with pytest.raises(EncoderError, match="`encoder`") as encoder:
        open_encoder("nosuch", tmp_path)

    assert "Set `reader` to" in reader.value.hint
    assert "Set `encoder` to" in encoder.value.hint


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"no model")

    with pytest.raises(EncoderError, match="can't be opened"):
        BundledReader(
            str(tmp_path / "reader.onnx"),
            str(tmp_path / "tokenizer.json"),
            open_reader().calibration,
        )


def test_the_calibration_was_fitted_for_the_weights_that_ship() -> None:
    weights = resources.files("s3assist.answer.readers").joinpath("reader.onnx").read_bytes()

    assert open_reader().calibration.weights == sha256(weights).hexdigest()


def test_the_sentence_that_spells_an_acronym_out_comes_first(
    tmp_path: Path, encoders: Path
) -> None:
    notes = (
        "The ERDF pays for roads. What the ERDF means to the regions is hard to say. "
        "Money comes from the European Regional Development Fund (ERDF) in most cases."
    )
    with indexed(tmp_path, encoders, {"erdf.txt": notes}) as generation:
        readings = read_with(generation, "What does ERDF stand for?")

    assert readings[0].text.startswith("Money comes")
    document, words = readings[0].hit.document, readings[0].words
    assert words is not None
    assert document.text[words.start : words.end] == "European Regional Development Fund"
    assert abstain.confidence(readings, open_reader().calibration) > 0.6


def test_the_sentence_that_says_what_a_thing_is_comes_first(tmp_path: Path, encoders: Path) -> None:
    notes = (
        "Partnerships prepare joint projects in smart specialisation areas that regions share. "
        "In one account, smart specialisation is the capacity of a region to find new fields. "
        "An observatory gathers smart specialisation strategies and tags their priorities."
    )
    with indexed(tmp_path, encoders, {"s3.txt": notes}) as generation:
        readings = read_with(generation, "What is smart specialisation?")

    assert readings[0].text.startswith("In one account")
    assert [r.evidence.definition for r in readings if r.evidence] == [1.0, 0.0, 0.0]


def test_a_passage_is_read_for_the_acronym_that_its_document_introduced(
    tmp_path: Path, encoders: Path
) -> None:
    notes = (
        "# Before\n\nThe Harbour Town Agency (HTA) was set up by law.\n\n"
        "# Rules\n\nAll rules are printed. The HTA pays for the dredging of the inner basin.\n"
    )
    with indexed(tmp_path, encoders, {"notes.md": notes}) as generation:
        by_name = read_with(generation, "Does the Harbour Town Agency pay for dredging?")
        by_acronym = read_with(generation, "Does the HTA pay for dredging?")

    assert by_name[0].text.startswith("The HTA pays")
    assert by_name[0].evidence
    assert by_acronym[0].evidence
    assert by_name[0].evidence.sentence == pytest.approx(by_acronym[0].evidence.sentence, abs=1e-3)


def test_what_was_told_just_before_is_not_the_answer(generation: OpenGeneration) -> None:
    question = "Why? Who set up the harbour fund?"
    hits = retrieve(generation, prepare(generation, question), 20)
    told = "The harbour fund was set up in 2016 by the ministry of trade."
    reader = open_reader()

    again = read(question, hits, reader, generation)
    other = read(question, hits, reader, generation, (told,))

    assert again[0].text == told
    assert other[0].text != told
    before, after = (abstain.confidence(r, reader.calibration) for r in (again, other))
    assert after < before


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


def test_a_whole_path_is_the_name_of_that_document_alone(tmp_path: Path) -> None:
    library = [
        LiveDocument(number, path, "", "markdown", Metadata())
        for number, path in enumerate(("report.md", "archive/report.md", "annual-report.md"))
    ]

    def found(*names: str) -> list[str]:
        return [document.path for document in Filters(documents=names).among(library)]

    assert found("report.md") == ["report.md"]
    assert found("archive", "report.md") == ["report.md", "archive/report.md"]
    assert found("report") == [document.path for document in library]


def test_a_turn_is_searched_beside_the_questions_before_it(generation: OpenGeneration) -> None:
    question = "How long does it last?"

    alone = retrieve(generation, prepare(generation, question), 3)
    scores = {}
    for before in ("What is the gold label?", "What is the harbour fund?"):
        hits = retrieve(generation, prepare(generation, question, (), question, (before,)), 3)
        scores[before] = {hit.document.path: hit.dense or 0.0 for hit in hits}
        assert hits[0].document.path in ("label.txt", "fund.txt")

    cosines = {hit.document.path: hit.dense or 0.0 for hit in alone}
    label, fund = scores.values()
    assert label["label.txt"] > cosines["label.txt"]
    assert fund["fund.txt"] > cosines["fund.txt"]
    assert label["label.txt"] > fund["label.txt"]


def test_an_older_question_counts_less(generation: OpenGeneration) -> None:
    label, fund = "What is the gold label?", "What is the harbour fund?"

    def first(before: tuple[str, ...]) -> str:
        search = prepare(generation, "How long does it last?", (), "", before)
        return retrieve(generation, search, 1)[0].document.path

    assert first((label, fund)) == "label.txt"
    assert first((fund, label)) == "fund.txt"
