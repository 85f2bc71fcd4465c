"""Near misses made by rule: a question whose year, place or programme is not what the text says."""

from __future__ import annotations

import random
import re

YEARS = [str(year) for year in range(1998, 2032)]
PERIODS = ["2000-2006", "2007-2013", "2014-2020", "2021-2027", "2028-2034"]
PLACES = """Austria|Belgium|Bulgaria|Croatia|Cyprus|Czechia|Denmark|Estonia|Finland|France|Germany
Greece|Hungary|Ireland|Italy|Latvia|Lithuania|Luxembourg|Malta|Netherlands|Poland|Portugal|Romania
Slovakia|Slovenia|Spain|Sweden|Norway|Switzerland|Scotland|Wales|Flanders|Wallonia|Catalonia
Lombardy|Andalusia|Bavaria|Saxony|Brittany|Silesia|Navarre|Tuscany|Attica|Moravia"""
PROGRAMMES = """Horizon 2020|Horizon Europe|COSME|Interreg|LIFE|Erasmus+|Digital Europe
Cohesion Fund|European Regional Development Fund|European Social Fund|Just Transition Fund
European Social Fund Plus|InvestEU|Connecting Europe Facility|Creative Europe|EAFRD|EMFF|ERDF|ESF
ESF+|JTF|CEF|EFSI|YEI|FEAD"""
KINDS = [
    PERIODS,
    YEARS,
    *(sorted(re.split(r"[|\n]", names), key=len, reverse=True) for names in (PLACES, PROGRAMMES)),
]


def swapped(question: str, passages: str, chance: random.Random) -> str | None:
    """The question with one of these names replaced by one that no passage holds; None if none is.

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
