"""What the wire server answers, byte for byte: one case an oddity of HTTP as servers really speak it.

A case says what goes over the wire, and what an archive of it has to say: whether the exchange is complete, how it was
cut short, what the payload is. All of it is written by hand; nothing is taken from the program under test.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Endlessly:
    """Send the same bytes again and again until the client has had enough."""

    data: bytes


class Then(Enum):
    """What becomes of the connection at the end of a script."""

    KEEP = auto()
    """It stays open for the next request."""
    CLOSE = auto()
    """The server closes it in order (under TLS with a close_notify)."""
    RESET = auto()
    """The server resets it: what the client has not read by then is lost, so a pause goes before."""
    STALL = auto()
    """Nothing more comes, and nothing is closed, until the client goes."""


Step = bytes | Pause | Endlessly | Then
Script = tuple[Step, ...]
"""What is done after the request has arrived whole. Each ``bytes`` is a segment of its own; at the
end KEEP, if nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    """Its path is ``/<name>``."""
    script: Script
    reused: Script | None = None
    """Done instead when the connection has served another request before."""
    first: Script | None = None
    """Done instead the first time that it is asked for."""
    method: str = "GET"
    request_body: bytes = b""
    status: int | None = 200
    """Status code of the final response; None when no status line arrives that could be read."""
    payload: bytes | None
    """The entity body as it arrived: transfer-decoded, content-encoding kept. None when no response began."""
    truncated: Literal["length", "time", "disconnect", "unspecified"] | None = None
    """``WARC-Truncated`` of the response record."""
    captured: Literal["whole", "start", "nothing"] = "whole"
    """How much of what the server sent a client can have received: all, a beginning that the client chooses, none."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Scrapy settings without which the case does not show."""
    same_payload_as: str | None = None
    """Name of an earlier case with this very payload: an archive may write a revisit of that."""

    @property
    def path(self) -> str:
        return f"/{self.name}"

    @property
    def complete(self) -> bool:
        return self.truncated is None and self.captured == "whole"

    @property
    def wire(self) -> bytes:
        """All the bytes that the script sends; of an endless one up to where it begins to repeat itself."""
        return b"".join(step for step in self.script if isinstance(step, bytes))


def page(name: str) -> bytes:
    """An HTML page of about 2 kB that belongs to one case alone, so that payloads are equal only where a case says so.

    Long enough for a payload to be worth a revisit, and of characters that take three bytes each.
    """
    text = f"<p>{name}：这一页是为测试而写的，里面没有新闻。</p>\n" * 24
    return f"<!doctype html><meta charset=utf-8><title>{name}</title>\n{text}".encode()


def chunked(body: bytes, size: int) -> bytes:
    """A body in chunks of so many bytes, and the last chunk."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _drip(data: bytes, seconds: float) -> Script:
    return tuple(step for byte in data for step in (bytes([byte]), Pause(seconds)))


def _ok(*headers: bytes, body: bytes) -> bytes:
    """A plain 200 with its length."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: text/html; charset=utf-8", *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


def _ok_chunked(*headers: bytes, wire: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: text/html; charset=utf-8", *headers, b"Transfer-Encoding: chunked"]
    return b"\r\n".join([*lines, b"", wire])


_CHUNKED = page("chunked")
_GZIPPED = gzip.compress(page("gzip"), mtime=0)
_CHUNKED_GZIPPED = gzip.compress(page("chunked-gzip"), mtime=0)
_DEFLATED = zlib.compress(page("deflate"))
_BOMB = gzip.compress(bytes(16 * 1024 * 1024), mtime=0)
_LARGE = bytes(range(256)) * 12 * 1024  # 3 MiB
_CUT = page("chunked-cut-short")
_HALF = len(page("x")) // 2


CASES: tuple[Case, ...] = (
    # ------------------------------------------------ thirteen that no archiver but one had right
    Case(name="plain", script=(_ok(body=page("plain")),), payload=page("plain")),
    Case(name="chunked-small", script=(_ok_chunked(wire=chunked(_CHUNKED, 100)),), payload=_CHUNKED),
    Case(
        name="chunked-large",
        script=(_ok_chunked(wire=chunked(_CHUNKED, 1000)),),
        payload=_CHUNKED,
        same_payload_as="chunked-small",
    ),
    Case(
        name="chunked-gzip",
        script=(_ok_chunked(b"Content-Encoding: gzip", wire=chunked(_CHUNKED_GZIPPED, 37)),),
        payload=_CHUNKED_GZIPPED,
    ),
    Case(name="gzip", script=(_ok(b"Content-Encoding: gzip", body=_GZIPPED),), payload=_GZIPPED),
    Case(name="same-payload-one", script=(_ok(body=page("same-payload")),), payload=page("same-payload")),
    Case(
        name="same-payload-two",
        script=(_ok(b"X-Other: headers may differ", body=page("same-payload")),),
        payload=page("same-payload"),
        same_payload_as="same-payload-one",
    ),
    Case(
        name="redirect",
        script=(b"HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 5\r\n\r\nmoved",),
        status=302,
        payload=b"moved",
    ),
    Case(name="no-content", script=(b"HTTP/1.1 204 No Content\r\nX-Empty: yes\r\n\r\n",), status=204, payload=b""),
    Case(
        name="odd-reason",
        script=(b"HTTP/1.1 404 Nope,  nothing here (sorry)\r\nContent-Length: 4\r\n\r\ngone",),
        status=404,
        payload=b"gone",
    ),
    Case(
        name="cookies",
        script=(
            (
                b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nX-Between: the two\r\nset-cookie: b=2; HttpOnly\r\n"
                b"Content-Length: 7\r\nSET-COOKIE: a=3\r\n\r\ncookies"
            ),
        ),
        payload=b"cookies",
    ),
    Case(
        name="cut-short",
        script=(_ok(body=page("cut-short"))[:-_HALF], Then.CLOSE),
        payload=page("cut-short")[:-_HALF],
        truncated="disconnect",
    ),
    Case(
        name="utf8-header",
        script=(_ok("X-Title: 看看新闻，早安".encode(), body=page("utf8-header")),),
        payload=page("utf8-header"),
    ),
    # ------------------------------------------------ header blocks
    Case(
        name="header-case",
        script=(b"HTTP/1.1 200 OK\r\ncOnTeNt-TyPe: text/plain\r\nCONTENT-LENGTH: 4\r\nx-LOWER: Value\r\n\r\ncase",),
        payload=b"case",
    ),
    Case(
        name="header-space",
        script=(
            (
                b"HTTP/1.1 200 OK\r\nX-Wide:    three   spaces  \r\nX-None:none\r\n"
                b"X-Tab:\tTab\t\r\nContent-Length: 5\r\n\r\nspace"
            ),
        ),
        payload=b"space",
    ),
    Case(
        name="header-folded",
        script=(b"HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\n\tthree\r\nContent-Length: 6\r\n\r\nfolded",),
        payload=b"folded",
    ),
    Case(
        name="header-latin1",
        script=(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xfcber\r\nContent-Length: 6\r\n\r\nlatin1",),
        payload=b"latin1",
    ),
    Case(
        name="header-without-colon",
        script=(b"HTTP/1.1 200 OK\r\nthis line has none\r\nContent-Length: 8\r\n\r\nno colon",),
        payload=b"no colon",
    ),
    Case(name="no-reason", script=(b"HTTP/1.1 200\r\nContent-Length: 9\r\n\r\nno reason",), payload=b"no reason"),
    Case(
        name="own-status",
        script=(b"HTTP/1.1 599 Own Invention\r\nContent-Length: 3\r\n\r\n599",),
        status=599,
        payload=b"599",
    ),
    Case(
        name="same-length-twice",
        script=(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\ntwice",),
        payload=b"twice",
    ),
    Case(
        name="early-hints",
        script=(
            b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
            Pause(0.05),
            _ok(body=page("early-hints")),
        ),
        payload=page("early-hints"),
    ),
    Case(
        name="http10-bare-lf",
        script=(b"HTTP/1.0 200 OK\nContent-Type: text/plain\nX-Bare: LF\n\nold and whole", Then.CLOSE),
        payload=b"old and whole",
    ),
    Case(
        name="until-close",
        script=(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("until-close"), Then.CLOSE),
        payload=page("until-close"),
    ),
    Case(
        name="huge-header",
        script=(b"HTTP/1.1 200 OK\r\nX-Huge: ", Endlessly(b"x" * 65536)),
        status=None,
        payload=None,
        truncated="length",
        captured="start",
        settings={"DOWNLOAD_TIMEOUT": "5"},  # in case the client has no limit of its own
    ),
    Case(
        name="not-http",
        script=(b"SSH-2.0-OpenSSH_9.2\r\n", Then.CLOSE),
        status=None,
        payload=None,
        truncated="unspecified",  # the client hung up on what is not HTTP
    ),
    # ------------------------------------------------ bodies and their framing
    Case(name="empty", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",), payload=b""),
    Case(name="deflate", script=(_ok(b"Content-Encoding: deflate", body=_DEFLATED),), payload=_DEFLATED),
    Case(
        name="chunk-extensions",
        script=(
            _ok_chunked(
                b"Trailer: X-Sum, X-More",
                wire=(
                    b'4;name=value\r\nWiki\r\n0005;a="b"\r\npedia\r\nA\r\n0123456789\r\n'
                    b"000;last\r\nX-Sum: 1\r\nx-MORE:2\r\n\r\n"
                ),
            ),
        ),
        payload=b"Wikipedia0123456789",
    ),
    Case(
        name="chunked-cut-short",  # 123 bytes into a chunk that promised 500
        script=(
            _ok_chunked(wire=chunked(_CUT[:1000], 500).removesuffix(b"0\r\n\r\n") + b"1f4\r\n" + _CUT[1000:1123]),
            Then.CLOSE,
        ),
        payload=_CUT[:1123],
        truncated="disconnect",
    ),
    Case(
        name="chunked-without-end",
        script=(_ok_chunked(wire=chunked(page("chunked-without-end"), 400).removesuffix(b"0\r\n\r\n")), Then.CLOSE),
        payload=page("chunked-without-end"),
        truncated="disconnect",
    ),
    Case(
        name="excess",
        script=(_ok(body=page("excess")) + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret", Then.CLOSE),
        payload=page("excess"),
    ),
    Case(
        name="gzip-in-name-only",
        script=(_ok(b"Content-Encoding: gzip", body=page("gzip-in-name-only")),),
        payload=page("gzip-in-name-only"),
    ),
    Case(
        name="gzip-bomb",
        script=(_ok(b"Content-Encoding: gzip", body=_BOMB),),
        payload=_BOMB,
        settings={"DOWNLOAD_MAXSIZE": "1048576"},
    ),
    Case(
        name="binary",
        script=(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 516\r\n\r\n"
            + bytes(range(256)) * 2
            + b"\r\n\r\n",
        ),
        payload=bytes(range(256)) * 2 + b"\r\n\r\n",
    ),
    Case(
        name="large",
        script=(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 3145728\r\n\r\n", _LARGE),
        payload=_LARGE,
    ),
    Case(
        name="large-chunked",
        script=(
            b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nTransfer-Encoding: chunked\r\n\r\n",
            chunked(_LARGE[::-1], 70000),
        ),
        payload=_LARGE[::-1],
    ),
    Case(name="head", method="HEAD", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n",), payload=b""),
    Case(
        name="post",
        method="POST",
        request_body="q=看看".encode(),
        script=(_ok(body=page("post")),),
        payload=page("post"),
    ),
    Case(
        name="not-modified",
        script=(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 999\r\n\r\n',),
        status=304,
        payload=b"",
    ),
    # ------------------------------------------------ time and connections
    Case(name="drip", script=(*_drip(_ok(body=b"drop by drop"), 0.005),), payload=b"drop by drop"),
    Case(
        name="stale",
        script=(_ok(body=page("stale")),),
        reused=(Then.CLOSE,),
        payload=page("stale"),
    ),
    Case(
        name="reset-in-body",
        script=(_ok(body=page("reset-in-body"))[:-_HALF], Pause(0.3), Then.RESET),
        payload=page("reset-in-body")[:-_HALF],
        truncated="disconnect",
    ),
    Case(
        name="reset-in-header",
        script=(b"HTTP/1.1 200 OK\r\nContent-Le", Pause(0.3), Then.RESET),
        status=None,
        payload=None,
        truncated="disconnect",
    ),
    Case(name="reset-at-once", script=(Then.RESET,), status=None, payload=None, captured="nothing"),
    Case(name="close-at-once", script=(Then.CLOSE,), status=None, payload=None, captured="nothing"),
    Case(
        name="stall-at-once",
        script=(Then.STALL,),
        status=None,
        payload=None,
        captured="nothing",
        settings={"DOWNLOAD_TIMEOUT": "1"},
    ),
    Case(
        name="stall-in-body",
        script=(_ok(body=page("stall-in-body"))[:-_HALF], Then.STALL),
        payload=page("stall-in-body")[:-_HALF],
        truncated="time",
        settings={"DOWNLOAD_TIMEOUT": "1"},
    ),
    Case(
        name="too-large",
        # Says so beforehand, so a client may leave before the body.
        script=(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", Endlessly(b"0123456789abcdef" * 1024)),
        payload=None,
        truncated="length",
        captured="start",
        settings={"DOWNLOAD_MAXSIZE": "100000"},
    ),
    Case(
        name="endless",
        script=(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", Endlessly(b"and so on " * 1000)),
        payload=None,
        truncated="length",
        captured="start",
        settings={"DOWNLOAD_MAXSIZE": "100000"},
    ),
    # ------------------------------------------------ asked to come back later
    Case(
        name="retry-after-seconds",
        script=(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 4\r\n\r\nwait",),
        status=429,
        payload=b"wait",
    ),
    Case(
        name="retry-after-date",
        script=(
            (
                b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"
                b"Content-Length: 4\r\n\r\nlate"
            ),
        ),
        status=503,
        payload=b"late",
    ),
)

THIRTEEN = CASES[:13]
"""The URLs of the hostile server: what every archiver is measured by."""


def robots_txt(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


_ALLOW = b"User-agent: *\nDisallow:\n"
_DENY = b"User-agent: *\nDisallow: /\n"
ROBOTS_ALLOW = Case(name="robots.txt", script=(robots_txt(_ALLOW),), payload=_ALLOW)
ROBOTS_DENY = Case(name="robots.txt", script=(robots_txt(_DENY),), payload=_DENY)
ROBOTS_DENY_SLOWLY = Case(name="robots.txt", script=(Pause(0.5), robots_txt(_DENY)), payload=_DENY)
"""Slow enough for many requests to wait for the same answer."""
ROBOTS_ABSENT = Case(
    name="robots.txt", script=(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",), status=404, payload=b""
)
ROBOTS_BROKEN = Case(
    name="robots.txt",
    script=(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",),
    status=503,
    payload=b"",
)
