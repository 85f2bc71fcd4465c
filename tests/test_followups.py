"""The measure of follow-ups: four forms of each later turn, searched by the product's retrieval."""

import json
from pathlib import Path

from conftest import Library

from s3assist.evaluate.followups import (
    Followed,
    Form,
    Talk,
    TalkTurn,
    follow,
    follow_up_figures,
    load_talks,
)
from s3assist.evaluate.pipeline import Pipeline
from s3assist.index.layout import IndexLayout

TURNS = [
    {
        "question": "What share of jobs is in clusters?",
        "answerable": True,
        "pdf": "panorama.md",
        "answer_quote": "19% of European jobs",
    },
    {
        "question": "And in national programmes?",
        "standalone": "How many clusters did the national programme select?",
        "answerable": True,
        "pdf": "national.pdf",
        "page": 2,
        "answer_quote": "selected 15 clusters",
    },
    {"question": "Who pays for it?", "answerable": False},
]


def test_conversations_of_a_gold_folder_have_pages_as_answers(tmp_path: Path) -> None:
    (tmp_path / "talks.jsonl").write_text(json.dumps({"id": "C1", "turns": TURNS}))

    (talk,) = load_talks(tmp_path)

    assert [turn.relevant for turn in talk.turns] == [("panorama.md#0",), ("national.pdf#2",), ()]
    assert talk.turns[1].rewrite == "How many clusters did the national programme select?"


def test_conversations_of_mtrag_have_documents_as_answers(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("")
    tasks = [
        {
            "conversation": 7,
            "turn": 2,
            "text": "and Lite?",
            "rewrite": "The Lite plan?",
            "relevant": ["b"],
        },
        {"conversation": 7, "turn": 1, "text": "Which plans?", "rewrite": None, "relevant": ["a"]},
    ]
    (tmp_path / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))

    (talk,) = load_talks(tmp_path)

    assert talk.turns == (
        TalkTurn("Which plans?", "Which plans?", ("a",)),
        TalkTurn("and Lite?", "The Lite plan?", ("b",)),
    )
    assert talk.half in (0, 1)


def test_later_turns_with_an_answer_are_searched_in_all_forms(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "talks.jsonl").write_text(json.dumps({"id": "C1", "turns": TURNS}))

    with Pipeline(IndexLayout(library.index)) as pipeline:
        (followed,) = follow(load_talks(tmp_path), pipeline, pages=True)

    assert followed.turn.text == "And in national programmes?"
    assert followed.understood_as != followed.turn.text
    assert set(followed.recall) == set(Form)
    assert followed.recall[Form.GIVEN] == 1


def test_the_share_of_the_distance_that_is_closed() -> None:
    turn, talk = TalkTurn("Why?", "Why so?", ("a",)), Talk("1", ())
    recall = {Form.TYPED: 0.2, Form.JOINED: 0.1, Form.UNDERSTOOD: 0.5, Form.GIVEN: 0.6}
    level = dict.fromkeys(Form, 0.5)

    figures = follow_up_figures([Followed(talk, turn, "Why so?", recall)])

    assert figures.turns == 1
    assert figures.closed is not None
    assert abs(figures.closed - 0.75) < 1e-9
    assert follow_up_figures([Followed(talk, turn, "Why so?", level)]).closed is None
