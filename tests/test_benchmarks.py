"""The benchmarks run: a smoke test of `make bench` in its smallest form."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("cold", "rate", "reading", "peers", "vectors", "index")


@pytest.mark.slow
def test_every_part_is_measured_printed_saved_and_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs `pip install .[bench]`")
    pytest.importorskip("txtai", reason="needs `pip install .[bench]`")
    command = [sys.executable, "-m", "benchmarks", "--small", "--save", str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))
    assert all(figures[part]["rows"] for part in PARTS)
    assert done.stdout.count("\n## ") == len(PARTS)
    drawn = {file.name for file in (tmp_path / "benchmarks").iterdir()}
    assert drawn == {"latency.svg", "memory.svg", "build.svg"}
