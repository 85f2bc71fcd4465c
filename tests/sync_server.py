"""Runs syncs in forked children, one for each line of JSON on stdin, so that killing them is cheap.

Started as a program. For each line it prints the child's process id, and when the child is gone a
JSON object: the report, or the error; nothing but ``{}`` for one that was killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import faiss  # noqa: F401 - imported here, so that no child has to
import onnxruntime  # noqa: F401
import tantivy  # noqa: F401
import tokenizers  # noqa: F401

from s3assist.documents import Document
from s3assist.encode import onnx  # noqa: F401
from s3assist.errors import S3AssistError
from s3assist.index.layout import IndexLayout
from s3assist.ingest import embedding
from s3assist.ingest import sync as module
from s3assist.ingest.parsing.child import warm_up
from s3assist.ingest.source import Fingerprint, Source, find_sources


@dataclass(frozen=True)
class Inside:
    """A file that is read in the process itself: no other one has to start for it."""

    file: Source

    @property
    def path(self) -> str:
        return self.file.path

    def stamp(self) -> str:
        return self.file.stamp()

    def fingerprint(self, recipe: str) -> Fingerprint:
        return self.file.fingerprint(recipe)

    def read(self, sha256: str) -> Document:
        return self.file.read(sha256)


def run(order: dict[str, object]) -> dict[str, object]:
    embedding.EMBED_BATCH = 8  # more moments at which something is saved
    disk = ctypes.CDLL(None)
    if "fail_at" in order:
        disk.fault_arm(
            str(order["index"]).encode(),
            ctypes.c_long(int(str(order["fail_at"]))),
            int(str(order["errno"])),
            int(bool(order["sticky"])),
        )
    layout = IndexLayout(Path(str(order["index"])))
    try:
        sources = [Inside(file) for file in find_sources(Path(str(order["corpus"])))]
        report = module.sync_sources(sources, layout)
    except S3AssistError as error:
        result: dict[str, object] = {"error": error.message, "hint": error.hint}
    except BaseException:  # noqa: BLE001 - the test says what may not happen
        result = {"bug": traceback.format_exc()}
    else:
        result = {"generation": report.generation, "embedded": report.embedded}
    if "fail_at" in order:
        disk.fault_count.restype = ctypes.c_long
        result["writes"] = disk.fault_count()
    return result


def main() -> None:
    warm_up()  # what reads documents is loaded here, so that no child has to
    finished: list[int] = []
    for line in sys.stdin:
        order = json.loads(line)
        while finished:
            os.waitpid(finished.pop(), 0)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.write(writing, json.dumps(run(order)).encode())
            os._exit(0)
        os.close(writing)
        print(child, flush=True)  # noqa: T201
        with os.fdopen(reading, "rb") as stream:
            told = stream.read()
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        print(told.decode() or "{}", flush=True)  # noqa: T201
        # It is gone, but its number is not given to another process before the next order.
        finished.append(child)


if __name__ == "__main__":
    main()
