#!/bin/bash
# mf2py 2.0.2, by which extruct 0.18.0 reads microformats: a date in the title of a value-title element, which stands beside
# what a reader sees, such as "last Saturday", is not read: mf2py asks the element around it for its title. What comes instead is
# the day of the date before it, so a page of the 20th that was updated on the 28th is one updated on the 20th. Where no date is
# before it, none comes, as for the day of publication on Wikinews. The value class pattern, to which the parsing specification of
# microformats2 refers, is for "a more universal value in the title attribute of an element", and mf2py's documentation promises
# full support of microformats2. microformats-parser 2.0.6, the same project's parser on npm, reads the title.
# Seen under Python 3.11 and Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'mf2py==2.0.2' 'extruct==0.18.0' 2>/dev/null
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund 'microformats-parser@2.0.6' >/dev/null
env/bin/python - <<'PYTHON'
import json

PUBLISHED = '<time class="dt-published" datetime="2026-11-20T08:00:00Z">20 November</time>'
TITLE = '<span class="value-title" title="{}"></span>'
PAGES = [
    PUBLISHED + '<time class="dt-updated" datetime="2026-11-28T09:30:00Z">last Saturday</time>',
    PUBLISHED + f'<span class="dt-updated">{TITLE.format("2026-11-28T09:30:00Z")}last Saturday</span>',
    f'<strong class="dt-published">{TITLE.format("2026-11-20")}Friday, 20 November 2026</strong>',
]
json.dump([f'<p class="h-entry">{page}</p>' for page in PAGES], open("pages.json", "w"))
PYTHON
cat >read.mjs <<'JAVASCRIPT'
import { readFileSync } from "fs";
import { mf2 } from "microformats-parser";

for (const page of JSON.parse(readFileSync("pages.json"))) {
    const { published, updated } = mf2(page, { baseUrl: "https://news.example/" }).items[0].properties;
    console.log("microformats-parser published", published?.join() ?? "none", "updated", updated?.join() ?? "none");
}
JAVASCRIPT
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep -E '^(extruct|mf2py) ' | tr -s ' '
    env/bin/python - <<'PYTHON'
import json

import extruct
import mf2py

for page in json.load(open("pages.json")):
    (entry,) = mf2py.parse(doc=page)["items"]
    assert extruct.extract(page, syntaxes=["microformat"])["microformat"] == [entry]
    days = [",".join(entry["properties"].get(key, [])) or "none" for key in ("published", "updated")]
    print("mf2py published", days[0], "updated", days[1])
PYTHON
    node read.mjs
)
expected="extruct 0.18.0
mf2py 2.0.2
mf2py published 2026-11-20T08:00:00Z updated 2026-11-28T09:30:00Z
mf2py published 2026-11-20T08:00:00Z updated 2026-11-20
mf2py published none updated none
microformats-parser published 2026-11-20T08:00:00Z updated 2026-11-28T09:30:00Z
microformats-parser published 2026-11-20T08:00:00Z updated 2026-11-28T09:30:00Z
microformats-parser published 2026-11-20 updated none"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
