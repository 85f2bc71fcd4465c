"""How long a function works, in processor time: what else the machine does counts for nothing."""

import time
from collections.abc import Callable

FAIR = 9.0
"""Four times the input may take four times as long, and some; what is quadratic takes sixteen."""
SHORTEST = 0.001
"""Seconds; of less, caches and the clock decide."""


def seconds(work: Callable[[], object]) -> float:
    """The shorter of two runs: a collection of garbage may fall into one of them."""
    runs = []
    for _ in range(2):
        begun = time.process_time()
        work()
        runs.append(time.process_time() - begun)
    return min(runs)


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times as long `work` takes for four times the size."""
    return seconds(lambda: work(4 * size)) / max(seconds(lambda: work(size)), SHORTEST)
