"""The repository as a whole: its bundled corpus, its generated index, its pins."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from s3assist.documents import Document
from s3assist.ingest.source import find_sources

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="module")
def notes() -> list[Document]:
    sources = [s for s in find_sources(CORPUS) if s.path.startswith("briefings/")]
    return [source.read(source.fingerprint("").sha256) for source in sources]


def test_the_index_is_not_in_git() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = [git, "ls-files", "--", "index"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert listed.stdout.split() == ["index/.gitkeep"]


def test_there_are_at_least_twelve_notes_in_four_formats(notes: list[Document]) -> None:
    formats = [note.format for note in notes]

    assert len(notes) >= 12
    assert {"markdown", "html"} <= set(formats)
    assert formats.count("pdf") >= 3
    assert formats.count("docx") >= 2


def test_every_pdf_note_has_several_pages(notes: list[Document]) -> None:
    assert all(len(note.pages) > 1 for note in notes if note.format == "pdf")


def test_every_note_is_500_to_900_words_long(notes: list[Document]) -> None:
    lengths = {note.path: len(body(note).split()) for note in notes}

    assert {path: n for path, n in lengths.items() if not 500 <= n <= 900} == {}


def test_every_note_is_dated_and_ends_with_its_sources(notes: list[Document]) -> None:
    for note in notes:
        assert note.metadata.title, note.path
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", note.metadata.date), note.path
        assert note.sections[-1].title == "Sources", note.path


def test_the_editorial_is_there_with_its_metadata() -> None:
    (source,) = [s for s in find_sources(CORPUS) if s.path.startswith("editorials/")]

    about = source.read(source.fingerprint("").sha256).metadata

    assert about.title == (
        "Delivering Smart Specialisation investments through industrial clusters"
    )
    assert about.author.startswith("Ulla Engelmann")
    assert about.submitted_by == "Lucia Seel"
    assert about.date == "2020-02-14"
    assert about.publisher == "European Cluster Collaboration Platform"


def test_built_notes_agree_with_their_sources() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "build_briefings.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    needed = project["dependencies"] + [
        requirement
        for extra in project["optional-dependencies"].values()
        for requirement in extra
        if not requirement.startswith("s3assist[")
    ]

    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    assert {name_of(requirement) for requirement in needed} <= {name_of(pin) for pin in pins}
    assert "torch==2.13.0" in pins


def body(note: Document) -> str:
    """The text of a note in front of its list of sources."""
    sources = [section.start for section in note.sections if section.title == "Sources"]
    return note.text[: sources[-1]] if sources else note.text


def name_of(requirement: str) -> str:
    """The normalised name of a package in a requirement."""
    name = re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
