#!/bin/bash
# har2warc 1.0.4: the zone of a time is cut off and "Z" written in its place, so that what was captured at 08:00 in Beijing is
# dated 08:00 UTC, eight hours after it happened, and an index has the page under a moment at which nobody fetched it. HAR 1.2
# has a zone in `startedDateTime` ("YYYY-MM-DDThh:mm:ss.sTZD", its own example ends in +01:00), and WARC-Date is in UTC
# (ISO 28500:2017, 5.4).
# Seen under Python 3.11 with warcio 1.8.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'har2warc==1.0.4' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import json

def entry(path, time):
    return {
        "startedDateTime": time, "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": {"method": "GET", "url": f"https://news.example/{path}", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": [{"name": "Host", "value": "news.example"}], "queryString": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
                     "headers": [{"name": "Content-Type", "value": "text/plain"}], "redirectURL": "", "headersSize": -1,
                     "bodySize": 5, "content": {"size": 5, "mimeType": "text/plain", "text": "ferry"}},
    }

entries = [entry("utc", "2026-11-28T00:00:00.000Z"), entry("beijing", "2026-11-28T08:00:00.000+08:00")]
log = {"version": "1.2", "creator": {"name": "by hand", "version": "1"}, "pages": [], "entries": entries}
json.dump({"log": log}, open("one-moment.har", "w"))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^har2warc ' | tr -s ' '
    env/bin/har2warc one-moment.har one-moment.warc.gz
    env/bin/python - <<'PYTHON'
from warcio.archiveiterator import ArchiveIterator

for record in ArchiveIterator(open("one-moment.warc.gz", "rb")):
    if record.rec_type == "response":
        print(record.rec_headers["WARC-Target-URI"], record.rec_headers["WARC-Date"])
PYTHON
)
expected='har2warc 1.0.4
https://news.example/utc 2026-11-28T00:00:00Z
https://news.example/beijing 2026-11-28T08:00:00Z'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
