"""What can be said of a sentence and a question without a model that reads them together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3assist.documents import Span
from s3assist.encode import TokenVectors, Vectors
from s3assist.index.terms import QUESTION_WORDS, fold, query_terms, terms

Weights = npt.NDArray[np.float64]

NAMES = (
    "alignment",
    "plain_alignment",
    "weakest_alignment",
    "context_alignment",
    "cosine",
    "passage_score",
    "passage_cosine",
    "coverage",
    "context_coverage",
    "rarest_missing",
    "expected_form",
    "brevity",
    "question_copied",
)
"""The features of a sentence in the order of its vector."""

AMOUNT = re.compile(
    r"(?:(?:€|\$|£|\beuro?s?|\busd|\bgbp)\s?)?(?<![\w.,/-])\d(?:[\d.,]*\d)?"
    r"(?:\s?(?:%|‰|(?:per ?cent|percentage|thousand|million|billion|trillion|bn|mio|mrd|euros?|eur|m)\b))*(?![\w/-])",
    re.IGNORECASE,
)
MOMENT = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-ZÀ-Þ][\w&-]+")
CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|therefore|thus|hence|so that|in order to|thanks to|reasons?|by \w+ing|through|allows?|enables?|helps?|aims?)\b",
    re.IGNORECASE,
)
DEFINITION = re.compile(
    r"\b(?:is|are|means?|refers? to|defined|stands? for|called|known as|consists? of|describes?)\b", re.IGNORECASE
)
SERIES = re.compile(r"(?:,[^,]+){2,}|[:;]|\b(?:and|as well as|namely|including|such as)\b", re.IGNORECASE)
CONTRAST = re.compile(
    r"\b(?:whereas|while|but|however|unlike|compared|than|rather|instead|both|respectively|between|difference|on the other hand)\b",
    re.IGNORECASE,
)

# The first pattern that the question matches says what its answer should show.
FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\b(?:how (?:much|many|large|big|high|long|far|old|often)|what (?:share|percentage|proportion|amount|number|budget|rate|level)|combien|wie ?viele?|cuánt\w+|kuinka|paljonko)\b", re.IGNORECASE), AMOUNT),
    (re.compile(r"\b(?:when|what year|which year|since when|by when|what date|quand|wann|cuándo|milloin)\b", re.IGNORECASE), MOMENT),
    (re.compile(r"\b(?:who|whom|whose|which (?:organisation|organization|body|bodies|institution|ministry|company|companies|region|country|countries)\w*|qui|wer|quién\w*|kuka|ketkä)\b", re.IGNORECASE), NAME),
    (re.compile(r"\b(?:difference|differ|compare|compared|versus|vs|rather than|both|between)\b", re.IGNORECASE), CONTRAST),
    (re.compile(r"\b(?:why|how come|what (?:explains|is the reason|are the reasons|causes?)|pourquoi|warum|por qué|miksi)\b", re.IGNORECASE), CAUSE),
    (re.compile(r"\b(?:which|what are|list|name the|what (?:kinds?|types?|steps|areas|sectors|fields))\b", re.IGNORECASE), SERIES),
    (re.compile(r"\b(?:what (?:is|does|do)|define|meaning of|was ist|qu'est)\b", re.IGNORECASE), DEFINITION),
    (re.compile(r"\bhow\b", re.IGNORECASE), CAUSE),
)  # fmt: skip
COMFORTABLE = 25
"""Words from which a sentence is not too short to say something by itself."""
WEAKEST = 2
"""Words of the question whose alignment counts as its weakest."""

Rarity = Callable[[str], float]
"""The inverse document frequency of a term."""
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the features see it."""

    text: str
    vector: Vectors
    """(dimension,): of the whole question."""
    words: Vectors
    """(content tokens, dimension): each token in its context."""
    weights: Weights
    """(content tokens,): the rarity of the word of each token, summing to 1."""
    terms: Mapping[str, float]
    """Its search terms and how rare each is."""
    form: re.Pattern[str] | None

    @classmethod
    def of(cls, text: str, vector: Vectors, tokens: TokenVectors, rarity: Rarity) -> Question:
        """Keep the tokens that carry content and weigh them; all of them if none does."""
        rare = [rarity_of_token(text, span, rarity) for span in tokens.spans]
        kept = [i for i, value in enumerate(rare) if value > 0] or list(range(len(rare)))
        weights = np.array([max(rare[i], 1e-3) for i in kept])
        return cls(
            text=text,
            vector=vector,
            words=tokens.vectors[kept],
            weights=weights / weights.sum(),
            terms={term: rarity(term) for term in query_terms(text, ["en"])},
            form=expected_form(text),
        )


@dataclass(frozen=True, slots=True)
class Context:
    """A passage with its heading, as the features see it."""

    heading: str
    text: str
    language: str
    tokens: TokenVectors
    """Of `heading`, a line break, and `text`."""
    score: float
    """Of the retrieval."""
    cosine: float


def rarity_of_token(text: str, span: tuple[int, int], rarity: Rarity) -> float:
    """How rare the word around a token is; 0 for punctuation and question words."""
    start, end = span
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    word = text[start:end]
    if not any(c.isalnum() for c in word) or fold(word) in QUESTION_WORDS:
        return 0.0
    found = terms(word)
    return rarity(found[0]) if found else 0.0


def expected_form(question: str) -> re.Pattern[str] | None:
    """What an answer to this question shows: an amount, a date, a name …; None if nothing special."""
    return next((form for asked, form in FORMS if asked.search(question)), None)


def features(question: Question, context: Context, sentences: Sequence[Span]) -> list[Row]:
    """One row of `NAMES` for each sentence; spans count in the passage's own text.

    Alignment is MaxSim (Khattab and Zaharia, "ColBERT", SIGIR 2020): for each word of the
    question the nearest word of the sentence, both in their contexts.
    """
    likeness = question.words @ context.tokens.vectors.T
    shift = len(context.heading) + 1
    starts = np.array([start for start, _ in context.tokens.spans]) - shift
    whole = best(likeness, np.ones(len(starts), dtype=bool))
    around = set(terms(f"{context.heading} {context.text}", context.language))
    missing = [rare for term, rare in question.terms.items() if term not in around]
    total = sum(question.terms.values()) or 1.0
    rows: list[Row] = []
    for sentence in sentences:
        inside = (starts >= sentence.start) & (starts < sentence.end)
        nearest = best(likeness, inside)
        text = context.text[sentence.start : sentence.end]
        own = set(terms(text, context.language))
        rows.append(
            (
                float(nearest @ question.weights),
                float(nearest.mean()),
                float(np.sort(nearest)[:WEAKEST].mean()),
                float(whole @ question.weights),
                cosine(context.tokens.vectors[inside], question.vector),
                context.score,
                context.cosine,
                sum(rare for term, rare in question.terms.items() if term in own) / total,
                1 - sum(missing) / total,
                max(missing, default=0.0) / 10,
                0.5 if question.form is None else float(bool(question.form.search(text))),
                min(0.0, math.log(max(len(text.split()), 1) / COMFORTABLE)),
                float(text.rstrip().endswith("?") or fold(text) in fold(question.text)),
            )
        )
    return rows


def best(likeness: Vectors, inside: npt.NDArray[np.bool_]) -> Vectors:
    """For each word of the question its likeness with the nearest token inside; 0 if none is."""
    if not inside.any():
        return np.zeros(len(likeness), dtype=np.float32)
    nearest: Vectors = likeness[:, inside].max(axis=1)
    return nearest


def cosine(tokens: Vectors, vector: Vectors) -> float:
    """Of the mean of some tokens with the question: the sentence as its passage colours it."""
    if not len(tokens):
        return 0.0
    mean = tokens.mean(axis=0)
    return float(mean @ vector / (np.linalg.norm(mean) + 1e-9))
