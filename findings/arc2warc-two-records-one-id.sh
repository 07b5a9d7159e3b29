#!/bin/bash
# warctools 5.0.1: arc2warc makes a record's ID of its address and time alone, so two captures of one address in one second
# become two WARC records of one WARC-Record-ID with different bodies, as with a form and its answer, or a page that redirects
# to itself. The ID is "globally unique" (ISO 28500:2017, 5.2), and records point at each other by it. ARC dates have no more
# than seconds. `warcio recompress`, which turns ARC into WARC too, gives three IDs to the three.
# Seen under Python 3.11 with warcio 1.8.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'warctools==5.0.1' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
def record(url, time, kind, content):
    return f"{url} 192.0.2.1 {time} {kind} {len(content)}\n{content}\n"

def page(number, second, body):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return record(f"http://news.example/{number}", f"200711280800{second}", "text/html", head + body)

version = "1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n\n"
with open("pages.arc", "w", newline="") as file:
    file.write(record("filedesc://pages.arc", "20071128080000", "text/plain", version))
    file.write(page(1, "01", "Log in") + page(1, "01", "The ferry") + page(2, "01", "The harbour"))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^warctools ' | tr -s ' '
    env/bin/arc2warc pages.arc >arc2warc.warc 2>/dev/null
    env/bin/warcio recompress pages.arc warcio.warc.gz >/dev/null
    env/bin/python - <<'PYTHON'
from warcio.archiveiterator import ArchiveIterator

for name in ("arc2warc.warc", "warcio.warc.gz"):
    known = []
    for record in ArchiveIterator(open(name, "rb")):
        if record.rec_type == "response":
            number = record.rec_headers["WARC-Record-ID"]
            known += [number] if number not in known else []
            body = record.content_stream().read().decode()
            print(name, record.rec_headers["WARC-Target-URI"], repr(body), "ID", known.index(number) + 1)
PYTHON
)
expected="warctools 5.0.1
arc2warc.warc http://news.example/1 'Log in' ID 1
arc2warc.warc http://news.example/1 'The ferry' ID 1
arc2warc.warc http://news.example/2 'The harbour' ID 2
warcio.warc.gz http://news.example/1 'Log in' ID 1
warcio.warc.gz http://news.example/1 'The ferry' ID 2
warcio.warc.gz http://news.example/2 'The harbour' ID 3"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
