"""What the library holds and in what state each document is, compared with the corpus folder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from s3assist.assistant import Assistant
from s3assist.errors import ConfigError
from s3assist.ingest.source import Source, Unusable, find_sources


class EntryState(StrEnum):
    INDEXED = "indexed"
    CHANGED = "changed"
    """The file is not what was indexed, or it is gone."""
    UNREAD = "unread"
    """It could not be read by the last run, or can't be by any."""
    NEW = "new"
    """It lies in the corpus folder and has not been indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the library."""

    path: str
    state: EntryState
    title: str = ""
    kind: str = ""
    """What maintainers call it, else its format."""
    date: str = ""
    language: str = ""
    pages: int = 0
    """0 in formats without pages."""
    passages: int = 0
    reason: str = ""
    """Why it could not be read by the last run; its text may be that of an earlier one."""


def survey(assistant: Assistant) -> tuple[Entry, ...]:
    """Every document of the index and of the corpus folder, by path.

    Looks at the files, so it may take a while: call it from a thread.
    """
    status = assistant.status()
    problems = dict(status.problems)
    entries = []
    for live in status.library:
        about = live.metadata
        pages, passages = status.sizes[live.version]
        current = assistant.is_current(live.path, live.sha256)
        entries.append(
            Entry(
                path=live.path,
                state=EntryState.INDEXED if current else EntryState.CHANGED,
                title=about.title,
                kind=about.kind or live.format,
                date=about.date,
                language=about.language,
                pages=pages,
                passages=passages,
                reason=problems.pop(live.path, ""),
            )
        )
    for path, reason in problems.items():
        entries.append(Entry(path=path, state=EntryState.UNREAD, reason=reason))
    known = {entry.path for entry in entries}
    corpus = assistant.corpus
    try:
        sources = find_sources(corpus, assistant.index.layout.root) if corpus else ()
        entries += [not_indexed(source) for source in sources if source.path not in known]
    except ConfigError:
        pass  # the corpus folder is gone; every document of it already says "changed"
    return tuple(sorted(entries, key=lambda entry: entry.path))


def not_indexed(source: Source) -> Entry:
    """What lies in the corpus folder and was not there, or not seen, when it was indexed."""
    if isinstance(source, Unusable):
        reason = source.error.in_sentences
        return Entry(path=source.path, state=EntryState.UNREAD, reason=reason)
    return Entry(path=source.path, state=EntryState.NEW)
