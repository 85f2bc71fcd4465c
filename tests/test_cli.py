from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import SHARE, Library

from s3assist import __version__
from s3assist.cli.root import cli

QUESTION = "What share of European jobs is in clusters?"
Run = Callable[..., Result]


def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


@pytest.fixture
def run(library: Library, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command over the library; every question counts as answered."""
    monkeypatch.setenv("S3ASSIST_BAR", "0")
    return lambda command, *rest, **more: invoke(command, *library.flags, *rest, **more)


def batch(*lines: dict[str, Any]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# The program ---------------------------------------------------------------------------------


def test_without_arguments_the_help_is_printed() -> None:
    result = invoke()

    assert result.exit_code == 0
    assert "s3assist ask" in result.stdout


def test_the_version_is_printed() -> None:
    assert __version__ in invoke("--version").stdout


@pytest.mark.parametrize("command", [[], *([name] for name in cli.commands)], ids=str)
def test_every_help_has_an_example(command: list[str]) -> None:
    result = invoke(*command, "--help")

    assert result.exit_code == 0
    assert re.search(r"Examples?:\n +s3assist ", result.stdout)


def test_folders_are_accepted_before_and_after_the_command(library: Library) -> None:
    before = invoke(*library.flags, "status")
    after = invoke("status", *library.flags)
    both = invoke("--index", "nowhere", "status", *library.flags)

    assert before.exit_code == after.exit_code == both.exit_code == 0
    assert before.stdout == after.stdout == both.stdout


def test_an_error_says_what_to_do_on_stderr(tmp_path: Path) -> None:
    result = invoke("ask", QUESTION, "--index", str(tmp_path))

    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(
        r"error: There is no index in .*\nhint: Run `s3assist index` first.\n", result.stderr
    )


def test_a_setting_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ASSIST_QUOTES", "3")

    result = invoke("status")

    assert result.exit_code == 2
    assert result.stderr.startswith("error: Unknown setting")


def test_a_bug_is_one_line_unless_debugging(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("broken\x1b[31m")

    monkeypatch.setattr("s3assist.assistant.Assistant.status", fail)

    told = invoke("status", *library.flags)
    raised = invoke("status", "--debug", *library.flags)

    assert told.exit_code == 2
    assert told.stderr == (
        "internal error: ValueError: broken[31m; run again with --debug for its origin\n"
    )
    assert isinstance(raised.exception, ValueError)


def test_an_interrupted_command_ends_quietly(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("s3assist.assistant.Assistant.status", interrupt)

    result = invoke("status", *library.flags)

    assert (result.exit_code, result.output) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="closes streams with a shell")
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_as_good_as_one_that_leads_nowhere(
    library: Library, closed: str
) -> None:
    command = ("-m", "s3assist", "find", SHARE[:20], *library.flags)
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_went_away_is_no_error(library: Library) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "s3assist", "status", *library.flags],
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (141, "")


# ask -----------------------------------------------------------------------------------------


def test_an_answer_begins_with_the_quote_itself(run: Run) -> None:
    result = run("ask", QUESTION)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == SHARE
    assert result.stderr == ""


def test_an_answer_says_where_it_stands_and_how_sure_it_is(run: Run) -> None:
    text = run("ask", QUESTION, "--doc", "jobs").stdout

    assert "[1] Clusters and jobs · Ulla Engelmann · 2020-02-14\n" in text
    assert "        editorials/jobs.md\n" in text
    assert re.search(r"^ +sha256:[0-9a-f]{12} ¶\d+ \d+-\d+$", text, re.MULTILINE)
    assert re.search(r"^confidence: (very low|low|medium|high) \(\d\.\d\d\)$", text, re.MULTILINE)


def test_other_documents_with_the_same_words_are_named(run: Run) -> None:
    text = run("ask", QUESTION).stdout

    assert text.count(SHARE) == 1
    assert re.search(r"also in: (The panorama|Clusters and jobs) · ", text)


def test_an_answer_says_what_the_glossary_added(run: Run) -> None:
    text = run("ask", "What does RIS3 set?").stdout

    assert "searched also for: RIS3 → smart specialisation strategy\n" in text


def test_below_the_bar_nothing_counts_as_an_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3ASSIST_BAR", "1")

    result = invoke("ask", "Who won the cup?", *library.flags)

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "Not found in 4 documents\n\nNearest passages, not an answer:\n\n"
    )


ONLY = ("--doc", "panorama", "--type", "markdown")
NARROWED = "only in panorama, of type markdown"


def test_not_found_is_said_of_the_documents_that_were_searched(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3ASSIST_BAR", "1")

    asked = invoke("ask", QUESTION, *ONLY, *library.flags)
    looked_for = invoke("find", "no such words", *ONLY, *library.flags)

    assert asked.stdout.startswith(f"Not found in 1 of 4 documents: {NARROWED}\n")
    assert looked_for.stdout == f"Not found in 1 of 4 documents: {NARROWED}\n"


def test_an_answer_says_what_it_was_searched_in_where_that_is_not_all(run: Run) -> None:
    assert f"\nsearched {NARROWED}: 1 of 4 documents\n" in run("ask", QUESTION, *ONLY).stdout
    assert "searched only" not in run("ask", QUESTION).stdout


def test_filters_that_no_document_passes_are_an_error_whatever_is_asked(run: Run) -> None:
    assert run("ask", "What?", "--lang", "lt").exit_code == 2


def test_words_of_an_unquoted_question_are_one_question(run: Run) -> None:
    result = run("ask", "--json", "what", "share", "of", "jobs?")

    assert json.loads(result.stdout)["question"] == "what share of jobs?"


@pytest.mark.parametrize("arguments", [[], [QUESTION, "--batch", "-"], ["  "]])
def test_no_question_is_an_error(run: Run, arguments: list[str]) -> None:
    assert run("ask", *arguments).exit_code == 2


def test_markup_in_a_document_is_printed_as_it_stands(run: Run) -> None:
    text = run("ask", "What sets priorities?", "--doc", "jobs").stdout

    assert "A [bold]smart specialisation[/bold] strategy sets priorities." in text


def test_nothing_but_text_reaches_a_pipe(run: Run) -> None:
    outputs = [run("ask", QUESTION), run("find", "clusters"), run("show", "jobs"), run("doctor")]

    assert all("\x1b" not in result.output for result in outputs)


# Filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--from", "2020"], {"editorials/jobs.md"}),
        (["--to", "2019-05-31"], {"briefings/panorama.md"}),
        (["--type", "editorial"], {"editorials/jobs.md"}),
        (
            ["--type", "editorial", "--type", "briefing"],
            {"editorials/jobs.md", "briefings/panorama.md"},
        ),
        (["--doc", "PANORAMA"], {"briefings/panorama.md"}),
        (["--lang", "EN", "--doc", "jobs"], {"editorials/jobs.md"}),
    ],
)
def test_filters_choose_the_documents(run: Run, filters: list[str], expected: set[str]) -> None:
    found = json.loads(run("find", SHARE, "--json", *filters).stdout)

    assert {document["path"] for document in found["documents"]} == expected


@pytest.mark.parametrize("date", ["14.2.2020", "2020-13", "2020-02-30", "last year", ""])
def test_a_date_that_is_none_is_refused(run: Run, date: str) -> None:
    result = run("ask", QUESTION, "--from", date)

    assert result.exit_code == 2
    assert "give 2020, 2020-02 or 2020-02-14" in result.stderr


def test_a_range_of_dates_that_ends_before_it_begins_is_refused(run: Run) -> None:
    assert run("ask", QUESTION, "--from", "2020-03", "--to", "2020-02-01").exit_code == 2
    assert run("ask", QUESTION, "--from", "2020-02-14", "--to", "2020").exit_code == 0


def test_filters_that_nothing_passes_are_an_error(run: Run) -> None:
    result = run("ask", QUESTION, "--lang", "mt")

    assert result.exit_code == 2
    assert "hint: `s3assist status --documents`" in result.stderr


# ask --batch ---------------------------------------------------------------------------------


def test_a_batch_is_answered_line_by_line_in_its_order(run: Run) -> None:
    lines = batch(
        {"id": "b", "question": QUESTION},
        {"id": 1, "question": "What was published in 2019?", "more": True},
        {"id": "a", "question": "Les grappes créent quoi ?"},
    )

    result = run("ask", "--batch", "-", stdin="\ufeff" + lines + "\n")

    assert result.exit_code == 0
    assert [answer["id"] for answer in answers(result)] == ["b", 1, "a"]


def test_lines_of_one_conversation_are_its_turns(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        batch(
            {"id": 1, "question": "What is the European panorama?", "conversation": "x"},
            {"id": 2, "question": "What is a cluster?", "conversation": "y"},
            {"id": 3, "question": "And when was it published?", "conversation": "x"},
            {"id": 4, "question": "And when was it published?"},
        ),
        encoding="utf-8",
    )

    result = run("ask", "--batch", str(file))

    understood = [answer["understood_as"] for answer in answers(result)]
    assert "panorama" in understood[2]
    assert understood[3] == "And when was it published?"


@pytest.mark.parametrize(
    "bad",
    [
        '{"id": 2}',
        '{"id": 2, "question": " "}',
        '{"question": "What?"}',
        '{"id": true, "question": "What?"}',
        '{"id": 2, "question": "What?", "conversation": []}',
        '["What?"]',
        "What?",
        b'{"id": 2, "question": "\xff"}',
    ],
)
def test_a_bad_line_is_named_before_anything_is_answered(run: Run, bad: str | bytes) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode()

    result = run("ask", "--batch", "-", stdin=batch({"id": 1, "question": "Why?"}).encode() + raw)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: Line 2 of the batch: ")


def test_a_batch_file_that_is_not_there_is_an_error(run: Run) -> None:
    assert run("ask", "--batch", "nowhere.jsonl").exit_code == 2


def test_half_a_character_ends_no_batch(run: Run) -> None:
    lines = batch({"id": 1, "question": f"{QUESTION} \ud83d"}, {"id": 2, "question": QUESTION})

    result = run("ask", "--batch", "-", stdin=lines)

    assert [answer["id"] for answer in answers(result)] == [1, 2]
    assert answers(result)[0]["question"] == f"{QUESTION} \ufffd"
    assert SHARE in run("ask", QUESTION, "caf\udce9").stdout
