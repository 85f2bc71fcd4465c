"""The process that reads documents: `python -P -m s3assist.ingest.parsing.child LIMITS`.

It gives itself limits that it can't lift again, says that it is ready, and then answers one frame
after the other until its input ends. It needs nothing but the files it is told to read.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from s3assist.documents import Document
from s3assist.errors import LoadError, UnsettledError
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import load_whole
from s3assist.ingest.parsing.frames import (
    Frame,
    block_frames,
    document_frame,
    read_frame,
    write_frame,
)
from s3assist.ingest.source import SourceFile

MEGABYTE = 1 << 20
OUT_OF_MEMORY = 77
"""Exit status of a process that stopped itself because it had grown too large."""
MOST_WRITTEN = 256 * MEGABYTE
"""Largest file that it may write; py3langid unpacks its model into one of about 100 MB."""
WATCH_SECONDS = 0.1

FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "subprocess.Popen", "os.system", "os.exec",
    "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile", "urllib.Request",
    "webbrowser.open",
)  # fmt: skip
"""What Python reports before it connects, looks up a name or starts a program."""


def main() -> None:
    """Answer requests until there are no more."""
    limits = Limits(**json.loads(sys.argv[1]))
    requests, replies = private_streams()
    confine(limits)
    warm_up()
    write_frame(replies, {"ready": os.getpid()})

    def more(seconds: int) -> None:
        allow_seconds(seconds + limits.seconds)
        write_frame(replies, {"more": seconds})

    limits = replace(limits, more=more)
    while (request := read_frame(requests)) is not None:
        allow_seconds(limits.seconds)
        reply = answer(request, limits)
        if "failed" in reply and has_grown(limits):
            # Libraries call it damage, or an unknown error, when they get no more memory.
            reply["hint"] += " It took much memory: if that is why, raise `parse_megabytes`."
            reply["grown"] = True
        write_frame(replies, reply)


def private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, moved away from where a library might print."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies


def confine(limits: Limits) -> None:
    """Bound memory and files written, and refuse the network and other programs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    sys.addaudithook(refuse)
    try:
        import resource
    except ImportError:  # Windows bounds only the time, which the parent watches
        return
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_AS, limits.megabytes * MEGABYTE),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue  # macOS knows the name RLIMIT_AS and does not keep to it
    if sys.platform == "darwin":
        watch_memory(limits.megabytes)


def refuse(event: str, _: tuple[object, ...]) -> None:
    """Raise where a document makes a library reach for the network or for another program."""
    if event in FORBIDDEN:
        raise PermissionError(f"a document may not cause {event}")


def watch_memory(megabytes: int) -> None:
    """End this process once it has used so much; for systems that don't do it themselves."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes

    def watch() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit < megabytes * MEGABYTE:
            time.sleep(WATCH_SECONDS)
        os._exit(OUT_OF_MEMORY)

    threading.Thread(target=watch, daemon=True).start()


def allow_seconds(seconds: int) -> None:
    """Let the system end this process after so much more processor time."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time()) + 1 + seconds
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def has_grown(limits: Limits) -> bool:
    """Whether this process has come so near its limit that a failure may be due to it."""
    try:
        with Path("/proc/self/status").open(encoding="ascii", errors="replace") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmPeak"))
    except (OSError, StopIteration, ValueError):
        return False  # no Linux
    return peak * 1024 > limits.megabytes * MEGABYTE / 2


def warm_up() -> None:
    """Load what every document needs, once; a format's own libraries come with its first file."""
    from s3assist.ingest import languages

    # It mostly unpacks, which leaves Python free: another core can do that.
    loading = threading.Thread(target=languages.load)
    loading.start()
    from s3assist.ingest.loaders import markdown, text  # noqa: F401

    loading.join()


def answer(request: Frame, limits: Limits) -> Frame:
    """The document or the blocks asked for, or why they can't be read."""
    try:
        if "file" in request:
            return {"blocks": block_frames(load_whole(Path(request["file"]), limits))}
        return {"document": document_frame(read(request, limits))}
    except UnsettledError as error:
        return {"failed": error.message, "hint": error.hint, "unsettled": True}
    except LoadError as error:
        return {"failed": error.message, "hint": error.hint}
    except MemoryError:
        return {"memory": True}
    except RecursionError:
        return {"failed": "its parts are nested too deeply", "hint": "Save it anew."}
    except OSError as error:
        return {"failed": error.strerror or str(error), "hint": "Check the file."}
    except Exception as error:  # noqa: BLE001 - a bug costs the document that shows it
        return {
            "failed": f"it could not be read: {type(error).__name__}",
            "hint": "Save it anew; if that changes nothing, report it.",
            "trace": traceback.format_exc(),
        }


def read(request: Frame, limits: Limits) -> Document:
    source = SourceFile(Path(request["corpus"]), request["path"])
    document = source.read(request["sha256"], limits)
    with source.file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != request["sha256"]:
        raise LoadError("it changed while it was read", hint="Run `s3assist index` again.")
    return document


if __name__ == "__main__":
    main()
