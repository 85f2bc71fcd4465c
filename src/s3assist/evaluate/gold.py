"""Gold folders: questions over real documents with the verbatim quote and page that answer.

A folder of ``*.jsonl`` files. A line is one question, or a conversation whose ``turns`` are
questions in order, each with the ``standalone`` (or ``rewrite``) form that needs no conversation.
A question has ``id, question, answerable, type, answer_quote, pdf, page`` (from 1), ``lang`` and
``also``, other places that answer as well. The documents lie in a folder beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3assist.errors import ConfigError
from s3assist.evaluate.beir import read_lines

KINDS = {"unanswerable": "near miss", "off_topic": "off topic"}
"""What the two kinds of unanswerable questions are called in reports."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place that answers a question."""

    document: str
    page: int
    """From 1; 0 in a document without pages."""
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """A question with everything that answers it."""

    identity: str
    text: str
    standalone: str
    answerable: bool
    kind: str
    language: str
    places: tuple[Place, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        return tuple(place.quote for place in self.places if place.quote)


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A whole folder."""

    name: str
    corpus: Path
    questions: tuple[GoldQuestion, ...]
    conversations: tuple[tuple[GoldQuestion, ...], ...]


def load_gold(folder: Path, corpus: Path | None = None, queries: str | None = None) -> GoldSet:
    """Read a gold folder, or one file of it.

    Args:
        folder: the folder, or a single ``.jsonl`` file.
        corpus: the documents; by default the sibling that `default_corpus` names.
        queries: only this file of the folder.

    Raises:
        ConfigError: no such folder, no questions in it, or a line that is no question.
    """
    files = [folder] if folder.is_file() else sorted(folder.glob(queries or "*.jsonl"))
    home = folder.parent if folder.is_file() else folder
    questions: list[GoldQuestion] = []
    conversations: list[tuple[GoldQuestion, ...]] = []
    for file in files:
        try:
            for line in read_lines(file):
                if "turns" in line:
                    conversations.append(tuple(read_turns(line)))
                else:
                    questions.append(read_question(line, str(line["id"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{file} is no file of gold questions: {type(error).__name__} {error}",
                hint="Each line needs id, question and answerable; docs/evaluation.md has all.",
            ) from error
    if not questions and not conversations:
        raise ConfigError(
            f"There are no questions in {folder}",
            hint="It needs corpus.jsonl and queries.jsonl, or *.jsonl files of gold questions.",
        )
    return GoldSet(
        home.name, corpus or default_corpus(home), tuple(questions), tuple(conversations)
    )


def default_corpus(folder: Path) -> Path:
    """The sibling folder with ``docs`` where `folder` says ``gold``; else the folder itself."""
    sibling = folder.with_name(folder.name.replace("gold", "docs"))
    return sibling if "gold" in folder.name and sibling.is_dir() else folder


def read_turns(line: dict[str, Any]) -> Iterator[GoldQuestion]:
    for number, turn in enumerate(line["turns"], 1):
        yield read_question(turn, f"{line['id']}.{number}")


def read_question(line: dict[str, Any], identity: str) -> GoldQuestion:
    answerable = bool(line.get("answerable", True))
    kind = str(line.get("type") or ("" if answerable else "unanswerable"))
    places: list[Place] = []
    if line.get("pdf"):
        places.append(read_place(line, "answer_quote"))
    places += [read_place(other, "quote") for other in line.get("also") or ()]
    return GoldQuestion(
        identity=identity,
        text=line["question"],
        standalone=line.get("standalone") or line.get("rewrite") or line["question"],
        answerable=answerable,
        kind=KINDS.get(kind, kind),
        language=str(line.get("lang") or "en"),
        places=tuple(places) if answerable else (),
    )


def read_place(line: dict[str, Any], quote: str) -> Place:
    return Place(str(line["pdf"]), int(line.get("page") or 0), str(line.get(quote) or ""))
