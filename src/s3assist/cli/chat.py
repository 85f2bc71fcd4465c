"""`s3assist chat`: the terminal screen, or the same conversation line by line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from s3assist.cli.options import assistant, filter_options, settings, shared_options

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters


@click.command(short_help="Ask one question after another, in a conversation that is saved.")
@click.option(
    "--plain",
    is_flag=True,
    help="Line by line, for screen readers; so it is without a terminal too.",
)
@click.option("--session", metavar="NAME", help="Go on with a saved conversation, or `last`.")
@filter_options
@shared_options
def chat(plain: bool, session: str | None, filters: Filters) -> None:
    """Ask questions one after the other, with the source of each quote beside it.

    The conversation is saved; `s3assist sessions` lists what there is. With --plain, or when input
    or output is no terminal, it is held line by line: type /help there.

    \b
    Examples:
      s3assist chat
      s3assist chat --plain --session last
    """
    if plain or not has_screen():
        plain_chat(session, filters)
        return
    from s3assist.tui.app import S3AssistApp

    app = S3AssistApp(settings(), session=session, filters=filters)
    app.run()
    sys.exit(app.return_code)  # Textual prints the traceback of a crash, and ends like a success


def has_screen() -> bool:
    """Whether a full screen can be shown: on a terminal, or by a driver that Textual was given."""
    if "TEXTUAL_DRIVER" in os.environ:
        return True
    dumb = os.environ.get("TERM", "") == "dumb"
    return sys.stdin.isatty() and sys.stdout.isatty() and not dumb


def plain_chat(session: str | None, filters: Filters) -> None:
    from s3assist.cli.plain import PlainChat
    from s3assist.sessions import Session, SessionStore

    store = SessionStore(settings().sessions_folder)
    with assistant() as opened:
        if session is None:
            begun = Session.begin(filters)
        else:
            begun = store.load(store.find(session), opened.trace)
            if filters:
                begun = begun.with_filters(filters)
        PlainChat(opened, store, begun).run()
