#!/bin/bash
# extruct 0.18.0: the date of a microdata item is empty where <time> has no datetime attribute. HTML says that a property's
# value is then the text of the element: it is the "datetime value" of <time> (5.2.4), which is the attribute where there is one,
# and the child text content where there is none (4.5.14). So <time itemprop="datePublished">2026-11-28</time> is right HTML, and
# its date is lost; in a <span> it is not.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'extruct==0.18.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

import extruct

print("extruct", importlib.metadata.version("extruct"))
ARTICLE = '<!DOCTYPE html><title>Ferry</title><div itemscope itemtype="https://schema.org/NewsArticle">{}</div>'
for element in (
    '<time itemprop="datePublished" datetime="2026-11-28">Saturday</time>',
    '<time itemprop="datePublished">2026-11-28</time>',
    '<span itemprop="datePublished">2026-11-28</span>',
):
    (item,) = extruct.extract(ARTICLE.format(element), base_url="https://news.example/", syntaxes=["microdata"])["microdata"]
    print(element, repr(item["properties"]["datePublished"]))
PYTHON
)
expected='extruct 0.18.0
<time itemprop="datePublished" datetime="2026-11-28">Saturday</time> '"'2026-11-28'"'
<time itemprop="datePublished">2026-11-28</time> '"''"'
<span itemprop="datePublished">2026-11-28</span> '"'2026-11-28'"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
