#!/bin/bash
# Twisted 26.10.0, twisted.web.client.Agent: asked for /story; it asks the server for /story, which is another resource.
# A semicolon at the end of a path is part of it (RFC 3986, 3.3): requests asks for it, and so do browsers. Agent takes
# the address apart and puts it together again, and an empty parameter is lost. Scrapy fetches by Agent, so what it has
# under /story; is the answer to /story.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv venv
venv/bin/pip install -q 'Twisted==26.10.0' 'requests==2.34.2'
cat >try.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
import twisted
from twisted.internet.task import react
from twisted.web.client import Agent

asked = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
urls = [f"http://127.0.0.1:{server.server_port}{path}" for path in ("/story;", "/story;?page=2", "/story;v=1")]
for url in urls:
    requests.get(url, timeout=10)
by_requests = asked[:]
asked.clear()


async def main(reactor):
    for url in urls:
        await Agent(reactor, connectTimeout=10).request(b"GET", url.encode())


def seen():
    server.shutdown()
    print("requests", requests.__version__, "asks for", *by_requests)
    print("Twisted", twisted.__version__, "asks for", *asked)
    assert by_requests == ["/story;", "/story;?page=2", "/story;v=1"]
    assert asked == ["/story", "/story?page=2", "/story;v=1"], "it has changed"


try:
    react(main)
except SystemExit as end:
    assert not end.code
    seen()
PY
venv/bin/python try.py
