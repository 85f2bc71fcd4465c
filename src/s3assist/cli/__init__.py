"""The command line: parse, call the assistant, print. Nothing here knows how answers are found.

Importing this package loads click and the standard library only; every command imports what it
needs when it runs, so that `--help` answers at once and a question never waits for torch.
"""

from __future__ import annotations

import gc
import sys

COLLECTED_AFTER = 50_000, 20, 100
"""How much is made before unreachable cycles are looked for. Documents are many small values
without any; with Python's own numbers each question looked for them, 15 ms at a time."""


def main() -> None:
    """Run the `s3assist` command and leave with its exit code."""
    from s3assist.cli.root import cli
    from s3assist.cli.terminal import make_safe, reopen_closed

    gc.set_threshold(*COLLECTED_AFTER)
    reopen_closed()
    make_safe(sys.stdout)
    make_safe(sys.stderr)
    try:
        cli(prog_name="s3assist")
    except KeyboardInterrupt:  # before a command had begun
        sys.exit(130)
