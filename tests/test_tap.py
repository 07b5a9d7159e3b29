"""The wire tap by itself: which bytes are kept of which attempt, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from OpenSSL import SSL
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request, ResponseFailed, ResponseNeverReceived
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import Headers

from newsspider.crawl.tap import CURRENT, Attempt, Tap, TapPool, TapProtocol, _RecordingTransport
from newsspider.warc.http import MAX_HEAD
from tests.patience import HUNG

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"


class Transport(StringTransport):
    """A connection, with TLS or without; *written* has what was written to it, call by call."""

    def __init__(self, handle: Any = None) -> None:
        super().__init__()
        self.handle = handle
        self.aborted = False

    def getHandle(self) -> Any:  # noqa: N802  (Twisted's name)
        return self.handle

    def abortConnection(self) -> None:  # noqa: N802
        self.aborted = True
        super().abortConnection()


class Body(Protocol):
    """Takes a body as Scrapy's reader does, which collects it in a buffer."""

    def __init__(self) -> None:
        self.data, self._bodybuf = b"", None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.data += data
        if self._bodybuf is not None:
            self._bodybuf.write(data)


class Producer:
    """A body to be sent, in several pieces."""

    length = 4

    def startProducing(self, consumer: Any) -> Any:  # noqa: N802
        from twisted.internet.defer import succeed

        consumer.write(b"ab")
        consumer.write(b"cd")
        return succeed(None)

    def pauseProducing(self) -> None: ...  # noqa: N802

    def stopProducing(self) -> None: ...  # noqa: N802


class Connection:
    """A tapped connection, on which one request after another is sent."""

    def __init__(self, handle: Any = None) -> None:
        self.transport = Transport(handle)
        self.protocol = TapProtocol(lambda protocol: None)
        self.protocol.makeConnection(self.transport)
        self.responses: list[Any] = []
        self.failures: list[Failure] = []
        self.bodies: list[Body] = []

    def ask(self, tap: Tap | None, *, body: Any = None) -> None:
        request = Request(b"GET", b"/", Headers({b"Host": [b"wire.test"]}), body, persistent=True)
        if tap is not None:
            request.tap = tap

        def deliver(response: Any) -> None:
            self.responses.append(response)
            self.bodies.append(Body())
            response.deliverBody(self.bodies[-1])

        self.protocol.request(request).addCallback(deliver).addErrback(self.failures.append)

    def get(self, data: bytes) -> None:
        self.protocol.dataReceived(data)


def tap(**options: Any) -> Tap:
    return Tap(**{"proxied": False, "timeout": HUNG, "unread": False, **options})


def received(attempt: Attempt) -> bytes:
    return b"".join(bytes(piece) for piece in attempt.received.chunks())


def exchange(attempt: Attempt, **options: Any) -> Any:
    usual = {"proxied": False, "truncated": None, "failure": None}
    return attempt.exchange("http://wire.test/", "GET", **{**usual, **options})


@pytest.mark.parametrize("body", [None, Producer()])
def test_what_is_sent_is_kept_as_it_is_written(body):
    connection, tapped = Connection(), tap()
    connection.ask(tapped, body=body)

    (attempt,) = tapped.attempts
    assert b"".join(attempt.sent) == connection.transport.value()
    assert connection.transport.value().startswith(b"GET / HTTP/1.1\r\n")
    assert connection.transport.value().endswith(b"abcd" if body else b"\r\n\r\n")
    assert exchange(attempt).sent == connection.transport.value()


def test_a_sequence_is_written_as_it_was_given():
    transport, sent = Transport(), []
    _RecordingTransport(transport, sent).writeSequence(iter([b"a", b"bc"]))

    assert (sent, transport.value()) == ([b"a", b"bc"], b"abc")


def test_what_is_sent_is_kept_before_it_leaves_and_whatever_becomes_of_it():
    kept: list[list[bytes]] = []

    class Sending(Transport):
        def write(self, data: bytes) -> None:
            kept.append(list(sent))
            super().write(bytes(data))

    transport, sent, data = Sending(), [], bytearray(b"ab")
    _RecordingTransport(transport, sent).write(data)
    data[:] = b"xy"  # whoever writes may use its buffer again

    assert (kept, sent) == ([[b"ab"]], [b"ab"])


def test_what_is_received_is_kept_before_anybody_reads_it():
    connection, tapped = Connection(), tap()
    kept: list[bytes] = []
    request = Request(b"GET", b"/", Headers({b"Host": [b"wire.test"]}), None, persistent=True)
    request.tap = tapped
    connection.protocol.request(request).addCallback(lambda response: kept.append(received(tapped.attempts[0])))
    connection.get(OK + b"ab")

    assert kept == [OK + b"ab"]


def test_each_exchange_has_its_own_bytes_and_none_has_those_between():
    connection, first, second = Connection(), tap(), tap()
    connection.ask(first)
    connection.get(OK + b"abc")
    connection.get(b"noise")
    sent = len(connection.transport.value())
    assert [received(each) for each in first.attempts] == [OK + b"abc"]
    connection.ask(None)
    assert len(connection.transport.value()) > sent
    connection.get(OK + b"def")
    assert [received(each) for each in first.attempts] == [OK + b"abc"]

    fresh = Connection()
    fresh.ask(first)
    fresh.get(OK + b"abc")
    fresh.ask(second)
    fresh.get(OK + b"xyz")
    assert [received(each) for each in first.attempts] == [OK + b"abc"] * 2
    assert [received(each) for each in second.attempts] == [OK + b"xyz"]
    assert [attempt.head.status for attempt in (*first.attempts, *second.attempts)] == [200, 200, 200]


def test_sending_is_told_once_for_each_attempt_and_not_where_the_connection_is_busy():
    told: list[int] = []
    connection, tapped = Connection(), tap(on_sent=lambda: told.append(1))
    connection.ask(tapped)
    connection.ask(tapped)

    assert (len(told), len(tapped.attempts), len(connection.failures)) == (1, 1, 1)
    connection.get(OK + b"abc")  # the answer to the first
    assert [(response.code, body.data) for response, body in zip(
        connection.responses, connection.bodies, strict=True)] == [(200, b"abc")]


@pytest.mark.parametrize(("more", "cut"), [(-1, False), (0, False), (1, True)])
def test_head_without_an_end_is_cut_off_at_its_bound(more, cut):
    connection, tapped = Connection(), tap()
    connection.ask(tapped)
    head = b"HTTP/1.1 200 OK\r\nX: "
    connection.get(head)
    connection.get(b"x" * (MAX_HEAD - len(head) + more))

    (attempt,) = tapped.attempts
    assert (attempt.overlong, connection.transport.aborted) == (cut, cut)
    assert len(attempt.received) == MAX_HEAD + more
    assert exchange(attempt, truncated="disconnect").truncated == ("length" if cut else "disconnect")


def test_body_has_no_bound_here():
    connection, tapped = Connection(), tap()
    connection.ask(tapped)
    connection.get(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (2 * MAX_HEAD))
    connection.get(b"x" * MAX_HEAD)

    assert (tapped.attempts[0].overlong, connection.transport.aborted) == (False, False)


@pytest.mark.parametrize("unread", [False, True])
def test_body_that_nobody_reads_is_kept_by_nobody(unread):
    connection, tapped = Connection(), tap(unread=unread)
    connection.ask(tapped)
    connection.get(OK + b"abc")

    (body,) = connection.bodies
    assert (body._bodybuf is None) is not unread
    assert body.data == b"abc"  # which is what Scrapy's reader counts
    assert not unread or body._bodybuf.getvalue() == b""
    assert received(tapped.attempts[0]) == OK + b"abc"


class Secured:
    """Stands for OpenSSL's side of a connection: the cipher is known when the handshake is over."""

    def __init__(self, cipher: str | None = "TLS_AES_256_GCM_SHA384") -> None:
        self.cipher = cipher

    def get_cipher_name(self) -> str | None:
        return self.cipher

    def get_protocol_version_name(self) -> str:
        return "TLSv1.3"


@pytest.fixture
def secured() -> SSL.Connection:
    return SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)


def test_tls_is_known_by_the_handle_of_the_connection(secured):
    socket = object()  # which is the handle of a connection without TLS
    assert [Attempt.on(Transport(handle)).secured for handle in (secured, socket, None)] == [secured, None, None]
    assert Attempt.on(Transport()).peer == "192.168.1.1"  # as Twisted's transport for tests says


@pytest.mark.parametrize(("handle", "sent", "tls", "begun"), [
    (None, [b"GET"], None, True),
    (None, [], None, False),
    (Secured(), [b"GET"], ("TLSv1.3", "TLS_AES_256_GCM_SHA384"), True),
    (Secured(), [], ("TLSv1.3", "TLS_AES_256_GCM_SHA384"), False),
    (Secured(None), [b"GET"], None, False),
])  # fmt: skip
def test_request_is_begun_when_a_byte_of_it_left(handle, sent, tls, begun):
    attempt = Attempt(peer="203.0.113.7", secured=handle, sent=sent)
    attempt.read_tls()
    made = exchange(attempt)

    assert (attempt.tls, attempt.begun) == (tls, begun)
    assert made.sent == (b"".join(sent) if begun else b"")
    assert (made.tls_protocol, made.cipher) == (tls or (None, None))


@pytest.mark.parametrize("disconnecting", [False, True])
def test_handshake_counts_unless_the_server_is_hung_up_on(disconnecting, secured, monkeypatch):
    monkeypatch.setattr(Attempt, "read_tls", lambda attempt: setattr(attempt, "tls", ("TLSv1.3", "cipher")))
    told: dict[str, Any] = {}
    for when in ("before", "after"):
        connection, tapped = Connection(secured), tap()
        if when == "after":
            connection.ask(tapped)
        connection.transport.disconnecting = disconnecting
        connection.protocol.handshakeCompleted()
        if when == "before":
            connection.ask(tapped)
        told[when] = tapped.attempts[0].tls

    assert told == dict.fromkeys(("before", "after"), None if disconnecting else ("TLSv1.3", "cipher"))


@pytest.mark.parametrize(("proxied", "ip"), [(False, "203.0.113.7"), (True, None)])
def test_address_of_a_proxy_is_not_that_of_the_server(proxied, ip):
    made = exchange(Attempt(peer="203.0.113.7", secured=None), proxied=proxied, failure="dns: no", truncated="time")

    assert (made.ip, made.failure, made.truncated, made.method) == (ip, "dns: no", "time", "GET")


def test_exchange_began_when_the_attempt_did_and_has_no_head_before_one_came():
    at = datetime(2026, 1, 30, tzinfo=UTC)
    attempt = Attempt(peer="203.0.113.7", secured=None, started=at)

    assert (exchange(attempt).started, attempt.head) == (at, None)


@pytest.mark.parametrize(("came", "error"), [(b"", ResponseNeverReceived), (b"H", ResponseFailed)])
def test_request_is_repeated_only_where_nothing_at_all_came(came, error):
    """Twisted's pool repeats a request that never had a byte of an answer: the connection was stale."""
    connection, tapped = Connection(), tap()
    connection.ask(tapped)
    if came:
        connection.get(came)
    connection.protocol.connectionLost(Failure(ConnectionDone()))

    (failure,) = connection.failures
    assert failure.type is error


def test_connection_that_is_lost_keeps_what_came():
    connection, tapped = Connection(), tap()
    connection.ask(tapped)
    connection.get(OK[:20])
    connection.protocol.connectionLost(Failure(ConnectionDone()))

    assert received(tapped.attempts[0]) == OK[:20]
    assert connection.failures
    assert tapped.attempts[0].head is None


def test_pool_keeps_connections_and_tags_them_with_the_tap_of_the_request(monkeypatch):
    from twisted.internet.defer import succeed

    asked: list[Any] = []

    class Pooled:
        def request(self, request: Any) -> Any:
            asked.append(getattr(request, "tap", None))
            return succeed(None)

    def connection(pool: Any, key: Any, endpoint: Any) -> Any:
        asked.append((key, endpoint))
        return succeed(Pooled())

    monkeypatch.setattr(HTTPConnectionPool, "getConnection", connection)
    pool = TapPool(None, per_host=7, route=lambda key, endpoint: f"routed {endpoint}")
    assert (pool.persistent, pool.maxPersistentPerHost) == (True, 7)

    class Asked: ...

    pool.getConnection("key", "endpoint").addCallback(lambda found: found.request(Asked()))
    tapped = tap()
    token = CURRENT.set(tapped)
    pool.getConnection("key", "endpoint").addCallback(lambda found: found.request(Asked()))
    CURRENT.reset(token)
    assert asked == [("key", "routed endpoint"), None, ("key", "routed endpoint"), tapped]


def test_connections_of_the_pool_are_tapped_and_say_when_they_are_free():
    free: list[Any] = []
    protocol = TapPool._factory(free.append, repr).buildProtocol(None)
    protocol.makeConnection(Transport())
    tapped = tap()
    request = Request(b"GET", b"/", Headers({b"Host": [b"wire.test"]}), None, persistent=True)
    request.tap = tapped
    protocol.request(request).addCallback(lambda response: response.deliverBody(Body()))
    protocol.dataReceived(OK + b"abc")

    assert [received(attempt) for attempt in tapped.attempts] == [OK + b"abc"]
    assert free == [protocol]
