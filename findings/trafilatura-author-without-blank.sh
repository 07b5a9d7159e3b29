#!/bin/bash
# trafilatura 2.3.1: an author in <meta name="author"> whose name has no blank in it is thrown away, without a word. Chinese
# names have none. HTML says that the value is "a free-form string giving the name of one of the page's authors" (4.2.5.1,
# standard metadata names); the documentation of trafilatura promises the author and names no such condition. The same name in
# JSON-LD is given.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'trafilatura==2.3.1' 'lxml_html_clean==0.4.6' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata
import json

import trafilatura

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>渡轮离港</title>{}</head>
<body><article><h1>渡轮离港</h1><p>这座城市的渡轮在黎明时分离开了港口，船上有三百名乘客。</p></article></body></html>"""

print("trafilatura", importlib.metadata.version("trafilatura"))
for name in ("Ada Lovelace", "欧阳小明", "欧阳 小明"):
    meta = f'<meta name="author" content="{name}">'
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "author": {"@type": "Person", "name": name}}
    linked = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    authors = [trafilatura.extract_metadata(PAGE.format(head)).author for head in (meta, linked)]
    print(f"{name}: meta gives {authors[0]}, JSON-LD gives {authors[1]}")
PYTHON
)
expected='trafilatura 2.3.1
Ada Lovelace: meta gives Ada Lovelace, JSON-LD gives Ada Lovelace
欧阳小明: meta gives None, JSON-LD gives 欧阳小明
欧阳 小明: meta gives 欧阳 小明, JSON-LD gives 欧阳 小明'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
