#!/bin/bash
# Scrapy 2.19.0: `scrapy COMMAND --help` takes whatever ends with a colon for a heading. The help of an option that does so is
# printed in title case, with a rule of equal signs under it and without its colon: a file `gazette.toml` in it becomes
# `Gazette.Toml`, which there is not. The formatter of argparse that it derives from prints it as it is.
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check scrapy==2.19.0 2>/dev/null
mkdir gazette
touch gazette/__init__.py
cat >scrapy.cfg <<'CONFIG'
[settings]
default = gazette.settings
CONFIG
cat >gazette/settings.py <<'PYTHON'
BOT_NAME = "gazette"
COMMANDS_MODULE = "gazette.commands"
PYTHON
mkdir gazette/commands
touch gazette/commands/__init__.py
cat >gazette/commands/archive.py <<'PYTHON'
from scrapy.commands import ScrapyCommand


class Command(ScrapyCommand):
    requires_project = True

    def short_desc(self):
        return "Write what is crawled into WARC files"

    def add_options(self, parser):
        super().add_options(parser)
        parser.add_argument("--rules", metavar="FILE", help="read rules from FILE, as in gazette.toml:")

    def run(self, args, opts):
        print(opts.rules)
PYTHON
seen=$(
    env/bin/pip list --disable-pip-version-check 2>/dev/null | grep -i '^scrapy ' | tr -s ' '
    COLUMNS=80 env/bin/scrapy archive --help | grep -A 2 -e '--rules' | grep -v '^$'
    env/bin/python - <<'PYTHON'
import argparse
parser = argparse.ArgumentParser(prog="archive")
parser.add_argument("--rules", metavar="FILE", help="read rules from FILE, as in gazette.toml:")
print(parser.format_help().splitlines()[-1])
PYTHON
)
expected='Scrapy 2.19.0
  --rules FILE          Read Rules From File, As In Gazette.Toml
========================================
  --rules FILE  read rules from FILE, as in gazette.toml:'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
