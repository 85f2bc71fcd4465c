"""The result of an evaluation: figures by part, failures, and details of every question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from s3assist.evaluate import tables
from s3assist.evaluate.metrics import (
    ConfidenceFigures,
    QuoteFigures,
    RefusalFigures,
    confidence_figures,
    latency,
    quote_figures,
    ranking_figures,
    refusal_figures,
)
from s3assist.evaluate.outcomes import Asked, Failure, Leg, Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of one group of questions of a set."""

    name: str
    ranked: int
    """Questions whose right documents, or pages, are known."""
    rankings: Mapping[Leg, Mapping[str, float]]
    asked: int
    quotes: QuoteFigures | None
    """None where nobody knows the right quotes."""
    refusal: Sequence[RefusalFigures]
    """Empty where every question has an answer."""
    confidence: Sequence[ConfidenceFigures]
    latency_ms: Mapping[str, float]


def make_part(
    name: str, ranked: Sequence[Ranked], asked: Sequence[Asked], *, pages: bool = False
) -> Part:
    """Compute all figures of a group; `pages` where pages are ranked instead of documents."""
    return Part(
        name=name,
        ranked=len(ranked),
        rankings=ranking_figures(ranked, pages=pages),
        asked=len(asked),
        quotes=quote_figures(asked, pages=pages),
        refusal=refusal_figures(asked),
        confidence=confidence_figures(asked),
        latency_ms=latency(asked),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured on one set."""

    name: str
    encoder: str
    documents: int
    passages: int
    unreadable: int
    """Documents of the set that could not be indexed."""
    parts: tuple[Part, ...]
    failures: tuple[Failure, ...] = ()
    """Gold questions that were not answered with the right quote first, and why."""
    details: tuple[Asked, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All figures and failures as plain values; the details are written apart."""
        plain = asdict(self)
        del plain["details"]
        return plain

    def to_text(self) -> str:
        """Compact tables for a terminal."""
        lines = [
            f"{self.name}: {self.documents} documents, {self.passages} passages, {self.encoder}"
            + (f", {self.unreadable} unreadable" if self.unreadable else "")
        ]
        for table in tables.all_tables([self]):
            if table.rows:
                lines += ["", table.to_text()]
        if self.failures:
            lines += ["", f"Not answered with the right quote first: {len(self.failures)}"]
            lines += [
                f"  {failure.identity:<12} {failure.stage:<18} "
                f"{failure.right_at or '-':>2}  {failure.question}  [{failure.where}]"
                for failure in self.failures
            ]
        return "\n".join(lines)

    def detail_lines(self) -> Iterator[str]:
        """One JSON object a line for every question asked."""
        for one in self.details:
            yield json.dumps(asdict(one), ensure_ascii=False)

    def write_details(self, path: Path) -> None:
        path.write_text("".join(f"{line}\n" for line in self.detail_lines()), encoding="utf-8")
