#!/bin/bash
# cn2an 0.5.24, transform, which writes the numbers of a Chinese sentence in digits: two or three, 两三, becomes 23, so two or
# three injured are 23, and a search of three or four days lasted 34, without a warning. Numerals put together so are an
# estimate, for which the standard has Chinese numerals only, as in 三四个月 (GB/T 15835-2011, 4.2.2). With 五六十人, fifty or
# sixty people, transform leaves the text as it is, and warns. That digits are taken one by one is in its documentation what
# direct=True is for.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'cn2an==0.5.24' 2>/dev/null
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^cn2an ' | tr -s ' '
    env/bin/python - <<'PYTHON'
import warnings

import cn2an

for text in ("三人受伤", "两三人受伤", "搜救持续了三四天", "七八个月前", "五六十人受伤"):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        print(text, cn2an.transform(text, "cn2an"), "warned" if warned else "no warning")
PYTHON
)
expected="cn2an 0.5.24
三人受伤 3人受伤 no warning
两三人受伤 23人受伤 no warning
搜救持续了三四天 搜救持续了34天 no warning
七八个月前 78个月前 no warning
五六十人受伤 五六十人受伤 warned"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
