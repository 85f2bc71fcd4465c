"""What a run over the corpus would do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from s3assist.encode import EncoderOnDemand
from s3assist.index.catalog import Catalog
from s3assist.index.layout import IndexLayout
from s3assist.ingest.limits import Limits
from s3assist.ingest.passages import PassageSize
from s3assist.ingest.plan import Plan, make_plan
from s3assist.ingest.report import DocumentReport, SyncReport, failed
from s3assist.ingest.source import find_sources
from s3assist.ingest.sync import recipe

SAME_BYTES = (
    "the file is the same, but its sidecar, a setting or S3Assist is not; it would be read again"
)


def preview(
    corpus: Path,
    layout: IndexLayout,
    *,
    encoder_name: str = "bundled",
    size: PassageSize | None = None,
    limits: Limits = Limits(),
) -> SyncReport:
    """What `sync` would do, by the bytes of the files; nothing is read as a document or written.

    Raises:
        S3AssistError: no corpus folder, no encoder, or a damaged index.
    """
    how = recipe(EncoderOnDemand(encoder_name, layout.encoders).identity, size or PassageSize())
    sources = list(find_sources(corpus, layout.root, ocr=limits.ocr))
    if not layout.catalog.exists():
        return SyncReport(foreseen(make_plan(sources, None, how), {}), dry_run=True)
    catalog = Catalog(layout.catalog)
    with closing(catalog), catalog.snapshot():
        current = catalog.current()
        problems = {} if current is None else dict(catalog.problems(current.id))
        report = SyncReport(foreseen(make_plan(sources, catalog, how), problems), dry_run=True)
        report.generation = 0 if current is None else current.id
        return report


def foreseen(plan: Plan, problems: Mapping[str, str]) -> list[DocumentReport]:
    """The report of a plan that is not carried out; `problems` are those of the last run."""
    reports: list[DocumentReport] = []
    for step in plan.steps:
        path = step.source.path
        if step.error:
            reports.append(failed(path, step.error))
        elif step.version is None and path in problems and not step.moved_from:
            reason = f"{problems[path]} (in the last run; it would be tried again)"
            reports.append(DocumentReport(path, "failed", reason=reason))
        elif step.outcome == "unchanged" and step.version is None:
            reports.append(DocumentReport(path, "changed", reason=SAME_BYTES))
        else:
            reports.append(DocumentReport(path, step.outcome, moved_from=step.moved_from))
    return [*reports, *(DocumentReport(path, "removed") for path in plan.removed)]
