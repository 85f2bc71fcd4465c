"""The sync against real files, the real encoder and real kills."""

import errno
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from s3assist.assistant import Assistant
from s3assist.documents import QuoteState
from s3assist.errors import ConfigError, IndexBusyError, IndexDamagedError, IndexMissingError
from s3assist.index.catalog import Catalog
from s3assist.index.layout import IndexLayout
from s3assist.index.lock import writing
from s3assist.index.reader import IndexReader
from s3assist.ingest import embedding
from s3assist.ingest.parsing import ahead
from s3assist.ingest.preview import preview
from s3assist.ingest.report import Progress, SyncReport
from s3assist.ingest.source import SETTLED, SourceFile, find_sources
from s3assist.ingest.sync import sync, sync_sources


def outcomes(report: SyncReport) -> dict[str, str]:
    return {document.path: document.outcome for document in report.documents}


def first_quote(layout: IndexLayout, question: str) -> str:
    assistant = Assistant(IndexReader(layout), bar=0.0)
    try:
        quotes = assistant.ask(question).quotes
        return quotes[0].text if quotes else ""
    finally:
        assistant.close()


def test_the_first_run_adds_every_document(corpus: Path, layout: IndexLayout) -> None:
    report = sync(corpus, layout)

    assert outcomes(report) == {"notes/fund.txt": "added", "notes/label.md": "added"}
    assert (
        first_quote(layout, "How much did the fund pay?")
        == "The fund paid 30 million euro in 2019."
    )


def test_a_second_run_changes_nothing_and_embeds_nothing(corpus: Path, layout: IndexLayout) -> None:
    first = sync(corpus, layout)
    second = sync(corpus, layout)

    assert set(outcomes(second).values()) == {"unchanged"}
    assert (second.embedded, second.generation) == (0, first.generation)


@pytest.mark.slow
def test_texts_are_embedded_while_others_are_read_each_of_them_once(
    corpus: Path, layout: IndexLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "EMBED_BATCH", 4)
    for number in range(12):  # every second one says the same under the same title
        text = f"Programme\n\nProgramme {number // 2} pays {number // 2} million euro.\n"
        (corpus / f"p{number:02}.txt").write_text(text)
    during: list[int] = []

    def watch(progress: Progress) -> None:
        if progress.step == "reading" and progress.done:
            with closing(sqlite3.connect(layout.catalog)) as db:
                during.extend(db.execute("SELECT count(*) FROM embedding").fetchone())

    report = sync(corpus, layout, on_progress=watch)

    assert report.count("added") == 14
    assert report.embedded == 6 + 2
    assert 0 < max(during) <= 8
    assert first_quote(layout, "What does programme 5 pay?") == "Programme 5 pays 5 million euro."
    assert sync(corpus, layout, rebuild=True).embedded == report.embedded


@pytest.mark.slow
def test_texts_are_embedded_while_a_long_document_lets_wait(
    corpus: Path, layout: IndexLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BYTES_EACH", 1)
    (corpus / "a.md").write_text("*a **b " * 80_000)  # about four seconds
    for number in range(3):
        (corpus / f"b{number}.txt").write_text(f"Programme {number} pays {number} million euro.\n")
    before: list[int] = []

    def watch(progress: Progress) -> None:
        if (progress.step, progress.done, progress.what) == ("reading", 1, "b0.txt"):
            with closing(sqlite3.connect(layout.catalog)) as db:
                before.extend(db.execute("SELECT count(*) FROM embedding").fetchone())

    report = sync(corpus, layout, workers=2, on_progress=watch)

    assert 0 < before[0] <= 3 + 2
    assert first_quote(layout, "What does programme 2 pay?") == "Programme 2 pays 2 million euro."
    assert report.count("added") == len(report.documents)


def test_an_edited_document_answers_with_its_new_words(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.txt").write_text(
        "The fund\n\nThe fund paid 45 million euro in 2020.\n"
    )

    report = sync(corpus, layout)

    assert outcomes(report) == {"notes/fund.txt": "changed", "notes/label.md": "unchanged"}
    assert report.embedded == 1
    assert (
        first_quote(layout, "How much did the fund pay?")
        == "The fund paid 45 million euro in 2020."
    )


def test_a_removed_document_is_never_quoted_again(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.txt").unlink()

    report = sync(corpus, layout)

    assert outcomes(report)["notes/fund.txt"] == "removed"
    assert "fund" not in first_quote(layout, "How much did the fund pay?")


@pytest.mark.slow
def test_a_renamed_document_is_not_embedded_again(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.txt").rename(corpus / "money.txt")

    report = sync(corpus, layout)

    assert report.embedded == 0
    assert outcomes(report) == {"money.txt": "moved", "notes/label.md": "unchanged"}


@pytest.mark.slow
def test_a_file_is_read_as_what_its_new_suffix_says(corpus: Path, layout: IndexLayout) -> None:
    (corpus / "a.txt").write_text("# Results\n\nThe label costs **30 euro** a year.\n")
    sync(corpus, layout)
    (corpus / "a.txt").rename(corpus / "a.md")

    assert outcomes(sync(corpus, layout))["a.md"] == "moved"
    assert first_quote(layout, "What does the label cost?") == "The label costs 30 euro a year."

    (corpus / "a.md").rename(corpus / "a.md.old")

    assert outcomes(sync(corpus, layout))["a.md.old"] == "failed"
    assert "costs" not in first_quote(layout, "What does the label cost?")


@pytest.mark.slow
def test_a_dry_run_foresees_what_a_changed_sidecar_does(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.meta.toml").write_text('title = "The report"\n')

    foreseen = outcomes(preview(corpus, layout))

    expected = {"notes/fund.txt": "changed", "notes/label.md": "unchanged"}
    assert foreseen == outcomes(sync(corpus, layout)) == expected


@pytest.mark.slow
def test_a_changed_sidecar_changes_the_citation(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.meta.toml").write_text('title = "The fund"\nauthor = "Ann"\n')
    sync(corpus, layout)

    assert Assistant(IndexReader(layout)).document("fund.txt").metadata.author == "Ann"


@pytest.mark.slow
def test_a_document_that_cannot_be_read_costs_only_itself(
    corpus: Path, layout: IndexLayout
) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (corpus / "empty.txt").write_bytes(b"")

    report = sync(corpus, layout)

    assert outcomes(report)["broken.pdf"] == outcomes(report)["empty.txt"] == "failed"
    reasons = {d.path: d.reason for d in report.documents}
    assert reasons["broken.pdf"]
    assert reasons["empty.txt"] == "the file is empty. Replace or remove it."
    assert {p for p, _ in Assistant(IndexReader(layout)).status().problems} == {
        "broken.pdf",
        "empty.txt",
    }


def test_a_link_that_leads_out_of_the_corpus_is_refused(
    corpus: Path, layout: IndexLayout, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("The password is swordfish, says the secret note.")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")

    report = sync(corpus, layout)

    assert outcomes(report)["link.txt"] == "failed"
    assert "password" not in first_quote(layout, "What is the password?")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is characters")
def test_a_file_whose_name_is_no_text_costs_only_itself(corpus: Path, layout: IndexLayout) -> None:
    (corpus / os.fsdecode(b"caf\xe9.txt")).write_text("The call closes on 3 May 2026.")

    foreseen = preview(corpus, layout)
    report = sync(corpus, layout)
    again = preview(corpus, layout)

    expected = {r"caf\xe9.txt": "failed", "notes/fund.txt": "added", "notes/label.md": "added"}
    assert outcomes(foreseen) == outcomes(report) == expected
    assert set(outcomes(again).values()) == {"failed", "unchanged"}
    (reason,) = [d.reason for d in report.documents if d.outcome == "failed"]
    assert reason == "its name, or that of its folder, is not UTF-8. Rename it."


def refuse_to_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing permissions would not hinder an administrator, who may be running this."""
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


@pytest.mark.slow
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_folder_that_cannot_be_listed_keeps_what_was_indexed_of_it(
    corpus: Path, layout: IndexLayout, monkeypatch: pytest.MonkeyPatch, *, rebuild: bool
) -> None:
    sync(corpus, layout)
    (corpus / "new.txt").write_text("A new text about regions.")

    with monkeypatch.context() as denied:
        refuse_to_list(corpus / "notes", denied)
        foreseen = preview(corpus, layout)
        report = sync(corpus, layout, rebuild=rebuild)

    reasons = {d.path: d.reason for d in report.documents}
    assert reasons["notes/"].startswith("the folder can't be listed: Permission denied. Check")
    assert (
        outcomes(foreseen)
        == outcomes(report)
        == {
            "new.txt": "added",
            "notes/": "failed",
            "notes/fund.txt": "unchanged",
            "notes/label.md": "unchanged",
        }
    )
    assert "30 million" in first_quote(layout, "How much did the fund pay?")
    (corpus / "notes" / "fund.txt").unlink()
    assert outcomes(sync(corpus, layout))["notes/fund.txt"] == "removed"


def test_a_corpus_folder_that_cannot_be_listed_is_an_error(
    corpus: Path, layout: IndexLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_list(corpus, monkeypatch)

    with pytest.raises(ConfigError, match="can't be listed: Permission denied"):
        sync(corpus, layout)


@pytest.mark.slow
def test_a_file_that_goes_away_during_the_run_is_no_error(
    corpus: Path, layout: IndexLayout
) -> None:
    sync(corpus, layout)
    (corpus / "new.txt").write_text("A new text about regions.")
    sources = list(find_sources(corpus))
    (corpus / "notes" / "fund.txt").unlink()
    (corpus / "new.txt").unlink()

    report = sync_sources(sources, layout)

    assert outcomes(report) == {"notes/fund.txt": "removed", "notes/label.md": "unchanged"}


@pytest.mark.slow
def test_a_file_that_changes_while_it_is_read_is_not_taken_for_what_it_was(
    corpus: Path, layout: IndexLayout
) -> None:
    def edit(progress: Progress) -> None:
        if progress.what == "notes/fund.txt" and progress.step == "reading":
            text = "The fund\n\nThe fund paid 45 million euro in 2020.\n"
            (corpus / "notes" / "fund.txt").write_text(text)

    first = sync(corpus, layout, on_progress=edit)
    second = sync(corpus, layout)

    reasons = {d.path: d.reason for d in first.documents}
    assert "changed while it was read" in reasons["notes/fund.txt"]
    assert outcomes(second)["notes/fund.txt"] == "added"
    assert "45 million" in first_quote(layout, "How much did the fund pay?")


@pytest.mark.slow
def test_a_document_that_is_saved_during_the_run_is_quoted_as_it_was(
    corpus: Path, layout: IndexLayout
) -> None:
    fund = corpus / "notes" / "fund.txt"
    sync(corpus, layout)
    fund.write_text("The fund\n\nThe fund paid 44 million euro in 2020.\n")

    def edit(progress: Progress) -> None:
        if progress.what == "notes/fund.txt" and progress.step == "reading":
            fund.write_text("The fund\n\nThe fund paid 45 million euro in 2020.\n")

    report = sync(corpus, layout, on_progress=edit)

    assert outcomes(report) == {"notes/fund.txt": "failed", "notes/label.md": "unchanged"}
    (reason,) = [d.reason for d in report.documents if d.reason]
    assert re.fullmatch(
        r"it was changed while it was read\. Run `s3assist index` again\."
        r" Until it can be read, quotes are from the version of \d{4}-\d\d-\d\d\.",
        reason,
    )
    assistant = Assistant(IndexReader(layout), bar=0.0, corpus=corpus)
    quote = assistant.ask("How much did the fund pay?").quotes[0]
    assert quote.text == "The fund paid 30 million euro in 2019."
    assert assistant.state_of(quote) is QuoteState.CHANGED
    assert assistant.status().problems == (("notes/fund.txt", reason),)
    assistant.close()
    assert outcomes(sync(corpus, layout))["notes/fund.txt"] == "changed"
    assert "45 million" in first_quote(layout, "How much did the fund pay?")


@pytest.mark.slow
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_document_whose_sidecar_is_wrong_is_quoted_as_it_was(
    corpus: Path, layout: IndexLayout, *, rebuild: bool
) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.meta.toml").write_text("title = ")

    broken = sync(corpus, layout, rebuild=rebuild)
    (corpus / "new.txt").write_text("A new text about regions.")
    foreseen = outcomes(preview(corpus, layout))
    again = sync(corpus, layout)

    expected = {"notes/fund.txt": "failed", "notes/label.md": "unchanged"}
    assert outcomes(broken) == expected
    assert foreseen == outcomes(again) == {**expected, "new.txt": "added"}
    assistant = Assistant(IndexReader(layout), bar=0.0, corpus=corpus)
    quote = assistant.ask("How much did the fund pay?").quotes[0]
    assert assistant.state_of(quote) is QuoteState.VERIFIED
    ((path, reason),) = assistant.status().problems
    assert (path, reason.partition(": ")[0]) == ("notes/fund.txt", "fund.meta.toml")
    assert "Until it can be read, quotes are from the version of " in reason
    assert [change.path for change in assistant.changes() if change.outcome == "failed"] == [path]
    assistant.close()
    (corpus / "notes" / "fund.meta.toml").write_text('title = "The fund"')
    assert "failed" not in outcomes(sync(corpus, layout)).values()


@pytest.mark.slow
def test_a_document_that_cannot_be_opened_is_quoted_as_it_was(
    corpus: Path, layout: IndexLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund = corpus / "notes" / "fund.txt"
    sync(corpus, layout)
    open_ = Path.open

    def refuse(self: Path, *arguments: object, **named: object) -> object:
        if self == fund:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return open_(self, *arguments, **named)  # type: ignore[call-overload]

    with monkeypatch.context() as denied:
        denied.setattr(Path, "open", refuse)
        fund.touch()
        report = sync(corpus, layout)

    assert outcomes(report)["notes/fund.txt"] == "failed"
    assert "30 million" in first_quote(layout, "How much did the fund pay?")
    assert outcomes(sync(corpus, layout))["notes/fund.txt"] == "unchanged"


@pytest.mark.slow
def test_a_document_that_another_file_has_replaced_is_not_quoted_as_it_was(
    corpus: Path, layout: IndexLayout
) -> None:
    sync(corpus, layout)
    (corpus / "notes" / "fund.txt").write_bytes(b"")

    assert outcomes(sync(corpus, layout))["notes/fund.txt"] == "failed"
    assert "fund" not in first_quote(layout, "How much did the fund pay?")


@pytest.mark.slow
def test_a_file_of_the_same_size_and_time_is_read_again(corpus: Path, layout: IndexLayout) -> None:
    file = corpus / "notes" / "fund.txt"
    time.sleep(SETTLED)
    sync(corpus, layout)
    before = file.stat()
    file.write_text(file.read_text().replace("30", "45"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    report = sync(corpus, layout)

    assert file.stat().st_size == before.st_size
    assert outcomes(report)["notes/fund.txt"] == "changed"


@pytest.mark.slow
def test_a_file_that_was_not_touched_is_not_opened(corpus: Path, layout: IndexLayout) -> None:
    time.sleep(SETTLED)
    sync(corpus, layout)
    source = SourceFile(corpus, "notes/fund.txt")
    catalog = Catalog(layout.catalog)
    known = catalog.fingerprints()
    catalog.close()

    assert source.stamp()
    assert known[source.path].stamp == source.stamp()


@pytest.mark.slow
def test_an_open_reader_follows_to_the_new_generation(corpus: Path, layout: IndexLayout) -> None:
    sync(corpus, layout)
    assistant = Assistant(IndexReader(layout), bar=0.0)
    before = assistant.ask("How much did the fund pay?").quotes[0]
    (corpus / "notes" / "fund.txt").write_text(
        "The fund\n\nThe fund paid 45 million euro in 2020.\n"
    )
    sync(corpus, layout)

    after = assistant.ask("How much did the fund pay?").quotes[0]

    assert ("30 million" in before.text, "45 million" in after.text) == (True, True)


def test_a_second_writer_is_refused_with_the_name_of_the_first(
    corpus: Path, layout: IndexLayout
) -> None:
    with writing(layout.lock), pytest.raises(IndexBusyError, match=r"process \d+"):
        sync(corpus, layout)


def test_an_index_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="no index"):
        IndexReader(IndexLayout(tmp_path / "nothing"))


@pytest.mark.parametrize("victim", ["vectors", "lexical", "catalog"])
def test_damage_is_named_instead_of_answered(
    corpus: Path, layout: IndexLayout, victim: str
) -> None:
    generation = sync(corpus, layout).generation
    path = {
        "vectors": layout.vectors(generation) / "base" / "vectors.npy",
        "lexical": layout.lexical(generation) / "meta.json",
        "catalog": layout.catalog,
    }[victim]
    path.write_bytes(b"no index at all" * 300)

    with pytest.raises(IndexDamagedError):
        first_quote(layout, "How much did the fund pay?")


@pytest.mark.slow
def test_a_killed_run_leaves_the_last_answers_and_the_next_run_finishes(
    corpus: Path, layout: IndexLayout
) -> None:
    sync(corpus, layout)
    for number in range(60):
        text = (
            f"Note {number}\n\nProgramme {number} has a budget of {number} million euro a year.\n"
        )
        (corpus / f"note-{number:02}.txt").write_text(text)
    (corpus / "notes" / "fund.txt").write_text(
        "The fund\n\nThe fund paid 45 million euro in 2020.\n"
    )
    code = (
        "import sys; from pathlib import Path\n"
        "from s3assist.ingest.sync import sync\n"
        "from s3assist.index.layout import IndexLayout\n"
        "sync(Path(sys.argv[1]), IndexLayout(Path(sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, str(corpus), str(layout.root)]
    chance = random.Random(2020)

    for _ in range(8):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        quote = first_quote(layout, "How much did the fund pay?")
        assert quote in (
            "The fund paid 30 million euro in 2019.",
            "The fund paid 45 million euro in 2020.",
        )
    report = sync(corpus, layout)

    assert report.count("failed") == 0
    assert (
        first_quote(layout, "How much did the fund pay?")
        == "The fund paid 45 million euro in 2020."
    )
    assert "17 million" in first_quote(layout, "What is the budget of programme 17?")
