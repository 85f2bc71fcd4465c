"""Who runs, manages or operates a thing: one question, whichever of these verbs a text has.

The reader that ships takes ``Who manages I3?`` to be unanswered by ``EISMEA runs I3``, so it is
asked with the verb that the passage prints.
"""

from __future__ import annotations

import re

VERBS = (
    ("run", "runs", "ran", "run", "running"),
    ("manage", "manages", "managed", "managed", "managing"),
    ("administer", "administers", "administered", "administered", "administering"),
    ("operate", "operates", "operated", "operated", "operating"),
)
"""Each in the same five forms: base, present, past, participle, -ing."""
PRESENT, PAST = 1, 2
WHO = r"^\s*(?:who|(?:which|what)\s+(?!(?:is|are|was|were)\b)(?:[\w-]+\s+){0,2}?[\w-]+)\s+"
ASKED = re.compile(
    rf"{WHO}(?:(?P<verb>{'|'.join(form for verb in VERBS for form in verb[PRESENT : PAST + 1])})"
    r"|(?P<be>is|are|was|were)\s+(?:currently\s+)?(?:in\s+charge\s+of|responsible\s+for))"
    r"(?:\s+(?:running|managing|coordinating)\b)?(?=\s+(?!to\b|of\b|\w+ing\b))",
    re.IGNORECASE,
)


def in_its_words(question: str, text: str) -> str:
    """A question for who is in charge, with the verb of a text that has another one."""
    asked = ASKED.search(question)
    if not asked:
        return question
    typed = (asked["verb"] or "").casefold()
    printed = [verb for verb in VERBS if prints(text, verb)]
    if not printed or any(typed in verb for verb in printed):
        return question
    form = PAST if (asked["be"] or "").casefold() in {"was", "were"} else PRESENT
    form = next((verb.index(typed, 1) for verb in VERBS if typed in verb), form)
    begin = asked.start("verb" if typed else "be")
    return question[:begin] + printed[0][form] + question[asked.end() :]


def prints(text: str, verb: tuple[str, ...]) -> bool:
    """Whether a text has a verb in any form but the one for a gerund, which is a noun too often."""
    return re.search(rf"\b(?:{'|'.join(verb[:4])})\b", text, re.IGNORECASE) is not None
