"""Who may use the served screen: whoever shows it can read every document of the index.

Without a token only this machine is served, under a name that is this machine's, so that no page
of the web can reach it by a name of its own. With a token every request must carry it. A websocket
is opened by this server's own pages only: browsers let any page open one to anywhere.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from s3assist.errors import ConfigError

PARAMETER = "token"
COOKIE = "s3assist-token"
SHORTEST = 16
"""Characters of a token."""
NEW = "new"
"""Asks for a token that nobody can guess."""
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'; object-src 'none'"
)

NONCE = web.RequestKey("nonce", str)
"""Of the page's own script."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine and no other can reach it."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def checked_token(host: str, token: str) -> str:
    """The token that requests must carry; empty when none is needed.

    Raises:
        ConfigError: other machines could reach the screen without one, or it is too short.
    """
    if token == NEW:
        return secrets.token_urlsafe(24)
    if not token and not is_loopback(host):
        raise ConfigError(
            f"Everybody who reaches {host} could read all documents",
            hint="Add `--token new`, or serve on 127.0.0.1 and reach it through an SSH tunnel.",
        )
    if token and (len(token) < SHORTEST or not token.isascii() or not token.isprintable()):
        raise ConfigError(
            f"A token has {SHORTEST} or more characters of ASCII",
            hint="`--token new` makes one that nobody can guess.",
        )
    return token


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets requests through to the handlers, or not."""

    token: str = ""

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.check_host(request)
            given = request.query.get(PARAMETER, "")
            if self.token and given:
                self.check_token(given)
                # From now on the cookie carries it: it stays out of the history and of referrers.
                answer = web.HTTPSeeOther(request.path)
                answer.set_cookie(
                    COOKIE,
                    self.token,
                    httponly=True,
                    samesite="Lax",
                    secure=request.secure,
                )
                raise answer
            if self.token:
                self.check_token(bearer(request) or request.cookies.get(COOKIE, ""))
            if request.headers.get("Upgrade", "").lower() == "websocket":
                self.check_origin(request)
            return await handler(request)

        return guarded

    def check_host(self, request: web.Request) -> None:
        """Without a token, refuse names that are not this machine's: they may point here too."""
        if not self.token and not is_loopback(host_of(f"//{request.headers.get('Host', '')}")):
            raise web.HTTPForbidden(text="This address is served under another name.")

    def check_token(self, given: str) -> None:
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode("utf-8")):
            raise web.HTTPUnauthorized(
                text="Open the address with its token, as `s3assist serve` printed it."
            )

    def check_origin(self, request: web.Request) -> None:
        origin = urlsplit(request.headers.get("Origin", ""))
        if not origin.netloc or origin.netloc.lower() != request.headers.get("Host", "").lower():
            raise web.HTTPForbidden(text="Only the page of this server may connect.")


def bearer(request: web.Request) -> str:
    """The token of an `Authorization` header, for programs."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer tells the browser: load nothing from elsewhere, be shown nowhere else."""
    policy = PAGE_POLICY.format(nonce=request.get(NONCE) or secrets.token_urlsafe(16))
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
