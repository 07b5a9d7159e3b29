#!/bin/bash
# @extractus/feed-extractor 8.0.3: what looks like a number is one, and comes back as its shortest decimal text. Two entries
# whose identifiers are 0012 and 12 get the same identifier, so that one of them is taken for seen already; the film 007 is
# entitled 7, and 1e5 becomes 100000. RSS 2.0 says of <guid> that aggregators "must view them as a string".
# Seen under Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund '@extractus/feed-extractor@8.0.3' >/dev/null
cat >read.mjs <<'JAVASCRIPT'
import { readFileSync } from "fs";
import { extractFromXml } from "@extractus/feed-extractor";

const version = JSON.parse(readFileSync("node_modules/@extractus/feed-extractor/package.json")).version;
console.log("feed-extractor", version);
const items = [["0012", "007"], ["12", "A film"], ["1e5", "1e5"], ["n12", "2026 in pictures"]].map(([guid, title]) =>
    `<item><title>${title}</title><link>https://news.example/${guid}</link><guid isPermaLink="false">${guid}</guid></item>`);
const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<description>News</description>${items.join("")}</channel></rss>`;
for (const entry of extractFromXml(feed).entries) {
    console.log(entry.link, "id", JSON.stringify(entry.id), "title", JSON.stringify(entry.title));
}
JAVASCRIPT
seen=$(node read.mjs)
expected='feed-extractor 8.0.3
https://news.example/0012 id "12" title "7"
https://news.example/12 id "12" title "A film"
https://news.example/1e5 id "100000" title "100000"
https://news.example/n12 id "n12" title "2026 in pictures"'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
