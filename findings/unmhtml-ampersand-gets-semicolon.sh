#!/bin/bash
# unmhtml 0.4.0: a plain ampersand within a word, as in AT&T or Q&A, gets a semicolon behind the word, so the text of a page saved
# as MHTML is another one in the HTML made of it: AT&T; and Q&A;. Python's HTMLParser, if it does not resolve references itself,
# hands on each & with letters behind it as a reference and does not say whether a semicolon was there; the converter writes one.
# In HTML such an ampersand is text, and valid: not allowed is an "ambiguous ampersand", which has a semicolon of its own (HTML,
# 13.1.4). Those in links, and those written as &amp;, are kept.
# Seen under Python 3.11 with nh3 0.3.8 and html5lib 1.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'unmhtml==0.4.0' 'nh3==0.3.8' 'html5lib==1.1' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

import html5lib
from unmhtml import load_mhtml, to_standalone_html

MHTML = """\
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="part"

--part
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit
Content-Location: https://news.example/1

<!DOCTYPE html><html lang="en"><head><title>News</title></head><body><p>{}</p></body></html>
--part--
"""


def text(html):
    return html5lib.parse(html, namespaceHTMLElements=False).findtext(".//p")


print("unmhtml", importlib.metadata.version("unmhtml"))
PLAIN = ("AT&T buys a ferry", "Q&A: the harbour", "S&P 500 up, R&D down")
for words in (*PLAIN, "AT&amp;T buys a ferry", "fish & chips", "&copy; News"):
    document = load_mhtml(MHTML.format(words).replace("\n", "\r\n"))
    print(words, "| page:", text(document.html), "| converted:", text(to_standalone_html(document)))
PYTHON
)
expected="unmhtml 0.4.0
AT&T buys a ferry | page: AT&T buys a ferry | converted: AT&T; buys a ferry
Q&A: the harbour | page: Q&A: the harbour | converted: Q&A;: the harbour
S&P 500 up, R&D down | page: S&P 500 up, R&D down | converted: S&P; 500 up, R&D; down
AT&amp;T buys a ferry | page: AT&T buys a ferry | converted: AT&T buys a ferry
fish & chips | page: fish & chips | converted: fish & chips
&copy; News | page: © News | converted: © News"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
