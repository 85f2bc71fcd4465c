"""Commands for whoever looks after the documents: index, doctor, eval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3assist.cli.json_form import checks_form, dumps, report_form
from s3assist.cli.options import given, json_option, settings, shared_options
from s3assist.cli.progress import ProgressBars
from s3assist.cli.terminal import indented, stdout_look
from s3assist.printable import printable

if TYPE_CHECKING:
    from s3assist.ingest.sync import DocumentReport, SyncReport

OUTCOMES = ("added", "changed", "unchanged", "removed", "failed")


@click.command(short_help="Bring the index in line with the documents.")
@click.option("--rebuild", is_flag=True, help="Throw the index away first and read everything.")
@json_option
@shared_options
def index(rebuild: bool, as_json: bool) -> None:
    """Bring the index in line with the documents: read what changed, forget what is gone.

    Until it is done, questions are answered from the last finished index. A document that can't
    be read is reported and left out. An interrupted run goes on where it stopped.

    \b
    Examples:
      s3assist index
      s3assist index --corpus ~/policy --index ~/policy-index
    """
    from s3assist.index.layout import IndexLayout
    from s3assist.ingest.passages import PassageSize
    from s3assist.ingest.sync import sync

    chosen = settings()
    layout = IndexLayout(chosen.index)
    bars = ProgressBars()
    if not layout.encoders.exists():
        bars.announce("Preparing the embedding model; this happens once.")
    try:
        report = sync(
            chosen.corpus,
            layout,
            encoder_name=chosen.encoder,
            size=PassageSize(most=chosen.passage_tokens),
            rebuild=rebuild,
            on_progress=bars,
        )
    finally:
        bars.close()
    if as_json:
        click.echo(dumps(report_form(report), indent=2))
    else:
        for document in report.documents:
            print_outcome(document)
    click.echo(summary(report), err=True)


def print_outcome(document: DocumentReport) -> None:
    look = stdout_look()
    count = f"{document.passages} passages" if document.outcome in ("added", "changed") else ""
    reason = f": {document.reason}" if document.reason else ""
    rest = " " * 25
    click.echo(
        indented(f"{document.path}{reason}", look, f"{document.outcome:<10} {count:>13} ", rest)
    )
    for warning in document.warnings:
        click.echo(indented(f"warning: {warning}", look, rest, rest))


def summary(report: SyncReport) -> str:
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in OUTCOMES)
    return f"{counts}; {report.embedded} passages embedded; generation {report.generation}"


@click.command(short_help="Check the index, and say how to mend it.")
@json_option
@shared_options
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check that the index is whole, agrees with the documents, and can answer.

    Prints what to do about each problem. Exits with 1 when there is one.

    \b
    Example:
      s3assist doctor
    """
    from s3assist.doctor import examine

    checks = list(examine(settings()))
    if as_json:
        click.echo(dumps(checks_form(checks), indent=2))
    else:
        look = stdout_look()
        for check in checks:
            verdict = "ok" if check.ok else "problem"
            click.echo(indented(f"{check.name}: {check.detail}", look, f"{verdict:<8} ", " " * 9))
            if check.remedy:
                click.echo(indented(f"remedy: {check.remedy}", look, " " * 9, " " * 9))
    if not all(check.ok for check in checks):
        context.exit(1)


@click.command("eval", short_help="Measure answers on questions with known ones.")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--queries", metavar="FILE", help="Another file of questions in DIR.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Most questions to ask.")
@click.option(
    "--details",
    metavar="FILE.jsonl",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write one JSON object for every question asked.",
)
@json_option
@shared_options
def evaluate(
    folder: Path, queries: str | None, limit: int | None, details: Path | None, as_json: bool
) -> None:
    """Measure retrieval, quotes and abstention on a folder of questions with known answers.

    DIR holds corpus.jsonl, queries.jsonl and qrels/test.tsv, or gold questions with verbatim
    quotes (their documents are in the folder beside it, or in --corpus). Its index is kept below
    the index folder, apart from that of your documents.

    \b
    Example:
      s3assist eval eval/scifact --limit 100
    """
    from s3assist.evaluate import evaluate as measure
    from s3assist.ingest.passages import PassageSize

    chosen = settings()
    bars = ProgressBars()
    try:
        evaluation = measure(
            folder,
            index=chosen.index / "evaluations" / folder.resolve().name,
            encoder=chosen.encoder,
            corpus=given().corpus,
            queries=queries,
            limit=limit,
            size=PassageSize(most=chosen.passage_tokens),
            on_progress=bars,
        )
    finally:
        bars.close()
    if details is not None:
        evaluation.write_details(details)
    if as_json:
        click.echo(dumps(evaluation.to_json(), indent=2))
    else:
        click.echo(printable(evaluation.to_text()))
