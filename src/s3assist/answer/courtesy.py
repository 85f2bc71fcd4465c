"""A question without what people say around it: greetings, thanks, ``could you tell me``.

Readers are trained on bare questions and lose the answer behind ``I would like to know …``. What is
left out names nothing; where it may, or where the rest leans on it, a question stays as it is.
"""

from __future__ import annotations

import re

from s3assist.answer.converse.phrases import names

GREETING = re.compile(
    r"^\s*(?:(?:hello|hi|hey|dear\s+\w+|good\s+(?:morning|afternoon|evening))(?:\s+there)?"
    r"\s*[,!:.–-]|please[,:]?(?=\s))\s*",
    re.IGNORECASE,
)
ASKING = (
    r"(?:(?:would|'d|’d)\s+(?:like|love)\s+to\s+(?:know|ask|find\s+out|understand)"
    r"|(?:want|need|wish|trying)\s+to\s+(?:know|ask|find\s+out|understand)"
    r"|(?:can|could|would|will)\s+(?:you|someone|anybody|anyone)\s+(?:please\s+|kindly\s+)?"
    r"(?:tell\s+(?:me|us)|explain|say|check)"
    r"|(?:please\s+|kindly\s+)?(?:tell\s+(?:me|us)|let\s+(?:me|us)\s+know|check)"
    r"|do\s+you\s+(?:happen\s+to\s+)?know|(?:was|am|'m|’m)?\s*(?:just\s+)?(?:wondering|curious))"
)
QUESTIONED = (
    r"(?:what|which|who|whom|whose|when|where|why|how|if|whether|is|are|was|were|does|do|did|has|have"
    r"|can|could|must|may|should|will)\b"
)
REQUEST = re.compile(
    rf"^(?P<before>[^?]{{0,160}}?)\b{ASKING}(?:\s*[,:])?\s+(?P<rest>{QUESTIONED}.+)$",
    re.IGNORECASE | re.DOTALL,
)
OWN = re.compile(r"\b(?:i|we|my|our|me|us)\b", re.IGNORECASE)
"""Who speaks of themselves has not begun to ask."""
LEANS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there)\b", re.IGNORECASE)
ENDING = re.compile(
    r"[\s,;.–-]*(?P<end>[?!]*)\s*(?<!\band\s)\b(?:(?:many\s+)?thanks|thank\s+you|thx|please|pls)"
    r"(?:\s+(?:in\s+advance|very\s+much|a\s+lot))?[\s?!.]*$",
    re.IGNORECASE,
)
"""``Today`` and ``now`` are no such thing: a text may tell them from before."""
LONGEST_ENDING = 80
"""Characters looked at for it: a text that somebody pasted may have as many spaces as letters."""
FEWEST = 3
"""Words that a question has at the least; ``Thanks!`` is all that there is."""


def without_courtesy(question: str) -> str:
    """The question itself; what is no question with something around it stays as it is."""
    found = GREETING.sub("", question)
    request = REQUEST.match(found)
    if request and may_go(request["before"], request["rest"]):
        found = request["rest"]
    while ending := ENDING.search(found, max(0, len(found) - LONGEST_ENDING)):
        shorter = found[: ending.start()] + ending["end"]
        if not has_words(shorter):
            break
        found = shorter
    return found if has_words(found) else question


def has_words(text: str) -> bool:
    return len(text.split(maxsplit=FEWEST)) >= FEWEST


def may_go(before: str, rest: str) -> bool:
    """Whether what stands before a request says nothing of what the rest asks about."""
    before = before.strip()
    if not before:
        return True
    about = names(before, cut=True)
    asks = re.search(rf"\b{QUESTIONED}", before, re.IGNORECASE)
    return bool(OWN.search(before)) and not (asks or about or LEANS.search(rest))
