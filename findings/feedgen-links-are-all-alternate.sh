#!/bin/bash
# feedgen 1.0.0: the links of an entry lose everything but their address in an Atom feed, so the recording that belongs to an
# article (rel="enclosure") and the place that it was taken from (rel="via") are each a further page of the article, as a link
# without rel is an "alternate" one (RFC 4287, 4.2.7.2), of which an entry has no two of one type and language (4.1.2).
# feedparser 6.0.14 then gives the source as the article's address, and no recording. feedgen's documentation has these kinds of
# link, type and length among what may be given, and the links of the feed itself keep them, as does the same feed as RSS.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'feedgen==1.0.0' 'feedparser==6.0.14' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata
import re

import feedparser
from feedgen.feed import FeedGenerator

feed = FeedGenerator()
feed.id("urn:example:news")
feed.title("News")
feed.description("News")
feed.link(href="https://news.example/", rel="alternate", type="text/html")
entry = feed.add_entry()
entry.id("urn:example:1")
entry.title("The ferry")
entry.link(href="https://news.example/1", rel="alternate", type="text/html")
entry.link(href="https://news.example/1.mp3", rel="enclosure", type="audio/mpeg", length="1234")
entry.link(href="https://agency.example/77", rel="via")

print("feedgen", importlib.metadata.version("feedgen"), "feedparser", importlib.metadata.version("feedparser"))
print(*re.findall("<link.*/>", feed.atom_str(pretty=True).decode()), sep="\n")
for name, text in (("Atom", feed.atom_str()), ("RSS", feed.rss_str())):
    (read,) = feedparser.parse(text).entries
    print(name, "address", read.link, "recordings", *[each.href for each in read.enclosures] or ["none"])
PYTHON
)
expected='feedgen 1.0.0 feedparser 6.0.14
<link href="https://news.example/" rel="alternate" type="text/html"/>
<link href="https://news.example/1"/>
<link href="https://news.example/1.mp3"/>
<link href="https://agency.example/77"/>
Atom address https://agency.example/77 recordings none
RSS address https://news.example/1 recordings https://news.example/1.mp3'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
