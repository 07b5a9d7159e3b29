#!/bin/bash
# robotspy 0.13.0, a parser of robots.txt: a star that is written as %2A, so that it means a star, means anything, as the rules are
# decoded before they are compared. A site that shuts out one page, /search/*, thereby shuts out every search, and a crawler
# that asks robotspy leaves out pages that it may fetch. A special character that is to be taken as it is should be
# percent-encoded, and %2A then stands for a star in the address (RFC 9309, 2.2.3, figure 6); robotspy's documentation says that
# it mostly follows that RFC, and names no such exception. Protego 0.7.0 shuts out the one page.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'robotspy==0.13.0' 'Protego==0.7.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

from protego import Protego
from robots import RobotsParser

print("robotspy", importlib.metadata.version("robotspy"), "Protego", importlib.metadata.version("protego"))
for rule in ("/search/*.html", "/search/%2A.html"):
    text = f"User-agent: *\nDisallow: {rule}\n"
    for page in ("https://news.example/search/*.html", "https://news.example/search/ferry.html"):
        robotspy = RobotsParser.from_string(text).can_fetch("newsbot", page)
        protego = Protego.parse(text).can_fetch(page, "newsbot")
        print(rule, page, "robotspy", robotspy, "Protego", protego)
PYTHON
)
expected="robotspy 0.13.0 Protego 0.7.0
/search/*.html https://news.example/search/*.html robotspy False Protego False
/search/*.html https://news.example/search/ferry.html robotspy False Protego False
/search/%2A.html https://news.example/search/*.html robotspy False Protego False
/search/%2A.html https://news.example/search/ferry.html robotspy False Protego True"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
