"""Articles over several pages. All pages here are made up."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsspider import sites
from newsspider.parsing.body import read_body
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.pages import MAX_PAGES, Pages, with_further_pages
from newsspider.parsing.paging import read_paging
from newsspider.record import schema
from newsspider.record.items import Locator, as_record
from newsspider.text.urls import absolute

AT = datetime(2026, 1, 30, tzinfo=UTC)
HEADERS = [(b"Content-Type", b"text/html; charset=utf-8")]


def paging(url, html):
    return read_paging(read_html(html.encode()).iter("link", "a"), url, partial(absolute, url))


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        ("/a/7.html", '<a href="7_2.html">2</a><a href="7_3.html">3</a>', "/a/7_2.html"),
        ("/a/7_2.html", '<a href="7.html">1</a><a href="7_3.html">3</a><a href="7_4.html">4</a>', "/a/7_3.html"),
        ("/a/7.html", '<a href="7_1.html">2</a><a href="7_2.html">3</a>', "/a/7_1.html"),  # counted from 0
        ("/a/bridge", '<link rel="next" href="/a/bridge?page=2">', "/a/bridge?page=2"),
        ("/a/bridge?page=2", '<a rel="next" href="?page=3">more</a>', "/a/bridge?page=3"),
        ("/a/bridge/", '<a href="/a/bridge/2/"><span>2</span></a>', "/a/bridge/2/"),
        ("/a/7", '<a href="/a/8">下一页</a>', None),
        ("/a/bridge/page/2", '<a href="/a/bridge/page/3">下一页</a>', "/a/bridge/page/3"),
        ("/a/7.html", '<a href="/a/8.html">下一页</a>', None),  # the next article
        ("/a/7.html", '<link rel="next" href="/a/8.html">', None),
        ("/a/7.html", '<a href="/list_2.html">2</a>', None),
        ("/a/7.html", '<a href="https://other.example/a/7_2.html">2</a>', None),
        ("/a/7_2.html", '<a href="7.html">1</a><a href="7_2.html">2</a>', None),
        ("/a/7.html", '<a href="7_3.html">3</a>', None),  # the second is not there
        ("/a/7.html", '<a href="javascript:page(2)">2</a>', None),
    ],
)
def test_next_page_differs_from_the_page_by_its_number_alone(url, html, expected):
    host = "https://news.example"

    assert paging(host + url, html).next_url == (expected and host + expected)


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        ("/a/7_2.html", '<a href="7.html">1</a>', "/a/7.html"),
        ("/a/bridge?page=3", '<a rel="prev" href="?page=2">back</a>', "/a/bridge?page=2"),
        ("/a/7.html", '<a href="7_2.html">2</a>', None),
        ("/a/8.html", '<a href="/a/7.html">上一页</a>', None),
    ],
)
def test_page_before_is_known_where_the_page_has_a_number(url, html, expected):
    host = "https://news.example"

    assert paging(host + url, html).previous_url == (expected and host + expected)


@pytest.mark.parametrize(
    "pager",
    [
        '<p><a href="_2">1</a> <b>2</b> <a href="_3">3</a> <a href="_3">下一页</a></p>',
        "<p>第1页 共3页</p>",
        '<ul><li><a href="_2">1</a><li><a href="_3">2</a></ul>',
        '<p>Page 1 of 3 <a href="/2">Next »</a></p>',
    ],
)
def test_page_numbers_are_no_paragraph(pager):
    html = f"<p>一。</p>{pager}<p>二。</p>"

    assert read_body(outline(read_html(html.encode())), str)["paragraphs"] == ["一。", "二。"]


@pytest.mark.parametrize("line", ["3", "2026", "1.", "第1页是空白的。"])
def test_a_number_alone_is_a_paragraph(line):
    html = f"<p>一。</p><p>{line}</p><p>二。</p>"

    assert read_body(outline(read_html(html.encode())), str)["paragraphs"] == ["一。", line, "二。"]


# ------------------------------------------------------------------------------------------------- joined

URL = "https://gazette.example/2026/bridge"
SITE = sites.load("news").at(URL)
TITLE = "Harbour bridge reopens after two years of repairs"


def page(number, last, *, title=TITLE, image=True):
    text = f"Passage {number} of the story says how the bridge was repaired, by whom, and what it cost the town. "
    links = "".join(f'<a href="{URL}{"" if n == 1 else f"?page={n}"}">{n}</a> ' for n in range(1, last + 1))
    return f"""<!doctype html><html lang="en"><head><title>{title} - Gazette</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-01-29T08:00:00Z">
</head><body><main><article><h1>{title}</h1><p>{text * 3}</p>{f'<img src="/{number}.jpg">' if image else ""}
<p>{text * 2}Then came the sea.</p><p>{links}</p></article></main></body></html>""".encode()


def address_of(number):
    return URL if number == 1 else f"{URL}?page={number}"


def where(number):
    return Locator(warc="a.warc.gz", offset=number, length=1, record_id=None)


def read(pages_there):
    """Read an article whose pages are *pages_there*, by their addresses."""
    first = SITE.parse_page(pages_there[URL], URL, HEADERS, AT)
    first.article.archive = where(1)
    pages = Pages(SITE, first)
    asked = []
    while pages.wanted:
        asked.append(pages.wanted)
        if (body := pages_there.get(pages.wanted)) is None:
            pages.fail()
        else:
            pages.add(body, pages.wanted, HEADERS, AT, where(len(asked) + 1))
    record = as_record(pages.whole().article)
    schema.check(record)
    return record, asked


def test_pages_are_joined_in_their_order_and_each_is_cited():
    record, asked = read({address_of(n): page(n, 3) for n in (1, 2, 3)})

    assert asked == [address_of(2), address_of(3)]
    assert [each["offset"] for each in record["pages"]] == [2, 3]
    passages = [each.split(" of ")[0] for each in record["paragraphs"]]
    assert passages == [f"Passage {n}" for n in (1, 1, 2, 2, 3, 3)]
    assert [each["position"] for each in record["images"]] == [1, 3, 5]
    assert record["counts"]["paragraphs"] == 6
    assert record["body_text"] == "\n\n".join(record["paragraphs"])
    assert [each["text"] for each in record["blocks"] if "text" in each] == record["paragraphs"]
    assert record["provenance"]["doubts"] == []


def test_page_that_cannot_be_had_is_a_doubt():
    record, _ = read({URL: page(1, 2)})

    assert (record["pages"], record["provenance"]["doubts"]) == ([], ["body_text"])
    assert record["provenance"]["warnings"][-1].startswith(f"body_text: a further page, {address_of(2)}, is missing")


@pytest.mark.parametrize("second", [page(1, 2), page(2, 2, title="Another story about quite other things in town")])
def test_page_of_comments_or_of_another_article_is_none_of_this(second):
    record, _ = read({URL: page(1, 2), address_of(2): second})

    assert (record["pages"], len(record["paragraphs"]), record["provenance"]["doubts"]) == ([], 2, [])


def test_number_of_pages_is_bounded():
    record, asked = read({address_of(n): page(n, 200, image=False) for n in range(1, 201)})

    assert len(asked) == MAX_PAGES - 1
    assert f"no more than {MAX_PAGES} pages" in record["provenance"]["warnings"][-1]


def test_further_pages_come_out_of_an_archive_as_they_came_over_the_network():
    there = {address_of(n): page(n, 2) for n in (1, 2)}
    live, _ = read(there)

    class Http:
        headers = HEADERS

        def __init__(self, url):
            self.url = url

        def body(self):
            return there[self.url]

    class Capture:
        def __init__(self, url):
            self.url, self.captured, self.where = url, AT, where(2)

    class Found:
        def __init__(self, url):
            self.http, self.capture = Http(url), Capture(url)

    first = SITE.parse_page(there[URL], URL, HEADERS, AT)
    first.article.archive = where(1)

    assert as_record(with_further_pages(SITE, first, lambda url, at: Found(url)).article) == live


def test_caption_of_a_figure_is_the_images_on_a_page_of_any_site():
    figure = b'<figure><img src="/1.jpg"><figcaption>The pier</figcaption></figure>'
    html = page(1, 1).replace(b'<img src="/1.jpg">', figure)

    record = as_record(SITE.parse_page(html, URL, HEADERS, AT).article)

    assert [each["caption"] for each in record["images"]] == ["The pier"]
    assert "The pier" not in record["paragraphs"]


# ------------------------------------------------------------------------------------------------- crawled


class _Site(BaseHTTPRequestHandler):
    """A made-up site with an article of three pages, of which the last cannot be had."""

    def do_GET(self):
        number = {"/2026/bridge": 1, "/2026/bridge?page=2": 2}.get(self.path)
        body = page(number, 3, image=False).replace(b"https://", b"http://") if number else b"none"
        self.send_response(200 if number else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


def test_crawl_extract_and_verify_read_an_article_of_several_pages_alike(scrapy_run, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = (
            "-s", f"CONNECT_TO=gazette.example:80:127.0.0.1:{server.server_port}", "-s", f"ARCHIVE_DIR={tmp_path}",
            "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False",
        )  # fmt: skip
        scrapy_run("crawl", "news", "-a", "url=http://gazette.example/2026/bridge", *settings)
        server.shutdown()
    collection = tmp_path / "gazette.example"
    (part,) = collection.glob("items/*/part-*.jsonl")
    crawled = json.loads(part.read_bytes())

    extracted = scrapy_run("extract", collection, "--site", "news", "--to", tmp_path / "again")
    verified = scrapy_run("verify", collection)

    (again,) = (tmp_path / "again").glob("part-*.jsonl")
    assert len(crawled["paragraphs"]) == 4
    assert len(crawled["pages"]) == 1
    assert crawled["provenance"]["doubts"] == ["body_text"]
    assert json.loads(again.read_bytes()) == crawled | {"discovered": None}
    assert (extracted.returncode, verified.returncode) == (0, 0), verified.stdout + verified.stderr
