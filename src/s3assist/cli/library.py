"""Commands that read the library: find, show, status, glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3assist.citation import source
from s3assist.cli.json_form import dumps, find_form, glossary_form, status_form, text_form
from s3assist.cli.options import assistant, filter_options, json_option, shared_options
from s3assist.cli.terminal import indented, stdout_look
from s3assist.cli.text import document_lines, found_lines
from s3assist.documents import Span
from s3assist.printable import on_one_line

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Status

FIRST_PLACES = 20
"""Places that `find` shows without --all."""


@click.command(short_help="Find every place that prints a phrase.")
@click.argument("phrase")
@click.option("--all", "show_all", is_flag=True, help=f"Show more than {FIRST_PLACES} places.")
@filter_options
@json_option
@shared_options
@click.pass_context
def find(
    context: click.Context, phrase: str, show_all: bool, filters: Filters, as_json: bool
) -> None:
    """Find every place that prints PHRASE, in the order of the documents.

    Case, accents, kinds of dashes and quotes, line breaks and spaces do not matter. Exits with 1
    when no document prints it.

    \b
    Example:
      s3assist find "entrepreneurial discovery" --all --lang en
    """
    with assistant() as opened:
        places = opened.find(phrase, filters)
        scope = opened.scope(filters)
    shown = places if show_all else places[:FIRST_PLACES]
    form = find_form(phrase, places, shown)
    if as_json:
        click.echo(dumps(form, indent=2))
    elif not places:
        click.echo(indented(scope.not_found, stdout_look()))
    else:
        for line in found_lines(shown, stdout_look()):
            click.echo(line)
        for document in form["documents"]:
            click.echo(f"{document['count']:>6}  {on_one_line(document['path'])}")
        click.echo(f"{len(places):>6}  in all")
        if len(shown) < len(places):
            click.echo(f"\n{len(places) - len(shown)} more: add --all.")
    if not places:
        context.exit(1)


@click.command(short_help="Print the text of a document.")
@click.argument("document", metavar="DOC")
@click.option(
    "--page",
    metavar="N",
    help='Only this page, by its printed label, or by its position: --page "PDF 14".',
)
@json_option
@shared_options
def show(document: str, page: str | None, as_json: bool) -> None:
    """Print the text of DOC (a path or a part of a path or title) as quotes are taken from it.

    Paragraphs have the numbers that receipts name; pages begin where a line says so.

    \b
    Example:
      s3assist show national-cluster-programmes --page 2
    """
    from s3assist.naming import page_span

    with assistant() as opened:
        found = opened.document(document)
    shown = Span(0, len(found.text)) if page is None else page_span(found, page)
    if as_json:
        click.echo(dumps(text_form(found, shown), indent=2))
        return
    look = stdout_look()
    click.echo(indented(source(found), look))
    click.echo(indented(f"{found.path} · sha256:{found.sha256}", look))
    click.echo()
    for line in document_lines(found, shown, look):
        click.echo(line)


@click.command
@click.option("--documents", is_flag=True, help="List the documents.")
@json_option
@shared_options
def status(documents: bool, as_json: bool) -> None:
    """Say what is indexed, and what could not be read.

    \b
    Example:
      s3assist status --documents
    """
    with assistant() as opened:
        found = opened.status()
    if as_json:
        click.echo(dumps(status_form(found), indent=2))
        return
    generation = found.generation
    click.echo(f"documents   {generation.documents}")
    click.echo(f"passages    {generation.passages}")
    click.echo(f"glossary    {len(generation.glossary)} entries")
    click.echo(f"encoder     {on_one_line(generation.encoder.partition('@')[0])}")
    click.echo(f"vectors     {on_one_line(found.vectors)}")
    click.echo(f"indexed     {generation.created} (generation {generation.id})")
    if documents:
        list_documents(found)
    if found.problems:
        click.echo("\nCould not be read:")
        for path, reason in found.problems:
            click.echo(indented(f"{path}: {reason}", stdout_look(), "  ", "    "))


def list_documents(found: Status) -> None:
    look = stdout_look()
    for document in found.library:
        about = document.metadata
        click.echo()
        click.echo(on_one_line(document.path))
        facts = (about.title, about.author, about.date)
        click.echo(indented(" · ".join(fact for fact in facts if fact), look, "  ", "  "))
        filters = (
            f"type {about.kind or '-'} or {document.format} · language {about.language or '-'}"
        )
        click.echo(indented(filters, look, "  ", "  "))


@click.command(short_help="Say what an acronym stands for.")
@click.argument("term", default="")
@json_option
@shared_options
@click.pass_context
def glossary(context: click.Context, term: str, as_json: bool) -> None:
    """Print what an acronym stands for, or which acronym a TERM has; all entries without a TERM.

    These are the words that widen a question. Exits with 1 when there is no entry.

    \b
    Example:
      s3assist glossary RIS3
    """
    with assistant() as opened:
        entries = opened.glossary(term)
    if as_json:
        click.echo(dumps(glossary_form(term, entries), indent=2))
    elif not entries:
        click.echo("Not found in the glossary.")
    else:
        look = stdout_look()
        for entry in entries:
            note = f" ({entry.note})" if entry.note else ""
            line = f"{'; '.join(entry.expansions)}{note}"
            click.echo(indented(line, look, f"{on_one_line(entry.acronym):<12}", " " * 12))
    if not entries:
        context.exit(1)
