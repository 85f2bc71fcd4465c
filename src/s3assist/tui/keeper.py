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
        self._unsaved: Session | None = None
        self._lock = threading.Lock()

    def note(self, session: Session) -> None:
        """To be saved, unless a newer state comes first."""
        self._unsaved = session

    def save(self) -> None:
        """Write down what is not saved yet.

        Raises:
            OSError: the folder can't be written to.
        """
        with self._lock:
            session, self._unsaved = self._unsaved, None
            if session is not None and self.store is not None:
                self.store.save(session)
