"""Commands for whoever looks after the documents: index, doctor, eval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3assist.cli.json_form import checks_form, dumps, report_form
from s3assist.cli.options import given, json_option, settings, shared_options
from s3assist.cli.progress import ProgressBars
from s3assist.cli.terminal import complain, indented, stdout_look
from s3assist.errors import S3AssistError
from s3assist.printable import printable

if TYPE_CHECKING:
    from s3assist.ingest.report import DocumentReport, SyncReport

OUTCOMES = ("added", "changed", "moved", "unchanged", "removed", "failed")


@click.command(short_help="Bring the index in line with the documents.")
@click.option("--rebuild", is_flag=True, help="Read and embed everything again.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--watch", is_flag=True, help="Go on, and do it again whenever a file changes.")
@json_option
@shared_options
def index(rebuild: bool, dry_run: bool, watch: bool, as_json: bool) -> None:
    """Bring the index in line with the documents: read what changed, forget what is gone.

    Until it is done, questions are answered from the last finished index. A document that can't
    be read is reported and left out. An interrupted run goes on where it stopped.

    \b
    Examples:
      s3assist index
      s3assist index --dry-run
      s3assist index --corpus ~/policy --index ~/policy-index --watch
    """
    if dry_run and (rebuild or watch):
        raise click.UsageError("--dry-run goes with neither --rebuild nor --watch")
    if dry_run:
        show_report(would_be(), as_json=as_json)
    elif watch:
        follow(rebuild=rebuild, as_json=as_json)
    else:
        show_report(run_sync(rebuild=rebuild), as_json=as_json)


def run_sync(*, rebuild: bool) -> SyncReport:
    from s3assist.index.layout import IndexLayout
    from s3assist.ingest.sync import sync_as_set

    chosen = settings()
    bars = ProgressBars()
    if not IndexLayout(chosen.index).encoders.exists():
        bars.announce("Preparing the embedding model; this happens once.")
    try:
        return sync_as_set(chosen, rebuild=rebuild, on_progress=bars)
    finally:
        bars.close()


def would_be() -> SyncReport:
    from s3assist.index.layout import IndexLayout
    from s3assist.ingest.limits import Limits
    from s3assist.ingest.passages import PassageSize
    from s3assist.ingest.preview import preview

    chosen = settings()
    size = PassageSize(most=chosen.passage_tokens)
    layout = IndexLayout(chosen.index)
    return preview(
        chosen.corpus,
        layout,
        encoder_name=chosen.encoder,
        size=size,
        limits=Limits.of(chosen),
    )


def follow(*, rebuild: bool, as_json: bool) -> None:
    """Sync at every change until Ctrl+C, which is the way to end it."""
    from s3assist.ingest.watch import watch

    fresh = rebuild

    def run() -> bool:
        nonlocal fresh
        try:
            report = run_sync(rebuild=fresh)
        except (S3AssistError, OSError) as error:
            complain(error)
            return False
        fresh = False
        report.documents = [d for d in report.documents if d.outcome != "unchanged"]
        if report.documents:
            show_report(report, as_json=as_json, one_line=True)
        return True

    click.echo("Watching; Ctrl+C ends it.", err=True)
    try:
        watch(settings().corpus, run, index=settings().index)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def show_report(report: SyncReport, *, as_json: bool, one_line: bool = False) -> None:
    if as_json:
        click.echo(dumps(report_form(report), indent=None if one_line else 2))
    else:
        for document in report.documents:
            print_outcome(document)
    click.echo(summary(report), err=True)


def print_outcome(document: DocumentReport) -> None:
    look = stdout_look()
    count = f"{document.passages} passages" if document.passages else ""
    if document.outcome == "unchanged":
        count = ""
    origin = f", moved from {document.moved_from}" if document.moved_from else ""
    reason = f": {document.reason}" if document.reason else ""
    rest = " " * 25
    line = f"{document.path}{origin}{reason}"
    click.echo(indented(line, look, f"{document.outcome:<10} {count:>13} ", rest))
    for warning in document.warnings:
        click.echo(indented(f"warning: {warning}", look, rest, rest))


def summary(report: SyncReport) -> str:
    counts = [(report.count(outcome), outcome) for outcome in OUTCOMES]
    told = ", ".join(f"{count} {outcome}" for count, outcome in counts if count)
    if report.dry_run:
        return f"{told or 'no documents'}; a dry run: nothing was written"
    return (
        f"{told or 'no documents'}; {report.embedded} passages embedded; "
        f"generation {report.generation}"
    )


@click.command(short_help="Check the index, and say how to mend it.")
@click.option("--repair", is_flag=True, help="Make again what follows from the catalog.")
@json_option
@shared_options
@click.pass_context
def doctor(context: click.Context, repair: bool, as_json: bool) -> None:
    """Check that the index is whole, agrees with the documents, and can answer.

    Prints what to do about each problem. Exits with 1 when there is one. --repair first makes the
    vectors, the terms and the query encoder again where they are damaged.

    \b
    Examples:
      s3assist doctor
      s3assist doctor --repair
    """
    from s3assist.doctor import examine

    if repair:
        mend()
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


def mend() -> None:
    from s3assist.index.layout import IndexLayout
    from s3assist.ingest.repair import repair

    chosen = settings()
    bars = ProgressBars()
    try:
        done = repair(IndexLayout(chosen.index), chosen.encoder, bars)
    finally:
        bars.close()
    click.echo(f"repaired: {', '.join(done) or 'nothing, all is whole'}", err=True)


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
