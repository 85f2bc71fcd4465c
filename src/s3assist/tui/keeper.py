"""Saves the session behind the screens, the newest state last."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3assist.sessions import Session, SessionStore


class SessionKeeper:
    """Remembers what is not saved yet; `save` may be called from any thread."""

    def __init__(self) -> None:
        self.store: SessionStore | None = None
        self._newest: Session | None = None
        self._saved: Session | None = None
        self._lock = threading.Lock()

    def note(self, session: Session) -> None:
        """To be saved, unless a newer state comes first."""
        self._newest = session

    def forget(self) -> None:
        """Save nothing more of what was noted."""
        self._newest = None

    def save(self) -> tuple[Session, Session] | None:
        """Write down what is not saved yet.

        Returns:
            The session that was written, and the one to go on with; None if there was none.

        Raises:
            OSError: the folder can't be written to.
        """
        with self._lock:
            session = self._newest
            if session is None or session is self._saved or self.store is None:
                return None
            written = self.store.save(session)
            self._saved = session  # not before: what can't be written now is tried again
            return session, written
