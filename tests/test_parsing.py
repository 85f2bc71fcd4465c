"""Reading in processes of their own: what a bad document costs, and what it can't reach."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document as WordFile

from s3assist.documents import Document
from s3assist.errors import LoadError, WorkerError
from s3assist.ingest.limits import Limits, processes
from s3assist.ingest.loaders import load
from s3assist.ingest.parsing import ahead
from s3assist.ingest.parsing.ahead import read_ahead
from s3assist.ingest.parsing.worker import Worker
from s3assist.ingest.source import SourceFile, find_sources

SENTENCE = "The fund paid 30 million euro in 2019."
BRIEFINGS = Path(__file__).parents[1] / "corpus" / "briefings"

NewWorker = Callable[[Limits], Worker]


@pytest.fixture(autouse=True)
def own_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process goes on from test to test here."""
    monkeypatch.setattr(ahead, "Worker", Worker)


@pytest.fixture
def new_worker() -> Iterator[NewWorker]:
    made: list[Worker] = []

    def new(limits: Limits) -> Worker:
        made.append(Worker(limits))
        return made[-1]

    yield new
    for worker in made:
        worker.close()


def source(folder: Path, name: str, content: str | bytes = f"{SENTENCE}\n") -> SourceFile:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return SourceFile(folder, name)


def read(worker: Worker, file: SourceFile) -> Document:
    return worker.read(file, file.fingerprint("").sha256)


def slow(folder: Path) -> SourceFile:
    """A file that takes about ten seconds to read."""
    return source(folder, "slow.md", "*a **b " * 200_000)


def test_another_process_reads_what_this_one_would(new_worker: NewWorker) -> None:
    worker = new_worker(Limits())
    for name in ("step-pri-innovation-valleys.pdf", "euroclusters.md"):
        file = SourceFile(BRIEFINGS, name)
        sha256 = file.fingerprint("").sha256

        assert worker.read(file, sha256) == file.read(sha256)


def test_another_process_gets_the_blocks_that_this_one_would(new_worker: NewWorker) -> None:
    worker = new_worker(Limits())
    for name in ("step-pri-innovation-valleys.pdf", "euroclusters.md"):
        assert worker.blocks(BRIEFINGS / name) == load(BRIEFINGS / name).blocks

    with pytest.raises(LoadError, match=r"none\.md: does not exist"):
        worker.blocks(BRIEFINGS / "none.md")


def test_one_process_reads_many_documents(tmp_path: Path, new_worker: NewWorker) -> None:
    worker = new_worker(Limits())
    read(worker, source(tmp_path, "first.txt"))
    first = worker.pid

    texts = [read(worker, source(tmp_path, f"{n}.txt")).text for n in range(30)]

    assert texts == [SENTENCE] * 30
    assert worker.pid == first is not None


@pytest.mark.slow
def test_a_document_that_takes_too_long_costs_only_itself(
    tmp_path: Path, new_worker: NewWorker
) -> None:
    pytest.importorskip("resource", reason="the system counts a process's time on Unix only")
    worker = new_worker(Limits(seconds=1))

    with pytest.raises(LoadError, match="more than 1 seconds") as caught:
        read(worker, slow(tmp_path))

    assert "parse_seconds" in caught.value.hint
    assert read(worker, source(tmp_path, "a.txt")).text == SENTENCE


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory exactly")
def test_a_document_that_needs_too_much_memory_costs_only_itself(
    tmp_path: Path, new_worker: NewWorker
) -> None:
    WordFile().save(str(tmp_path / "empty.docx"))
    with (
        zipfile.ZipFile(tmp_path / "empty.docx") as old,
        zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.filename == "word/document.xml":
                head, tail = old.read(member).split(b"<w:body>")
                rows = b"<w:p/>" * 15_000_000
                new.writestr(member.filename, head + b"<w:body>" + rows + tail)
            else:
                new.writestr(member, old.read(member))
    worker = new_worker(Limits(megabytes=512))

    with pytest.raises(LoadError) as caught:
        read(worker, SourceFile(tmp_path, "bomb.docx"))

    assert "memory" in caught.value.message + caught.value.hint
    assert read(worker, source(tmp_path, "a.txt")).text == SENTENCE


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no signals")
def test_a_process_that_is_killed_costs_only_its_document(
    tmp_path: Path, new_worker: NewWorker
) -> None:
    worker = new_worker(Limits())
    victim = worker.start().pid
    failures: list[LoadError] = []

    def wait_for_it() -> None:
        try:
            read(worker, slow(tmp_path))
        except LoadError as error:
            failures.append(error)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    time.sleep(0.3)
    os.kill(victim, signal.SIGKILL)
    waiting.join()

    assert "SIGKILL" in failures[0].message
    assert read(worker, source(tmp_path, "b.txt")).text == SENTENCE
    assert worker.pid != victim


def test_more_text_than_allowed_is_refused(tmp_path: Path, new_worker: NewWorker) -> None:
    worker = new_worker(Limits(characters=1000))

    with pytest.raises(LoadError, match="3901 characters; 1000 are read"):
        read(worker, source(tmp_path, "a.txt", f"{SENTENCE} " * 100 + "x"))


def test_a_file_that_changes_meanwhile_is_not_taken_for_what_it_was(
    tmp_path: Path, new_worker: NewWorker
) -> None:
    worker = new_worker(Limits())
    file = source(tmp_path, "a.txt")
    before = file.fingerprint("").sha256
    source(tmp_path, "a.txt", "The fund paid 45 million euro in 2020.\n")

    with pytest.raises(LoadError, match="changed while"):
        worker.read(file, before)


def test_a_process_that_can_not_start_is_an_error_and_no_document_is_blamed(
    tmp_path: Path, new_worker: NewWorker
) -> None:
    pytest.importorskip("resource", reason="memory is bounded on Unix only")
    if sys.platform == "darwin":
        pytest.skip("macOS does not bound memory from outside")

    with pytest.raises(WorkerError, match="does not start"):
        read(new_worker(Limits(megabytes=1)), source(tmp_path, "a.txt"))


def test_documents_come_in_order_whoever_reads_them(tmp_path: Path) -> None:
    for number in range(12):
        source(tmp_path, f"{number:02}.txt", f"Programme {number} pays {number} million euro.\n")
    source(tmp_path, "05.txt", b"")
    sources = list(find_sources(tmp_path))

    with read_ahead(sources, lambda s: bool(s.fingerprint("")), Limits(), 2) as files:
        found = []
        for file in files.sources:
            try:
                found.append(file.read(file.fingerprint("").sha256).text)
            except LoadError as error:
                found.append(error.message)

    assert [source.path for source in files.sources] == [source.path for source in sources]
    assert found.pop(5) == "05.txt: the file is empty"
    assert found == [f"Programme {n} pays {n} million euro." for n in range(12) if n != 5]


@pytest.mark.slow
def test_a_second_process_helps_only_where_the_first_lets_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        source(tmp_path, f"{number}.txt", f"Programme {number} pays {number} million euro.\n")
    started: list[object] = []
    start = Worker.start

    def count(worker: Worker) -> object:
        if worker not in started:
            started.append(worker)
        return start(worker)

    monkeypatch.setattr(Worker, "start", count)

    def read_all() -> int:
        started.clear()
        sources = list(find_sources(tmp_path))
        with read_ahead(sources, lambda s: bool(s.fingerprint("")), Limits(), 3) as files:
            for file in files.sources:
                file.read(file.fingerprint("").sha256)
        return len(started)

    monkeypatch.setattr(ahead, "PATIENCE", 60.0)
    assert read_all() == 1
    monkeypatch.setattr(ahead, "PATIENCE", 0.0)
    assert read_all() > 1


def test_as_many_processes_as_cores_unless_a_number_is_set() -> None:
    assert processes(3) == 3
    assert 1 <= processes(None) <= 4


PROBE = """
import sys
from s3assist.ingest.limits import Limits
from s3assist.ingest.parsing.child import confine

confine(Limits())
refused = []
for attempt in (
    "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)",
    "import socket; socket.getaddrinfo('example.org', 80)",
    "import urllib.request; urllib.request.urlopen('http://example.org')",
    "import subprocess; subprocess.run(['true'])",
    "import os; os.system('true')",
):
    try:
        exec(attempt)
    except PermissionError:
        refused.append(attempt)
print(len(refused))
"""


def test_the_process_can_reach_no_network_and_start_no_program() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "5"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on Unix only")
def test_a_pipe_in_the_corpus_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")

    with pytest.raises(LoadError, match="pipe"):
        SourceFile(tmp_path, "a.txt").fingerprint("")


def test_a_sidecar_that_leads_out_of_the_corpus_is_refused(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.toml").write_text('author = "swordfish"\n')
    (corpus / "a.meta.toml").symlink_to(tmp_path / "secret.toml")

    with pytest.raises(LoadError, match="out of the corpus"):
        source(corpus, "a.txt").fingerprint("")
