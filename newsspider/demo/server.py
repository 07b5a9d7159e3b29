"""Serves the demo site over HTTP/1.1 on loopback, with and without TLS, fast enough to put a crawler under load.

Answers are framed and compressed once, before the first visitor comes; a request then costs a look-up and a write.
Only what a crawler needs is here: GET and HEAD, keep-alive, pipelined requests in their order, conditional
requests by ETag. ``GET /__stats`` is the demo's own, on no real site: what was asked so far, as JSON (``counts.py``);
it is not counted.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from newsspider.demo import harbour, jiangcheng
from newsspider.demo.certificate import server_context
from newsspider.demo.counts import ServerCounts
from newsspider.demo.harbour import Harbour
from newsspider.demo.jiangcheng import Jiangcheng
from newsspider.demo.site import HOSTS as KANKANEWS
from newsspider.demo.site import ServedPage, Transfer
from newsspider.demo.stories import HOST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

STATS = "/__stats"
MAX_HEAD = 64 * 1024
CHUNK = 4000
"""Bytes in a chunk of a chunked answer; no multiple of three, so that chunks end inside Chinese characters."""


_BARE_HOSTS = {
    host.removeprefix("www."): host for host in (HOST, harbour.HOST, jiangcheng.HOST)
}
"""Lead to the name with www."""
HOSTS = tuple(dict.fromkeys((*KANKANEWS, *_BARE_HOSTS.values(), *_BARE_HOSTS)))
_UNCOMPRESSED: dict[Transfer, Transfer] = {
    "gzip": "plain",
    "chunked-gzip": "chunked",
    "chunked": "chunked",
    "plain": "plain",
}

_REQUEST_LINE = re.compile(rb"([A-Z]+) (/[!-~]*) HTTP/(1\.[01])\r\n")
# A header field wherever it stands in the block; what follows the colon is its value.
_HOST, _CONNECTION, _ACCEPT_ENCODING, _IF_NONE_MATCH = (
    re.compile(rb"\r\n" + name + rb":[ \t]*([^\r\n]*)", re.IGNORECASE)
    for name in (b"Host", b"Connection", b"Accept-Encoding", b"If-None-Match")
)


class Served(Protocol):
    """Pages by their request targets."""

    def targets(self) -> tuple[str, ...]: ...

    def page(self, target: str) -> ServedPage | None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the demo server."""

    http: int
    https: int

    def connect_to(self) -> str:
        """The ``CONNECT_TO`` setting that leads a crawler of the real host names here."""
        return ",".join(
            f"{host}:{port}:127.0.0.1:{here}" for host in HOSTS for port, here in ((80, self.http), (443, self.https))
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response in the forms that are sent: the same status, with headers and body or without."""

    status: int
    etag: str
    head: bytes
    body: bytes
    unmodified: bytes


@asynccontextmanager
async def serve(
    site: Served, *, delay: float = 0.0, redirect_to_https: bool = True
) -> AsyncIterator[tuple[Ports, ServerCounts]]:
    """Serve a site, and the two examples under their own names, on two free ports of 127.0.0.1 for a while.

    *delay* is how many seconds every answer waits. *redirect_to_https*: http answers with a 301 to the same
    address under https, as the real site does; otherwise with the page itself.
    """
    loop = asyncio.get_running_loop()
    answers, counts = _Answers(site), ServerCounts()
    examples = {harbour.HOST: _Answers(Harbour()), jiangcheng.HOST: _Answers(Jiangcheng())}

    def plain() -> _Visitor:
        return _Visitor(answers, examples, counts, scheme="http", delay=delay, redirect=redirect_to_https)

    def secure() -> _Visitor:
        return _Visitor(answers, examples, counts, scheme="https", delay=delay, redirect=False)

    http = await loop.create_server(plain, "127.0.0.1", 0, backlog=1024)
    https = await loop.create_server(secure, "127.0.0.1", 0, backlog=1024, ssl=server_context(HOSTS))
    async with http, https:
        yield Ports(*(server.sockets[0].getsockname()[1] for server in (http, https))), counts


class _Visitor(asyncio.Protocol):
    """One connection: requests in, one at a time, answers out in their order."""

    _transport: asyncio.Transport

    def __init__(
        self,
        answers: _Answers,
        examples: Mapping[str, _Answers],
        counts: ServerCounts,
        *,
        scheme: str,
        delay: float,
        redirect: bool,
    ):
        self._answers = answers
        self._examples = examples
        self._counts = counts
        self._scheme = scheme
        self._delay = delay
        self._redirect = redirect
        self._received = bytearray()
        self._answering = False
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._read()

    def _read(self) -> None:
        """Take the next request that has arrived whole, unless one is being answered."""
        while not self._answering and not self._transport.is_closing():
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                if len(self._received) > MAX_HEAD:
                    self._refuse(431)
                return
            head = bytes(self._received[: end + 2])
            del self._received[: end + 4]
            self._begin(head)

    def _begin(self, head: bytes) -> None:
        match = _REQUEST_LINE.match(head)
        if match is None:
            self._refuse(400)
            return
        method, target, version = (part.decode("latin-1") for part in match.groups())
        if method not in {"GET", "HEAD"}:
            self._refuse(405)
            return
        host = _field(_HOST, head).partition(":")[0].lower()
        close = version == "1.0" or "close" in _field(_CONNECTION, head).lower()
        if target == STATS:
            self._transport.write(_stats(self._counts))
            return
        self._counts.begin(host=host, url=f"{self._scheme}://{host}{target}", now=self._loop.time())
        answer = self._answer(host, target, gzip_accepted="gzip" in _field(_ACCEPT_ENCODING, head))
        unmodified = answer.status == 200 and answer.etag in _field(_IF_NONE_MATCH, head)
        status = 304 if unmodified else answer.status
        wire = answer.unmodified if unmodified else answer.head + (answer.body if method == "GET" else b"")
        if self._delay:
            self._answering = True
            self._loop.call_later(self._delay, self._finish_late, host, status, wire, close)
        else:
            self._finish(host, status, wire, close)

    def _answer(self, host: str, target: str, *, gzip_accepted: bool) -> Answer:
        if self._redirect or host in _BARE_HOSTS:
            name = _BARE_HOSTS.get(host, host)
            return frame(ServedPage(body=b"", content_type="text/html", status=301, location=f"https://{name}{target}"))
        answers = self._examples.get(host, self._answers)
        return answers.get(target, gzip_accepted=gzip_accepted)

    def _finish(self, host: str, status: int, wire: bytes, close: bool) -> None:
        self._counts.end(host=host, status=status)
        self._transport.write(wire)
        if close:
            self._transport.close()

    def _finish_late(self, host: str, status: int, wire: bytes, close: bool) -> None:
        self._answering = False
        self._finish(host, status, wire, close)
        self._read()

    def _refuse(self, status: int) -> None:
        self._transport.write(_head(status, ["Connection: close", "Content-Length: 0"]))
        self._transport.close()


class _Answers:
    """Every answer the site can give, made ahead where there is a page, on demand for pictures and the rest."""

    def __init__(self, site: Served):
        self._site = site
        self._ready = {target: frame(page) for target in site.targets() if (page := site.page(target))}
        self._not_found = frame(ServedPage(body=b"not here\n", content_type="text/plain", status=404))

    def get(self, target: str, *, gzip_accepted: bool) -> Answer:
        """The answer for a target; a query that selects nothing is ignored."""
        ready = self._ready.get(target) or self._ready.get(target.partition("?")[0])
        if ready and gzip_accepted:
            return ready
        page = self._site.page(target)
        if page is None:
            return self._not_found
        return frame(page if gzip_accepted else replace(page, transfer=_UNCOMPRESSED[page.transfer]))


def frame(page: ServedPage) -> Answer:
    """A page as it goes over the wire."""
    body = page.body
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = [
        "Server: newsspider-demo",
        f"Content-Type: {page.content_type}",
        f"Last-Modified: {format_datetime(page.modified.astimezone(UTC), usegmt=True)}",
        f"ETag: {etag}",
        "Vary: Accept-Encoding",
    ]
    if page.location:
        headers.append(f"Location: {page.location}")
    if "gzip" in page.transfer:
        body = gzip.compress(body, 6, mtime=0)
        headers.append("Content-Encoding: gzip")
    if "chunked" in page.transfer:
        body = b"".join(_chunks(body))
        headers.append("Transfer-Encoding: chunked")
    else:
        headers.append(f"Content-Length: {len(body)}")
    return Answer(
        status=page.status,
        etag=etag,
        head=_head(page.status, headers),
        body=body,
        unmodified=_head(304, [f"ETag: {etag}"]),
    )


def _field(name: re.Pattern[bytes], head: bytes) -> str:
    match = name.search(head)
    return match[1].decode("latin-1") if match else ""


def _stats(counts: ServerCounts) -> bytes:
    body = json.dumps(counts.as_json(), ensure_ascii=False).encode() + b"\n"
    return _head(200, ["Content-Type: application/json", f"Content-Length: {len(body)}"]) + body


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK):
        piece = body[start : start + CHUNK]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _head(status: int, headers: list[str]) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *headers, "", ""]).encode("latin-1")
