"""Answers that break the rules of HTTP and can be read all the same, put together at random from what servers do.

Each comes with what it means, which is known from how it was made, not from reading it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

Field = tuple[bytes, tuple[bytes, bytes] | None]
"""Lines of a head, and the field that they mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    wire: bytes
    closes: bool
    """Whether the server has to hang up for the answer to be complete."""
    body: bytes
    """Without transfer codings."""
    fields: list[tuple[bytes, bytes]]


STATUS_LINES = [
    b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/2.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.1  200  OK",
    b"HTTP/1.1\t200\tOK", b"http/1.1 200 ok", b"HTTP/1 200 OK", b"HTTP 200 Document follows", b"ICY 200 OK",
    b"HTTP/1.1 200OK", b"HTTP/1.1 200 caf\xe9 \xe5\xa5\xbd",
]  # fmt: skip
BEFORE = [
    b"", b"", b"", b" ", b"\r\n", b"\n", b"\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103\n\n", b"HTTP/1.1 100 Continue\r\n\r\n\r\n",
]  # fmt: skip
FIELDS: list[Field] = [
    (b'P3P : CP="CAO PSA"', (b"P3P", b'CP="CAO PSA"')),
    (b"X-Tab\t:\tvalue\t", (b"X-Tab", b"value")),
    (b": empty name", (b"", b"empty name")),
    ("‘access-control-allow-origin’: *".encode(), ("‘access-control-allow-origin’".encode(), b"*")),
    (b'"X-Quoted": "a"', (b'"X-Quoted"', b'"a"')),
    (b"Content Security Policy: none", (b"Content Security Policy", b"none")),
    (b"X-(Odd)@[Name]: /?=", (b"X-(Odd)@[Name]", b"/?=")),
    (b"X-\x01Control: \x02", (b"X-\x01Control", b"\x02")),
    (b"X-Nul: a\x00b", (b"X-Nul", b"a\x00b")),
    (b"X-Return: a\rb", (b"X-Return", b"a\rb")),
    (b"X-Latin: caf\xe9", (b"X-Latin", b"caf\xe9")),
    (b"X-Empty:", (b"X-Empty", b"")),
    (b"this line has no colon", None),
    (b"<!-- a comment -->", None),
    (b"X-Folded: one\r\n two\n\t three ", (b"X-Folded", b"one two three")),
    (b"X-Folded-Late:\r\n  one", (b"X-Folded-Late", b"one")),
    (b"Set-Cookie: a=1", (b"Set-Cookie", b"a=1")),
    (b"SET-cookie: b=2", (b"SET-cookie", b"b=2")),
    (b"X-Long: " + b"x" * 70_000, (b"X-Long", b"x" * 70_000)),
    (b"HTTP/1.1 200 OK", None),
]


def odd(rng: Random) -> Odd:
    body = f"<!doctype html><meta charset=utf-8><p>{rng.random()}</p>".encode() * rng.choice([1, 1, 3, 40])
    framing, framed, closes = rng.choice([_counted, _chunked, _in_name_only, _until_close])(rng, body)
    fields = [
        *rng.sample(FIELDS, rng.randrange(5)),
        *framing,
        (b"Content-Type: text/html", (b"Content-Type", b"text/html")),
    ]
    rng.shuffle(fields)
    end = rng.choice([b"\r\n", b"\r\n", b"\n"])
    head = b"".join(
        line + rng.choice([end, b"\r\n"]) for line in [rng.choice(STATUS_LINES), *(line for line, _ in fields)]
    )
    return Odd(
        wire=rng.choice(BEFORE) + head + end + framed,
        closes=closes,
        body=body,
        fields=[meant for _, meant in fields if meant is not None],
    )


def _counted(rng: Random, body: bytes) -> tuple[list[Field], bytes, bool]:
    size = b"%d" % len(body)
    value = rng.choice([size, size + b", " + size, b"000" + size, size + b" ,", b"\t" + size + b"\t"])
    name = rng.choice([b"Content-Length", b"content-length", b"CONTENT-LENGTH", b"Content-Length "])
    fields: list[Field] = [(name + b":" + value, (name.strip(), value.strip()))]
    if rng.random() < 0.3:
        fields.append((b"Content-Length: " + size, (b"Content-Length", size)))
    if rng.random() < 0.3:
        fields.append(
            (rng.choice([b"Transfer-Encoding: identity", b"Transfer-Encoding:", b"transfer-encoding: 8bit"]), None)
        )
    return fields, body, False


def _chunked(rng: Random, body: bytes) -> tuple[list[Field], bytes, bool]:
    codings = rng.choice([
        b"chunked", b"Chunked", b"CHUNKED ", b"identity, chunked", b"chunked, identity", b"chunked;q=1",
        b"chunked,chunked", b"gzip, chunked", b"x-gzip,\r\n chunked",
    ])  # fmt: skip
    fields: list[Field] = [(b"Transfer-Encoding: " + codings, None)]
    if rng.random() < 0.2:  # counts for nothing beside chunks
        fields.append((b"Content-Length: 7", (b"Content-Length", b"7")))
    rest = gzip.compress(body, mtime=0) if b"gzip" in codings else body
    framed = b""
    while rest:
        size = min(len(rest), rng.choice([1, 10, 1000]))
        framed += _chunk_line(rng, size) + rest[:size] + rng.choice([b"\r\n", b"\n"])
        rest = rest[size:]
    end, closes = rng.choice([
        (b"\r\n", False), (b"\n", False), (b"X-Sum: 1\r\nno colon\r\n\r\n", False), (b"", True), (b"X-Sum: 1", True),
    ])  # fmt: skip
    return fields, framed + _chunk_line(rng, 0) + end, closes


def _chunk_line(rng: Random, size: int) -> bytes:
    digits = rng.choice([b"%x", b"%X", b"%08x", b"%030x"]) % size
    after = rng.choice([b"", b"", b" ", b"  \t", b";a=b", b' ; a="b"', b";\xff"])
    return rng.choice([b"", b"", b" "]) + digits + after + rng.choice([b"\r\n", b"\r\n", b"\n"])


def _in_name_only(rng: Random, body: bytes) -> tuple[list[Field], bytes, bool]:
    """Says that it is chunked, and is not."""
    fields: list[Field] = [(b"Transfer-Encoding: chunked", None)]
    if rng.random() < 0.5:
        return fields, body, True
    size = b"%d" % len(body)
    return [*fields, (b"Content-Length: " + size, (b"Content-Length", size))], body, False


def _until_close(rng: Random, body: bytes) -> tuple[list[Field], bytes, bool]:
    return (
        rng.choice([[], [(b"Connection: close", None)], [(b"Content-Length:", (b"Content-Length", b""))]]),
        body,
        True,
    )
