"""Average the weights of a training run and of the one that went on from it.

    python training/average.py FIRST.pt SECOND.pt OUT.pt

The mean of two points of one descent often generalises better than either (Wortsman et al.,
"Model soups", ICML 2022).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    one, other = (
        torch.load(path, weights_only=True) for path in (arguments.first, arguments.second)
    )
    torch.save({name: (one[name] + other[name]) / 2 for name in one}, arguments.out)


if __name__ == "__main__":
    main()
