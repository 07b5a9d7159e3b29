#!/bin/bash
# trafilatura 2.3.1: ruby tears a sentence into lines. The word, each bracket and each reading become lines of their own, in the
# middle of the sentence, and the readings stay as text of the article. HTML has ruby, rt and rp among phrasing content, which
# begins no line (4.5.10 to 4.5.12); rt is the annotation, and rp is for readers who cannot show it. Whose word has
# a reading for each character does not find it in the text any more.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'trafilatura==2.3.1' 'lxml_html_clean==0.4.6' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

import trafilatura

PAGE = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>渡し船</title></head><body><article><h1>渡し船</h1>
<p>渡し船は夜明けに{}の港を出て、三百人の乗客を対岸へ運びました。</p>
<p>次の便は昼に出るため、乗客は港の待合室で船を待っています。</p></article></body></html>"""
WAYS = {
    "no ruby": "東京",
    "ruby with rt": "<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>",
    "ruby with rt and rp": "<ruby>東京<rp>（</rp><rt>とうきょう</rt><rp>）</rp></ruby>",
}

print("trafilatura", importlib.metadata.version("trafilatura"))
for way, word in WAYS.items():
    text = trafilatura.extract(PAGE.format(word))
    print(f"{way}: {text[text.index('夜明け') : text.index('の港')]!r}")
PYTHON
)
expected="trafilatura 2.3.1
no ruby: '夜明けに東京'
ruby with rt: '夜明けに\n東\nとう\n京\nきょう\n'
ruby with rt and rp: '夜明けに\n東京\n（\nとうきょう\n）\n'"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
