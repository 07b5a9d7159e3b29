"""The archive answers a crawl: the same spider, no network, and the same records to the last byte."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from newsspider.collection.collection import Collection
from newsspider.demo.stories import BASE
from newsspider.spiders.kankanews import KankanewsSpider
from newsspider.warc.reader import iter_records
from tests.archive.exchanges import exchange, page, writer
from tests.conftest import PROJECT, DemoSite, ScrapyResult, ScrapyRun
from tests.patience import HUNG
from tests.warcs import feed_lines, manifests, outcomes, read_warcs

if TYPE_CHECKING:
    from collections.abc import Callable

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")

NO_SOCKETS = """
import os, socket, sys

def hook(event, arguments):
    asked = event in ("socket.getaddrinfo", "socket.gethostbyname")
    if asked or (event == "socket.__new__" and arguments[1] != socket.AF_UNIX):
        os.write(2, f"a socket was opened: {event} {arguments}".encode())
        os._exit(99)

sys.addaudithook(hook)
socket.has_ipv6 = False  # or urllib3, which nothing here uses, tries one out when it is imported
"""
"""Python tells a hook of every socket, and no code can take it away. The event loop's own pipe is a Unix socket."""


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """A collection of two live crawls, and what may be done with it."""

    path: Path
    scrapy_run: ScrapyRun
    site: DemoSite

    def lines(self, run: int) -> list[bytes]:
        return feed_lines(self.path, manifests(self.path)[run])


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Crawled:
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("live"))
    for _ in range(2):
        ended = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
        assert ended.returncode == 0, ended.stderr
    return Crawled(path=ended.archive_dir / "kankanews", scrapy_run=scrapy_run, site=demo_site)


@dataclass(frozen=True, kw_only=True)
class Replayed:
    ended: ScrapyResult
    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        return manifests(self.path)[-1]

    @property
    def lines(self) -> list[bytes]:
        return feed_lines(self.path, self.manifest)


@pytest.fixture
def replay(scrapy_run: ScrapyRun, tmp_path: Path) -> Callable[..., Replayed]:
    """``scrapy crawl kankanews -a archive=…``, in a Python that has no sockets."""

    def run(*archives: Path, arguments: tuple[str, ...] = ()) -> Replayed:
        paths = ",".join(map(str, archives))
        ended = scrapy_run("crawl", "kankanews", "-a", f"archive={paths}", *arguments, before=NO_SOCKETS)
        return Replayed(ended=ended, path=ended.archive_dir / "kankanews")

    return run


def without_place(lines: list[bytes]) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in lines]
    for record in records:
        for field in ("warc", "offset", "length"):
            del record["archive"][field]
    return sorted(records, key=lambda record: record["id"])


def tree(path: Path) -> dict[str, str]:
    return {
        str(each.relative_to(path)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(path.rglob("*"))
        if each.is_file()
    }


# ---------------------------------------------------------------- the same records


@pytest.mark.parametrize("settings", [(), ("-s", "CONNECT_TO={connect_to}")], ids=["by name", "by address"])
def test_a_socket_would_be_caught(demo_site, scrapy_run, settings):
    settings = [each.format(connect_to=demo_site.connect_to) for each in settings]
    ended = scrapy_run("crawl", "kankanews", *settings, before=NO_SOCKETS)

    assert (ended.returncode, "a socket was opened" in ended.stderr) == (99, True)


def test_records_are_those_of_the_live_crawl_byte_for_byte(crawled, replay):
    replayed = replay(crawled.path)

    assert replayed.ended.returncode == 0, replayed.ended.stderr
    assert sorted(replayed.lines) == sorted(crawled.lines(1))
    live = manifests(crawled.path)[1]
    same = ("exit_code", "reasons", "statuses", "witnesses", "unparsed")
    assert {name: replayed.manifest[name] for name in same} == {name: live[name] for name in same}
    counts = ("articles", "duplicate", "older", "unparsed", "invalid", "forbidden_by_robots")
    assert {name: replayed.manifest["counts"][name] for name in counts} == {
        name: live["counts"][name] for name in counts
    }
    assert "ERROR" not in replayed.ended.stderr


def test_at_picks_the_captures_nearest_to_a_time(crawled, replay):
    first, second = manifests(crawled.path)

    replayed = replay(crawled.path, arguments=("-a", f"at={first['started']}"))
    assert sorted(replayed.lines) == sorted(crawled.lines(0))
    assert replayed.manifest["source"] == {
        "archives": [str(crawled.path)], "at": first["started"], "unreadable": 0, "missing": []
    }  # fmt: skip
    assert sorted(crawled.lines(0)) != sorted(crawled.lines(1))
    assert second["source"] is None


@pytest.mark.parametrize(
    "arguments",
    [("-a", "since=2026-01-01"), ("-a", "follow=recommendations"), ("-a", "url={url}"), ("-s", "LIST_DEPTH=0")],
    ids=" ".join,
)
def test_arguments_mean_what_they_mean_live(crawled, replay, scrapy_run, tmp_path, arguments):
    url = json.loads(crawled.lines(0)[7])["url"]
    arguments = tuple(each.format(url=url) for each in arguments)
    live = scrapy_run(
        "crawl", "kankanews", *arguments, "-s", f"CONNECT_TO={crawled.site.connect_to}", *QUICKLY,
        "-s", f"ARCHIVE_DIR={tmp_path}/live",
    )  # fmt: skip
    assert live.returncode == 0, live.stderr
    collection = tmp_path / "live" / "kankanews"

    replayed = replay(collection, arguments=arguments)
    (manifest,) = manifests(collection)
    assert sorted(replayed.lines) == sorted(feed_lines(collection, manifest)) != []
    assert replayed.manifest["counts"]["older"] == manifest["counts"]["older"]


def test_with_the_network_taken_away_by_the_kernel(crawled, tmp_path):
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody take the network away (unshare --net)")

    ended = subprocess.run(
        [*unshare, sys.executable, "-m", "scrapy", "crawl", "kankanews", "-a", f"archive={crawled.path}"],
        cwd=PROJECT,
        env={**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=HUNG,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    path = tmp_path / "kankanews"
    assert sorted(feed_lines(path, manifests(path)[0])) == sorted(crawled.lines(1))


# ---------------------------------------------------------------- where pages come from


def stored_wacz(collection: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for warc in sorted((collection / "archive").iterdir()):
            archive.write(warc, f"archive/{warc.name}")
        archive.write(collection / "indexes/index.cdxj", "indexes/index.cdxj")
    return path


def test_other_forms_of_the_same_archive_give_the_same_records(crawled, replay, tmp_path):
    """In all of them the files keep their names, and the records their places."""
    folder = crawled.path / "archive"
    one_by_one = sorted(folder.iterdir(), reverse=True)
    without_index = tmp_path / "copy"
    shutil.copytree(folder, without_index / "archive")
    wacz = stored_wacz(crawled.path, tmp_path / "x.wacz")

    for archives in ([folder], one_by_one, [without_index], [wacz]):
        assert sorted(replay(*archives).lines) == sorted(crawled.lines(1)), archives


def test_uncompressed_files_give_the_same_records_at_other_places(crawled, replay, tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    for file in (crawled.path / "archive").iterdir():
        (plain / file.name.removesuffix(".gz")).write_bytes(gzip.decompress(file.read_bytes()))

    assert without_place(replay(plain).lines) == without_place(crawled.lines(1))


def test_files_that_another_tool_wrote_give_the_same_records_at_other_places(crawled, replay, tmp_path):
    """Its writer sets the heads anew, and knows no hybrid gzip members."""
    with (tmp_path / "warcio.warc.gz").open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for file in sorted((crawled.path / "archive").iterdir()):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    writer.write_record(record)

    assert without_place(replay(tmp_path / "warcio.warc.gz").lines) == without_place(crawled.lines(1))


def test_records_of_a_replay_lead_to_their_pages(crawled, replay):
    collection = Collection(crawled.path)

    for line in replay(crawled.path).lines:
        record = json.loads(line)
        where = record["archive"]
        (page,) = [
            each for each in iter_records(collection.archive_dir / where["warc"]) if each.offset == where["offset"]
        ]
        assert (page.url, page.record_id) == (record["url"], where["record_id"])


def test_the_collection_itself_gains_a_run_and_nothing_else(crawled, replay, tmp_path):
    own = tmp_path / "archives" / "kankanews"
    shutil.copytree(crawled.path, own)
    before = tree(own)

    replayed = replay(own)
    assert sorted(replayed.lines) == sorted(crawled.lines(1))
    run = replayed.manifest["run"]
    changed = {name for name, digest in tree(own).items() if before.get(name) != digest}
    assert {name for name in changed if not name.startswith((f"items/{run}/", "state.sqlite3"))} == {
        f"runs/{run}.json", f"reports/{run}.html", "reports/index.html", ".lock"
    }  # fmt: skip
    assert (replayed.manifest["warcs"], replayed.manifest["site_facts_parts"]) == ([], [])


def test_a_collection_that_is_being_written_is_not_replayed_into(crawled, replay, tmp_path):
    own = tmp_path / "archives" / "kankanews"
    own.mkdir(parents=True)
    import fcntl

    with (own / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        replayed = replay(crawled.path)

    assert replayed.ended.returncode == 75
    assert list(own.glob("runs/*")) == []


# ---------------------------------------------------------------- what is not there


def only_page(crawled: Crawled, path: Path) -> dict[str, Any]:
    """Make a WARC file of one article's record; return the article's."""
    record = json.loads(crawled.lines(0)[3])
    where = record["archive"]
    data = (crawled.path / "archive" / where["warc"]).read_bytes()
    path.write_bytes(data[where["offset"] : where["offset"] + where["length"]])
    return record


def test_a_page_without_its_robots_txt_is_replayed(crawled, replay, tmp_path):
    record = only_page(crawled, tmp_path / "page.warc.gz")

    replayed = replay(tmp_path / "page.warc.gz", arguments=("-a", f"url={record['url']}"))
    assert replayed.ended.returncode == 0, replayed.ended.stderr
    (line,) = replayed.lines
    assert json.loads(line) == {**record, "archive": {**record["archive"], "warc": "page.warc.gz", "offset": 0}}


def test_what_is_missing_is_counted_and_named_and_no_error(crawled, replay, tmp_path):
    record = only_page(crawled, tmp_path / "page.warc.gz")
    absent = [f"{BASE}/detail/Abs3nt{number:03}" for number in range(200)]

    replayed = replay(tmp_path / "page.warc.gz", arguments=("-a", f"url={record['url']},{','.join(absent)}"))
    assert replayed.ended.returncode == 5, replayed.ended.stderr  # articles were named, and gave no record
    assert replayed.manifest["without_record"] == absent
    assert len(replayed.lines) == 1
    assert (replayed.manifest["counts"]["replayed"], replayed.manifest["counts"]["missing"]) == (1, 201)
    assert set(replayed.manifest["source"]["missing"]) <= set(absent)
    assert len(replayed.manifest["source"]["missing"]) == 20
    assert replayed.manifest["counts"]["requests"] == 202  # none twice
    assert "ERROR" not in replayed.ended.stderr
    assert len(replayed.ended.stderr.splitlines()) < 150


def test_nothing_there_at_all_is_no_good_run(crawled, replay, tmp_path):
    only_page(crawled, tmp_path / "page.warc.gz")

    replayed = replay(tmp_path / "page.warc.gz")
    assert (replayed.ended.returncode, replayed.manifest["reasons"]) == (5, ["no list page could be read"])


def test_what_robots_txt_closed_stays_closed_and_is_noted_in_no_archive(crawled, replay):
    before = outcomes(read_warcs(crawled.path))
    replayed = replay(crawled.path)

    assert replayed.manifest["counts"]["forbidden_by_robots"] == len(before) == 2
    assert replayed.manifest["counts"]["missing"] == 0
    assert not (replayed.path / "archive").exists()


def test_damaged_places_are_named_and_the_rest_is_read(crawled, replay, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    first, _ = sorted((crawled.path / "archive").iterdir())
    lost = json.loads(crawled.lines(0)[3])
    data = bytearray(first.read_bytes())
    data[lost["archive"]["offset"] + 40] ^= 0xFF
    (folder / first.name).write_bytes(data)

    replayed = replay(folder)
    assert replayed.ended.returncode == 0, replayed.ended.stderr
    assert sorted(replayed.lines) == sorted(line for line in crawled.lines(0) if json.loads(line)["id"] != lost["id"])
    assert (replayed.manifest["source"]["unreadable"], replayed.manifest["source"]["missing"]) == (1, [lost["url"]])
    assert f"{first.name} at byte {lost['archive']['offset']:,}: " in replayed.ended.stderr


@pytest.fixture
def odd_answers(demo_site, tmp_path) -> tuple[Path, list[str]]:
    """A collection of answers that a live crawl would retry, wait for or be led on by, and what was asked for."""
    first, second, third = [each for each in demo_site.site.expected() if each.kind == "current"][:3]
    html = {
        each: page(demo_site.site.page(each.path).body, b"Content-Type: text/html") for each in (first, second, third)
    }
    moved, busy = f"{BASE}/detail/M0ved", f"{BASE}/detail/Busy"
    with writer(tmp_path / "odd") as open_writer:
        for url, received, truncated in (
            (moved, page(b"", b"Location: " + first.url.encode(), status=b"302 Found"), None),
            (first.url, html[first], None),
            (busy, page(b"later", b"Retry-After: 86400", status=b"503 Busy"), None),
            (second.url, html[second][:-100], "disconnect"),
            (third.url.replace("https:", "http:"), html[third], None),
        ):
            open_writer.write_exchange(exchange(received, url=url, truncated=truncated))
    return tmp_path / "odd", [moved, busy, second.url, third.url]


def test_answers_are_taken_as_they_are_and_nothing_is_waited_for(odd_answers, replay):
    path, urls = odd_answers
    replayed = replay(path, arguments=("-a", f"url={','.join(urls)}", "-s", "DOWNLOAD_DELAY=30", "-s", "RETRY_TIMES=9"))

    assert replayed.ended.returncode == 5, replayed.ended.stderr
    assert len(replayed.manifest["without_record"]) == len(urls) - 2
    records = {json.loads(line)["url"] for line in replayed.lines}
    assert {each.partition(":")[0] for each in records} == {"https", "http"}  # the third was captured so
    assert replayed.manifest["statuses"] == {"200": 2, "302": 1, "503": 1}
    assert replayed.manifest["source"]["missing"] == [f"{BASE}/robots.txt", urls[2]]


def test_what_is_not_whole_is_taken_if_that_is_asked_for(odd_answers, replay):
    path, urls = odd_answers
    replayed = replay(path, arguments=("-a", f"url={','.join(urls)}", "-s", "DOWNLOAD_FAIL_ON_DATALOSS=False"))

    assert len(replayed.lines) == 3
    assert replayed.manifest["source"]["missing"] == [f"{BASE}/robots.txt"]


# ---------------------------------------------------------------- bad input


def text(path: Path) -> Path:
    path.write_text("hello")
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def directory(path: Path) -> Path:
    path.mkdir()
    return path


def leading_outside(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/../../x.warc.gz", b"x")
    return path


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/x.warc.gz", bytes(10_000_000))
    return path


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        (lambda path: path, "absent", "there is no such file or directory"),
        (lambda _: "gs://bucket/x.wacz", "", "only files of this machine, and s3://"),
        (lambda _: "", "", "there is no such file or directory"),
        (text, "x.txt", "no capture in it can be read"),
        (empty, "x.warc.gz", "it holds no capture"),
        (directory, "x", "it holds no WARC file"),
        (leading_outside, "x.wacz", "leads outside it"),
        (bomb, "x.wacz", "zip bomb"),
    ],
)
def test_what_is_no_archive_is_said_in_one_sentence(replay, tmp_path, make, name, message):
    replayed = replay(make(tmp_path / name))

    assert replayed.ended.returncode == 1
    *_, last = replayed.ended.stderr.splitlines()
    assert last.startswith("scrapy crawl: ")
    assert message in last
    assert "Traceback" not in replayed.ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-a", "at=yesterday"), "neither a date nor a time"),
        (("-a", "at="), "neither a date nor a time"),
        (("-a", "at=2026-13-01"), "neither a date nor a time"),
    ],
)
def test_what_is_no_time_is_refused(crawled, replay, arguments, message):
    replayed = replay(crawled.path, arguments=arguments)

    assert replayed.ended.returncode == 2
    assert message in replayed.ended.stderr


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-01-30", "2026-01-30T12:00:00+08:00"),  # so that any capture of that day is nearer than one of another
        ("2026-01-30T08:00", "2026-01-30T08:00:00+08:00"),
        ("2026-01-30T08:00:01.5Z", "2026-01-30T08:00:01.500000+00:00"),
    ],
)
def test_a_time_is_of_the_site_unless_it_says_otherwise(tmp_path, at, moment):
    assert KankanewsSpider(archive=str(tmp_path), at=at).arguments.at == datetime.fromisoformat(moment)


def test_a_time_without_an_archive_is_refused(scrapy_run):
    ended = scrapy_run("crawl", "kankanews", "-a", "at=2026-01-30")

    assert (ended.returncode, "the network has no past" in ended.stderr) == (2, True)
