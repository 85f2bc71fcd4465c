"""What is kept of documents that changed, moved or went away."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from s3assist.answer.compare import Comparison, compare
from s3assist.assistant import Assistant
from s3assist.documents import Document
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.sync import sync

FIRST = "The fund\n\nThe fund paid 30 million euro in 2019.\n"
SECOND = "The fund\n\nThe fund paid 45 million euro in 2020.\n"


@pytest.fixture
def assistant(corpus: Path, layout: IndexLayout) -> Assistant:
    sync(corpus, layout)
    return Assistant(IndexReader(layout), bar=0.0)


def numbers(assistant: Assistant, name: str) -> list[tuple[int, str, bool]]:
    return [(v.number, v.path, v.live) for v in assistant.versions(name)]


def test_a_receipt_of_an_earlier_version_can_still_be_checked(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    quote = assistant.ask("How much did the fund pay?").quotes[0]
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    sync(corpus, layout)

    receipt = quote.receipt
    recalled = assistant.recall(receipt.sha256, receipt.text_sha256)

    assert recalled is not None
    assert recalled.text[receipt.start : receipt.end] == quote.text
    assert "45 million" in assistant.document("fund.txt").text


def test_others_are_answered_while_versions_are_compared(
    corpus: Path, layout: IndexLayout, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    sync(corpus, layout)

    other = ThreadPoolExecutor(1)

    def compare_while_another_asks(old: Document, new: Document) -> Comparison:
        assert other.submit(assistant.document, "fund.txt").result(timeout=10) == new
        return compare(old, new)

    monkeypatch.setattr("s3assist.assistant.compare", compare_while_another_asks)

    assert assistant.compare("fund.txt").count("reworded") == 1


def test_what_was_never_indexed_is_not_recalled(assistant: Assistant) -> None:
    document = assistant.document("fund.txt")

    assert assistant.recall("0" * 64) is None
    assert assistant.recall(document.sha256, "0" * 64) is None
    assert assistant.recall(document.sha256) == document


@pytest.mark.slow
def test_versions_are_counted_and_only_so_many_are_kept(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    old = assistant.document("fund.txt")
    for year in range(2020, 2024):
        text = f"The fund\n\nThe fund paid {year} euro in {year}.\n"
        (corpus / "notes" / "fund.txt").write_text(text)
        sync(corpus, layout, keep_versions=2)

    assert numbers(assistant, "fund.txt") == [
        (3, "notes/fund.txt", False),
        (4, "notes/fund.txt", False),
        (5, "notes/fund.txt", True),
    ]
    assert assistant.recall(old.sha256) is None


@pytest.mark.slow
def test_no_earlier_version_stays_if_none_is_wanted(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    label = assistant.document("label.md")
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    (corpus / "notes" / "label.md").unlink()
    sync(corpus, layout, keep_versions=0)

    assert numbers(assistant, "fund.txt") == [(2, "notes/fund.txt", True)]
    assert assistant.recall(label.sha256) is None


@pytest.mark.slow
def test_an_older_text_that_comes_back_is_the_newest_version(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    for text in (SECOND, FIRST):
        (corpus / "notes" / "fund.txt").write_text(text)
        report = sync(corpus, layout)

    assert report.embedded == 0
    assert [(v.number, v.live) for v in assistant.versions("fund.txt")] == [(2, False), (3, True)]


@pytest.mark.slow
def test_a_moved_document_keeps_its_versions(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    sync(corpus, layout)
    (corpus / "notes" / "fund.txt").rename(corpus / "notes" / "money.txt")
    sync(corpus, layout)

    assert numbers(assistant, "money.txt") == [
        (1, "notes/fund.txt", False),
        (2, "notes/money.txt", True),
    ]


@pytest.mark.slow
def test_a_new_document_under_the_name_of_a_moved_one_is_another(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    (corpus / "notes" / "fund.txt").rename(corpus / "notes" / "old.txt")
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    report = sync(corpus, layout)

    # Under its old name the file is another one: to be told from a rename it would have to be read.
    assert {d.path: d.outcome for d in report.documents} == {
        "notes/fund.txt": "changed",
        "notes/label.md": "unchanged",
        "notes/old.txt": "added",
    }
    assert numbers(assistant, "old.txt") == [(1, "notes/old.txt", True)]


@pytest.mark.slow
def test_a_document_that_went_away_and_came_back_is_the_same_and_not_embedded_again(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    file = corpus / "notes" / "fund.txt"
    file.unlink()
    sync(corpus, layout)
    gone = numbers(assistant, "fund.txt")
    file.write_text(FIRST)

    report = sync(corpus, layout)

    assert gone == [(1, "notes/fund.txt", False)]
    assert (report.count("added"), report.embedded) == (1, 0)
    assert numbers(assistant, "fund.txt") == [(1, "notes/fund.txt", True)]
    assert assistant.ask("How much did the fund pay?").quotes[0].text.startswith("The fund paid 30")


@pytest.mark.slow
def test_copies_are_documents_of_their_own(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    for folder in ("a", "b"):
        (corpus / folder).mkdir()
        (corpus / folder / "fund.txt").write_text(FIRST)
    report = sync(corpus, layout)

    quote = assistant.ask("How much did the fund pay?").quotes[0]
    assert (report.count("added"), report.embedded) == (2, 0)
    assert {place.document.path for place in (quote, *quote.also)} == {
        "a/fund.txt",
        "b/fund.txt",
        "notes/fund.txt",
    }

    (corpus / "a" / "fund.txt").write_text(SECOND)
    (corpus / "notes" / "fund.txt").unlink()
    report = sync(corpus, layout)

    assert {d.path: d.outcome for d in report.documents} == {
        "a/fund.txt": "changed",
        "b/fund.txt": "unchanged",
        "notes/fund.txt": "removed",
        "notes/label.md": "unchanged",
    }


@pytest.mark.slow
def test_the_paragraphs_that_did_not_change_are_not_embedded_again(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    sections = [
        f"## Part {number}\n\nPart {number} is about the programme of region {number}.\n"
        for number in range(20)
    ]
    (corpus / "long.md").write_text("# Regions\n\n" + "\n".join(sections))
    assert sync(corpus, layout).embedded == 20
    sections[7] = "## Part 7\n\nPart 7 is about something else altogether.\n"
    (corpus / "long.md").write_text("# Regions\n\n" + "\n".join(sections))

    report = sync(corpus, layout)

    assert (report.count("changed"), report.embedded) == (1, 1)


@pytest.mark.slow
def test_changed_metadata_replaces_a_version_and_makes_no_new_one(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    (corpus / "notes" / "fund.meta.toml").write_text('title = "The fund"\nauthor = "Ann"\n')
    report = sync(corpus, layout)

    assert report.count("changed") == 1
    assert numbers(assistant, "fund.txt") == [(1, "notes/fund.txt", True)]


@pytest.mark.slow
def test_what_each_run_changed_is_written_down(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    first = assistant.document("fund.txt").sha256
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    (corpus / "notes" / "label.md").rename(corpus / "notes" / "gold.md")
    sync(corpus, layout)
    (corpus / "notes" / "gold.md").write_bytes(b"")
    sync(corpus, layout)
    (corpus / "notes" / "gold.md").unlink()
    (corpus / "notes" / "fund.txt").unlink()
    sync(corpus, layout)

    changes = assistant.changes()

    assert [(c.generation, c.outcome, c.path, c.moved_from) for c in changes] == [
        (1, "added", "notes/fund.txt", ""),
        (1, "added", "notes/label.md", ""),
        (2, "changed", "notes/fund.txt", ""),
        (2, "moved", "notes/gold.md", "notes/label.md"),
        (3, "failed", "notes/gold.md", ""),
        (4, "removed", "notes/fund.txt", ""),
    ]
    assert changes[2].before == first
    assert (changes[2].sha256, changes[5].sha256) == (changes[5].before, "")
    assert assistant.changes(since="2999-01-01") == ()


@pytest.mark.slow
def test_a_rebuild_keeps_earlier_versions(
    corpus: Path, layout: IndexLayout, assistant: Assistant
) -> None:
    (corpus / "notes" / "fund.txt").write_text(SECOND)
    sync(corpus, layout)
    report = sync(corpus, layout, rebuild=True)

    assert (report.count("unchanged"), report.embedded) == (2, 2)
    assert numbers(assistant, "fund.txt") == [
        (1, "notes/fund.txt", False),
        (2, "notes/fund.txt", True),
    ]
    assert len(assistant.changes()) == 3
