"""Fixtures that several test files share."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import readers
from filelock import FileLock
from hypothesis import settings
from reportlab.pdfgen.canvas import Canvas

from s3assist.encode import open_encoder
from s3assist.index.layout import IndexLayout
from s3assist.ingest.parsing import ahead, worker
from s3assist.ingest.sync import sync

# A deadline measures the machine, not the code: the first example imports libraries.
settings.register_profile("s3assist", deadline=None)
settings.load_profile("s3assist")


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as Textual does."""
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the encoder comes first: while one process exports it, the others do the rest."""
    items.sort(key=lambda item: "encoders" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def lent_workers() -> Iterator[None]:
    """Documents are read by processes that go on from test to test, in each process of the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "Worker", readers.LentWorker)
        patch.setattr(ahead, "Worker", readers.LentWorker)
        yield
    readers.end()


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundled encoder exported once: an index can link to it.

    It is the same for all processes that share a run: each export takes ten seconds.
    """
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = common / "encoders"
    with FileLock(common / "encoders.lock"):
        open_encoder("bundled", folder)
    return folder


SHARE = "Specialised clusters account for 19% of European jobs and 22% of European wages."
PAGES = (
    "National cluster programmes.",
    "The programme of the ministry selected 15 clusters in three rounds.",
    "France recognised the first poles in 2005 and counted 54 poles later.",
)
"""Of a PDF that labels them i, 1, 2."""
FILES = {
    "editorials/jobs.md": f"""---
title: Clusters and jobs
author: Ulla Engelmann
date: 2020-02-14
---

# Figures

{SHARE}

A [bold]smart specialisation[/bold] strategy sets priorities. The entrepreneurial discovery
process brings firms and universities together.
""",
    "briefings/panorama.md": f"""---
title: The panorama
date: 2019-05
---

{SHARE}

The European cluster panorama was published in 2019 and names ten emerging industries.
""",
    "briefings/emplois.md": """---
title: Les grappes
date: 2021
---

Les grappes d'entreprises créent des emplois dans les régions de l'Union européenne.
""",
    "briefings/broken.pdf": "not a PDF",
    "glossary.tsv": "acronym\texpansion\tnote\nRIS3\tsmart specialisation strategy\tsince 2014\n",
}


@dataclass(frozen=True)
class Library:
    """A small corpus and its finished index; tests that change either work on a copy."""

    corpus: Path
    index: Path

    @property
    def flags(self) -> list[str]:
        return ["--corpus", str(self.corpus), "--index", str(self.index)]

    def copy(self, folder: Path) -> "Library":
        return Library(
            shutil.copytree(self.corpus, folder / "corpus"),
            shutil.copytree(self.index, folder / "index", symlinks=True),
        )


@pytest.fixture(scope="session")
def library(encoders: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three texts, a PDF with printed page labels and a PDF that can't be read, indexed once."""
    folder = tmp_path_factory.mktemp("library")
    made = Library(folder / "corpus", folder / "index")
    for path, content in FILES.items():
        file = made.corpus / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    write_pdf(made.corpus / "briefings" / "national.pdf")
    made.index.mkdir()
    (made.index / "encoders").symlink_to(encoders, target_is_directory=True)
    sync(made.corpus, IndexLayout(made.index))
    return made


def write_pdf(path: Path) -> None:
    pages = Canvas(str(path), invariant=True)  # a PDF has the date of its making
    pages.setTitle("National programmes")
    pages.addPageLabel(0, style="ROMAN_LOWER")
    pages.addPageLabel(1, style="ARABIC", start=1)
    for text in PAGES:
        pages.drawString(72, 700, text)
        pages.showPage()
    pages.save()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "fund.txt").write_text(
        "The fund\n\nThe fund paid 30 million euro in 2019.\n"
    )
    (folder / "notes" / "label.md").write_text(
        "# The label\n\nThe gold label is held for three years.\n"
    )
    return folder


@pytest.fixture
def layout(tmp_path: Path, encoders: Path) -> IndexLayout:
    """An empty index that need not export the encoder again."""
    index = tmp_path / "index"
    index.mkdir()
    (index / "encoders").symlink_to(encoders, target_is_directory=True)
    return IndexLayout(index)
