#!/bin/bash
# rss-parser 3.13.0, the npm package: in an article that an Atom feed has in XHTML the words change places. What is not marked up
# comes first and the marked-up words after it, grouped by their elements, so "The ferry did <em>not</em> sink" becomes
# "The ferry did  sink<em>not</em>", in content and contentSnippet. With type "xhtml" the article is what the div has in it, to be
# read as XHTML (RFC 4287, 4.1.3.3), in which text and elements have their order. The same article escaped as HTML keeps it.
# Seen under Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund 'rss-parser@3.13.0' >/dev/null
cat >read.js <<'JAVASCRIPT'
const Parser = require("rss-parser");

const ARTICLE = "<p>The ferry did <em>not</em> sink, said <b>Ms. Li</b>.</p>";
const CONTENTS = {
    html: `<content type="html">${ARTICLE.replaceAll("<", "&lt;")}</content>`,
    xhtml: `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${ARTICLE}</div></content>`,
};
const feed = content => `<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<id>urn:example:news</id><updated>2026-11-28T08:00:00Z</updated><author><name>News</name></author><entry><title>The ferry</title>
<id>urn:example:1</id><updated>2026-11-28T08:00:00Z</updated><link href="https://news.example/1"/>${content}</entry></feed>`;

(async () => {
    console.log("rss-parser", require("rss-parser/package.json").version);
    for (const [name, content] of Object.entries(CONTENTS)) {
        const [item] = (await new Parser().parseString(feed(content))).items;
        console.log(name, "content", item.content);
        console.log(name, "contentSnippet", item.contentSnippet);
    }
})();
JAVASCRIPT
seen=$(node read.js)
expected='rss-parser 3.13.0
html content <p>The ferry did <em>not</em> sink, said <b>Ms. Li</b>.</p>
html contentSnippet The ferry did not sink, said Ms. Li.
xhtml content <div type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The ferry did  sink, said .<em>not</em><b>Ms. Li</b></p></div></div>
xhtml contentSnippet The ferry did  sink, said .notMs. Li'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
