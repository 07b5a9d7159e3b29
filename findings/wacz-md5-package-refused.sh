#!/bin/bash
# wacz 0.6.0 (the reference packer): a package that `wacz create --hash-type md5` has made is invalid to `wacz validate`.
# The digest of datapackage.json is SHA-256 whatever the option says, and the validator computes it by the kind of the files'
# hashes, so it holds an MD5 against a SHA-256, though each says by its prefix which it is. The documentation offers the
# option without a limit. All hashes in the package are right, as Python finds beside it.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'wacz==0.6.0' 'warcio==1.8.1' 2>/dev/null
env/bin/python - <<'PYTHON'
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

with open("news.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    body = io.BytesIO(b"<title>Ferry</title>")
    writer.write_record(writer.create_warc_record("https://news.example/1", "response", body, http_headers=head))
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^wacz ' | tr -s ' '
    for kind in sha256 md5; do
        env/bin/wacz create --hash-type "$kind" -o "$kind.wacz" news.warc.gz >/dev/null
        echo "$kind: $(env/bin/wacz validate -f "$kind.wacz" | tail -n +3 | paste -sd ' ')"
        env/bin/python - "$kind.wacz" <<'PYTHON'
import hashlib, json, sys, zipfile

package = zipfile.ZipFile(sys.argv[1])
said = {each["path"]: each["hash"] for each in json.loads(package.read("datapackage.json"))["resources"]}
digest = json.loads(package.read("datapackage-digest.json"))
said[digest["path"]] = digest["hash"]
for path, value in said.items():
    kind, _, hexadecimal = value.partition(":")
    right = hashlib.new(kind, package.read(path)).hexdigest() == hexadecimal
    print(" ", kind, "of", path, "is", "right" if right else "wrong")
PYTHON
    done
)
expected="wacz 0.6.0
sha256: Validation succeeded, the passed WACZ is valid
  sha256 of indexes/index.cdx.gz is right
  sha256 of indexes/index.idx is right
  sha256 of archive/news.warc.gz is right
  sha256 of datapackage.json is right
md5: datapackage.json hash mismatch to datapackage-digest.json Validation failed, the passed WACZ is invalid
  md5 of indexes/index.cdx.gz is right
  md5 of indexes/index.idx is right
  md5 of archive/news.warc.gz is right
  sha256 of datapackage.json is right"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
