"""textual-serve with a guard before it and a page that loads nothing from the web."""

from __future__ import annotations

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

from s3assist.serve.guard import NONCE, PARAMETER, Guard, add_headers

TEMPLATES = Path(__file__).parent / "templates"
FONT_SIZE = 16


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

    async def on_startup(self, app: web.Application) -> None:
        self._tell(f"Open {self.address} in a browser. Ctrl+C ends.")

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


def in_a_shell(words: Sequence[str]) -> str:
    """A command line for the shell that textual-serve starts screens with."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
