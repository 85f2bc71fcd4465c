"""The questions in data/period_questions.jsonl over the bundled corpus, whose editions conflict."""

from datetime import date
from pathlib import Path

import pytest

from s3assist.assistant import Assistant
from s3assist.evaluate.matching import letters
from s3assist.evaluate.period_questions import load_period_questions, measure_periods
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader
from s3assist.ingest.loaders import load
from s3assist.ingest.sync import sync

CORPUS = Path(__file__).parent.parent / "corpus"
QUESTIONS = load_period_questions(Path(__file__).parent / "data" / "period_questions.jsonl")


def test_the_answer_key_is_in_the_documents_word_for_word() -> None:
    said = [one for question in QUESTIONS for one in question.said]
    texts = {
        name: letters(" ".join(block.text for block in load(CORPUS / name).blocks))
        for name in {one.document for one in said}
    }

    assert len(QUESTIONS) >= 40
    for one in said:
        assert letters(one.quotes[0]) in texts[one.document], one


@pytest.mark.slow
def test_questions_about_periods_are_answered_from_the_right_edition(
    encoders: Path, tmp_path: Path
) -> None:
    (tmp_path / "encoders").symlink_to(encoders, target_is_directory=True)
    sync(CORPUS, IndexLayout(tmp_path))
    assistant = Assistant(IndexReader(IndexLayout(tmp_path)), today=lambda: date(2026, 11, 25))

    figures = measure_periods(QUESTIONS, assistant)

    assert figures.first >= 0.85 * figures.naming, figures
    assert figures.in_three >= 0.95 * figures.naming, figures
    assert figures.told >= 0.7 * figures.differing, figures
