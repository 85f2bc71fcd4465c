"""What a turn is searched beside, and what its answer can't be."""

from __future__ import annotations

import re

from s3assist.answer.converse.carry import LOOK_BACK
from s3assist.answer.converse.lean import SWITCH, Lean, read_turn
from s3assist.answer.converse.phrases import names
from s3assist.documents import Conversation

ASKS_WHY = re.compile(r"^\s*(?:(?:and|but|so|then)\b[,\s]*)?(?:why|how come)\b", re.IGNORECASE)
REASON = re.compile(
    r"\b(?:because|since|as|so that|due to|owing to|thanks to|in order|reasons?|therefore|after|for"
    r"|otherwise|view)\b|[;:]",
    re.IGNORECASE,
)


def told_before(question: str, conversation: Conversation) -> tuple[str, ...]:
    """Quotes of the last answer that can't be the reason when a turn asks ``Why?`` about them.

    They would be found again, since the question is about them. What holds a word that may give a
    reason can be one.
    """
    if not conversation.turns or not ASKS_WHY.match(question):
        return ()
    if read_turn(question).lean is Lean.ALONE:
        return ()
    told = (quote.text for quote in conversation.turns[-1].answer.quotes)
    return tuple(text for text in told if not REASON.search(text))


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
