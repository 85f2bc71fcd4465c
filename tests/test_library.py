from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import Library

from s3assist.assistant import open_assistant
from s3assist.config import load_settings
from s3assist.doctor import examine
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.library import EntryState, survey


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is characters")
def test_what_came_after_the_index_is_new_or_can_never_be_read(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "later.txt").write_text("The call closes on 3 May 2026.")
    (copy.corpus / os.fsdecode(b"caf\xe9.txt")).write_text("The call closes on 3 May 2026.")
    assistant = open_assistant(load_settings(corpus=copy.corpus, index=copy.index))

    found = {entry.path: entry for entry in survey(assistant)}
    assistant.close()

    assert found["later.txt"].state is EntryState.NEW
    assert found[r"caf\xe9.txt"].state is EntryState.UNREAD
    assert found[r"caf\xe9.txt"].reason.endswith("Rename it.")


@pytest.mark.slow
def test_what_could_not_be_read_again_is_indexed_and_says_why(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "editorials" / "jobs.meta.toml").write_text("title = ")
    sync(copy.corpus, IndexLayout(copy.index))
    settings = load_settings(corpus=copy.corpus, index=copy.index)
    assistant = open_assistant(settings)

    (found,) = [entry for entry in survey(assistant) if entry.path == "editorials/jobs.md"]
    checks = {check.name: check for check in examine(settings)}
    assistant.close()

    assert (found.state, found.title) == (EntryState.INDEXED, "Clusters and jobs")
    assert found.passages
    assert found.reason.startswith("jobs.meta.toml: not a readable TOML file")
    assert checks["documents"].ok
    assert "editorials/jobs.md" in checks["last run"].detail
