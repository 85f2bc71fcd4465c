"""Kills, failing disks and many readers: every answer is that of one whole generation."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from s3assist.answer.readers import BUNDLED, OFF
from s3assist.assistant import Assistant
from s3assist.index.layout import IndexLayout
from s3assist.index.ledger import Ledger
from s3assist.index.reader import IndexReader
from s3assist.ingest.sync import sync

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals"),
]
HERE = Path(__file__).parent
KILLS = 200
DOCUMENTS = 300
QUESTIONS = (
    "What is the budget of programme 17?",
    "Which programmes have a budget in round 3?",
)


def write_state(corpus: Path, state: int, documents: int = DOCUMENTS) -> None:
    """Bring a corpus to its next state: a tenth edited, one removed, one moved, one new."""
    corpus.mkdir(exist_ok=True)
    for number in range(documents):
        file = corpus / f"note-{number:03}.txt"
        if state == 0 or (number % 10 == state % 10 and file.exists()):
            file.write_text(
                f"Programme {number}\n\nProgramme {number} has a budget of {state + 10 * number}"
                f" million euro in round {state}.\n\nIt helps the clusters of region {number}.\n"
            )
    if state:
        (corpus / f"note-{(7 * state + 3) % documents:03}.txt").unlink(missing_ok=True)
        moved = corpus / f"note-{(7 * state + 5) % documents:03}.txt"
        if moved.exists():
            moved.rename(corpus / f"moved-{state}.txt")
        (corpus / f"new-{state}.txt").write_text(f"Round {state} adds a programme of its own.\n")


def hashes(corpus: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in corpus.iterdir()}


def new_index(folder: Path, encoders: Path) -> Path:
    folder.mkdir()
    (folder / "encoders").symlink_to(encoders, target_is_directory=True)
    return folder


@dataclass
class Outcome:
    """All that a user may see of an index: its documents, and answers with their places."""

    documents: dict[str, str]
    answers: list[list[tuple[str, int, int, str]]] = field(default_factory=list)


def look(assistant: Assistant, questions: tuple[str, ...] = QUESTIONS) -> Outcome:
    library = {document.path: document.sha256 for document in assistant.status().library}
    answers = []
    for question in questions:
        quotes = assistant.ask(question).quotes
        places = [place for quote in quotes for place in (quote, *quote.also)]
        answers.append(sorted((p.document.path, p.start, p.end, p.text) for p in places))
    found = assistant.find("clusters of region")
    answers.append(sorted((p.document.path, p.start, p.end, p.text) for p in found))
    return Outcome(library, answers)


@dataclass
class Server:
    """A process that forks a sync whenever it is told to."""

    process: subprocess.Popen[str]

    def start(self, **order: object) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.line())

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.line())
        assert "bug" not in found, found["bug"]
        return found

    def sync(self, **order: object) -> dict[str, Any]:
        self.start(**order)
        return self.result()


def start_server(**environment: str) -> Server:
    return Server(
        subprocess.Popen(
            [sys.executable, str(HERE / "sync_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
    )


@pytest.fixture
def server() -> Iterator[Server]:
    started = start_server()
    yield started
    stop(started)


def stop(server: Server) -> None:
    assert server.process.stdin is not None
    assert server.process.stdout is not None
    server.process.stdin.close()
    server.process.wait(60)
    server.process.stdout.close()


def opened(index: Path, reader: str = BUNDLED) -> Assistant:
    return Assistant(IndexReader(IndexLayout(index)), bar=0.0, reader=reader)


def test_200_kills_at_random_instants_leave_one_whole_generation(
    tmp_path: Path, encoders: Path, server: Server
) -> None:
    corpus = tmp_path / "corpus"
    killed = new_index(tmp_path / "killed", encoders)
    spared = new_index(tmp_path / "spared", encoders)
    write_state(corpus, 0)
    for index in (killed, spared):
        assert server.sync(corpus=str(corpus), index=str(index))["generation"] == 1
    follower, reference = opened(killed), opened(spared)
    before = look(reference)
    assert look(follower) == before
    chance = random.Random(2020)
    kills = state = committed = 0

    while kills < KILLS:
        state += 1
        write_state(corpus, state)
        started = time.monotonic()
        server.sync(corpus=str(corpus), index=str(spared))
        longest = time.monotonic() - started
        after = look(reference)
        assert after.documents == hashes(corpus)
        generation = follower.status().generation.id
        while kills < KILLS and follower.status().generation.id == generation:
            process = server.start(corpus=str(corpus), index=str(killed))
            time.sleep(chance.uniform(0, longest))
            os.kill(process, signal.SIGKILL)
            if server.result():
                continue  # it was done before
            kills += 1
            found = look(follower)
            if follower.status().generation.id == generation:
                assert found == before, f"kill {kills}: not what the last generation answered"
            else:
                committed += 1
                assert found == after, f"kill {kills}: not what the new generation answers"
            if kills % 20 == 0:
                fresh = opened(killed)
                assert look(fresh) == found
                fresh.close()
        server.sync(corpus=str(corpus), index=str(killed))
        assert look(follower) == after
        before = after
    assert state > 1
    last = follower.status().generation.id
    folders = {int(folder.name) for folder in (killed / "generations").iterdir()}
    assert {last} <= folders <= {last, last - 1}


def test_a_killed_run_does_not_embed_finished_text_again(
    tmp_path: Path, encoders: Path, server: Server
) -> None:
    corpus, index = tmp_path / "corpus", new_index(tmp_path / "index", encoders)
    write_state(corpus, 0)
    process = server.start(corpus=str(corpus), index=str(index))
    catalog = IndexLayout(index).catalog
    end = time.monotonic() + 120
    while not (catalog.exists() and embeddings(catalog)) and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    assert server.result() == {}
    saved = embeddings(catalog)

    report = server.sync(corpus=str(corpus), index=str(index))

    assert 0 < saved < DOCUMENTS
    assert report["embedded"] == DOCUMENTS - saved


def embeddings(catalog: Path) -> int:
    import sqlite3

    db = sqlite3.connect(f"{catalog.as_uri()}?mode=ro", uri=True)
    try:
        (count,) = db.execute("SELECT count(*) FROM embedding").fetchone()
        return int(count)
    except sqlite3.OperationalError:  # its tables are not there yet
        return 0
    finally:
        db.close()


@pytest.fixture
def failing_disk(tmp_path: Path) -> Path:
    """A library that lets writes fail, preloaded before the C library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("needs Linux and a C compiler")
    built = tmp_path / "failing_disk.so"
    source = HERE / "failing_disk.c"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-w", "-o", str(built), str(source), "-ldl"], check=True
    )
    return built


@pytest.mark.parametrize(
    ("number", "sticky"),
    [(errno.ENOSPC, True), (errno.EIO, False)],
    ids=["disk full from then on", "one failing write"],
)
def test_every_failing_write_is_named_and_leaves_one_whole_generation(
    tmp_path: Path, encoders: Path, failing_disk: Path, number: int, sticky: bool
) -> None:
    small = 6
    corpus, index = tmp_path / "corpus", new_index(tmp_path / "index", encoders)
    write_state(corpus, 0, small)
    sync(corpus, IndexLayout(index))
    assistant = opened(index, OFF)
    before = look(assistant, QUESTIONS[:1])
    assistant.close()
    write_state(corpus, 1, small)
    server = start_server(LD_PRELOAD=str(failing_disk))
    order = {"corpus": str(corpus), "errno": number, "sticky": sticky}
    spared = shutil.copytree(index, tmp_path / "spared", symlinks=True)
    writes = server.sync(**order, index=str(spared), fail_at=0)["writes"]
    assistant = opened(spared, OFF)
    after = look(assistant, QUESTIONS[:1])
    assistant.close()
    assert writes > 100
    named = 0

    for at in range(1, writes + 1):
        copy = shutil.copytree(index, tmp_path / "copy", symlinks=True)
        result = server.sync(**order, index=str(copy), fail_at=at)
        if "error" in result:
            named += 1
            assert result["hint"], result
        assistant = opened(copy, OFF)
        found = look(assistant, QUESTIONS[:1])
        assert found == (before if assistant.status().generation.id == 1 else after), at
        report = server.sync(corpus=str(corpus), index=str(copy))
        assert look(assistant, QUESTIONS[:1]) == after, at
        assert report["generation"] == assistant.status().generation.id
        assistant.close()
        shutil.rmtree(copy)
    stop(server)

    assert named > writes / 2


def test_a_read_only_index_is_named_and_still_answers(
    tmp_path: Path, encoders: Path, failing_disk: Path
) -> None:
    corpus, index = tmp_path / "corpus", new_index(tmp_path / "index", encoders)
    write_state(corpus, 0, 3)
    sync(corpus, IndexLayout(index))
    write_state(corpus, 1, 3)
    server = start_server(LD_PRELOAD=str(failing_disk))

    result = server.sync(
        corpus=str(corpus), index=str(index), fail_at=1, errno=errno.EROFS, sticky=True
    )
    stop(server)

    assert "Read-only file system" in result["error"]
    assert result["hint"]
    assistant = opened(index)
    assert assistant.status().generation.id == 1
    assistant.close()


def ask_for_ever(index: str, stop: Any, told: Any) -> None:
    """Report the rounds that each answer names: more than one would be a mixture."""
    assistant = opened(Path(index))
    seen: list[list[str]] = []
    try:
        while not stop.is_set():
            quotes = assistant.ask("What is the budget of the programme in this round?").quotes
            rounds = {q.document.text.split(" in round ")[1].split(".")[0] for q in quotes}
            printed = {
                q.text.split(" in round ")[-1].rstrip(".") for q in quotes if "round" in q.text
            }
            seen.append(sorted(rounds | printed))
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
        told.put(repr(error))
    else:
        told.put(seen)


def test_four_readers_see_one_generation_each_during_20_syncs(
    tmp_path: Path, encoders: Path, server: Server
) -> None:
    corpus, index = tmp_path / "corpus", new_index(tmp_path / "index", encoders)
    corpus.mkdir()

    def write_round(number: int) -> None:
        for document in range(16):
            (corpus / f"note-{document}.txt").write_text(
                f"Programme {document}\n\nProgramme {document} has a budget of {document}"
                f" million euro in round {number}.\n"
            )

    write_round(0)
    server.sync(corpus=str(corpus), index=str(index))
    context = multiprocessing.get_context("spawn")
    done, told = context.Event(), context.Queue()
    readers = [
        context.Process(target=ask_for_ever, args=(str(index), done, told)) for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    time.sleep(5)
    for number in range(1, 21):
        write_round(number)
        assert server.sync(corpus=str(corpus), index=str(index))["generation"] == number + 1
    done.set()
    answers = [told.get(timeout=120) for _ in readers]
    for reader in readers:
        reader.join(60)

    assert all(isinstance(seen, list) for seen in answers), answers
    assert all(len(rounds) == 1 for seen in answers for rounds in seen)
    for seen in answers:
        numbers = [int(rounds[0]) for rounds in seen]
        assert numbers == sorted(numbers)
    assert len({rounds[0] for seen in answers for rounds in seen}) > 5


def test_the_lock_of_a_dead_owner_is_taken_over(
    tmp_path: Path, encoders: Path, server: Server
) -> None:
    corpus, index = tmp_path / "corpus", new_index(tmp_path / "index", encoders)
    write_state(corpus, 0, 30)
    process = server.start(corpus=str(corpus), index=str(index))
    layout = IndexLayout(index)
    note = layout.lock.with_suffix(".json")
    end = time.monotonic() + 60
    while not note.exists() and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    assert server.result() == {}
    assert json.loads(note.read_text())["pid"] == process

    report = server.sync(corpus=str(corpus), index=str(index))

    assert report["generation"] == 1
    assert not note.exists()
    ledger = Ledger(layout.catalog)
    assert not ledger.leftovers(1)
    ledger.close()
