"""The wire tap: Twisted's HTTP/1.1 client, with the bytes of every attempt kept as they cross the socket.

It sits above TLS and below HTTP: what is sent is taken as it is written to the transport, what is received before
the parser sees it. One connection carries one exchange at a time (no pipelining), so bytes are never mixed up.

Laws:
* Bytes are appended in the order in which they crossed the socket, and never changed.
* A request that Twisted silently repeats on a fresh connection is a second attempt, with bytes of its own.
* What arrives on a connection while no exchange is open on it belongs to none, and is not kept.

Scrapy's and Twisted's private names used here (pinned by ``scrapy<2.20``): ``_LenientHTTP11ClientProtocol``,
``_LenientHTTP11ClientFactory``, the pool's ``_factory``, the factory's ``_quiescentCallback``, the protocol's
``_parser``, ``_transportProxy``, ``_responseDeferred`` and ``_finishResponse``. Should one of them go,
no bytes are recorded, and the handler refuses every response (``UncapturedResponseError``). Without the ``_bodybuf`` of
``_ResponseReader`` a video file would be held in memory while it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.internet.interfaces import IHandshakeListener
from twisted.web._newclient import STATUS
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer

from newsspider.crawl.incoming import IncomingAnswer
from newsspider.warc.exchange import Exchange, Truncation, Wire
from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.defer import Deferred

    from newsspider.warc.http import Head


@dataclass(slots=True)
class Attempt:
    """One request on one connection, while it lasts."""

    peer: str
    """IP address of the other end."""
    secured: SSL.Connection | None
    """TLS, where there is any; still in its handshake when the attempt begins."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: list[bytes] = field(default_factory=list)
    received: Wire = field(default_factory=Wire)
    tls: tuple[str, str] | None = None
    """Protocol and cipher as OpenSSL names them, once the handshake is over."""
    overlong: bool = False
    """The head went beyond what is read of one, and the connection was cut."""
    answer: IncomingAnswer | None = None
    """The answer as it is read."""

    @classmethod
    def on(cls, transport: Any) -> Self:
        """Begin on a connection; a closed transport cannot be asked later, so it is asked now."""
        handle = transport.getHandle()
        secured = handle if isinstance(handle, SSL.Connection) else None
        return cls(peer=transport.getPeer().host, secured=secured)

    @property
    def head(self) -> Head | None:
        """Of the final response, once it came."""
        return self.answer.head if self.answer else None

    def read_tls(self) -> None:
        if self.secured is not None and (cipher := self.secured.get_cipher_name()) is not None:
            self.tls = (self.secured.get_protocol_version_name(), cipher)

    @property
    def begun(self) -> bool:
        """Whether a byte of the request left: Twisted holds it back until the TLS handshake is over."""
        return bool(self.sent) and (self.secured is None or self.tls is not None)

    def exchange(
        self, url: str, method: str, *, proxied: bool, truncated: Truncation | None, failure: str | None
    ) -> Exchange:
        """Freeze what happened."""
        return Exchange(
            url=url,
            method=method,
            started=self.started,
            sent=b"".join(self.sent) if self.begun else b"",
            received=self.received,
            ip=None if proxied else self.peer,
            tls_protocol=self.tls[0] if self.tls else None,
            cipher=self.tls[1] if self.tls else None,
            truncated="length" if self.overlong else truncated,
            failure=failure,
        )


@dataclass(slots=True)
class Tap:
    """Records the exchanges of one Scrapy request: one attempt, or two when Twisted repeats it."""

    proxied: bool
    timeout: float
    """Seconds to wait for a connection."""
    unread: bool
    """The body is recorded, and nobody will read it: none is held in memory, and the response has none."""
    on_sent: Callable[[], None] | None = None
    """Called when an attempt is sent."""
    attempts: list[Attempt] = field(default_factory=list)


CURRENT: ContextVar[Tap | None] = ContextVar("tap", default=None)
"""The tap of the request being started; read in :meth:`TapPool.getConnection`, which Twisted calls synchronously."""


class _RecordingTransport:
    """The transport that Twisted writes a request to: it records the bytes, then forwards them."""

    def __init__(self, transport: Any, sent: list[bytes]):
        self._transport = transport
        self._sent = sent

    def write(self, data: bytes) -> None:
        self._sent.append(bytes(data))
        self._transport.write(data)

    def writeSequence(self, sequence: Iterable[bytes]) -> None:  # noqa: N802  (Twisted's name)
        parts = list(sequence)
        self._sent.extend(parts)
        self._transport.writeSequence(parts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@implementer(IHandshakeListener)
class TapProtocol(_LenientHTTP11ClientProtocol):
    """Twisted's HTTP/1.1 client connection; it records the bytes of each exchange."""

    transport: Any
    _attempt: Attempt | None = None
    _handshaken = False

    def handshakeCompleted(self) -> None:  # noqa: N802  (Twisted's name)
        # Twisted before 26.4 also says so of a server whose certificate it has just refused, while it hangs up.
        self._handshaken = not self.transport.disconnecting
        if self._handshaken and self._attempt is not None:
            self._attempt.read_tls()

    def request(self, request: Any) -> Deferred[Any]:
        tap: Tap | None = getattr(request, "tap", None)
        self._attempt = None
        free = self.state == "QUIESCENT"
        if tap is not None and free:
            attempt = self._attempt = Attempt.on(self.transport)
            if self._handshaken:
                attempt.read_tls()
            tap.attempts.append(attempt)
            if tap.on_sent is not None:
                tap.on_sent()
            write_to = type(request).writeTo
            request.writeTo = lambda transport: write_to(
                request, _RecordingTransport(transport, attempt.sent)
            )
        response = super().request(request)
        if tap is not None and tap.unread:
            response.addCallback(_unread)
        if free:
            answer: Any = IncomingAnswer(request, self._finishResponse)
            answer.makeConnection(self._transportProxy)
            answer._responseDeferred = self._responseDeferred  # of Twisted's own parser, which has received nothing yet
            self._parser = answer
            if self._attempt is not None:
                self._attempt.answer = answer
        return response

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        attempt = self._attempt
        if attempt is None or self.state == "QUIESCENT":
            super().dataReceived(data)
            return
        attempt.received.append(data)
        super().dataReceived(data)
        if len(attempt.received) > MAX_HEAD and self._parser is not None and self._parser.state == STATUS:
            # Not only asked to close, which under TLS lets the peer go on sending.
            attempt.overlong = True
            self.transport.abortConnection()


class _DiscardingBuffer:
    """Stands for the buffer in which Scrapy collects a body; its owner counts what arrives."""

    def write(self, data: bytes) -> None:
        pass

    def truncate(self, size: int) -> None:
        pass

    def getvalue(self) -> bytes:
        return b""


def _unread(response: Any) -> Any:
    deliver = response.deliverBody

    def deliver_nowhere(reader: Any) -> None:
        reader._bodybuf = _DiscardingBuffer()
        deliver(reader)

    response.deliverBody = deliver_nowhere
    return response


class TapFactory(_LenientHTTP11ClientFactory):
    """Makes a :class:`TapProtocol` for each connection."""

    def buildProtocol(self, addr: Any) -> TapProtocol:  # noqa: N802
        return TapProtocol(self._quiescentCallback)


class _Tagged:
    """Stands in for the pooled connection for one request, and marks that request with its tap."""

    def __init__(self, connection: Any, tap: Tap):
        self._connection = connection
        self._tap = tap

    def request(self, request: Any) -> Deferred[Any]:
        request.tap = self._tap
        result: Deferred[Any] = self._connection.request(request)
        return result


class TapPool(HTTPConnectionPool):
    """Twisted's pool of connections, with the tap in every one and *route* choosing where they go."""

    _factory = TapFactory

    def __init__(self, reactor: Any, *, per_host: int, route: Callable[[Any, Any], Any]):
        super().__init__(reactor, persistent=True)
        self.maxPersistentPerHost = per_host
        self._route = route

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802
        tap = CURRENT.get()
        connection = super().getConnection(key, self._route(key, endpoint))
        return connection if tap is None else connection.addCallback(_Tagged, tap)
