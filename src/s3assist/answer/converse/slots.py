"""One slot of a question filled anew: a name, a period, a number, one of two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from s3assist.answer.converse.carry import LOOK_BACK, base_of
from s3assist.answer.converse.phrases import (
    COMMAND,
    Kind,
    Phrase,
    content_words,
    names,
    topics,
)
from s3assist.answer.converse.vocabulary import NATIONS, ORDINALS
from s3assist.answer.periods import MENTION
from s3assist.documents import Turn
from s3assist.index.terms import fold, terms

PREPOSITION = re.compile(
    r"^(?:(?:in|for|during|at|of|with|from|on|by|about|to|under|within|the|a|an|is|as)\s+)+", re.I
)
END = re.compile(r"[\s?.!…]*$")
THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
"""Before ``current period``, which the article goes with."""
ONE = re.compile(r"\s+ones?$|^(?:that|those|the ones?) (?:of|from|in|for)\s+", re.IGNORECASE)
"""``the 2020 one``, ``that of 2020``"""
SPOKEN_ONE = re.compile(
    r"\bthe (?:current|present|last|previous|past|former|next|coming|future|upcoming)$", re.I
)
ORDINAL = re.compile(rf"\b(?:{'|'.join(ORDINALS)})\b", re.IGNORECASE)
NUMBERED = re.compile(r"\b(?P<noun>[a-z]{3,}) (?P<number>\d{1,2})\b(?![.,%\d-])", re.IGNORECASE)
"""``criterion 6``"""
WHICH_NUMBER = re.compile(
    rf"(?:the )?(?:(?P<ordinal>{'|'.join(ORDINALS)})|(?P<nth>(?P<digits>\d{{1,2}})(?:st|nd|rd|th))"
    r"|(?:number |(?P<noun>[a-z]{3,}) )?(?P<number>\d{1,2}))(?: (?P<after>[a-z]{3,}))?",
    re.IGNORECASE,
)
PAIR = re.compile(
    r"\b(?:between|compare|of) (?P<one>[^,;:?]+?) (?:and|with|to|versus|vs\.?) (?P<other>[^,;:?]+)",
    re.IGNORECASE,
)


def replace_slot(fragment: str, question: str) -> str:
    """The question with the fragment in the place of what it replaces; empty if that is unclear.

    The fragment's opener has been cut off, so that its first capital is that of a name.
    """
    filler = ONE.sub("", END.sub("", fragment).strip())
    if SPOKEN_ONE.search(filler) and MENTION.search(question):
        filler += " period"
    core = PREPOSITION.sub("", filler)
    replaced = replace_number(filler, question) or replace_time(filler, core, question)
    if replaced:
        return replaced
    found = names(core, cut=True)
    if len(found) != 1 or content_words(core) != content_words(found[0].text):
        return ""
    new = found[0]
    slots = [name for name in names(question) if fits(new, name)]
    if not slots:
        return ""
    old = slots[-1]
    article = None if modifies(old, question) else THE.search(question[: old.start])
    start = article.start() if article else old.start
    with_the = re.search(r"\bthe\b", filler, re.IGNORECASE) and not modifies(old, question)
    put = f"the {new.text}" if with_the else new.text
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
    has_preposition = filler != core and not THE.fullmatch(filler[: len(filler) - len(core)])
    return before_end(question, f" {filler if has_preposition else f'in {filler}'}")


def replace_number(filler: str, question: str) -> str:
    """``And the fourth?`` and ``And number 4?`` after a question about ``criterion 6``."""
    asked = WHICH_NUMBER.fullmatch(filler)
    if not asked:
        return ""
    ordinals, numbered = list(ORDINAL.finditer(question)), list(NUMBERED.finditer(question))
    noun = (asked["noun"] or asked["after"] or "").casefold()
    if noun and noun not in fold(question).split():
        return ""
    nth = asked["ordinal"] or asked["nth"]
    if len(ordinals) == 1 and nth:
        old = ordinals[0]
        return question[: old.start()] + nth.casefold() + question[old.end() :]
    if len(numbered) != 1 or ordinals or (noun and noun != numbered[0]["noun"].casefold()):
        return ""
    spoken = asked["ordinal"]
    number = ORDINALS[spoken.casefold()] if spoken else asked["digits"] or asked["number"]
    start, end = numbered[0].span("number")
    return question[:start] + number + question[end:]


def one_of_two(which: str, turns: Sequence[Turn]) -> tuple[str, str]:
    """What ``the former`` or ``the latter`` stands for, and the other; empty if there are none."""
    for turn in reversed(turns[-LOOK_BACK:]):
        question = END.sub("", base_of(turn).question)
        pair = PAIR.search(question)
        two = [pair["one"], pair["other"]] if pair else [name.text for name in names(question)]
        if len(two) != 2:
            continue
        if not pair:
            between = question[question.index(two[0]) + len(two[0]) : question.rindex(two[1])]
            if not re.fullmatch(r",? (?:and|or|than|versus|vs\.?)(?: the)? ", between):
                continue
        return (two[0], two[1]) if "former" in which else (two[1], two[0])
    return "", ""


def replace_other(one: str, other: str, question: str) -> str:
    """The question with one of two in the place of the other; empty if it hasn't the other."""
    at = question.casefold().find(other.casefold())
    return question[:at] + one + question[at + len(other) :] if at >= 0 else ""


def fits(new: Phrase, old: Phrase) -> bool:
    if new.text.casefold() == old.text.casefold():
        return False
    return new.kind is old.kind or {new.kind, old.kind} == {Kind.PLACE, Kind.NAME}


def is_owner(name: Phrase, question: str) -> bool:
    """Whether a name owns what is asked about: ``the IBBL’s joint plan``."""
    return bool(re.match(r"['’]s?\s", question[name.end :]))


def modifies(name: Phrase, question: str) -> bool:
    """Whether a name only qualifies the noun after it: ``Estonian entrepreneurs``."""
    if name.kind is Kind.PLACE and fold(name.text.split()[-1]) in NATIONS.values():
        return True
    if is_owner(name, question):
        return False
    return any(
        topic.start <= name.start and name.end < topic.end for topic in topics(question)
    ) and not re.search(r"\b(?:of|for|in)\s+(?:the\s+)?$", question[: name.start])


def before_end(question: str, addition: str) -> str:
    """Text put before the punctuation that ends a question."""
    end = END.search(question)
    at = end.start() if end else len(question)
    mark = question[at:].strip()
    closing = "" if COMMAND.match(question) else "?"
    return f"{question[:at]}{addition}{mark or closing}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
