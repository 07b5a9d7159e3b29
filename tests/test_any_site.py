"""A site without a file is crawled by ``scrapy crawl news``: the real command, at made-up sites on loopback."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from newsspider import sites
from newsspider.demo.site import ServedPage
from tests.given_back import given_back
from tests.servers.anysite import (
    BASE,
    FEED_LINK,
    HOST,
    MadeUp,
    article,
    connected,
    front,
    html,
    index,
    robots,
    rss,
    sitemap,
)
from tests.warcs import articles, feed_lines, manifests, of_url, read_warcs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import ScrapyResult, ScrapyRun

Crawled = tuple["MadeUp", "ScrapyRun", "Callable[..., ScrapyResult]", "Path"]
QUICKLY = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")
COLLECTION = HOST.removeprefix("www.")

FED = [f"/2026/11/{day}/bridge-number-{day}-reopens" for day in (18, 19)]
NEWS = ["/2026/11/20/council-meets-for-the-first-time"]
MAPPED = ["/2026/11/17/harvest-is-in"]
LISTED = [f"/town/{word}-lights-on-again-tonight" for word in ("harbour", "market", "station", "castle")]
POLLS = [f"/polls-of-the-day-{number}" for number in range(10, 30)]


def gazette() -> MadeUp:
    """Names articles by a feed, a news sitemap, a sitemap of all pages, and on two pages; and has twenty polls."""
    stories = {
        path: article(path.rpartition("/")[2].replace("-", " ").capitalize(), path=path)
        for path in (*FED, *NEWS, *MAPPED, *LISTED)
    }
    return MadeUp(
        {
            "/robots.txt": robots(f"User-agent: *\nDisallow: /login\nSitemap: {BASE}/maps.xml\n"),
            "/": front(*LISTED[:2], *FED, *POLLS, head=FEED_LINK),
            "/world": front(*LISTED),
            "/news.rss": rss(*FED),
            "/maps.xml": index("/news.xml", "/all.xml.gz"),
            "/news.xml": sitemap(*NEWS, news=True),
            "/all.xml.gz": ServedPage(
                body=gzip.compress(sitemap("/", "/world", "/about-us", *MAPPED, *FED).body),
                content_type="application/gzip",
            ),
            **stories,
            **dict.fromkeys(POLLS, "<html><title>Poll</title><form><label>Yes</label><label>No</label></form>"),
        }
    )


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory, scrapy_run_in) -> Iterator[Crawled]:
    site, run = gazette(), scrapy_run_in(tmp_path_factory.mktemp("gazette"))
    with connected(site) as connect_to:

        def crawl(*arguments: str) -> ScrapyResult:
            site.asked.clear()
            return run("crawl", "news", *arguments, "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

        ended = crawl("-a", f"site={BASE}/")
        assert ended.returncode == 0, ended.stderr
        yield site, run, crawl, ended.archive_dir / COLLECTION


@pytest.fixture
def crawled(crawled_once) -> Iterator[Crawled]:
    """The site, crawled once; what runs scrapy there, what crawls the site again, and its collection."""
    *_, collection = crawled_once
    with given_back(collection):
        yield crawled_once


def test_articles_are_found_by_feed_sitemaps_and_lists_and_say_by_which(crawled):
    *_, collection = crawled
    found = {record["id"]: record for record in articles(collection)}

    leads = dict.fromkeys(FED, "feed") | dict.fromkeys((*NEWS, *MAPPED), "sitemap")
    leads |= dict.fromkeys(LISTED, "list")
    assert {name.removeprefix(f"{COLLECTION}:"): each["discovered"]["kind"] for name, each in found.items()} == leads
    assert {each["site"] for each in found.values()} == {COLLECTION}
    assert {each["published_at"] for each in found.values()} == {"2026-11-20T08:00:00+00:00"}


def test_what_led_to_a_record_is_in_the_archive(crawled):
    *_, collection = crawled
    archived = read_warcs(collection)
    by_id = {record["WARC-Record-ID"].strip("<>"): record["WARC-Target-URI"] for record in archived}
    led = {
        record["url"].removeprefix(BASE): by_id[record["discovered"]["locator"]["record_id"]].removeprefix(BASE)
        for record in articles(collection)
    }

    assert {led[path] for path in FED} == {"/news.rss"}
    assert (led[NEWS[0]], led[MAPPED[0]]) == ("/news.xml", "/all.xml.gz")
    assert {led[path] for path in LISTED} <= {"/", "/world"}
    for path in ("/robots.txt", "/maps.xml", "/about-us"):
        assert bool(of_url(archived, BASE + path, "response")) == (path != "/about-us")


def test_of_what_only_looks_like_an_article_a_few_are_tried(crawled):
    *_, collection = crawled
    (manifest, *_) = manifests(collection)

    assert {each["outcome"]: each["count"] for each in manifest["ledger"]["outcomes"] if each["of"] == "article"} == {
        "record": 8,
        "wrong guess": 3,
    }
    assert manifest["scope"]["starts"] == [f"{BASE}/"]


def test_front_page_in_a_sitemap_is_no_address_of_another_host(crawled):
    *_, collection = crawled
    (manifest, *_) = manifests(collection)

    assert manifest["lists"]["dropped"] == 0


def test_crawl_of_the_archive_gives_the_same_records(crawled, tmp_path, scrapy_run_in):
    *_, collection = crawled
    (first, *_) = manifests(collection)
    at = first["ended"][:19] + "+00:00"
    replay = scrapy_run_in(tmp_path)

    ended = replay("crawl", "news", "-a", f"site={BASE}/", "-a", f"archive={collection}", "-a", f"at={at}", *QUICKLY)

    assert ended.returncode == 0, ended.stderr
    again = ended.archive_dir / COLLECTION
    assert sorted(feed_lines(again, manifests(again)[0])) == sorted(feed_lines(collection, first))


def test_records_hold_and_have_a_history(crawled):
    _, run, _, collection = crawled

    verified = run("verify", str(collection))
    by_address, by_id = run("history", BASE + FED[0]), run("history", f"{COLLECTION}:{FED[0]}")

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert by_address.stdout == by_id.stdout
    assert "published: first seen" in by_id.stdout


def test_records_are_loaded_and_packed_as_those_of_a_site_with_a_file(crawled, tmp_path):
    _, run, _, collection = crawled

    loaded = run("load", str(collection), "--to", f"sqlite:///{tmp_path / 'news.db'}")
    packed = run("pack", str(collection), "-o", str(tmp_path / "news.wacz"))
    verified = run("verify", str(tmp_path / "news.wacz"))

    assert [each.returncode for each in (loaded, packed, verified)] == [0, 0, 0], loaded.stderr + packed.stderr
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        named = {name for (name,) in db.execute("SELECT id FROM articles WHERE site = ?", (COLLECTION,))}
    assert named == {f"{COLLECTION}:{path}" for path in (*FED, *NEWS, *MAPPED, *LISTED)}


def test_second_run_asks_for_no_article_again(crawled):
    site, _, crawl, _ = crawled

    ended = crawl("-a", f"site={BASE}/")

    assert ended.returncode == 0, ended.stderr
    assert {path for path in site.asked if path.startswith(("/2026", "/town", "/polls"))} == set()
    assert {"/", "/news.rss", "/maps.xml", "/news.xml"} <= {*site.asked}


def test_pages_of_any_host_are_read_from_an_archive(crawled, tmp_path):
    _, run, _, collection = crawled

    ended = run("extract", str(collection), "--site", "news", "--to", str(tmp_path / "x"), "--jobs", "1")

    assert ended.returncode == 0, ended.stderr
    lines = [line for path in (tmp_path / "x").glob("part-*") for line in path.read_bytes().splitlines()]
    ids = {json.loads(line)["id"] for line in lines}
    assert ids == {f"{COLLECTION}:{path}" for path in (*FED, *NEWS, *MAPPED, *LISTED)}


def test_named_articles_of_two_hosts_need_a_collection_of_their_own(tmp_path, scrapy_run):
    urls = f"url={BASE}/town/a-bridge-reopens,https://other.example/a/4711.html"
    site = MadeUp({"/town/a-bridge-reopens": article("A bridge"), "/a/4711.html": article("A ship of the line")})
    with connected(site, HOST, "other.example") as connect_to:
        refused = scrapy_run("crawl", "news", "-a", urls, "-s", f"CONNECT_TO={connect_to}", *QUICKLY)
        ended = scrapy_run(
            "crawl", "news", "-a", urls, "-s", f"CONNECT_TO={connect_to}", *QUICKLY, "-s", "COLLECTION=both"
        )

    assert refused.returncode == 2
    assert "gazette.example and other.example are more than one site" in refused.stderr
    assert ended.returncode == 0, ended.stderr
    assert {(each["id"], each["discovered"]["kind"]) for each in articles(ended.archive_dir / "both")} == {
        ("gazette.example:/town/a-bridge-reopens", "named"),
        ("other.example:/a/4711.html", "named"),
    }


def test_limit_ends_after_so_many_articles_and_the_next_run_goes_on(scrapy_run):
    site = gazette()
    with connected(site) as connect_to:
        run = ("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)
        first = scrapy_run(*run, "-a", "limit=3")
        asked = [path for path in site.asked if path.startswith(("/2026", "/town", "/polls"))]
        second = scrapy_run(*run, "-a", "limit=100")

    collection = first.archive_dir / COLLECTION
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert len(asked) == 3
    assert [each["counts"]["articles"] for each in manifests(collection)] == [3, 5]
    assert manifests(collection)[0]["scope"]["limit"] == 3


def test_host_that_has_a_file_is_read_by_it(demo_site, scrapy_run):
    ended = scrapy_run(
        *("crawl", "news", "-a", "site=https://www.kankanews.com/", "-a", "limit=2"),
        *("-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY),
    )

    assert ended.returncode == 0, ended.stderr
    found = articles(ended.archive_dir / "kankanews.com")
    assert [each["site"] for each in found] == ["kankanews"] * 2


def test_site_that_does_its_worst_costs_little_and_all_is_counted(scrapy_run):
    """Ten thousand entries, dates that lie, a page of 20 MB, a trap of links; of sitemaps the next test tells."""
    good = "/2026/11/20/the-only-story-of-the-day"
    huge = "/2026/11/20/a-story-that-never-ends"
    empty = (f"/none/{number}" for number in range(10_000))

    def otherwise(path: str) -> ServedPage | None:
        if path.startswith("/maps/"):
            return index(f"{path}x", f"{path}y")
        return html(front(*(f"{path.rstrip('/')}/trap-of-the-day-{number}" for number in range(50))))

    entries = rss(huge, good, *empty, date="Thu, 01 Jan 1970 00:00:00 GMT")
    site = MadeUp(
        {
            "/robots.txt": robots(f"Sitemap: {BASE}/maps/\nSitemap: {BASE}/bomb.xml.gz\nSitemap: http://10.0.0.1/a.xml\n"),
            "/": front("/trap-of-the-day-1", head=FEED_LINK),
            "/news.rss": entries,
            "/bomb.xml.gz": ServedPage(body=gzip.compress(bytes(1 << 20)) * 100, content_type="application/gzip"),
            good: article("The only story of the day", path=good),
            huge: article("A story that never ends", path=huge, more="<p>and so on</p>" * (20 << 16)),
        },
        otherwise,
    )
    with connected(site) as connect_to:
        ended = scrapy_run(
            *("crawl", "news", "-a", f"site={BASE}/", "-a", "limit=1", "-a", "since=2026-11-01"),
            *("-s", f"CONNECT_TO={connect_to}", *QUICKLY),
        )

    collection = ended.archive_dir / COLLECTION
    assert [each["id"] for each in articles(collection)] == [f"{COLLECTION}:{good}"]
    (manifest,) = manifests(collection)
    assert manifest["lists"]["dropped"] >= 9_500
    assert f"{BASE}{huge}: the markup has 2" in ended.stderr
    assert "more than 16,777,216; it is kept as it is and not read" in ended.stderr
    assert manifest["unparsed"] == [BASE + huge]
    assert sum(site.asked.values()) < 30
    assert ended.returncode == 0, ended.stderr


def test_index_of_all_the_past_keeps_no_other_sitemap_from_being_read(scrapy_run):
    """Each sitemap of the first index is an index of two others; the second line is the one that matters."""
    site = MadeUp(
        {
            "/robots.txt": robots(
                f"\ufeffUser-agent: *\r\nDisallow: /login\r\nSITEMAP: {BASE}/past.xml # all of it\r\n"
                f"Sitemap: {BASE}/bomb.xml.gz\r\nSitemap: https://cdn.example/a.xml\r\nsitemap: /today\r\n"
            ),
            "/": front(*(f"/town{number}" for number in range(40))),
            "/past.xml": index(*(f"/past/{number}" for number in range(100))),
            "/today": ServedPage(body=gzip.compress(sitemap(*NEWS, news=True).body), content_type="text/html"),
            "/bomb.xml.gz": ServedPage(body=gzip.compress(bytes(1 << 20)) * 100, content_type="application/gzip"),
            NEWS[0]: article("Council meets"),
        },
        lambda path: index(f"{path}/x", f"{path}/y") if path.startswith("/past/") else html(front()),
    )
    with connected(site) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    collection = ended.archive_dir / COLLECTION
    assert [each["discovered"]["kind"] for each in articles(collection)] == ["sitemap"], ended.stderr
    (manifest,) = manifests(collection)
    indexes = [path for path in site.asked if path.startswith("/past/")]
    lists = [path for path in site.asked if path.startswith(("/town", "/world"))]
    assert (len(indexes), len(lists)) == (50 - 3, 30)  # beside the three that robots.txt names
    assert manifest["lists"]["dropped"] == (100 + 2 * 47 - 47) + (41 - 30) + 1  # sitemaps, lists, that of cdn
    assert manifest["lists"]["failed"] == [f"{BASE}/bomb.xml.gz"]
    assert f"{BASE}/bomb.xml.gz: the body is larger than 52,428,800 bytes" in ended.stderr
    assert "names a sitemap that is not of this site: https://cdn.example/a.xml" in ended.stderr
    assert "sitemaps not read, the first of them https://www.gazette.example/past/" in ended.stderr


@pytest.mark.parametrize(
    ("pages", "otherwise", "code", "reason"),
    [
        ({"/": front(), "/world": front()}, None, 5, "2 list pages could be read, and none links to an article"),
        ({"/": front()}, front("/trap-of-the-day-1", "/trap-of-the-day-2"), 5, "and none was given"),
        ({"/robots.txt": robots("User-agent: *\nDisallow: /\n")}, None, 5, "no list page could be read"),
        ({"/": ServedPage(body=b"", content_type="text/html", status=503)}, None, 5, "no list page could be read"),
    ],
    ids=["no articles", "every address is answered", "robots forbids all", "front page is down"],
)
def test_site_without_articles_ends_with_a_reason(scrapy_run, pages, otherwise, code, reason):
    site = MadeUp(pages, lambda path: None if otherwise is None or path == "/robots.txt" else html(otherwise))
    with connected(site) as connect_to:
        ended = scrapy_run(
            *("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY, "-s", "RETRY_TIMES=0")
        )

    assert ended.returncode == code, ended.stderr
    (manifest,) = manifests(ended.archive_dir / COLLECTION)
    assert any(reason in each for each in manifest["reasons"])
    assert sum(site.asked.values()) < 40


def test_feed_that_leads_to_another_host_alone_is_said(scrapy_run):
    feed = rss(*FED)
    other = ServedPage(body=feed.body.replace(b"//www.", b"//edition."), content_type=feed.content_type)
    pages = {"/robots.txt": robots(), "/": front(head=FEED_LINK), "/world": front(), "/news.rss": other}
    with connected(MadeUp(pages)) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert ended.returncode == 5
    named = f"https://edition.gazette.example{FED[0]}"
    assert f"WARNING: {BASE}/news.rss names 2 addresses of other hosts, as {named}" in ended.stderr
    (manifest,) = manifests(ended.archive_dir / COLLECTION)
    assert manifest["lists"]["dropped"] == 2


def test_named_articles_that_cannot_be_had_are_said_with_their_status(scrapy_run):
    forbidden = ServedPage(body=b"no", content_type="text/plain", status=403)
    with connected(MadeUp({"/robots.txt": robots(), FED[1]: forbidden})) as connect_to:
        ended = scrapy_run(
            "crawl", "news", "-a", f"url={BASE}{FED[0]},{BASE}{FED[1]}", "-s", f"CONNECT_TO={connect_to}", *QUICKLY
        )

    assert ended.returncode == 5
    for path, status in zip(FED, (404, 403), strict=True):
        assert ended.stderr.count(f"{BASE}{path}: HTTP {status}\n") == 1


def test_front_page_that_goes_on_by_itself_leads_to_the_lists(scrapy_run):
    site = MadeUp(
        {
            "/": '<html><meta http-equiv="refresh" content="0; url=/english/"><p>One moment, please.</p></html>',
            "/english/": front(*LISTED),
            **{path: article(path.rpartition("/")[2].capitalize(), path=path) for path in LISTED},
        }
    )
    with connected(site) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert ended.returncode == 0, ended.stderr
    assert {record["url"].removeprefix(BASE) for record in articles(ended.archive_dir / COLLECTION)} == set(LISTED)


SHORT = ("/ferry-expands/", "/harbour/", "/p/levy-stays", "/story?id=5")
"""Addresses that say nothing of what is there."""


@pytest.mark.parametrize(
    ("link", "head", "more"),
    [
        ("Harbour", FEED_LINK, {"/news.rss": rss(*SHORT)}),
        ("Harbour lights go on again after nine long years", FEED_LINK, {"/news.rss": rss(*SHORT)}),
        ("Harbour lights go on again after nine long years", "", {}),
    ],
    ids=["a feed names them", "a feed and headlines name them", "headlines name them"],
)
def test_article_at_a_short_address_is_read_though_pages_link_to_it(scrapy_run, link, head, more):
    """What looks like a list by its address waits until it is known whether it is an article."""
    shown = SHORT if head else SHORT[:3]
    links = "".join(f'<p><a href="{path}">{link}</a></p>' for path in shown)
    site = MadeUp(
        {
            "/robots.txt": robots(),
            "/": f"<html lang='en'><head><title>The Gazette</title>{head}</head><body>{links}</body></html>",
            **{path: article(f"What happened at {path.strip('/')}", path=path) for path in shown},
            **more,
        }
    )
    with connected(site) as connect_to:
        run = ("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)
        first = scrapy_run(*run)
        collection = first.archive_dir / COLLECTION
        given = {each["id"] for each in articles(collection)}
        asked = [site.asked[path] for path in shown]
        second = scrapy_run(*run)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert given == {f"{COLLECTION}:{path}" for path in shown}
    assert asked == [1] * len(shown) == [site.asked[path] for path in shown]
    assert manifests(collection)[0]["lists"]["links"] >= len(shown)
    assert manifests(collection)[0]["lists"]["empty"] == ([f"{BASE}/"] if link == "Harbour" else [])


def test_section_whose_address_is_like_those_of_articles_is_a_wrong_guess_and_read_as_a_list(scrapy_run):
    """In the second run it is known that pages of that shape were articles."""
    fed = [f"/harbour-{word}/" for word in ("bridge", "ferry", "lights")]
    sections = [f"/{word}/" for word in ("town", "sports", "parks", "schools", "traffic")]
    late = "/2026/11/21/bridge-number-five-reopens"
    site = MadeUp(
        {
            "/robots.txt": robots(),
            "/": front(*sections, head=FEED_LINK),
            "/news.rss": rss(*fed),
            **{path: article(f"What happened at {path.strip('/')}", path=path) for path in (*fed, late)},
            **dict.fromkeys(sections, front(*fed)),
        }
    )
    with connected(site) as connect_to:
        run = ("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)
        first = scrapy_run(*run)
        site.pages["/schools/"] = html(front(late))
        second = scrapy_run(*run)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    newest, before = sorted(manifests(first.archive_dir / COLLECTION), key=lambda each: each["started"], reverse=True)
    assert (before["counts"]["articles"], newest["counts"]["articles"]) == (3, 1)
    assert newest["unparsed"] == []
    assert [each["count"] for each in newest["ledger"]["outcomes"] if each["outcome"] == "wrong guess"] == [5]


def test_page_behind_a_headline_that_is_no_article_is_a_list(scrapy_run):
    """Of each shape of addresses one is tried; the others are lists, and the links of that one are read too."""
    story = "/2026/11/20/bridge-number-one-reopens"
    other = "/2026/11/20/bridge-number-two-reopens"
    section = "All the latest reports from the harbour and the old town"
    site = MadeUp(
        {
            "/robots.txt": robots(),
            "/": "".join(f'<p><a href="/{path}">{section}</a></p>' for path in ("harbour", "town")),
            "/harbour": front(story),
            "/town": front(other),
            story: article("Bridge number one reopens", path=story),
            other: article("Bridge number two reopens", path=other),
        }
    )
    with connected(site) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert ended.returncode == 0, ended.stderr
    assert {each["id"] for each in articles(ended.archive_dir / COLLECTION)} == {
        f"{COLLECTION}:{story}", f"{COLLECTION}:{other}",
    }  # fmt: skip
    assert (site.asked["/harbour"], site.asked["/town"]) == (1, 1)


@pytest.mark.parametrize(
    "path", ["/index.html", "/news/index.shtml", "/a/b/index.htm", "/node_1018.htm", "/list.php?cid=3"]
)
@pytest.mark.parametrize("by", ["link", "refresh"])
def test_list_with_the_ending_of_a_page_is_followed(scrapy_run, path, by):
    story = "/2026/11/20/bridge-number-one-reopens"
    to = f'<a href="{path}">News</a>' if by == "link" else f'<meta http-equiv="refresh" content="0;url={path}">'
    site = MadeUp(
        {"/robots.txt": robots(), "/": to, path: front(story), story: article("Bridge number one reopens", path=story)}
    )
    with connected(site) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert ended.returncode == 0, ended.stderr
    assert [each["id"] for each in articles(ended.archive_dir / COLLECTION)] == [f"{COLLECTION}:{story}"]


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/news.html", True), ("/a/b/default.aspx", True), ("/a/b/index.php", True), ("/about.html", False),
        ("/copyright.htm", False), ("/a/b/c.html", False), ("/a/index.pdf", False), ("/a/b/index/", False),
    ],
)  # fmt: skip
def test_path_of_a_list_is_a_word_or_two(path, is_one):
    assert sites.load("news").of_host(COLLECTION).is_list(f"{BASE}{path}") == is_one


def test_start_page_that_is_not_there_is_said_though_sitemaps_lead_on(scrapy_run):
    pages = {"/robots.txt": robots(), "/sitemap.xml": sitemap(*NEWS, news=True), NEWS[0]: article("Council meets")}
    with connected(MadeUp(pages)) as connect_to:
        ended = scrapy_run("crawl", "news", "-a", f"site={BASE}/typo", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert f"WARNING: {BASE}/typo: HTTP 404\n" in ended.stderr
    assert len(articles(ended.archive_dir / COLLECTION)) == 1


def test_what_belongs_to_a_page_is_captured_from_its_own_host(scrapy_run):
    shown = '<img src="/img/2026/11/20/quay.jpg" alt=""><img src="/2026/11/20/council-meets-again-today" alt="">'
    page = article("Council meets", path=NEWS[0], more=shown)
    picture = ServedPage(body=b"\xff\xd8\xff\xe0", content_type="image/jpeg")
    style = ServedPage(body=b"body { background: url(paper.png) }", content_type="text/css")
    site = MadeUp(
        {
            "/robots.txt": robots(), "/": front(head=FEED_LINK), "/world": front(), "/news.rss": rss(*NEWS),
            NEWS[0]: page.replace("</head>", '<link rel="stylesheet" href="/look/main.css"></head>'),
            "/look/main.css": style, "/look/paper.png": picture, "/img/2026/11/20/quay.jpg": picture,
        }
    )  # fmt: skip
    with connected(site) as connect_to:
        ended = scrapy_run(
            "crawl", "news", "-a", f"site={BASE}/", "-s", f"CONNECT_TO={connect_to}", *QUICKLY,
            "-s", "REQUISITES=images,styles",
        )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert {"/look/main.css", "/look/paper.png", "/img/2026/11/20/quay.jpg"} <= {*site.asked}
    assert "/2026/11/20/council-meets-again-today" not in site.asked  # where an article may be, is no picture
    (manifest,) = manifests(ended.archive_dir / COLLECTION)
    assert (manifest["counts"]["requisites"], manifest["counts"]["requisites_refused"]) == (3, 1)


def test_user_and_password_of_a_site_are_left_out_and_it_is_said_once(scrapy_run):
    site = BASE.replace("//", "//ada:hunter2@")
    with connected(gazette()) as connect_to:
        ended = scrapy_run(
            "crawl", "news", "-a", f"site={site}/", "-a", "limit=1", "-s", f"CONNECT_TO={connect_to}", *QUICKLY
        )

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count(f"-a site: {BASE}/ is asked for without the user and password") == 1
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "news takes -a site=URL"),
        (("-a", f"site={BASE}", "-a", f"url={BASE}/a"), "news takes -a site=URL"),
        (("-a", "site=gazette"), "'gazette' is not a web address"),
        (("-a", "site=http://localhost/"), "a site is known by the name of its host"),
        (("-a", f"site={BASE}", "-a", "limit=0"), "-a limit=0: give a number of articles"),
        (("-a", f"url={BASE}/a", "-a", "limit=2"), "-a url names the articles that are wanted"),
    ],
)
def test_argument_that_cannot_be_used_is_told_before_a_crawl(scrapy_run, arguments, said):
    ended = scrapy_run("crawl", "news", *arguments)

    assert ended.returncode == 2
    assert said in ended.stderr
