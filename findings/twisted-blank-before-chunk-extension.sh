#!/bin/bash
# Twisted 26.10.0: its HTTP client refuses a chunk whose extension has a blank before its semicolon, which the grammar
# allows and says that recipients must read: chunk-ext = *( BWS ";" BWS chunk-ext-name … ) (RFC 9112, 7.1.1).
# Python's http.client reads it.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv venv
venv/bin/pip install -q 'Twisted==26.10.0'
cat >try.py <<'PY'
import io
import platform
from http.client import HTTPResponse

import twisted
from twisted.web.http import _ChunkedTransferDecoder

chunks = b"5 ;a=b\r\nhello\r\n0\r\n\r\n"


class Socket:
    def makefile(self, mode):
        return io.BytesIO(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)


response = HTTPResponse(Socket())
response.begin()
body = response.read()
print("Python", platform.python_version(), "http.client reads", body)

got = []
try:
    _ChunkedTransferDecoder(got.append, lambda rest: None).dataReceived(chunks)
    seen = f"reads {b''.join(got)!r}"
except Exception as error:
    seen = f"{type(error).__name__}: {error}"
print("Twisted", twisted.__version__, seen)
assert body == b"hello"
assert seen == "_MalformedChunkedDataError: Chunk-size must be an integer.", "it has changed"
PY
venv/bin/python try.py
