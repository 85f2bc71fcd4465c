from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import SHARE, Library
from jsonschema import Draft202012Validator

from s3assist.cli.json_form import dumps
from s3assist.cli.root import cli

SCHEMA = json.loads(files("s3assist.cli").joinpath("schema.json").read_text(encoding="utf-8"))
QUESTION = "What share of European jobs is in clusters?"
ANSWER_KEYS = [
    "id", "question", "understood_as", "scope", "verdict", "confidence", "bar", "factors",
    "expanded", "quotes", "by_period", "nearest", "timings_ms",
]  # fmt: skip
QUOTE_KEYS = [
    "text", "start", "end", "emphasis", "score", "document", "first_row", "entries_left",
    "section", "page",
    "doubt", "paragraph", "receipt", "standing", "factors", "also",
]  # fmt: skip
DOCUMENT_KEYS = [
    "path", "title", "author", "date", "publisher", "language", "url", "identifiers",
]  # fmt: skip


@pytest.fixture(autouse=True)
def everything_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ASSIST_BAR", "0")


def valid(form: object, name: str) -> None:
    schema = {"$schema": SCHEMA["$schema"], "$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
    Draft202012Validator(schema).validate(form)


def printed(library: Library, *arguments: str, stdin: str | None = None) -> Any:
    result = CliRunner().invoke(cli, [*arguments, "--json", *library.flags], input=stdin)
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_command_that_prints_data_has_a_definition() -> None:
    printing = {
        name
        for name, command in cli.commands.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }

    assert printing <= set(SCHEMA["$defs"])
    assert "ask" in printing


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["ask", QUESTION], "ask"),
        (["ask", "What does RIS3 say about poles?"], "ask"),
        (["find", "clusters"], "find"),
        (["find", "quantum cheese"], "find"),
        (["show", "jobs"], "show"),
        (["show", "national"], "show"),
        (["show", "national", "--page", "2"], "show"),
        (["status"], "status"),
        (["status", "--documents"], "status"),
        (["glossary"], "glossary"),
        (["glossary", "nothing"], "glossary"),
        (["doctor"], "doctor"),
        (["diff", "panorama", "--list"], "diff"),
        (["changes"], "changes"),
        (["changes", "--since", "2026"], "changes"),
        (["index", "--dry-run"], "index"),
    ],
    ids=" ".join,
)
def test_output_is_as_the_schema_says(library: Library, arguments: list[str], name: str) -> None:
    valid(printed(library, *arguments), name)


def test_the_report_of_index_is_as_the_schema_says(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "editorials" / "jobs.md").unlink()

    report = printed(copy, "index")

    valid(report, "index")
    assert {d["outcome"] for d in report["documents"]} == {"unchanged", "removed", "failed"}


def test_sessions_and_their_quotes_are_as_the_schema_says(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3ASSIST_SESSIONS", str(tmp_path / "sessions"))
    note = tmp_path / "note.md"
    note.write_text(f"“{SHARE}” and “words that nobody has ever written”", encoding="utf-8")
    questions = f"{QUESTION}\nAnd wages?\n/basket 1\n/filter --lang en\n"
    CliRunner().invoke(cli, ["chat", "--plain", *library.flags], input=questions)
    (tmp_path / "sessions" / "broken.json").write_text("{", encoding="utf-8")

    listed = printed(library, "sessions")
    shown = printed(library, "sessions", "show", "last")

    valid(listed, "sessions")
    valid(printed(library, "sessions", "list"), "sessions")
    valid(shown, "session")
    valid(printed(library, "verify", str(note)), "verify")
    assert [bool(s["problem"]) for s in listed["sessions"]].count(True) == 1
    assert (len(shown["turns"]), len(shown["basket"])) == (2, 1)
    assert shown["filters"]["languages"] == ["en"]


def test_an_evaluation_is_as_the_schema_says(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    record = {"_id": "d", "title": "Jobs", "text": SHARE}
    (folder / "corpus.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    question = {"_id": "q", "text": QUESTION}
    (folder / "queries.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("query\tdoc\tscore\nq\td\t1\n", encoding="utf-8")
    own = copy.index / "evaluations" / "tiny"
    own.mkdir(parents=True)
    (own / "encoders").symlink_to((copy.index / "encoders").resolve(), target_is_directory=True)

    evaluation = printed(copy, "eval", str(folder))

    valid(evaluation, "eval")
    assert evaluation["documents"] == 1
    assert printed(copy, "status") == printed(library, "status")


def test_an_answer_has_these_keys_in_this_order(library: Library) -> None:
    answer = printed(library, "ask", QUESTION)
    quote = answer["quotes"][0]

    assert list(answer) == ANSWER_KEYS
    assert list(quote) == QUOTE_KEYS
    assert list(quote["document"]) == DOCUMENT_KEYS
    assert list(quote["also"][0]) == QUOTE_KEYS[:-2]


def test_a_batch_takes_a_question_that_somebody_put_right(library: Library) -> None:
    line = {
        "id": 1,
        "question": "And wages?",
        "understood_as": "What share of wages is in clusters?",
    }
    valid(line, "batch_line")

    result = CliRunner().invoke(
        cli, ["ask", "--batch", "-", *library.flags], input=json.dumps(line)
    )

    assert json.loads(result.output)["understood_as"] == line["understood_as"]


def test_a_batch_prints_valid_answers_on_one_line_each(library: Library) -> None:
    lines = [{"id": "1", "question": QUESTION}, {"id": 2, "question": "And wages?"}]
    for line in lines:
        valid(line, "batch_line")

    result = CliRunner().invoke(
        cli,
        ["ask", "--batch", "-", *library.flags],
        input="\n".join(json.dumps(line) for line in lines),
    )

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["1", 2]
    for answer in answers:
        valid(answer, "ask")


def test_every_quote_is_the_text_that_show_prints_at_its_place(library: Library) -> None:
    quotes = printed(library, "ask", "What did France recognise?")["quotes"]
    quotes += printed(library, "find", "the", "--all")["quotes"]
    texts = {
        d["path"]: printed(library, "show", d["path"]) for d in (q["document"] for q in quotes)
    }

    for quote in quotes:
        shown = texts[quote["document"]["path"]]
        assert shown["text"][quote["start"] : quote["end"]] == quote["text"]
        assert shown["sha256"] in quote["receipt"]
        paragraph = shown["paragraphs"][quote["paragraph"] - 1]
        assert paragraph["start"] <= quote["start"] < paragraph["end"]
        assert all(
            quote["start"] <= start < end <= quote["end"] for start, end in quote["emphasis"]
        )


def test_a_page_has_its_position_and_its_label(library: Library) -> None:
    quote = printed(library, "find", "first poles")["quotes"][0]

    assert quote["page"] == {"index": 3, "label": "2", "doubt": "", "ocr": False}


def test_below_the_bar_the_nearest_passages_are_apart(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3ASSIST_BAR", "1")

    answer = printed(library, "ask", QUESTION)

    valid(answer, "ask")
    assert (answer["verdict"], answer["quotes"]) == ("not_found", [])
    assert answer["nearest"]


def test_an_answer_has_what_it_was_searched_in(library: Library) -> None:
    narrowed = printed(library, "ask", QUESTION, "--doc", "panorama")
    answer = printed(library, "ask", QUESTION)

    valid(narrowed, "ask")
    assert narrowed["scope"] == {"documents": 1, "of": 4, "only": "in panorama"}
    assert answer["scope"] == {"documents": 4, "of": 4, "only": ""}


def test_json_brings_no_control_character_and_changes_no_text() -> None:
    hostile = {"text": "a\x1b\x9b\u202e\ud800é€"}

    text = dumps(hostile)

    assert not any(character in text for character in "\x1b\x9b\u202e\ud800")
    assert "é€" in text
    assert json.loads(text) == hostile
