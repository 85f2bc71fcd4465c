"""Measure the product's own pipeline on folders of questions with known answers."""

from s3assist.evaluate.report import Evaluation
from s3assist.evaluate.run import evaluate

__all__ = ["Evaluation", "evaluate"]
