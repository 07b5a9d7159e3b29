#!/bin/bash
# warcio 1.8.1: a revisit record may hold more than the HTTP head, a truncated body (ISO 28500:2017, 6.7.2). `warcio recompress`
# keeps the head and leaves the body out, shortens Content-Length, keeps the digest of the block that it did not write, and
# reports "No Errors Found!"; so does any copy by WARCWriter. The response beside it is copied whole.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check warcio==1.8.1 2>/dev/null
env/bin/python - <<'PYTHON'
import base64, hashlib

def record(kind, number, fields):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The ferry left at dawn."
    digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = [
        "WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>",
        "WARC-Date: 2026-11-29T08:00:00Z", f"WARC-Target-URI: https://news.example/{number}", *fields,
        "Content-Type: application/http;msgtype=response", f"WARC-Block-Digest: sha1:{digest}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"

profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
payload = "WARC-Payload-Digest: sha1:" + base64.b32encode(hashlib.sha1(b"<p>The ferry left at dawn. And so on.").digest()).decode()
with open("before.warc", "wb") as file:
    file.write(record("revisit", 1, [profile, payload, "WARC-Truncated: length"]) + record("response", 2, []))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^warcio ' | tr -s ' '
    env/bin/warcio recompress before.warc after.warc.gz | tail -1
    gzip -dc after.warc.gz >after.warc
    env/bin/python - <<'PYTHON'
import base64, hashlib, re

for name in ("before.warc", "after.warc"):
    data = open(name, "rb").read()
    for kind in (b"revisit", b"response"):
        start = data.index(b"WARC-Type: " + kind)
        end = data.index(b"\r\n\r\n", start)
        length = int(re.search(rb"Content-Length: (\d+)", data[start:end])[1])
        block = data[end + 4 : end + 4 + length]
        said = re.search(rb"WARC-Block-Digest: sha1:(\w+)", data[start:end])[1]
        right = said == base64.b32encode(hashlib.sha1(block).digest())
        print(name, kind.decode(), length, "bytes,", "body there," if b"ferry" in block else "no body,", "digest", "right" if right else "wrong")
PYTHON
)
expected='warcio 1.8.1
No Errors Found!
before.warc revisit 70 bytes, body there, digest right
before.warc response 70 bytes, body there, digest right
after.warc revisit 44 bytes, no body, digest wrong
after.warc response 70 bytes, body there, digest right'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
