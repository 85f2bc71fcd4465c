"""`s3assist verify`: check the quotes of a text that somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3assist.citation import place, short_receipt, source
from s3assist.cli.json_form import dumps, verify_form
from s3assist.cli.options import assistant, json_option, settings, shared_options
from s3assist.cli.terminal import Look, indented, stdout_look
from s3assist.printable import on_one_line

if TYPE_CHECKING:
    from s3assist.verify import Checked

INDENT = " " * 16
SHOWN = 160
"""Characters of a quote that are printed."""


@click.command(short_help="Check the quotes of a text against the documents.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@shared_options
@click.pass_context
def verify(context: click.Context, file: Path, as_json: bool) -> None:
    """Check every quote of FILE that has a receipt or stands in quotation marks.

    FILE is Markdown, text, Word, HTML or PDF. A quote is found, misattributed, not found, or its
    source has changed. What a word processor changes by itself makes no difference: kinds of
    quotation marks, dashes and spaces. Omissions such as […] and fitted initials such as [c] may be
    marked. What is in quotation marks and shorter than five words is a term and passed over. Exits
    with 1 unless every quote is found.

    Headings, menus, boxes and hidden parts of pages are read too; what is struck out, comments,
    page headers and footers and the table of contents of Word and PDF files are not.

    \b
    Example:
      s3assist verify briefing.docx
    """
    from s3assist.ingest.limits import Limits
    from s3assist.verify import Finding, looked_up, read_claims
    from s3assist.verify import verify as check

    claims = read_claims(file, Limits.of(settings()))
    with assistant() as opened:
        checked = check(claims, opened.documents(), opened.recall)
    quotes = looked_up(checked)
    found = sum(result.finding is Finding.FOUND for result in quotes)
    if as_json:
        click.echo(dumps(verify_form(str(file), checked), indent=2))
    elif not checked:
        click.echo(f"No quote with a receipt or in quotation marks in {on_one_line(file.name)}.")
    else:
        look = stdout_look()
        for result in checked:
            for line in result_lines(result, look):
                click.echo(line)
        passed = len(checked) - len(quotes)
        more = f", {passed} passed over" if passed else ""
        click.echo(f"\n{found} of {len(quotes)} quotes found{more}.")
    if not quotes or found < len(quotes):
        context.exit(1)


def result_lines(result: Checked, look: Look) -> Iterator[str]:
    words = on_one_line(result.words)
    shown = words if len(words) <= SHOWN else words[:SHOWN].rpartition(" ")[0] + " …"
    yield indented(f"“{shown}”", look, f"{result.finding.replace('_', ' '):<16}", INDENT)
    if result.detail:
        yield indented(result.detail, look, INDENT, INDENT)
    for quote in result.places[:1] if not result.detail else result.places:
        parts = (source(quote.document), place(quote), quote.document.path, short_receipt(quote))
        yield indented(" · ".join(part for part in parts if part), look, INDENT, INDENT)
