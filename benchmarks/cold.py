"""From the start of a process to the printed quote, beside a script that does the least."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, TELL_MEMORY, in_turn, load, median
from s3assist.config import Settings
from s3assist.encode.model import find_model
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.sync import sync

QUESTION = "What share of European jobs is in clusters?"


def measure(work: Path, *, small: bool) -> dict[str, Any]:
    """Seconds of each command and how many times faster than the script it is."""
    layout = IndexLayout(work / "bundled")
    sync(ROOT / "corpus", layout)
    vectors = plain_index(layout, work / "plain.faiss")
    flags = ["--index", str(layout.root)]
    model = find_model("bundled").folder
    script = (ROOT / "benchmarks" / "reference.py").read_text(encoding="utf-8")
    reference: list[str | Path] = [
        sys.executable, "-c", f"{TELL_MEMORY}\n{script}", model, vectors, layout.catalog, QUESTION
    ]  # fmt: skip
    commands: dict[str, list[str | Path]] = {
        "script": reference,
        "ask": ours("ask", QUESTION, *flags),
        "find": ours("find", "share of European jobs", *flags),
        "show": ours("show", "euroclusters", *flags),
        "status": ours("status", *flags),
        "help": ours("--help"),
    }
    if "reader" in Settings.model_fields:
        commands["ask, reader off"] = ours(
            "ask", QUESTION, *flags, before="import os; os.environ['S3ASSIST_READER'] = 'off'\n"
        )
    runs = in_turn(commands, rounds=1 if small else 7)
    base = median([run.wall for run in runs["script"]])
    work_done = median([run.cpu for run in runs["script"]])
    return {
        "load": load(),
        "rounds": len(runs["script"]),
        "rows": [
            {
                "what": name,
                "seconds": median([run.wall for run in found]),
                "cpu": median([run.cpu for run in found]),
                "megabytes": median([run.megabytes for run in found]),
                "times": base / median([run.wall for run in found]),
                "cpu_times": work_done / median([run.cpu for run in found]),
            }
            for name, found in runs.items()
        ],
    }


def ours(*arguments: str, before: str = "") -> list[str | Path]:
    """A command of S3Assist."""
    code = f"{TELL_MEMORY}\n{before}from s3assist.cli import main; main()"
    return [sys.executable, "-c", code, *arguments]


def plain_index(layout: IndexLayout, file: Path) -> Path:
    """The vectors of an index as the script wants them: one flat file with the passages' ids."""
    import faiss
    import numpy as np

    from s3assist.index.segment import Segment

    reader = IndexReader(layout)
    with reader.generation() as generation:
        base = Segment(layout.vectors(generation.info.id) / "base")
    reader.close()
    index = faiss.IndexIDMap(faiss.IndexFlatIP(base.dimension))
    index.add_with_ids(np.array(base.vectors), np.array(base.ids))
    faiss.write_index(index, str(file))
    return file
