from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from aiohttp.test_utils import TestServer
from click.testing import CliRunner
from conftest import Library
from yarl import URL

from s3assist.cli.root import cli
from s3assist.errors import ConfigError
from s3assist.serve.guard import COOKIE, NEW, checked_token, is_loopback
from s3assist.serve.server import ScreenServer, cannot_listen

TOKEN = "a-token-that-is-long-enough"  # noqa: S105
QUESTION = "How many clusters did the programme of the ministry select?"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.3", "localhost", "::1", "[::1]"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    assert checked_token(host, "") == ""


OTHER = ["0.0.0.0", "::", "192.168.1.5", "example.eu", "127.0.0.1.eu", ""]  # noqa: S104


@pytest.mark.parametrize("host", OTHER)
def test_any_other_address_is_refused_without_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match="could read all documents"):
        checked_token(host, "")
    refused = CliRunner().invoke(cli, ["serve", "--host", host])

    assert refused.exit_code == 2
    assert "--token new" in refused.stderr


def test_tokens_are_long_and_new_ones_differ() -> None:
    made = {checked_token("0.0.0.0", NEW) for _ in range(3)}  # noqa: S104

    assert len(made) == 3
    assert min(map(len, made)) >= 32
    assert checked_token("0.0.0.0", TOKEN) == TOKEN  # noqa: S104
    for bad in ("short", "with a line\nbreak in it", "émile-émile-émile"):
        with pytest.raises(ConfigError, match="16 or more"):
            checked_token("127.0.0.1", bad)


@pytest.mark.parametrize("token", ["kX+3vQ/9ZbT+7hLmA1==", "abcdefghij&klmnopqrst#uvw%"])
def test_the_printed_address_has_the_token_as_a_browser_sends_it(token: str) -> None:
    server = ScreenServer([], host="127.0.0.1", port=8765, token=token, tell=lambda line: None)

    assert URL(server.address).query["token"] == token


def test_an_address_is_printed_only_where_something_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = CliRunner().invoke(cli, ["serve", "--port", str(port)])

    assert refused.exit_code == 2
    assert "Open http" not in refused.stderr
    assert f"error: Another program listens on port {port} already" in refused.stderr
    assert "hint: Choose another one, e.g. `--port" in refused.stderr


def test_an_unknown_host_is_blamed_on_its_option() -> None:
    refused = CliRunner().invoke(cli, ["serve", "--host", "no.such.invalid", "--token", TOKEN])

    assert refused.exit_code == 2
    assert "Open http" not in refused.stderr
    assert "error: This machine can't listen at no.such.invalid: " in refused.stderr
    assert "hint: Set `--host` to" in refused.stderr


@pytest.mark.parametrize(
    ("number", "hint"), [(errno.EACCES, "--port 8000"), (errno.EADDRNOTAVAIL, "--host")]
)
def test_what_may_not_be_listened_on_names_its_option(number: int, hint: str) -> None:
    assert hint in cannot_listen("127.0.0.1", 80, OSError(number, "no")).hint


# The guard, over real connections -----------------------------------------------------------------

Visit = Callable[[ClientSession, str], Awaitable[None]]


def visit(token: str, visitor: Visit) -> None:
    """Run a visitor against a server that would start `true` as its screen."""

    start, started = asyncio.create_subprocess_shell, []

    async def noting(*arguments: Any, **options: Any) -> Process:
        started.append(await start(*arguments, **options))
        return started[-1]

    async def run() -> None:
        server = ScreenServer([], host="127.0.0.1", port=0, token=token, tell=lambda line: None)
        server.command = "true"
        app = await server._make_app()
        async with TestServer(app) as running, ClientSession() as session:
            await visitor(session, f"http://127.0.0.1:{running.port}")
        for process in started:  # else the loop may end before it hears of their end
            await process.wait()
        await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_shell", noting)
        asyncio.run(run())


async def status(session: ClientSession, url: str, **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with session.get(url, headers=names, allow_redirects=False) as response:
        return response.status


async def handshake(session: ClientSession, base: str, **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        async with session.ws_connect(f"{base}/ws?width=80&height=24", headers=names):
            return 101
    except WSServerHandshakeError as refused:
        return refused.status


EVERY_PATH = ("/", "/ws", "/static/js/textual.js", "/download/x", "/nothing")


def test_without_the_token_nothing_is_served() -> None:
    async def visitor(session: ClientSession, base: str) -> None:
        for path in EVERY_PATH:
            assert await status(session, base + path) == 401
            assert await status(session, f"{base}{path}?token={TOKEN}x") == 401
            assert await status(session, base + path, Cookie=f"{COOKIE}={TOKEN[:-1]}") == 401
            assert await status(session, base + path, Authorization=f"Bearer {TOKEN}é") == 401
        assert await handshake(session, base, Origin=base) == 401
        assert await handshake(session, base, Origin=base, Cookie=f"{COOKIE}=") == 401

    visit(TOKEN, visitor)


def test_with_the_token_the_page_and_its_websocket_are_served() -> None:
    async def visitor(session: ClientSession, base: str) -> None:
        async with session.get(f"{base}/?token={TOKEN}", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "/")
            cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        value = cookie.partition(";")[0]
        assert await status(session, f"{base}/", Cookie=value) == 200
        assert await status(session, f"{base}/static/js/textual.js", Cookie=value) == 200
        assert await status(session, f"{base}/", Authorization=f"Bearer {TOKEN}") == 200
        assert await handshake(session, base, Cookie=value, Origin=base) == 101
        elsewhere = "https://a.example"
        assert await handshake(session, base, Cookie=value, Origin=elsewhere) == 403

    visit(TOKEN, visitor)


def test_no_page_of_the_web_can_drive_the_screen_of_this_machine() -> None:
    async def visitor(session: ClientSession, base: str) -> None:
        port = base.rpartition(":")[2]
        assert await handshake(session, base, Origin=base) == 101
        assert await handshake(session, base, Origin="https://a.example") == 403
        assert await handshake(session, base, Origin="null") == 403
        assert await handshake(session, base) == 403
        # A name of somebody's own that was made to point here (DNS rebinding).
        rebound = f"a.example:{port}"
        assert await status(session, f"{base}/", Host=rebound) == 403
        assert await handshake(session, base, Host=rebound, Origin=f"http://{rebound}") == 403
        assert await status(session, f"{base}/", Host=f"localhost:{port}") == 200

    visit("", visitor)


def test_the_page_names_nothing_on_the_web_and_forbids_it() -> None:
    async def visitor(session: ClientSession, base: str) -> None:
        async with session.get(f"{base}/") as response:
            page = await response.text()
            policy = response.headers["Content-Security-Policy"]
        assert "//" not in page.replace("${scheme}//${location.host}", "")
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy

    visit("", visitor)


# The whole way, with a browser --------------------------------------------------------------------

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 300
"""Seconds after which the test gives up; nothing passes or fails by being faster."""
EXPOSED = "window.screenOfTest=this.terminal=new "
AROUND = ("National cluster programmes.", "France recognised the first poles")
"""What the document says before and after the quote, on other pages."""
READ_SCREEN = """() => {
    const buffer = window.screenOfTest?.buffer.active;
    if (!buffer) return "";
    return Array.from({length: buffer.length}, (_, i) => buffer.getLine(i).translateToString(true))
        .join("\\n");
}"""
"""What xterm.js shows, as text: the page itself draws it on a canvas."""


def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail("no Chromium, and REQUIRE_CHROMIUM is set")
        pytest.skip(f"needs a browser: one of {', '.join(NAMES)}")
    return found


@contextmanager
def served(library: Library, folder: Path, *options: str) -> Iterator[str]:
    """The address that `s3assist serve` prints, while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "S3ASSIST_SESSIONS": str(folder / "sessions"),
        "S3ASSIST_BAR": "0",
        "S3ASSIST_MAX_QUOTES": "1",
    }
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "s3assist", "serve", "--port", str(port), *options, *library.flags],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split()[1]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.communicate()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts the server with a signal")
def test_a_browser_asks_sees_the_quote_and_opens_the_source(
    library: Library, tmp_path: Path
) -> None:
    browser_path = chromium()
    from playwright.sync_api import sync_playwright

    with served(library, tmp_path, "--token", TOKEN) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        )
        page = browser.new_page(viewport={"width": 880, "height": 640})  # the narrow layout
        asked_for: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: asked_for.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.route(
            "**/textual.js",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                body=answer.text().replace("this.terminal=new ", EXPOSED, 1),
            ),
        )

        def until(*words: str) -> str:
            """The screen once it shows all of these."""
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                screen = str(page.evaluate(READ_SCREEN))
                if all(word in screen for word in words):
                    return screen
                page.wait_for_timeout(100)
            raise AssertionError(f"{words} never came:\n{page.evaluate(READ_SCREEN)}\n{problems}")

        page.goto(address)
        until("4 documents")
        page.locator(".xterm-screen").click()
        page.keyboard.type(QUESTION)
        until(QUESTION)
        page.keyboard.press("Enter")
        answered = until("selected 15 clusters in three rounds", "✓ verified", "p. 1 (PDF 2)")
        page.keyboard.press("ArrowUp")
        until("⏎ Source", "Original")  # the keys of a quote: it has the focus now
        page.keyboard.press("Enter")
        until(*AROUND)
        browser.close()

    assert not any(words in answered for words in AROUND)
    assert problems == []
    base = address.partition("?")[0]
    assert asked_for
    assert all(url.startswith((base, "data:")) for url in asked_for), asked_for
    assert [url for url in asked_for if "RobotoMono" in url]
    assert list((tmp_path / "sessions").glob("*.json"))
