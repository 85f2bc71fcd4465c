"""Run things in processes of their own and say how long they took and how large they were."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """Seconds of all its threads and children."""
    megabytes: float
    """Most memory that it held."""
    output: str


def run(command: Sequence[str | Path], *, codes: tuple[int, ...] = (0,)) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with another exit code than those named.
    """
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "HF_HUB_OFFLINE": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    output, errors = process.communicate()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in codes:
        raise RuntimeError(f"{command}: exit code {process.returncode}\n{errors[-2000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # The maximum of the children is that of the largest so far, so each measures itself too.
    return Run(wall, used, peak(errors), output)


def peak(errors: str) -> float:
    """The line that `TELL_MEMORY` wrote, in megabytes; 0 without one."""
    lines = [line for line in errors.splitlines() if line.startswith("peak-kilobytes ")]
    return int(lines[-1].split()[1]) / 1024 if lines else 0.0


# A process begins with the `ru_maxrss` of the one that started it; Linux counts VmHWM anew.
TELL_MEMORY = """
import atexit, os, resource, sys
def tell():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as lines:
            peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    print("peak-kilobytes", peak, file=sys.stderr)
atexit.register(tell)
"""


def python(code: str, *arguments: str | Path) -> list[str | Path]:
    """A command that runs code and tells at its end how much memory it held."""
    return [sys.executable, "-c", f"{TELL_MEMORY}\n{code}", *arguments]


def child(module: str, *arguments: object) -> dict[str, Any]:
    """The JSON that a benchmark module prints when it is run as a program."""
    done = run([sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)])
    found: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return found


def in_turn(commands: Mapping[str, Sequence[str | Path]], rounds: int) -> dict[str, list[Run]]:
    """Run commands alternately, so that all meet the same load; the first round warms up."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            # A question that is not answered ends with 1, which is a result as well.
            done = run(command, codes=(0, 1))
            if number:
                runs[name].append(done)
    return runs


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def resident() -> float:
    """Megabytes that this process holds now, mapped files that it touched included."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines["VmRSS"].split()[0]) / 1024


def load() -> float:
    """Processes that wanted a core during the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
