from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Library

HEAVY = (
    "faiss", "numpy", "onnxruntime", "pydantic", "pypdf", "sentence_transformers", "tantivy",
    "textual", "tokenizers", "torch", "trafilatura", "transformers",
)  # fmt: skip
CPU_SECONDS = 0.3


def imported(code: str) -> set[str]:
    """The heavy libraries that are loaded once some code has run in a fresh process."""
    told = f"import json, sys; print(json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module", ["s3assist", "s3assist.cli", "s3assist.cli.root", "s3assist.documents"]
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert imported(f"import {module}") == set()


def test_asking_loads_neither_torch_nor_its_kin(library: Library) -> None:
    arguments = ["ask", "What is a cluster?", *library.flags]
    code = f"from s3assist.cli.root import cli\ncli({arguments!r}, standalone_mode=False)"

    found = imported(code)

    assert not {"torch", "transformers", "sentence_transformers", "textual", "pypdf"} & found
    assert {"faiss", "onnxruntime", "tantivy"} <= found


@pytest.mark.parametrize("command", [["status"], ["show", "jobs.md"], ["find", "panorama"]])
def test_looking_around_loads_neither_the_encoder_nor_the_indexes(
    library: Library, command: list[str]
) -> None:
    code = "from s3assist.cli.root import cli\n" + (
        f"cli({[*command, *library.flags]!r}, standalone_mode=False)"
    )

    assert not {"faiss", "onnxruntime", "tantivy", "tokenizers"} & imported(code)


def test_help_takes_less_than_a_third_of_a_second() -> None:
    pytest.importorskip("resource", reason="counts the seconds of a process on Unix only")
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 's3assist', '--help'], check=True,"
        " stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime)"
    )
    # The best of three: on a busy machine a cold cache is counted too.
    seconds = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))

    assert seconds < CPU_SECONDS


def test_the_program_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "s3assist", "status"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no index in index\nhint: ")
