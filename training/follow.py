"""What retrieval finds for the later turns of the written conversations, in several forms.

    python training/follow.py PREPARED

PREPARED is the folder that prepare.py made; its index of the written documents is brought up to
date. Printed is the share of turns whose answer stands in the first passage found, and in the first
five. Every third earlier answer quotes another sentence than the right one, as real ones do.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from examples import SEED, read_split
from prepare import DOCUMENTS, WRITTEN, rows_of
from s3assist.answer.retrieve import prepare, retrieve
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader, OpenGeneration
from s3assist.ingest.sync import sync
from store import mark_sentences
from talks import Row, rewritten

WRONG = 1 / 3
FIRST = 5


def talks_of(path: Path, chance: random.Random) -> Iterator[list[Row]]:
    """The conversations over one document, later turns as they are understood."""
    rows = rows_of(path)
    answers = [answer for row in rows for answer in row["answers"]]
    turns = sorted((r for r in rows if "talk" in r), key=lambda row: (row["talk"], row["turn"]))
    for _, talk in groupby(turns, key=lambda row: int(row["talk"])):
        made = list(talk)
        quoted = [
            [chance.choice(answers)] if chance.random() < WRONG else row["answers"] for row in made
        ]
        yield list(rewritten(made, quoted))


def forms(talk: list[Row], number: int) -> dict[str, tuple[Any, ...]]:
    """Arguments of `prepare` after the generation, by what is searched."""
    turn = talk[number]
    asked = [row.get("typed", row["question"]) for row in talk[: number + 1]]
    both = (turn["question"], (), asked[-1])
    return {
        "the turn as typed": (asked[-1],),
        "the last question and the turn": (f"{talk[number - 1]['question']} {asked[-1]}",),
        "all turns joined": (" ".join(asked),),
        "understood and typed": both,
        "the same, beside the questions before": (*both, turn["before"]),
    }


def right_passages(generation: OpenGeneration, version: int, row: Row) -> set[int]:
    ids = generation.catalog.passage_ids([version])
    stored, document = generation.passages(ids), generation.document(version)
    answers = [{"text": text} for text in row["answers"]]
    return {i for i in ids if 1 in mark_sentences(document, stored[i].passage, answers)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("prepared", type=Path)
    layout = IndexLayout(parser.parse_args().prepared / f"{WRITTEN}-index")
    sync(DOCUMENTS, layout)
    held_out, chance = set(read_split()[WRITTEN]["held_out"]), random.Random(SEED)
    found: dict[tuple[str, bool], list[tuple[bool, bool]]] = defaultdict(list)
    with IndexReader(layout).generation() as generation:
        versions = {Path(live.path).stem: live.version for live in generation.library}
        for path in sorted(DOCUMENTS.glob("*.jsonl")):
            for talk in talks_of(path, chance):
                for number, row in enumerate(talk):
                    if number == 0 or not row["answers"]:
                        continue
                    right = right_passages(generation, versions[path.stem], row)
                    for form, arguments in forms(talk, number).items():
                        search = prepare(generation, *arguments)
                        best = [hit.passage_id for hit in retrieve(generation, search, FIRST)]
                        hit = (best[0] in right, bool(right & set(best)))
                        found[form, path.stem in held_out].append(hit)
    for (form, held), hits in found.items():
        shares = ", ".join(f"{share:.3f}" for share in np.mean(hits, axis=0))
        print(f"{form} ({'held out' if held else 'others'}, {len(hits)} turns): {shares}")


if __name__ == "__main__":
    main()
