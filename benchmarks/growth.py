"""How what strangers send makes the work grow: each input twice as long may cost at most 2.5 times the instructions.

Every loop over foreign bytes has its worst inputs here. Instructions are counted by valgrind, which leaves no doubt:
work that grows with the square costs four times as much. The process that makes an input is forked to do the work, and
once more to do nothing, so that start-up and the making of the input are counted out.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import lxml.html

from newsspider import sites
from newsspider.crawl.extensions.retryafter import parse_retry_after
from newsspider.errors import NewsspiderError
from newsspider.history.diff import diff, diff_line
from newsspider.parsing.byline import read_byline
from newsspider.parsing.dateline import read_dateline, read_parts
from newsspider.parsing.footer import read_footer
from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import candidates, of_page
from newsspider.parsing.requisites.styles import addresses
from newsspider.sites.kankanews import SITE
from newsspider.text.charsets import decode
from newsspider.text.dates import parse_date, parse_duration, split_channel_and_date
from newsspider.text.nuxt import state as nuxt
from newsspider.text.processors import (
    clean_text,
    count_text,
    fold_width,
    parse_copyright,
    parse_credit,
    parse_keywords_line,
    says_modified,
)
from newsspider.text.redaction import redact
from newsspider.text.urls import absolute, clean_url
from newsspider.warc import codings
from newsspider.warc.arc import as_warc
from newsspider.warc.cdxj import CdxjEntry, filename_of
from newsspider.warc.exchange import Wire
from newsspider.warc.header import parse_fields
from newsspider.warc.http import parse_head
from newsspider.warc.message import HttpMessage
from newsspider.warc.salvage import salvage
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Callable

AT_MOST = 2.5
SIZE = 40_000
"""Bytes of the shorter input."""

URL = "https://www.kankanews.com/detail/LMwVGgj402z"
NOW = datetime(2026, 1, 30, 8, 0, tzinfo=UTC)


class Case(NamedTuple):
    """A function, and what is repeated to make its input: *before*, *unit* many times, *after*."""

    work: Callable[[Any], object]
    unit: str
    before: str = ""
    after: str = ""
    size: int = SIZE

    def input(self, size: int) -> str:
        return self.before + self.unit * (size // len(self.unit)) + self.after


def _salvage(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc"
        path.write_bytes(text.encode("latin-1"))
        for _ in salvage(path, lambda record: (list(record.chunks()), record.date), lambda problem: None):
            pass


def _http(text: str) -> None:
    block = Wire(text.encode())
    message = HttpMessage(parse_head(block.head(1 << 18)), block, "here")
    message.headers, message.reason  # noqa: B018 -- they are made when they are asked for
    message.payload()


def _small_chunks(text: str) -> None:
    block = Wire()
    for byte in text.encode():
        block.append(bytes([byte]))
    HttpMessage(parse_head(block.head(1 << 18)), block, "here").payload()


def _gzipped(text: str) -> None:
    codings.decode(text.encode("latin-1"), ["gzip"], limit=1 << 30, place="here", whole=True)


def _page(text: str) -> None:
    SITE.parse(text.encode(), URL, [], NOW)


def _any_page(text: str) -> None:
    sites.load("news").parse(text.encode(), "https://www.example.org/2026/ferry.html", [], NOW)


def _requisites(text: str) -> None:
    for _ in of_page(Page(text.encode(), URL, [])):
        pass


def _links(text: str) -> None:
    sites.load("kankanews").links(text.encode(), URL, [])


def _styles(text: str) -> None:
    for _ in addresses(text):
        pass


def _state(text: str) -> None:
    nuxt.read_state(text)


def _diff(text: str) -> None:
    diff(text.split("\n"), [f"x{text[:-1]}"])
    diff_line(text, text[1:] + "x")


def _cdxj(text: str) -> None:
    CdxjEntry.parse(text)


WARC = "WARC/1.0\r\nWARC-Type: response\r\n"
CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_EVERY_ELEMENT = "".join(f"<{name}></{name}>" for name in sorted(lxml.html.defs.tags)).encode()
ARTICLE = "<html><body><h1>标题</h1><p>2026-01-30 08:00</p>"

CASES = {
    "salvage: headers that do not end": Case(_salvage, "WARC/1.0\r\n", "?"),
    "salvage: headers without a length": Case(_salvage, WARC + "\r\n", "?"),
    "salvage: lengths beyond the file": Case(_salvage, "WARC/1.0\r\nContent-Length: 99999999\r\n\r\n", "?"),
    "salvage: lengths that are none": Case(_salvage, "WARC/1.0\r\n", "?", "Content-Length: x\r\n\r\n"),
    "salvage: lengths that lead into the next": Case(
        _salvage, "WARC/1.0\r\nWARC-Date: 2026\r\nContent-Length: 9000\r\n\r\n", "?"
    ),
    "salvage: records without a date": Case(_salvage, "WARC/1.0\r\nContent-Length: 9\r\n\r\n", "?"),
    "salvage: members that are none": Case(_salvage, "\x1f\x8b\x08", "?"),
    "salvage: members that have a long name": Case(_salvage, "\x1f\x8b\x08\x08aaaaaa", "?"),
    "salvage: frames that are none": Case(_salvage, "\x28\xb5\x2f\xfd", "?"),
    "warc: folded fields": Case(lambda text: parse_fields(text.encode()), " x\r\n", "WARC/1.0\r\nA: b\r\n"),
    "warc: fields": Case(lambda text: parse_fields(text.encode()), "A: b\r\n", "WARC/1.0\r\n"),
    "arc: a line": Case(lambda text: as_warc(text.encode()), "a ", "http://"),
    "urlkey: escaped again and again": Case(urlkey, "25", "http://a.cn/%"),
    "urlkey: protocols": Case(urlkey, "http://"),
    "urlkey: sessions in the path": Case(urlkey, "/(s(0123456789abcdefghijklmn))", "http://a.cn"),
    "urlkey: sessions before a question": Case(
        urlkey, "/(s(0123456789abcdefghijklmn))", "http://a.cn", "/%3Fx.aspx"
    ),
    "urlkey: sessions in the query": Case(urlkey, "cfid=", "http://a.cn/?"),
    "urlkey: session after session": Case(urlkey, "&cfid=1&cftoken=2", "http://a.cn/?"),
    "urlkey: steps up": Case(urlkey, "../", "http://a.cn/" + "a/" * 1000),
    "urlkey: a host": Case(urlkey, "a.", "http://"),
    "urlkey: a host of another script": Case(urlkey, "看.", "http://"),
    "urlkey: parameters": Case(urlkey, "&a=b", "http://a.cn/?"),
    "redaction: user names": Case(redact, "://a:b"),
    "redaction: words of settings": Case(redact, "token", "'"),
    "redaction: fragments": Case(redact, "#"),
    "redaction: headers": Case(redact, "cookie "),
    "redaction: private headers": Case(redact, "x-"),
    "redaction: parameters": Case(redact, "token", "?"),
    "redaction: values": Case(redact, "'token':\""),
    "http: a head without end": Case(_http, "a: b\r\n", "HTTP/1.1 200 OK\r\n"),
    "http: fields about the body": Case(_http, "Content-Type: a\r\n", "HTTP/1.1 200 OK\r\n", "\r\n"),
    "http: folded fields": Case(_http, " x\r\n", "HTTP/1.1 200 OK\r\nContent-Type: a\r\n", "\r\n"),
    "http: interim responses": Case(_http, "HTTP/1.1 103 x\r\n\r\n"),
    "http: blank lines": Case(_http, "\r\n"),
    "http: chunks of a byte": Case(_http, "1\r\na\r\n", CHUNKED, "0\r\n\r\n"),
    "http: a chunk size without end": Case(_http, "0", CHUNKED),
    "http: trailers": Case(_http, "a: b\r\n", CHUNKED + "0\r\n"),
    "http: bytes one by one": Case(_small_chunks, "1\r\na\r\n", CHUNKED, "0\r\n\r\n"),
    # What grew with the square here was copying, of which an instruction does much: hence so many.
    "codings: empty members": Case(_gzipped, gzip.compress(b"", mtime=0).decode("latin-1"), size=600_000),
    "codings: a member without end": Case(_gzipped, "\0\0\0\xff\xff", "\x1f\x8b\x08\0\0\0\0\0\0\xff"),
    "cdxj: a line": Case(lambda text: filename_of(text.encode()), '"filename": "', "a 20260130080000 {"),
    "cdxj: quotes": Case(_cdxj, '"', 'cn,a)/ 20260130080000 {"url": "'),
    "cdxj: escapes": Case(_cdxj, '\\"', 'cn,a)/ 20260130080000 {"url": "'),
    "charset: declarations": Case(lambda text: decode(text.encode(), None), "<meta charset="),
    "charset: a content type": Case(lambda text: decode(b"", text), "charset="),
    "charset: odd bytes": Case(lambda text: decode(text.encode("latin-1"), None), "\xe4\xb8"),
    "text: marks nobody sees": Case(clean_text, "\u200b a\u200d"),
    "text: wide letters": Case(fold_width, "ＡＢＣ　"),
    "text: counting": Case(lambda text: count_text([text]), "1,"),
    "text: words": Case(lambda text: count_text([text]), "a'"),
    "text: credits": Case(parse_credit, "摄 "),
    "text: labelled credits": Case(parse_credit, "图片来源:"),
    "text: keywords": Case(parse_keywords_line, "、 ", "关键词:"),
    "text: keywords far apart": Case(parse_keywords_line, " \u3000", "关键词:词", "词"),
    "text: notices": Case(parse_copyright, "独家", "版权声明:"),
    "text: notes": Case(says_modified, "本文更"),
    "dates: digits": Case(lambda text: parse_date(text, NOW), "2026-"),
    "dates: a channel": Case(split_channel_and_date, "1月"),
    "dates: a duration": Case(parse_duration, "01:"),
    "dateline: colons": Case(read_dateline, "来源: "),
    "dateline: dates": Case(read_parts, "2026-01-30 "),
    "byline: roles": Case(read_byline, "记者: "),
    "byline: names": Case(read_byline, "编辑 王琳 "),
    "footer: rights": Case(read_footer, "Copyright "),
    "footer: publishers": Case(read_footer, "公司"),
    "footer: phones": Case(read_footer, "电话:021-"),
    "footer: mail": Case(read_footer, "a.a-a@"),
    "footer: licences": Case(read_footer, "许可证:"),
    "footer: numbers": Case(read_footer, "沪ICP备 "),
    "srcset: commas": Case(lambda text: list(candidates(text)), ", "),
    "srcset: brackets": Case(lambda text: list(candidates(text)), "a ("),
    "srcset: candidates": Case(lambda text: list(candidates(text)), "a.jpg 1x, "),
    "styles: comments": Case(_styles, "/*"),
    "styles: addresses": Case(_styles, "url("),
    "styles: strings": Case(_styles, "'\\\n"),
    "styles: imports": Case(_styles, "@import "),
    "styles: escapes": Case(_styles, "\\75 "),
    "styles: blocks": Case(_styles, "{a:url(x"),
    "address: steps": Case(lambda text: absolute(URL, text), "../"),
    "address: escapes": Case(clean_url, "%", "http://a.cn/"),
    "address: parameters": Case(clean_url, "&utm_a=b", "http://a.cn/?"),
    "retry-after": Case(lambda text: parse_retry_after(text, NOW), "1"),
    "retry-after: a date": Case(lambda text: parse_retry_after(text, NOW), "Fri, "),
    "nuxt: brackets": Case(_state, "[", "(function(a){return "),
    "nuxt: strings": Case(_state, '"\\u003C",', "(function(a){return [", "]}(1))"),
    "nuxt: members": Case(_state, "a.b=c;", "(function(a){", "return a}({}))"),
    "nuxt: letters": Case(nuxt.find_state, "window.__NUXT__="),
    "page: text": Case(_page, "a "),
    "page: divisions": Case(_page, "<div>", ARTICLE),
    "page: ends of nothing": Case(_page, "</div>", ARTICLE),
    "page: brackets": Case(_page, "(", ARTICLE),
    "page: entities": Case(_page, "&#", ARTICLE),
    "page: cards": Case(_page, "<p>00:06</p><p>题</p>", ARTICLE),
    "page: paragraphs": Case(_page, "<p>一段话。</p>", ARTICLE),
    "page: depth": Case(_page, "<b>", ARTICLE),
    "page: links": Case(_page, "<a href=/detail/LMwVGgj402z>标题</a>", ARTICLE),
    "page: what is hidden": Case(_page, "<b hidden style='display:none'>a</b>", ARTICLE),
    "page: what is hidden within": Case(_page, "<b hidden>", ARTICLE),
    "page: line breaks": Case(_page, "<br>一", ARTICLE),
    "page: dates": Case(_page, "<p>2026-01-30 08:00</p>", ARTICLE),
    "page: headings": Case(_page, "<h1>标题</h1>", ARTICLE),
    "page: pictures": Case(_page, "<p>一段话。<img src=a.jpg></p>", ARTICLE),
    "page: JSON-LD": Case(_page, "<script type=application/ld+json>{}</script>", ARTICLE),
    "page: a long JSON-LD": Case(
        _page, '{"@type":"NewsArticle"},', "<script type=application/ld+json>[", "{}]</script>" + ARTICLE
    ),
    "page: metadata": Case(_page, "<meta property=og:title content=a>", "<head>", "</head>" + ARTICLE),
    "page: bylines": Case(_page, "<p>记者: 王琳 编辑: 王琳</p>", ARTICLE),
    "page: footers": Case(_page, "<p>版权所有 公司</p>", ARTICLE),
    "page: keywords": Case(_page, "<p>关键词: 上海、进博会</p>", ARTICLE),
    "page: classes": Case(_page, "<div class='article-content detail-title'>一段话。</div>", ARTICLE),
    "any page: times around much": Case(_any_page, "<b>x</b>", ARTICLE + "<div>" + "<time datetime=2026-01-30>" * 50),
    "any page: times": Case(_any_page, "<time datetime=2026-01-30>1</time><br>", ARTICLE),
    "any page: authors around much": Case(_any_page, "<b>x</b>", ARTICLE + "<div itemprop=author>" * 50),
    "any page: authors": Case(_any_page, "<b itemprop=author>a</b>", ARTICLE),
    "any page: authors within each other": Case(_any_page, "<b itemprop=author>", ARTICLE),
    "any page: trails": Case(_any_page, "<li class=crumbs><a href=/>a</a>", "<ul>", "</ul>" + ARTICLE),
    "any page: captions": Case(_any_page, "<figure><img src=a><figcaption>一段话。</figure>", ARTICLE),
    "any page: quotes": Case(_any_page, "<blockquote>一段话，说得很长很长。</blockquote>", ARTICLE),
    "any page: boxes": Case(_any_page, "<div class=card>一段话，说得很长很长。</div>", ARTICLE),
    "any page: depth": Case(_any_page, "<div>一段话，说得很长很长。", ARTICLE),
    "any page: lines with which the tab begins": Case(
        _any_page, "标题 一<br>", "<title>标题一二三四五六七八</title><body><div>", ARTICLE
    ),
    "any page: captions of one picture": Case(
        _any_page, "<figcaption>一段话。</figcaption>", ARTICLE + "<figure><img src=a>", "</figure>"
    ),
    "any page: boxes of one class": Case(_any_page, "<div class=a><p>一段话，说得很长。</p></div>", ARTICLE + "<div>"),
    "any page: boxes of one class within each other": Case(
        _any_page, "<div class=a><p>一段话，说得很长很长。</p></div><div class=a><p>一段话，说得很长很长。</p>", ARTICLE
    ),
    "any page: buttons": Case(_any_page, "<div class=a><p>一段话，说得很长很长。</p><button>a</button></div>", ARTICLE),
    "any page: buttons within": Case(_any_page, "<div><button>a", ARTICLE),
    "any page: teasers": Case(
        _any_page, "<div><a href=/a>一段话，说得很长很长</a><p>一段话，说得很长很长很长很长。</p></div>", ARTICLE
    ),
    "any page: labels": Case(_any_page, "<p>一段话</p>", ARTICLE + "<div class=a>"),
    "any page: labels of links": Case(_any_page, "<div><p>一段话</p><a href=/a>一段话，说得很长</a></div>", ARTICLE),
    "any page: headings": Case(_any_page, "<h2><b>一段话</b><i>二段话</i></h2>", "<title>标题: 一二三</title><body>"),
    "any page: hidden": Case(_any_page, "<p>一段话，说得很长很长。</p><div hidden><p>一段话。</p></div>", ARTICLE),
    "any page: links home": Case(_any_page, "<p>一段话。<a href=/>首页</a></p>", ARTICLE),
    "any page: numbers of comments": Case(
        _any_page, "<h3>12 Comments</h3><p>一段话。</p>", "<h1>标题</h1><p>" + "一段话，" * 15
    ),
    "any page: repeated lines": Case(_any_page, "<div><p>一段话，说得很长很长。</p></div>", ARTICLE),
    "any page: lines": Case(_any_page, "一段话，说得很长很长。<br>", ARTICLE),
    "any page: footers within each other": Case(_any_page, "<footer>一段话，说得很长很长。", ARTICLE),
    "any page: times within each other": Case(_any_page, "<time>一段话，说得很长很长。", ARTICLE),
    "any page: links": Case(_any_page, "<a href=/a>一段话，说得很长很长</a>", ARTICLE),
    # Tags below some 64 kB are not looked into, so both inputs are longer.
    "page: long tags": Case(_page, "='>\" ", "<p ", size=80_000),
    "page: preformatted lines": Case(_page, "a\n", ARTICLE + "<pre>"),
    "list: links": Case(_links, "<a href=/a/b>1月9日</a>"),
    "requisites: elements": Case(_requisites, "<img src=a.jpg srcset='a.jpg 1x, b.jpg 2x'>"),
    "history: a diff": Case(_diff, "一二三。"),
    "history: lines": Case(_diff, "一二三。\n"),
    "history: the same word": Case(_diff, "的"),
}


def _work(case: Case, made: str) -> None:
    with suppress(NewsspiderError, ValueError):
        case.work(made)


def _forked(work: Callable[[], None]) -> int:
    """Do *work* in a process of its own; return its number."""
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return pid


def inside(names: list[str]) -> None:
    """Do the work, under valgrind, and print which process did what."""
    gc.disable()
    Page(_EVERY_ELEMENT, URL, [])  # in libxml2 a search for elements of a name that no page had before ends at once
    for name in names:
        case = CASES[name]
        _work(case, case.input(100))  # what is made once is made
        for size in (case.size, 2 * case.size):
            made = case.input(size)
            nothing, work = _forked(lambda: None), _forked(lambda case=case, made=made: _work(case, made))  # type: ignore[misc]
            print(name, size, nothing, work, sep="\t", flush=True)


def counted(names: list[str]) -> dict[str, list[int]]:
    """Return the instructions that each case takes for its two inputs."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    command = [*valgrind, sys.executable, "-m", "benchmarks.growth", "--inside", *names]
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=told, text=True)
        told.seek(0)
        said = re.findall(r"==(\d+)== I\s+refs:\s+([\d,]+)", told.read())
    refs = {pid: int(count.replace(",", "")) for pid, count in said}
    found: dict[str, list[int]] = {}
    for line in done.stdout.splitlines():
        name, _, nothing, work = line.split("\t")
        found.setdefault(name, []).append(refs[work] - refs[nothing])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", help="the cases, all of them unless said")
    options = parser.parse_args()
    names = options.names or list(CASES)
    if options.inside:
        inside(names)
        return 0
    if shutil.which("valgrind") is None:
        print("skipped: instructions are counted by valgrind, which is not here: apt-get install valgrind")
        return 0
    missed = False
    for name, (once, twice) in counted(names).items():
        ratio = twice / max(once, 1)
        missed |= ratio > AT_MOST
        print(f"{name:44}{once / 1e6:10.2f}{twice / 1e6:10.2f} M instructions {ratio:6.2f} x of {AT_MOST}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
