#!/bin/bash
# warcio 1.8.1: a page that was answered with "100 Continue" first is recorded by capture_http as a response of status 100 with
# no content type, whose body is the head and the body of the page, though the client got 200 and the page. An index of it has the
# status 100, so whoever looks for pages does not find it. A 100 is only interim, a final response follows it, and every client has
# to be able to read it, wanted or not (RFC 9110, 15.2); a client asks for it with "Expect: 100-continue" (10.1.1). warcio's
# documentation says that the file has the response and the request. The server is Python's own, which answers that field so.
# Seen under Python 3.11 with requests 2.34.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'warcio==1.8.1' 'requests==2.34.2' 2>/dev/null
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^warcio ' | tr -s ' '
    env/bin/python - <<'PYTHON'
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from warcio.archiveiterator import ArchiveIterator
from warcio.capture_http import capture_http

import requests  # after capture_http, as warcio asks for


class News(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response_only(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "16")
        self.end_headers()
        self.wfile.write(b"<p>The ferry</p>")

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), News)
server.daemon_threads = True
Thread(target=server.serve_forever, daemon=True).start()
for name, fields in (("plain", {}), ("expect", {"Expect": "100-continue"})):
    with capture_http(f"{name}.warc.gz"):
        page = requests.post(f"http://127.0.0.1:{server.server_port}/search", {"q": "ferry"}, headers=fields, timeout=30)
    print(name, "client", page.status_code, page.text)
    with open(f"{name}.warc.gz", "rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                print(name, "record", record.http_headers.statusline, record.content_stream().read())
PYTHON
    env/bin/warcio index --fields warc-type,http:status,http:content-type plain.warc.gz expect.warc.gz | grep '"response"'
)
expected="warcio 1.8.1
plain client 200 <p>The ferry</p>
plain record 200 OK b'<p>The ferry</p>'
expect client 200 <p>The ferry</p>
expect record 100 Continue b'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: 16\\r\\n\\r\\n<p>The ferry</p>'
"'{"warc-type": "response", "http:status": "200", "http:content-type": "text/html"}
{"warc-type": "response", "http:status": "100"}'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
