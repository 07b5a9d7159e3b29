#!/bin/bash
# @nuxt/devalue 2.0.2, which writes window.__NUXT__ of every Nuxt 2 page: an empty Set or Map that stands in the state twice
# makes the whole state a syntax error, so that the page's own program does not start. What is added to a shared set is
# written as "a.add(1).add(2)"; of an empty one nothing is left but "a.".
# Seen under Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund '@nuxt/devalue@2.0.2' >/dev/null
seen=$(node --eval '
const devalue = require("@nuxt/devalue");
console.log("version", JSON.parse(require("fs").readFileSync("node_modules/@nuxt/devalue/package.json")).version);
const runs = source => { try { eval("(" + source + ")"); return "runs" } catch (error) { return error.name } };
const one = new Set(["x"]), none = new Set(), noMap = new Map();
for (const state of [{a: one, b: one}, {a: none}, {a: none, b: none}, {a: noMap, b: noMap}]) {
    const source = devalue(state);
    console.log(source, runs(source));
}')
expected='version 2.0.2
(function(a){a.add("x");return {a:a,b:a}}(new Set)) runs
{a:new Set([])} runs
(function(a){a.;return {a:a,b:a}}(new Set)) SyntaxError
(function(a){a.;return {a:a,b:a}}(new Map)) SyntaxError'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
