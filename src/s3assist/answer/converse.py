"""What a question means in its conversation.

Only what can be told without a model is done here: a short follow-up that leans on what was
asked before (``and in 2014-2020?``, ``what about Luxembourg?``) is searched together with the
last question that stood on its own. The understood question is always shown.
"""

from __future__ import annotations

import re

from s3assist.documents import Conversation
from s3assist.index.terms import query_terms

OPENS_AS_FOLLOW_UP = re.compile(
    r"^\s*(?:and|or|but|so|also|what about|how about|what else|anything else|why|how so"
    r"|since when|compared|et|und|y)\b",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|that one|he|she|him|her|his|there"
    r"|then|the same|both)\b",
    re.IGNORECASE,
)
FEW_TERMS = 2
"""A question with no more content words than this, opening like a follow-up, leans on the last."""
SHORT = 6
"""Content words up to which a pronoun is taken to point into the conversation."""


def understand(question: str, conversation: Conversation) -> str:
    """The question in a form that stands on its own."""
    if not conversation.turns or not leans_back(question):
        return question
    return f"{conversation.turns[-1].answer.understood_as} {question}"


def leans_back(question: str) -> bool:
    """Whether a question can't be understood without the one before it."""
    content = len(query_terms(question, ["en"]))
    if OPENS_AS_FOLLOW_UP.match(question):
        return content <= SHORT
    return (content <= FEW_TERMS and bool(PRONOUN.search(question))) or (
        content <= SHORT and bool(PRONOUN.search(question))
    )
