#!/bin/bash
# microdata 0.8.0, a reader of microdata for Python: what belongs to an item by itemref, because it stands elsewhere on the page, is
# left out. The article then has no author, who comes beside it as an item of its own, and no keywords, which come nowhere. In HTML
# the properties of an item are found in its own element and in those that itemref names (5.2.2 and 5.2.5), and an
# element with itemprop is no item of the top level. extruct 0.18.0 reads both.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'microdata==0.8.0' 'extruct==0.18.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata
import json

import extruct
import microdata

PAGE = """<!DOCTYPE html><html><head><title>The ferry</title></head><body>
<article itemscope itemtype="https://schema.org/NewsArticle" itemref="byline tags"><h1 itemprop="headline">The ferry</h1></article>
<p id="byline" itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Li Na</span></p>
<p id="tags"><span itemprop="keywords">harbour</span></p></body></html>"""

print("microdata", importlib.metadata.version("microdata"), "extruct", importlib.metadata.version("extruct"))
for item in microdata.get_items(PAGE):
    print("microdata", json.dumps(item.json_dict()))
for item in extruct.extract(PAGE, syntaxes=["microdata"])["microdata"]:
    print("extruct", json.dumps(item))
PYTHON
)
expected='microdata 0.8.0 extruct 0.18.0
microdata {"type": ["https://schema.org/NewsArticle"], "properties": {"headline": ["The ferry"]}}
microdata {"type": ["https://schema.org/Person"], "properties": {"name": ["Li Na"]}}
extruct {"type": "https://schema.org/NewsArticle", "properties": {"headline": "The ferry", "author": {"type": "https://schema.org/Person", "properties": {"name": "Li Na"}}, "keywords": "harbour"}}'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
