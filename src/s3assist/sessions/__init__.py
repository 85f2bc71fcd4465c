"""Saved conversations: what they hold, how they are written down, and the folder they are in."""

from s3assist.sessions.record import recheck, recheck_session
from s3assist.sessions.session import Session
from s3assist.sessions.store import SessionStore, SessionSummary

__all__ = ["Session", "SessionStore", "SessionSummary", "recheck", "recheck_session"]
