"""The earlier questions that a turn is searched beside."""

from __future__ import annotations

from s3assist.answer.converse.carry import LOOK_BACK
from s3assist.answer.converse.lean import SWITCH, Lean, read_turn
from s3assist.answer.converse.phrases import names
from s3assist.documents import Conversation


def context_of(question: str, conversation: Conversation) -> tuple[str, ...]:
    """Earlier questions as they were understood, newest first; none for a turn of its own.

    A turn that stands alone and names what it is about needs none, nor does one that says that it
    changes the subject. What was asked before a question of its own is another topic.
    """
    stands_alone = read_turn(question).lean is Lean.ALONE
    if stands_alone and (names(question) or SWITCH.search(question)):
        return ()
    found: list[str] = []
    for past in reversed(conversation.turns[-LOOK_BACK:]):
        understood = past.answer.understood_as or past.question
        found.append(understood)
        if understood == past.question and names(understood):
            break
    return tuple(found)
