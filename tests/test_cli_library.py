from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SHARE, Library

from s3assist.cli.root import cli
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync

Run = Callable[..., Result]


@pytest.fixture
def run(library: Library) -> Run:
    """Run a command over the library."""
    return lambda *arguments: CliRunner().invoke(cli, [*arguments, *library.flags])


def test_find_prints_each_place_and_counts(run: Run) -> None:
    result = run("find", "19% of european jobs")

    assert result.exit_code == 0
    assert result.stdout.count(f"{SHARE}\n") == 2
    assert "     1  editorials/jobs.md\n" in result.stdout
    assert "     2  in all\n" in result.stdout


def test_find_without_a_place_exits_with_1(run: Run) -> None:
    assert run("find", "quantum cheese").exit_code == 1
    assert run("find", "quantum cheese", "--json").exit_code == 1


def test_find_stops_after_some_places_and_says_how_many_are_left(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3assist.cli.library.FIRST_PLACES", 2)

    first, everything = run("find", "clusters"), run("find", "clusters", "--all")

    assert first.stdout.count("the phrase: ") == 2
    assert "     3  in all\n\n1 more: add --all.\n" in first.stdout
    assert everything.stdout.count("the phrase: ") == 3
    assert "add --all" not in everything.stdout


def test_show_prints_paragraphs_with_their_numbers(run: Run) -> None:
    result = run("show", "jobs")

    assert result.exit_code == 0
    assert re.search(rf"^\[¶ \d+\] {re.escape(SHARE)}$", result.stdout, re.MULTILINE)


def test_show_prints_one_page_by_its_label_or_its_position(run: Run) -> None:
    label, position = (
        run("show", "national", "--page", "2"),
        run("show", "national", "--page", "PDF 3"),
    )

    assert label.exit_code == 0
    assert label.stdout == position.stdout
    assert "──── p. 2 (PDF 3) ────\n" in label.stdout
    assert label.stdout.count("────") == 2


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["briefings"], ["national", "--page", "99"], ["jobs", "--page", "1"]]
)
def test_show_says_what_to_do_about_a_wrong_name(run: Run, arguments: Sequence[str]) -> None:
    result = run("show", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "hint: " in result.stderr


def test_status_lists_documents_and_those_that_could_not_be_read(run: Run) -> None:
    result = run("status", "--documents")

    assert "documents   4\n" in result.stdout
    assert (
        "editorials/jobs.md\n  Clusters and jobs · Ulla Engelmann · 2020-02-14\n" in result.stdout
    )
    assert "Could not be read:\n  briefings/broken.pdf: " in result.stdout


def test_the_glossary_is_read_both_ways(run: Run) -> None:
    assert "RIS3        smart specialisation strategy (since 2014)" in run("glossary").stdout
    assert run("glossary", "smart specialisation").stdout == run("glossary", "ris3").stdout
    assert run("glossary", "XYZ").exit_code == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (unicodedata.normalize("NFD", "stratégie.txt"), "Stratégie.txt"),  # as macOS writes it
        ("Rapport\u00a02020.txt", "Rapport 2020.txt"),
        ("Rapport  2020.txt", "Rapport 2020.txt"),
    ],
)
def test_a_document_is_named_by_what_is_typed_or_shown(
    library: Library, tmp_path: Path, name: str, typed: str
) -> None:
    own = library.copy(tmp_path)
    # The title is another, so that only the path can be meant.
    text = "---\ntitle: x\n---\n\nLa stratégie vise 40 pôles en Bretagne.\n"
    (own.corpus / name).write_text(text, encoding="utf-8")
    (own.corpus / f"old {name}").write_text(f"{text}\nAvant.\n", encoding="utf-8")
    sync(own.corpus, IndexLayout(own.index))

    for command in (["show"], ["diff", "--list"]):
        result = CliRunner().invoke(cli, [*command, typed, *own.flags])
        assert (result.exit_code, "Avant" in result.stdout) == (0, False), result.output
    found = CliRunner().invoke(cli, ["find", "40", "--doc", typed, *own.flags])
    assert found.exit_code == 0, found.output

    (own.corpus / name).unlink()
    (own.corpus / f"old {name}").unlink()
    sync(own.corpus, IndexLayout(own.index))
    gone = CliRunner().invoke(cli, ["diff", "--list", f"old {typed}", *own.flags])
    assert gone.exit_code == 0, gone.output
