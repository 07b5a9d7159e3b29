#!/bin/bash
# wacz 0.6.0 (the reference packer): of two WARC files that have one name in two directories, `wacz create` puts both into
# the package as archive/NAME, and its index names both so. What the index says of the first file leads into the second, to
# another page or into the middle of a record, and the first cannot be reached any more. The command ends with 0, and only
# Python's zipfile warns of the name. ArchiveWeb.page calls the WARC file of each package data.warc.gz: whoever makes one
# package of two has this.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'wacz==0.6.0' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import io, os

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

for day in ("monday", "tuesday"):
    os.mkdir(day)
    with open(f"{day}/data.warc.gz", "wb") as file:
        writer = WARCWriter(file, gzip=True)
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = io.BytesIO(f"<title>{day}</title>".encode())
        writer.write_record(writer.create_warc_record(f"https://news.example/{day}", "response", body, http_headers=head))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^wacz ' | tr -s ' '
    env/bin/wacz create -o both.wacz monday/data.warc.gz tuesday/data.warc.gz >/dev/null 2>warning
    echo "wacz create ends with $?; $(grep -o 'UserWarning.*' warning)"
    env/bin/python - <<'PYTHON'
import gzip, io, json, zipfile

from warcio.archiveiterator import ArchiveIterator

package = zipfile.ZipFile("both.wacz")
print(*(name for name in package.namelist() if name.startswith("archive/")))
for line in gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines():
    said = json.loads(line.split(" ", 2)[2])
    data = package.read("archive/" + said["filename"])[int(said["offset"]) :]
    found = next(iter(ArchiveIterator(io.BytesIO(data)))).rec_headers["WARC-Target-URI"]
    print("for", said["url"], "the index leads to", found)
PYTHON
)
expected="wacz 0.6.0
wacz create ends with 0; UserWarning: Duplicate name: 'archive/data.warc.gz'
archive/data.warc.gz archive/data.warc.gz
for https://news.example/monday the index leads to https://news.example/tuesday
for https://news.example/tuesday the index leads to https://news.example/tuesday"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
