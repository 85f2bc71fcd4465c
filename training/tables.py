"""Tables made by rule, with questions: a row answers for one name and one column, and no other.

The names are of places; figures and indicators are made up. Reading-comprehension sets have next
to no tables, and a reader that has seen none takes any row about the matter for the answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from s3assist.documents import Block, BlockKind, Document, Extract, Metadata
from s3assist.ingest.source import document_from
from swap import PLACES

INDICATORS = {
    "clusters": ("How many clusters are there in {}?", "Number of clusters in {}"),
    "cluster organisations": ("How many cluster organisations does {} have?",),
    "member firms": ("How many firms are members of clusters in {}?",),
    "employees": ("How many people do the clusters of {} employ?", "employment in {}"),
    "share of SMEs": ("What share of the members are SMEs in {}?",),
    "R&D expenditure": ("How much does {} spend on R&D?", "R&D spending of {}"),
    "budget": ("What is the budget of the programme in {}?",),
    "funding rate": ("At what rate is the programme of {} funded?",),
    "patents": ("How many patents were filed in {}?",),
    "exports": ("What do the exports of {} amount to?",),
    "projects": ("How many projects were funded in {}?",),
    "start-ups": ("How many start-ups were founded in {}?",),
    "priorities": ("How many priorities does the strategy of {} name?",),
    "research centres": ("How many research centres are there in {}?",),
    "innovation score": ("What is the innovation score of {}?",),
    "unemployment": ("How high is unemployment in {}?",),
    "productivity": ("What is the productivity of {}?",),
    "labels awarded": ("How many labels were awarded in {}?",),
}
UNITS = {
    "share of SMEs": "{:.0f} %",
    "funding rate": "{:.0f} %",
    "unemployment": "{:.1f} %",
    "R&D expenditure": "EUR {:.0f} million",
    "budget": "EUR {:.1f} million",
    "exports": "EUR {:.0f} million",
}
WHOLE = ("Europe", "the European Union", "all countries together")


@dataclass(frozen=True)
class Table:
    """A table as a document of its own."""

    title: str
    lead: str
    rows: tuple[str, ...]
    as_lines: bool
    """Whether its rows are plain lines, as a PDF gives them."""

    def document(self, path: str) -> Document:
        kind = BlockKind.PARAGRAPH if self.as_lines else BlockKind.ROW
        rows = tuple(Block(kind=kind, text=row) for row in self.rows)
        lead = (Block(kind=BlockKind.PARAGRAPH, text=self.lead),)
        return document_from(
            Extract(blocks=lead + rows), path, "text", "0", Metadata(title=self.title)
        )


def table_rows(count: int, chance: random.Random) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Tables, each with questions in the layout of the training rows; three in eight of them
    ask for a place, or for the whole, that the table does not have."""
    for _ in range(count):
        names = chance.sample(PLACES, chance.randint(4, 9))
        columns = chance.sample(list(INDICATORS), chance.randint(1, 3))
        year, as_lines = chance.randint(2005, 2026), chance.random() < 0.4
        cells = {
            name: [UNITS.get(c, "{:.0f}").format(chance.uniform(2, 90)) for c in columns]
            for name in names
        }
        gap = " " if as_lines else " | "
        made = {name: gap.join([name, *values]) for name, values in cells.items()}
        has_total = chance.random() < 0.3
        total = gap.join([chance.choice(("Total", "EU total")), *(["412"] * len(columns))])
        head = gap.join([chance.choice(("Country", "Region", "Place")), *columns])
        rows = (head, *made.values(), *((total,) if has_total else ()))
        what = " and ".join(columns)
        lead = chance.choice(
            (f"Table {chance.randint(1, 30)}: {what}, {year}.", f"{what.capitalize()} in {year}")
        )
        title = chance.choice((f"Regional statistics {year}", f"Cluster report {year}", "Annex"))
        questions = []
        for _ in range(4):
            indicator = chance.choice(columns)
            template = chance.choice(INDICATORS[indicator])
            draw = chance.random()
            place = chance.choice(names) if draw < 0.625 else ""
            if not place:
                others = [name for name in PLACES if name not in names]
                place = chance.choice(others if draw < 0.85 or has_total else WHOLE)
            answers = [{"text": made[place]}] if place in made else []
            questions.append(
                {
                    "question": template.format(place),
                    "answers": answers,
                    "answerable": bool(answers),
                    "title": title,
                    "passage": lead,
                }
            )
        yield Table(title, lead, rows, as_lines), questions
