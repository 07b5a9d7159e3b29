#!/bin/bash
# lxml 6.1.1 (libxml2): HTML lets authors leave out the end tags of rt and rp before the next of them (13.1.2.4), but its
# parser knows no such rule: an rp holds the rt after it, and the word that follows. Who drops the brackets (rp), as every
# browser does, drops the reading and the rest of the ruby with them. With the end tags written out all is well.
# Seen under Python 3.11; html5lib reads both forms alike.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'lxml==6.1.1' 'html5lib==1.1' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

import html5lib
import lxml.html

FORMS = {
    "end tags": "<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rp>(</rp><rt>きょう</rt><rp>)</rp></ruby></p>",
    "without": "<p><ruby>東<rp>(<rt>とう<rp>)</rp>京<rp>(<rt>きょう<rp>)</ruby></p>",
}

def shape(node):
    name = node.tag.rpartition("}")[2]
    return f"{name}[{node.text or ''}{''.join(shape(child) + (child.tail or '') for child in node)}]"

for name in ("lxml", "html5lib"):
    print(name, importlib.metadata.version(name))
    for form, page in FORMS.items():
        if name == "lxml":
            ruby = lxml.html.fromstring(page).find(".//ruby")
        else:
            ruby = html5lib.parse(page).find(".//{*}ruby")
        print(f"  {form}: {shape(ruby)}")
PYTHON
)
expected='lxml 6.1.1
  end tags: ruby[東rp[(]rt[とう]rp[)]京rp[(]rt[きょう]rp[)]]
  without: ruby[東rp[(rt[とうrp[)]京rp[(rt[きょうrp[)]]]]]]
html5lib 1.1
  end tags: ruby[東rp[(]rt[とう]rp[)]京rp[(]rt[きょう]rp[)]]
  without: ruby[東rp[(]rt[とう]rp[)]京rp[(]rt[きょう]rp[)]]'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
