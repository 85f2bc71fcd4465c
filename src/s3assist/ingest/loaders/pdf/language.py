"""The language that a text is in, against what its file claims.

Office programs write the language of the author's computer into /Lang, so an English report may
claim to be Finnish; its commonest words do not lie.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_COMMON = {
    "en": "the of and to in is that for with are this by be as from which has not",
    "de": "der die und das von den mit ist für des dem auf ein eine im nicht zu werden",
    "fr": "le la les des et du une dans pour est que qui par sur au avec sont aux",
    "es": "el los las de y del que en una para con por se como más su al",
    "it": "il di che della per con del sono una dei nel gli alla non le più",
    "pt": "o os da do dos das que em uma para com não por mais na no ao",
    "nl": "de het een van en dat voor met zijn is op te niet aan door wordt",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")
FEWEST = 100
"""Words below which a text proves nothing."""
COMMON_SHARE = 0.15
"""Share of its common words in running text of a language; others share under half of them."""


def language_of(texts: Iterable[str], claimed: str) -> str:
    """ISO 639-1: the language that the words clearly show, or else the one `claimed`."""
    words = Counter(match[0].casefold() for text in texts for match in _WORD.finditer(text))
    total = words.total()
    if total < FEWEST:
        return claimed
    shares = sorted(
        (sum(words[word] for word in common) / total, language)
        for language, common in _WORDS.items()
    )
    (second, _), (best, language) = shares[-2:]
    return language if best >= COMMON_SHARE and best > 1.5 * second else claimed
