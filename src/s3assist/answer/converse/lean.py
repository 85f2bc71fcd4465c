"""Does a turn lean on those before it, and how? Told from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from s3assist.answer.converse.phrases import content_words, is_generic, names, topics
from s3assist.answer.converse.vocabulary import AUXILIARIES, GENERIC, MEASURES
from s3assist.answer.periods import MENTION
from s3assist.index.terms import fold

AUXILIARY = re.compile(rf"\b(?:{'|'.join(sorted(AUXILIARIES))})\b", re.IGNORECASE)
FEW = 3
"""A question without a name of its own and with no more content words than this leans."""

COURTESIES = (
    r"(?:ok(?:ay)?|yes|no|well|great"
    r"|(?:many )?thanks?(?: you)?(?: (?:a lot|(?:very|so) much|again))?"
    r"|right|sure|hm+|good|perfect|sorry|i see|got it|oh|ah|hi|hello|hey)"
)
COURTESY = re.compile(
    rf"^\s*(?:{COURTESIES}"
    r"(?:[,.!…]+\s*|\s+(?=(?:and|but|so|or|then|what|how|why|who|which|when|where)\b)))+",
    re.IGNORECASE,
)
NO_QUESTION = re.compile(
    rf"\s*(?:(?:{COURTESIES}|bye|goodbye|that helps(?: a lot)?"
    r"|that(?:['’]s| is) (?:all|it|clear|helpful|great)(?: for now)?)\b[\s,.!…]*)+",
    re.IGNORECASE,
)
"""A turn that says thanks, or that one has understood."""
OPENER = re.compile(
    r"^\s*(?:(?:and|but|or|so|also|then|plus|now|et|und|y)\b[,\s]*)?"
    r"(?:(?:what|how) about|what of|(?:and )?(?:the )?same (?:question )?(?:for|with|in)"
    r"|i (?:mean|meant)(?! (?:to|that|what|whether|if|how|it|by)\b)"
    r"|compared (?:to|with)|as for)\s+"
    r"|^\s*(?:and|but|or|also|then|plus|now|et|und|y)\b[,\s]*(?:then\b[,\s]*)?",
    re.IGNORECASE,
)
RETURN = re.compile(
    r"^\s*(?:(?:and|but|so|now|ok)\b[,\s]*)?"
    r"(?:(?:going|coming|turning|let'?s go|to go|go) )?back to "
    r"(?P<to>[^:,–—?]{1,60}?)\s*(?:[:,–—?]|\s-\s|$)\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
ADDRESS = re.compile(
    r"^(?P<to>[^:,–—?]{1,60}?)\s*(?:[:–—,?]|\s-\s)\s*"
    r"(?P<rest>(?:who|what|when|where|why|which|how|does|do|did|is|are|was|were|can|could|has"
    r"|have|will|would|should)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""``Estonia - how much did it spend``: a name, then the question about it."""
SWITCH = re.compile(
    r"\b(?:chang\w+ (?:\w+ ){0,4}(?:subject|topic)|(?:another|different|new|other) (?:question"
    r"|topic|subject)|by the way|something else|unrelated(?=\s*[,:–]))\b[,:.]?\s*",
    re.IGNORECASE,
)
QUESTIONED = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|which|how|does|do|did|is|are|was|were|can|could|has"
    r"|have|had|will|would|should|list|name|compare|give|show|explain|tell)\b",
    re.IGNORECASE,
)
POINTER = re.compile(
    r"\b(?P<plain>it|its|itself|they|them|their|theirs|themselves|he|she|him|her|his|hers|here)\b"
    r"|\b(?P<demonstrative>that|this|these|those)\b"
    r"|(?P<there>(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b"
    r"(?! (?:is|are|was|were|any|a|be|been)\b))"
    r"|\b(?P<same>the same|(?:the|that|this|which|any|each|other|another) (?:\w+ )?ones?"
    r"|the others?|the former|the latter|both|such)\b",
    re.IGNORECASE,
)
BEFORE_DEMONSTRATIVE = frozenset(
    """with than of about for to on by from after before is does was did are like compare do mean
    explain in between and or if under at into without are where list name""".split()
)
"""Words after which ``that`` points back; after others it joins clauses."""
CLAUSE = re.compile(
    r"[,;:–—]|\s-\s|\b(?:and|but|or|if|when|while|as|because|that|which|who)\b", re.IGNORECASE
)
EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will|does|did|has) it (?:be )?(?:possible|necessary|true|worth|better|ok"
    r"|mandatory|required|take|make|matter(?=.* (?:if|whether|that|to|how|when|who)\b))"
    r"\b|\bit (?:is|was) (?:possible|true|necessary)\b|\bit takes?\b|\blet it\b",
    re.IGNORECASE,
)
DEFINITION = re.compile(
    r"^\s*(?:(?:what|who)(?:'s| is| are| was| were| does)|define|explain|tell me (?:more )?about)"
    r"\s+"
    r"(?!(?:the|its|their|his|her|this|that|these|those|being)\b"
    r"|(?:\w{2,}ed|done|made|set|given|meant|held|kept|paid|built|left|sent|told)\b)",
    re.IGNORECASE,
)
SAID_BEFORE = re.compile(
    r"\byou(?:['’]ve| have)? (?:just )?(?:said|mentioned|told|quoted|wrote)\b", re.IGNORECASE
)
SUPERLATIVE = re.compile(
    r"^\s*(?:which|what)\s+\w+.*\b(?:has|have|had|get|gets|got|receives?d?|hosts?|uses?)\s+the\s+"
    r"(?:most|fewest|least|largest|biggest|highest|smallest|lowest)\s+\w",
    re.IGNORECASE,
)
STATEMENT = re.compile(
    r"^\s*(?:(?:is|was|are|were) (?:that|this|it|these|those) (?:(?:still|really|always|also) )?"
    r"(?:true|right|so|correct|the (?:case|rule|law)|valid|accurate|up[ -]to[ -]date)\b"
    r"(?! (?:that|to|if|for)\b)"
    r"|who (?:says|said|claims|states) (?:that|this|so|it)\s*(?:\?|$))",
    re.IGNORECASE,
)
"""Points at what was said as a whole: ``Is that still true?``, ``Who says so?``"""
WIDENS = re.compile(r"^\s*(?:including|excluding|not counting|per)\s+\w", re.IGNORECASE)
"""``Including national money?``: the last question, asked a little otherwise."""
NEIGHBOUR = re.compile(
    r"^\s*(?:in |for )?the (?:one|edition|round|call|phase)s? (?:before|after)(?: (?:that|it))?\W*$"
    r"|^\s*the (?:previous|earlier|preceding|following|next|later) ones?\W*$",
    re.IGNORECASE,
)
"""``And the one before?`` of editions or rounds: only which one is asked about is new."""
WHY_IT = re.compile(r"^\s*why(?: not)?\s+(?P<what>[^?.!,;:]{1,40})\??\s*$", re.IGNORECASE)
"""``Why not the Office?``: what is asked about it was said before."""


class Lean(StrEnum):
    """How a turn leans on those before it."""

    ALONE = "stands alone"
    FRAGMENT = "names only what is different"
    """``And in 2014-2020?``, ``What about Luxembourg?``"""
    BARE = "asks more of the same"
    """``Why?``, ``Since when?``"""
    PRONOUN = "points back with a pronoun"
    ELLIPSIS = "leaves out what it is about"
    """``And the interim goal for 2015?``, ``Is there a limit?``"""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A turn taken apart."""

    lean: Lean
    body: str
    """The question without its opener."""
    opened: bool = False
    """Whether it opens with ``and`` or ``what about``: then its names replace others."""
    back_to: str = ""
    """What ``back to …`` names."""
    about: str = ""
    """What ``Estonia - how much did it spend`` puts before its question."""
    pronoun: tuple[int, int] | None = None
    """Where in `body` the first pronoun stands that points back."""


def read_turn(question: str) -> FollowUp:
    """Take a later turn apart; the first turn of a conversation always stands alone."""
    body = COURTESY.sub("", question).strip() or question.strip()
    if SWITCH.search(body) or NO_QUESTION.fullmatch(body):
        return FollowUp(Lean.ALONE, question)
    returned = RETURN.match(body)
    if returned:
        rest = returned["rest"].strip()
        inner = FollowUp(Lean.BARE, "") if not rest else read_turn(rest)
        lean = Lean.ELLIPSIS if inner.lean is Lean.ALONE else inner.lean
        return FollowUp(lean, inner.body, back_to=returned["to"].strip(), pronoun=inner.pronoun)
    opener = OPENER.match(body)
    opened = bool(opener and opener.group().strip())
    if opener:
        body = body[opener.end() :].strip()
    addressed = ADDRESS.match(body)
    about = ""
    if addressed and not QUESTIONED.search(addressed["to"]) and content_words(addressed["to"]):
        about, rest = addressed["to"].strip(), addressed["rest"].strip()
        pronoun = find_pronoun(rest)
        if pronoun or opened:
            lean = Lean.PRONOUN if pronoun else Lean.ELLIPSIS
            return FollowUp(lean, rest, opened, about=about, pronoun=pronoun)
    content = content_words(body)
    if (
        STATEMENT.match(body)
        or NEIGHBOUR.match(body)
        or (WIDENS.match(body) and not QUESTIONED.search(body))
    ):
        return FollowUp(Lean.BARE, body, opened)
    pronoun = find_pronoun(body)
    if pronoun:
        return FollowUp(Lean.PRONOUN, body, opened, pronoun=pronoun)
    if MENTION.fullmatch(body.strip(" ?.!")):  # ``2021?`` alone
        return FollowUp(Lean.FRAGMENT, body[:1].lower() + body[1:], opened=True)
    if not content:
        asks = opened or QUESTIONED.search(body) or body.endswith("?")
        return FollowUp(Lean.BARE, body, opened) if asks else FollowUp(Lean.ALONE, question)
    own = names_its_topic(body, opened)
    reason = WHY_IT.match(body)
    if (reason and not QUESTIONED.search(reason["what"])) or SAID_BEFORE.search(body):
        return FollowUp(Lean.ELLIPSIS, body, opened)
    if opened and not QUESTIONED.search(body):
        return FollowUp(Lean.FRAGMENT, body, opened)
    if opened and len(content) <= 2 * FEW:
        return FollowUp(Lean.ELLIPSIS, body, opened)
    if not own and len(content) <= FEW and not defines(body) and not superlative(body):
        return FollowUp(Lean.ELLIPSIS, body)
    return FollowUp(Lean.ALONE, question)


def names_its_topic(body: str, cut: bool) -> bool:
    """Whether a question names what it is about.

    ``What share has to go to SMEs?`` doesn't, ``Which countries have SMEs in clusters?`` does.
    """
    named = names(body, cut)
    if any(not is_generic(name) for name in named):
        return True
    beside = [word for topic in topics(body) for word in fold(topic.text).split()]
    return len(named) > 1 or (bool(named) and not set(beside) <= MEASURES | GENERIC)


def superlative(body: str) -> bool:
    """Whether a question compares all of a kind: ``Which region has the most clusters?``"""
    return bool(SUPERLATIVE.match(body)) and len(topics(body)) > 1


def defines(body: str) -> bool:
    """Whether a question asks what something is, which needs nothing before it."""
    return bool(DEFINITION.match(body))


def find_pronoun(body: str) -> tuple[int, int] | None:
    """The first pronoun that points out of the question."""
    expletives = [match.span() for match in EXPLETIVE.finditer(body)]
    for match in POINTER.finditer(body):
        if any(start <= match.start() < end for start, end in expletives):
            continue
        before = body[: match.start()]
        ends = re.match(r"\s*(?:[?.!,;:]|$)", body[match.end() :])
        if match["demonstrative"] and not ends and not may_point(before):
            continue
        if match["plain"] and points_inside(before, match["plain"].casefold()):
            return None
        return match.span()
    return None


def may_point(before: str) -> bool:
    """Whether ``that`` after these words is a pronoun or an article."""
    last = re.search(r"(\w+)\s*$", before)
    return last is None or last[1].casefold() in BEFORE_DEMONSTRATIVE


def points_inside(before: str, pronoun: str) -> bool:
    """Whether the question itself has named what the pronoun stands for."""
    named = names(before)
    if len(named) == 1 and pronoun in ("it", "them"):
        # In one clause an object is not its subject: ``Why does Germany help them?``
        return bool(CLAUSE.search(before[named[0].end :]))
    if named:
        return True
    if pronoun in ("its", "their", "theirs", "his", "her"):
        return bool(subject_words(before))
    return bool(CLAUSE.search(before)) and len(content_words(before)) >= 2


def subject_words(before: str) -> list[str]:
    """Content words that may be the subject: not those of ``which illnesses does``."""
    asked = re.match(r"\s*(who|what|whose)\b", before, re.IGNORECASE)
    auxiliary = AUXILIARY.search(before)
    content = content_words(before[auxiliary.end() :] if auxiliary else before)
    return content[1:] if asked and not auxiliary else content
