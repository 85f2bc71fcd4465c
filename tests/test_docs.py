"""The documentation names what there is, and what it links to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from s3assist.config import PREFIX, Settings
from s3assist.ingest.source import SourceFile

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "corpus" / "README.md"])
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A quote, its lines unindented, then its indented citation that ends in path and receipt.
QUOTED = re.compile(
    r"^(?P<quote>[^\s`].*(?:\n\S.*)*)\n\n(?: .*\n)*? +(?P<path>\S+\.\w+)\n"
    r" +sha256:(?P<sha256>\w+) ¶(?P<paragraph>\d+) (?P<start>\d+)-(?P<end>\d+)$",
    re.MULTILINE,
)
CODE = re.compile(r"^```[^\n]*\n(?P<block>.*?)^```|`(?P<span>[^`]+)`", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
OTHERS = ROOT / "docs" / "reader.md"
"""It names options of the training's own scripts."""
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def commands() -> Mapping[str, click.Command]:
    from s3assist.cli.root import cli

    return cli.commands


def test_readme_names_every_command() -> None:
    missing = [name for name in commands() if f"s3assist {name}" not in README]

    assert not missing


def test_every_command_has_help_with_an_example() -> None:
    without = [
        name for name, command in commands().items() if f"s3assist {name}" not in str(command.help)
    ]

    assert not without


def test_readme_explains_every_setting_with_its_default() -> None:
    rows = {
        line.split("|")[1].strip(): line for line in README.splitlines() if line.startswith("|")
    }

    for name, field in Settings.model_fields.items():
        row = rows.get(f"`{name}`", "")
        assert row, f"README has no row for the setting {name}"
        assert f"{PREFIX}{name.upper()}" in row
        if field.default is not None:
            shown = str(field.default).lower() if field.annotation is bool else field.default
            assert f"`{shown}`" in row


def test_every_setting_that_readme_names_exists() -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", README))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def options(command: click.Command) -> set[str]:
    """What may be typed after a command, or after one of its subcommands."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for parameter in command.params for name in parameter.opts}
    return own.union({"--help"}, *(options(sub) for sub in below))


def named_options(page: Path) -> Iterator[tuple[str, str]]:
    """Each option that stands in code after the name of a command, or by itself: then after ""."""
    run = re.compile(rf"(?:^|\bs3assist )(?P<name>{'|'.join(commands())})\b(?P<rest>[^|;#>]*)")
    for code in CODE.finditer(page.read_text(encoding="utf-8")):
        lines = (code["block"] or code["span"]).replace("\\\n", " ").splitlines()
        for line in lines:
            if typed := run.search(line):
                yield from ((typed["name"], option) for option in OPTION.findall(typed["rest"]))
            elif line.startswith("--") and page != OTHERS:
                yield from (("", option) for option in OPTION.findall(line))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_option_that_is_named_exists(page: Path) -> None:
    from s3assist.cli.root import cli

    known = {"": options(cli)} | {name: options(command) for name, command in commands().items()}

    assert [one for one in named_options(page) if one[1] not in known[one[0]]] == []


def test_options_are_found_in_lines_and_in_sentences() -> None:
    named = set(named_options(ROOT / "docs" / "export.md"))

    assert {("export", "--output"), ("export", "--basket"), ("", "--token")} <= named


def test_readme_says_what_each_exit_code_means() -> None:
    assert all(re.search(rf"^\| {code} \|", README, re.MULTILINE) for code in (0, 1, 2))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_of_the_repository_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if not re.match(r"[a-z]+:|#", target)]

    assert [t for t in local if not (page.parent / t.partition("#")[0]).exists()] == []


def test_the_changelog_has_an_entry_for_this_version() -> None:
    from s3assist import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_quotes_in_readme_are_verbatim_and_their_receipts_hold() -> None:
    quotes = list(QUOTED.finditer(README))

    assert quotes
    for quote in quotes:
        source = SourceFile(ROOT / "corpus", quote["path"])
        document = source.read(source.fingerprint("").sha256)
        start, end = int(quote["start"]), int(quote["end"])
        assert document.sha256.startswith(quote["sha256"])
        assert document.paragraph_at(start) == int(quote["paragraph"])
        assert document.text[start:end] == " ".join(quote["quote"].split())
