"""The folder of saved sessions: one JSON file each, replaced whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from s3assist.errors import SessionError
from s3assist.sessions.merge import merged
from s3assist.sessions.record import (
    SessionRecord,
    Trace,
    read_record,
    record_of,
    session_of,
    write_record,
)
from s3assist.sessions.session import Session, default_title, iso

SUFFIX = ".json"
DAMAGED = ".damaged"
LOCK = ".lock"
IDENTITY = re.compile(r"[\w-]+")
PATIENCE = 10
"""Seconds after which a process that still writes is taken for stuck."""
LAST = "last"
"""The name of the session that was changed last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """A line of the list of sessions."""

    id: str
    title: str
    created: str
    updated: str
    questions: int
    quotes: int
    """In the basket."""
    problem: str = ""
    """Why the file can't be read; the other fields are then guesses from its name and time."""


@dataclass(frozen=True, slots=True)
class Held:
    """A session that this store has loaded or saved, as it was then."""

    id: str
    """Of the file; another than the session's own once that file was deleted."""
    title: str
    """In the file; whoever holds the session may have taken it over, or not yet."""
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Sessions in a folder, which is made when the first one is saved.

    Several processes may have the same session open: each adds to the file what it changed.
    """

    folder: Path
    _held: dict[str, Held] = field(default_factory=dict, init=False, repr=False, compare=False)

    def save(self, session: Session) -> Session:
        """Write down what has changed; a reader sees the file before or after, never a part of it.

        What others have written into the file since stays there. If they have deleted it, what
        is new begins another session, and nothing of before comes back.

        Returns:
            The session to go on with: the same, with the title or the id that it has got.

        Raises:
            OSError: the folder can't be written to.
        """
        mine = record_of(session)
        with self._alone():
            held = self._held.get(session.id)
            record = mine if held is None else self._current(mine, held)
            if record.id != session.id and not (record.turns or record.basket):
                return session  # deleted, and nothing has come since
            self._write(record)
            self._held[session.id] = self._held[record.id] = Held(record.id, record.title, mine)
        if (record.id, record.title) == (session.id, session.title):
            return session
        return replace(session, id=record.id, title=record.title)

    def list(self) -> tuple[SessionSummary, ...]:
        """All sessions, newest first; those that can't be read too, each with its problem."""
        files = self.folder.glob(f"*{SUFFIX}") if self.folder.is_dir() else ()
        # A copy such as ``20261127-1 (1).json`` has a name that nothing here could be asked for.
        found = [s for file in files if IDENTITY.fullmatch(file.stem) for s in summaries(file)]
        return tuple(sorted(found, key=lambda s: (s.updated, s.id), reverse=True))

    def load(self, identity: str, trace: Trace | None = None) -> Session:
        """A session with every quote checked against the index.

        `trace` is `Assistant.trace`; without it every quote is UNCHECKED.

        Raises:
            SessionError: no such session, or its file is damaged.
        """
        session = session_of(self._read(identity), trace)
        self._held[identity] = Held(identity, session.title, record_of(session))
        return session

    def find(self, name: str) -> str:
        """The id of the session with this id, its beginning or title; ``last`` is the newest.

        Raises:
            SessionError: none, or several.
        """
        sessions = self.list()
        if name == LAST:
            found = [session for session in sessions if not session.problem][:1]
        else:
            wanted = name.strip().casefold()
            found = (
                [s for s in sessions if s.id.casefold() == wanted]
                or [s for s in sessions if s.title.casefold() == wanted]
                or [s for s in sessions if wanted and s.id.casefold().startswith(wanted)]
                or [s for s in sessions if wanted and wanted in s.title.casefold()]
            )
        if len(found) == 1:
            return found[0].id
        if found:
            names = ", ".join(session.id for session in found[:6])
            raise SessionError(
                f"{len(found)} sessions are named {name}: {names}", hint="Give the id of one."
            )
        hint = "`s3assist sessions` lists them." if sessions else "Start one: `s3assist chat`."
        raise SessionError(
            "No session has been saved yet" if name == LAST else f"No session is named {name}",
            hint=hint,
        )

    def rename(self, identity: str, title: str) -> None:
        """Give a session another title; its quotes stay as they were written.

        Raises:
            SessionError: an empty title, no such session, or its file is damaged.
        """
        line = " ".join(title.split())
        if not line:
            raise SessionError("The title is empty", hint="Give the session a title.")
        self._read(identity)  # there is no folder to lock where there is no session
        with self._alone():
            self._write(replace(self._read(identity), title=line))

    def delete(self, identity: str) -> None:
        """Remove a session and its file, a damaged one too.

        Raises:
            SessionError: no such session.
        """
        file = self._file(identity)
        if not file.exists():  # nor, perhaps, a folder to lock
            raise unknown(identity)
        try:
            with self._alone():
                file.unlink()
        except FileNotFoundError as error:
            raise unknown(identity) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing between a look at a file and its replacement."""
        from filelock import FileLock

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # questions are private
        lock = self.folder / LOCK
        with FileLock(lock, timeout=PATIENCE):
            try:
                yield
            finally:
                with suppress(OSError):  # Windows keeps a file that is open
                    lock.unlink()

    def _current(self, mine: SessionRecord, held: Held) -> SessionRecord:
        """What the file of a session is to hold, whatever others have done to it since."""
        base = held.record
        if mine.title == held.title:
            base = replace(base, title=mine.title)  # not changed by us, so others may again
        try:
            return merged(mine, base, read_file(self._file(held.id)))
        except SessionError:  # damaged: it is set aside, and what we have takes its place
            return replace(mine, id=held.id)
        except FileNotFoundError:
            new = Session.begin(mine.filters)
            record = merged(mine, base, record_of(new))
            if mine.title != base.title or not record.turns:
                return record
            return replace(record, title=default_title(record.turns[0].question))

    def _file(self, identity: str) -> Path:
        if not IDENTITY.fullmatch(identity):  # it becomes a file name
            raise unknown(identity)
        return self.folder / f"{identity}{SUFFIX}"

    def _read(self, identity: str) -> SessionRecord:
        try:
            return read_file(self._file(identity))
        except FileNotFoundError as error:
            raise unknown(identity) from error

    def _write(self, record: SessionRecord) -> None:
        file = self._file(record.id)
        set_damaged_aside(file)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(write_record(record))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def read_file(file: Path) -> SessionRecord:
    """What a session's file holds, under the id that the file is named by.

    Raises:
        SessionError: it is damaged.
    """
    try:
        return replace(read_record(file.read_text(encoding="utf-8")), id=file.stem)
    except (ValueError, RecursionError) as error:
        raise SessionError(
            f"The session in {file} can't be read: {reason(error)}",
            hint=f"It is left as it is: mend it, or run `s3assist sessions delete {file.stem}`.",
        ) from error


def set_damaged_aside(file: Path) -> None:
    """Keep what can't be read under another name before its place is taken."""
    try:
        read_file(file)
    except FileNotFoundError:
        return
    except SessionError:
        moment = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"
        file.replace(file.with_name(f"{file.name}.{moment}{DAMAGED}"))


def summaries(file: Path) -> Iterator[SessionSummary]:
    """The line of a file in the list; none if it has just been removed."""
    try:
        record = read_file(file)
    except FileNotFoundError:
        return
    except (SessionError, OSError) as error:
        with suppress(FileNotFoundError):
            moment = iso(datetime.fromtimestamp(file.lstat().st_mtime, UTC))
            yield SessionSummary(
                id=file.stem,
                title=file.name,
                created=moment,
                updated=moment,
                questions=0,
                quotes=0,
                problem=str(error),
            )
        return
    yield SessionSummary(
        id=record.id,
        title=record.title,
        created=record.created,
        updated=record.updated,
        questions=len(record.turns),
        quotes=len(record.basket),
    )


def reason(error: Exception) -> str:
    """What is wrong with a file, on one line."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else first["msg"]
    return str(error)


def unknown(identity: str) -> SessionError:
    return SessionError(
        f"There is no session {identity}", hint="`s3assist sessions` lists those that are saved."
    )
