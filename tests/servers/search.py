"""What a load speaks to as a search server: osmem, an emulation of OpenSearch 3 in memory, behind a gateway of ours.

osmem is not by us, and answers as OpenSearch does: external versions, templates, mappings, analysers, error texts. It
is no node all the same: nothing of it outlives its process, it has one shard, no users and no TLS. The gateway adds
what it lacks (passwords, TLS), what goes wrong (busy, cut, too large), and is as strict as Elasticsearch 9 about media
types. A real OpenSearch or Elasticsearch has not been seen by these tests.
"""

from __future__ import annotations

import http.client
import json
import threading
from base64 import b64encode
from collections.abc import Callable  # read at run time, by dataclass
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsspider.demo.certificate import server_context
from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "correct horse@/"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class SearchServer:
    """A gateway in front of a backend at *url*."""

    url: str
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    before: Callable[[Request], Answer | None] = lambda request: None
    """What is answered in place of the backend."""
    after: Callable[[Request, Answer], Answer | None] = lambda request, answer: answer
    """What becomes of the backend's answer; None cuts the connection."""

    def address(self, scheme: str = "opensearch+http", user: str = "loader", password: str = PASSWORD) -> str:
        secret = password.replace("%", "%25").replace("@", "%40").replace("/", "%2F").replace(" ", "%20")
        return f"{scheme}://{user}:{secret}@127.0.0.1:{self.port}/news"

    def asked(self, path: str) -> int:
        return sum(request.path.partition("?")[0] == path for request in self.requests)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the backend itself."""
        return json.loads(self.forward(Request(method, path, {"Content-Type": "application/json"},
                                               b"" if body is None else json.dumps(body).encode())).body)  # fmt: skip

    def documents(self, index: str) -> dict[str, tuple[int, dict[str, Any]]]:
        """All documents of an index, by id, with their versions."""
        self.ask("POST", f"/{index}/_refresh")
        found = self.ask("POST", f"/{index}/_search", {"size": 10000, "version": True, "query": {"match_all": {}}})
        return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in found["hits"]["hits"]}

    def forward(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=HUNG)
        # The length is that of what is sent on, which a test may have changed.
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        try:
            connection.request(request.method, request.path, request.body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), {"Content-Type": answer.getheader("Content-Type", "")})
        finally:
            connection.close()

    def answer(self, request: Request) -> Answer | None:
        self.requests.append(request)
        return (
            _unauthorized(request)
            or _misunderstood(request)
            or self.before(request)
            or self.after(request, self.forward(request))
        )


def error(status: int, kind: str, reason: str, **headers: str) -> Answer:
    body = {"error": {"type": kind, "reason": reason, "root_cause": []}, "status": status}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})


@contextmanager
def serve_search(url: str, *, tls: bool = False) -> Iterator[SearchServer]:
    """Serve a gateway to the backend at *url* until the end of the context."""
    gateway = SearchServer(url)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(gateway)) as server:
        server.daemon_threads = True
        if tls:
            context = server_context(["localhost"])
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        gateway.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()


def _unauthorized(request: Request) -> Answer | None:
    expected = "Basic " + b64encode(f"loader:{PASSWORD}".encode()).decode()
    if request.headers.get("Authorization") == expected:
        return None
    return error(401, "security_exception", "unable to authenticate user")


def _misunderstood(request: Request) -> Answer | None:
    """Refuse what Elasticsearch 9 refuses, and a bulk request that OpenSearch would not read."""
    accepted, sent = request.headers.get("Accept", "*/*"), request.headers.get("Content-Type")
    if accepted not in ("*/*", "application/json") and "compatible-with=9" not in accepted:
        return error(400, "media_type_header_exception", f"Invalid media-type value on headers [Accept]: {accepted}")
    if request.body and sent not in ("application/json", "application/x-ndjson"):
        return error(406, "content_type_exception", f"Content-Type header [{sent}] is not supported")
    if request.path.startswith("/_bulk"):
        if not request.body.endswith(b"\n"):
            return error(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
        for line in request.body.splitlines():
            json.loads(line)
    return None


def _handler(gateway: SearchServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the client is gone, or does not trust the certificate
                self.close_connection = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            answer = gateway.answer(Request(self.command, self.path, headers, body))
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = _answer  # noqa: N815  # the names that http.server looks for

        def log_message(self, *args: object) -> None: ...

    return Handler
