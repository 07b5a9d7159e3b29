#!/bin/bash
# warcio 1.8.1: a body under "Transfer-Encoding: Chunked" is given with the sizes of its chunks between its words, because the
# name is looked for in small letters only. "All transfer-coding names are case-insensitive" (RFC 9112, 7), and warcio reads
# the names of content codings in any case. `warcio check` has nothing to say. FastWARC 2.0.1 undoes the chunks of both.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'warcio==1.8.1' 'FastWARC==2.0.1' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata
import io

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main

BODY = b"14\r\n<p>The ferry left at\r\n7\r\n dawn.\n\r\n0\r\n\r\n"


def archive(coding):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: " + coding + b"\r\n\r\n" + BODY
    head = [
        b"WARC/1.1", b"WARC-Type: response", b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>",
        b"WARC-Date: 2026-11-28T08:00:00Z", b"WARC-Target-URI: https://news.example/1",
        b"Content-Type: application/http;msgtype=response", b"Content-Length: %d" % len(block),
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + block + b"\r\n\r\n"


print("warcio", importlib.metadata.version("warcio"), "FastWARC", importlib.metadata.version("fastwarc"))
for coding in (b"chunked", b"Chunked"):
    (body,) = [record.content_stream().read() for record in ArchiveIterator(io.BytesIO(archive(coding)))]
    (fast,) = [record.reader.read() for record in FastIterator(io.BytesIO(archive(coding)), auto_decode="all")]
    print(coding.decode(), "warcio", body, "FastWARC", fast)
with open("capitals.warc", "wb") as file:
    file.write(archive(b"Chunked"))
try:
    main(["check", "capitals.warc"])
    code = 0
except SystemExit as end:
    code = end.code
print("warcio check ends with", code or 0)
PYTHON
)
expected="warcio 1.8.1 FastWARC 2.0.1
chunked warcio b'<p>The ferry left at dawn.\\n' FastWARC b'<p>The ferry left at dawn.\\n'
Chunked warcio b'14\\r\\n<p>The ferry left at\\r\\n7\\r\\n dawn.\\n\\r\\n0\\r\\n\\r\\n' FastWARC b'<p>The ferry left at dawn.\\n'
warcio check ends with 0"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
