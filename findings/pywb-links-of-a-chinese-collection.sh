#!/bin/bash
# pywb 2.10.0: in a collection whose name is not ASCII, which wb-manager makes and fills without a word, the first page shows
# and none of its links works. pywb writes the name into addresses as it gets it from WSGI, where each byte of it stands as one
# character (PEP 3333, "Unicode Issues"), so 新闻 becomes six other letters, and in UTF-8 twelve bytes, under which no
# collection is found: 404. So do its scripts in the page. The same pages in a collection called news lead where they should.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'pywb==2.10.0' 'setuptools==80.9.0' 'brotlipy==0.7.0' 2>/dev/null
env/bin/python - <<'PYTHON'
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGES = {"": "<!DOCTYPE html><p>The ferry stays. <a href='/next'>Next</a>", "next": "<!DOCTYPE html><p>It sails at noon."}
with open("pages.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    for path, html in PAGES.items():
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(
            f"http://harbour.example/{path}", "response", payload=BytesIO(html.encode()), http_headers=headers,
            warc_headers_dict={"WARC-Date": "2026-01-29T13:05:11Z"},
        ))
PYTHON
export PYTHONUTF8=1
for collection in news 新闻; do
    env/bin/wb-manager init "$collection" >/dev/null 2>&1
    env/bin/wb-manager add "$collection" pages.warc.gz >/dev/null 2>&1
done
port=$(env/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 60 env/bin/wayback -b 127.0.0.1 -p "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
seen=$(env/bin/python - "$port" <<'PYTHON'
import importlib.metadata
import re
import sys
import time
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

HOME = f"http://127.0.0.1:{sys.argv[1]}"


def get(path):
    for _ in range(100):
        try:
            with urlopen(HOME + quote(path, safe="/:%")) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, ""
        except OSError:  # it is starting
            time.sleep(0.2)
    raise SystemExit("pywb does not start")


print("pywb", importlib.metadata.version("pywb"))
for collection in ("news", "新闻"):
    status, page = get(f"/{collection}/20260129130511mp_/http://harbour.example/")
    link = re.search(r'href="?\'?([^"\'> ]+/next)', page)[1]
    named = link.split("/")[1]
    print(f"{collection}: the page {status}, its link leads to {ascii(named)}: {get(link)[0]}")
PYTHON
)
expected="pywb 2.10.0
news: the page 200, its link leads to 'news': 200
新闻: the page 200, its link leads to '\xe6\x96\xb0\xe9\x97\xbb': 404"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
