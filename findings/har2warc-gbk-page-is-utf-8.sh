#!/bin/bash
# har2warc 1.0.4: a page that was GBK is written as UTF-8 under the header that says GBK, so whoever reads the record by its
# own header, or by the page's own <meta>, reads rubbish. The text of a HAR is no longer what went over the line: "trans-coded
# from its original character set into UTF-8" (HAR 1.2, content). har2warc mends Content-Encoding and Content-Length, which
# are no longer true either, and leaves the charset. The same page in base64, which HAR allows too, comes out right.
# Seen under Python 3.11 with warcio 1.8.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'har2warc==1.0.4' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import base64, json

page = "<!DOCTYPE html><meta charset=gbk><title>渡轮离港</title>"

def entry(path, content):
    return {
        "startedDateTime": "2026-11-28T00:00:00.000Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": {"method": "GET", "url": f"https://news.example/{path}", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": [{"name": "Host", "value": "news.example"}], "queryString": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
                     "headers": [{"name": "Content-Type", "value": "text/html; charset=gbk"}], "redirectURL": "",
                     "headersSize": -1, "bodySize": len(page.encode("gbk")),
                     "content": {"size": len(page.encode("gbk")), "mimeType": "text/html; charset=gbk", **content}},
    }

entries = [entry("text", {"text": page}),
           entry("base64", {"text": base64.b64encode(page.encode("gbk")).decode(), "encoding": "base64"})]
log = {"version": "1.2", "creator": {"name": "by hand", "version": "1"}, "pages": [], "entries": entries}
json.dump({"log": log}, open("gbk.har", "w"))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^har2warc ' | tr -s ' '
    env/bin/har2warc gbk.har gbk.warc.gz
    env/bin/python - <<'PYTHON'
from warcio.archiveiterator import ArchiveIterator

for record in ArchiveIterator(open("gbk.warc.gz", "rb")):
    if record.rec_type == "response":
        body = record.content_stream().read()
        print(record.rec_headers["WARC-Target-URI"], record.http_headers["Content-Type"])
        for encoding in ("gbk", "utf-8"):
            title = body.partition(b"<title>")[2].partition(b"</title>")[0].decode(encoding, "replace")
            print(f"  by {encoding} the title is", "right" if title == "渡轮离港" else "wrong")
PYTHON
)
expected='har2warc 1.0.4
https://news.example/text text/html; charset=gbk
  by gbk the title is wrong
  by utf-8 the title is right
https://news.example/base64 text/html; charset=gbk
  by gbk the title is right
  by utf-8 the title is wrong'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
