"""What a pronoun of a turn stands for, told from the last question and from what it carried."""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.converse.carry import Base, kind_of
from s3assist.answer.converse.lean import OPENER, QUESTIONED, FollowUp
from s3assist.answer.converse.phrases import (
    ARTICLE,
    Kind,
    Phrase,
    is_content,
    is_generic,
    names,
    topics,
)
from s3assist.answer.converse.slots import END, PREPOSITION, is_owner, modifies
from s3assist.answer.named import ANY_TEXT
from s3assist.index.terms import fold

DEMONSTRATIVES = frozenset("that this these those".split())
PRONOUNS = DEMONSTRATIVES | frozenset("it its they them their".split())
PLURAL_PRONOUNS = frozenset("they them their theirs these those".split())
POSSESSIVES = frozenset("its their theirs his her".split())
SPEAKER = re.compile(r"(?:i|we|you|it|that|this|there|if)\b", re.IGNORECASE)
"""Begins a clause, which no pronoun for a thing stands for."""
INSIDE = re.compile(r"\bin\s+(?:the\s+)?$", re.IGNORECASE)
"""Before the name of a place where something is, which is hardly what ``it`` stands for."""

ASKED = re.compile(r"\b(?:what|which)\s+$", re.IGNORECASE)
MANY = re.compile(r"[A-Z\d]s$")
"""Ends several things with an acronym: RIVs."""
SEVERAL = re.compile(r"\b[a-z]{3,}[^sui\W]s\b")
"""``Lite pricing plans available``"""
OF_TEXTS = re.compile(
    r"\b(?:wrote|written|authors?|publish\w*|issued|signed|submitted|title"
    r"|(?:say|says|said|states?|mentions?|writes?)\s+(?:about|on|of)|mentions?)\b",
    re.IGNORECASE,
)
"""Asks about a text as a whole, or what it says of another matter than before."""
TEXT = re.compile(
    rf"\b(?P<name>(?:the|this|that)\s+(?:[\w-]+\s+){{0,2}}?{ANY_TEXT})\b",
    re.IGNORECASE,
)
"""``What does the editorial say about Malta?``: it was not Malta that somebody wrote."""
TEXTS_END = re.compile(rf"\b{ANY_TEXT}s$", re.IGNORECASE)
COUNTED = re.compile(
    r"\b(?:many|which|what|some|any|ones?|most|all|none|each|both|few|half|other) of\s*$",
    re.IGNORECASE,
)
"""Before ``them``: those are what was counted or listed."""
LISTED = re.compile(
    r"^\W*(?:and |but )?(?:how many|which|what|list|name|show|give me|tell me)\s+"
    r"(?:(?:of )?(?:the|those|all|other)\s+)*",
    re.IGNORECASE,
)
"""Before what a question counts or lists."""
NUMBER = re.compile(r"^(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s+", re.IGNORECASE)
HAS = re.compile(r"\b(?:do|does|did)\b.+\bhave\s+an?\s+(?:own\s+)?$", re.IGNORECASE)
"""Before what somebody is asked to have: ``Since when does Spain have a cluster policy?``"""
THE_NEW = re.compile(r"(?:(?:for|of|about)\s+)?the\s", re.IGNORECASE)


def text_of(turn: FollowUp, base: Base) -> str:
    """The text that a turn asks about as a whole, in the form of its pronoun; empty if none."""
    word, _ = pronoun_of(turn)
    if word in PLURAL_PRONOUNS or not asks_of_text(turn):
        return ""
    text = TEXT.search(base.question)
    return in_form(text["name"], word) if text else ""


def asks_of_text(turn: FollowUp) -> bool:
    """Whether what the pronoun stands for was written, published or says something."""
    return stands_for_noun(*pronoun_of(turn)) and OF_TEXTS.search(turn.body) is not None


def texts_of(turn: FollowUp, base: Base) -> str:
    """The texts that ``they`` are in ``When were they published?``; empty if none were named."""
    word, _ = pronoun_of(turn)
    if word not in PLURAL_PRONOUNS or not asks_of_text(turn):
        return ""
    about = [*(topic.text for topic in topics(base.question)), *base.carried]
    return next((f"the {phrase}" for phrase in about if TEXTS_END.search(phrase)), "")


def told_as(noun: str, base: Base) -> str:
    """The one name in the quotes that ends with a noun: the Single Market Programme is what ``that
    programme`` stands for, unless the question spoke of another one."""
    if re.search(rf"\b{re.escape(noun)}\b", base.question, re.IGNORECASE):
        return ""
    told = [name.text for text in base.quoted for name in names(text)]
    found = {name.casefold(): name for name in told if fold(name.split()[-1]) == fold(noun)}
    return f"the {found.popitem()[1]}" if len(found) == 1 else ""


def with_stand_in(turn: FollowUp, base: Base) -> str:
    """The turn with what its pronoun stands for in its place; as it was where that is unclear."""
    word, rest = pronoun_of(turn)
    assert turn.pronoun is not None
    before = turn.body[: turn.pronoun[0]]
    if word == "which ones":
        several = focus_of("they", base) or (base.antecedent if is_plural(base.antecedent) else "")
        kind = NUMBER.sub("", ARTICLE.sub("", several))
        return f"{before}which {kind}{rest}" if several else turn.body
    if not stands_for_noun(word, rest):
        noun = re.match(r"\s+(?P<noun>[\w-]+)", rest)
        told = told_as(noun["noun"], base) if noun and word in DEMONSTRATIVES else ""
        return f"{before}{told}{rest[noun.end() :]}" if noun and told else turn.body
    found = (
        own_focus(word, turn.about)
        or texts_of(turn, base)
        or (word in PLURAL_PRONOUNS and COUNTED.search(before) and listed_in(base))
        or kept_focus(word, base, just_now=True)
        or focus_of(word, base)
        or kept_focus(word, base, just_now=False)
    )
    return f"{before}{in_form(found, word)}{rest}" if found else turn.body


def goes_on(turn: FollowUp, base: Base) -> bool:
    """Whether a pronoun goes on standing for what it stood for in the last turn."""
    word, rest = pronoun_of(turn)
    return stands_for_noun(word, rest) and bool(kept_focus(word, base, just_now=True))


def pronoun_of(turn: FollowUp) -> tuple[str, str]:
    """The pronoun of a turn, and what follows it."""
    assert turn.pronoun is not None
    start, end = turn.pronoun
    return turn.body[start:end].casefold(), turn.body[end:]


def in_form(noun: str, pronoun: str) -> str:
    return possessive(noun) if pronoun in POSSESSIVES else noun


def stands_for_noun(word: str, rest: str) -> bool:
    """Whether a pronoun is a noun phrase of its own: ``that`` before a noun is an article."""
    if re.match(r"['’]s\b", rest):  # ``That's a relief``
        return False
    if word in DEMONSTRATIVES:
        following = re.match(r"\s+([\w'’]+)", rest)
        return following is None or not is_content(following[1])
    return word in PRONOUNS


def own_focus(pronoun: str, about: str) -> str:
    """What a turn puts before its question, if it is a name that the pronoun can stand for."""
    if not about or (PREPOSITION.match(about) and not ARTICLE.match(about)):
        return ""
    if SPEAKER.match(about) or not (names(about) or topics(about)):
        return ""
    return about if is_plural(about) == (pronoun in PLURAL_PRONOUNS) else ""


def kept_focus(pronoun: str, base: Base, *, just_now: bool) -> str:
    """What a pronoun stood for in the last turn, or in one before it, and goes on standing for.

    Only a thing with a name is kept: a common noun is soon followed by another.
    """
    kept = base.antecedent
    if not kept or base.goes_on != just_now or pronoun in DEMONSTRATIVES or not names(kept):
        return ""
    if pronoun in PLURAL_PRONOUNS:
        return kept if is_plural(kept) else ""
    return "" if is_plural(kept) or SEVERAL.search(kept) else kept


def listed_in(base: Base) -> str:
    """What the last question counted or listed: ``How many countries do the factsheets cover?``"""
    listed = LISTED.match(base.question)
    if not listed:
        return ""
    first = next((t for t in topics(base.question) if t.start == listed.end()), None)
    return f"the {first.text}" if first is not None and is_plural(first.text) else ""


def focus_of(pronoun: str, base: Base) -> str:
    """The name or topic of the last question that a pronoun stands for; empty if unclear."""
    question = base.question
    if not QUESTIONED.search(question):  # ``And enterprise value?``: that is what it is about
        return own_focus(pronoun, PREPOSITION.sub("", END.sub("", OPENER.sub("", question))))
    said = OPENER.sub("", base.new)
    if base.new != question and THE_NEW.match(said):
        # ``The second call? How much money has Euroclusters?``: now it is the second call.
        new = own_focus(pronoun, PREPOSITION.sub("", END.sub("", said)))
        if new:
            return f"the {new}"
    plural = pronoun in PLURAL_PRONOUNS
    for topic in topics(question):
        if HAS.search(question[: topic.start]) and is_plural(topic.text) == plural:
            return f"the {topic.text}"
    subjects = [
        name
        for name in names(question)
        if not modifies(name, question)
        and not INSIDE.search(question[: name.start])
        and not is_asked_for(name, question)
        and not is_generic(name)
        and (plural or not MANY.search(name.text))
    ]
    owners = [name for name in subjects if is_owner(name, question)]
    if not plural and (len(subjects) == 1 or owners):
        return with_article((owners or subjects)[0].text, question)
    asked = [topic.text for topic in topics(question)]
    named = [topic for topic in asked if names(topic)]
    # Of what was carried only the weightiest: the rest may come from a quote by the way.
    heads = named or (*base.carried[:1], *asked)
    fitting = [head for head in heads if is_plural(head) == plural]
    if fitting and (plural or not subjects) and (named or len(fitting) == 1 or not base.carried):
        first = fitting[0]
        return first if kind_of(first) is not Kind.TOPIC else f"the {ARTICLE.sub('', first)}"
    return ""


def is_asked_for(name: Phrase, question: str) -> bool:
    """Whether a name is what something else is asked for: ``What TRL does it support?``"""
    return bool(ASKED.search(question[: name.start])) and bool(
        re.match(r"\s+(?:do|does|did|can|could|will|would|should|must|may)\b", question[name.end :])
    )


def without_asked_for(carried: Sequence[Phrase], base: Base) -> list[Phrase]:
    """What is carried, less the names that the last question asked for."""
    asked = {n.text for n in names(base.question) if is_asked_for(n, base.question)}
    return [phrase for phrase in carried if phrase.text not in asked]


def with_article(name: str, question: str) -> str:
    return f"the {name}" if re.search(rf"\bthe {re.escape(name)}", question, re.I) else name


def is_plural(phrase: str) -> bool:
    head = re.split(r"\s(?:of|for|in)\s", phrase)[0].split()[-1:]
    return bool(head) and bool(re.search(r"(?<![su'’i])s$", head[0])) and len(head[0]) > 3


def possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
