"""Passages as the tokens that the product reads, with the sentences of them that answer marked."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from examples import UNKNOWN, Tokens
from s3assist.answer.readers import PassageText, bundled
from s3assist.documents import Document, Passage, Span
from s3assist.encode.model import bundled_model
from s3assist.ingest.passages import heading_text


def level(text: str) -> str:
    """Word characters alone, so that answers are found whatever their spacing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def mark_sentences(
    document: Document, passage: Passage, answers: list[dict[str, Any]]
) -> list[int]:
    """1 for each sentence that is, or holds, an answer where it was marked; `UNKNOWN` elsewhere."""
    texts = [document.text[s.start : s.end] for s in passage.sentences]
    marks = [0] * len(texts)
    for answer in answers:
        wanted = level(answer["text"])
        if not wanted:
            continue
        holds = [
            i
            for i, text in enumerate(texts)
            if wanted in level(text) or (len(text) > 25 and level(text) in wanted)
        ]
        place = answer.get("start")
        for i in holds:
            inside = place is None or any(
                passage.sentences[i].start - 40 <= at <= passage.sentences[i].end + 40
                for at in (place, place + len(answer["text"]) // 2, place + len(answer["text"]))
            )
            whole = len(wanted) > 40
            marks[i] = 1 if inside or whole else (marks[i] or UNKNOWN)
    return marks


def answer_span(
    document: Document, passage: Passage, marks: list[int], answers: list[dict[str, Any]]
) -> tuple[int, int] | None:
    """Characters of a short answer within the marked sentences."""
    for answer in answers:
        for sentence, mark in zip(passage.sentences, marks, strict=True):
            if mark == 1:
                at = document.text.find(answer["text"], sentence.start, sentence.end)
                if at >= 0:
                    return at, at + len(answer["text"])
    return None


class Store:
    """Passages as token ids, each once and known by its number."""

    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(bundled_model().folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.numbers: dict[Any, int] = {}
        self.tokens: list[Tokens] = []
        self.offsets: list[list[tuple[int, int]]] = []
        self.sources: list[tuple[Document, Passage]] = []

    def question(self, text: str) -> np.ndarray:
        return np.array(self.tokenizer.encode(text).ids[: bundled.MOST_QUESTION], dtype=np.uint16)

    def count(self, texts: list[str]) -> list[int]:
        made = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return [len(encoding.ids) for encoding in made]

    def add(self, key: Any, document: Document, passage: Passage) -> int:
        if key not in self.numbers:
            shift = passage.start
            sentences = tuple(Span(s.start - shift, s.end - shift) for s in passage.sentences)
            text = document.text[passage.start : passage.end]
            whole = PassageText(heading_text(document, passage), text, sentences)
            read = bundled.Tokens.of(whole, self.tokenizer)[0]
            self.numbers[key] = len(self.tokens)
            self.tokens.append((np.array(read.ids, np.uint16), read.sentence.astype(np.int16)))
            self.offsets.append([(start + shift, end + shift) for start, end in read.offsets])
            self.sources.append((document, passage))
        return self.numbers[key]

    def candidate(
        self, key: Any, document: Document, passage: Passage, answers: Any, home: bool, score: float
    ) -> dict[str, Any]:
        """A passage to read a question against; `home` is where the question was written."""
        number = self.add(key, document, passage)
        marks = mark_sentences(document, passage, answers)
        if not home:
            marks = [UNKNOWN if m else 0 for m in marks]
        span = None
        place = answer_span(document, passage, marks, answers)
        if place:
            tokens = [
                i
                for i, ((start, end), inside) in enumerate(
                    zip(self.offsets[number], self.tokens[number][1], strict=True)
                )
                if inside >= 0 and start < place[1] and end > place[0]
            ]
            span = (tokens[0], tokens[-1]) if tokens else None
        text = document.text[passage.start : passage.end]
        return {
            "passage": number,
            "marks": marks,
            "span": span,
            "home": home,
            "score": score,
            "text": text,
        }
