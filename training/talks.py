"""Later turns of the written conversations, as the product would understand and read them.

Rows with a `talk` are turns of a conversation over their document, in the order of `turn`. What the
reader is trained on is not what was typed but what the product's own rules make of it, phrases that
they carry along included. The rules take phrases from the quotes of earlier answers too, and those
are not always right: each turn is also understood after answers that quote another sentence.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from s3assist.answer.converse import RuleRewriter, context_of
from s3assist.documents import Answer, Conversation, Quote, Turn, Verdict
from s3assist.evaluate.beir import Record

Row = dict[str, Any]


def understood(rows: list[Row], chance: random.Random | None = None) -> list[Row]:
    """Rows with later turns as they are understood.

    What was typed is kept as `typed`, the questions that it is searched beside as `before`.

    Args:
        rows: of one document.
        chance: draws the wrong quotes of a second row for a turn that is then understood
            differently; None for no second rows.
    """
    alone = [row for row in rows if row.get("talk") is None]
    turns = sorted(
        (row for row in rows if row.get("talk") is not None),
        key=lambda row: (row["talk"], row["turn"]),
    )
    wrong = [answer for row in rows for answer in row["answers"]]
    made = list(alone)
    for _, talk in groupby(turns, key=lambda row: int(row["talk"])):
        talk_rows = list(talk)
        plain = list(rewritten(talk_rows, [row["answers"] for row in talk_rows]))
        made += plain
        if chance is not None:
            other = list(rewritten(talk_rows, [[chance.choice(wrong)] for _ in talk_rows]))
            pairs = zip(plain, other, strict=True)
            made += [two for one, two in pairs if one["question"] != two["question"]]
    return made


def rewritten(rows: list[Row], quoted: list[list[str]]) -> Iterator[Row]:
    """The turns of one conversation whose answers quoted these texts."""
    conversation, rewriter = Conversation(), RuleRewriter()
    for row, texts in zip(rows, quoted, strict=True):
        question = rewriter.rewrite(row["question"], conversation)
        typed = {"typed": row["question"]} if question != row["question"] else {}
        before = {"before": context_of(row["question"], conversation)}
        yield row | {"question": question} | typed | before
        answer = Answer(
            question=row["question"],
            understood_as=question,
            verdict=Verdict.ANSWERED if texts else Verdict.NOT_FOUND,
            confidence=1.0,
            quotes=tuple(quotes_of(texts)),
        )
        conversation = conversation.with_turn(Turn(row["question"], answer))


def quotes_of(texts: Iterable[str]) -> Iterator[Quote]:
    for text in texts:
        document = Record("quoted", "", text).read("0")
        yield Quote(document=document, start=0, end=len(document.text))
