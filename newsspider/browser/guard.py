"""Refuses requests from elsewhere, and limits what a browser may do with an answer: the security rules of every page.

What is shown was written by strangers. So no page runs a script, loads anything from elsewhere or is framed by another,
and nobody but this machine's own browser, on a page of this server, is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOSTS = ("127.0.0.1", "localhost")
_MAX_BODY = 1 << 14
"""Bytes of a form; ours has a field or two."""

_POLICY = (
    "default-src 'none'; style-src 'self'{styles}; img-src 'self'; frame-src {frames}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LOCKED = "default-src 'none'; sandbox"
"""For what is not a page of ours: a picture, a download."""

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-dns-prefetch-control", b"off"),
    (b"cache-control", b"no-store"),
]


def policy(*, frames: str | None = None, styles: str = "") -> str:
    """Return the Content-Security-Policy of a page; *frames* is the origin of a replayed page in it.

    To that leads an address of this server, which may be framed as well.
    """
    return _POLICY.format(frames=f"'self' {frames}" if frames else "'none'", styles=f" {styles}" if styles else "")


class Guard:
    """ASGI middleware: refuses what comes from elsewhere, and sets the headers that every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refused := _refusal(scope):
            await _refuse(send, *refused)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if not any(name == b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", policy().encode()))
                message = {**message, "headers": headers + _HEADERS}
            await send(message)

        await self._app(scope, receive, guarded)


def _refusal(scope: Scope) -> tuple[int, str] | None:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name not in _HOSTS:  # as when somebody lets a name of his own point here, to read what is archived
        return 403, "This server answers to 127.0.0.1 only."
    fetched_by = headers.get(b"sec-fetch-site", "same-origin")
    if scope["method"] == "POST":
        if headers.get(b"origin", f"http://{host}") != f"http://{host}" or fetched_by != "same-origin":
            return 403, "Only a page of this server may ask for that."
        size = headers.get(b"content-length", "")
        if not size.isdecimal() or int(size) > _MAX_BODY:
            return 413, "This server takes a form of at most 16 kB that states its length."
    elif scope["method"] not in ("GET", "HEAD"):
        return 405, "This server takes GET, HEAD, and POST of its own forms."
    elif fetched_by not in ("same-origin", "none") and headers.get(b"sec-fetch-dest") != "document":
        # A link may lead here from anywhere; nothing else may take what is here.
        return 403, "Another site may link to this page, and do nothing else with it."
    return None


async def _refuse(send: Send, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"content-security-policy", LOCKED.encode()),
    ]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))  # RFC 9110, 15.5.6
    await send({"type": "http.response.start", "status": status, "headers": headers + _HEADERS})
    await send({"type": "http.response.body", "body": body})
