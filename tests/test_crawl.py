"""The main job, end to end: `scrapy crawl kankanews` at the demo site, twice, and what is on the disk then."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.demo.site import Site
from newsspider.demo.stories import BASE, Story
from newsspider.record import schema
from newsspider.record.items import Locator, to_json_line
from newsspider.sites.kankanews import SITE
from tests.conftest import ScrapyResult
from tests.warcs import feed_lines, manifests, of_url, outcomes, read_warcs

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """A collection after two crawls of the unchanged site."""

    site: Site
    runs: tuple[ScrapyResult, ScrapyResult]
    path: Path
    asked: Counter[str]
    """How often each address was asked for in the first crawl."""

    @property
    def manifests(self) -> list[dict[str, Any]]:
        return manifests(self.path)

    def lines(self, run: int) -> list[bytes]:
        return feed_lines(self.path, self.manifests[run])

    def articles(self, run: int) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines(run)]

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.path / "archive").iterdir())


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Crawled:
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("crawl"))
    before = Counter(demo_site.stats()["urls"])
    first = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
    asked = Counter(demo_site.stats()["urls"]) - before
    second = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
    return Crawled(site=demo_site.site, runs=(first, second), path=first.archive_dir / "kankanews", asked=asked)


# ---------------------------------------------------------------- records


def test_crawl_ends_well(crawled):
    assert [run.returncode for run in crawled.runs] == [0, 0], crawled.runs[0].stderr
    assert [(manifest["exit_code"], manifest["reasons"]) for manifest in crawled.manifests] == [(0, []), (0, [])]


@pytest.mark.parametrize("run", [0, 1])
def test_every_article_is_there_exactly_once(crawled, run):
    found = Counter(record["canonical_url"] for record in crawled.articles(run))

    assert found == Counter(story.url for story in crawled.site.expected())


def test_records_say_what_the_site_says(crawled):
    records = {record["canonical_url"]: record for record in crawled.articles(0)}

    for story in crawled.site.expected():
        expected = truth(story, crawled.site)
        record = records[story.url]
        for card in record["recommendations"]:
            del card["date_earliest"], card["date_latest"]  # as seen from the time of capture
        assert {field: record[field] for field in expected} == expected


def truth(story: Story, site: Site) -> dict[str, Any]:
    """All of a record that follows from the story, and not from when and how it was captured."""
    state_only = story.kind == "state-only"
    return {
        "schema_version": "1.1",
        "id": f"kankanews:{story.page_id}",
        "site": "kankanews",
        "url": story.url,
        "canonical_url": story.url,
        "title": story.title,
        "page_title": "看看新闻网" if state_only else story.page_title,
        "published_at": story.published_at.isoformat(),
        "published_raw": story.published_raw,
        "modified_at": None,
        "modification_notes": [],
        "source": {"name": story.source, "url": None},
        "authors": [],
        "editors": [],
        "channel": {"name": story.channel.name, "url": None if state_only else story.channel.url},
        "body_text": "\n\n".join(story.paragraphs),
        "paragraphs": list(story.paragraphs),
        "images": [
            {"url": each.url, "alt": each.alt, "caption": None, "credit": None, "position": each.position}
            for each in story.pictures
        ],
        "image_credit": story.image_credit
        and {"raw": story.image_credit, "name": story.photographer, "role": "摄"},
        "videos": videos(story, site),
        "copyright_notice": story.copyright_notice,
        "exclusive": story.exclusive,
        "keywords": list(story.keywords),
        "keywords_raw": None if state_only else f"关键词： {''.join(story.keywords)}",
        "comments": {"count": 0, "state": "empty"},
        "recommendations": [
            {
                "rank": rank,
                "title": card.title,
                "url": card.url,
                "id": f"kankanews:{SITE.page_id(card.url)}",
                "duration_s": seconds(card.duration),
                "channel": card.channel,
                "date_raw": card.date,
                "date_at": ANY if "前" in card.date else card.date.replace("/", "-"),
                "date_precision": next(unit for sign, unit in UNITS.items() if sign in card.date),
            }
            for rank, card in enumerate(story.recommendations, 1)
        ],
    }


UNITS = {"小时前": "hour", "分钟前": "minute", "天前": "day", "/": "day"}


def videos(story: Story, site: Site) -> list[dict[str, Any]]:
    none = {"url": None, "poster": None, "duration_s": None, "media_id": None}
    if story.video is not None:
        length = seconds(story.duration)
        return [none | {"url": story.video.play_url, "poster": story.video.cover, "duration_s": length}]
    if story.legacy:
        number = re.search(rb'omsid="(\d+)"', site.page(story.path).body)
        return [none | {"media_id": number[1].decode()}]
    return []


def seconds(duration: str) -> int:
    minutes, rest = duration.split(":")
    return int(minutes) * 60 + int(rest)


def test_every_record_is_valid(crawled):
    for run in (0, 1):
        for record in crawled.articles(run):
            schema.check(record)


def test_equal_texts_are_two_articles(crawled):
    texts = Counter(story.paragraphs for story in crawled.site.expected())
    (twins,) = [text for text, times in texts.items() if times == 2]

    ids = [record["id"] for record in crawled.articles(0) if tuple(record["paragraphs"]) == twins]
    assert len(set(ids)) == 2


def test_feed_is_readable_text(crawled):
    assert "看看新闻".encode() in crawled.lines(0)[0]
    assert b"\\u" not in b"".join(crawled.lines(0))


def test_site_facts_are_written_once_and_cited_by_all(crawled):
    first, second = crawled.manifests
    (facts,) = [json.loads(line) for line in feed_lines(crawled.path, first, "site_facts_parts")]

    assert facts["publisher"] == "看东方(上海)传媒有限公司"
    assert first["site_facts"] == second["site_facts"] == {facts["id"]: first["run"]}
    assert second["site_facts_parts"] == []
    without_footer = {story.url for story in crawled.site.expected() if story.kind == "state-only"}
    for record in crawled.articles(0) + crawled.articles(1):
        assert record["site_facts"] == (None if record["canonical_url"] in without_footer else facts["id"])


# ---------------------------------------------------------------- what was asked for


def test_nothing_is_fetched_twice(crawled):
    assert {url: times for url, times in crawled.asked.items() if times > 1} == {}


def test_every_page_of_the_site_is_visited_and_nothing_else(crawled):
    lists = {BASE + target for target in crawled.site.targets() if SITE.is_list(BASE + target)}
    others = {f"{BASE}/robots.txt", *crawled.site.missing}
    doubles = {url for url in crawled.site.aliases if SITE.canonical_url(url) == url and SITE.is_article(url)}

    stories = {story.url for story in crawled.site.expected()}
    pages = {url for url in crawled.asked if url.startswith(BASE)}
    assert pages == (stories | lists | others | doubles) - set(crawled.site.forbidden)


def test_what_robots_txt_closes_is_never_asked_for_and_said_to_be_closed(crawled):
    assert not set(crawled.asked) & set(crawled.site.forbidden)
    # The third is no address of an article or a list, so nobody wanted it.
    assert outcomes(read_warcs(crawled.path)) == dict.fromkeys(
        (f"{BASE}/private/", f"{BASE}/detail/Pr1vAtePage"), "robots"
    )


def test_page_without_an_article_is_reported_and_kept(crawled):
    absent, soft = crawled.site.missing
    manifest = crawled.manifests[0]

    assert (manifest["unparsed"], manifest["counts"]["unparsed"]) == ([soft], 1)
    assert manifest["statuses"]["404"] == 1
    for url in (absent, soft):
        assert len(of_url(read_warcs(crawled.path), url, "response", "revisit")) == 2
    assert soft in crawled.runs[0].stderr


# ---------------------------------------------------------------- proof


@pytest.mark.parametrize("run", [0, 1])
def test_locator_opens_one_member_and_it_is_the_page(crawled, run):
    for record in crawled.articles(run):
        where = record["archive"]
        with (crawled.path / "archive" / where["warc"]).open("rb") as file:
            file.seek(where["offset"])
            header, _, block = gzip.decompress(file.read(where["length"])).partition(b"\r\n\r\n")

        fields = dict(line.split(": ", 1) for line in header.decode().split("\r\n")[1:])
        assert fields["WARC-Type"] == ("response" if run == 0 else "revisit")
        assert fields["WARC-Record-ID"] == f"<{where['record_id']}>"
        assert fields["WARC-Target-URI"] == record["url"]
        assert fields["WARC-Payload-Digest"] == where["payload_digest"]
        assert fields["WARC-Date"] == record["fetched_at"].replace("+00:00", "Z")
        assert block.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("run", [0, 1])
def test_archived_page_gives_the_same_record_to_the_byte(crawled, run):
    collection = Collection(crawled.path)
    for line in crawled.lines(run):
        locator = Locator(**json.loads(line)["archive"])
        page = page_at(collection, locator)

        article = SITE.parse(page.http.body(), page.capture.url, page.http.headers, page.capture.captured)
        article.archive = locator

        assert to_json_line(article) == line


def test_archived_page_is_what_the_site_served(crawled):
    collection = Collection(crawled.path)
    for record in crawled.articles(1):
        page = page_at(collection, Locator(**record["archive"]))

        assert page.http.body() == crawled.site.page(record["url"].removeprefix(BASE)).body


def test_unchanged_pages_are_not_stored_again(crawled):
    second = [warc["name"] for warc in crawled.manifests[1]["warcs"]]
    records = [record for record in read_warcs(crawled.path) if record.type in ("response", "revisit")]
    by_type = Counter((record.type, record["WARC-Refers-To-Target-URI"] is not None) for record in records)
    manifest = crawled.manifests[1]["counts"]

    assert set(by_type) == {("response", False), ("revisit", True)}
    # Only what is too short to be worth a revisit, or no page, is stored again: robots.txt and the 404.
    assert (manifest["responses"], manifest["revisits"]) == (2, manifest["requests"] - 2)
    assert sum(len((crawled.path / "archive" / name).read_bytes()) for name in second) < 100_000


def test_two_addresses_of_one_payload_are_stored_once(crawled):
    first = read_warcs_of_run(crawled, 0)
    (story,) = {canonical for url, canonical in crawled.site.aliases.items() if "/detail/" in url}
    (double,) = [url for url in crawled.site.aliases if "/detail/" in url]

    kept = {url: of_url(first, url, "response", "revisit")[0] for url in (story, double)}
    revisit, response = sorted(kept.values(), key=lambda record: record.type, reverse=True)

    assert (revisit.type, response.type) == ("revisit", "response")
    assert revisit["WARC-Refers-To-Target-URI"] == response["WARC-Target-URI"]
    assert revisit["WARC-Refers-To"] == response["WARC-Record-ID"]
    assert revisit["WARC-Payload-Digest"] == response["WARC-Payload-Digest"]


def read_warcs_of_run(crawled: Crawled, run: int):
    names = {warc["name"] for warc in crawled.manifests[run]["warcs"]}
    infos: dict[str | None, bool] = {}
    records = read_warcs(crawled.path)
    for record in records:
        if record.type == "warcinfo":
            infos[record["WARC-Record-ID"]] = record["WARC-Filename"] in names
    return [record for record in records if infos.get(record["WARC-Warcinfo-ID"])]


def test_manifest_names_every_file_with_its_digest(crawled):
    named = set()
    for manifest in crawled.manifests:
        items = crawled.path / "items" / manifest["run"]
        parts = (part for kind in ("parts", "changes_parts", "site_facts_parts") for part in manifest[kind])
        files = [(items / part["name"], part) for part in parts]
        files += [(crawled.path / "archive" / warc["name"], warc) for warc in manifest["warcs"]]
        for path, said in files:
            data = path.read_bytes()
            assert (said["size"], said["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
            named.add(path)

    there = {path for name in ("archive", "items") for path in (crawled.path / name).rglob("*") if path.is_file()}
    assert named == there


def test_manifest_counts_what_is_there(crawled):
    for run, manifest in enumerate(crawled.manifests):
        records = read_warcs_of_run(crawled, run)
        kinds = Counter(record.type for record in records)
        counts = manifest["counts"]

        assert counts["articles"] == sum(part["records"] for part in manifest["parts"]) == len(crawled.lines(run))
        assert (counts["responses"], counts["revisits"]) == (kinds["response"], kinds["revisit"])
        assert counts["requests"] == kinds["request"] == kinds["response"] + kinds["revisit"]
        assert counts["forbidden_by_robots"] == kinds["metadata"] == 2
        assert sum(warc["records"] for warc in manifest["warcs"]) == len(records) + len(manifest["warcs"])


def test_manifest_is_written_last(crawled):
    files = [path for path in crawled.path.rglob("*") if path.is_file()]
    # What remembers the manifest, and the page that is made of it, come behind it.
    before = [path for path in files if not path.name.startswith("state.sqlite3") and path.suffix != ".html"]
    newest = max(path.stat().st_mtime_ns for path in before)
    last = crawled.path / "runs" / f"{crawled.manifests[1]['run']}.json"

    assert last.stat().st_mtime_ns == newest


def test_nothing_half_finished_is_left(crawled):
    names = [path.name for path in crawled.path.rglob("*")]

    assert [name for name in names if name.endswith((".open", ".part", ".tmp"))] == []


# ---------------------------------------------------------------- other people's readers


def test_every_reader_takes_every_file(crawled):
    fastwarc = Path(sys.executable).with_name("fastwarc")
    for path in crawled.warcs:
        subprocess.run(["gzip", "-t", path], check=True)
        subprocess.run([fastwarc, "check", "-q", path], check=True, capture_output=True)
        with path.open("rb") as file:
            records = [record.rec_type for record in ArchiveIterator(file)]
        assert records[0] == "warcinfo"


def test_index_is_sorted_and_every_line_opens(crawled):
    lines = (crawled.path / "indexes" / "index.cdxj").read_text(encoding="utf-8").splitlines()
    collection = Collection(crawled.path)

    assert lines == sorted(lines)
    for line in lines:
        said = json.loads(line.split(" ", 2)[2])
        page = page_at(
            collection, Locator(warc=said["filename"], offset=int(said["offset"]), length=0, record_id=None)
        )
        capture = page.capture
        assert (capture.url, f"{capture.captured:%Y%m%d%H%M%S}") == (said["url"], line.split(" ", 2)[1])
        assert said["mime"] == "warc/revisit" or str(page.http.status) == said["status"]
    captures = [record for record in read_warcs(crawled.path) if record.type in ("response", "revisit")]
    assert len(lines) == len(captures)


def test_index_is_what_cdxj_indexer_makes(crawled, tmp_path):
    output = tmp_path / "index.cdxj"
    # A process of its own: py-wacz, where it was imported before, changes what the indexer does.
    command = [Path(sys.executable).with_name("cdxj-indexer"), "--sort", "--output", output, *crawled.warcs]
    subprocess.run(command, check=True, capture_output=True)

    assert output.read_text() == (crawled.path / "indexes" / "index.cdxj").read_text()
