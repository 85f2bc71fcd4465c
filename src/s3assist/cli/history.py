"""Commands that look back: diff, changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from s3assist.citation import SHORT_HASH
from s3assist.cli.json_form import changes_form, comparison_form, dumps, versions_form
from s3assist.cli.options import IsoDate, assistant, json_option, shared_options
from s3assist.cli.terminal import Look, indented, stdout_look
from s3assist.cli.text import INDENT, quote_lines
from s3assist.printable import local_time, on_one_line

if TYPE_CHECKING:
    from s3assist.answer.compare import Comparison, Difference
    from s3assist.index.rows import Change, VersionInfo

KINDS = ("added", "removed", "reworded", "moved")
OUTCOMES = ("added", "changed", "moved", "removed", "failed")


@click.command(short_help="Show what changed between two versions of a document.")
@click.argument("document", metavar="DOC")
@click.option("--from", "old", metavar="V", default="", help="The older version.")
@click.option(
    "--to", "new", metavar="V", default="", help="The newer version; the newest if unset."
)
@click.option("--list", "only_list", is_flag=True, help="List the versions that are kept.")
@json_option
@shared_options
def diff(document: str, old: str, new: str, only_list: bool, as_json: bool) -> None:
    """Show the paragraphs of DOC that were added, removed, reworded or moved.

    A version is named by its number or by the first digits of its file's SHA-256; without any,
    the newest is compared with the one before. Every paragraph is quoted with a receipt.

    \b
    Examples:
      s3assist diff national-cluster-programmes
      s3assist diff panorama --from 2 --to 4
    """
    with assistant() as opened:
        versions = opened.versions(document)
        if only_list:
            show_versions(versions, as_json=as_json)
            return
        comparison = opened.compare(document, old, new)
    if as_json:
        click.echo(dumps(comparison_form(comparison), indent=2))
        return
    for line in comparison_lines(comparison, stdout_look()):
        click.echo(line)


def show_versions(versions: tuple[VersionInfo, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(dumps(versions_form(versions), indent=2))
        return
    for version in versions:
        live = "  (current)" if version.live else ""
        click.echo(
            f"{version.number:>4}  since {version.since}  sha256:{version.sha256[:SHORT_HASH]}  "
            f"{on_one_line(version.path)}{live}"
        )


def comparison_lines(comparison: Comparison, look: Look) -> Iterator[str]:
    """What changed, for reading: each paragraph whole, and below it where it stands."""
    for mark, document in (("from", comparison.old), ("to", comparison.new)):
        yield f"{mark:<4}  {on_one_line(document.path)}  sha256:{document.sha256[:SHORT_HASH]}"
    counts = ", ".join(f"{comparison.count(kind)} {kind}" for kind in KINDS)
    yield f"{counts}, {comparison.unchanged} unchanged"
    for difference in comparison.differences:
        yield ""
        yield from difference_lines(difference, look)


def difference_lines(difference: Difference, look: Look) -> Iterator[str]:
    yield f"──── {difference.kind} ────"
    sides = (("old", difference.old), ("new", difference.new))
    for mark, quote in sides:
        if quote is None or (mark == "old" and difference.kind == "moved"):
            continue
        yield ""
        yield from quote_lines(quote, mark, look)
        if quote.emphasis:
            text = quote.document.text
            words = " … ".join(text[span.start : span.end] for span in quote.emphasis)
            what = "only here" if mark == "new" else "no longer"
            yield indented(f"{what}: {words}", look, INDENT, INDENT)
    if difference.kind == "moved" and difference.old and difference.new:
        was, now = difference.old.receipt.paragraph, difference.new.receipt.paragraph
        yield indented(f"moved from ¶{was} to ¶{now}", look, INDENT, INDENT)


@click.command(short_help="List what changed in the documents.")
@click.option(
    "--since",
    type=IsoDate(),
    metavar="DATE",
    help="Only since this day, month or year: 2020, 2020-02 or 2020-02-14.",
)
@json_option
@shared_options
@click.pass_context
def changes(context: click.Context, since: str | None, as_json: bool) -> None:
    """List the documents that were added, changed, moved or removed, in the order of the runs.

    The dates are those on which `s3assist index` found the change. Exits with 1 when there was
    none.

    \b
    Example:
      s3assist changes --since 2026-11
    """
    with assistant() as opened:
        found = opened.changes(moment(since) if since else "")
    if as_json:
        click.echo(dumps(changes_form(since or "", found), indent=2))
    elif not found:
        click.echo("Nothing changed.")
    for change in () if as_json else found:
        click.echo(change_line(change, stdout_look()))
    if not found:
        context.exit(1)


def moment(date: str) -> str:
    """The beginning of a day, month or year where the user lives, as the catalog has it (UTC)."""
    from datetime import UTC, datetime

    whole = date + "-01-01"[len(date) - 4 :]
    local = datetime.fromisoformat(whole).astimezone()
    return local.astimezone(UTC).isoformat(timespec="seconds")


def change_line(change: Change, look: Look) -> str:
    origin = f" (moved from {change.moved_from})" if change.moved_from else ""
    reason = f": {change.reason}" if change.reason else ""
    line = f"{change.path}{origin}{reason}"
    return indented(line, look, f"{local_time(change.at)}  {change.outcome:<8} ", " " * 27)
