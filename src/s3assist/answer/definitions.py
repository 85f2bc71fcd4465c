"""Where a text says what a thing is, for questions that ask for nothing else.

Sentences of the form ``X is a …``, ``Xs are … of``, ``X means …`` and ``define X as …`` are the
lexical patterns of Hearst, "Automatic Acquisition of Hyponyms from Large Text Corpora" (COLING
1992), and of the definition questions of TREC. What only says that X matters is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from s3assist.answer.acronyms import ACRONYM
from s3assist.index.terms import form_of

THING = r"(?:an?\s+|the\s+)?(?P<thing>[^?.!,;:]+?)"
WHERE = r"(?:\s+(?:in|by|under|within|according\s+to)\s+[^?.!;]+)?"
"""Whose meaning is asked for."""
ASKS = [
    re.compile(rf"^\W*(?:{asks})\W*$", re.IGNORECASE)
    for asks in (
        rf"(?:(?:and|so)\s+)?what(?:\s+(?:is|are|was|were)|['’]s|\s+exactly\s+(?:is|are))\s+{THING}",
        rf"what\s+(?:does|do)\s+{THING}\s+mean{WHERE}",
        rf"(?:please\s+)?define\s+{THING}",
        rf"how\s+(?:is|are)\s+{THING}\s+defined{WHERE}",
        rf"what\s+(?:is|are)\s+meant\s+by\s+{THING}{WHERE}",
        rf"(?:what\s+is\s+)?(?:the\s+)?(?:definition|meaning)\s+of\s+{THING}{WHERE}",
    )
]
"""The more special ones last: they decide."""
KEYWORDS = re.compile(
    r"^\W*(?:(?:the\s+)?(?:definition|meaning)\s+of\s+(?:an?\s+|the\s+)?(?P<of>[\w\s-]+?)"
    r"|(?!wh|how\b|the\b|an?\b|give\b|find\b|show\b)(?P<thing>[\w\s-]+?)\s+(?:definition|meaning))\W*$",
    re.IGNORECASE,
)
"""How one types who is used to search engines."""
OF_OTHERS = re.compile(r"\b(?:in|by|under|within|according|for)\b", re.IGNORECASE)
"""In what is more than a thing: whose meaning is asked for."""
BEFORE = r"(?:[A-Z][\w.’'-]*\s+|(?:de|da|van|von|der|den|la|le)\s+)*"
"""All names of a person but the last."""
PERSON = re.compile(
    rf"^\W*(?i:(?:and\s+)?who)(?:\s+(?:is|was)|['’]s)\s+{BEFORE}(?P<last>[A-Z][\w’-]+)\W*$"
)
OF_NAME = r"(?:[\w’'-]*[A-Z][\w’'-]*|\d+|of|and|for|the|in|on)"
NAME = re.compile(rf"{OF_NAME}(?:\s+{OF_NAME})*")
"""A thing that is nothing but a name: ``Community of Practice``."""
CAPITALS = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])[\w-]{2,}(?![\w-])")
PLURAL = re.compile(r"[^\Wsui]s$")
LONGEST = 5
"""Words of a thing at the most; what is longer asks for more than what a thing is."""
BEGINS = r"(?:^|[,:;–—]\s+|\b(?:that|says|means)\s+)(?:in\s+short,?\s+)?[\"“‘']?(?:an?\s+|the\s+)?"
ASIDE = r"[\"”’']?(?:\s*\([^()]*\))?(?:,[^,]{1,80},)?\s+"
WEIGHED = (
    r"(?:(?:very|most|more)\s+)?(?:important|key|core|central|crucial|main|major|essential|good|"
    r"great|common|new|first|last|next|basis|subject|topic|focus|priority|part|example|reason|"
    r"result|case|matter|same|only|best|largest|question|centre|heart)\b"
)
"""What follows the article where something is said about a thing, and not what it is."""
SAYS = (
    rf"(?:(?:is|was|are|were)\s+(?:an?|the|any)\s+(?!{WEIGHED})"
    r"|(?:are|were)\s+(?:[\w-]+\s+){0,2}?[\w-]{2,}s\s+(?:of|that|which|who|whose|where|with|in)\b"
    r"|means?\s+(?!that\b)|refers?\s+to\b|denotes?\b"
    r"|(?:(?:is|are|can\s+be|may\s+be)\s+)?(?:defined|understood)\s+as\b)"
)


def in_full(question: str) -> str:
    """``cluster definition`` as ``What is cluster?``, which readers have seen more of; others as
    they are."""
    match = KEYWORDS.match(question)
    thing = match and (match["of"] or match["thing"])
    if not thing or len(thing.split()) > LONGEST or OF_OTHERS.search(thing):
        return question
    if ACRONYM.fullmatch(thing):
        return f"What does {thing} mean?"
    return f"What {'are' if PLURAL.search(thing) else 'is'} {thing}?"


def name_asked_for(question: str, others: Iterable[str] = ()) -> re.Pattern[str] | None:
    """What a sentence holds that says who or what a name is: ``Who is Ada Byron?``, ``What is I3?``

    None for a question that asks for anything else, or for what a common noun means.

    Args:
        question: as it is understood.
        others: what else the thing is called; see `expand`.
    """
    if person := PERSON.match(question):
        names = [re.escape(person["last"])]
    else:
        thing = thing_asked_for(question)
        parts = CAPITALS.findall(thing) if NAME.fullmatch(thing) else []
        names = [re.escape(part) for part in parts] + [form_of(other) for other in others if parts]
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE) if names else None


def thing_asked_for(question: str) -> str:
    """What a question asks the nature of: ``What is a cluster?``; empty if it asks for more."""
    found = ""
    for asks in ASKS:
        if match := asks.match(question.strip()):
            found = match["thing"].strip(" \"'“”‘’")
    return found if len(found.split()) <= LONGEST else ""


def definition_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What a sentence matches that says what a thing of these names is; None without a name."""
    forms = "|".join(form_of(name) for name in names if name.strip())
    if not forms:
        return None
    return re.compile(
        rf"{BEGINS}(?:{forms}){ASIDE}{SAYS}"
        rf"|\bdefin(?:e|es|ed|ing)\s+(?:an?\s+|the\s+)?[\"“‘']?(?:{forms})[\"”’']?\s+as\b",
        re.IGNORECASE,
    )
