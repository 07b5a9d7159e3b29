"""A web server whose bytes are known: it plays the scripts of ``cases.py`` and logs what crossed the socket.

One thread a connection, blocking sockets, http and https on free ports of 127.0.0.1; the http port is a proxy as well,
for CONNECT and for whole URLs. Nothing between the script and the socket adds, drops or reorders a byte.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from newsspider.demo.certificate import server_context
from tests.patience import HUNG
from tests.servers.cases import CASES, ROBOTS_ALLOW, Case, Endlessly, Pause, Step, Then

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HOST = "wire.test"
"""The name in the certificate; a crawler is led here by ``CONNECT_TO``."""

NOT_FOUND = Case(
    name="",
    script=(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nno case\r\n",),
    status=404,
    payload=b"no case\r\n",
)


LOGGED_AT_MOST = 8 * 1024 * 1024
"""Of an answer without end, so much is kept."""


@dataclass(slots=True)
class Logged:
    """One exchange as the server saw it."""

    target: str
    connection: int
    """Number of the connection, over all ports."""
    secure: bool
    received: bytes
    """The whole request."""
    at: float = field(default_factory=time.time)
    """When it had arrived, in seconds since 1970."""
    sent: bytearray = field(default_factory=bytearray)
    """What was handed to the socket; of an answer that the client broke off, it may have received less."""


class WireServer:
    r"""Serves from ``with`` on, until its end.

    >>> with WireServer() as server, socket.create_connection(("127.0.0.1", server.http)) as client:
    ...     client.sendall(b"GET /no-content HTTP/1.1\r\n\r\n")
    ...     answer = client.recv(100)
    ...     answer == bytes(server.log[0].sent) == b"HTTP/1.1 204 No Content\r\nX-Empty: yes\r\n\r\n"
    True
    """

    def __init__(
        self,
        cases: Iterable[Case] = CASES,
        *,
        robots: Case = ROBOTS_ALLOW,
        otherwise: Case = NOT_FOUND,
        tls: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
    ):
        """Play *cases*, and *otherwise* at every other path, on a loopback *address*."""
        self._address = address
        self._cases = {case.path: case for case in (*cases, robots)}
        self._otherwise = otherwise
        self._tls = tls or server_context((HOST,))
        self._tls.sni_callback = lambda _socket, name, _context: self.server_names.append(name)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._connections = 0
        self._stopped = threading.Event()
        self.log: list[Logged] = []
        """Exchanges in the order in which their requests arrived."""
        self.server_names: list[str | None] = []
        """What each TLS handshake gave as the server's name (SNI)."""
        self.http = self.https = 0
        """Ports."""

    def __enter__(self) -> Self:
        self.http = self._listen(lambda client: self._converse(client, secure=False))
        self.https = self._listen(self._converse_securely)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it
        for thread in self._threads:
            thread.join(HUNG)

    @property
    def connect_to(self) -> str:
        """The ``CONNECT_TO`` setting for a crawl of ``http(s)://wire.test/``."""
        address = f"[{self._address}]" if ":" in self._address else self._address
        return f"{HOST}:80:{address}:{self.http},{HOST}:443:{address}:{self.https}"

    def exchanges(self, path: str) -> list[Logged]:
        """What was logged for a path, in order."""
        return [logged for logged in list(self.log) if logged.target == path]

    def _listen(self, serve: Callable[[socket.socket], None]) -> int:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        listener = socket.create_server((self._address, 0), family=family, backlog=256)
        self._start(self._accept, listener, serve)
        port: int = listener.getsockname()[1]
        return port

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with self._registered(listener):
            while not self._stopped.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:  # shut down
                    return
                self._start(self._serve, client, serve)

    @contextmanager
    def _registered(self, connection: socket.socket) -> Iterator[None]:
        """Within, the end of the server ends the connection; after, it is closed."""
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _serve(self, client: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a segment for each step
        with suppress(OSError), self._registered(client):  # a client may go when it likes
            serve(client)

    def _converse_securely(self, client: socket.socket) -> None:
        secure = self._tls.wrap_socket(client, server_side=True)
        with self._registered(secure):
            self._converse(secure, secure=True)

    def _converse(self, client: socket.socket, *, secure: bool) -> None:
        with self._lock:
            self._connections += 1
            number = self._connections
        reused = False
        while request := _read_request(client):
            method, target = request.split(b" ", 2)[:2]
            logged = Logged(_path(target), connection=number, secure=secure, received=request)
            self.log.append(logged)
            if method == b"CONNECT":
                self._tunnel(client, logged)
                return
            case = self._cases.get(logged.target, self._otherwise)
            script = case.reused if reused and case.reused else case.script
            if case.first is not None and len(self.exchanges(logged.target)) == 1:
                script = case.first
            if not all(self._keeps(client, step, logged) for step in script):
                return
            reused = True

    def _keeps(self, client: socket.socket, step: Step, logged: Logged) -> bool:
        """Take one step; say whether the connection goes on after it."""
        match step:
            case Pause(seconds):
                self._stopped.wait(seconds)
            case Endlessly(data):
                while not self._stopped.is_set():
                    _send(client, data, logged)
            case Then.CLOSE:
                if isinstance(client, ssl.SSLSocket):
                    client.settimeout(1)
                    client.unwrap()
                return False
            case Then.RESET:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            case Then.STALL:
                client.recv(1)  # until the client goes, or the server ends
                return False
            case bytes():
                _send(client, step, logged)
        return True

    def _tunnel(self, client: socket.socket, logged: Logged) -> None:
        """Be a proxy to this same server: to https, unless port 80 is asked for."""
        port = self.http if logged.target.endswith(":80") else self.https
        with socket.create_connection(("127.0.0.1", port)) as server, self._registered(server):
            _send(client, b"HTTP/1.1 200 Connection established\r\n\r\n", logged)
            self._start(_pump, server, client)
            _pump(client, server)


def _read_request(client: socket.socket) -> bytes:
    """One request with its body, of the length that it names; empty when the client has gone."""
    request = b""
    while b"\r\n\r\n" not in request:
        data = client.recv(65536)
        if not data:
            return b""
        request += data
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: *(\d+)", head, re.IGNORECASE)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0 and (data := client.recv(missing)):
        request += data
        missing -= len(data)
    return request


def _path(target: bytes) -> str:
    """A request target as a path, also when a proxy was asked for a whole URL."""
    return re.sub(r"^http://[^/]*", "", target.decode("latin-1"))


def _send(client: socket.socket, data: bytes, logged: Logged) -> None:
    # Logged first: of what a broken-off sendall() was given, the client may have received any part.
    if len(logged.sent) < LOGGED_AT_MOST:
        logged.sent += data
    client.sendall(data)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Copy one direction of a tunnel until its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
