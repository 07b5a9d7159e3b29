#!/bin/bash
# cdx_toolkit 0.9.39: `cdxt warc`, which writes captures of the Wayback Machine into a WARC file, dates a record by the Date
# field that the archived server sent, and not by the capture, whose timestamp it holds. A page out of a cache has the Date of
# the copy (RFC 9110, 6.6.1), so two captures of it become two records of one time, earlier than both; a server whose clock is
# wrong dates its own archive; and an answer without Date is dated now, years late. WARC-Date is the instant at which the capture
# began (ISO 28500:2017, 5.4), and indexes are made of it, so replay by time finds the wrong page or none.
# The archive is a small server here, with an index (/cdx) and the fields by which a Wayback hands the original ones on.
# Seen under Python 3.11 with warcio 1.8.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'cdx_toolkit==0.9.39' 'warcio==1.8.1' 2>/dev/null
export CDXT_DEFAULT_MIN_RETRY_INTERVAL=0
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^cdx_toolkit ' | tr -s ' '
    env/bin/python - <<'PYTHON'
import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from cdx_toolkit.cli import main
from warcio.archiveiterator import ArchiveIterator

CAPTURES = [
    ("20071128080000", "fresh", "20071128080000"),
    ("20071128080000", "cached", "20071128073000"),
    ("20071128090000", "cached", "20071128073000"),
    ("20071128080000", "wrong-clock", "20040101000000"),
    ("20071128080000", "undated", None),
]


def http_date(timestamp):
    return format_datetime(datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc), usegmt=True)


class Archive(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/cdx"):
            self.send_response(200 if "page=0" in self.path else 400)
            self.end_headers()
            for captured, name, _ in CAPTURES if "page=0" in self.path else ():
                line = {"timestamp": captured, "url": f"http://news.example/{name}", "mime": "text/html", "status": "200"}
                self.wfile.write(json.dumps(line).encode() + b"\n")
            return
        (captured, _, sent), = [each for each in CAPTURES if f"/{each[0]}id_/" in self.path and self.path.endswith(each[1])]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Memento-Datetime", http_date(captured))
        if sent:
            self.send_header("X-Archive-Orig-Date", http_date(sent))
        self.end_headers()
        self.wfile.write(f"<title>News of {captured}</title>".encode())

    def log_message(self, *words):
        pass


server = HTTPServer(("127.0.0.1", 0), Archive)
Thread(target=server.serve_forever, daemon=True).start()
place = f"http://127.0.0.1:{server.server_port}"
before = datetime.now(timezone.utc) - timedelta(seconds=1)
main(["--source", f"{place}/cdx", "--wb", f"{place}/web", "--from", "2007", "--to", "2007", "warc", "news.example/*"])
(file,) = Path().glob("*.warc.gz")
with file.open("rb") as stream:
    for record in ArchiveIterator(stream):
        if record.rec_type == "response":
            dated = record.rec_headers["WARC-Date"]
            now = before <= datetime.fromisoformat(dated) <= datetime.now(timezone.utc)
            print(record.rec_headers["WARC-Target-URI"], "WARC-Date", "now" if now else dated, record.content_stream().read())
PYTHON
)
expected="cdx_toolkit 0.9.39
http://news.example/fresh WARC-Date 2007-11-28T08:00:00Z b'<title>News of 20071128080000</title>'
http://news.example/cached WARC-Date 2007-11-28T07:30:00Z b'<title>News of 20071128080000</title>'
http://news.example/cached WARC-Date 2007-11-28T07:30:00Z b'<title>News of 20071128090000</title>'
http://news.example/wrong-clock WARC-Date 2004-01-01T00:00:00Z b'<title>News of 20071128080000</title>'
http://news.example/undated WARC-Date now b'<title>News of 20071128080000</title>'"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
