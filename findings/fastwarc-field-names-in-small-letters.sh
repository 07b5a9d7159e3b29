#!/bin/bash
# FastWARC 2.0.1: the iterator does not see a field whose name is written in small letters. Under warc-type a record is of no known
# type, and who asks for responses does not get it; under content-type its HTTP head is part of its body; under content-length
# it has no body, and the iteration ends with "Invalid WARC header". "Field names are not case-sensitive" (ISO 28500:2017, 4),
# and FastWARC itself finds a field under either name when a program asks for it. warcio 1.8.1 reads the four files alike.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'FastWARC==2.0.1' 'warcio==1.8.1' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata
import io

from fastwarc.warc import ArchiveIterator as FastIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The ferry</p>"
FIELDS = [
    (b"WARC-Type", b"response"), (b"WARC-Record-ID", b"<urn:uuid:00000000-0000-4000-8000-000000000001>"),
    (b"WARC-Date", b"2026-11-28T08:00:00Z"), (b"WARC-Target-URI", b"https://news.example/1"),
    (b"Content-Type", b"application/http;msgtype=response"), (b"Content-Length", b"%d" % len(BLOCK)),
]


def archive(small):
    head = b"".join((name.lower() if name == small else name) + b": " + value + b"\r\n" for name, value in FIELDS)
    return b"WARC/1.1\r\n" + head + b"\r\n" + BLOCK + b"\r\n\r\n"


print("FastWARC", importlib.metadata.version("fastwarc"), "warcio", importlib.metadata.version("warcio"))
for small in (b"", b"WARC-Type", b"Content-Type", b"Content-Length"):
    file = archive(small)
    print(small.lower().decode() or "as in the standard")
    for record in ArchiveIterator(io.BytesIO(file)):
        print("  warcio", record.rec_type, record.content_stream().read())
    try:
        for record in FastIterator(io.BytesIO(file)):
            assert record.headers["WARC-Type"] == record.headers["warc-type"] == "response"
            print("  FastWARC", record.record_type, record.reader.read())
        print("  FastWARC, responses:", len(list(FastIterator(io.BytesIO(file), record_types=WarcRecordType.response))))
    except OSError as error:
        print("  FastWARC", error)
PYTHON
)
expected="FastWARC 2.0.1 warcio 1.8.1
as in the standard
  warcio response b'<p>The ferry</p>'
  FastWARC response b'<p>The ferry</p>'
  FastWARC, responses: 1
warc-type
  warcio response b'<p>The ferry</p>'
  FastWARC unknown b'<p>The ferry</p>'
  FastWARC, responses: 0
content-type
  warcio response b'<p>The ferry</p>'
  FastWARC response b'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>The ferry</p>'
  FastWARC, responses: 1
content-length
  warcio response b'<p>The ferry</p>'
  FastWARC response b''
  FastWARC Invalid WARC header"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
