"""Near misses made by rule: a question about a year, place, name or extreme not of the text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable


def listed(names: str) -> list[str]:
    return re.split(r"[|\n]", names)


YEARS = [str(year) for year in range(1998, 2032)]
PERIODS = ["2000-2006", "2007-2013", "2014-2020", "2021-2027", "2028-2034"]
PLACES = listed("""Austria|Belgium|Bulgaria|Croatia|Cyprus|Czechia|Denmark|Estonia|Finland
France|Germany
Greece|Hungary|Ireland|Italy|Latvia|Lithuania|Luxembourg|Malta|Netherlands|Poland|Portugal|Romania
Slovakia|Slovenia|Spain|Sweden|Norway|Switzerland|Scotland|Wales|Flanders|Wallonia|Catalonia
Lombardy|Andalusia|Bavaria|Saxony|Brittany|Silesia|Navarre|Tuscany|Attica|Moravia""")
PROGRAMMES = listed("""Horizon 2020|Horizon Europe|COSME|Interreg|LIFE|Erasmus+|Digital Europe
Cohesion Fund|European Regional Development Fund|European Social Fund|Just Transition Fund
European Social Fund Plus|InvestEU|Connecting Europe Facility|Creative Europe|EAFRD|EMFF|ERDF|ESF
ESF+|JTF|CEF|EFSI|YEI|FEAD""")
KINDS = [PERIODS, YEARS, *(sorted(names, key=len, reverse=True) for names in (PLACES, PROGRAMMES))]
OPPOSITES = listed("""first last|largest smallest|highest lowest|maximum minimum|before after
most least
biggest smallest|oldest youngest|increase decrease|increased decreased|northern southern
eastern western|north south|east west|public private|import export|imports exports|internal external
direct indirect|earliest latest|upper lower|male female|summer winter|benefits drawbacks
advantages disadvantages|strengths weaknesses|national regional|start end|began ended|won lost
longest shortest|more fewer|richest poorest|urban rural|allowed forbidden|buy sell|win lose""")
NAME = re.compile(r"[A-Z][\w’'-]+(?:(?: (?:of|the|and|for|de|von|van))* [A-Z][\w’'-]+)*")
AMOUNT = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w,-])")


def swapped(question: str, passages: str, chance: random.Random) -> str | None:
    """The question with one of the names above replaced by one that no passage holds, if one is.

    The name that is replaced must stand in the passages, so that the answer hangs on it.
    """
    for names in KINDS:
        for name in names:
            found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w+-])", question)
            if not found or name not in passages:
                continue
            others = [other for other in names if other not in passages and other not in question]
            if others:
                return question[: found.start()] + chance.choice(others) + question[found.end() :]
    return None


class Names:
    """Names and amounts of a set's questions, to take the place of another question's."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._known: dict[object, list[str]] = {}
        for question in questions:
            for name in names_in(question):
                self._known.setdefault(shape(name), []).append(name)

    def renamed(self, question: str, passages: str, chance: random.Random) -> str | None:
        """The question with a name, amount or extreme of the passages replaced by one that is not
        in them; None if it has none."""
        lowered = passages.casefold()
        for name in chance.sample(found := names_in(question), len(found)):
            if name.casefold() not in lowered:
                continue
            for other in chance.choices(self._known.get(shape(name), [name]), k=8):
                words = [word for word in other.casefold().split() if len(word) > 3]
                if not any(word in lowered for word in words or [other.casefold()]):
                    return question.replace(name, other)
        return opposed(question, lowered)


def names_in(question: str) -> list[str]:
    """Capitalised names, the first word apart, and numbers."""
    first = question.find(" ") + 1
    return [m.group() for p in (NAME, AMOUNT) for m in p.finditer(question, first)]


def shape(name: str) -> object:
    """What a name can stand in for: numbers by their digits, names by their words."""
    return ("number", len(name)) if name[0].isdigit() else ("name", min(3, len(name.split())))


def opposed(question: str, lowered: str) -> str | None:
    """The question with an extreme or direction turned round that the passages do not speak of."""
    for pair in map(str.split, OPPOSITES):
        for word, other in (pair, pair[::-1]):
            found = re.search(rf"\b{word}\b", question)
            if found and word in lowered and not re.search(rf"\b{other}\b", lowered):
                return question[: found.start()] + other + question[found.end() :]
    return None
