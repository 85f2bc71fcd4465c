"""The lexical index on its own: it grows between generations, and the last one stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3assist.index.lexical import (
    SMALLEST,
    LexicalEntry,
    LexicalIndex,
    can_grow,
    write_lexical,
)


def entry(passage: int, version: int, *words: str) -> LexicalEntry:
    return LexicalEntry(passage, version, heading=["heading"], body=words)


def test_terms_are_added_to_and_taken_from_an_earlier_generation(tmp_path: Path) -> None:
    first = [entry(1, 10, "gold", "label"), entry(2, 11, "gold", "mine"), entry(3, 12, "fund")]
    write_lexical(tmp_path / "1", first)
    before = {file.name: file.read_bytes() for file in (tmp_path / "1").iterdir()}

    write_lexical(tmp_path / "2", [entry(4, 13, "gold", "rush")], tmp_path / "1", gone=[11])
    index = LexicalIndex(tmp_path / "2")

    assert len(index) == 3
    assert {passage for passage, _ in index.search([("gold", 1.0)], 10)} == {1, 4}
    assert {passage for passage, _ in index.search([("gold", 1.0)], 10, [13])} == {4}
    assert {file.name: file.read_bytes() for file in (tmp_path / "1").iterdir()} == before


@pytest.mark.parametrize(("gone", "grows"), [(0, True), (SMALLEST // 5, False)])
def test_an_index_is_added_to_until_too_much_of_it_is_gone(
    tmp_path: Path, gone: int, grows: bool
) -> None:
    write_lexical(tmp_path / "1", (entry(n, n, "fund") for n in range(SMALLEST)))
    write_lexical(tmp_path / "2", [entry(SMALLEST, SMALLEST, "mine")], tmp_path / "1", range(gone))

    assert can_grow(tmp_path / "2") is grows
    assert len(LexicalIndex(tmp_path / "2")) == SMALLEST + 1 - gone


def test_a_small_index_is_written_anew(tmp_path: Path) -> None:
    write_lexical(tmp_path / "1", [entry(1, 10, "fund")])

    assert not can_grow(tmp_path / "1")


def test_whoever_may_read_the_folder_may_read_its_files(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)

    write_lexical(tmp_path / "shared" / "lexical", [LexicalEntry(1, 1, ["fund"], ["euro"])])

    folder = tmp_path / "shared" / "lexical"
    allowed = folder.stat().st_mode & 0o666
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {allowed}
