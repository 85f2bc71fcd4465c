"""Figures from outcomes. Rankings are measured by ir-measures, AUROC by scikit-learn.

- R@k, nDCG@10, MRR@10: as trec_eval computes them, through ir-measures (MacAvaney, Macdonald and
  Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022). nDCG is that of Järvelin and
  Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 2002).
- page@k: ir-measures' Success@k over pages: one right page suffices, because the places of a gold
  question are alternatives.
- quote@k: share of questions with a right quote among the first k (`matching.py` says which is).
- AUROC of the confidence: the chance that an answerable question gets a higher one than an
  unanswerable question (Fawcett, "An introduction to ROC analysis", 2006).
- precision and recall of refusal: of the questions refused, those that have no answer; of those
  that have none, the refused; as in Rajpurkar, Jia and Liang, "Know What You Don't Know" (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from s3assist.answer.abstain import WORDS, in_words
from s3assist.evaluate.outcomes import Asked, Leg, Ranked

ALL_KINDS = "all"


def ranking_figures(
    ranked: Sequence[Ranked], *, pages: bool = False
) -> dict[Leg, dict[str, float]]:
    """Means over all questions for each leg; a question for which nothing was found counts 0."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    found = Success if pages else R
    named = {f"{'page' if pages else 'R'}@{k}": found @ k for k in (1, 5, 10)}
    named |= {"nDCG@10": nDCG @ 10, "MRR@10": RR @ 10}
    if not ranked:
        return {}
    truth = {one.identity: dict(one.relevant) for one in ranked}
    figures: dict[Leg, dict[str, float]] = {}
    for leg in ranked[0].runs:
        run = {
            one.identity: {name: -float(place) for place, name in enumerate(one.runs[leg])}
            for one in ranked
            if one.runs[leg]
        }
        means = ir_measures.calc_aggregate(list(named.values()), truth, run) if run else {}
        figures[leg] = {name: float(means.get(metric, 0.0)) for name, metric in named.items()}
    return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFigures:
    """How often the quotes are right; shares of `judged` unless said otherwise."""

    judged: int
    """Answerable questions of which it is known what would be right."""
    first: float
    """The best quote is right, whether it was shown as an answer or as a nearest passage."""
    in_three: float
    shown_first: float
    """The best quote is right and was shown as an answer."""
    right_of_answered: float | None
    """Of all answers given, to whatever question, the share whose best quote is right."""
    page_first: float | None = None
    page_in_five: float | None = None
    """A right page is among the first five different pages quoted; gold only."""


def quote_figures(asked: Sequence[Asked], *, pages: bool = False) -> QuoteFigures | None:
    judged = [one for one in asked if one.judged]
    if not judged:
        return None

    def of_judged(count: int) -> float:
        return count / len(judged)

    given = [one for one in asked if one.answered and (one.judged or not one.answerable)]
    right = sum(one.right_first for one in given)
    return QuoteFigures(
        judged=len(judged),
        first=of_judged(sum(one.right_first for one in judged)),
        in_three=of_judged(sum(within(one.right_at, 3) for one in judged)),
        shown_first=of_judged(sum(one.answered and one.right_first for one in judged)),
        right_of_answered=right / len(given) if given else None,
        page_first=of_judged(sum(within(one.page_at, 1) for one in judged)) if pages else None,
        page_in_five=of_judged(sum(within(one.page_at, 5) for one in judged)) if pages else None,
    )


def within(place: int | None, most: int) -> bool:
    return place is not None and place <= most


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFigures:
    """How well "not found" is told from an answer, for one kind of unanswerable question."""

    kind: str
    unanswerable: int
    answerable: int
    auroc: float | None
    precision: float | None
    """Of the questions refused, the share that has no answer."""
    recall: float
    """Of the questions without an answer, the share that is refused."""
    answerable_refused: float
    """Of the questions with an answer, the share that is refused all the same."""


def refusal_figures(asked: Sequence[Asked]) -> list[RefusalFigures]:
    """All unanswerable questions first, then each kind against the same answerable ones."""
    answerable = [one for one in asked if one.answerable]
    groups: dict[str, list[Asked]] = {ALL_KINDS: []}
    for one in asked:
        if not one.answerable:
            groups[ALL_KINDS].append(one)
            groups.setdefault(one.kind, []).append(one)
    if len(groups) == 2:  # a single kind is all there is
        del groups[ALL_KINDS]
    return [refusal_of(kind, answerable, group) for kind, group in groups.items() if group]


def refusal_of(kind: str, answerable: Sequence[Asked], none: Sequence[Asked]) -> RefusalFigures:
    wrongly = sum(not one.answered for one in answerable)
    rightly = sum(not one.answered for one in none)
    return RefusalFigures(
        kind=kind,
        unanswerable=len(none),
        answerable=len(answerable),
        auroc=auroc(answerable, none),
        precision=rightly / (rightly + wrongly) if rightly + wrongly else None,
        recall=rightly / len(none),
        answerable_refused=wrongly / len(answerable) if answerable else 0.0,
    )


def auroc(answerable: Sequence[Asked], none: Sequence[Asked]) -> float | None:
    """None without questions of both sorts."""
    if not answerable or not none:
        return None
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    truth = [1] * len(answerable) + [0] * len(none)
    return float(roc_auc_score(truth, [one.confidence for one in (*answerable, *none)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceFigures:
    """What one word of confidence is worth."""

    word: str
    questions: int
    """Judged or unanswerable ones that got this word."""
    right: float
    """Share of them whose best quote is right."""


def confidence_figures(asked: Sequence[Asked]) -> list[ConfidenceFigures]:
    known = [one for one in asked if one.judged or not one.answerable]
    groups = [
        (word, [one for one in known if in_words(one.confidence) == word]) for _, word in WORDS
    ]
    return [
        ConfidenceFigures(
            word=word,
            questions=len(group),
            right=sum(one.right_first for one in group) / len(group),
        )
        for word, group in groups
        if group and any(one.judged for one in known)
    ]


def latency(asked: Sequence[Asked]) -> Mapping[str, float]:
    """Milliseconds of a question from start to finish, at the 50th and 95th percentile."""
    import numpy as np

    if not asked:
        return {}
    p50, p95 = np.percentile([one.milliseconds for one in asked], [50, 95])
    return {"p50": float(p50), "p95": float(p95)}
