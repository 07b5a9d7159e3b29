#!/bin/bash
# gne 0.4.3, which extracts Chinese news: of an author with a middle dot in the name only what stands before the dot is given,
# so 谢尔盖·伊万诺夫 is 谢尔盖, and all Sergeys are one author. The dot is no end of a name: it stands between the
# parts of foreign names and of those of several peoples of China (GB/T 15834-2011, punctuation, 4.14). The documentation
# promises the author and speaks of no such limit. In <meta name="author"> the same name is given whole.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'gne==0.4.3' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
import importlib.metadata

from gne import GeneralNewsExtractor

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>渡轮离港</title>{}</head>
<body><article>
<h1>渡轮离港</h1>
{}
<p>这座城市的渡轮在黎明时分离开了港口，船上有三百名乘客，他们要去对岸的岛屿。</p>
<p>船长说，今天的海面很平静，渡轮会在中午以前到达，乘客们都很高兴。</p></article></body></html>"""

print("gne", importlib.metadata.version("gne"))
for name in ("欧阳小明", "谢尔盖·伊万诺夫", "买买提·艾力"):
    line = GeneralNewsExtractor().extract(PAGE.format("", f"<p>作者：{name}</p>"))["author"]
    meta = GeneralNewsExtractor().extract(PAGE.format(f'<meta name="author" content="{name}">', ""))["author"]
    print(f"{name}: the line gives {line}, meta gives {meta}")
PYTHON
)
expected='gne 0.4.3
欧阳小明: the line gives 欧阳小明, meta gives 欧阳小明
谢尔盖·伊万诺夫: the line gives 谢尔盖, meta gives 谢尔盖·伊万诺夫
买买提·艾力: the line gives 买买提, meta gives 买买提·艾力'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
