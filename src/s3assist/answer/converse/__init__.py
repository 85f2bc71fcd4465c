"""What a question means in its conversation.

A turn that leans on those before it is written as a question that stands alone. It is always
shown, can be edited, and is searched together with the turn as it was typed.
"""

from __future__ import annotations

from typing import Protocol

from s3assist.answer.converse.context import context_of, told_before
from s3assist.answer.converse.rewrite import RuleRewriter
from s3assist.documents import Conversation

__all__ = ["Rewriter", "RuleRewriter", "context_of", "told_before"]


class Rewriter(Protocol):
    """Writes a turn as a question that stands alone."""

    def rewrite(self, question: str, conversation: Conversation) -> str:
        """The question itself where it needs nothing from the conversation.

        A pure function of the question and of the turns: what was asked, how it was understood,
        and the words of the quotes.
        """
        ...
