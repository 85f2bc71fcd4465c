"""What the reader was trained on is not what is reported on."""

import hashlib
import importlib.util
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from s3assist.answer.readers import bundled

ROOT = Path(__file__).parent.parent
SPLIT = json.loads((ROOT / "training" / "split.json").read_text(encoding="utf-8"))
DEVELOPMENT = ROOT.parent / "shared" / "eval"
TRAINING = ROOT.parent / "shared" / "train"


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_no_article_is_both_trained_on_and_reported_on() -> None:
    articles = SPLIT["squad2_dev"]

    assert not set(articles["trained"]) & set(articles["reported"])
    assert len(articles["reported"]) >= len(articles["trained"])


def test_the_tables_ask_only_about_articles_that_were_not_trained_on() -> None:
    tables = script("scripts/evaluation_tables.py")

    (squad,) = [one for one in tables.SETS if one.name == "squad2_dev"]

    assert set(squad.titles) == set(SPLIT["squad2_dev"]["reported"])


@pytest.mark.data
@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="needs the development data")
def test_the_split_names_every_article_once() -> None:
    lines = (DEVELOPMENT / "squad2_dev" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    titles = {json.loads(line)["title"] for line in lines}

    assert titles == {*SPLIT["squad2_dev"]["trained"], *SPLIT["squad2_dev"]["reported"]}


def test_every_answer_of_the_written_documents_stands_in_its_document() -> None:
    folder = ROOT / "training" / "written"
    for questions in folder.glob("*.jsonl"):
        text = words(questions.with_suffix(".md").read_text(encoding="utf-8"))
        for line in questions.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert row["answerable"] == bool(row["answers"]), line
            assert all(words(answer) in text for answer in row["answers"]), line


@pytest.mark.data
@pytest.mark.skipif(not TRAINING.is_dir(), reason="needs the training rows")
def test_every_answer_over_a_paragraph_stands_in_it() -> None:
    path = ROOT / "training" / "paragraphs.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts: dict[tuple[str, str], str] = {}
    for name in {row["set"] for row in rows}:
        for line in (TRAINING / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            passage = json.loads(line)["passage"]
            key = hashlib.sha1(passage.encode(), usedforsecurity=False).hexdigest()[:16]
            texts[name, key] = words(passage)

    for row in rows:
        text = texts[row["set"], row["passage"]]
        assert all(words(answer) in text for answer in row["answers"]), row
    assert 0.4 < sum(not row["answers"] for row in rows) / len(rows) < 0.6


def test_turns_of_written_conversations_are_numbered_and_begin_with_a_full_question() -> None:
    folder = ROOT / "training" / "written"
    for questions in folder.glob("*.jsonl"):
        rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
        talks: dict[int, list[int]] = {}
        for row in rows:
            if "talk" in row:
                talks.setdefault(row["talk"], []).append(row["turn"])
        for turns in talks.values():
            assert turns == list(range(1, len(turns) + 1)), questions


def test_later_turns_are_trained_on_as_the_product_understands_them() -> None:
    understood = script("training/talks.py").understood
    turns = [("What is I3?", "I3 is a fund."), ("Who runs it?", "The agency in Brussels runs it.")]
    rows = [
        {"question": question, "answers": [answer], "talk": 1, "turn": turn}
        for turn, (question, answer) in enumerate(turns, 1)
    ]

    plain = understood(rows)
    twice = understood([*rows, {"question": "Who?", "answers": ["Ms Ruth Ek."]}], random.Random(1))

    assert [row["question"] for row in plain] == ["What is I3?", "Who runs I3?"]
    assert [row.get("typed") for row in plain] == [None, "Who runs it?"]
    assert len({row["question"] for row in twice}) == len(twice)


def test_written_documents_have_questions_and_some_are_held_out() -> None:
    folder = ROOT / "training" / "written"
    documents = {path.stem for path in folder.glob("*.md")}

    assert documents == {path.stem for path in folder.glob("*.jsonl")}
    held_out, later = set(SPLIT["written"]["held_out"]), set(SPLIT["written"]["later"])
    assert held_out | later < documents
    assert len(held_out) > len(documents - later) / 8


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


@pytest.mark.data
@pytest.mark.skipif(not TRAINING.is_dir(), reason="needs the training rows")
def test_held_out_policy_documents_have_enough_questions() -> None:
    lines = (TRAINING / "policy_rows.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in lines]
    held = [title for title in titles if title in SPLIT["policy_rows"]["held_out"]]

    assert set(held) == set(SPLIT["policy_rows"]["held_out"])
    assert len(held) > 0.1 * len(titles)


@pytest.mark.parametrize(
    ("question", "passages", "gone"),
    [
        ("How much did Estonia spend in 2011?", "Estonia spent 2% in 2011.", "2011"),
        ("What is the budget for 2014-2020?", "In 2014-2020 the budget is 3.", "2014-2020"),
        ("What does Interreg pay for in Spain?", "Interreg pays for roads in Spain.", "Spain"),
        ("Who runs COSME?", "COSME is run by an agency.", "COSME"),
    ],
)
def test_a_near_miss_asks_for_what_the_passages_do_not_say(
    question: str, passages: str, gone: str
) -> None:
    swapped = script("training/swap.py").swapped(question, passages, random.Random(1))

    assert gone not in swapped
    changed = set(swapped.split()) - set(question.split())
    assert all(word.strip("?.,") not in passages for word in changed if word[0].isdigit())


def test_a_question_that_names_nothing_has_no_near_miss() -> None:
    assert (
        script("training/swap.py").swapped("What is it?", "It is a fund.", random.Random()) is None
    )


def test_a_near_miss_takes_a_name_of_another_question() -> None:
    names = script("training/swap.py").Names(["Who leads the Danish Hub?", "Who runs Walloon Bio?"])

    renamed = names.renamed(
        "Who leads the Danish Hub?", "It leads the Danish Hub.", random.Random(1)
    )

    assert renamed == "Who leads the Walloon Bio?"


def test_an_extreme_is_turned_round() -> None:
    opposed = script("training/swap.py").opposed

    assert opposed("What is the maximum grant?", "the maximum is 5") == "What is the minimum grant?"
    assert opposed("What is the maximum grant?", "the maximum is 5, the minimum 1") is None


def test_a_table_made_by_rule_answers_with_the_row_of_the_place_asked_for() -> None:
    sys.path.insert(0, str(ROOT / "training"))
    try:
        made = list(script("training/tables.py").table_rows(40, random.Random(2)))
    finally:
        sys.path.remove(str(ROOT / "training"))

    for table, questions in made:
        text = table.document("1").text
        for one in questions:
            for answer in one["answers"]:
                assert answer["text"] in text
                assert answer["text"].split(" ")[0] in one["question"]
            if not one["answerable"]:
                assert not any(row.split(" ")[0] in one["question"] for row in table.rows[1:])


@pytest.mark.slow
def test_the_weights_of_the_reader_that_ships_can_be_taken_out_to_train_it_further(
    tmp_path: Path,
) -> None:
    shipped = Path(bundled.__file__).with_name(bundled.WEIGHTS)
    weights, again = tmp_path / "weights.pt", tmp_path / "again.onnx"

    run_training_script("restore.py", shipped, weights)
    run_training_script("export.py", weights, again)

    assert stored_weights(again) == stored_weights(shipped)


def run_training_script(name: str, *arguments: Path) -> None:
    command = [sys.executable, str(ROOT / "training" / name), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def stored_weights(path: Path) -> list[tuple[tuple[int, ...], bytes]]:
    graph = onnx.load(str(path)).graph
    arrays = [np.ascontiguousarray(numpy_helper.to_array(w)) for w in graph.initializer]
    return sorted((array.shape, array.tobytes()) for array in arrays)
