"""Page requisites: what belongs to an article's page is found in markup and style sheets, and captured with it."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest

from newsspider.demo.stories import BASE
from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import of_page, of_style_sheet
from tests.servers.cases import Case, Then
from tests.servers.wire import WireServer
from tests.warcs import articles, manifests, of_url, outcomes, read_warcs

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


def test_video_file_is_captured_whole_where_it_is_wanted(demo_site, scrapy_run):
    story = next(story for story in demo_site.site.expected() if story.video)
    run = scrapy_run(
        "crawl", "kankanews", "-a", f"url={story.url}", "-s", "REQUISITES=videos",
        "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    (film,) = of_url(read_warcs(run.archive_dir / "kankanews"), story.video.play_url, "response")
    assert film.block.partition(b"\r\n\r\n")[2] == demo_site.site.page(urlsplit(story.video.play_url).path).body
    assert manifests(run.archive_dir / "kankanews")[0]["counts"]["requisites"] == 1


# ---------------------------------------------------------------- within limits

STATIC = "https://static.statickksmg.com"
ARTICLE = f"{BASE}/detail/LMwVGgj402z"


def article(head: str, body: str = "") -> Case:
    text = "".join(f"<p>这是第{number}段，写来只为测试，没有新闻。</p>" for number in range(6))
    return served(
        "detail/LMwVGgj402z",
        f"<!doctype html><html><head><meta charset=utf-8><title>一条新闻_时讯_看看新闻网</title>{head}</head><body>"
        '<div class="detail-main"><p>时讯</p><p>点赞</p><p>收藏</p><h1 class="bt">一条新闻</h1>'
        f"<p>2026-01-30 08:00:00 看看新闻Knews</p>{text}<p>版权声明：本文系独家稿件</p></div>{body}</body></html>",
    )


def served(name: str, text: str, content_type: str = "text/html") -> Case:
    body = text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return Case(name=name, script=(head.encode() + body,), payload=body)


def moved(name: str, to: str) -> Case:
    head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    return Case(name=name, script=(head.encode(),), payload=b"")


@pytest.fixture
def crawl(scrapy_run):
    """Crawl one article of a wire server; returns how that ended, its manifest, and what each host was asked for."""

    def run(*cases: Case, robots: str = "", hosts: tuple[str, ...] = (), settings: tuple[str, ...] = ()):
        with WireServer(cases, robots=served("robots.txt", robots, "text/plain")) as server:
            hosts = ("www.kankanews.com", "static.statickksmg.com", *hosts)
            connect_to = ",".join(f"{host}:443:127.0.0.1:{server.https}" for host in hosts)
            options = [part for setting in settings for part in ("-s", setting)]
            ended = scrapy_run(
                "crawl", "kankanews", "-a", f"url={ARTICLE}", "-s", f"CONNECT_TO={connect_to}", *QUICKLY, *options
            )
        asked = Counter(f"{logged.received.split(b'Host: ')[1].split()[0].decode()}{logged.target}"
                        for logged in server.log)  # fmt: skip
        collection = ended.archive_dir / "kankanews"
        assert ended.returncode == 0, ended.stderr
        assert len(articles(collection)) == 1
        (manifest,) = manifests(collection)
        return ended, manifest["counts"], asked, read_warcs(collection)

    return run


def test_failing_requisites_are_counted_kept_as_evidence_and_no_fault_of_the_run(crawl):
    pictures = "".join(
        f'<img src="{STATIC}/{name}.png">' for name in ("gone", "large", "private/forbidden", "torn", "away", "article")
    )
    large = Case(
        name="large.png", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\nsome", Then.STALL), payload=b"some"
    )
    torn = Case(
        name="torn.png", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Then.CLOSE), payload=b"half"
    )
    ended, counts, asked, records = crawl(
        article("", f'{pictures}<img src="https://elsewhere.test/x.png"><img src="https://10.0.0.5/x.png">'),
        large,
        torn,
        moved("away.png", "https://elsewhere.test/x.png"),
        moved("article.png", f"{BASE}/detail/0therArtic1"),
        robots="User-agent: *\nDisallow: /private/",
        hosts=("elsewhere.test",),
        settings=(
            "REQUISITE_MAX_SIZE=3000", "RETRY_TIMES=0", "DOWNLOAD_TIMEOUT=3",
            "REQUISITE_HOSTS=statickksmg.com,kankanews.com,10.0.0.5",
        ),
    )  # fmt: skip

    static = ("robots.txt", "gone.png", "large.png", "torn.png", "away.png", "article.png")
    assert asked == Counter(
        ["www.kankanews.com/robots.txt", "www.kankanews.com/detail/LMwVGgj402z"]
        + [f"static.statickksmg.com/{name}" for name in static]
    )
    kept = {record["WARC-Target-URI"]: record for record in records if record.type == "response"}
    assert kept[f"{STATIC}/gone.png"].block.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert kept[f"{STATIC}/large.png"]["WARC-Truncated"] == "length"
    assert kept[f"{STATIC}/torn.png"]["WARC-Truncated"] is not None
    assert outcomes(records) == {
        f"{STATIC}/private/forbidden.png": "robots",
        "https://10.0.0.5/robots.txt": "private-address",
        "https://10.0.0.5/x.png": "private-address",
    }
    assert {name: counts[name] for name in counts if name.startswith("requisite") and name != "requisite_bytes"} == {
        "requisites": 0,
        "requisites_failed": 7,  # gone, large, torn, forbidden, private, led away, led to an article
        "requisites_known": 0,
        "requisites_refused": 1,  # of the page; redirects are not followed there either
        "requisites_over_limit": 0,
    }
    assert "ERROR" not in ended.stderr


def test_style_sheets_are_followed_to_their_end_and_never_in_circles(crawl):
    _, counts, asked, _ = crawl(
        article('<link rel="stylesheet" href="/a.css">'),
        served("a.css", '@import "/a.css"; @import "/b.css"; p {background: url(1.png)}', "text/css"),
        served("b.css", '@import url(/a.css); @import "c.css"', "text/css"),
        served("c.css", "@font-face {src: url(/f.woff2)}", "text/css"),
        served("f.woff2", "wOF2", "font/woff2"),
        served("1.png", "PNG", "image/png"),
    )

    names = ("robots.txt", "detail/LMwVGgj402z", "a.css", "b.css", "c.css", "f.woff2", "1.png")
    assert asked == Counter(f"www.kankanews.com/{name}" for name in names)
    assert counts["requisites"] == 5


def test_requisites_of_one_article_are_limited_those_of_its_style_sheets_counted_in(crawl):
    pictures = "".join(f".p{number} {{background: url(/{number}.png)}}" for number in range(9))
    _, counts, asked, _ = crawl(
        article('<link rel="stylesheet" href="/a.css"><link rel="icon" href="/i.png">'),
        served("a.css", pictures, "text/css"),
        settings=("REQUISITES_MAX=4", "RETRY_TIMES=0"),
    )

    names = ("robots.txt", "detail/LMwVGgj402z", "a.css", "i.png", "0.png", "1.png")
    assert asked == Counter(f"www.kankanews.com/{name}" for name in names)
    assert counts["requisites_over_limit"] == 7


def test_only_the_kinds_that_are_wanted_are_fetched(crawl):
    _, _, asked, _ = crawl(
        article('<link rel="stylesheet" href="/a.css"><script src="/s.js"></script>', '<img src="/i.png">'),
        served("s.js", "1", "text/javascript"),
        settings=("REQUISITES=scripts",),
    )

    assert asked == Counter(f"www.kankanews.com/{name}" for name in ("robots.txt", "detail/LMwVGgj402z", "s.js"))


def test_host_that_wants_to_be_left_alone_is_and_the_run_goes_on(crawl):
    busy = Case(
        name="0.png",
        script=(b"HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",),
        payload=b"",
    )
    ended, _, asked, _ = crawl(
        article("", "".join(f'<img src="{STATIC}/{number}.png">' for number in range(5)) + '<img src="/own.png">'),
        busy,
        served("own.png", "PNG", "image/png"),
        settings=("CONCURRENT_REQUESTS_PER_DOMAIN=1",),
    )

    assert [name for name in asked if "static" in name] == [
        "static.statickksmg.com/robots.txt", "static.statickksmg.com/0.png",
    ]  # fmt: skip
    assert asked["www.kankanews.com/own.png"] == 1
    assert "nothing more is fetched from this host in this run" in ended.stderr


def test_host_that_answers_nothing_is_given_up_and_the_run_goes_on(crawl):
    torn = [
        Case(name=f"{number}.png", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Then.CLOSE), payload=b"")
        for number in range(14)
    ]
    ended, counts, asked, _ = crawl(
        article("", "".join(f'<img src="{STATIC}{case.path}">' for case in torn) + '<img src="/own.png">'),
        *torn,
        served("own.png", "PNG", "image/png"),
        settings=("CONCURRENT_REQUESTS_PER_DOMAIN=1", "RETRY_TIMES=0"),
    )

    assert 1 + 10 <= sum("static" in name for name in asked) <= 1 + 11  # one more may be on its way by then
    assert (counts["requisites"], counts["requisites_failed"]) == (1, 14)
    assert "static.statickksmg.com left 10 requests in a row unanswered" in ended.stderr


def test_kind_that_there_is_not_is_refused(scrapy_run):
    ended = scrapy_run("crawl", "kankanews", "-s", "REQUISITES=images,pictures")

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "scrapy: the setting REQUISITES is 'images,pictures'; "
        "give it some of images, styles, scripts, fonts, posters, videos, by commas, or nothing"
    )
