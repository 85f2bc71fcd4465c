from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import Library, write_pdf

from s3assist.cli.root import cli


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def jobs(library: Library) -> Path:
    return library.corpus / "editorials" / "jobs.md"


def built(library: Library) -> Path:
    return library.index / "generations" / "1"


def catalog(library: Library) -> Path:
    return library.index / "catalog.sqlite"


def test_index_reports_what_became_of_each_document(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "editorials" / "jobs.md").write_text("Clusters are groups.", encoding="utf-8")
    (copy.corpus / "briefings" / "emplois.md").unlink()
    (copy.corpus / "new.txt").write_text("A new text about regions.", encoding="utf-8")

    result = invoke("index", *copy.flags)

    outcomes = {line.split()[-1]: line.split()[0] for line in result.stdout.splitlines()}
    assert result.exit_code == 0
    assert outcomes["new.txt"] == "added"
    assert outcomes["editorials/jobs.md"] == "changed"
    assert outcomes["briefings/emplois.md"] == "removed"
    assert outcomes["briefings/panorama.md"] == "unchanged"
    assert "failed                   briefings/broken.pdf: " in result.stdout
    assert result.stderr.startswith("1 added, 1 changed, 2 unchanged, 1 removed, 1 failed; ")


def test_index_without_a_corpus_is_an_error(tmp_path: Path) -> None:
    result = invoke("index", "--corpus", str(tmp_path / "none"), "--index", str(tmp_path / "index"))

    assert result.exit_code == 2
    assert "error: There is no corpus folder" in result.stderr


def test_rebuild_reads_everything_again(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)

    result = invoke("index", "--rebuild", *copy.flags)

    assert "4 unchanged, " in result.stderr
    assert "; 4 passages embedded; generation 2" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="no such file names there")
def test_a_file_name_commands_no_terminal(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "evil\x1b[31m\u202e.txt").write_text("Clusters are red.", encoding="utf-8")

    outputs = [
        invoke("index", *copy.flags),
        invoke("status", "--documents", *copy.flags),
        invoke("find", "clusters are red", *copy.flags),
        invoke("find", "clusters are red", "--json", *copy.flags),
        invoke("show", "evil", *copy.flags),
    ]

    assert all(result.exit_code == 0 for result in outputs)
    assert not any(re.search("[\x1b\u202e]", result.output) for result in outputs)


def test_doctor_finds_that_a_file_could_not_be_read_and_nothing_else(library: Library) -> None:
    checks = json.loads(invoke("doctor", "--json", *library.flags).stdout)["checks"]

    assert [check["name"] for check in checks if not check["ok"]] == ["last run"]


def test_doctor_is_content_when_all_is_well(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "briefings" / "broken.pdf").unlink()
    invoke("index", *copy.flags)

    result = invoke("doctor", *copy.flags)

    assert result.exit_code == 0
    assert all(line.startswith("ok ") for line in result.stdout.splitlines())


DAMAGES: dict[str, tuple[Callable[[Library], object], str, str]] = {
    "a changed file": (lambda c: jobs(c).write_text("x"), "documents", "index`"),
    "a removed file": (lambda c: jobs(c).unlink(), "documents", "index`"),
    "a new file": (lambda c: (c.corpus / "new.txt").write_text("x"), "documents", "index`"),
    "new metadata": (
        lambda c: jobs(c).with_suffix(".meta.toml").write_text("title = 'x'"),
        "documents",
        "index`",
    ),
    "no glossary": (lambda c: (c.corpus / "glossary.tsv").unlink(), "documents", "index`"),
    "no encoder": (lambda c: (c.index / "encoders").unlink(), "encoder", "--repair`"),
    "no terms": (lambda c: shutil.rmtree(built(c) / "lexical"), "files", "--repair`"),
    "no vectors": (lambda c: shutil.rmtree(built(c) / "vectors"), "files", "--repair`"),
    "no SQLite": (lambda c: catalog(c).write_text("x" * 999), "index", "--rebuild`"),
    "no catalog": (lambda c: catalog(c).unlink(), "index", "index`"),
}


@pytest.mark.parametrize(("damage", "name", "remedy"), DAMAGES.values(), ids=DAMAGES)
def test_doctor_names_a_damage_and_its_remedy(
    library: Library, tmp_path: Path, damage: Callable[[Library], object], name: str, remedy: str
) -> None:
    copy = library.copy(tmp_path)
    damage(copy)

    result = invoke("doctor", "--json", *copy.flags)

    problems = {c["name"]: c for c in json.loads(result.stdout)["checks"] if not c["ok"]}
    assert result.exit_code == 1
    assert set(problems) - {"last run"} == {name}
    assert remedy in problems[name]["remedy"]


@pytest.mark.slow
def test_doctor_sees_that_a_file_which_could_not_be_read_was_mended(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3assist.ingest.source.SETTLED", -1)  # how old files are is told at once
    copy = library.copy(tmp_path)
    broken = copy.corpus / "briefings" / "broken.pdf"
    invoke("index", *copy.flags)
    before = json.loads(invoke("doctor", "--json", *copy.flags).stdout)["checks"]

    write_pdf(broken)
    after = json.loads(invoke("doctor", "--json", *copy.flags).stdout)["checks"]

    assert [check["name"] for check in before if not check["ok"]] == ["last run"]
    assert [check["name"] for check in after if not check["ok"]] == ["documents", "last run"]
