"""Measure all development sets and write the figures into docs/evaluation.md and .json.

    python scripts/evaluation_tables.py ../shared/eval --index .cache/evaluations

Each set's index is a sub-folder of `--index`, named like the set with ``_`` for ``/``; one that
stands there is brought up to date, not built again. Figures of sets that are not run this time
(`--only`) stay as docs/evaluation.json has them. The questions themselves are not written: the
sets have licences of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from s3assist.evaluate import Evaluation, evaluate
from s3assist.evaluate.tables import all_tables, failures_table
from s3assist.ingest.report import Progress

DOCS = Path(__file__).parent.parent / "docs"
OWN = DOCS.parent / "tests" / "data"
SPLIT = json.loads((DOCS.parent / "training" / "split.json").read_text(encoding="utf-8"))
PAUSE = 15
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class DevelopmentSet:
    """A folder below the folder of sets."""

    name: str
    queries: str | None = None
    titles: tuple[str, ...] | None = None
    """Articles whose questions are asked; the reader was trained on the others."""
    corpus: Path | None = None
    """Documents of questions that are part of this repository."""

    @property
    def index_name(self) -> str:
        return self.name.replace("/", "_")


SETS = (
    DevelopmentSet("bundled", corpus=DOCS.parent / "corpus"),
    DevelopmentSet("s3gold"),
    DevelopmentSet("squad2_dev", titles=tuple(SPLIT["squad2_dev"]["reported"])),
    DevelopmentSet("clapnq_dev"),
    DevelopmentSet("scifact"),
    DevelopmentSet("mtrag/cloud", "queries_rewrite.jsonl"),
    DevelopmentSet("mtrag/fiqa", "queries_rewrite.jsonl"),
)


def main() -> None:
    arguments = read_arguments()
    known = read_results(arguments.docs / "evaluation.json")
    for one in SETS:
        if arguments.only and one.name not in arguments.only:
            continue
        folder = (arguments.sets if one.corpus is None else OWN) / one.name
        if not folder.is_dir():
            print(f"{one.name}: skipped, {folder} is not there", file=sys.stderr)
            continue
        measured = evaluate(
            folder,
            corpus=one.corpus,
            index=arguments.index / one.index_name,
            queries=one.queries,
            titles=one.titles,
            reader=arguments.reader,
            limit=arguments.limit,
            on_progress=Announcer(one.name),
        )
        print(measured.to_text(), end="\n\n")
        known[one.name] = replace(
            measured,
            name=one.name,
            failures=tuple(replace(failure, question="") for failure in measured.failures),
            details=(),
        )
        # After each set: a run that is stopped keeps what it has.
        ordered = {s.name: known[s.name] for s in SETS if s.name in known}
        write_results(arguments.docs / "evaluation.json", ordered)
        fill(arguments.docs / "evaluation.md", ordered)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", type=Path, help="folder of the development sets")
    parser.add_argument("--index", type=Path, required=True, help="folder of their indexes")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of evaluation.md")
    parser.add_argument("--only", nargs="+", choices=[s.name for s in SETS], help="just these")
    parser.add_argument("--reader", default="bundled", help="another reader, or `off`")
    parser.add_argument("--limit", type=int, help="most questions of a set; for a trial")
    return parser.parse_args()


@dataclass
class Announcer:
    """Prints a line of progress now and then."""

    name: str
    said: float = 0.0

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self.said > PAUSE:
            self.said = time.monotonic()
            print(f"{self.name}: {progress.step} {progress.done}/{progress.total}", file=sys.stderr)


def read_results(file: Path) -> dict[str, Evaluation]:
    if not file.exists():
        return {}
    stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["sets"]
    return TypeAdapter(dict[str, Evaluation]).validate_python(stored)


def write_results(file: Path, results: dict[str, Evaluation]) -> None:
    sets = {name: one.to_json() for name, one in results.items()}
    content = {"measured": circumstances(), "sets": sets}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def circumstances() -> dict[str, str | int]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count() or 0,
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def fill(page: Path, results: dict[str, Evaluation]) -> None:
    """Put each table between its markers; a table without markers in the page is not written."""
    text = page.read_text(encoding="utf-8")
    evaluations = list(results.values())
    made = [*all_tables(evaluations), failures_table(evaluations)]
    tables = {table.name: table.to_markdown() for table in made}
    told = "Last measured {date} on {cores} cores ({machine}), Python {python}."
    tables["measured"] = told.format(**circumstances())
    for name, content in tables.items():
        begin, end = f"<!-- table:{name} -->\n", "<!-- end -->"
        before, found, rest = text.partition(begin)
        if found:
            _, found, after = rest.partition(end)
            text = f"{before}{begin}{content}\n{end}{after}" if found else text
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
