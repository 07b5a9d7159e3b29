#!/bin/bash
# zhconv 1.4.3, convert_for_mw, which reads what Chinese wikis such as Wikinews write for both scripts: text that is to be left as
# it is, -{…}-, loses everything before its colon, and what is left is converted after all, so a ferry that left at 08:30 is a
# "30" that did. Text that is given for each script ends before its second colon. MediaWiki takes only what stands before
# the first colon, and only if it is the name of a variant, such as zh-hans; -{text}- is for text without conversion
# ("Writing systems/Syntax", to which zhconv's documentation refers with the words that all its tests have passed).
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'zhconv==1.4.3' 2>/dev/null
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^zhconv ' | tr -s ' '
    env/bin/python -W ignore - <<'PYTHON'
from zhconv import convert_for_mw

TEXTS = [
    "-{渡輪早晨開航}-",
    "-{渡輪08:30開航}-",
    "-{zh-hans:渡轮早晨开航;zh-hant:渡輪早晨開航}-",
    "-{zh-hans:渡轮08:30开航;zh-hant:渡輪08:30開航}-",
]
for text in TEXTS:
    print(text, "zh-cn", convert_for_mw(text, "zh-cn"), "zh-tw", convert_for_mw(text, "zh-tw"))
PYTHON
)
expected="zhconv 1.4.3
-{渡輪早晨開航}- zh-cn 渡輪早晨開航 zh-tw 渡輪早晨開航
-{渡輪08:30開航}- zh-cn 30开航 zh-tw 30開航
-{zh-hans:渡轮早晨开航;zh-hant:渡輪早晨開航}- zh-cn 渡轮早晨开航 zh-tw 渡輪早晨開航
-{zh-hans:渡轮08:30开航;zh-hant:渡輪08:30開航}- zh-cn 渡轮08 zh-tw 渡輪08"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
