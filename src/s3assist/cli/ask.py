"""`s3assist ask`: one question, or a file of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, BinaryIO

import click

from s3assist.cli.batch import Line, read_batch
from s3assist.cli.explain import explanation_lines
from s3assist.cli.json_form import answer_form, dumps
from s3assist.cli.options import assistant, filter_options, json_option, shared_options
from s3assist.cli.terminal import stdout_look
from s3assist.cli.text import answer_lines
from s3assist.documents import Answer, Conversation, Turn, Verdict

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Assistant


@click.command(short_help="Answer a question with quotes from the documents.")
@click.argument("question", nargs=-1)
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE.jsonl",
    help="Answer the questions of a file, or of stdin with `-`; prints one JSON object a line.",
)
@click.option("--explain", is_flag=True, help="Also show every number behind the answer.")
@filter_options
@json_option
@shared_options
@click.pass_context
def ask(
    context: click.Context,
    question: tuple[str, ...],
    batch: BinaryIO | None,
    explain: bool,
    filters: Filters,
    as_json: bool,
) -> None:
    """Answer QUESTION with quotes from the documents, best first.

    Exits with 1 when the documents hold no answer. A line of a batch has `id`, `question` and, if
    you like, `conversation`: lines that share one are its turns, in order. `understood_as` puts a
    turn right that would be understood wrongly.

    \b
    Examples:
      s3assist ask "What share of European jobs is in clusters?"
      s3assist ask "Which regions took part?" --type pdf --from 2018 --to 2020-06
      s3assist ask --batch questions.jsonl > answers.jsonl
    """
    if bool(question) == (batch is not None):
        raise click.UsageError("Give a question in quotes, or --batch FILE.jsonl, not both.")
    if batch is not None:
        lines = read_batch(batch)
        with assistant() as opened:
            answer_batch(opened, lines, filters)
        return
    with assistant() as opened:
        answer = opened.ask(" ".join(question), filters=filters)
    if as_json:
        click.echo(dumps(answer_form(answer), indent=2))
    else:
        click.echo("\n".join(answer_lines(answer, stdout_look())))
        if explain:
            click.echo("\n" + "\n".join(explanation_lines(answer)))
    if answer.verdict is Verdict.NOT_FOUND:
        context.exit(1)


def answer_batch(opened: Assistant, lines: Sequence[Line], filters: Filters) -> None:
    # On a terminal the answers themselves show how far it is.
    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    bar = click.progressbar(length=len(lines), label="answering", file=sys.stderr, show_pos=True)
    with bar if watched else nullcontext() as shown:
        for line, answer in answers(opened, lines, filters):
            click.echo(dumps(answer_form(answer, line.id)))
            if shown is not None:
                shown.update(1)


def answers(
    opened: Assistant, lines: Sequence[Line], filters: Filters
) -> Iterator[tuple[Line, Answer]]:
    """The answer of each line, in order, each with what its conversation had before."""
    conversations: dict[str | int, Conversation] = {}
    for line in lines:
        before = Conversation()
        if line.conversation is not None:
            before = conversations.get(line.conversation, before)
        answer = opened.ask(line.question, before, filters, line.understood_as)
        if line.conversation is not None:
            conversations[line.conversation] = before.with_turn(Turn(line.question, answer))
        yield line, answer
