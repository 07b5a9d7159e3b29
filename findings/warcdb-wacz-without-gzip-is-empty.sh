#!/bin/bash
# warcdb 0.2.2 with wacz 0.6.0 (the reference packer): a WACZ whose WARC file is not compressed is imported as nothing. The
# import ends with 0, says nothing, and leaves a database with all its tables and no row: of the files in the package, only those
# whose names end in warc.gz are opened. WACZ 1.1.1 lets a package have them either way, and asks for the name .warc then
# ("archive"); `wacz validate` finds the package valid, and the same .warc given to warcdb by itself is imported. Of a package
# that has both kinds, a part is missing.
# Seen under Python 3.11 with warcio 1.8.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'warcdb==0.2.2' 'wacz==0.6.0' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

for name, story in (("plain.warc", "ferry"), ("packed.warc.gz", "harbour")):
    with open(name, "wb") as file:
        writer = WARCWriter(file, gzip=name.endswith(".gz"))
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(
            f"https://news.example/{story}", "response", io.BytesIO(b"<title>News</title>"), http_headers=head,
        ))
PYTHON
imported() {
    env/bin/warcdb import "$1.db" "$1" 2>/dev/null
    local code=$?
    echo "$1: import ends with $code, pages:" $(
        env/bin/warcdb "$1.db" 'select warc_target_uri from response' --no-headers --csv | tr -d '\r'
    )
}
package() {
    env/bin/wacz create -o "$1" "${@:2}" >/dev/null
    env/bin/wacz validate -f "$1" | grep -o 'the passed WACZ is valid'
    imported "$1"
}
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep -E '^wac(z|rc)|^warcdb ' | tr -s ' '
    imported plain.warc
    package packed.wacz packed.warc.gz
    package plain.wacz plain.warc
    package both.wacz packed.warc.gz plain.warc
)
expected="wacz 0.6.0
warcdb 0.2.2
plain.warc: import ends with 0, pages: https://news.example/ferry
the passed WACZ is valid
packed.wacz: import ends with 0, pages: https://news.example/harbour
the passed WACZ is valid
plain.wacz: import ends with 0, pages:
the passed WACZ is valid
both.wacz: import ends with 0, pages: https://news.example/harbour"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
