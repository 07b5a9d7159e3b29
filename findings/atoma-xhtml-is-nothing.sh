#!/bin/bash
# atoma 0.0.17: what an Atom feed says in XHTML is not there. A title, a summary or an article whose type is "xhtml" is None, or
# an empty text if the feed is written with line breaks, and nothing is raised or said; with a "text" or "html" beside it the same
# entry is read. Only the characters before the first element inside are looked at, and of XHTML there are none: the construct
# "MUST be a single XHTML div element" (RFC 4287, 3.1.1.3, and 4.1.3.3 for the content). atoma has a name for the type
# (AtomTextType.xhtml) and gives it with the empty text. feedparser 6.0.14 reads all of them.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'atoma==0.0.17' 'feedparser==6.0.14' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

import atoma
import feedparser

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>https://news.example/</id>
<updated>2026-11-28T08:00:00Z</updated><author><name>News</name></author><entry><id>https://news.example/1</id>
<link href="https://news.example/1"/><updated>2026-11-28T08:00:00Z</updated>
<title type="{kind}">{title}</title><content type="{kind}">{content}</content></entry></feed>"""
PAGES = {
    "text": FEED.format(kind="text", title="The ferry", content="It left at dawn."),
    "html": FEED.format(kind="html", title="The ferry", content="&lt;p&gt;It left at dawn.&lt;/p&gt;"),
    "xhtml": FEED.format(kind="xhtml", title=DIV.format("The ferry"), content=DIV.format("<p>It left at dawn.</p>")),
    "xhtml on lines of its own": FEED.format(
        kind="xhtml", title=f"\n{DIV.format('The ferry')}\n", content=f"\n{DIV.format('<p>It left at dawn.</p>')}\n",
    ),
}
print("atoma", importlib.metadata.version("atoma"), "feedparser", importlib.metadata.version("feedparser"))
for name, feed in PAGES.items():
    (entry,) = atoma.parse_atom_bytes(feed.encode()).entries
    (known,) = feedparser.parse(feed.encode()).entries
    parts = [part and (part.text_type.name, part.value) for part in (entry.title, entry.content)]
    print(f"{name}: atoma", *parts, "feedparser", [known.title, known.content[0].value])
PYTHON
)
expected="atoma 0.0.17 feedparser 6.0.14
text: atoma ('text', 'The ferry') ('text', 'It left at dawn.') feedparser ['The ferry', 'It left at dawn.']
html: atoma ('html', 'The ferry') ('html', '<p>It left at dawn.</p>') feedparser ['The ferry', '<p>It left at dawn.</p>']
xhtml: atoma None None feedparser ['The ferry', '<p>It left at dawn.</p>']
xhtml on lines of its own: atoma ('xhtml', '') ('xhtml', '') feedparser ['The ferry', '<p>It left at dawn.</p>']"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
