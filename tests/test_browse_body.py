"""The body of an article in `scrapy browse`: its blocks as HTML. All articles here are made up."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from newsspider.browser.pages.body import body_of, pictures_beside
from tests.browsing import Browsed, browsing
from tests.feeds import article, write_run
from tests.servers import axe

if TYPE_CHECKING:
    from collections.abc import Iterator

EVIL = "</bdi><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
PICTURE, OTHER = "https://pictures.example/a.jpg", "https://pictures.example/b.jpg"
FIELDS = {"alt": None, "caption": None, "credit": None, "position": 0}
BLOCKS = [
    {"type": "paragraph", "text": "第一段说天气。"},
    {"type": "heading", "level": 2, "text": "天气小标题"},
    {"type": "heading", "level": 5, "text": "更小的标题"},
    {"type": "list", "ordered": True, "items": ["天气一", "第二"]},
    {"type": "list", "ordered": False, "items": ["散的"]},
    {"type": "table", "caption": "表一", "rows": [["城市", "天气"], ["甲" * 80, None]]},
    {"type": "quote", "text": "天气会好。"},
    {"type": "image", "url": PICTURE, "alt": "海", "caption": "海边。图源：某社", "credit": "图源：某社"},
    {"type": "image", "url": "https://pictures.example/unlisted.jpg"},
    {"type": "embed", "kind": "video", "url": "https://player.example/v/1"},
    {"type": "embed", "kind": "post", "url": "https://social.example/p/2", "text": "一条帖子"},
    {"type": "embed", "kind": "hologram", "url": "https://frames.example/3"},
    {"type": "live_entry", "at": "2026-11-22T09:30:00+08:00", "title": "开始"},
    {"type": "paragraph", "text": "开始"},
    {"type": "live_entry", "at": "2026-11-22T09:45:00+08:00", "title": "第二条"},
    {"type": "heading", "level": 2, "text": "条内标题"},
    {"type": "diagram", "text": "后来的版本才有的"},
]
HOSTILE = [
    {"type": kind, "text": EVIL, "level": 2, "items": [EVIL], "rows": [[EVIL]], "caption": EVIL, "alt": EVIL,
     "credit": EVIL, "title": EVIL, "at": "2026-11-22T09:30:00+08:00", "url": PICTURE, "kind": EVIL}
    for kind in ("paragraph", "heading", "list", "table", "quote", "image", "embed", "live_entry", "diagram")
]  # fmt: skip


@pytest.fixture(scope="module")
def browsed(tmp_path_factory) -> Iterator[Browsed]:
    images = [{**FIELDS, "url": PICTURE}, {**FIELDS, "url": OTHER}, {**FIELDS, "url": OTHER}]
    older = article(3, blocks=[], paragraphs=["只有段落。"])
    directory = tmp_path_factory.mktemp("body")
    records = [article(1, blocks=BLOCKS, images=images), article(2, blocks=HOSTILE, images=images), older]
    write_run(directory / "made", "20261101T000000000Z-a", records)
    with browsing(directory / "made", cache=directory / "cache") as running:
        yield running


def page(number: int, **asked: str) -> str:
    query = "?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else ""
    return f"/article/made/kankanews:made{number}{query}"


def reading(html: str) -> str:
    """The text of the article, as it is marked up."""
    return html.partition('<section id="text"')[2].partition('<section id="page"')[0]


def test_blocks_stand_in_their_order_as_what_they_are(browsed):
    html = reading(browsed.text(page(1)))

    class Reader(HTMLParser):
        said: list[str]

        def handle_starttag(self, tag, attributes):
            if tag not in ("bdi", "div", "section", "p", "tbody", "span", "b", "time"):
                self.said.append(tag)

        def handle_data(self, data):
            if data.strip():
                self.said.append(data.strip())

    reader = Reader()
    reader.said = []
    reader.feed(html[html.index("<p><bdi>第一段") : html.index("后来的版本")])
    expected = [
        "第一段说天气。", "h3", "天气小标题", "h4", "更小的标题", "ol", "li", "天气一", "li", "第二", "ul", "li",
        "散的",
        "table", "caption", "表一", "tr", "td", "城市", "td", "天气", "tr", "td", "甲" * 80, "td",
        "blockquote", "天气会好。", "figure", "img", "figcaption", "海边。图源：某社",
        "Picture", "a", "https://pictures.example/unlisted.jpg",
        "Video", "a", "https://player.example/v/1", "一条帖子", "Post", "a", "https://social.example/p/2",
        "Embedded page", "a", "https://frames.example/3",
        "h3", "2026-11-22 09:30 +08:00", "开始", "h3", "2026-11-22 09:45 +08:00", "第二条", "h4", "条内标题",
    ]  # fmt: skip
    assert reader.said == expected
    assert "后来的版本才有的" in html


def test_hits_are_marked_in_every_kind_of_text(browsed):
    html = reading(browsed.text(page(1, q="%E5%A4%A9%E6%B0%94")))

    # Paragraph, heading, item, cell and quote.
    assert html.count("<mark>天气</mark>") == 5


def test_pictures_come_from_this_server_alone_and_each_is_shown_once(browsed):
    html = browsed.text(page(1))

    assert re.findall(r'<img src="([^"]+)"', html) == [
        "/picture/made/kankanews:made1?n=1", "/picture/made/kankanews:made1?n=2",
    ]  # fmt: skip
    assert re.findall(r'(?:src|srcset|poster|data)="(?!/)', html) == []


def test_hostile_text_in_any_block_is_text(browsed):
    html = browsed.text(page(2))

    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= len(HOSTILE)
    assert "<script" not in html
    assert "<img src=x" not in html


def test_without_blocks_the_paragraphs_are_shown(browsed):
    assert "<p><bdi>只有段落。</bdi></p>" in browsed.text(page(3))


def test_a_page_without_a_record_has_the_text_of_its_package():
    (stretch,) = body_of({"url": "https://a.example/", "text": "one\n\ntwo"})

    assert [each.block["text"] for each in stretch.blocks] == ["one", "two"]
    assert body_of({"url": "https://a.example/"}) == []
    assert pictures_beside({"url": "https://a.example/"}) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_blocks_are_accessible_and_fit_the_width(browsed, browser, width, scheme):
    if not axe.PACKAGE.exists():
        pytest.skip(f"axe-core is not here: {axe.FETCH}")
    browser.do("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    browser.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        for number in (1, 2):
            browser.open(browsed.home + page(number))
            browser.wait(f"document.readyState == 'complete' && location.href.endsWith('made{number}')")
            assert axe.violations(browser, axe.script()) == []
            assert browser.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        browser.do("Emulation.clearDeviceMetricsOverride")
        browser.do("Emulation.setEmulatedMedia", features=[])
