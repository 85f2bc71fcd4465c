"""Which files of a corpus folder are documents, and what tells that one of them changed."""

import os
from pathlib import Path

import pytest

from s3assist.errors import LoadError
from s3assist.ingest import source
from s3assist.ingest.matter import read_sidecar
from s3assist.ingest.source import SourceFile, Unusable, find_sources
from s3assist.ingest.watch import is_visible

TEXT = "The fund paid 30 million euro in 2019.\n"


def write(folder: Path, name: str, text: str = TEXT) -> SourceFile:
    (folder / name).write_text(text)
    return SourceFile(folder, name)


def test_the_same_bytes_are_another_document_under_another_kind_of_suffix(tmp_path: Path) -> None:
    names = ("a.txt", "a.TEXT", "a.md", "a.md.bak", "a.htm", "a.html")
    marks = {name: write(tmp_path, name).fingerprint("") for name in names}

    assert marks["a.txt"] == marks["a.TEXT"]
    assert marks["a.htm"] == marks["a.html"]
    assert len(set(marks.values())) == 4


def test_a_link_that_leads_to_itself_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "x.txt").symlink_to("y.txt")
    (tmp_path / "y.txt").symlink_to("x.txt")
    write(tmp_path, "a.txt")
    (tmp_path / "a.meta.toml").symlink_to("a.meta.toml")
    good, *circle = find_sources(tmp_path)

    assert good.fingerprint("")
    for one in circle:
        with pytest.raises(LoadError, match="symbolic links"):
            one.fingerprint("")


@pytest.mark.skipif(os.name == "nt", reason="names are counted in other units there")
@pytest.mark.parametrize("name", ["б" * 123 + ".txt", "a" * 251 + ".txt"])
def test_a_name_as_long_as_names_may_be_has_no_sidecar(tmp_path: Path, name: str) -> None:
    file = write(tmp_path, name)

    assert file.fingerprint("")
    assert read_sidecar(file.file) is None


def test_a_sidecar_that_goes_away_takes_no_document_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "a.txt")
    without = file.fingerprint("")
    sidecar = write(tmp_path, "a.meta.toml", 'title = "T"\n').file
    check = SourceFile.check

    def late(self: SourceFile, checked: Path) -> None:
        if checked == sidecar:
            sidecar.unlink()
        check(self, checked)

    monkeypatch.setattr(SourceFile, "check", late)

    assert file.fingerprint("") == without


def reasons(corpus: Path, index: Path | None = None) -> dict[str, str]:
    """Of what in a corpus folder can't become a document."""
    found = find_sources(corpus, index)
    return {one.path: one.error.in_sentences for one in found if isinstance(one, Unusable)}


def test_a_link_to_a_folder_is_a_problem_and_not_followed(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for folder in (corpus / "notes", index, tmp_path / "share"):
        folder.mkdir(parents=True)
        write(folder, "a.txt")
    (corpus / "again").symlink_to("notes", target_is_directory=True)
    (corpus / "share").symlink_to(tmp_path / "share", target_is_directory=True)
    (corpus / "index").symlink_to(index, target_is_directory=True)
    (corpus / ".git").symlink_to(index, target_is_directory=True)

    found = reasons(corpus, index)

    assert found == dict.fromkeys(
        ("again/", "share/"),
        "a link to a folder is not followed. Copy the folder into the corpus, or remove the link.",
    )
    assert {one.path for one in find_sources(corpus, index)} == {"notes/a.txt", *found}


def test_a_sidecar_without_a_document_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    write(tmp_path, "report.txt")
    write(tmp_path, "rapport.pdf")
    for name in ("report.meta.toml", "s7-report.meta.toml", "notes/report.txt.meta.toml"):
        write(tmp_path, name, 'title = "T"\n')

    found = reasons(tmp_path)

    assert set(found) == {"s7-report.meta.toml", "notes/report.txt.meta.toml"}
    assert found["s7-report.meta.toml"] == (
        "a sidecar without a document: nothing beside it is called s7-report. "
        "Name it after its document (report.meta.toml for report.pdf) or remove it."
    )


def test_a_second_sidecar_of_a_document_is_a_problem(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "b.pdf"):
        write(tmp_path, name)
    for name in ("a.md", "a", "b.md", "b"):
        write(tmp_path, f"{name}.meta.toml", 'title = "T"\n')

    # The plain name says something of b.pdf, which has no other sidecar.
    assert reasons(tmp_path) == {
        "a.meta.toml": "a second sidecar of a.md: a.md.meta.toml is read instead. "
        "Put all into one of them and remove the other."
    }


def test_an_index_in_the_corpus_folder_is_no_document(tmp_path: Path) -> None:
    index = tmp_path / "work" / "index"
    index.mkdir(parents=True)
    write(index, "catalog.sqlite")
    write(tmp_path / "work", "index.txt")
    linked = tmp_path.with_name(f"{tmp_path.name}-link")
    linked.symlink_to(tmp_path, target_is_directory=True)

    for corpus in (tmp_path, linked):
        assert [one.path for one in find_sources(corpus, index)] == ["work/index.txt"]
        for seen in (tmp_path, corpus):  # systems differ in whether they follow the link
            assert not is_visible(corpus, seen / "work" / "index" / "catalog.sqlite", index)
            assert is_visible(corpus, seen / "work" / "index.txt", index)
    assert [one.path for one in find_sources(index, index)] == ["catalog.sqlite"]


def test_only_pdf_files_are_looked_at_again_when_scans_can_be_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "SETTLED", -1e9)  # how old files are is told at once
    write(tmp_path, "a.pdf")
    write(tmp_path, "a.txt")

    def seen(*, installed: bool, ocr: bool = True) -> list[tuple[str, str]]:
        monkeypatch.setattr(source, "is_installed", lambda: installed)
        sources = find_sources(tmp_path, ocr=ocr)
        return [(one.stamp(), one.fingerprint("").settings) for one in sources]

    pdf, text = seen(installed=True)
    for other_pdf, other_text in (seen(installed=False), seen(installed=True, ocr=False)):
        assert text == other_text
        assert pdf[0] != other_pdf[0]
        assert pdf[1] != other_pdf[1]
