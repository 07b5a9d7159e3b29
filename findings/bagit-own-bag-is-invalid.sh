#!/bin/bash
# bagit 1.9.0, the Library of Congress's tool for bags in which archives hand over what they crawled: a bag that it has just made
# is incomplete to itself, if the name of a file has %0A or %0D in it, as the name of a saved page has when it is made of its
# address, in which a line break of a form is written so. A manifest has to write a percent sign as %25 and line breaks as %0A and
# %0D (RFC 8493, 2.1.3). bagit writes and reads the line breaks so, and leaves the percent sign as it is.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'bagit==1.9.0' 2>/dev/null
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^bagit ' | tr -s ' '
    env/bin/python -W ignore - 2>/dev/null <<'PYTHON'
from pathlib import Path

import bagit

for name in ("search-ferry.html", "search-%E6%B8%A1%E8%BD%AE.html", "search-ferry%0Aharbour.html"):
    folder = Path(name.removesuffix(".html"))
    folder.mkdir()
    (folder / name).write_text("<p>The ferry</p>")
    bagit.make_bag(str(folder), checksums=["sha256"])
    (line,) = (folder / "manifest-sha256.txt").read_text().splitlines()
    try:
        bagit.Bag(str(folder)).validate()
        result = "valid"
    except bagit.BagValidationError as error:
        result = repr(str(error))
    print(line.split()[1], result)
PYTHON
)
expected="bagit 1.9.0
data/search-ferry.html valid
data/search-%E6%B8%A1%E8%BD%AE.html valid
data/search-ferry%0Aharbour.html 'Bag is incomplete: data/search-ferry\\nharbour.html exists in manifest but was not found on filesystem; data/search-ferry%0Aharbour.html exists on filesystem but is not in the manifest'"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
