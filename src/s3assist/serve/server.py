"""textual-serve with a guard before it and a page that loads nothing from the web."""

from __future__ import annotations

import errno
import secrets
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from s3assist.errors import ConfigError
from s3assist.serve.guard import NONCE, PARAMETER, Guard, add_headers

TEMPLATES = Path(__file__).parent / "templates"
FONT_SIZE = 16
LAST_PORT = 65535


class ScreenServer(Server):
    """Serves the terminal screen; `serve` runs until it is interrupted."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        host: str,
        port: int,
        token: str,
        tell: Callable[[str], None],
    ) -> None:
        """
        Args:
            arguments: of the program, after its name: they start one screen.
            token: what requests must carry; empty for this machine alone.
            tell: shows a line to whoever started the server.
        """
        super().__init__(
            in_a_shell([sys.executable, "-m", "s3assist", *arguments]),
            host=host,
            port=port,
            title="S3Assist",
            templates_path=TEMPLATES,
        )
        self._guard = Guard(token)
        self._tell = tell

    @property
    def address(self) -> str:
        """What is opened in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        token = quote(self._guard.token, safe="")
        query = f"?{PARAMETER}={token}" if token else ""
        return f"http://{host}:{self.port}/{query}"

    def initialize_logging(self) -> None:
        """Leave logging as the program has it: the library would log values of variables."""

    def serve(self, debug: bool = False) -> None:
        """Serve until interrupted, and say where once that is true: the library's own is silent.

        Raises:
            ConfigError: this machine can't listen there.
        """
        try:
            web.run_app(
                self._make_app(),
                host=self.host,
                port=self.port,
                print=lambda _: self._tell(f"Open {self.address} in a browser. Ctrl+C ends."),
            )
        except OSError as error:
            raise cannot_listen(self.host, self.port, error) from error

    async def on_startup(self, app: web.Application) -> None:
        """The library would draw a banner, before the address is known to be free."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard.middleware)
        app.on_response_prepare.append(add_headers)
        return app

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page; it finds the websocket where it came from itself, behind any tunnel."""
        nonce = request[NONCE] = secrets.token_urlsafe(16)
        context = {"title": self.title, "font_size": FONT_SIZE, "nonce": nonce}
        return aiohttp_jinja2.render_template("app_index.html", request, context)


def cannot_listen(host: str, port: int, error: OSError) -> ConfigError:
    """What is wrong with where to listen, and the option that changes it."""
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Another program listens on port {port} already",
            hint=f"Choose another one, e.g. `--port {port + 1 if port < LAST_PORT else port - 1}`.",
        )
    if error.errno == errno.EACCES:
        return ConfigError(
            f"You may not listen on port {port}",
            hint="Choose one above 1023, e.g. `--port 8000`.",
        )
    return ConfigError(
        f"This machine can't listen at {host}: {error.strerror or error}",
        hint="Set `--host` to one of its own addresses, e.g. `--host 127.0.0.1`.",
    )


def in_a_shell(words: Sequence[str]) -> str:
    """A command line for the shell that textual-serve starts screens with."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
