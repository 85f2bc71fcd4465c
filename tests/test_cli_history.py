from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import Library
from test_cli_json import valid

from s3assist.cli.root import cli

NEW_SHARE = "Specialised clusters account for 21% of European jobs and 22% of European wages."
ADDED = "A new paragraph on the regions that are in industrial transition."


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def edited(library: Library, tmp_path: Path) -> Library:
    """The library after `briefings/panorama.md` was edited and another document was moved."""
    copy = library.copy(tmp_path)
    file = copy.corpus / "briefings" / "panorama.md"
    text = file.read_text(encoding="utf-8").replace("19%", "21%")
    file.write_text(f"{text}\n{ADDED}\n", encoding="utf-8")
    jobs = copy.corpus / "editorials" / "jobs.md"
    jobs.rename(jobs.with_name("work.md"))
    result = invoke("index", *copy.flags)
    assert result.exit_code == 0, result.output
    return copy


def test_index_tells_a_move_from_an_addition(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    jobs = copy.corpus / "editorials" / "jobs.md"
    jobs.rename(jobs.with_name("work.md"))

    result = invoke("index", *copy.flags)

    lines = [line for line in result.stdout.splitlines() if line.startswith("moved")]
    assert len(lines) == 1
    assert lines[0].endswith("editorials/work.md, moved from editorials/jobs.md")
    assert "1 moved, 3 unchanged, 1 failed; 0 passages embedded" in result.stderr


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "new.txt").write_text("A new text about regions.", encoding="utf-8")
    (copy.corpus / "briefings" / "emplois.md").unlink()
    files = [file for file in copy.index.rglob("*") if file.is_file()]
    before = {f: f.stat().st_mtime_ns for f in files if f.name[-4:] not in ("-wal", "-shm")}

    result = invoke("index", "--dry-run", *copy.flags)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert {path.rstrip(":"): outcome for outcome, path, *_ in lines} == {
        "briefings/broken.pdf": "failed",
        "briefings/emplois.md": "removed",
        "briefings/national.pdf": "unchanged",
        "briefings/panorama.md": "unchanged",
        "editorials/jobs.md": "unchanged",
        "new.txt": "added",
    }
    assert "a dry run: nothing was written" in result.stderr
    files = [file for file in copy.index.rglob("*") if file.is_file()]
    assert {f: f.stat().st_mtime_ns for f in files if f.name[-4:] not in ("-wal", "-shm")} == before


def test_a_dry_run_needs_no_index(library: Library, tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    (index / "encoders").symlink_to(library.index / "encoders", target_is_directory=True)

    result = invoke("index", "--dry-run", "--corpus", str(library.corpus), "--index", str(index))

    assert result.exit_code == 0
    assert result.stderr.startswith("5 added; a dry run: nothing was written")
    assert [file.name for file in index.iterdir()] == ["encoders"]


def test_diff_quotes_what_changed_with_receipts(edited: Library) -> None:
    result = invoke("diff", "panorama", *edited.flags)

    assert result.exit_code == 0
    assert "1 added, 0 removed, 1 reworded, 0 moved, 1 unchanged" in result.stdout
    lines = result.stdout.splitlines()
    assert ADDED in lines
    assert NEW_SHARE in lines
    assert NEW_SHARE.replace("21%", "19%") in lines
    assert any(line.strip() == "no longer: 19" for line in lines)
    assert result.stdout.count("sha256:") == 5


def test_each_side_of_a_difference_is_what_its_version_prints(edited: Library) -> None:
    form = json.loads(invoke("diff", "panorama", "--json", *edited.flags).stdout)
    newer = json.loads(invoke("show", "panorama", "--json", *edited.flags).stdout)

    quotes = [d["new"] for d in form["differences"] if d["new"]]
    valid(form, "diff")
    assert form["new"]["text_sha256"] == newer["text_sha256"]
    assert len(quotes) == 2
    assert all(newer["text"][q["start"] : q["end"]] == q["text"] for q in quotes)
    assert all(q["receipt"].startswith(f"sha256:{newer['sha256']} ") for q in quotes)
    old = next(d["old"] for d in form["differences"] if d["kind"] == "reworded")
    assert old["receipt"].startswith(f"sha256:{form['old']['sha256']} ")


def test_versions_are_named_by_number_or_hash(edited: Library) -> None:
    listed = json.loads(invoke("diff", "panorama", "--list", "--json", *edited.flags).stdout)
    first, second = listed["versions"]

    by_number = invoke("diff", "panorama", "--from", "1", "--to", "2", *edited.flags)
    by_hash = invoke("diff", "panorama", "--from", first["sha256"][:9], *edited.flags)
    none = invoke("diff", "panorama", "--from", "7", *edited.flags)

    assert [first["number"], second["number"]] == [1, 2]
    assert [first["current"], second["current"]] == [False, True]
    assert by_number.stdout == by_hash.stdout
    assert none.exit_code == 2
    assert "hint: There are: 1 (sha256:" in none.stderr


def test_a_document_that_never_changed_has_nothing_to_compare(edited: Library) -> None:
    result = invoke("diff", "emplois", *edited.flags)

    assert result.exit_code == 2
    assert "No version of briefings/emplois.md is kept from before version 1" in result.stderr


def test_changes_lists_what_each_run_found(edited: Library) -> None:
    result = invoke("changes", *edited.flags)

    told = [line.split(maxsplit=3)[2:] for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert told[-2:] == [
        ["changed", "briefings/panorama.md"],
        ["moved", "editorials/work.md (moved from editorials/jobs.md)"],
    ]
    assert [outcome for outcome, _ in told[:-2]] == ["added"] * 4


def test_changes_since_a_later_day_are_none(edited: Library) -> None:
    today = time.strftime("%Y-%m-%d")

    assert invoke("changes", "--since", today, *edited.flags).exit_code == 0
    assert invoke("changes", "--since", str(int(today[:4]) + 1), *edited.flags).exit_code == 1


def wait_for(found: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes begun now heed Ctrl+C, also where a shell had these tests in its background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C can't be sent to one process there")
def test_watching_follows_changes_survives_errors_and_ends_with_ctrl_c(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    output = tmp_path / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "s3assist", "index", "--watch", *copy.flags],
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: "1 failed" in output.read_text())
        (copy.corpus / "glossary.tsv").write_text("not a table")
        wait_for(lambda: "error: glossary.tsv" in output.read_text())
        (copy.corpus / "glossary.tsv").unlink()
        (copy.corpus / "new.txt").write_text("A new text about regions.", encoding="utf-8")
        wait_for(lambda: "new.txt" in output.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(30)

    assert (code, output.read_text().splitlines()[-1]) == (0, "Stopped.")
    assert "Traceback" not in output.read_text()
    assert "new.txt" in invoke("status", "--documents", *copy.flags).stdout
