"""The questions in data/bundled over the bundled corpus, as plainly put as most people put them."""

from pathlib import Path

import pytest

from s3assist.evaluate import evaluate
from s3assist.evaluate.gold import load_gold
from s3assist.evaluate.matching import letters
from s3assist.ingest.loaders import load

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
FOLDER = ROOT / "tests" / "data" / "bundled"
QUESTIONS = load_gold(FOLDER, CORPUS).questions


def test_the_answer_key_is_in_the_documents_word_for_word() -> None:
    files = {path.name: path for path in CORPUS.glob("*/*")}
    places = {place for question in QUESTIONS for place in question.places}
    texts = {
        name: letters(" ".join(block.text for block in load(files[name]).blocks))
        for name in {place.document for place in places}
    }

    assert sum(question.answerable for question in QUESTIONS) >= 100
    assert sum(not question.answerable for question in QUESTIONS) >= 80
    for place in places:
        assert letters(place.quote) in texts[place.document], place


def test_no_question_is_asked_twice() -> None:
    texts = [question.text.casefold() for question in QUESTIONS]

    assert len(set(texts)) == len(texts)


@pytest.mark.slow
def test_plain_questions_get_the_right_quote_and_near_misses_are_refused(
    encoders: Path, tmp_path: Path
) -> None:
    (tmp_path / "encoders").symlink_to(encoders, target_is_directory=True)

    (part,) = evaluate(FOLDER, index=tmp_path, corpus=CORPUS).parts

    assert part.quotes is not None
    (misses,) = part.refusal
    assert part.quotes.first >= 0.88, part.quotes
    assert misses.auroc is not None
    assert misses.auroc >= 0.92, misses
    assert misses.recall >= 0.65, misses
    assert misses.answerable_refused <= 0.1, misses
