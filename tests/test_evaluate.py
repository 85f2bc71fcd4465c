"""The evaluation: figures worked out by hand, and the real documents where they are there."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from s3assist.documents import Document, Metadata, Page, Quote
from s3assist.errors import ConfigError
from s3assist.evaluate import Evaluation, evaluate
from s3assist.evaluate.beir import load_beir, read_query
from s3assist.evaluate.gold import default_corpus, load_gold
from s3assist.evaluate.matching import matches, names_any
from s3assist.evaluate.measure import sample
from s3assist.evaluate.metrics import (
    confidence_figures,
    latency,
    quote_figures,
    ranking_figures,
    refusal_figures,
)
from s3assist.evaluate.outcomes import Asked, Leg, Ranked, Stage
from s3assist.evaluate.pipeline import Pipeline, quoted_pages, shown
from s3assist.evaluate.report import Part
from s3assist.index.layout import IndexLayout
from s3assist.ingest.passages import PassageSize
from s3assist.ingest.source import SourceFile
from s3assist.ingest.sync import sync

SHARED = Path(__file__).parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "eval" / "s3gold").is_dir(), reason="../shared/eval/s3gold is not there"
)

LEGS = "A spider has eight legs and no wings."
SILK = "Most spiders spin a web of fine silk."
CHEESE = "Comté is a cheese made from unpasteurised milk in the Jura mountains."


def write_lines(file: Path, lines: Iterable[object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def prepared(index: Path, encoders: Path) -> Path:
    """An index folder that does not export the encoder again."""
    index.mkdir()
    (index / "encoders").symlink_to(encoders, target_is_directory=True)
    return index


# --- a tiny folder in BEIR layout ------------------------------------------------------------


@pytest.fixture(scope="module")
def beir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records. The record judged right is found first for one query, second for the other."""
    folder = tmp_path_factory.mktemp("beir") / "tiny"
    write_lines(
        folder / "corpus.jsonl",
        [
            {"_id": "spider", "title": "Spiders", "text": f"{LEGS} {SILK}"},
            {"_id": "cheese", "title": "Comté", "text": CHEESE},
        ],
    )
    write_lines(
        folder / "queries.jsonl",
        [
            {"_id": "q1", "text": "How many legs has a spider?", "answers": ["eight"]},
            {"_id": "q2", "text": "Do spiders spin silk?"},
            {"_id": "q3", "text": "Who won the tournament?", "answerable": False, "answers": [""]},
        ],
    )
    (folder / "qrels").mkdir()
    judgements = "query-id\tcorpus-id\tscore\nq1\tspider\t1\nq2\tcheese\t1\n"
    (folder / "qrels" / "test.tsv").write_text(judgements, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def on_beir(beir: Path, encoders: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    index = prepared(tmp_path_factory.mktemp("index") / "beir", encoders)
    return evaluate(beir, index=index)


def test_beir_rankings_are_as_worked_out_by_hand(on_beir: Evaluation) -> None:
    rankings = on_beir.parts[0].rankings

    assert on_beir.documents == 2
    assert on_beir.parts[0].ranked == 2
    assert rankings[Leg.FUSED] == pytest.approx(
        {
            "R@1": 0.5,
            "R@5": 1.0,
            "R@10": 1.0,
            "nDCG@10": (1 + 1 / math.log2(3)) / 2,
            "MRR@10": (1 + 1 / 2) / 2,
        }
    )
    assert rankings[Leg.DENSE] == pytest.approx(rankings[Leg.FUSED])


def test_a_record_without_a_word_of_the_question_is_not_found_by_words(on_beir: Evaluation) -> None:
    assert on_beir.parts[0].rankings[Leg.LEXICAL]["R@10"] == 0.5


def test_beir_answers_are_looked_for_in_quotes(on_beir: Evaluation) -> None:
    quotes = on_beir.parts[0].quotes

    assert quotes is not None
    assert (quotes.judged, quotes.first, quotes.in_three) == (1, 1.0, 1.0)
    assert quotes.page_in_five is None
    assert [refusal.unanswerable for refusal in on_beir.parts[0].refusal] == [1]


def test_a_second_run_embeds_nothing_and_measures_the_same(
    beir: Path, encoders: Path, tmp_path: Path
) -> None:
    index = prepared(tmp_path / "index", encoders)
    first = evaluate(beir, index=index, limit=1)
    steps = []
    second = evaluate(beir, index=index, limit=1, on_progress=lambda p: steps.append(p.step))

    assert "embedding" not in steps
    assert second.parts[0].rankings == first.parts[0].rankings
    assert [one.identity for one in second.details] == [one.identity for one in first.details]
    assert len(second.details) == 1


def test_the_report_is_json_and_text_and_the_details_are_lines(
    on_beir: Evaluation, tmp_path: Path
) -> None:
    plain = json.loads(json.dumps(on_beir.to_json()))
    on_beir.write_details(tmp_path / "details.jsonl")
    lines = (tmp_path / "details.jsonl").read_text(encoding="utf-8").splitlines()

    assert plain["parts"][0]["rankings"]["fused"]["R@1"] == 0.5
    assert "details" not in plain
    assert "lexical only" in on_beir.to_text()
    assert [json.loads(line)["identity"] for line in lines] == ["q1", "q2", "q3"]


def test_a_folder_in_neither_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no questions"):
        evaluate(tmp_path, index=tmp_path / "index")


def test_a_line_that_is_no_question_is_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "dev.jsonl", [{"question": "Where is the id?"}])

    with pytest.raises(ConfigError, match=r"dev\.jsonl"):
        load_gold(tmp_path)


@pytest.mark.parametrize("line", [f"q2\t{'x' * 200_000}\t1", "q2\tcheese", "q2\tcheese\tmuch"])
def test_a_judgement_that_is_none_is_refused_by_line(beir: Path, tmp_path: Path, line: str) -> None:
    folder = shutil.copytree(beir, tmp_path / "set")
    with (folder / "qrels" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    with pytest.raises(ConfigError, match=r": test\.tsv, line 4: "):
        load_beir(folder)


# --- a tiny gold folder ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_gold(encoders: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """Each sentence is a passage of its own: see `size`."""
    home = tmp_path_factory.mktemp("gold")
    documents = home / "tinydocs"
    documents.mkdir()
    (documents / "spiders.md").write_text(f"# Spiders\n\n{LEGS} {SILK}\n", encoding="utf-8")
    (documents / "cheese.md").write_text(f"# Comté\n\n{CHEESE}\n", encoding="utf-8")

    def question(name: str, text: str, quote: str, **more: object) -> dict[str, object]:
        place = {"answer_quote": quote, "pdf": "spiders.md", "page": None, "lang": "en"}
        return {"id": name, "question": text, "answerable": True, "type": "factoid"} | place | more

    legs = "How many legs has a spider?"
    write_lines(
        home / "tinygold" / "dev.jsonl",
        [
            question("right", legs, LEGS.replace("eight legs", "eight\nlegs").upper()),
            question("elsewhere", "What is Comté made from?", "x" * 40, also=[
                {"pdf": "cheese.md", "page": None, "quote": CHEESE}
            ]),
            question("unread", legs, "A spider has six legs."),
            question("split", legs, f"{LEGS} {SILK}"),
            question("other", legs, SILK),
            {"id": "none", "question": "Wer gewann?", "answerable": False, "type": "off_topic",
             "lang": "de"},
        ],
    )  # fmt: skip
    turns = [
        question("", legs, LEGS),
        question("", "And what do they spin?", SILK, rewrite="What do spiders spin?"),
    ]
    write_lines(home / "tinygold" / "talks.jsonl", [{"id": "talk", "turns": turns}])
    index = prepared(home / "index", encoders)
    return evaluate(home / "tinygold", index=index, size=PassageSize(most=12))


def part_named(evaluation: Evaluation, name: str) -> Part:
    return next(part for part in evaluation.parts if part.name == name)


def test_gold_is_reported_by_language_and_conversations_in_both_forms(on_gold: Evaluation) -> None:
    assert [(part.name, part.asked) for part in on_gold.parts] == [
        ("questions", 6),
        ("questions in English", 5),
        ("other languages", 1),
        ("stand-alone", 2),
        ("in conversation", 2),
    ]


def test_gold_quotes_are_right_whatever_their_spaces_and_case(on_gold: Evaluation) -> None:
    right_at = {one.identity: one.right_at for one in on_gold.details}

    assert right_at["right"] == 1
    assert right_at["elsewhere"] == 1
    assert right_at["unread"] is None
    assert right_at["talk.1"] == 1


def test_gold_pages_count_for_every_place_that_answers(on_gold: Evaluation) -> None:
    pages = {one.identity: one.page_at for one in on_gold.details}
    rankings = part_named(on_gold, "questions").rankings[Leg.FUSED]

    assert pages["right"] == 1
    assert pages["elsewhere"] == 1
    assert rankings["page@1"] == 1.0


def test_a_failure_names_the_stage_that_lost_the_answer(on_gold: Evaluation) -> None:
    stages = {failure.identity: failure.stage for failure in on_gold.failures}

    assert stages["unread"] is Stage.EXTRACTION
    assert stages["split"] is Stage.PASSAGES
    assert stages["other"] is Stage.CHOICE
    assert stages.get("right", Stage.ABSTENTION) is Stage.ABSTENTION
    assert "none" not in stages


def test_documents_of_a_gold_folder_stand_beside_it(tmp_path: Path) -> None:
    gold = tmp_path / "s3gold"
    gold.mkdir()

    assert default_corpus(gold) == gold
    (tmp_path / "s3docs").mkdir()
    assert default_corpus(gold) == tmp_path / "s3docs"


# --- what counts as right --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "key", "right"),
    [
        ("The state-of-the-art report.", "The state-of-the- art\nreport .", True),
        ("Co\u00adhesion policy is efficient.", "Cohesion policy is eﬃcient", True),
        ("First. The key itself. Last.", "the key itself", True),
        ("this is a large part of it", "this is a large part of it, not all", True),
        ("a small part", "a small part of a sentence that says much more than this", False),
        ("another sentence", "the key itself", False),
        ("…", "…", False),
    ],
)
def test_a_quote_is_compared_by_its_letters(quote: str, key: str, right: bool) -> None:
    assert matches(quote, key) is right


def test_a_short_answer_must_stand_as_a_whole_word() -> None:
    assert names_any("It opened in 12 towns.", ["12"])
    assert names_any("The one-year plan", ["one - year"])
    assert not names_any("It opened in 2012.", ["12"])
    assert not names_any("Anything", ["", "—"])


def test_empty_answers_of_a_query_are_no_answers() -> None:
    line = {"_id": 1, "text": "?", "answers": [""], "selected_sentences": [[], ["Yes .", ""]]}

    assert read_query(line).answers == ()
    assert read_query(line).sentences == ("Yes .",)


def test_pages_of_quotes_are_counted_once_and_in_order() -> None:
    document = Document(
        path="a.pdf", format="pdf", sha256="", metadata=Metadata(), text="x" * 30, paragraphs=(),
        pages=(Page(0, 1, "1"), Page(10, 2, "2"), Page(20, 3, "3")),
    )  # fmt: skip
    over_two = Quote(document=document, start=5, end=15)
    repeated = Quote(document=document, start=12, end=14)
    last = Quote(document=document, start=20, end=30, also=(repeated,))

    assert quoted_pages([over_two, repeated, last]) == ("a.pdf#1", "a.pdf#2", "a.pdf#3")


# --- figures ---------------------------------------------------------------------------------

RIGHT = Asked(
    identity="1", question="", understood_as="", answerable=True, kind="factoid", language="en",
    answered=True, confidence=0.9, milliseconds=100.0, judged=True, right_at=1, page_at=1,
)  # fmt: skip
REFUSED = replace(RIGHT, identity="2", answered=False, confidence=0.3, milliseconds=200.0)
THIRD = replace(RIGHT, identity="3", right_at=3, page_at=6)
NEAR_MISS = replace(
    RIGHT, identity="4", answerable=False, kind="near miss", confidence=0.6, judged=False,
    right_at=None, page_at=None,
)  # fmt: skip
OFF_TOPIC = replace(NEAR_MISS, identity="5", kind="off topic", answered=False, confidence=0.1)
ALL = [RIGHT, REFUSED, THIRD, NEAR_MISS, OFF_TOPIC]


def test_quote_figures_tell_what_is_right_from_what_is_shown() -> None:
    figures = quote_figures(ALL, pages=True)

    assert figures is not None
    assert figures.judged == 3
    assert figures.first == pytest.approx(2 / 3)
    assert figures.in_three == 1.0
    assert figures.shown_first == pytest.approx(1 / 3)
    assert figures.right_of_answered == pytest.approx(1 / 3)  # RIGHT of RIGHT, THIRD, NEAR_MISS
    assert figures.page_in_five == pytest.approx(2 / 3)
    assert quote_figures([NEAR_MISS]) is None


def test_refusals_are_measured_for_each_kind_of_unanswerable_question() -> None:
    by_kind = {figures.kind: figures for figures in refusal_figures(ALL)}

    assert list(by_kind) == ["all", "near miss", "off topic"]
    assert by_kind["all"].auroc == pytest.approx(5 / 6)
    assert (by_kind["all"].precision, by_kind["all"].recall) == (0.5, 0.5)
    assert by_kind["near miss"].auroc == pytest.approx(2 / 3)
    assert (by_kind["near miss"].precision, by_kind["near miss"].recall) == (0.0, 0.0)
    assert (by_kind["off topic"].precision, by_kind["off topic"].recall) == (0.5, 1.0)
    assert by_kind["all"].answerable_refused == pytest.approx(1 / 3)
    assert refusal_figures([RIGHT]) == []


def test_words_of_confidence_are_set_against_what_was_right() -> None:
    words = {figures.word: figures for figures in confidence_figures(ALL)}

    assert words["high"].questions == 2
    assert words["high"].right == 0.5
    assert words["medium"].right == 0.0


def test_latency_is_given_at_the_middle_and_near_the_end() -> None:
    times = [replace(RIGHT, milliseconds=float(n)) for n in range(1, 102)]

    assert latency(times) == {"p50": 51.0, "p95": 96.0}
    assert latency([]) == {}


def test_a_question_without_any_hit_counts_as_nought() -> None:
    found = Ranked(identity="a", relevant={"x": 1}, runs={Leg.FUSED: ("x",)})
    missed = Ranked(identity="b", relevant={"x": 1}, runs={Leg.FUSED: ()})

    assert ranking_figures([found, missed])[Leg.FUSED]["R@1"] == 0.5
    assert ranking_figures([missed])[Leg.FUSED]["nDCG@10"] == 0.0


def test_one_of_several_right_pages_is_enough() -> None:
    places = Ranked(identity="a", relevant={"x": 1, "y": 1}, runs={Leg.FUSED: ("z", "y")})

    assert ranking_figures([places], pages=True)[Leg.FUSED]["page@5"] == 1.0
    assert ranking_figures([places])[Leg.FUSED]["R@5"] == 0.5


def test_a_sample_is_always_the_same_and_in_order() -> None:
    names = [str(number) for number in range(100)]
    chosen = sample(names, str, 10)

    assert len(chosen) == 10
    assert chosen == sample(names, str, 10)
    assert chosen == sorted(chosen, key=int)
    assert set(chosen) < set(sample(names, str, 20))


# --- the real documents ----------------------------------------------------------------------


@needs_shared
@pytest.mark.data
@pytest.mark.slow
def test_every_quote_of_every_gold_question_is_its_span_of_the_canonical_text(
    encoders: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    gold = load_gold(SHARED / "eval" / "s3gold")
    layout = IndexLayout(prepared(tmp_path_factory.mktemp("s3docs") / "index", encoders))
    sync(gold.corpus, layout)
    turns = [turn for talk in gold.conversations for turn in talk]
    texts: dict[str, str] = {}  # as read from the files again, not as stored
    quoted = 0
    with Pipeline(layout) as pipeline:
        for question in (*gold.questions, *turns):
            for quote in shown(pipeline.ask(question.standalone)[0]):
                for place in (quote, *quote.also):
                    document = place.document
                    if document.path not in texts:
                        source = SourceFile(gold.corpus, document.path)
                        assert source.fingerprint("").sha256 == document.sha256
                        texts[document.path] = source.read(document.sha256).text
                    assert texts[document.path][place.start : place.end] == place.text != ""
                    quoted += 1

    assert quoted > len(gold.questions)


@needs_shared
@pytest.mark.data
def test_every_answerable_gold_question_names_a_document_of_the_folder_and_a_quote() -> None:
    gold = load_gold(SHARED / "eval" / "s3gold")
    turns = [turn for talk in gold.conversations for turn in talk]

    for question in (*gold.questions, *turns):
        assert bool(question.quotes) is question.answerable
        for place in question.places:
            assert (gold.corpus / place.document).is_file()
