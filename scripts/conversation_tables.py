"""Measure how well follow-ups are understood and write the table into docs/evaluation.md.

    python scripts/conversation_tables.py ../shared/eval --index .cache/evaluations

The indexes are those of `evaluation_tables.py`, brought up to date first. Sets that are not run
this time (`--only`) are left out of the table. Questions are answered in full along the way,
because a turn may lean on the quotes of those before it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from s3assist.evaluate.beir import is_beir, load_beir
from s3assist.evaluate.followups import (
    Followed,
    Form,
    follow,
    follow_up_figures,
    load_talks,
)
from s3assist.evaluate.gold import load_gold
from s3assist.evaluate.pipeline import Pipeline
from s3assist.evaluate.tables import Table, share
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync, sync_sources

PAGE = Path(__file__).parent.parent / "docs" / "evaluation.md"
SETS = ("s3gold", "mtrag/cloud", "mtrag/fiqa")
BEGIN, END = "<!-- table:follow-ups -->\n", "<!-- end -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", type=Path, help="folder of the development sets")
    parser.add_argument("--index", type=Path, required=True, help="folder of their indexes")
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS, help="just these")
    parser.add_argument("--show", action="store_true", help="print every understood question")
    arguments = parser.parse_args()
    rows: list[tuple[str, ...]] = []
    for name in arguments.only:
        folder = arguments.sets / name
        followed = measure(folder, IndexLayout(arguments.index / name.replace("/", "_")))
        if arguments.show:
            for one in followed:
                print(f"{one.turn.text}\n    {one.understood_as}\n    {one.turn.rewrite}")
        rows.append(row(name, followed))
        for half in (0, 1):
            part = [one for one in followed if one.talk.half == half]
            rows.append(row(f"{name} · half {half + 1}", part))
    table = Table("follow-ups", ("set", "turns", *map(str, Form), "closed"), tuple(rows))
    print(table.to_text())
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{table.to_markdown()}\n{END}{after}", encoding="utf-8")


def measure(folder: Path, layout: IndexLayout) -> list[Followed]:
    if is_beir(folder):
        sync_sources(load_beir(folder).records, layout)
    else:
        sync(load_gold(folder).corpus, layout)
    with Pipeline(layout) as pipeline:
        return follow(load_talks(folder), pipeline, pages=not is_beir(folder))


def row(name: str, followed: list[Followed]) -> tuple[str, ...]:
    figures = follow_up_figures(followed)
    recall = [share(figures.recall[form]) for form in Form]
    return (name, str(figures.turns), *recall, share(figures.closed))


if __name__ == "__main__":
    main()
