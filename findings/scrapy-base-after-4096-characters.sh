#!/bin/bash
# Scrapy 2.19.0: a <base> that stands after the first 4,096 characters of a page is not seen, so every relative link of the
# page leads elsewhere; LinkExtractor, response.follow and response.urljoin all miss it. The documentation says that the base
# address "shall be extracted from the <base> tag". HTML lets a block of JSON-LD or of CSS stand before it, since only elements
# with addresses in their attributes must come after (4.2.3), and news pages have long ones. w3lib, which Scrapy asks, reads on.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'Scrapy==2.19.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import json

import scrapy
from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from w3lib.html import get_base_url

print("Scrapy", scrapy.__version__)
BEFORE = '<!DOCTYPE html><html><head><title>Ferry</title><script type="application/ld+json">'
BASE = '<base href="https://news.example/archive/">'
for place in (4096 - len(BASE), 4097):
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": ""})
    fill = place - len(BEFORE) - len(data) - len("</script>")
    data = data.replace('""', '"' + "x" * fill + '"')
    text = f'{BEFORE}{data}</script>{BASE}</head><body><a href="1.html">One</a></body></html>'
    assert text.index(BASE) == place
    page = HtmlResponse("https://news.example/today/", body=text.encode(), encoding="utf-8")
    print("<base> at", place)
    print("  urljoin", page.urljoin("1.html"))
    print("  follow", page.follow(page.css("a")[0]).url)
    print("  LinkExtractor", LinkExtractor().extract_links(page)[0].url)
    print("  w3lib", get_base_url(text, page.url) + "1.html")
PYTHON
)
expected='Scrapy 2.19.0
<base> at 4053
  urljoin https://news.example/archive/1.html
  follow https://news.example/archive/1.html
  LinkExtractor https://news.example/archive/1.html
  w3lib https://news.example/archive/1.html
<base> at 4097
  urljoin https://news.example/today/1.html
  follow https://news.example/today/1.html
  LinkExtractor https://news.example/today/1.html
  w3lib https://news.example/archive/1.html'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
