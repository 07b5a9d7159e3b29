"""``scrapy crawl --sites FILE --shard i/N``: many sites by one start, each host by one process."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from newsspider.crawl.many import Crew
from newsspider.runs import sitelist
from newsspider.runs.sitelist import ListedSite, Shard, ShardError, SiteListError, read_sites
from tests.loaded import Started, start_scrapy
from tests.patience import HUNG
from tests.warcs import read_warcs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def listed(tmp_path):
    """Read a list of these lines."""

    def read(*lines: str) -> list[ListedSite]:
        path = tmp_path / "sites.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return read_sites(path)

    return read


# -- the list -------------------------------------------------------------------------------------------------------


def test_line_is_a_name_or_an_address(listed):
    found = listed("# ours", "", "kankanews", "https://www.example.org/news#top  # its news", "  HTTP://b.example  ")

    assert [(site.line, site.name, site.spider, site.arguments) for site in found] == [
        (3, "kankanews", "kankanews", {}),
        (4, "example.org", "news", {"site": "https://www.example.org/news"}),
        (5, "b.example", "news", {"site": "http://b.example/"}),
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["kankanews", "kankanew"], "line 2: 'kankanew' is neither a site with a file (harbour, jiangcheng,"),
        (["# none", "example.org"], "line 2: 'example.org' is neither a site with a file"),
        (["Kankanews"], "line 1: 'Kankanews' is neither a site with a file"),
        (["kankanews#ours"], "line 1: 'kankanews#ours' is neither a site with a file"),
        (["https://"], "line 1: "),
        (["https://localhost/"], "line 1: https://localhost/: a site is known by the name of its host"),
        (["# nothing"], "there is no site in it"),
        (["https://a.example/", "https://b.example/", "http://www.a.example/x"], "lines 1 and 3: a.example and"),
        (["https://a.example/", "https://news.a.example/"], "lines 1 and 2: a.example and news.a.example share the"),
        (["https://x.y.a.example/", "", "https://a.example/"], "lines 1 and 3: x.y.a.example and a.example share the"),
        (["# none", "https://a.example/ https://b.example/"], "' is more than one address; a line has one"),
        (["https://ada:hunter2@a.example/"], "line 1: https://a.example/ is asked for without a user and a password"),
        (["https://a.example/", "HTTPS://A.example:443/x"], "lines 1 and 2: a.example and a.example share the host"),
        (["https://例子.example/", "https://xn--fsqu00a.example/"], "lines 1 and 2: xn--fsqu00a.example and"),
        (["kankanews", "https://live.kankanews.com/"], "lines 1 and 2: kankanews and kankanews share the host"),
    ],
)
def test_list_that_cannot_be_crawled_is_refused_with_its_lines(listed, lines, problem):
    with pytest.raises(SiteListError, match=re.escape(problem)) as refused:
        listed(*lines)

    assert refused.value.exit_code == 2  # not understood, as an option is that names no site


def test_hosts_with_one_name_above_them_are_two_sites(listed):
    assert len(listed("https://a.blogs.example/", "https://b.blogs.example/")) == 2


def test_list_has_so_many_bytes_at_most(listed, monkeypatch):
    line = "https://a.example/"
    monkeypatch.setattr(sitelist, "_MOST", len(line) + 1)
    assert [site.name for site in listed(line)] == ["a.example"]

    with pytest.raises(SiteListError, match="has at most 19 bytes"):
        listed(line + " ")


def test_missing_list_is_named(tmp_path):
    with pytest.raises(SiteListError, match=r"none\.txt: this list of sites cannot be read: No such file") as refused:
        read_sites(tmp_path / "none.txt")

    assert refused.value.exit_code == 1


@pytest.mark.parametrize("data", [b"", b"\n\r\n", b"# a\n   # b"])
def test_list_without_a_site_is_refused(tmp_path, data):
    (tmp_path / "sites.txt").write_bytes(data)

    with pytest.raises(SiteListError, match="there is no site in it"):
        read_sites(tmp_path / "sites.txt")


def test_list_may_be_of_another_system(tmp_path):
    (tmp_path / "sites.txt").write_bytes(b"\xef\xbb\xbfkankanews  # first\r\n\r\n\thttps://a.example/\r\n")

    found = read_sites(tmp_path / "sites.txt")

    assert [(site.line, site.name) for site in found] == [(1, "kankanews"), (3, "a.example")]


@pytest.mark.parametrize("text", ["16/16", "2/2", "1", "-1/4", "0/0", "a/b", "1/2/3", " 0/2", "٠/٢", "", "0/1000000"])
def test_shard_that_there_is_not_is_refused(text):
    with pytest.raises(ShardError, match="give i/N") as refused:
        Shard.parse(text)

    assert refused.value.exit_code == 2


@pytest.mark.parametrize("shard", [Shard(0, 1), Shard(15, 16), Shard(999_998, 999_999)])
def test_shard_is_told_by_its_number_from_0_and_how_many_there_are(shard):
    assert Shard.parse(f"{shard.number}/{shard.count}") == shard


def test_each_site_is_in_one_shard_and_stays_there(listed):
    before = listed(*(f"https://s{n}.example/" for n in range(200)))
    after = listed("https://other.example/", *(f"https://s{n}.example/" for n in reversed(range(0, 200, 2))))
    shards = [Shard(number, 8) for number in range(8)]
    shard_of = {site.name: [shard.number for shard in shards if shard.has(site)] for site in before}

    assert {len(numbers) for numbers in shard_of.values()} == {1}
    assert {number for (number,) in shard_of.values()} == set(range(8))
    for site in after:
        if site.name in shard_of:
            assert [shard.number for shard in shards if shard.has(site)] == shard_of[site.name]


def test_shard_is_the_same_on_every_machine_and_in_every_version(listed):
    """It is that of the first eight bytes of SHA-256 of the host, a number with the greatest byte first."""
    sites = listed("kankanews", *(f"https://s{n}.example/" for n in range(20)))
    for site, host in zip(sites, ("kankanews.com", *(f"s{n}.example" for n in range(20))), strict=True):
        number = int(hashlib.sha256(host.encode()).hexdigest()[:16], 16) % 999_983

        assert [Shard(each, 999_983).has(site) for each in (number, number + 1)] == [True, False]


def test_list_that_is_no_text_is_named(tmp_path):
    (tmp_path / "sites.txt").write_bytes(b"https://a.example/\n\xff\n")

    with pytest.raises(SiteListError, match=r"sites\.txt: this list of sites cannot be read: "):
        read_sites(tmp_path / "sites.txt")


def test_address_is_asked_for_as_it_is_written_with_what_others_take_for_tracking(listed):
    (site,) = listed("https://a.example/news?utm_source=list&page=2")

    assert site.arguments == {"site": "https://a.example/news?utm_source=list&page=2"}


def test_list_may_have_megabytes(tmp_path):
    (tmp_path / "sites.txt").write_bytes(b"https://a.example/\n" + b"\n" * (1 << 21))

    assert len(read_sites(tmp_path / "sites.txt")) == 1


# -- the processes --------------------------------------------------------------------------------------------------


def test_process_that_is_killed_takes_no_other_along():
    def crawl(site: ListedSite) -> dict[str, int]:
        if site.line == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return {"exit_code": 75 if site.line == 3 else 0}

    said = []
    sites = [ListedSite(line=n, name=f"s{n}", url=None, domains=(f"s{n}.example",)) for n in range(1, 5)]
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        code = Crew(crawl, said.append, at_once=2).run(sites)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert code == 1
    assert {each["line"]: each["exit_code"] for each in said} == {1: 0, 2: -9, 3: 75, 4: 0}
    assert next(each["reasons"] for each in said if each["line"] == 2) == ["its process was killed by signal 9"]


def test_site_of_which_much_is_to_be_said_holds_nobody_up():
    """More than a pipe holds."""
    said = []
    reason = "x" * (1 << 18)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        sites = [ListedSite(line=n, name=f"s{n}", url=None, domains=(f"s{n}.example",)) for n in (1, 2)]
        code = Crew(lambda site: {"exit_code": 5, "reasons": [reason]}, said.append, at_once=2).run(sites)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert code == 5
    assert [each["reasons"] for each in said] == [[reason]] * 2


class Hosts:
    """Sites on one port of loopback, by their Host: a front page, and nothing else."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        """Requests by host."""
        self.lock = threading.Lock()
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with hosts.lock:
                    hosts.asked[self.headers["Host"]] += 1
                body = b"<html><title>Front page</title><p>Nothing new.</p></html>" if self.path == "/" else b""
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def connect_to(self, names: list[str]) -> str:
        return ",".join(f"{name}:80:127.0.0.1:{self.server.server_address[1]}" for name in names)


@contextmanager
def serving_hosts() -> Iterator[Hosts]:
    hosts = Hosts()
    threading.Thread(target=hosts.server.serve_forever, daemon=True).start()
    try:
        yield hosts
    finally:
        hosts.server.shutdown()
        hosts.server.server_close()


DELAY = 0.2


@pytest.mark.parametrize("count", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_delay_of_each_host_holds_whatever_crawls_at_once(tmp_path, count):
    names = [f"s{number}.example" for number in range(count)]
    path = tmp_path / "sites.txt"
    path.write_text("".join(f"http://{name}/\n" for name in names), encoding="utf-8")
    with serving_hosts() as hosts:
        at_once = str(max(2, count // 10))
        shards = [start(tmp_path, path, f"{number}/2", hosts.connect_to(names), at_once) for number in range(2)]
        ended = [shard.communicate(timeout=HUNG) for shard in shards]

    lines = [json.loads(line) for out, _ in ended for line in out.splitlines()]
    assert sorted(line["site"] for line in lines) == sorted(names), ended
    assert {line["exit_code"] for line in lines} == {5}  # there is no article
    assert [shard.returncode for shard in shards] == [5, 5]
    assert sorted(hosts.asked) == sorted(names)
    for name in names:
        # As each process notes it. Where it waits for a core, a request that had its turn is sent late, and the next
        # one in time; two processes that ask one host would need half as long for all.
        sent = [each for each in read_warcs(tmp_path / "archives" / name) if each.type == "request"]
        times = sorted(datetime.fromisoformat(str(each["WARC-Date"])) for each in sent)
        assert len(times) == hosts.asked[name] > 3
        assert (times[-1] - times[0]).total_seconds() > 0.75 * DELAY * (len(times) - 1)


def start(
    directory: Path, sites: Path, shard: str, connect_to: str, at_once: str, *, delay: float = DELAY
) -> Started:
    return start_scrapy(
        [
            "crawl", "--sites", str(sites), "--shard", shard, "--at-once", at_once,
            "-s", f"ARCHIVE_DIR={directory / 'archives'}", "-s", f"CONNECT_TO={connect_to}",
            "-s", f"DOWNLOAD_DELAY={delay}", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=ERROR",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_list_that_is_stopped_ends_what_runs_in_order_and_begins_no_other(tmp_path):
    names = [f"s{number}.example" for number in range(3)]
    path = tmp_path / "sites.txt"
    path.write_text("".join(f"http://{name}/\n" for name in names), encoding="utf-8")
    with serving_hosts() as hosts:
        started = start(tmp_path, path, "0/1", hosts.connect_to(names), "2", delay=1)
        deadline = time.monotonic() + HUNG
        while len(hosts.asked) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        started.send_signal(signal.SIGTERM)
        out, said = started.communicate(timeout=HUNG)

    lines = [json.loads(line) for line in out.splitlines()]
    assert started.returncode == 75, said
    assert {line["site"]: line["exit_code"] for line in lines} == {"s0.example": 75, "s1.example": 75}
    assert set(hosts.asked) == {"s0.example", "s1.example"}
    for name in ("s0.example", "s1.example"):
        assert [line[:60] for line in said.splitlines() if name in line] == [
            f"scrapy crawl: {name}: The run was stopped before it was done."[:60]
        ]
        assert len([*(tmp_path / "archives" / name / "runs").iterdir()]) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--sites", "s.txt", "kankanews"], "--sites names the sites, and nothing else does"),
        (["--sites", "s.txt", "--url", "https://a.example/1"], "--url is for one site"),
        (["--sites", "s.txt", "-s", "COLLECTION=x"], "each has its own"),
        (["--sites", "s.txt", "-o", "all.jsonl"], "-o and -O are for one site"),
        (["--sites", "s.txt", "--collection", "s3://bucket/x"], "says where {site} goes"),
        (["kankanews", "--shard", "0/2"], "--shard and --at-once go with --sites"),
        (["kankanews", "--push-every", "60"], "goes with --collection"),
        (["kankanews", "--archive", "x", "--collection", "s3://bucket/x"], "is for crawls of the network"),
    ],
)
def test_what_does_not_go_together_is_refused(scrapy_run, arguments, problem):
    ended = scrapy_run("crawl", *arguments)

    assert (ended.returncode, problem in ended.stdout + ended.stderr) == (2, True), ended.stdout + ended.stderr
