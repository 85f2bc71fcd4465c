"""Work in daemon threads: quitting never waits for it, and a bug in it ends the app aloud."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.message_pump import MessagePump


@dataclass
class Crashed(Message):
    """Something failed in a thread that nobody expected to fail."""

    error: Exception


def run_behind(owner: MessagePump, name: str, work: Callable[[], None]) -> threading.Thread:
    """Run `work` in a daemon thread; what it raises is posted to `owner`."""

    def guarded() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - in a thread it would be lost; the app raises it
            owner.post_message(Crashed(error))

    thread = threading.Thread(target=guarded, daemon=True, name=name)
    thread.start()
    return thread
