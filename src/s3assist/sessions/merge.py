"""Two processes in one session: what each has changed comes into the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from s3assist.sessions.record import AnswerRecord, QuoteRecord, SessionRecord

Item = TypeVar("Item")


def merged(mine: SessionRecord, base: SessionRecord, theirs: SessionRecord) -> SessionRecord:
    """The file's session with what has changed in ours.

    Args:
        mine: the session as this process has it.
        base: as this process had it when it last read or wrote the file.
        theirs: what the file holds now.
    """
    return replace(
        theirs,
        title=theirs.title if mine.title == base.title else mine.title,
        filters=theirs.filters if mine.filters == base.filters else mine.filters,
        turns=joined(mine.turns, base.turns, theirs.turns, turn_key),
        basket=joined(mine.basket, base.basket, theirs.basket, quote_key),
        updated=max(mine.updated, theirs.updated),
    )


def joined(
    mine: Sequence[Item],
    base: Sequence[Item],
    theirs: Sequence[Item],
    key: Callable[[Item], Hashable],
) -> tuple[Item, ...]:
    """`theirs` without what left `mine` since `base`, and what came to it at the end."""
    own, before = dict(numbered(mine, key)), dict(numbered(base, key))
    # What both have is taken from ours, which is newer: its documents were looked up again.
    kept = {
        name: own.get(name, item)
        for name, item in numbered(theirs, key)
        if name in own or name not in before
    }
    came = {name: item for name, item in own.items() if name not in before}
    return tuple((kept | came).values())


def numbered(
    items: Sequence[Item], key: Callable[[Item], Hashable]
) -> Iterator[tuple[tuple[Hashable, int], Item]]:
    """Each item with its key, and how often that key has come: equal items stay several."""
    times: Counter[Hashable] = Counter()
    for item in items:
        name = key(item)
        times[name] += 1
        yield (name, times[name]), item


def turn_key(turn: AnswerRecord) -> Hashable:
    """Milliseconds tell two answers to one question apart, whatever became of their quotes."""
    return turn.question, turn.understood_as, tuple(sorted(turn.timings_ms.items()))


def quote_key(quote: QuoteRecord) -> Hashable:
    return quote.receipt
