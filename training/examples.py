"""What prepare.py makes and train.py reads: questions with passages as token ids.

An example is a question with the passages that it is read against. Of each: is it the passage that
the question was written over (`home`), which of its sentences answer (`marks`), with which tokens
(`span`), and how high retrieval ranked it (`score`).
"""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20
SPLIT = Path(__file__).parent / "split.json"
"""Which documents are held out of the training; a test compares it with what is reported."""
UNKNOWN = -1
"""Mark of a sentence that holds the answer's words at another place: nobody said what it is."""
OUTSIDE = -1
"""Sentence number of a token of the heading."""
FIRST_WORD = 1000
"""WordPiece ids below this are special, unused or punctuation; from here on they are words."""
REPORTED = "squad2_reported"
"""Articles of SQuAD 2.0 that no training sees; they are read on the way."""
WRITTEN, PLAIN, FAR, TRAP = "written", "written plain", "written far", "written trap"
"""Questions over the documents of `written/`; those of them that are put as plainly as most, those
that share no word with their answer, and those whose words stand together in a sentence that does
not answer."""
PARAGRAPHS = "paragraphs"
"""Questions of `paragraphs.jsonl`, over passages of general sets."""
BY_RULE = " by rule"
"""Ends the name of the set of near misses that were made from a set by rule."""

Tokens = tuple[np.ndarray, np.ndarray]
"""A passage: its token ids, and the number of the sentence that each is in."""


def write_set(path: Path, examples: list[dict[str, Any]], passages: list[Tokens]) -> None:
    with path.open("wb") as stream:
        pickle.dump((examples, passages), stream, protocol=5)


def load(folder: Path) -> tuple[list[dict[str, Any]], list[Tokens]]:
    """All prepared sets of a folder; `passage` of a candidate is the number of its tokens."""
    examples: list[dict[str, Any]] = []
    passages: list[Tokens] = []
    for path in sorted(folder.glob("*.pickle")):
        with path.open("rb") as stream:
            part, tokens = pickle.load(stream)
        for one in part:
            for candidate in one["candidates"]:
                candidate["passage"] += len(passages)
        examples += part
        passages += tokens
    return examples, passages


def is_held_out(example: dict[str, Any], split: dict[str, Any]) -> bool:
    name = example["set"].removesuffix(BY_RULE)
    if name in ("policy_rows", WRITTEN, PLAIN, FAR, TRAP):
        part = split[name if name == "policy_rows" else WRITTEN]
        return example["group"] in {*part["held_out"], *part.get("later", ())}
    if name in ("squad2_dev", REPORTED):
        return example["group"] in split["squad2_dev"]["reported"]
    digest = hashlib.sha256(example["group"].encode()).digest()
    return bool(digest[0] / 256 < split["general_share"])


def read_split() -> dict[str, Any]:
    split: dict[str, Any] = json.loads(SPLIT.read_text("utf-8"))
    return split
