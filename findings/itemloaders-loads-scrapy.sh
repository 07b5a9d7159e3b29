#!/bin/bash
# itemloaders 1.5.0 with itemadapter 0.13.1: a program that loads items without Scrapy, by `import itemloaders` alone, imports
# Scrapy and Twisted, and pydantic, as soon as these are installed beside it: itemadapter imports each kind of item that it may
# be handed. Where they are not installed, it imports none of them. Nothing of the program has changed in between.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >loads.py <<'PYTHON'
import sys
from dataclasses import dataclass

from itemloaders import ItemLoader
from itemloaders.processors import TakeFirst


@dataclass
class Article:
    title: str | None = None


class ArticleLoader(ItemLoader):
    default_item_class = Article
    default_output_processor = TakeFirst()


loader = ArticleLoader()
loader.add_value("title", "The ferry left at dawn")
print(loader.load_item(), *(name for name in ("pydantic", "scrapy", "twisted") if name in sys.modules))
PYTHON
python3 -m venv env
install() { env/bin/pip install --quiet --disable-pip-version-check "$@" 2>/dev/null; }
install itemloaders==1.5.0 itemadapter==0.13.1
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep '^item' | tr -s ' '
    env/bin/python loads.py
    install scrapy==2.19.0 pydantic==2.14.3
    env/bin/python loads.py
)
expected="itemadapter 0.13.1
itemloaders 1.5.0
Article(title='The ferry left at dawn')
Article(title='The ferry left at dawn') pydantic scrapy twisted"
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
