"""Which official language of the Union a text is written in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from s3assist.ingest.dates import EU_LANGUAGES

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

SHORTEST = 40
"""Characters below which a guess is worth nothing."""
SAMPLE = 20_000
"""Characters looked at; more change nothing."""
CERTAIN = 0.9
"""Probability, among the official languages, below which nothing is said."""


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, or an empty string when that is not clear."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < SHORTEST:
        return ""
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= CERTAIN else ""


def likeliest_language(text: str) -> str:
    """The best guess, however weak: for comparing readings of a text, not for telling anybody."""
    return str(_identifier().classify(text[:SAMPLE])[0])


def load() -> None:
    """Have ready what the first text needs: half a second of unpacking."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(EU_LANGUAGES))
    return identifier
