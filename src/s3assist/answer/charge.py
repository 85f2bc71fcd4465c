"""Who runs, manages or operates a thing: one question, whichever of these verbs a text has.

The reader that ships takes ``Who manages I3?`` to be unanswered by ``EISMEA runs I3``, so it is
asked with the verb that the passage prints.
"""

from __future__ import annotations

import re

VERBS = (
    ("run", "runs", "ran"),
    ("manage", "manages", "managed"),
    ("administer", "administers", "administered"),
    ("operate", "operates", "operated"),
)
"""Each as base, present and past; the past is the participle too, or the base is."""
PRESENT, PAST = 1, 2
WHO = r"^\s*(?:who|(?:which|what)\s+(?!(?:is|are|was|were)\b)(?:[\w-]+\s+){0,2}?[\w-]+)\s+"
ASKED = re.compile(
    rf"{WHO}(?P<asks>{'|'.join(form for verb in VERBS for form in verb[PRESENT:])}"
    r"|(?:is|are|was|were)\s+(?:currently\s+)?(?:in\s+charge\s+of|responsible\s+for))"
    r"(?:\s+(?:running|managing|coordinating)\b)?(?=\s+(?!to\b|of\b|\w+ing\b))",
    re.IGNORECASE,
)
PASTS = {"was", "were", *(verb[PAST] for verb in VERBS)}


def in_its_words(question: str, text: str) -> str:
    """A question for who is in charge, with the verb of a text that has another one."""
    asked = ASKED.search(question)
    if not asked:
        return question
    word = asked["asks"].split()[0].casefold()
    printed = [verb for verb in VERBS if prints(text, verb)]
    if not printed or any(word in verb for verb in printed):
        return question
    verb = printed[0][PAST if word in PASTS else PRESENT]
    return question[: asked.start("asks")] + verb + question[asked.end() :]


def prints(text: str, verb: tuple[str, ...]) -> bool:
    """Whether a text has a verb in any form but the one for a gerund, which is a noun too often."""
    return re.search(rf"\b(?:{'|'.join(verb)})\b", text, re.IGNORECASE) is not None
