"""`s3assist chat`: the terminal screen."""

from __future__ import annotations

import click

from s3assist.cli.options import settings, shared_options


@click.command(short_help="Open the terminal screen: ask, read the sources, keep quotes.")
@shared_options
def chat() -> None:
    """Ask questions one after the other, with the source of each quote beside it.

    \b
    Example:
      s3assist chat
    """
    from s3assist.tui.app import S3AssistApp

    S3AssistApp(settings()).run()
