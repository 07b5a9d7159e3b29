"""Files at ``https://``: what is asked for, what is asked for again, and what is told of an answer that is none."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from newsspider.collection import web
from newsspider.collection.objects import AddressError, ObjectStoreError
from newsspider.collection.web import WebFile

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = bytes(range(256)) * 4
STATUSES = {206: b"Partial Content", 200: b"OK"}


def answer(status: int = 206, *fields: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [b"HTTP/1.1 %d %s" % (status, STATUSES.get(status, b"No")), *fields, b"Content-Length: %d" % size]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def part(start: int, end: int, *fields: bytes, total: bytes = b"1024", body: bytes | None = None) -> bytes:
    """The bytes from *start* to *end*, which is one of them."""
    said = b"Content-Range: bytes %d-%d/%s" % (start, end, total)
    return answer(206, said, *fields, body=DATA[start : end + 1] if body is None else body)


class Server:
    """A server that gives *answers*, one a connection, and then what is asked for."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/a/x.warc.gz"
        self.answers: list[bytes | threading.Event] = []
        self.requests: list[str] = []

    def answered(self, request: str) -> bytes | threading.Event:
        self.requests.append(request)
        if self.answers:
            return self.answers.pop(0)
        start, end = map(int, re.search(r"Range: bytes=(\d+)-(\d+)", request).groups())
        return part(start, min(end, len(DATA) - 1))


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            lines = list(takewhile(lambda line: line != b"\r\n", self.rfile))  # ends where the client has gone, too
            if not lines:
                return
            given = server.answered(b"".join(lines).decode())
            if isinstance(given, threading.Event):
                given.wait(5)
            else:
                self.wfile.write(given)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        server = Server(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    # One for each test: what an earlier one still asks for would take its answer.
    with serving() as server:
        yield server


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The seconds that are waited, at once."""
    seconds: list[float] = []
    monkeypatch.setattr(web, "sleep", seconds.append)
    return seconds


def test_a_range_is_asked_for_and_given(server):
    file = WebFile(server.address)

    assert file.range(10, 5) == DATA[10:15]
    assert file.range(1020, 100) == DATA[1020:]
    assert [re.search(r"Range: (\S+)", each)[1] for each in server.requests] == ["bytes=10-14", "bytes=1020-1119"]
    assert re.search(r"User-Agent: newsspider/\d", server.requests[0])
    with file.open("rb") as opened:
        assert opened.read() == DATA


def test_the_length_is_what_the_first_answer_says(server):
    file = WebFile(server.address)

    assert (file.length(), file.length(), file.met) == (1024, 1024, (1024, ""))
    assert [re.search(r"Range: (\S+)", each)[1] for each in server.requests] == ["bytes=0-0"]


@pytest.mark.parametrize(
    ("path", "asked", "name"),
    [
        ("/a/x.warc.gz", "/a/x.warc.gz", "x.warc.gz"),
        ("/看 a/x y.warc?q=1&r=/", "/%E7%9C%8B%20a/x%20y.warc?q=1&r=/", "x y.warc"),
        ("/%E7%9C%8B/a%2Fb.warc", "/%E7%9C%8B/a%2Fb.warc", "a%2Fb.warc"),
        ("/!$&'()*+,;=:@~/x", "/!$&'()*+,;=:@~/x", "x"),
    ],
)
def test_an_address_is_asked_for_as_it_is_and_else_escaped(server, path, asked, name):
    file = WebFile(server.address.replace("/a/x.warc.gz", path))
    file.range(0, 1)

    assert server.requests[0].startswith(f"GET {asked} HTTP/")
    assert (file.name, str(file).endswith(path)) == (name, True)


@pytest.mark.parametrize(
    "address",
    ["ftp://host/x", "file:///x", "s3://bucket/x", "", "https:///x", "https://:80/x", "https://ada:hunter2@host/x",
     "https://hunter2@host/x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_no_password_shown(address):
    with pytest.raises(AddressError, match="it is https://host/path, without credentials") as refused:
        WebFile(address)
    assert "hunter2" not in str(refused.value)
    assert str(WebFile("https://host/x")) == "https://host/x"


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_a_missing_file(server, slept, status):
    server.answers = [answer(status)]

    with pytest.raises(FileNotFoundError, match="there is no such file"):
        WebFile(server.address).range(0, 5)
    assert (len(server.requests), slept) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 403, 416, 501])
def test_a_refusal_is_told_at_once(server, slept, status):
    server.answers = [answer(status)]

    with pytest.raises(ObjectStoreError, match=f"the server answers {status} "):
        WebFile(server.address).range(0, 5)
    assert (len(server.requests), slept) == (1, [])


@pytest.mark.parametrize(
    "bad",
    [
        *(answer(status) for status in (429, 500, 502, 503, 504)),
        b"",
        b"nonsense\r\n\r\n",
        answer(206, b"Content-Range: bytes 10-14/1024", body=DATA[10:13], length=5),
        answer(206, b"Content-Range: bytes 10-14/1024", body=DATA[10:13]),
        part(0, 4),
        part(10, 15, body=DATA[10:15]),
        part(10, 13, body=DATA[10:15]),
    ],
)
def test_what_may_pass_is_asked_for_again_later(server, slept, bad):
    server.answers = [bad]
    assert WebFile(server.address).range(10, 5) == DATA[10:15]
    assert slept == [1]

    server.answers, slept[:] = [bad] * 4, []
    with pytest.raises(ObjectStoreError, match=r"http://127.*/a/x\.warc\.gz: the server (answers|cannot be reached)"):
        WebFile(server.address).range(10, 5)
    assert (server.answers, slept) == ([], [1, 4, 15])


def test_a_server_that_says_nothing_is_not_waited_for(server, slept, monkeypatch):
    monkeypatch.setattr(web, "_SECONDS", 0.02)
    closed = [threading.Event() for _ in range(4)]
    server.answers = [*closed]

    with pytest.raises(ObjectStoreError, match=r"cannot be reached \(.*timed out"):
        WebFile(server.address).range(10, 5)
    for each in closed:
        each.set()


@pytest.mark.parametrize(
    "given",
    [
        answer(200, body=DATA),
        answer(200, b"Content-Range: bytes 10-14/1024", body=DATA[10:15]),
        answer(206, body=DATA[10:15]),
        part(10, 14, total=b"*"),
    ],
)
def test_a_server_that_gives_no_ranges_is_told(server, slept, given):
    server.answers = [given]

    with pytest.raises(ObjectStoreError, match="gives no ranges of it; fetch it first"):
        WebFile(server.address).range(10, 5)
    assert (len(server.requests), slept) == (1, [])


def test_of_an_answer_that_is_longer_than_asked_for_only_that_is_taken(server, slept):
    server.answers = [part(10, 14, body=DATA[10:1000])]

    assert WebFile(server.address).range(10, 5) == DATA[10:15]
    assert (len(server.requests), slept) == (1, [])


@pytest.mark.parametrize(
    ("first", "then", "same"),
    [
        ([b'ETag: "a"'], [b'ETag: "a"'], True),
        ([b'ETag: "a"'], [b'ETag: "b"'], False),
        ([b'ETag: "a"', b"Last-Modified: then"], [b'ETag: "a"', b"Last-Modified: now"], True),
        ([b'ETag: "a"', b"Last-Modified: then"], [b'ETag: "b"', b"Last-Modified: then"], False),
        ([b"Last-Modified: then"], [b"Last-Modified: then"], True),
        ([b"Last-Modified: then"], [b"Last-Modified: now"], False),
        ([], [], True),
    ],
)
def test_a_file_that_was_changed_meanwhile_is_told(server, first, then, same):
    server.answers = [part(0, 4, *first), part(10, 14, *then)]
    file = WebFile(server.address)
    file.range(0, 5)

    if same:
        assert file.range(10, 5) == DATA[10:15]
    else:
        with pytest.raises(ObjectStoreError, match="the file was changed meanwhile"):
            file.range(10, 5)


def test_a_file_that_grew_meanwhile_is_another(server):
    server.answers = [part(0, 4), part(10, 14, total=b"1025")]
    file = WebFile(server.address)
    file.range(0, 5)

    with pytest.raises(ObjectStoreError, match="the file was changed meanwhile"):
        file.range(10, 5)
