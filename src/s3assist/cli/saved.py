"""Commands for saved conversations: sessions, export."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3assist.cli.json_form import dumps, session_form, summaries_form
from s3assist.cli.options import assistant, json_option, settings, shared_options
from s3assist.cli.terminal import indented, stdout_look
from s3assist.cli.text import answer_lines, quote_lines
from s3assist.errors import IndexMissingError
from s3assist.printable import counted, local_time, on_one_line

if TYPE_CHECKING:
    from s3assist.sessions import Session, SessionStore, SessionSummary

FORMATS = ("markdown", "html", "docx", "csl-json")


def session_store() -> SessionStore:
    """The folder of sessions that the settings name."""
    from s3assist.sessions import SessionStore

    return SessionStore(settings().sessions_folder)


def load_checked(store: SessionStore, name: str) -> Session:
    """A session with its quotes checked against the index, if there is one.

    Raises:
        SessionError: no such session, several, or a damaged file.
    """
    identity = store.find(name)
    with suppress(IndexMissingError), assistant() as opened:
        return store.load(identity, opened.trace)
    return store.load(identity)


@click.group(invoke_without_command=True, short_help="List, show, rename or delete conversations.")
@json_option
@shared_options
@click.pass_context
def sessions(context: click.Context, as_json: bool) -> None:
    """List the saved conversations, newest first; show, rename or delete one.

    A session is named by its id, the beginning of it, its title or a part of that; `last` is the
    one that was changed last.

    \b
    Examples:
      s3assist sessions
      s3assist sessions show last
      s3assist sessions rename last "Clusters and jobs"
    """
    if context.invoked_subcommand is None:
        print_list(as_json)


@sessions.command("list")
@json_option
@shared_options
@click.pass_context
def list_sessions(context: click.Context, as_json: bool) -> None:
    """List the saved conversations, newest first.

    \b
    Example:
      s3assist sessions list --json
    """
    print_list(as_json or is_json_group(context))


def is_json_group(context: click.Context) -> bool:
    """Whether --json was typed before the name of the subcommand."""
    return context.parent is not None and bool(context.parent.params.get("as_json"))


def print_list(as_json: bool) -> None:
    found = session_store().list()
    if as_json:
        click.echo(dumps(summaries_form(found), indent=2))
        return
    if not found:
        click.echo("No conversation has been saved yet. Start one: `s3assist chat`.")
    for summary in found:
        click.echo(summary_line(summary))
        if summary.problem:
            click.echo(f"error: {on_one_line(summary.problem)}", err=True)


def summary_line(summary: SessionSummary) -> str:
    if summary.problem:
        return f"{summary.id}  damaged: {on_one_line(summary.title)}"
    asked = counted(summary.questions, "question")
    return f"{summary.id}  {local_time(summary.updated)}  {asked}  {on_one_line(summary.title)}"


@sessions.command()
@click.argument("session")
@json_option
@shared_options
@click.pass_context
def show(context: click.Context, session: str, as_json: bool) -> None:
    """Print a conversation with its answers; quotes are checked again.

    \b
    Example:
      s3assist sessions show last
    """
    loaded = load_checked(session_store(), session)
    if as_json or is_json_group(context):
        click.echo(dumps(session_form(loaded), indent=2))
        return
    look = stdout_look()
    click.echo(on_one_line(loaded.title))
    for number, turn in enumerate(loaded.conversation.turns, start=1):
        click.echo("")
        click.echo(indented(f"{number}. {turn.question}", look))
        click.echo("")
        click.echo("\n".join(answer_lines(turn.answer, look)))
    if loaded.basket:
        click.echo("\nBasket:\n")
    for number, quote in enumerate(loaded.basket, start=1):
        click.echo("\n".join(quote_lines(quote, f"[{number}]", look)))
        click.echo("")


@sessions.command()
@click.argument("session")
@click.argument("title", nargs=-1, required=True)
@shared_options
def rename(session: str, title: tuple[str, ...]) -> None:
    """Give a conversation another title.

    \b
    Example:
      s3assist sessions rename last "Clusters and jobs"
    """
    store = session_store()
    store.rename(store.find(session), " ".join(title))


@sessions.command()
@click.argument("session")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def delete(session: str, yes: bool) -> None:
    """Remove a conversation for good, with its file.

    \b
    Example:
      s3assist sessions delete 20261125 --yes
    """
    store = session_store()
    identity = store.find(session)
    title = next(on_one_line(s.title) for s in store.list() if s.id == identity)
    if not yes:
        click.confirm(f"Delete {identity}, “{title}”?", abort=True, err=True)
    store.delete(identity)


@click.command(short_help="Write a conversation or its basket of quotes into a file.")
@click.argument("session")
@click.option(
    "--format",
    "chosen",
    type=click.Choice(FORMATS),
    help="Default: by the name of the file, else markdown.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write; standard output by default, or with `-`.",
)
@click.option("--basket", is_flag=True, help="Only the quotes that were put aside.")
@shared_options
def export(session: str, chosen: str | None, output: Path | None, basket: bool) -> None:
    """Write SESSION into a file, each quote with its citation and receipt.

    SESSION is named as in `s3assist sessions`, or `last`. Quotes are checked against the index
    first; what it no longer confirms says so in the file.

    \b
    Examples:
      s3assist export last --output answers.docx
      s3assist export last --format csl-json > sources.json
    """
    from s3assist.export import (
        Format,
        basket_report,
        conversation_report,
        format_of,
        render,
        write,
    )

    to_stdout = output is None or str(output) == "-"
    if chosen is not None:
        format = Format(chosen)
    else:
        format = Format.MARKDOWN if output is None or to_stdout else format_of(output)
    if to_stdout and format is Format.DOCX and sys.stdout.isatty():
        raise click.UsageError("A Word file is nothing for a terminal: add --output FILE.docx.")
    loaded = load_checked(session_store(), session)
    if basket:
        report = basket_report(loaded.basket, loaded.title)
    else:
        report = conversation_report(loaded.conversation, loaded.title)
    if output is None or to_stdout:
        sys.stdout.buffer.write(render(report, format))
        return
    write(report, output, format)
    doubtful = len(list(loaded.doubtful()))
    if doubtful:
        click.echo(
            f"Quotes that are no longer as they were cited: {doubtful}. The file says which.",
            err=True,
        )
