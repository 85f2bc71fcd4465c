"""`s3assist serve`: the terminal screen in a browser."""

from __future__ import annotations

import click

from s3assist.cli.options import settings, shared_options


@click.command(short_help="Show the terminal screen in a browser, on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--token",
    default="",
    metavar="TEXT",
    help="Serve only who gives this token; `new` makes one. Needed on any other address.",
)
@shared_options
def serve(host: str, port: int, token: str) -> None:
    """Show the terminal screen in a browser; nothing is loaded from the web.

    Whoever opens the page can read all documents and saved conversations. So it is served to this
    machine only, unless there is a token, which every request must then carry. Traffic is not
    encrypted: across a network put it behind an SSH tunnel or a proxy with HTTPS.

    \b
    Examples:
      s3assist serve
      s3assist serve --host 0.0.0.0 --port 8080 --token new
    """
    from s3assist.serve.guard import checked_token

    checked = checked_token(host, token)
    used = settings()
    # Every screen is a process of its own, with the folders of this one.
    arguments = ["chat", "--corpus", str(used.corpus), "--index", str(used.index)]

    from s3assist.serve.server import ScreenServer

    server = ScreenServer(
        arguments,
        host=host,
        port=port,
        token=checked,
        tell=lambda line: click.echo(line, err=True),
    )
    server.serve()
