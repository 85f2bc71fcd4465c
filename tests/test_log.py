"""What writers of the index leave in its log."""

import json
import logging
from pathlib import Path

import pytest

from s3assist.index import log
from s3assist.index.layout import IndexLayout
from s3assist.index.log import logging_to
from s3assist.ingest.sync import sync

SENTENCE = "The fund paid 30 million euro in 2019."


def entries(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_sync_logs_what_it_did_and_nothing_of_what_documents_say(
    tmp_path: Path, encoders: Path
) -> None:
    corpus, layout = tmp_path / "corpus", IndexLayout(tmp_path / "index")
    corpus.mkdir()
    layout.root.mkdir()
    layout.encoders.symlink_to(encoders, target_is_directory=True)
    (corpus / "fund.txt").write_text(f"{SENTENCE}\n")
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\n" + SENTENCE.encode())

    sync(corpus, layout)

    found = entries(layout.log)
    assert [(e["event"], e.get("document")) for e in found] == [
        ("failed", "broken.pdf"),
        ("added", "fund.txt"),
        ("committed", None),
    ]
    assert found[0]["level"] == "warning"
    assert (found[-1]["generation"], found[-1]["embedded"]) == (1, 1)
    assert "30 million" not in layout.log.read_text("utf-8")


def test_the_log_is_rotated_and_older_files_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 1000)
    path = tmp_path / "logs" / "index.jsonl"

    with logging_to(path):
        for number in range(200):
            logging.getLogger("s3assist.test").info("event", extra={"number": number})

    files = sorted(path.parent.iterdir())
    assert len(files) == 1 + log.KEPT
    assert all(file.stat().st_size <= 1000 for file in files)
    assert entries(path)[-1]["number"] == 199


def test_after_the_run_nothing_is_written_any_more(tmp_path: Path) -> None:
    path = tmp_path / "index.jsonl"
    with logging_to(path):
        pass

    logging.getLogger("s3assist.test").warning("later")

    assert path.read_text("utf-8") == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_does_not_put_the_log_in_the_place_of_the_error(tmp_path: Path) -> None:
    (tmp_path / "index.jsonl").symlink_to("/dev/full")

    with pytest.raises(ValueError, match="the error"), logging_to(tmp_path / "index.jsonl"):
        logging.getLogger(log.ROOT).info("added")
        raise ValueError("the error")
