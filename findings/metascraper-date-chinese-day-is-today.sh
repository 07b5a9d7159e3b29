#!/bin/bash
# metascraper 5.49.24 with metascraper-date 5.49.24: of a date as Chinese pages print it, 2026年11月8日 08:30, only the time is
# read, and the day is that of the reading, so an article of 2021 is one of today whenever it is crawled. A Chinese date without
# a time is null, which at least is true; ISO 8601 in the same place is read. The documentation promises the date "from HTML
# markup". chrono-node, by which it reads, has a reader of Chinese dates (chrono.zh), and is asked for its English one only.
# Seen under Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund 'metascraper@5.49.24' 'metascraper-date@5.49.24' >/dev/null
cat >read.js <<'JAVASCRIPT'
const { readFileSync } = require("fs");

const version = name => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const metascraper = require("metascraper")([require("metascraper-date")()]);
const today = () => new Date().toISOString().slice(0, 10);

(async () => {
    console.log("metascraper", version("metascraper"), "metascraper-date", version("metascraper-date"));
    for (const text of ["2021-11-08 08:30", "2021年11月8日", "2021年11月8日 08:30", "发布时间：2021年11月8日 08:30"]) {
        const html = `<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>渡轮离港</title></head>
            <body><h1>渡轮离港</h1><p class="date">${text}</p></body></html>`;
        const before = today();
        const { date } = await metascraper({ html, url: "https://news.example.com/1" });
        const found = date && date.slice(0, 16);
        console.log(text, "is", found && [before, today()].includes(found.slice(0, 10)) ? "today at " + found.slice(11) : found);
    }
})();
JAVASCRIPT
seen=$(TZ=UTC node read.js)
expected='metascraper 5.49.24 metascraper-date 5.49.24
2021-11-08 08:30 is 2021-11-08T08:30
2021年11月8日 is null
2021年11月8日 08:30 is today at 08:30
发布时间：2021年11月8日 08:30 is today at 08:30'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
