"""ReplayWeb.page on loopback: the files of its npm package, which are checked against their pinned digest, and a WACZ.

The package is AGPL and is part of nothing here; it is fetched for the tests only, by what ``FETCH`` says.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

PACKAGE = Path(__file__).parent.parent.parent / "build" / "replaywebpage-2.4.6.tgz"
FETCH = "mkdir -p build && npm pack --pack-destination build replaywebpage@2.4.6"
_INTEGRITY = "uG50jESRld0p+fY7+nUxIWl7hvfimreNjSmaNkc/a9a8gBdmb7PH4J42Iib+vgk9KrHd0HLScVT++LgqV5fwpQ=="
"""As a lock file of npm has it: SHA-512."""
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class ReplayWebPage:
    """Serves while it is entered: the application at ``url``, and the files added under their names."""

    def __init__(self) -> None:
        data = PACKAGE.read_bytes()
        assert base64.b64encode(hashlib.sha512(data).digest()).decode() == _INTEGRITY, f"{PACKAGE} is another package"
        self._files: dict[str, bytes] = {}
        with tarfile.open(PACKAGE) as package:
            for name in ("index.html", "ui.js", "sw.js"):
                member = package.extractfile(f"package/{name}")
                assert member is not None
                self._files[name] = member.read()
        files = self._files

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name = self.path.partition("?")[0].lstrip("/") or "index.html"
                data = files.get(name)
                if data is None:
                    self._answer(404, b"")
                elif wanted := _RANGE.fullmatch(self.headers.get("Range", "")):
                    start, end = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
                    self._answer(206, data[start : end + 1], f"bytes {start}-{end}/{len(data)}", name)
                else:
                    self._answer(200, data, name=name)

            do_HEAD = do_GET  # noqa: N815 -- the server asks for this name

            def _answer(self, status: int, body: bytes, content_range: str | None = None, name: str = "") -> None:
                self.send_response(status)
                self.send_header("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Accept-Ranges", "bytes")
                if content_range:
                    self.send_header("Content-Range", content_range)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Leave the tests' output alone."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def opening(self, wacz: Path) -> str:
        """Return the address at which the application opens a package."""
        self._files[wacz.name] = wacz.read_bytes()
        return f"{self.url}?source={self.url}{wacz.name}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
