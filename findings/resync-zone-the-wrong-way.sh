#!/bin/bash
# resync 2.0.1, the ResourceSync library: the zone of a time is added where it has to be taken off, so 08:00+08:00, which is
# midnight in UTC, is read as 16:00Z: Beijing's times are sixteen hours late, and those of New York ten hours early. A resource
# list that is read and written again says so too. ResourceSync has its times in the W3C's date and time format ("Date and Time
# Formats"), whose own example says that 1994-11-05T08:15:30-05:00 is the instant 1994-11-05T13:15:30Z; to resync it is 03:15:30Z.
# The docstring of its reader takes that format for its rule and has a time with +01:00 among its examples.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'resync==2.0.1' 2>/dev/null
seen=$(env/bin/python -W ignore - <<'PYTHON'
import importlib.metadata
import re
from datetime import datetime, timezone

from resync import ResourceList

TIMES = ["1994-11-05T08:15:30-05:00", "1994-11-05T13:15:30Z", "2026-11-28T08:00:00+08:00", "2026-11-28T00:00:00Z"]
pages = "".join(
    f"<url><loc>https://news.example/{number}</loc><lastmod>{time}</lastmod></url>" for number, time in enumerate(TIMES)
)
listing = ResourceList()
listing.parse(str_data=f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:rs="http://www.openarchives.org/rs/terms/">
<rs:md capability="resourcelist" at="2026-11-28T09:00:00Z"/>{pages}</urlset>""")
written = re.findall("<lastmod>(.*?)</lastmod>", listing.as_xml())

print("resync", importlib.metadata.version("resync"))
for time, again in zip(TIMES, written, strict=True):
    instant = datetime.fromisoformat(time).astimezone(timezone.utc)
    print(time, "is", f"{instant:%Y-%m-%dT%H:%M:%SZ}", "and written as", again)
PYTHON
)
expected="resync 2.0.1
1994-11-05T08:15:30-05:00 is 1994-11-05T13:15:30Z and written as 1994-11-05T03:15:30Z
1994-11-05T13:15:30Z is 1994-11-05T13:15:30Z and written as 1994-11-05T13:15:30Z
2026-11-28T08:00:00+08:00 is 2026-11-28T00:00:00Z and written as 2026-11-28T16:00:00Z
2026-11-28T00:00:00Z is 2026-11-28T00:00:00Z and written as 2026-11-28T00:00:00Z"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
