"""Which passages are found for a rare name, on real vectors of the bundled encoder."""

from pathlib import Path

import pytest
from test_read import indexed, read_with

from s3assist.answer.retrieve import Filters, prepare, retrieve

BODIES = "Council Senate Board Chamber Cabinet Bureau Tribunal Assembly".split()
NAMES = "Anna Berta Carla Dora Elena Flora Greta Hanna Irma Jana".split()


@pytest.mark.slow
def test_a_name_that_one_passage_has_brings_it_before_what_is_near(
    tmp_path: Path, encoders: Path
) -> None:
    notes = {
        f"{name}{number}.txt": f"{name} {body}sen is the president of the {body} of Varnland.\n"
        for name in NAMES
        for number, body in enumerate(BODIES)
    }
    notes["dues.txt"] = (
        "The harbour dues rose by nine percent, and ships with a shallow draught pay half of them. "
        "The tariff was submitted by Lucia Seel. It is valid for three years.\n"
    )
    with indexed(tmp_path, encoders, notes) as generation:
        hits = retrieve(generation, prepare(generation, "Who is Lucia Seel?"), 20)
        readings = read_with(generation, "Who is Lucia Seel?")

    assert hits[0].document.path == "dues.txt"
    assert hits[0].lexical is not None
    assert hits[1].lexical is None
    assert readings[0].text == "The tariff was submitted by Lucia Seel."
    assert readings[0].evidence is not None
    assert readings[0].evidence.name == 0
    others = [r.evidence for r in readings if r.hit.document.path != "dues.txt"]
    assert all(evidence is not None and evidence.name == -1 for evidence in others)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), ""),
        (Filters(documents=("jobs",)), "in jobs"),
        (Filters(documents=("a.md", "b.md", "c.md")), "in a.md, b.md and c.md"),
        (Filters(documents=tuple("abcdefgh")), "in a, b, c, d, e and 3 more"),
        (Filters(documents=("a\x1b\n b",)), "in a b"),
        (
            Filters(kinds=("briefing", "pdf"), since="2014"),
            "of type briefing or pdf, dated from 2014",
        ),
        (Filters(languages=("fr",), until="2020-06"), "in language fr, dated up to 2020-06"),
        (Filters(since="2014", until="2020"), "dated 2014 to 2020"),
    ],
)
def test_filters_are_put_into_words(filters: Filters, words: str) -> None:
    assert filters.words == words
