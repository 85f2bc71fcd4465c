from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import Library

from s3assist.assistant import open_assistant
from s3assist.config import load_settings
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
