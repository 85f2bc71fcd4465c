"""Every number behind an answer, for `ask --explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s3assist.documents import Answer, Factor

HEADER = f"  {'':<18}{'value':>9}{'weight':>9}{'product':>9}"


def explanation_lines(answer: Answer) -> Iterator[str]:
    """The factors of the confidence and of each quote's rank, then the times."""
    reached = "reaches" if answer.confidence >= answer.bar else "stays below"
    yield f"confidence {answer.confidence:.3f} {reached} the bar {answer.bar:.3f}; log-odds from:"
    yield from factor_lines(answer.factors)
    for number, quote in enumerate(answer.quotes or answer.nearest, start=1):
        yield ""
        yield f"[{number}] chance {quote.score:.3f} among all sentences read; ranked by:"
        yield from factor_lines(quote.factors)
    yield ""
    times = ", ".join(f"{step} {time:.0f}" for step, time in answer.timings_ms.items())
    yield f"milliseconds: {times}"


def factor_lines(factors: Sequence[Factor]) -> Iterator[str]:
    if not factors:
        yield "  (nothing was read)"
        return
    yield HEADER
    for one in factors:
        product = one.value * one.weight
        yield f"  {one.name:<18}{one.value:>9.3f}{one.weight:>9.3f}{product:>9.3f}"
    yield f"  {'sum':<36}{sum(one.value * one.weight for one in factors):>9.3f}"
