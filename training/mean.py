"""The mean of the weights of two trainings; see docs/reader.md.

    python training/mean.py ONE.pt OTHER.pt MEAN.pt

Wortsman et al., "Robust fine-tuning of zero-shot models" (CVPR 2022): a model that went on
learning something new, and still remembers what it knew.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "other", "out"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    one, other = (torch.load(path, weights_only=True) for path in (arguments.one, arguments.other))
    torch.save({name: (one[name] + other[name]) / 2 for name in one}, arguments.out)


if __name__ == "__main__":
    main()
