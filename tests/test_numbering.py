"""Entries of lists have the numbers that the page prints, where the file alone says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3assist.ingest.loaders import load


def texts(path: Path, content: str) -> list[str]:
    path.write_text(content, encoding="utf-8")
    return [block.text for block in load(path).blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol><li>One<li><p>Two</p><p>More</p></ol>", ["1. One", "2. Two", "More"]),
        ('<ol start=3 type="a"><li>One<li value=27>Two</ol>', ["c. One", "aa. Two"]),
        ("<ol reversed><li>One<li>Two</ol>", ["2. One", "1. Two"]),
        ('<ol style="margin:0; list-style: upper-roman"><li>A<li>B</ol>', ["I. A", "II. B"]),
        ('<ol start="1994" type="i"><li>One</ol>', ["mcmxciv. One"]),
        ('<ol start="-1" type="i"><li>One<li>Two</ol>', ["-1. One", "0. Two"]),
        ("<ol><li>One<ol type=i><li>Two</ol><li>Three</ol>", ["1. One", "i. Two", "2. Three"]),
        ("<ol><li></li><li><h3>Head</h3>Text</ol>", ["2. Head", "Text"]),
        ("<ol><li><ul><li>One</ul><li>Two</ol>", ["1. One", "2. Two"]),
        ("<ul><li>One</ul>", ["One"]),
    ],
)
def test_entries_of_a_page_have_their_numbers(
    tmp_path: Path, html: str, expected: list[str]
) -> None:
    assert texts(tmp_path / "a.html", f"<main>{html}</main>") == expected


@pytest.mark.parametrize(
    "attributes", ['class="timeline"', 'style="list-style:none"', "type=disc", "start=x class=x"]
)
def test_a_list_that_a_style_sheet_may_number_otherwise_has_no_numbers(
    tmp_path: Path, attributes: str
) -> None:
    assert texts(tmp_path / "a.html", f"<main><ol {attributes}><li>One</ol></main>") == ["One"]


def test_entries_of_markdown_have_the_numbers_that_are_shown(tmp_path: Path) -> None:
    text = "1. One\n   - bullet\n\n     more\n1. Two\n\ntext\n\n3) Three\n\n<ol><li>Four</ol>\n"
    assert texts(tmp_path / "a.md", text) == [
        "1. One", "bullet", "more", "2. Two", "text", "3) Three", "1. Four",
    ]  # fmt: skip
