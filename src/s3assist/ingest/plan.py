"""Compare the corpus with the index: what a sync would do, before anything is read or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from s3assist.errors import LoadError, VanishedError
from s3assist.index.catalog import Catalog
from s3assist.index.rows import StoredFingerprint
from s3assist.ingest.source import Fingerprint, Source, UnlistedFolder, Unusable

UNREAD = Fingerprint("", "")


@dataclass(frozen=True, slots=True)
class Live:
    """What the current generation has for a path."""

    version: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about one source."""

    source: Source
    outcome: str
    """``added``, ``changed``, ``moved``, ``unchanged`` or ``failed``."""
    mark: Fingerprint = UNREAD
    """`UNREAD` when the outcome is ``failed``."""
    version: int | None = None
    """A stored version that will do as it is; None if there is none."""
    model: int | None = None
    """A stored version made from the same bytes, under this path or another."""
    before: Live | None = None
    """What was live for the same document before, under this path or another."""
    moved_from: str = ""
    error: LoadError | None = None
    """Why it failed."""


@dataclass(slots=True)
class Plan:
    """Steps by path, and what is gone."""

    steps: list[Step] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    fingerprints: list[StoredFingerprint] = field(default_factory=list)
    """Those that were not known yet."""
    forgotten: list[str] = field(default_factory=list)
    """Paths whose fingerprints are of no more use."""


OnSource = Callable[[int, Source], None]


def make_plan(
    sources: Sequence[Source],
    catalog: Catalog | None,
    recipe: str,
    *,
    fresh: bool = False,
    on_source: OnSource = lambda _done, _source: None,
) -> Plan:
    """Tell added, changed, moved, removed and unchanged sources by their content.

    Args:
        sources: all that the corpus has.
        catalog: None where there is no index yet.
        recipe: what passages depend on besides their document.
        fresh: trust nothing that is stored, so that every source is read.
        on_source: called before each source is looked at.
    """
    before = {} if catalog is None else live_paths(catalog)
    known = {} if catalog is None else catalog.fingerprints()
    plan = Plan()
    there: set[str] = set()
    for done, source in enumerate(sources):
        on_source(done, source)
        try:
            stamp = source.stamp()
            mark = None if fresh else remembered(known.get(source.path), stamp, recipe)
            if mark is None:
                mark = source.fingerprint(recipe)
                if stamp:
                    plan.fingerprints.append(
                        StoredFingerprint(source.path, stamp, recipe, mark.sha256, mark.settings)
                    )
        except VanishedError:
            continue
        except LoadError as error:
            there.add(source.path)
            plan.steps.append(
                Step(
                    source=source,
                    outcome="failed",
                    before=before.get(source.path),
                    error=error,
                )
            )
            if isinstance(source, UnlistedFolder):
                hidden = kept(source, before)
                there.update(step.source.path for step in hidden)
                plan.steps += hidden
            continue
        there.add(source.path)
        step = Step(source=source, outcome="added", mark=mark, before=before.get(source.path))
        if catalog is not None and not fresh:
            version = catalog.find_version(source.path, mark.sha256, mark.settings)
            model = None if version else catalog.find_content(mark.sha256, mark.settings)
            step = replace(step, version=version, model=model)
        plan.steps.append(step)
    gone = {path: live for path, live in before.items() if path not in there}
    plan.steps = [judged(step) for step in with_moves(plan.steps, gone)]
    moved = {step.moved_from for step in plan.steps}
    plan.removed = sorted(set(gone) - moved)
    plan.forgotten = sorted(set(known) - there)
    return plan


def kept(folder: UnlistedFolder, before: Mapping[str, Live]) -> list[Step]:
    """Steps that leave what is live of a folder as it is."""
    return [
        Step(
            source=Unusable(path, folder.reason, folder.hint),
            outcome="unchanged",
            mark=Fingerprint(live.sha256, ""),
            version=live.version,
            before=live,
        )
        for path, live in before.items()
        if path.startswith(folder.path)
    ]


def live_paths(catalog: Catalog) -> dict[str, Live]:
    """What the current generation has, by path; nothing in an index that was never finished."""
    current = catalog.current()
    if current is None:
        return {}
    return {
        path: Live(version, sha256)
        for version, path, sha256, *_ in catalog.live_versions(current.id)
    }


def remembered(known: StoredFingerprint | None, stamp: str, recipe: str) -> Fingerprint | None:
    """The fingerprint of a file that nobody wrote to since it was hashed."""
    if known is None or not stamp or (known.stamp, known.recipe) != (stamp, recipe):
        return None
    return Fingerprint(known.sha256, known.settings)


def with_moves(steps: Iterable[Step], gone: Mapping[str, Live]) -> list[Step]:
    """Join each new path with a path that is gone and had the same bytes, each at most once."""
    left: dict[str, list[str]] = {}
    for path in sorted(gone):
        left.setdefault(gone[path].sha256, []).append(path)
    joined: list[Step] = []
    for step in steps:
        paths = left.get(step.mark.sha256)
        if step.outcome == "failed" or step.before is not None or not paths:
            joined.append(step)
            continue
        name = step.source.path.rpartition("/")[2]
        paths.sort(key=lambda path: path.rpartition("/")[2] != name)
        origin = paths.pop(0)
        joined.append(replace(step, moved_from=origin, before=gone[origin]))
    return joined


def judged(step: Step) -> Step:
    """The step with its outcome, as far as the bytes tell it."""
    if step.outcome == "failed" or step.before is None:
        return step
    if step.moved_from:
        return replace(step, outcome="moved")
    same = step.version == step.before.version or step.mark.sha256 == step.before.sha256
    return replace(step, outcome="unchanged" if same else "changed")
