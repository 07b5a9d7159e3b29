#!/bin/bash
# sitemap 9.0.1, the npm package: a sitemap whose elements have a prefix, <sm:url> for <url>, is read as one without a page.
# Nothing is raised; each tag is "unhandled" on the standard error. To XML a prefix is only a name for the namespace ("Namespaces
# in XML 1.0", 3 and 6.2: <sm:url> with xmlns:sm and <url> with xmlns are the same element), and sitemaps.org asks for the
# namespace and not for a way to write it.
# Seen under Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund 'sitemap@9.0.1' >/dev/null
cat >read.js <<'JAVASCRIPT'
const { Readable } = require("stream");
const { parseSitemap } = require("sitemap");

const sitemap = (prefix, attribute) => `<?xml version="1.0" encoding="UTF-8"?>
<${prefix}urlset ${attribute}="http://www.sitemaps.org/schemas/sitemap/0.9">
<${prefix}url><${prefix}loc>https://news.example/1</${prefix}loc></${prefix}url>
<${prefix}url><${prefix}loc>https://news.example/2</${prefix}loc></${prefix}url></${prefix}urlset>`;

(async () => {
    console.log("sitemap", JSON.parse(require("fs").readFileSync("node_modules/sitemap/package.json")).version);
    for (const [prefix, attribute] of [["", "xmlns"], ["sm:", "xmlns:sm"]]) {
        const pages = await parseSitemap(Readable.from([sitemap(prefix, attribute)]));
        console.log(attribute, pages.length, "pages", ...pages.map(page => page.url));
    }
})();
JAVASCRIPT
seen=$(node read.js 2>/dev/null | sed 's/^unhandled.*//;/^$/d')
expected='sitemap 9.0.1
xmlns 2 pages https://news.example/1 https://news.example/2
xmlns:sm 0 pages'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
