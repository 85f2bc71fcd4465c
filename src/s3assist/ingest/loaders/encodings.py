"""Which single-byte encoding an old text file is in, judged by the letters its language uses.

General detectors (charset-normalizer, for one) take French for Central European text and turn
``à`` into ``ŕ``: a wrong quote. Documents here are in official languages of the Union, whose
alphabets are known, so the reading with letters that its language does have is the right one.
"""

from __future__ import annotations

from collections import Counter

from s3assist.ingest.languages import likeliest_language

CANDIDATES = (
    "cp1252", "iso-8859-15", "cp1250", "iso-8859-2", "cp1253", "iso-8859-7", "cp1251",
    "iso-8859-5", "cp1257", "iso-8859-13", "iso-8859-3", "cp850", "mac-roman",
)  # fmt: skip
"""Encodings of the Union's languages; of readings that differ in nothing the first is taken."""

PLAUSIBLE = 0.95
"""Share of the characters beyond ASCII that must belong to the language or be punctuation."""

_PUNCTUATION = frozenset("“”„‘’‚«»‹›–—…•·€£§°±×²³½¼©®™†‡%‰¿¡ºª\u00a0\u00ad")
_LETTERS = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåéäö",
    "de": "äöüßéèà",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "en": "éèêëïöüçàâáíóúñäåøß",
    "es": "áéíóúüñç",
    "et": "äöõüšž",
    "fi": "äöåšžé",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mt": "ċġħżàèìòù",
    "nl": "éëïóöüáèêíç",
    "pl": "ąćęłńóśźżéöü",
    "pt": "áâãàçéêíóôõúü",
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "sv": "åäöéü",
}


def guess_encoding(data: bytes) -> str:
    """The likeliest of `CANDIDATES`, or an empty string when none gives plausible text."""
    best, best_share = "", PLAUSIBLE
    for encoding in CANDIDATES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _plausible_share(text)
        if share > best_share or (not best and share == best_share):
            best, best_share = encoding, share
    return best


def _plausible_share(text: str) -> float:
    """How many of the characters beyond ASCII the text's language and punctuation account for."""
    counts = Counter(character for character in text.lower() if not character.isascii())
    if not counts:
        return 1.0
    known = _PUNCTUATION.union(_LETTERS[likeliest_language(text)])
    return sum(n for character, n in counts.items() if character in known) / counts.total()
