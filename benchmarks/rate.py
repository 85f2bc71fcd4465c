"""Indexing beside the least that it could cost.

That is, for Markdown, encoding the same passages sorted by length in a bare loop; for PDF, the
processor time of reading the files and of that loop, spread evenly over the cores. All run in
processes of their own, in turn. The bare loop gets the passages ready made, tokenises them, and
feeds onnxruntime batches of like length.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, load, median, python, run
from benchmarks.synthetic import DEVELOPMENT, base_texts
from s3assist.index.catalog import Catalog
from s3assist.index.layout import IndexLayout
from s3assist.ingest.passages import embedding_text

PDFS = DEVELOPMENT / "s3docs"
"""Smart-specialisation strategies and guides, used where they lie beside the repository."""
WORDS = 900
"""Of a Markdown file."""

BARE = """
import json, sys
import numpy as np, onnxruntime
from pathlib import Path
from time import perf_counter, process_time
from tokenizers import Tokenizer

folder, texts = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession(folder / "model.onnx", options)
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.enable_truncation(256)
started, busy = perf_counter(), process_time()
rows = sorted((encoding.ids for encoding in tokenizer.encode_batch(texts)), key=len)
while rows:
    size = max(1, 1024 // len(rows[-1]))
    batch, rows = rows[-size:], rows[:-size]
    ids = np.zeros((len(batch), len(batch[-1])), dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(batch):
        ids[at, : len(row)], mask[at, : len(row)] = row, 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    session.run(["embedding"], feed)
print(json.dumps([perf_counter() - started, process_time() - busy]))
"""

PARSE = """
import sys
from pathlib import Path
from time import process_time
from s3assist.ingest.source import find_sources

started = process_time()
for source in find_sources(Path(sys.argv[1])):
    source.read(source.fingerprint("").sha256)
print(process_time() - started)
"""

INDEX = """
import sys
from pathlib import Path
from time import perf_counter
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync

started = perf_counter()
sync(Path(sys.argv[1]), IndexLayout(Path(sys.argv[2])))
print(perf_counter() - started)
"""


def measure(work: Path, *, small: bool) -> dict[str, Any]:
    """Seconds of an index run and of the least that it could take, and its memory."""
    rows = []
    rounds = 1 if small else 3
    for files in (4,) if small else (40, 160):
        corpus = write_corpus(work / f"rate-{files}", files)
        rows.append({"what": "Markdown", **measured(corpus, work, rounds, parsed=False)})
    documents = ROOT / "corpus" if small or not PDFS.exists() else PDFS
    corpus = copy_pdfs(documents, work / "rate-pdf")
    rows.append({"what": "PDF", **measured(corpus, work, rounds, parsed=True)})
    for row in rows:
        print(json.dumps(row), file=sys.stderr, flush=True)
    return {"rows": rows, "load": load()}


def measured(corpus: Path, work: Path, rounds: int, *, parsed: bool) -> dict[str, Any]:
    """Index a folder, and do its least work, in turn."""
    layout = IndexLayout(work / "rate-index")
    indexing, least, memory = [], [], []
    for _ in range(rounds):
        shutil.rmtree(layout.root, ignore_errors=True)
        layout.root.mkdir(parents=True)
        layout.encoders.symlink_to(work / "base" / "encoders")
        done = run(python(INDEX, corpus, layout.root))
        indexing.append(float(done.output))
        memory.append(done.megabytes)
        texts = passages(layout, work / "rate-texts.json")
        (folder,) = layout.encoders.iterdir()
        wall, busy = json.loads(run(python(BARE, folder, work / "rate-texts.json")).output)
        if parsed:
            parsing = float(run(python(PARSE, corpus)).output)
            wall = (parsing + busy) / len(os.sched_getaffinity(0))
        least.append(wall)
    return {
        "files": sum(1 for file in corpus.iterdir() if file.is_file()),
        "passages": texts,
        "index_s": median(indexing),
        "least_s": median(least),
        "ratio": median(least) / median(indexing),
        "megabytes": median(memory),
    }


def copy_pdfs(documents: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in sorted(documents.rglob("*.pdf")):
        shutil.copy(file, folder)
    return folder


def write_corpus(folder: Path, files: int) -> Path:
    """Markdown files of real sentences, put together anew for each."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sentences = base_texts()
    at = 0
    for number in range(files):
        lines, words = [f"# Report {number}", ""], 0
        while words < WORDS:
            text = sentences[(at * 7 + number) % len(sentences)].replace("\n", " ")
            at += 1
            words += len(text.split())
            lines += [f"## Part {len(lines)}", ""] if at % 6 == 0 else []
            lines += [f"{text} ({number}.{at})", ""]
        (folder / f"report-{number}.md").write_text("\n".join(lines), encoding="utf-8")
    return folder


def passages(layout: IndexLayout, file: Path) -> int:
    """Write what was embedded into a file; returns how many texts it is."""
    catalog = Catalog(layout.catalog)
    info = catalog.current()
    assert info is not None
    texts: dict[bytes, str] = {}
    for version, *_ in catalog.live_versions(info.id):
        document = catalog.document(version)
        for stored in catalog.live_passages([version]):
            texts[stored.embedded] = embedding_text(document, stored.passage)
    catalog.close()
    file.write_text(json.dumps(list(texts.values())), encoding="utf-8")
    return len(texts)
