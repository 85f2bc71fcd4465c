"""Thousands of broken files: each ends as a document or as a reason, and nothing else suffers."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutations import mutated, mutated_word, unpacked

from s3assist.errors import LoadError
from s3assist.ingest.limits import Limits
from s3assist.ingest.parsing.ahead import read_ahead
from s3assist.ingest.source import Source, find_sources
from s3assist.printable import printable

BRIEFINGS = Path(__file__).parents[1] / "corpus" / "briefings"
SHARED = Path(__file__).parents[2] / "shared" / "eval"
LIMITS = Limits(seconds=10, megabytes=1024, ocr=False)
MOST_GROWN = 100 << 20
"""Bytes by which this process may grow, whatever it has others read."""


def every(_: Source) -> bool:
    return bool(_.fingerprint(""))


def outcomes(folder: Path) -> Iterator[tuple[str, str]]:
    """(path, reason) of every file; the reason is empty for one that could be read."""
    sources = list(find_sources(folder))
    with read_ahead(sources, every, LIMITS, 2) as ahead:
        for source in ahead.sources:
            try:
                document = source.read(source.fingerprint("").sha256)
            except LoadError as error:
                yield source.path, error.message or "no reason"
                continue
            assert document.text.strip()
            assert printable(document.text) == document.text
            assert all(
                document.text[s.start : s.end].strip()
                for p in document.paragraphs
                for s in p.sentences
            )
            yield source.path, ""


def grown() -> int:
    """The most memory that this process has had, in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def write_mutants(folder: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)
    pdf = [unpacked(p) for p in sorted(BRIEFINGS.glob("*.pdf"))]
    pdf += [p.read_bytes() for p in sorted(BRIEFINGS.glob("*.pdf"))]
    word = [p.read_bytes() for p in sorted(BRIEFINGS.glob("*.docx"))]
    page = [p.read_bytes() for p in sorted(BRIEFINGS.glob("*.html"))]
    for number in range(count):
        kind, seeds, mutate = (
            ("pdf", pdf, mutated), ("docx", word, mutated_word), ("html", page, mutated),
        )[number % 3]  # fmt: skip
        (folder / f"{number:05}.{kind}").write_bytes(mutate(chance.choice(seeds), chance))


@pytest.mark.slow
def test_two_thousand_broken_files_end_as_text_or_as_a_reason(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="memory is measured on Unix only")
    write_mutants(tmp_path, 2_000, seed=2021)
    before = grown()

    found = dict(outcomes(tmp_path))

    assert len(found) == 2_000
    assert grown() - before < MOST_GROWN


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("folder", ["pdfs", "s3docs"])
def test_every_difficult_file_ends_as_text_or_as_a_reason(folder: str) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip("the development data is not beside the repository")

    found = dict(outcomes(SHARED / folder))

    assert set(found) == {source.path for source in find_sources(SHARED / folder)}
    assert folder == "pdfs" or not any(found.values())


@pytest.mark.slow
def test_fifty_broken_files_end_as_text_or_as_a_reason(tmp_path: Path) -> None:
    write_mutants(tmp_path, 51, seed=7)

    assert len(dict(outcomes(tmp_path))) == 51


SENTENCE = "Clusters create jobs in many regions. "
LONG = 10 << 20
HUGE_AND_ODD = {
    "one-line.txt": SENTENCE * (LONG // len(SENTENCE)),
    "one-sentence.md": "# Clusters\n\n" + "clusters and " * (LONG // 13) + "regions.",
    "one-word.html": f"<main><h1>Clusters</h1><p>{SENTENCE}</p><p>{'x' * LONG}</p></main>",
    "nul.txt": f"{SENTENCE}\x00\x00{SENTENCE}",
    "-rf.txt": SENTENCE,
    "a\nb\x1b[2J.txt": SENTENCE,
    "\u202etxt.exe.md": SENTENCE,
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_endless_lines_and_odd_names_end_as_text_or_as_a_reason(tmp_path: Path) -> None:
    for name, content in HUGE_AND_ODD.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    before = grown()

    found = dict(outcomes(tmp_path))

    assert set(found) == set(HUGE_AND_ODD)
    odd = [name for name, content in HUGE_AND_ODD.items() if content == SENTENCE]
    assert odd
    assert not any(found[name] for name in odd)
    assert "binary" in found["nul.txt"]
    assert grown() - before < 3 * MOST_GROWN
