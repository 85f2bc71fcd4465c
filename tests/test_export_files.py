"""Where an export goes, and what becomes of what stands there."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from strategies import build_document

from s3assist.documents import Block, BlockKind, Quote
from s3assist.errors import ExportError
from s3assist.export import Format, basket_report, render, write
from s3assist.ingest.loaders import load

WORDS = build_document([Block(kind=BlockKind.PARAGRAPH, text="Words of it.")])
REPORT = basket_report([Quote(document=WORDS, start=0, end=len(WORDS.text))])


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("is_there", [True, False])
def test_an_export_to_a_link_goes_where_the_link_leads(tmp_path: Path, is_there: bool) -> None:
    shared = tmp_path / "shared" / "quotes.md"
    shared.parent.mkdir()
    if is_there:
        shared.write_text("old", "utf-8")
    (tmp_path / "out.md").symlink_to(shared)

    write(REPORT, tmp_path / "out.md")

    assert shared.read_bytes() == render(REPORT, Format.MARKDOWN)
    assert (tmp_path / "out.md").is_symlink()
    assert [file.name for file in shared.parent.iterdir()] == ["quotes.md"]


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out.md").symlink_to(tmp_path / "out.md")

    with pytest.raises(ExportError, match=r"out\.md can't be written") as caught:
        write(REPORT, tmp_path / "out.md")

    assert "--" not in caught.value.hint  # the screen and the plain chat have no options


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_stays_as_private_or_open_as_it_is(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out.md"
    path.write_text("old", "utf-8")
    path.chmod(mode)

    write(REPORT, path)

    assert path.read_bytes() == render(REPORT, Format.MARKDOWN)
    assert mode_of(path) == mode


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_a_new_file_is_as_open_as_all_that_the_user_makes(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        write(REPORT, tmp_path / "out.md")
    finally:
        os.umask(before)

    assert mode_of(tmp_path / "out.md") == mode


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(REPORT, pipe)
        content = os.read(reader, 100_000)
    finally:
        os.close(reader)

    assert content == render(REPORT, Format.MARKDOWN)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out.md").mkdir()

    with pytest.raises(ExportError, match=r"out\.md can't be written"):
        write(REPORT, tmp_path / "out.md")
    assert [file.name for file in tmp_path.iterdir()] == ["out.md"]


@pytest.mark.parametrize("bytes_long", [246, 255])
def test_a_name_that_the_disk_can_hold_is_written(tmp_path: Path, bytes_long: int) -> None:
    path = tmp_path / f"{'x' * (bytes_long - 3)}.md"

    write(REPORT, path)

    assert path.read_bytes() == render(REPORT, Format.MARKDOWN)


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_each_author_of_a_document_is_one_for_a_reference_manager(
    tmp_path: Path, suffix: str
) -> None:
    names = ["Engelmann, Ulla", "Novák, Jan"]
    metas = "".join(f'<meta name="citation_author" content="{name}">' for name in names)
    content = {
        ".md": f"---\ntitle: T\nauthor: {json.dumps(names)}\n---\nWords of it.\n",
        ".html": f"<html><head><title>T</title>{metas}</head><body><p>Words.</p></body></html>",
    }
    (tmp_path / f"a{suffix}").write_text(content[suffix], "utf-8")
    about = load(tmp_path / f"a{suffix}").metadata
    quote = Quote(document=replace(WORDS, metadata=about), start=0, end=len(WORDS.text))

    (item,) = json.loads(render(basket_report([quote]), Format.CSL_JSON))

    assert item["author"] == [{"literal": name} for name in names]
