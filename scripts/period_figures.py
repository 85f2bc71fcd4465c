"""Count how the period questions over the bundled documents are answered; see docs/conversation.md.

    python scripts/period_figures.py [INDEX]

INDEX is a finished index of the folder corpus/ (default: index).
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from s3assist.assistant import Assistant
from s3assist.evaluate.period_questions import load_period_questions, measure_periods
from s3assist.index.layout import IndexLayout
from s3assist.index.reader import IndexReader

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "tests" / "data" / "period_questions.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("index", type=Path, nargs="?", default=ROOT / "index")
    index = IndexReader(IndexLayout(parser.parse_args().index))
    figures = measure_periods(load_period_questions(QUESTIONS), Assistant(index))
    for name, value in asdict(figures).items():
        print(f"{name}: {', '.join(value) if isinstance(value, tuple) else value}")


if __name__ == "__main__":
    main()
