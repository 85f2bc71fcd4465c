"""Write a leaning turn as a question that stands alone, in words that a person would accept.

In this order: replace the slot that the turn names (a period, a region, a programme), put the
name in the place of a pronoun, and add what is still missing in brackets at the end. Words come
from the conversation only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.converse.carry import (
    MOST,
    Base,
    find_base,
    kind_of,
    phrases_to_carry,
    with_antecedent,
)
from s3assist.answer.converse.lean import COURTESY, OPENER, QUESTIONED, FollowUp, Lean, read_turn
from s3assist.answer.converse.phrases import (
    Kind,
    Phrase,
    content_words,
    is_content,
    is_generic,
    names,
    topics,
)
from s3assist.answer.converse.slots import (
    ARTICLE,
    END,
    ONE,
    PREPOSITION,
    before_end,
    capital,
    fits,
    is_owner,
    modifies,
    one_of_two,
    replace_other,
    replace_slot,
)
from s3assist.answer.named import ANY_TEXT
from s3assist.answer.periods import MENTION
from s3assist.documents import Conversation, Turn
from s3assist.index.terms import terms

DEMONSTRATIVES = frozenset("that this these those".split())
PRONOUNS = DEMONSTRATIVES | frozenset("it its they them their".split())
PLURAL_PRONOUNS = frozenset("they them their theirs these those".split())
POSSESSIVES = frozenset("its their theirs his her".split())
TIME = re.compile(
    rf"\s+(?:(?:in|by|for|during|at|from|of)\s+)?(?:the\s+)?(?:{MENTION.pattern})", re.IGNORECASE
)
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


class RuleRewriter:
    """The rewriter that needs no model."""

    def rewrite(self, question: str, conversation: Conversation) -> str:
        turns = conversation.turns
        if not turns:
            return question
        turn = read_turn(question)
        if turn.lean is Lean.ALONE:
            return question
        base = with_antecedent(find_base(turn.body, turn.back_to, turns), turns)
        carried = phrases_to_carry(base, turns)
        match turn.lean:
            case Lean.BARE:
                return followed(turn.body, base, carried)
            case Lean.FRAGMENT:
                replaced = replace_slot(turn.body, base.question)
                if replaced:
                    kept = unreplaced(turn, base_only(carried, base))
                    return with_aside(replaced, kept, replaced)
                if QUESTIONED.search(base.question):
                    return followed(COURTESY.sub("", question), base, carried)
            case Lean.PRONOUN:
                chosen = with_one_of_two(turn, base, carried, turns)
                if chosen:
                    return chosen
                if turn.opened and ONE.search(END.sub("", turn.body)):
                    replaced = replace_slot(turn.body, base.question)
                    if replaced:
                        return with_aside(replaced, base_only(carried, base), replaced)
                return with_pronoun(turn, base, carried)
            case _:
                pass
        if turn.opened and turn.lean is Lean.FRAGMENT:
            text = COURTESY.sub("", question).strip()
        else:
            text = addressed(turn, turn.body)
        return with_aside(text, unreplaced(turn, carried), text)


def addressed(turn: FollowUp, body: str) -> str:
    """``Estonia: how much did it spend`` as far as the body doesn't say Estonia."""
    if not turn.about or turn.about.casefold() in body.casefold():
        return body
    return f"{capital(turn.about)}: {body}"


def unreplaced(turn: FollowUp, carried: Sequence[Phrase]) -> list[Phrase]:
    """What is carried beside the names of a turn that opens with ``and`` or ``what about``."""
    own = names(turn.about or turn.body, cut=turn.opened) if turn.opened or turn.about else []
    return [
        phrase
        for phrase in carried
        if not any(fits(name, phrase) for name in own) or phrase.kind is Kind.TOPIC
    ]


def followed(body: str, base: Base, carried: Sequence[Phrase]) -> str:
    """``Why?`` or ``And universities?`` with the question that it goes on from."""
    asked = END.sub("", body.strip())
    before = timeless(base.question) if MENTION.search(asked) else base.question
    said = f"{capital(asked)}? {before}" if asked else before
    return with_aside(said, base_only(carried, base), said)


def timeless(question: str) -> str:
    """A question without the times that it asks about."""
    return TIME.sub("", question)


def base_only(carried: Sequence[Phrase], base: Base) -> list[Phrase]:
    """What the question that is gone on from carried itself."""
    kept = {text.casefold() for text in base.carried}
    return [phrase for phrase in carried if phrase.text.casefold() in kept]


def with_one_of_two(
    turn: FollowUp, base: Base, carried: Sequence[Phrase], turns: Sequence[Turn]
) -> str:
    """``Who runs the latter?`` with the second of two that were named together; else empty."""
    assert turn.pronoun is not None
    start, end = turn.pronoun
    word = turn.body[start:end].casefold()
    if word not in ("the former", "the latter"):
        return ""
    chosen, other = one_of_two(word, turns)
    if not chosen:
        return ""
    if END.sub("", turn.body[:start] + turn.body[end:]).strip():
        body = turn.body[:start] + chosen + turn.body[end:]
        beside = [phrase for phrase in carried if phrase.text.casefold() not in other.casefold()]
        return with_aside(body, beside, f"{body} {other}")
    replaced = replace_other(chosen, other, base.question)
    return with_aside(replaced, (), replaced) if replaced else followed(chosen, base, carried)


def with_pronoun(turn: FollowUp, base: Base, carried: Sequence[Phrase]) -> str:
    """The turn with a name in the place of its first pronoun, as far as that is clear."""
    assert turn.pronoun is not None
    start, end = turn.pronoun
    word, rest = turn.body[start:end].casefold(), turn.body[end:]
    body = turn.body
    if stands_for_noun(word, rest):
        text = TEXT.search(base.question) if word not in PLURAL_PRONOUNS else None
        if text and OF_TEXTS.search(body):
            put = possessive(text["name"]) if word in POSSESSIVES else text["name"]
            return capital(body[:start] + put + rest)
        kept = kept_focus(word, base, just_now=True)
        if kept:  # ``What TRL does it support?``: the TRL was what that one asked for
            carried = without_asked_for(carried, base)
        focus = (
            own_focus(word, turn.about)
            or kept
            or focus_of(word, base)
            or kept_focus(word, base, just_now=False)
        )
        if focus:
            put = possessive(focus) if word in POSSESSIVES else focus
            body = body[:start] + put + rest
    body = addressed(turn, body)
    return with_aside(body, unreplaced(turn, carried), body)


def stands_for_noun(word: str, rest: str) -> bool:
    """Whether a pronoun is a noun phrase of its own: ``that`` before a noun is an article."""
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


def focus_of(pronoun: str, base: Base) -> str:
    """The name or topic of the last question that a pronoun stands for; empty if unclear."""
    question = base.question
    if not QUESTIONED.search(question):  # ``And enterprise value?``: that is what it is about
        return own_focus(pronoun, PREPOSITION.sub("", END.sub("", OPENER.sub("", question))))
    plural = pronoun in PLURAL_PRONOUNS
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


def with_aside(question: str, carried: Sequence[Phrase], said: str) -> str:
    """A question with what it leaves out in brackets before its question mark."""
    have = set(terms(said))
    missing: list[str] = []
    for phrase in carried:
        own = set(terms(" ".join(content_words(phrase.text)) or phrase.text))
        if own and not own <= have and len(missing) < MOST:
            missing.append(ARTICLE.sub("", phrase.text))
            have |= own
    return capital(before_end(question, f" ({', '.join(missing)})") if missing else question)
