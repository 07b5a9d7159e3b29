"""What an operator can say to a crawl, by argument, option, setting and environment, and what comes of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.demo.stories import BASE
from newsspider.record.items import Locator
from newsspider.sites.kankanews import SITE
from newsspider.spiders.anysite import AnySiteSpider
from newsspider.spiders.arguments import SpiderArgumentError
from newsspider.spiders.kankanews import KankanewsSpider
from newsspider.text.clock import SHANGHAI
from tests.warcs import articles, manifests, of_url, read_warcs

if TYPE_CHECKING:
    from pathlib import Path

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")


@pytest.fixture
def crawl(demo_site, scrapy_run):
    """`scrapy crawl kankanews` at the demo site; returns how it ended and what the site was asked for."""

    def run(*arguments: str, **options):
        before = Counter(demo_site.stats()["urls"])
        ended = scrapy_run(
            "crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY, *arguments, **options
        )
        return ended, Counter(demo_site.stats()["urls"]) - before

    return run


def of_kind(demo_site, kind):
    return next(story for story in demo_site.site.expected() if story.kind == kind)


def locations(collection: Path) -> dict[str, bytes]:
    """Where the archived redirects led."""
    found = {}
    for record in read_warcs(collection):
        if record.type == "response" and record.block[9:12] in (b"301", b"302"):
            head = record.block.partition(b"\r\n\r\n")[0]
            found[record["WARC-Target-URI"]] = head.partition(b"Location: ")[2].partition(b"\r\n")[0]
    return found


# ---------------------------------------------------------------- -a


def test_named_articles_are_taken_and_nothing_else(crawl, demo_site):
    current, legacy = of_kind(demo_site, "video").url, of_kind(demo_site, "legacy").url
    moved = f"{BASE}/news/2048.html"
    plain = legacy.replace("https:", "http:")

    run, asked = crawl("-a", f"url={current},{plain}?appid=620799,{moved}")

    assert run.returncode == 0, run.stderr
    target = demo_site.site.aliases[moved]
    records = articles(run.archive_dir / "kankanews")
    assert {record["canonical_url"] for record in records} == {current, legacy, target}
    assert {record["url"] for record in records} == {current, f"{legacy}?appid=620799", target}
    fetched = {current, f"{plain}?appid=620799", f"{legacy}?appid=620799", moved, target, f"{BASE}/robots.txt"}
    assert asked == Counter(fetched)
    assert locations(run.archive_dir / "kankanews") == {
        f"{plain}?appid=620799": f"{legacy}?appid=620799".encode(),
        moved: target.encode(),
    }


def test_named_article_without_a_record_is_named_and_fails_the_run(crawl, demo_site):
    there, missing = of_kind(demo_site, "legacy").url, demo_site.site.missing[0]

    ended, _ = crawl("-a", f"url={there},{missing}")

    assert ended.returncode == 5
    assert f"  No record of: {missing}\n" in ended.stderr
    (manifest,) = manifests(ended.archive_dir / "kankanews")
    assert manifest["without_record"] == [missing]
    assert [article["url"] for article in articles(ended.archive_dir / "kankanews")] == [there]


def test_addresses_of_one_article_are_one_article(crawl, demo_site):
    doubles = [url for url in demo_site.site.aliases if url.startswith("https:")]
    named = sorted({*doubles, *(demo_site.site.aliases[url] for url in doubles)})

    run, asked = crawl("-a", f"url={','.join(named)}")

    assert run.returncode == 0, run.stderr
    found = Counter(record["canonical_url"] for record in articles(run.archive_dir / "kankanews"))
    assert found == Counter(set(demo_site.site.aliases.values()))
    assert asked == Counter({*named, f"{BASE}/robots.txt"})  # every address is evidence, and is fetched once


def test_since_leaves_out_what_is_older(crawl, demo_site):
    # Among the legacy ones, whose lists say the year: how old "2天前" is depends on the day of the test.
    run, asked = crawl("-a", "since=2019-01-01")

    expected = {story.url for story in demo_site.site.expected() if story.published_at.year >= 2019}
    older = {story.url for story in demo_site.site.expected()} - expected
    assert run.returncode == 0, run.stderr
    assert len(older) > 3
    assert {record["canonical_url"] for record in articles(run.archive_dir / "kankanews")} == expected
    assert not older & set(asked)
    (manifest,) = manifests(run.archive_dir / "kankanews")
    assert manifest["counts"]["older"] >= len(older)


def test_since_also_holds_for_an_article_whose_age_only_its_page_tells(crawl, demo_site):
    run, _ = crawl("-a", f"url={of_kind(demo_site, 'current').url}", "-a", "since=2999-01-01")

    (manifest,) = manifests(run.archive_dir / "kankanews")
    assert (run.returncode, manifest["counts"]["articles"], manifest["counts"]["older"]) == (0, 0, 1)


def test_recommendations_are_followed_when_told_so(crawl, demo_site):
    story = of_kind(demo_site, "legacy")
    recommended = {card.url for card in story.recommendations}

    alone, _ = crawl("-a", f"url={story.url}")
    assert {record["canonical_url"] for record in articles(alone.archive_dir / "kankanews")} == {story.url}

    followed, asked = crawl("-a", f"url={story.url}", "-a", "follow=recommendations")
    found = {record["canonical_url"] for record in articles(followed.archive_dir / "kankanews")}
    assert found >= {story.url, *recommended}
    assert max(asked.values()) == 1


# ---------------------------------------------------------------- -o and -O


def test_feed_files_are_overwritten_or_appended_to(crawl, demo_site, tmp_path):
    named = [of_kind(demo_site, kind).url for kind in ("current", "legacy-gbk")]
    jsonl, listed, table = (tmp_path / f"out.{suffix}" for suffix in ("jsonl", "json", "csv"))
    listed.write_text("of last week", encoding="utf-8")

    first, _ = crawl("-a", f"url={named[0]}", "-O", str(jsonl), "-O", str(listed), "-O", str(table))
    one = articles(first.archive_dir / "kankanews")
    assert [json.loads(line) for line in jsonl.read_text(encoding="utf-8").splitlines()] == one
    assert json.loads(listed.read_text(encoding="utf-8")) == one
    with table.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    plain = ("id", "url", "title", "published_raw", "body_text", "content_hash")
    assert {name: row[name] for name in plain} == {name: one[0][name] for name in plain}
    assert list(row) == list(one[0])
    for path in (jsonl, listed, table):
        assert one[0]["title"] in path.read_text(encoding="utf-8")

    second, _ = crawl("-a", f"url={named[1]}", "-o", str(jsonl), "-o", "-:jsonl")
    two = articles(second.archive_dir / "kankanews")
    assert [json.loads(line) for line in jsonl.read_text(encoding="utf-8").splitlines()] == one + two
    assert json.loads(second.stdout) == two[0]
    assert two[0]["title"] in second.stdout


def test_pages_are_durable_before_a_feed_that_cites_them_has_its_name(crawl, demo_site, tmp_path):
    run, _ = crawl(
        "-a", f"url={of_kind(demo_site, 'state-only').url}", "-O", str(tmp_path / "out.jsonl"),
        "-s", 'FEED_STORAGES={"": "tests.spiders.order.TellingStorage"}',
    )  # fmt: skip

    assert run.stdout.split()[:2] == ["synced", "stored"]


# ---------------------------------------------------------------- settings


def test_large_crawl_goes_into_several_files(crawl, demo_site):
    run, _ = crawl(
        "-s", "WARC_MAX_SIZE=100000", "-s", "WARC_PAYLOAD_DIGEST=stored", "-s", "WARC_PREFIX=evidence",
        "-s", "PART_ITEMS=15",
        env={"NEWSSPIDER_WARC_OPERATOR": "看看, archive@example.org"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    path = run.archive_dir / "kankanews"
    (manifest,) = manifests(path)
    files = sorted((path / "archive").iterdir())
    assert [file.name for file in files] == [warc["name"] for warc in manifest["warcs"]]
    assert len(files) > 4
    assert all(file.name.startswith("evidence-") and file.stat().st_size <= 100_000 for file in files)

    records = articles(path)
    assert [part["records"] for part in manifest["parts"]] == [15, 15, 10]
    assert {record["archive"]["warc"] for record in records} <= {file.name for file in files}
    for record in records:
        locator = Locator(**record["archive"])
        page = page_at(Collection(path), locator)
        assert (page.capture.where, page.capture.url) == (locator, record["url"])
        url, captured = page.capture.url, page.capture.captured
        assert SITE.parse(page.http.body(), url, page.http.headers, captured).id == record["id"]

    infos = [record for record in read_warcs(path) if record.type == "warcinfo"]
    assert [info.fields()["operator"] for info in infos] == ["看看, archive@example.org"] * len(files)

    # With digests of the payload as stored, a checker that does not undo chunking agrees to all of them.
    for file in files:
        subprocess.run([sys.executable, "-m", "warcio.cli", "check", file], check=True, capture_output=True)


def test_command_line_wins_over_environment_and_environment_over_file(scrapy_run, wire_server):
    run = scrapy_run(
        "fetch", "http://wire.test/plain", "-s", f"CONNECT_TO={wire_server.connect_to}", "-s", "COLLECTION=said",
        env={
            "NEWSSPIDER_COLLECTION": "environment",
            "NEWSSPIDER_CONTACT": "https://example.org/crawler",
            "NEWSSPIDER_ROBOTSTXT_OBEY": "False",
            "NEWSSPIDER_RETRY_ENABLED": "False",
        },
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert [path.name for path in run.archive_dir.iterdir()] == ["said"]
    (exchange,) = wire_server.log  # no robots.txt
    assert b"\r\nUser-Agent: newsspider/" in exchange.received
    assert b" (+https://example.org/crawler)\r\n" in exchange.received
    info = read_warcs(run.archive_dir / "said")[0].fields()
    assert (info["robots"], info["scrapy-ROBOTSTXT_OBEY"]) == ("ignore", "False")
    assert info["http-header-user-agent"].endswith(" (+https://example.org/crawler)")


def test_warcinfo_says_how_the_crawl_was_made(scrapy_run, wire_server):
    settings = ("-s", f"CONNECT_TO={wire_server.connect_to}", "-s", "DOWNLOAD_DELAY=0.1")
    run = scrapy_run("fetch", "http://wire.test/plain", *settings)

    info = read_warcs(run.archive_dir / "default")[0].fields()
    assert info["software"].startswith("newsspider/")
    assert " scrapy/2.19" in info["software"]
    assert info["format"] == "WARC File Format 1.1"
    assert info["robots"] == "classic"
    assert info["scrapy-DOWNLOAD_DELAY"] == "0.1"
    assert info["scrapy-CONNECT_TO"] == wire_server.connect_to
    assert info["scrapy-AUTOTHROTTLE_ENABLED"] == "True"


# ---------------------------------------------------------------- Scrapy's other commands


def test_fetch_and_shell_capture_too(scrapy_run, demo_site):
    url = of_kind(demo_site, "current").url
    settings = ("-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)

    fetched = scrapy_run("fetch", url, *settings)
    shell = scrapy_run("shell", url, "-c", "(response.status, response.css('h1.bt::text').get())", *settings)

    assert (fetched.returncode, shell.returncode) == (0, 0), fetched.stderr + shell.stderr
    assert fetched.stdout.encode() == demo_site.site.page(url.removeprefix(BASE)).body + b"\n"
    assert shell.stdout.strip() == str((200, of_kind(demo_site, "current").title))
    path = shell.archive_dir / "kankanews"
    records = read_warcs(path)
    assert [record.type for record in of_url(records, url, "response", "revisit")] == ["response", "revisit"]
    assert len(of_url(records, url, "request")) == 2
    assert not any(file.name.endswith(".open") for file in (path / "archive").iterdir())
    assert (path / "indexes" / "index.cdxj").read_text(encoding="utf-8").count(f'"{url}"') == 2


def test_fetch_is_not_blamed_for_finding_no_article(scrapy_run, demo_site):
    run = scrapy_run("fetch", f"{BASE}/k24", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)

    assert [manifest["reasons"] for manifest in manifests(run.archive_dir / "kankanews")] == [[]]


@pytest.mark.parametrize(
    ("since", "days"), [("1d", 1), ("2w", 14), ("24h", 1), ("2026-11-01", None), ("2026-11-01T23:30:00+00:00", None)]
)
def test_since_is_a_date_a_time_or_a_span(since, days):
    """A time counts for its day in Shanghai, as the dates of the site do."""
    today = datetime.now(SHANGHAI).date()
    found = KankanewsSpider(since=since).arguments.since

    if days is None:
        assert found == (date(2026, 11, 2) if "T" in since else date(2026, 11, 1))
    else:
        assert today - timedelta(days) <= found <= today - timedelta(days - 1)


@pytest.mark.parametrize("url", ["https://www.kankanews.com/", "https://www.kankanews.com/k24"])
def test_list_page_is_no_article_that_one_could_name(url):
    with pytest.raises(SpiderArgumentError, match="the address of a list page"):
        KankanewsSpider(url=url)


@pytest.mark.parametrize(
    ("spider", "arguments", "said"),
    [
        (AnySiteSpider, {"site": "https://www.example.org/", "limt": "3"}, "it takes site, url, since, .*, limit"),
        (KankanewsSpider, {"site": "https://www.example.org/"}, "-a site=…: kankanews has no such .* it takes url, "),
    ],
)
def test_argument_that_is_none_is_told_with_those_there_are(spider, arguments, said):
    with pytest.raises(SpiderArgumentError, match=said):
        spider(**arguments)


def test_fetch_of_what_cannot_be_fetched_is_not_done(scrapy_run, wire_server):
    came = scrapy_run("fetch", "http://wire.test/plain", "-s", f"CONNECT_TO={wire_server.connect_to}", "--nolog")
    refused = scrapy_run(
        "fetch", "http://wire.test/plain", "-s", "CONNECT_TO=wire.test:80:127.0.0.1:1", "-s", "RETRY_ENABLED=False",
        "--nolog",
    )  # fmt: skip

    assert (came.returncode, refused.returncode, refused.stdout) == (0, 5, "")
    assert came.stdout


def test_archive_with_a_comma_in_its_name_is_one_path(tmp_path):
    whole, other = tmp_path / "bay, 2026.warc", tmp_path / "other.warc"
    for path in (whole, other):
        path.write_bytes(b"")

    assert KankanewsSpider(archive=str(whole)).arguments.archives == (whole,)
    assert KankanewsSpider(archive=f"{other},{other}").arguments.archives == (other, other)
