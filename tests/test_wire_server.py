from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from tests.patience import HUNG
from tests.servers.cases import CASES, THIRTEEN, Case, Then
from tests.servers.wire import HOST, WireServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server


def connect(server: WireServer, scheme: str) -> socket.socket:
    if scheme == "http":
        return socket.create_connection(("127.0.0.1", server.http), timeout=HUNG)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", server.https), timeout=HUNG)
    return context.wrap_socket(plain, server_hostname=HOST)


def request(case: Case) -> bytes:
    length = b"Content-Length: %d\r\n" % len(case.request_body) if case.request_body else b""
    return (
        b"%b %b HTTP/1.1\r\nHost: %b\r\n%b\r\n"
        % (
            case.method.encode(),
            case.path.encode(),
            HOST.encode(),
            length,
        )
        + case.request_body
    )


def receive(client: socket.socket, at_most: int, *, silence: float = HUNG) -> bytes:
    """What the server sends: as much as was asked for, or until it ends the connection or says nothing for so long."""
    client.settimeout(silence)
    received = bytearray()
    try:
        while len(received) < at_most and (data := client.recv(at_most - len(received))):
            received += data
    except (ConnectionError, TimeoutError, ssl.SSLError):
        pass
    return bytes(received)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_client_receives_the_bytes_of_the_script_and_the_log_has_them(server, case, scheme):
    with connect(server, scheme) as client:
        client.sendall(request(case))
        end = case.script[-1]
        received = receive(client, len(case.wire))
        if isinstance(end, Then):  # wait for the end of the connection too, or see that it does not come
            received += receive(client, 1, silence=0.7 if end is Then.STALL else HUNG)

    logged = server.exchanges(case.path)[-1]
    assert received == case.wire
    assert logged.received == request(case)
    assert logged.secure == (scheme == "https")
    if case.captured == "start":
        assert bytes(logged.sent).startswith(case.wire)
    else:
        assert bytes(logged.sent) == case.wire


def test_the_hostile_server_has_thirteen_urls():
    assert len({case.path for case in THIRTEEN}) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_payload_is_what_the_wire_carries_without_its_framing(case):
    """Held against a reading of the bytes that knows only chunks and lengths."""
    if case.payload is None:
        return
    head, _, body = case.wire.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 1"):
        head, _, body = body.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        payload = b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            length = int(size.split(b";")[0], 16)
            if length == 0:
                break
            payload += rest[:length]
            body = rest[length + 2 :]
    elif b"\n\n" in head:  # bare line feeds
        payload = head.partition(b"\n\n")[2]
    else:
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        payload = body[: int(lengths[0])] if lengths else body

    assert payload == case.payload


def test_only_cases_that_say_so_share_a_payload():
    payloads: dict[bytes, str] = {}
    for case in CASES:
        if case.payload and len(case.payload) > 1000:
            assert payloads.setdefault(case.payload, case.name) == (case.same_payload_as or case.name)


def test_a_kept_connection_serves_the_next_request(server):
    with connect(server, "http") as client:
        for name, length in ((b"no-content", 41), (b"empty", 38)):
            client.sendall(b"GET /%b HTTP/1.1\r\n\r\n" % name)
            assert len(receive(client, length)) == length

    assert server.exchanges("/no-content")[-1].connection == server.exchanges("/empty")[-1].connection


def test_a_stale_connection_closes_when_its_second_request_arrives(server):
    with connect(server, "http") as client:
        client.sendall(b"GET /empty HTTP/1.1\r\n\r\n")
        receive(client, 38)
        client.sendall(b"GET /stale HTTP/1.1\r\n\r\n")

        assert receive(client, 1) == b""
    assert server.exchanges("/stale")[-1].sent == b""


def test_the_http_port_is_a_proxy_that_tunnels(server):
    with connect(server, "http") as client:
        client.sendall(b"CONNECT wire.test:443 HTTP/1.1\r\nHost: wire.test:443\r\n\r\n")
        assert client.recv(1000) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with context.wrap_socket(client, server_hostname=HOST) as tunnel:
            tunnel.sendall(b"GET /empty HTTP/1.1\r\n\r\n")

            assert receive(tunnel, 38) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert server.exchanges("/empty")[-1].secure


def test_the_http_port_is_a_proxy_for_whole_urls(server):
    with connect(server, "http") as client:
        client.sendall(b"GET http://wire.test/empty HTTP/1.1\r\n\r\n")

        assert receive(client, 38) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
