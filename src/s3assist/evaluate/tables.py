"""Figures as tables, for the terminal and for Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3assist.evaluate.outcomes import Stage

if TYPE_CHECKING:
    from s3assist.evaluate.report import Evaluation, Part


@dataclass(frozen=True, slots=True)
class Table:
    """A table of strings; the first column names the row."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_text(self) -> str:
        """Columns parted by two spaces: words to the left, figures to the right."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        left = [is_words(row[column] for row in self.rows) for column in range(len(self.header))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if words else cell.rjust(width)
                for cell, width, words in zip(line, widths, left, strict=True)
            ).rstrip()
            for line in lines
        )

    def to_markdown(self) -> str:
        left = [is_words(row[column] for row in self.rows) for column in range(len(self.header))]
        rule = ["---" if words else "---:" for words in left]
        lines = [self.header, rule, *self.rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def is_words(cells: Iterable[str]) -> bool:
    return any(cell[:1].isalpha() for cell in cells)


def all_tables(evaluations: Sequence[Evaluation]) -> list[Table]:
    return [
        retrieval_table(evaluations),
        quotes_table(evaluations),
        refusal_table(evaluations),
        confidence_table(evaluations),
        latency_table(evaluations),
        stages_table(evaluations),
    ]


def retrieval_table(evaluations: Sequence[Evaluation]) -> Table:
    """One row for each leg of each part. Over pages, R@k counts one right page as enough."""
    rows = [
        (label(evaluation, part), str(part.ranked), str(leg), *map(share, figures.values()))
        for evaluation, part in each_part(evaluations)
        for leg, figures in part.rankings.items()
    ]
    return Table(
        "retrieval",
        ("set", "questions", "passages ranked by", "R@1", "R@5", "R@10", "nDCG@10", "MRR@10"),
        tuple(rows),
    )


def quotes_table(evaluations: Sequence[Evaluation]) -> Table:
    rows = [
        (
            label(evaluation, part),
            str(quotes.judged),
            share(quotes.first),
            share(quotes.in_three),
            share(quotes.page_first),
            share(quotes.page_in_five),
            share(quotes.shown_first),
            share(quotes.right_of_answered),
        )
        for evaluation, part in each_part(evaluations)
        if (quotes := part.quotes)
    ]
    header = ("set", "questions", "quote@1", "quote@3", "page@1", "page@5")
    return Table("quotes", (*header, "shown and right", "right when answered"), tuple(rows))


def refusal_table(evaluations: Sequence[Evaluation]) -> Table:
    rows = [
        (
            label(evaluation, part),
            refusal.kind,
            str(refusal.unanswerable),
            str(refusal.answerable),
            share(refusal.auroc),
            share(refusal.precision),
            share(refusal.recall),
            share(refusal.answerable_refused),
        )
        for evaluation, part in each_part(evaluations)
        for refusal in part.refusal
    ]
    return Table(
        "refusal",
        (
            "set",
            "without an answer",
            "number",
            "with one",
            "AUROC",
            "precision",
            "recall",
            "wrongly refused",
        ),
        tuple(rows),
    )


def confidence_table(evaluations: Sequence[Evaluation]) -> Table:
    rows = [
        (label(evaluation, part), one.word, str(one.questions), share(one.right))
        for evaluation, part in each_part(evaluations)
        for one in part.confidence
    ]
    return Table("confidence", ("set", "confidence", "questions", "best quote right"), tuple(rows))


def latency_table(evaluations: Sequence[Evaluation]) -> Table:
    rows = [
        (
            label(evaluation, part),
            str(evaluation.passages),
            str(part.asked),
            *(f"{milliseconds:.0f}" for milliseconds in part.latency_ms.values()),
        )
        for evaluation, part in each_part(evaluations)
        if part.latency_ms
    ]
    return Table("latency", ("set", "passages", "asked", "p50 ms", "p95 ms"), tuple(rows))


def stages_table(evaluations: Sequence[Evaluation]) -> Table:
    """How many questions each stage lost."""
    rows: list[tuple[str, ...]] = []
    for evaluation in evaluations:
        for part in dict.fromkeys(failure.part for failure in evaluation.failures):
            lost = Counter(one.stage for one in evaluation.failures if one.part == part)
            name = " · ".join(filter(None, (evaluation.name, part)))
            rows.append((name, str(lost.total()), *(str(lost[stage]) for stage in Stage)))
    return Table("stages", ("set", "lost", *map(str, Stage)), tuple(rows))


def failures_table(evaluations: Sequence[Evaluation]) -> Table:
    """Every question that was lost, by its name only."""
    rows = [
        (
            f"{evaluation.name} · {one.part}",
            one.identity,
            str(one.stage),
            str(one.right_at or "–"),
            one.where,
        )
        for evaluation in evaluations
        for one in evaluation.failures
    ]
    header = ("set", "question", "lost in", "right quote at", "answer stands in")
    return Table("failures", header, tuple(rows))


def each_part(evaluations: Iterable[Evaluation]) -> list[tuple[Evaluation, Part]]:
    return [(evaluation, part) for evaluation in evaluations for part in evaluation.parts]


def label(evaluation: Evaluation, part: Part) -> str:
    return f"{evaluation.name} · {part.name}" if part.name else evaluation.name


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
