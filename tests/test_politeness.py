"""What a site is spared: robots.txt, delays, concurrency, Retry-After, and the ports that a crawler opens."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.settings import Settings

from newsspider.demo.stories import BASE
from newsspider.spiders.apart import warn_of_no_contact
from tests.conftest import serve_demo
from tests.loaded import start_scrapy
from tests.patience import HUNG
from tests.servers.cases import (
    ROBOTS_ABSENT,
    ROBOTS_ALLOW,
    ROBOTS_BROKEN,
    ROBOTS_DENY_SLOWLY,
    Case,
    Pause,
    Then,
    robots_txt,
)
from tests.servers.wire import WireServer
from tests.warcs import manifests, outcomes, read_warcs

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")
ROBOTS_SILENT = Case(name="robots.txt", script=(Then.STALL,), status=None, payload=None)


def answer(name: str, status: str, *headers: str, pause: float = 0) -> Case:
    """A case with an empty body."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", ""]).encode()
    return Case(name=name, script=(Pause(pause), head), payload=b"")


@pytest.fixture
def ask(scrapy_run, tmp_path):
    """Ask a wire server for paths, in order; returns its log, and URL -> what became of it."""

    def run(server: WireServer, paths: list[str], **settings):
        out = tmp_path / "outcomes.jsonl"
        requests = [["GET", f"http://wire.test{path}", ""] for path in paths]
        ended = scrapy_run(
            "runspider", "tests/spiders/wire.py", "-a", f"requests={json.dumps(requests)}", "-a", f"out={out}",
            "-s", f"CONNECT_TO={server.connect_to}",
            *[part for name, value in settings.items() for part in ("-s", f"{name}={value}")],
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        became = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return list(server.log), {each["url"]: each.get("status", each.get("error")) for each in became}, ended

    return run


def crawl(scrapy_run, server: WireServer, *arguments: str):
    """Crawl the wire server as if it were the site."""
    connect_to = f"www.kankanews.com:80:127.0.0.1:{server.http},www.kankanews.com:443:127.0.0.1:{server.https}"
    return scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={connect_to}", *arguments)


# ---------------------------------------------------------------- robots.txt


def test_nothing_slips_through_while_robots_txt_is_on_its_way(ask):
    # Scrapy 2.14-2.19 let thirteen of sixteen through.
    paths = [f"/plain?{number}" for number in range(16)]
    with WireServer(robots=ROBOTS_DENY_SLOWLY) as server:
        log, became, ended = ask(server, paths, CONCURRENT_REQUESTS=16, CONCURRENT_REQUESTS_PER_DOMAIN=16)

    assert [logged.target for logged in log] == ["/robots.txt"]
    assert became == {f"http://wire.test{path}": "ForbiddenByRobotsError" for path in paths}
    assert outcomes(read_warcs(ended.archive_dir / "wire")) == dict.fromkeys(became, "robots")


def test_absent_robots_txt_allows_everything(ask):
    with WireServer(robots=ROBOTS_ABSENT) as server:
        log, became, _ = ask(server, ["/plain", "/gzip"])

    assert [logged.target for logged in log] == ["/robots.txt", "/plain", "/gzip"]
    assert set(became.values()) == {200}


@pytest.mark.parametrize(
    ("robots", "said"),
    [(ROBOTS_BROKEN, "answered 503: nothing of"), (ROBOTS_SILENT, "cannot be fetched"), (None, "cannot be fetched")],
    ids=["503", "timeout", "refused"],
)
def test_robots_txt_that_cannot_be_had_allows_nothing(scrapy_run, robots, said):
    with WireServer(robots=robots or ROBOTS_ALLOW) as server:
        if robots is None:
            server.__exit__()
        run = crawl(scrapy_run, server, *QUICKLY, "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=1")

    assert {logged.target for logged in server.log} <= {"/robots.txt"}
    assert run.returncode == 5
    assert said in run.stderr
    (manifest,) = manifests(run.archive_dir / "kankanews")
    assert manifest["counts"]["forbidden_by_robots"] == 3


def test_crawl_delay_is_kept_and_bounded(ask):
    rules = b"User-agent: NewsSpider/1.0\nCrawl-delay: 900\nDisallow: /gzip\n\nUser-agent: *\nDisallow: /\n"
    robots = Case(name="robots.txt", script=(robots_txt(rules),), payload=rules)
    with WireServer(robots=robots) as server:
        paths = ["/plain?1", "/plain?2", "/gzip"]
        log, became, ended = ask(server, paths, CRAWL_DELAY_MAX=0.6, DOWNLOAD_DELAY=0.01, AUTOTHROTTLE_ENABLED=True)

    assert [logged.target for logged in log] == ["/robots.txt", "/plain?1", "/plain?2"]
    assert min(later.at - earlier.at for earlier, later in pairwise(log)) > 0.5
    assert became["http://wire.test/gzip"] == "ForbiddenByRobotsError"
    assert "wire.test asks for 900 s between two requests; it gets 0.6 s (CRAWL_DELAY_MAX)" in ended.stderr


def test_robots_txt_that_leads_elsewhere_is_followed_there(scrapy_run):
    moved = Case(
        name="robots.txt",
        script=(b"HTTP/1.1 301 Moved\r\nLocation: https://rules.test/rules\r\nContent-Length: 0\r\n\r\n",),
        payload=b"",
    )
    rules = Case(
        name="rules",
        script=(b"HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\nUser-agent: *\nDisallow: /k24",),
        payload=b"User-agent: *\nDisallow: /k24",
    )
    with WireServer([rules], robots=moved) as server:
        connect_to = "".join(f"{host}:443:127.0.0.1:{server.https}," for host in ("www.kankanews.com", "rules.test"))
        run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert [logged.target for logged in server.log] == ["/robots.txt", "/rules", "/", "/xinwen/"]
    assert outcomes(read_warcs(run.archive_dir / "kankanews")) == {f"{BASE}/k24": "robots"}


def test_redirect_off_the_site_is_not_followed(scrapy_run):
    leaves = Case(
        name="detail/LMwVGgj402z",
        script=(b"HTTP/1.1 302 Found\r\nLocation: https://wire.test/plain\r\nContent-Length: 0\r\n\r\n",),
        payload=b"",
    )
    with WireServer([leaves]) as server:
        connect_to = f"www.kankanews.com:443:127.0.0.1:{server.https},{server.connect_to}"
        scrapy_run("crawl", "kankanews", "-a", f"url={BASE}/detail/LMwVGgj402z", "-s", f"CONNECT_TO={connect_to}")

    assert [logged.target for logged in server.log] == ["/robots.txt", leaves.path]


# ---------------------------------------------------------------- how many, how often


def test_limit_of_requests_at_once_holds_without_a_delay(scrapy_run):
    # Scrapy 2.14-2.19 had eleven in flight.
    with serve_demo("--articles", "20", "--delay-ms", "60") as site:
        run = scrapy_run(
            "crawl", "kankanews", "-s", f"CONNECT_TO={site.connect_to}",
            "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=2",
        )  # fmt: skip
        stats = site.stats()

    assert run.returncode == 0, run.stderr
    assert stats["requests"] > 20
    assert {load["max_in_flight"] for host, load in stats["hosts"].items() if load["requests"] > 20} == {2}
    assert max(load["max_in_flight"] for load in stats["hosts"].values()) == 2


def test_delay_holds_while_several_requests_wait(scrapy_run):
    with serve_demo("--articles", "20", "--no-redirect", "--delay-ms", "600") as site:
        urls = [story.url.replace("https:", "http:") for story in site.site.expected()[:8]]
        run = scrapy_run(
            "crawl", "kankanews", "-a", f"url={','.join(urls)}", "-s", f"CONNECT_TO={site.connect_to}",
            "-s", "DOWNLOAD_DELAY=0.25", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8",
            "-s", "REQUISITES_MAX=1",
        )  # fmt: skip
        stats = site.stats()

    assert run.returncode == 0, run.stderr
    assert stats["max_in_flight"] > 1
    requests = [each for each in read_warcs(run.archive_dir / "kankanews") if each.type == "request"]
    by_host: dict[str, list[datetime]] = {}
    for each in requests:
        by_host.setdefault(urlsplit(each["WARC-Target-URI"]).netloc, []).append(
            datetime.fromisoformat(each["WARC-Date"])
        )
    apart = [(b - a).total_seconds() for sent in by_host.values() for a, b in pairwise(sorted(sent))]
    assert len(requests) > 8
    assert min(apart) > 0.249  # as they left; on a busy machine they arrive closer together


def test_slow_site_is_asked_more_slowly_unless_told_otherwise(scrapy_run):
    with serve_demo("--articles", "20", "--no-redirect", "--delay-ms", "300") as site:
        urls = [story.url.replace("https:", "http:") for story in site.site.expected()[:5]]
        run = scrapy_run(
            "crawl", "kankanews", "-a", f"url={','.join(urls)}", "-s", f"CONNECT_TO={site.connect_to}",
            "-s", "DOWNLOAD_DELAY=0.02", "-s", "AUTOTHROTTLE_START_DELAY=0.02", "-s", "REQUISITES_MAX=4",
            "-s", "AUTOTHROTTLE_DEBUG=1", "-s", "LOG_LEVEL=INFO",
        )  # fmt: skip

    assert run.returncode == 0, run.stderr
    delays = [int(each) for each in re.findall(r"\| delay: +(\d+) ms", run.stderr)]
    assert min(delays, default=0) >= 300  # one request's time to answer, as AutoThrottle has it


# ---------------------------------------------------------------- Retry-After


def test_site_is_left_alone_as_long_as_the_longest_retry_after_says(ask):
    cases = [
        answer("long", "429 Too Many Requests", "Retry-After: 2", pause=0.1),
        answer("short", "503 Service Unavailable", "Retry-After: 0", pause=0.3),
        answer("next", "200 OK"),
    ]
    with WireServer(cases) as server:
        log, became, _ = ask(
            server, ["/long", "/short", "/next"], CONCURRENT_REQUESTS=8, CONCURRENT_REQUESTS_PER_DOMAIN=2
        )

    asked = {logged.target: logged.at for logged in log}  # two at once, which may come in either order
    assert len(log) == len(asked) == 4
    assert log[-1].target == "/next"
    assert sorted(became.values()) == [200, 429, 503]
    assert asked["/next"] - asked["/long"] > 1.95


def test_site_is_left_alone_until_the_date_it_names(ask):
    until = int(time.time()) + 4
    cases = [
        answer("busy", "503 Service Unavailable", f"Retry-After: {formatdate(until, usegmt=True)}"),
        answer("next", "200 OK"),
    ]
    with WireServer(cases) as server:
        log, _, _ = ask(server, ["/busy", "/next"])

    assert [logged.target for logged in log] == ["/robots.txt", "/busy", "/next"]
    assert log[2].at > until - 0.05


def test_site_that_asks_for_longer_ends_the_run_for_now(scrapy_run):
    with WireServer([answer("", "503 Service Unavailable", "Retry-After: 3600")]) as server:
        run = crawl(scrapy_run, server, "-s", "DOWNLOAD_DELAY=0.3")

    assert [logged.target for logged in server.log] == ["/robots.txt", "/"]
    assert run.returncode == 75
    assert "asks to come back in 3600 s" in run.stderr
    (manifest,) = manifests(run.archive_dir / "kankanews")
    assert manifest["reasons"][0] == "ended by retry_after"


# ---------------------------------------------------------------- ports


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs Linux' /proc")
def test_crawler_listens_on_no_port(tmp_path):
    # RemoteControl runs Python for whoever has its token, telnet did so too; Scrapy has both on.
    with WireServer(robots=ROBOTS_SILENT) as server:
        command = ["crawl", "kankanews", "-s", f"ARCHIVE_DIR={tmp_path}"]
        command += ["-s", f"CONNECT_TO=www.kankanews.com:443:127.0.0.1:{server.https}", "-s", "LOG_LEVEL=ERROR"]
        with start_scrapy(command) as crawler:
            deadline = time.monotonic() + HUNG
            while not server.log and time.monotonic() < deadline:
                time.sleep(0.05)
            assert server.log, "the crawl did not begin"
            listening = listening_sockets(crawler.pid)
            crawler.kill()

    assert listening == set()


def listening_sockets(pid: int) -> set[str]:
    """Inodes of the TCP sockets on which a process listens."""
    own = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        target = str(descriptor.readlink())
        if target.startswith("socket:["):
            own.add(target[8:-1])
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    ]
    return own & {row[9] for row in rows if row[3] == "0A"}


@pytest.mark.parametrize(
    ("settings", "warned"),
    [({}, True), ({"CONTACT": "you@example.org"}, False), ({"CONNECT_TO": "a.example:443:127.0.0.1:1"}, False)],
)
def test_crawl_of_a_real_site_without_a_contact_is_warned_of(settings, warned, caplog):
    warn_of_no_contact(Settings({"CONTACT": None, "CONNECT_TO": None, **settings}))

    assert ("CONTACT is not set" in caplog.text) is warned
