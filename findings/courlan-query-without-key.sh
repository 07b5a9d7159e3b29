#!/bin/bash
# courlan 1.4.0, by which trafilatura's crawler finds links: a query that is no list of keys and values is taken away, so of
# the links /story?20261127, /story?20261128 and /story?20261129 one is left, to /story, and the articles are not fetched.
# What a query is made of is the server's own matter, and pairs are no more than usual (RFC 3986, 3.4). The documentation
# promises to "remove unnecessary components and re-order query elements". A pair whose value is empty goes too.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'courlan==1.4.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

from courlan import clean_url, extract_links

print("courlan", importlib.metadata.version("courlan"))
for query in ("id=20261128", "20261128", "/2026/11/28/ferry", "draft=&id=1"):
    print(f"/story?{query}", clean_url(f"https://news.example/story?{query}"))
for key in ("id=", ""):
    page = "".join(f'<a href="/story?{key}2026112{day}">The ferry on day {day}</a>' for day in (7, 8, 9))
    print(page.count("<a "), "links", *sorted(extract_links(page, url="https://news.example/", external_bool=False)))
PYTHON
)
story=https://news.example/story
expected="courlan 1.4.0
/story?id=20261128 $story?id=20261128
/story?20261128 $story
/story?/2026/11/28/ferry $story
/story?draft=&id=1 $story?id=1
3 links $story?id=20261127 $story?id=20261128 $story?id=20261129
3 links $story"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
