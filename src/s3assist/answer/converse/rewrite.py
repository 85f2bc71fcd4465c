"""Write a leaning turn as a question that stands alone, in words that a person would accept.

In this order: replace the slot that the turn names (a period, a region, a programme), put the
name in the place of a pronoun, and add what is still missing in brackets at the end. Words come
from the conversation only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.converse.antecedent import goes_on, text_of, with_stand_in, without_asked_for
from s3assist.answer.converse.carry import (
    MOST,
    Base,
    find_base,
    phrases_to_carry,
    with_antecedent,
)
from s3assist.answer.converse.lean import COURTESY, NEIGHBOUR, QUESTIONED, FollowUp, Lean, read_turn
from s3assist.answer.converse.phrases import (
    ARTICLE,
    Kind,
    Phrase,
    content_words,
    names,
)
from s3assist.answer.converse.slots import (
    END,
    ONE,
    before_end,
    capital,
    fits,
    one_of_two,
    replace_other,
    replace_slot,
)
from s3assist.answer.periods import (
    MENTION,
    is_programming_period,
    mentions,
    programming_period,
)
from s3assist.documents import Conversation, Turn
from s3assist.index.terms import terms
from s3assist.ingest.dates import MONTHS

TIME = re.compile(
    rf"\s+(?:(?:in|by|for|during|at|from|of)\s+)?(?P<the>the\s+)?(?:(?:{'|'.join(MONTHS)})\s+)?"
    rf"(?:{MENTION.pattern})",
    re.IGNORECASE,
)
PERIOD_BEFORE = re.compile(
    r"\bthe (?:(?:programming |funding )?period before(?: that)?|(?:one|mff) before that)(?! \w)",
    re.IGNORECASE,
)
AFTER = re.compile(r"\b(?:in|of|for|from|by|since|until|about)\s+$", re.IGNORECASE)
"""Before a year."""
THAT_YEAR = re.compile(
    r"\b(?:that|the same) year\b|\bthe (?:(?P<earlier>year before|(?:previous|preceding) year)"
    r"|(?P<later>year after|(?:next|following) year))\b(?! \w)",
    re.IGNORECASE,
)


class RuleRewriter:
    """The rewriter that needs no model."""

    def rewrite(self, question: str, conversation: Conversation) -> str:
        turns = conversation.turns
        if not turns:
            return question
        turn = read_turn(question)
        if turn.lean is Lean.ALONE:
            return question
        found = find_base(turn.back_to, turns)
        if found is None:  # back to what nobody has named: what was said since is another matter
            back = Phrase(turn.back_to, 0, 0, Kind.TOPIC)
            return with_aside(turn.body or f"{capital(turn.back_to)}?", [back], turn.body)
        base = with_antecedent(found, turns)
        timed = with_year(question, base)
        if timed != question:
            question, turn = timed, read_turn(timed)
        carried = phrases_to_carry(base, turns)
        match turn.lean:
            case Lean.BARE:
                return followed(turn.body, base, carried)
            case Lean.FRAGMENT:
                replaced = replace_slot(turn.body, base.question)
                if replaced:
                    kept = unreplaced(turn, base_only(carried, base))
                    gone = [n.text for n in names(base.question) if n.text not in replaced]
                    kept = [one for one in kept if not any(text in one.text for text in gone)]
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


def with_year(question: str, base: Base) -> str:
    """``That year``, ``the year before`` and ``the period before`` in figures, if the last question
    names one year or programming period."""
    periods = [period for period in mentions(base.question) if is_programming_period(period)]
    if len(periods) == 1:
        before = programming_period(periods[0].first - 1)
        question = PERIOD_BEFORE.sub(str(before), question)
    years = {match["year"] for match in MENTION.finditer(base.question)}
    year = years.pop() if len(years) == 1 else None
    if year is None:
        return question

    def put(match: re.Match[str]) -> str:
        if not match["earlier"] and not match["later"]:
            return year
        following = str(int(year) + (-1 if match["earlier"] else 1))
        return following if AFTER.search(question[: match.start()]) else f"in {following}"

    return THAT_YEAR.sub(put, question)


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
    is_timed = MENTION.search(asked) or NEIGHBOUR.match(asked)
    before = timeless(base.question) if is_timed else base.question
    said = f"{capital(asked)}? {before}" if asked else before
    return with_aside(said, base_only(carried, base), said)


def timeless(question: str) -> str:
    """A question without the times that it asks about."""
    return TIME.sub(lambda time: " the" if time["the"] and not time["spoken"] else "", question)


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
    text = text_of(turn, base)
    if text:
        return capital(turn.body[:start] + text + turn.body[end:])
    if goes_on(turn, base):  # ``What TRL does it support?``: the TRL was what that one asked for
        carried = without_asked_for(carried, base)
    body = addressed(turn, with_stand_in(turn, base))
    return with_aside(body, unreplaced(turn, carried), body)


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
