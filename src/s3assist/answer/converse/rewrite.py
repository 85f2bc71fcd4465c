"""Write a leaning turn as a question that stands alone, in words that a person would accept.

In this order: replace the slot that the turn names (a period, a region, a programme), put the
name in the place of a pronoun, and add what is still missing in brackets at the end. Words come
from the conversation only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.converse.carry import MOST, Base, find_base, kind_of, phrases_to_carry
from s3assist.answer.converse.lean import COURTESY, OPENER, QUESTIONED, FollowUp, Lean, read_turn
from s3assist.answer.converse.phrases import (
    Kind,
    Phrase,
    content_words,
    is_content,
    names,
    topics,
)
from s3assist.answer.converse.vocabulary import NATIONS
from s3assist.answer.periods import MENTION
from s3assist.documents import Conversation
from s3assist.index.terms import fold, terms

PREPOSITION = re.compile(
    r"^(?:(?:in|for|during|at|of|with|from|on|by|about|to|under|within|the|a|an|is|as)\s+)+", re.I
)
ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our|your|this|that|these|those)\s+", re.I)
DEMONSTRATIVES = frozenset("that this these those".split())
PRONOUNS = DEMONSTRATIVES | frozenset("it its they them their".split())
PLURAL_PRONOUNS = frozenset("they them their theirs these those".split())
POSSESSIVES = frozenset("its their theirs his her".split())
TIME = re.compile(
    rf"\s+(?:(?:in|by|for|during|at|from|of)\s+)?(?:the\s+)?(?:{MENTION.pattern})", re.IGNORECASE
)
SPEAKER = re.compile(r"(?:i|we|you|it|that|this|there|if)\b", re.IGNORECASE)
"""Begins a clause, which no pronoun for a thing stands for."""
COMMAND = re.compile(r"\s*(?:list|name|compare|tell|show|give|explain|describe)\b", re.IGNORECASE)
END = re.compile(r"[\s?.!…]*$")
THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
"""Before ``current period``, which the article goes with."""
INSIDE = re.compile(r"\bin\s+(?:the\s+)?$", re.IGNORECASE)
"""Before the name of a place where something is, which is hardly what ``it`` stands for."""


class RuleRewriter:
    """The rewriter that needs no model."""

    def rewrite(self, question: str, conversation: Conversation) -> str:
        turns = conversation.turns
        if not turns:
            return question
        turn = read_turn(question)
        if turn.lean is Lean.ALONE:
            return question
        base = find_base(turn.body, turn.back_to, turns)
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
    own = names(turn.about or turn.body) if turn.opened or turn.about else []
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


def replace_slot(fragment: str, question: str) -> str:
    """The question with the fragment in the place of what it replaces; empty if that is unclear."""
    filler = END.sub("", fragment).strip()
    core = PREPOSITION.sub("", filler)
    replaced = replace_time(filler, core, question)
    if replaced:
        return replaced
    found = names(core)
    if len(found) != 1 or content_words(core) != content_words(found[0].text):
        return ""
    new = found[0]
    slots = [name for name in names(question) if fits(new, name)]
    if not slots:
        return ""
    old = slots[-1]
    article = re.search(r"\bthe\s+$", question[: old.start], re.IGNORECASE)
    start = article.start() if article else old.start
    put = new.text if not re.search(r"\bthe\b", filler, re.IGNORECASE) else f"the {new.text}"
    return question[:start] + put + re.sub(r"^ ones?\b", "", question[old.end :])


def replace_time(filler: str, core: str, question: str) -> str:
    """The question with the time that a fragment names in the place of its own.

    The other words of the fragment must be in the question: ``the 2020 edition`` after ``the 2019
    edition of the panorama``.
    """
    found, times = list(MENTION.finditer(core)), list(MENTION.finditer(question))
    if len(found) != 1:
        return ""
    new = found[0]
    beside = content_words(core[: new.start()] + core[new.end() :].replace("period", ""))
    if not set(terms(" ".join(beside))) <= set(terms(question)):
        return ""
    article = "the " if new["spoken"] else ""
    if times:
        old = times[-1]
        before, put = question[: old.start()], article + new.group()
        if old["bound"] and filler.endswith(new.group()):
            # ``by 2027`` is one mention: its ``by`` goes, and that of the fragment has to come.
            put = filler
        elif old["spoken"] or new["spoken"]:
            before = THE.sub("", before)
        return before + put + question[old.end() :]
    if new["bound"]:
        return before_end(question, f" {new.group()}")
    return before_end(question, f" {filler if filler != core else f'in {core}'}")


def fits(new: Phrase, old: Phrase) -> bool:
    if new.text.casefold() == old.text.casefold():
        return False
    return new.kind is old.kind or {new.kind, old.kind} == {Kind.PLACE, Kind.NAME}


def with_pronoun(turn: FollowUp, base: Base, carried: Sequence[Phrase]) -> str:
    """The turn with a name in the place of its first pronoun, as far as that is clear."""
    assert turn.pronoun is not None
    start, end = turn.pronoun
    word, rest = turn.body[start:end].casefold(), turn.body[end:]
    body = turn.body
    if stands_for_noun(word, rest):
        focus = own_focus(word, turn.about) or focus_of(word, base)
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


def focus_of(pronoun: str, base: Base) -> str:
    """The name or topic of the last question that a pronoun stands for; empty if unclear."""
    question = base.question
    if not QUESTIONED.search(question):  # ``And enterprise value?``: that is what it is about
        return own_focus(pronoun, PREPOSITION.sub("", END.sub("", OPENER.sub("", question))))
    plural = pronoun in PLURAL_PRONOUNS
    subjects = [
        name
        for name in names(question)
        if not modifies(name, question) and not INSIDE.search(question[: name.start])
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


def is_owner(name: Phrase, question: str) -> bool:
    """Whether a name owns what is asked about: ``the IBBL’s joint plan``."""
    return bool(re.match(r"['’]s?\s", question[name.end :]))


def with_article(name: str, question: str) -> str:
    return f"the {name}" if re.search(rf"\bthe {re.escape(name)}", question, re.I) else name


def modifies(name: Phrase, question: str) -> bool:
    """Whether a name only qualifies the noun after it: ``Estonian entrepreneurs``."""
    if name.kind is Kind.PLACE and fold(name.text.split()[-1]) in NATIONS.values():
        return True
    if is_owner(name, question):
        return False
    return any(
        topic.start <= name.start and name.end < topic.end for topic in topics(question)
    ) and not re.search(r"\b(?:of|for|in)\s+(?:the\s+)?$", question[: name.start])


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


def before_end(question: str, addition: str) -> str:
    """Text put before the punctuation that ends a question."""
    end = END.search(question)
    at = end.start() if end else len(question)
    mark = question[at:].strip()
    closing = "" if COMMAND.match(question) else "?"
    return f"{question[:at]}{addition}{mark or closing}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
