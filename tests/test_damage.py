"""Damaged, foreign and unwritable indexes: each is named, none gives a wrong answer."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SHARE, Library

from s3assist.assistant import Assistant
from s3assist.cli.root import cli
from s3assist.errors import IndexDamagedError, S3AssistError
from s3assist.index.catalog import Catalog
from s3assist.index.layout import FORMAT, IndexLayout
from s3assist.index.reader import IndexReader

QUESTION = "What share of European jobs is in clusters?"


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def answers(index: Path) -> list[str]:
    assistant = Assistant(IndexReader(IndexLayout(index)), bar=0.0)
    try:
        return [quote.text for quote in assistant.ask(QUESTION).quotes]
    finally:
        assistant.close()


def newest(library: Library) -> Path:
    folders = (library.index / "generations").iterdir()
    return max(folders, key=lambda folder: int(folder.name))


def catalog(library: Library) -> Path:
    return library.index / "catalog.sqlite"


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    """Change one bit in the middle; the length stays."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def own_encoder(library: Library) -> Path:
    """A copy of the exported encoder, which the fixtures share."""
    shared = (library.index / "encoders").resolve()
    (library.index / "encoders").unlink()
    shutil.copytree(shared, library.index / "encoders")
    (folder,) = (library.index / "encoders").iterdir()
    return folder


def vectors(library: Library) -> Path:
    """The largest file of the vectors."""
    return newest(library) / "vectors" / "base" / "vectors.npy"


DERIVED: dict[str, tuple[Callable[[Library], object], str]] = {
    "vectors cut": (
        lambda c: truncate(vectors(c)),
        "the vectors",
    ),
    "vectors changed": (
        lambda c: flip(vectors(c)),
        "the vectors",
    ),
    "vectors gone": (
        lambda c: (vectors(c)).unlink(),
        "the vectors",
    ),
    "terms gone": (lambda c: shutil.rmtree(newest(c) / "lexical"), "the terms"),
    "terms cut": (lambda c: truncate(max((newest(c) / "lexical").iterdir())), "the terms"),
    "generation gone": (lambda c: shutil.rmtree(newest(c)), "the vectors"),
    "encoder cut": (lambda c: truncate(own_encoder(c) / "model.onnx"), "the query encoder"),
    "encoder gone": (lambda c: shutil.rmtree(own_encoder(c)), "the query encoder"),
}


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        pytest.param(*case, id=name, marks=[] if name == "vectors cut" else pytest.mark.slow)
        for name, case in DERIVED.items()
    ],
)
def test_doctor_finds_and_mends_what_follows_from_the_catalog(
    library: Library, tmp_path: Path, damage: Callable[[Library], object], part: str
) -> None:
    copy = library.copy(tmp_path)
    before = answers(copy.index)
    damage(copy)

    found = invoke("doctor", "--json", *copy.flags)
    repaired = invoke("doctor", "--repair", "--json", *copy.flags)

    remedies = [c["remedy"] for c in json.loads(found.stdout)["checks"] if not c["ok"]]
    assert "Run `s3assist doctor --repair`." in remedies
    assert part in repaired.stderr
    assert "embeddings" not in repaired.stderr
    left = [c["name"] for c in json.loads(repaired.stdout)["checks"] if not c["ok"]]
    assert left == ["last run"]  # a document of the library can't be read
    assert answers(copy.index) == before


@pytest.mark.parametrize("part", ["vectors/base/vectors.npy", "lexical"])
def test_a_file_of_another_length_is_named_when_it_is_opened(
    library: Library, tmp_path: Path, part: str
) -> None:
    copy = library.copy(tmp_path)
    target = newest(copy) / part
    truncate(max(target.iterdir()) if target.is_dir() else target)

    result = invoke("ask", QUESTION, *copy.flags)

    assert result.exit_code == 2
    assert "hint: Run `s3assist doctor --repair`." in result.stderr


def test_nothing_to_repair_is_said(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)

    result = invoke("doctor", "--repair", *copy.flags)

    assert "repaired: nothing, all is whole" in result.stderr
    assert newest(copy).name == "1"


def test_a_damaged_embedding_is_made_again(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    with sqlite3.connect(catalog(copy)) as db:
        db.execute("UPDATE embedding SET vector = zeroblob(length(vector)) WHERE rowid = 1")
    db.close()

    found = invoke("doctor", *copy.flags)
    repaired = invoke("doctor", "--repair", *copy.flags)

    assert "problem  embeddings: " in found.stdout
    assert "repaired: 1 embeddings, the vectors and the terms" in repaired.stderr
    assert "ok       embeddings: " in repaired.stdout


@pytest.mark.slow
def test_a_damaged_earlier_version_is_not_recalled_and_can_be_dropped(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    file = copy.corpus / "briefings" / "panorama.md"
    file.write_text(file.read_text(encoding="utf-8").replace("19%", "21%"), encoding="utf-8")
    invoke("index", *copy.flags)
    with sqlite3.connect(catalog(copy)) as db:
        old = "id NOT IN (SELECT version FROM live)"
        (sha256,) = db.execute(f"SELECT sha256 FROM version WHERE {old}").fetchone()  # noqa: S608
        db.execute(f"UPDATE version SET text = replace(text, '19%', '99%') WHERE {old}")  # noqa: S608
    db.close()

    assistant = Assistant(IndexReader(IndexLayout(copy.index)))
    with pytest.raises(IndexDamagedError):
        assistant.recall(sha256)
    repaired = invoke("doctor", "--repair", *copy.flags)

    assert "1 damaged earlier versions were dropped" in repaired.stderr
    assert assistant.recall(sha256) is None


def spoil(library: Library, table: str, column: str, where: str = "1") -> None:
    """Put a byte that is no UTF-8 at the start of a column."""
    with sqlite3.connect(catalog(library)) as db:
        db.execute(
            f"UPDATE {table} SET {column} ="  # noqa: S608 - names
            f" CAST(X'E8' || substr(CAST({column} AS BLOB), 2) AS TEXT) WHERE {where}"
        )
    db.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column"),
    [("version", "text"), ("version", "path"), ("problem", "reason"), ("fingerprint", "sha256")],
)
def test_a_rebuild_mends_what_is_no_text_any_more(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, column: str
) -> None:
    monkeypatch.setattr("s3assist.ingest.source.SETTLED", -1e9)  # so that it is remembered
    copy = library.copy(tmp_path)
    invoke("index", *copy.flags)
    spoil(copy, table, column)

    rebuilt = invoke("index", "--rebuild", *copy.flags)

    assert rebuilt.exit_code == 0
    assert SHARE in answers(copy.index)


@pytest.mark.slow
def test_an_earlier_version_that_is_no_text_any_more_can_be_dropped(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    file = copy.corpus / "briefings" / "panorama.md"
    file.write_text(file.read_text(encoding="utf-8").replace("19%", "21%"), encoding="utf-8")
    invoke("index", *copy.flags)
    spoil(copy, "version", "text", "id NOT IN (SELECT version FROM live)")

    repaired = invoke("doctor", "--repair", *copy.flags)

    assert "1 damaged earlier versions were dropped" in repaired.stderr


SILENT = {
    "text": "UPDATE version SET text = replace(text, '19%', '91%')",
    "sha256": "UPDATE version SET sha256 = replace(sha256, 'a', 'b')",
    "maps": "UPDATE version SET maps = replace(maps, '1', '2')",
    "metadata": "UPDATE version SET metadata = replace(metadata, 'Ulla', 'Anna')",
    "passages": "UPDATE passage SET sentences = replace(sentences, '1', '2')",
    "owner": "UPDATE passage SET version = version % 4 + 1",
    "documents": "DELETE FROM live WHERE version = (SELECT max(version) FROM live)",
    "files": "UPDATE generation SET files = '[]'",
    "generation": "UPDATE generation SET glossary = 'x'",
}


@pytest.mark.parametrize("statement", SILENT.values(), ids=SILENT)
def test_a_row_that_is_not_as_it_was_written_gives_no_answer(
    library: Library, tmp_path: Path, statement: str
) -> None:
    copy = library.copy(tmp_path)
    right = answers(copy.index)
    with sqlite3.connect(catalog(copy)) as db:
        db.execute(statement)
    db.close()

    try:
        found = answers(copy.index)
    except S3AssistError as error:
        assert error.hint  # noqa: PT017 - either outcome is right
    else:
        assert found == right


@pytest.mark.slow
def test_no_damaged_page_of_the_catalog_gives_a_wrong_answer(
    library: Library, tmp_path: Path
) -> None:
    right = answers(library.index)
    whole = catalog(library).read_bytes()
    chance = random.Random(5)
    named = 0
    copy = library.copy(tmp_path)

    for page in range(1, len(whole) // 4096):
        data = bytearray(whole)
        start = page * 4096
        data[start : start + 4096] = chance.choice([bytes(4096), chance.randbytes(4096)])
        catalog(copy).write_bytes(bytes(data))
        try:
            assert answers(copy.index) == right
        except S3AssistError as error:
            assert error.hint  # noqa: PT017 - either outcome is right
            named += 1

    assert named


@pytest.mark.slow
def test_a_damaged_page_is_found_and_a_rebuild_mends_it(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    data = bytearray(catalog(copy).read_bytes())
    data[4096 : 3 * 4096] = bytes(2 * 4096)
    catalog(copy).write_bytes(bytes(data))

    found = invoke("doctor", *copy.flags)
    refused = invoke("doctor", "--repair", *copy.flags)
    rebuilt = invoke("index", "--rebuild", *copy.flags)

    assert (found.exit_code, refused.exit_code, rebuilt.exit_code) == (1, 2, 0)
    assert "Run `s3assist index --rebuild`." in found.stdout
    assert "hint: Run `s3assist index --rebuild`." in refused.stderr
    assert SHARE in answers(copy.index)


@pytest.mark.parametrize(
    ("format_", "hint"),
    [(FORMAT + 1, "Update S3Assist"), (FORMAT - 1, "`s3assist index --rebuild`")],
    ids=["newer", "older"],
)
def test_an_index_of_another_format_is_named(
    library: Library, tmp_path: Path, format_: int, hint: str
) -> None:
    copy = library.copy(tmp_path)
    with sqlite3.connect(catalog(copy)) as db:
        db.execute(f"PRAGMA user_version = {format_}")
    db.close()

    results = [invoke(*c, *copy.flags) for c in (["ask", QUESTION], ["index"], ["doctor"])]

    assert [result.exit_code for result in results] == [2, 2, 1]
    assert all(f"has format {format_}" in result.output for result in results)
    assert all(hint in result.output for result in results)


def test_an_index_of_another_model_is_not_repaired_into_a_mixture(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    with sqlite3.connect(catalog(copy)) as db:
        db.execute("UPDATE generation SET encoder = 'other@00'")
    db.close()

    asked = invoke("ask", QUESTION, *copy.flags)
    found = invoke("doctor", *copy.flags)
    refused = invoke("doctor", "--repair", *copy.flags)

    assert asked.exit_code == 2
    assert "query encoder of this index is missing" in asked.stderr
    assert "problem  settings: `encoder` is bundled, the index was made with other" in found.stdout
    assert refused.exit_code == 2
    assert "the index was made with other" in refused.stderr


def test_a_reader_in_a_folder_that_changes_under_it_notices(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    reader = Catalog(catalog(copy))
    reader._immutable = True  # as it is for somebody who may not write in the folder

    with pytest.raises(S3AssistError, match="changed while"), reader.snapshot():
        os.utime(catalog(copy), ns=(1, 1))
    with reader.snapshot():
        assert reader.current() is not None
