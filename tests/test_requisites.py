"""Page requisites: what belongs to an article's page is found in markup and style sheets, and captured with it."""

from __future__ import annotations

from collections import Counter

import pytest

from newsspider.demo.stories import BASE
from newsspider.requisites.page import of_page, of_style_sheet
from newsspider.witnesses.page import Page
from tests.warcs import manifests, of_url, read_warcs

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")
SKIN = "https://skin.kankanews.com"

# ---------------------------------------------------------------- what is found


def found(markup: str, url: str = "https://news.example/a/page.html") -> list[tuple[str, str]]:
    page = Page(markup.encode(), url, [(b"Content-Type", b"text/html; charset=utf-8")])
    return [(each.url.removeprefix("https://news.example"), each.kind) for each in of_page(page)]


@pytest.mark.parametrize(
    ("markup", "requisites"),
    [
        ('<img src="b.png">', [("/a/b.png", "images")]),
        ('<img src="/x.gif" data-src="//cdn.example/b.png">',
         [("/x.gif", "images"), ("https://cdn.example/b.png", "images")]),
        ('<img data-original="b.png" data-srcset="c.png 2x">', [("/a/b.png", "images"), ("/a/c.png", "images")]),
        ('<img src="s.png" srcset="m.png 1x, l.png 2x">',
         [("/a/s.png", "images"), ("/a/m.png", "images"), ("/a/l.png", "images")]),
        ('<picture><source srcset="b.avif"><img src="b.png"></picture>',
         [("/a/b.avif", "images"), ("/a/b.png", "images")]),
        ('<link rel="StyleSheet" href="/c.css"><link rel="alternate stylesheet" href="/d.css">',
         [("/c.css", "styles"), ("/d.css", "styles")]),
        ('<link rel="shortcut icon" href="/i.ico"><link rel=apple-touch-icon href=/t.png>',
         [("/i.ico", "images"), ("/t.png", "images")]),
        ('<link rel="preload" as="font" href="f.woff2"><link rel="preload" as="fetch" href="no.json">',
         [("/a/f.woff2", "fonts")]),
        ('<link rel="canonical" href="/c"><link rel="alternate" href="/rss"><a href="/no.png">x</a>', []),
        ('<script src="s.js"></script><script>var a = "no.js"</script>', [("/a/s.js", "scripts")]),
        ('<link rel="modulepreload" href="m.mjs">', [("/a/m.mjs", "scripts")]),
        ('<video poster="p.jpg" src="v.mp4"><source src="w.webm"></video>',
         [("/a/v.mp4", "videos"), ("/a/p.jpg", "posters"), ("/a/w.webm", "videos")]),
        ("<p style=\"background: url('b.png')\">", [("/a/b.png", "images")]),
        ("<style>@import 'c.css'; p {background: url(b.png)}</style>",
         [("/a/c.css", "styles"), ("/a/b.png", "images")]),
        ('<meta property="og:image" content="/o.png"><meta name="twitter:image" content="/t.png">',
         [("/o.png", "images"), ("/t.png", "images")]),
        ('<table background="t.gif"><div data-bg="url(b.png)" data-background-image="c.png">',
         [("/a/t.gif", "images"), ("/a/b.png", "images"), ("/a/c.png", "images")]),
        ('<svg><image href="i.png"/><use xlink:href="u.svg#x"/><use href="#here"/></svg>',
         [("/a/i.png", "images"), ("/a/u.svg", "images")]),
        ('<noscript><img src="b.png"></noscript><!-- <img src="no.png"> -->', [("/a/b.png", "images")]),
        ('<img src=""><img src="data:image/png;base64,AAAA"><img src="javascript:x"><img src="http://[">', []),
        ('<iframe src="frame.html"></iframe>', []),
        ('<base href="/elsewhere/"><img src="b.png">', [("/elsewhere/b.png", "images")]),
        # As a browser asks for it: the query says which file, whatever its name.
        ('<img src="b.png?from=cdn&amp;spm=1#top">', [("/a/b.png?from=cdn&spm=1", "images")]),
    ],
)  # fmt: skip
def test_requisites_of_a_page(markup, requisites):
    assert found(markup) == requisites


def test_addresses_in_a_style_sheet_are_relative_to_it():
    css = '@import "b.css"; p {background: url(../i/c.png)}'

    assert list(of_style_sheet(css, "https://news.example/css/a.css")) == [
        ("https://news.example/css/b.css", "styles"),
        ("https://news.example/i/c.png", "images"),
    ]


# ---------------------------------------------------------------- what is captured


def expected(stories) -> set[str]:
    """Every requisite of the pages of *stories*, as the stories have it."""
    files = ("css/site.css?v=20261120", "css/base.css", "fonts/icons.woff2", "image/skyline.png", "js/site.js",
             "image/favicon.png")  # fmt: skip
    urls = {f"{SKIN}/{name}" for name in files}
    for story in stories:
        urls |= {picture.url for picture in story.pictures}
        if story.kind != "state-only":  # whose state tells of nothing else that is a record's
            urls |= {picture.small for picture in story.pictures} | {card.cover for card in story.recommendations}
        if story.kind in ("current", "video"):
            urls.add(story.cover)
    return urls


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory):
    """Two crawls of three articles, a legacy one, one with a video and one that is only state."""
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("requisites"))
    stories = [
        next(story for story in demo_site.site.expected() if story.kind == kind and (story.pictures or story.video))
        for kind in ("current", "legacy", "video", "state-only")
    ]
    asked = []
    for _ in range(2):
        before = Counter(demo_site.stats()["urls"])
        run = scrapy_run(
            "crawl", "kankanews", "-a", f"url={','.join(story.url for story in stories)}",
            "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        asked.append(Counter(demo_site.stats()["urls"]) - before)
    return stories, asked, run.archive_dir / "kankanews"


def test_every_requisite_of_an_article_is_captured_once(crawled):
    stories, (asked, _), _ = crawled
    hosts = ("www.kankanews.com", "skin.kankanews.com", "static.statickksmg.com")

    assert asked == Counter(
        expected(stories) | {story.url for story in stories} | {f"https://{host}/robots.txt" for host in hosts}
    )


def test_requisite_that_the_collection_has_is_not_fetched_again(crawled):
    stories, (_, again), _ = crawled

    assert again == Counter([*(story.url for story in stories), f"{BASE}/robots.txt"])


def test_manifest_tells_requisites_from_pages(crawled):
    stories, _, path = crawled
    first, second = manifests(path)
    captures = {record["WARC-Target-URI"] for record in read_warcs(path) if record.type in ("response", "revisit")}

    assert first["counts"]["requisites"] == len(expected(stories))
    assert expected(stories) <= captures
    assert second["counts"]["requisites"] == 0
    # What a known style sheet names is not looked at: a further one, a font, an image.
    assert second["counts"]["requisites_known"] == len(expected(stories)) - 3


def test_captured_picture_is_the_one_served_and_stored_once(crawled, demo_site):
    stories, _, path = crawled
    picture = stories[0].pictures[0]
    records = read_warcs(path)
    (full,) = of_url(records, picture.url, "response", "revisit")
    (small,) = of_url(records, picture.small, "response", "revisit")

    # The demo serves one file for both sizes.
    assert {full.type, small.type} == {"response", "revisit"}
    response = full if full.type == "response" else small
    served = demo_site.site.page(picture.url.removeprefix("https://static.statickksmg.com")).body
    assert response.block.partition(b"\r\n\r\n")[2] == served
