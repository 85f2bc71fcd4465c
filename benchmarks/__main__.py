"""Measure, print, and save: `python -m benchmarks [PART …] [--small] [--save docs]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import cold, index, peers, rate, reading, report, synthetic, vectors

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LIBRARIES = ("faiss-cpu", "numpy", "onnxruntime", "tantivy", "txtai")


def measure(part: str, work: Path, *, sizes: list[int], small: bool) -> dict[str, Any]:
    match part:
        case "cold":
            return cold.measure(work, small=small)
        case "rate":
            return rate.measure(work, small=small)
        case "reading":
            return reading.measure(work, small=small)
        case "peers":
            return peers.measure(work, small=small)
        case "vectors":
            return vectors.measure(work, sizes)
        case _:
            return index.measure(work, sizes)


def machine() -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(report.TITLES)}")
    parser.add_argument("--small", action="store_true", help="a minute, to see that all runs")
    parser.add_argument("--sizes", type=int, nargs="+", default=None, help="numbers of passages")
    parser.add_argument("--save", type=Path, help="folder for figures, pictures, tables")
    parser.add_argument("--work", type=Path, help="folder for what is made meanwhile, kept")
    given = parser.parse_args()
    unknown = set(given.parts) - set(report.TITLES)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    sizes = given.sizes or ([500] if given.small else list(SIZES))
    with tempfile.TemporaryDirectory(prefix="s3assist-bench-") as temporary:
        work = given.work or Path(temporary)
        synthetic.base_vectors(work / "base")
        saved = given.save / "benchmarks.json" if given.save else None
        figures: dict[str, Any] = (
            json.loads(saved.read_text(encoding="utf-8")) if saved and saved.exists() else {}
        )
        figures["machine"] = machine()
        for part in given.parts or report.TITLES:
            figures[part] = measure(part, work, sizes=sizes, small=given.small)
            print(f"\n## {report.TITLES[part]}\n")
            print(report.table(part, figures[part]["rows"]), flush=True)
            if saved:
                saved.parent.mkdir(parents=True, exist_ok=True)
                saved.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        if given.save:
            report.draw(figures, given.save / "benchmarks")
            page = given.save / "scaling.md"
            if page.exists():
                report.fill(page, figures)


if __name__ == "__main__":
    main()
