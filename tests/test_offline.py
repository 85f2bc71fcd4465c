"""After installation nothing touches a network: no export of a model, no index, no question.

Each step runs in a process of its own whose sockets are blocked. Attempts are written down and
not only refused, because a library may swallow the refusal and go on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

GUARD = """
    import os
    import socket

    def refuse(name):
        def refused(*arguments, **named):
            with open(os.environ["ATTEMPTS"], "a", encoding="utf-8") as attempts:
                attempts.write(f"{name}{arguments!r}\\n")
            raise OSError(f"network access: {name}{arguments!r}")
        return refused

    class Blocked(socket.socket):
        connect = refuse("connect")
        connect_ex = refuse("connect_ex")
        sendto = refuse("sendto")

    socket.socket = Blocked
    for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, refuse(name))
"""
"""Python runs a module of this name when it starts, in child processes too."""

INDEX = """
    from pathlib import Path
    from s3assist.index.layout import IndexLayout
    from s3assist.ingest.sync import sync

    report = sync(Path("corpus"), IndexLayout(Path("index")))
    result = [(document.path, document.outcome) for document in report.documents]
"""
ASK = """
    from s3assist.assistant import open_assistant
    from s3assist.config import load_settings

    assistant = open_assistant(load_settings())
    answer = assistant.ask("What share of European jobs is in clusters?")
    result = [quote.text for quote in answer.quotes or answer.nearest]
"""
CONNECT = """
    import socket

    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError as error:
        result = str(error)
"""
HEAVY = {"torch", "transformers", "sentence_transformers"}
SENTENCE = "Specialised clusters account for about 19% of European jobs and 22% of European wages."


class Machine:
    """A folder with a tiny corpus, an empty home and Python without a network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.attempts = folder / "attempts.txt"
        guard = folder / "guard" / "sitecustomize.py"
        guard.parent.mkdir()
        guard.write_text(textwrap.dedent(GUARD), encoding="utf-8")
        (folder / "home").mkdir()
        note = folder / "corpus" / "note.md"
        note.parent.mkdir()
        text = f"# Clusters\n\nClusters are groups of firms.\n\n{SENTENCE}\n"
        note.write_text(text, encoding="utf-8")

    def run(self, code: str) -> tuple[object, set[str]]:
        """The `result` that some code leaves, and the heavy libraries that it imported."""
        told = (
            f"import json, sys; print(json.dumps([result, sorted({HEAVY!r} & set(sys.modules))]))"
        )
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("S3ASSIST_", "HF_"))}
        guarded = {
            "ATTEMPTS": str(self.attempts),
            "HOME": str(self.folder / "home"),
            "PYTHONPATH": os.pathsep.join(
                [str(self.folder / "guard"), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        done = subprocess.run(
            [sys.executable, "-c", f"{textwrap.dedent(code)}\n{told}"],
            cwd=self.folder,
            env=kept | guarded,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        result, imported = json.loads(done.stdout.splitlines()[-1])
        return result, set(imported)

    def tried(self) -> str:
        return self.attempts.read_text("utf-8") if self.attempts.exists() else ""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("offline"))


@pytest.mark.slow
def test_indexing_and_asking_touch_no_network_and_asking_loads_no_torch(machine: Machine) -> None:
    indexed, _ = machine.run(INDEX)
    quotes, imported = machine.run(ASK)

    assert indexed == [["note.md", "added"]]
    assert isinstance(quotes, list)
    assert SENTENCE in quotes[0]
    assert imported == set()
    assert machine.tried() == ""


def test_the_guard_itself_notices_a_connection(tmp_path: Path) -> None:
    machine = Machine(tmp_path)

    result, _ = machine.run(CONNECT)

    assert "network access" in str(result)
    assert "create_connection" in machine.tried()


REMOTE = "http://127.0.0.1:9/leak"
HOSTILE = {
    "page.html": f"""<!DOCTYPE html [<!ENTITY x SYSTEM "{REMOTE}">]>
        <html><head><link rel="stylesheet" href="{REMOTE}"><base href="{REMOTE}">
        <script src="{REMOTE}"></script><meta http-equiv="refresh" content="0;url={REMOTE}">
        </head><body><h1>Clusters</h1><img src="{REMOTE}"><iframe src="{REMOTE}"></iframe>
        <p>{SENTENCE}</p><script>document.write("scripted")</script></body></html>""",
    "page.xhtml": f"""<?xml version="1.0"?><?xml-stylesheet href="{REMOTE}"?>
        <!DOCTYPE html SYSTEM "{REMOTE}"><html><body><p>{SENTENCE}</p></body></html>""",
    "note.md": f"# A\n\n![x]({REMOTE})\n\n<img src='{REMOTE}'>\n\n{SENTENCE}\n",
}
READ = """
    from pathlib import Path
    from s3assist.ingest.limits import Limits
    from s3assist.ingest.parsing.worker import Worker
    from s3assist.ingest.source import find_sources

    worker = Worker(Limits())
    result = {}
    for source in find_sources(Path("hostile")):
        result[source.path] = worker.read(source, source.fingerprint("").sha256).text
    worker.close()
"""


def test_what_documents_refer_to_is_never_fetched(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "hostile").mkdir()
    for name, content in HOSTILE.items():
        (tmp_path / "hostile" / name).write_text(content, encoding="utf-8")
    write_pdf(tmp_path / "hostile" / "actions.pdf")

    texts, _ = machine.run(READ)

    assert isinstance(texts, dict)
    assert set(texts) == {*HOSTILE, "actions.pdf"}
    assert all(SENTENCE in text for text in texts.values())
    assert "scripted" not in "".join(texts.values())
    assert "attached" not in "".join(texts.values())
    assert machine.tried() == ""


def write_pdf(path: Path) -> None:
    """A PDF that runs a script, opens an address and carries a file."""
    page = Canvas(str(path))
    text = page.beginText(72, 700)
    text.textLines(textwrap.wrap(SENTENCE, 60))
    page.drawText(text)
    page.save()
    writer = PdfWriter(clone_from=PdfReader(path))
    script = TextStringObject(f"app.launchURL('{REMOTE}')")
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): script}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    writer.add_attachment("attached.txt", b"The attached words.")
    writer.write(path)
