#!/bin/bash
# wacz 0.6.0 (the reference packer): of listed pages that differ behind `#` only, as the stories of a site that is one
# document do, `wacz create --pages` keeps the last and drops the others without a word, though it names each listed page for
# which it finds no record. With the time of its capture, which pages.jsonl must have (WACZ 1.1.1), such a page is not found
# at all. The documentation says that the list passed is put in the place of the generated one. `--copy-pages` keeps all.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'wacz==0.6.0' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import io, json

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

TIME = "2026-11-28T08:00:00Z"
with open("news.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(
        "https://news.example/", "response", io.BytesIO(b"<title>News</title>"), http_headers=head,
        warc_headers_dict={"WARC-Date": TIME},
    ))
for name, time in (("without-time", {}), ("with-time", {"ts": TIME})):
    with open(f"{name}.jsonl", "w") as file:
        lines = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
        for story in ("ferry", "harbour", "bridge"):
            lines.append({"url": f"https://news.example/#/{story}", "title": story, **time})
        file.writelines(json.dumps(line) + "\n" for line in lines)
PYTHON
pages() {
    echo "$1:"
    env/bin/wacz create -o "$1.wacz" "${@:2}" news.warc.gz | grep 'find a match' || true
    env/bin/python - "$1.wacz" <<'PYTHON'
import json, sys, zipfile

package = zipfile.ZipFile(sys.argv[1])
lines = package.read("pages/pages.jsonl").splitlines()[1:] if "pages/pages.jsonl" in package.namelist() else []
print("  pages in the package:", *(json.loads(line)["url"] for line in lines))
PYTHON
}
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^wacz ' | tr -s ' '
    pages matched --pages without-time.jsonl
    pages matched-by-time --pages with-time.jsonl
    pages copied --copy-pages --pages with-time.jsonl
)
expected="wacz 0.6.0
matched:
  pages in the package: https://news.example/#/bridge
matched-by-time:
Invalid passed page. We were unable to find a match for 20261128080000/https://news.example/#/ferry
Invalid passed page. We were unable to find a match for 20261128080000/https://news.example/#/harbour
Invalid passed page. We were unable to find a match for 20261128080000/https://news.example/#/bridge
  pages in the package:
copied:
  pages in the package: https://news.example/#/ferry https://news.example/#/harbour https://news.example/#/bridge"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
