"""Files of questions: one JSON object a line, all of them checked before the first is answered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard

from s3assist.errors import S3AssistError

EXAMPLE = '{"id": "1", "question": "What is a cluster?"}'


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a batch."""

    id: str | int
    question: str
    conversation: str | int | None = None
    """Lines of the same conversation are its turns; None stands alone."""
    understood_as: str = ""
    """The question in full, where somebody has put it right."""


def read_batch(lines: Iterable[bytes]) -> list[Line]:
    """The questions of a file; empty lines and unknown keys are passed over.

    Raises:
        S3AssistError: a line that is not a question, named by its number.
    """
    found = []
    for number, raw in enumerate(lines, start=1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.strip():
                found.append(read_line(json.loads(text)))
        except ValueError as error:  # JSON and UTF-8 errors are values too
            raise S3AssistError(
                f"Line {number} of the batch: {error}", hint=f"A line looks like {EXAMPLE}."
            ) from error
    return found


def read_line(line: Any) -> Line:
    """One parsed line; a ValueError says what is wrong with it."""
    if not isinstance(line, dict):
        raise ValueError("it is no JSON object")
    question = line.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError("`question` must be a text that is not empty")
    identity, conversation = line.get("id"), line.get("conversation")
    if not is_name(identity):
        raise ValueError("`id` must be a text or a whole number")
    if conversation is not None and not is_name(conversation):
        raise ValueError("`conversation` must be a text or a whole number")
    understood = line.get("understood_as", "")
    if not isinstance(understood, str):
        raise ValueError("`understood_as` must be a text")
    return Line(identity, question, conversation, understood)


def is_name(value: object) -> TypeGuard[str | int]:
    return isinstance(value, str | int) and not isinstance(value, bool)
