"""How well later turns of conversations are understood: what retrieval finds for each form.

The same pipeline searches four forms of a turn: as it was typed, with all turns before it joined,
as the product understands it, and as a person or a model rewrote it for the set. The quotes that
a turn may lean on are the product's own answers to the turns before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from s3assist.answer.converse import context_of
from s3assist.documents import Conversation, Hit, Turn
from s3assist.evaluate.beir import is_beir, read_lines
from s3assist.evaluate.gold import load_gold
from s3assist.evaluate.pipeline import Pipeline, by_document, by_page, page_name
from s3assist.evaluate.stages import find_path
from s3assist.ingest.report import OnProgress, Progress, ignore

DEPTH = 5
"""Documents or pages looked at."""


class Form(StrEnum):
    """What is searched for a turn."""

    TYPED = "last turn"
    JOINED = "all turns joined"
    UNDERSTOOD = "as understood"
    GIVEN = "given rewrite"


@dataclass(frozen=True, slots=True)
class TalkTurn:
    """One turn with its rewrite and what answers it: documents, or pages of gold documents."""

    text: str
    rewrite: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation."""

    identity: str
    turns: tuple[TalkTurn, ...]

    @property
    def half(self) -> int:
        """0 or 1 by the hash of its name: rules are tuned on 0, and 1 shows whether they hold."""
        return hashlib.sha256(self.identity.encode()).digest()[-1] % 2


@dataclass(frozen=True, slots=True)
class Followed:
    """A later turn and the recall of each form."""

    talk: Talk
    turn: TalkTurn
    understood_as: str
    recall: Mapping[Form, float]


def load_talks(folder: Path) -> tuple[Talk, ...]:
    """The conversations of a gold folder, or those of `tasks.jsonl` in an MTRAG folder."""
    return tuple(mtrag_talks(folder) if is_beir(folder) else gold_talks(folder))


def mtrag_talks(folder: Path) -> Iterator[Talk]:
    turns: dict[str, list[tuple[int, TalkTurn]]] = {}
    for line in read_lines(folder / "tasks.jsonl"):
        turn = TalkTurn(line["text"], line["rewrite"] or line["text"], tuple(line["relevant"]))
        turns.setdefault(str(line["conversation"]), []).append((int(line["turn"]), turn))
    for identity, numbered in turns.items():
        yield Talk(identity, tuple(turn for _, turn in sorted(numbered, key=lambda one: one[0])))


def gold_talks(folder: Path) -> Iterator[Talk]:
    for conversation in load_gold(folder).conversations:
        yield Talk(
            conversation[0].identity,
            tuple(
                TalkTurn(
                    question.text,
                    question.standalone,
                    tuple(page_name(place.document, place.page) for place in question.places),
                )
                for question in conversation
            ),
        )


def follow(
    talks: Sequence[Talk], pipeline: Pipeline, *, pages: bool, on_progress: OnProgress = ignore
) -> list[Followed]:
    """Go through conversations turn by turn; later turns whose answers are known come back."""
    paths = [live.path for live in pipeline.generation().library]
    followed: list[Followed] = []
    for done, talk in enumerate(talks):
        on_progress(Progress("asking", done, len(talks)))
        conversation = Conversation()
        for number, turn in enumerate(talk.turns):
            answer, _ = pipeline.ask(turn.text, conversation)
            before = context_of(turn.text, conversation)
            conversation = conversation.with_turn(Turn(turn.text, answer))
            if number and turn.relevant:
                joined = " ".join(one.text for one in talk.turns[: number + 1])
                searched = {
                    Form.TYPED: (turn.text, "", ()),
                    Form.JOINED: (joined, "", ()),
                    Form.UNDERSTOOD: (answer.understood_as, turn.text, before),
                    Form.GIVEN: (turn.rewrite, "", ()),
                }
                relevant = {located(name, paths) for name in turn.relevant}
                recall = {
                    form: recall_of(pipeline.found(*texts), relevant, pages=pages)
                    for form, texts in searched.items()
                }
                followed.append(Followed(talk, turn, answer.understood_as, recall))
    return followed


def located(name: str, paths: Sequence[str]) -> str:
    """A page of a gold document by the path that the index has for it; other names as they are."""
    document, mark, page = name.rpartition("#")
    return f"{find_path(document, paths)}#{page}" if mark and page.isdigit() else name


def recall_of(hits: Sequence[Hit], relevant: set[str], *, pages: bool) -> float:
    """R@5 over documents; over pages 1 if one right page is among the first five."""
    found = relevant & set((by_page if pages else by_document)(hits)[:DEPTH])
    return float(bool(found)) if pages else len(found) / len(relevant)


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """Means over later turns."""

    turns: int
    recall: Mapping[Form, float]

    @property
    def closed(self) -> float | None:
        """Share of the distance from the last turn to the given rewrite; None if there is none."""
        distance = self.recall[Form.GIVEN] - self.recall[Form.TYPED]
        gained = self.recall[Form.UNDERSTOOD] - self.recall[Form.TYPED]
        return gained / distance if distance > 0 else None


def follow_up_figures(followed: Sequence[Followed]) -> FollowUpFigures:
    count = len(followed)
    means = {form: sum(one.recall[form] for one in followed) / max(count, 1) for form in Form}
    return FollowUpFigures(count, means)
