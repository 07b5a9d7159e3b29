"""The exit code of the real command tells a scheduler what to do; stock Scrapy ends all of these with 0."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from newsspider.demo.certificate import server_context
from newsspider.demo.site import HOSTS, ServedPage
from newsspider.record import schema
from newsspider.runs.advice import lines, read
from newsspider.sites.kankanews import SITE
from tests.conftest import serve_demo
from tests.servers.changing import ChangingSite, serving
from tests.servers.script import ROLES, churn, scripted
from tests.warcs import manifests

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICKLY = (
    "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=ERROR", "-s", "REQUISITES=",
)  # fmt: skip


@contextmanager
def server_of(status: int, body: bytes = b"") -> Iterator[int]:
    """Answer every request over TLS with one status and body, and robots.txt with 404; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/robots.txt" else status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = server_context(HOSTS).wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def crawl(scrapy_run, port: int, *arguments: str):
    return scrapy_run(
        "crawl", "kankanews", "-s", f"CONNECT_TO=www.kankanews.com:443:127.0.0.1:{port}", *QUICKLY, *arguments
    )


def assert_ended(run, code: int, *endings: str, spider: str = "kankanews") -> None:
    """The command, its last words and the manifest agree, and that is valid; *endings* are those of its reasons."""
    assert run.returncode == code, run.stderr
    (manifest,) = manifests(run.archive_dir / spider)
    schema.check(manifest, "manifest")
    reasons = manifest["reasons"]
    assert manifest["exit_code"] == code
    told = [f"scrapy crawl: {line}" for line in lines(read(manifest))]
    assert run.stderr.splitlines()[-len(told) :] == told
    assert [reason for reason, ending in zip(reasons, endings, strict=True) if not reason.endswith(ending)] == []


def test_site_that_is_down_is_no_good_run(scrapy_run):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        run = crawl(scrapy_run, unused.getsockname()[1])

    refused = "robots.txt cannot be fetched: Connection was refused by other side: 111: Connection refused."
    assert_ended(run, 5, f"no list page could be read: {refused}")
    assert "nothing new" not in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("status", [500, 404, 403])
def test_site_that_answers_with_errors_only_is_no_good_run(status, scrapy_run):
    with server_of(status) as port:
        run = crawl(scrapy_run, port)

    assert_ended(run, 5, f"no list page could be read: HTTP {status}")
    assert "Traceback" not in run.stderr


def test_lists_that_a_script_would_fill_are_no_good_run(scrapy_run):
    with server_of(200, b"<div id=app></div><script src=/app.js></script>") as port:
        run = crawl(scrapy_run, port)

    assert_ended(run, 5, "3 list pages could be read, and none links to an article")
    (manifest,) = manifests(run.archive_dir / "kankanews")
    manifest["lists"]["empty"].sort()  # they may come in any order
    assert manifest["lists"] == {
        "read": 3, "links": 0, "dropped": 0, "empty": sorted(SITE.start_urls), "failed": []
    }  # fmt: skip


class ClosedSite(ChangingSite):
    """Two dozen articles, each on every list, under a robots.txt that forbids *path*."""

    def __init__(self, path: str):
        super().__init__(ROLES, churn)
        self._robots = ServedPage(body=f"User-agent: *\nDisallow: {path}\n".encode(), content_type="text/plain")

    def page(self, target: str) -> ServedPage | None:
        return self._robots if target == "/robots.txt" else super().page(target)


@pytest.mark.parametrize(
    ("path", "code", "reasons"),
    [
        ("/detail/", 6, ["robots.txt forbids {0} of {0} article pages", " articles, and none was given"]),
        ("/", 5, ["no list page could be read: Forbidden by robots.txt"]),
    ],
)
def test_robots_txt_that_forbids_the_articles_or_all_is_no_good_run(path, code, reasons, scrapy_run):
    with serving(ClosedSite(path)) as connect_to:
        run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)

    assert_ended(run, code, *(reason.format(len(scripted(0))) for reason in reasons))


def test_lists_that_show_much_less_than_they_used_to_are_no_good_run(scrapy_run, demo_site):
    first = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
    assert first.returncode == 0, first.stderr
    (manifest,) = (first.archive_dir / "kankanews" / "runs").iterdir()
    links = json.loads(manifest.read_bytes())["lists"]["links"]
    for day in (1, 2):  # the median is that of three runs
        shutil.copy(manifest, manifest.with_name(f"2026010{day}T000000000Z-a.json"))
    with serve_demo("--articles", "5", "--seed", "4") as shrunken:
        run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={shrunken.connect_to}", *QUICKLY)

    assert run.returncode == 5
    last = manifests(run.archive_dir / "kankanews")[-1]
    assert last["reasons"][0] == (
        f"lists link to {last['lists']['links']} articles; the median of the last 3 runs is {links}"
    )


def test_full_run_that_gives_little_and_days_without_news_are_no_good_run(scrapy_run, demo_site):
    first = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
    (manifest,) = (first.archive_dir / "kankanews" / "runs").iterdir()
    said = json.loads(manifest.read_bytes())
    said["counts"]["articles"] *= 3
    said["last_new"] = (datetime.fromisoformat(said["ended"]) - timedelta(hours=100)).isoformat()
    for name in (manifest.name, "20260101T000000000Z-a.json", "20260102T000000000Z-a.json"):
        manifest.with_name(name).write_text(json.dumps(said), encoding="utf-8")

    run = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)

    assert run.returncode == 5
    few, quiet = manifests(run.archive_dir / "kankanews")[-1]["reasons"]
    assert few == "the run gave 40 articles; the median of the last 3 runs is 120"
    assert quiet.startswith("nothing new for 100 hours, since ")


@pytest.mark.parametrize(
    ("spider", "code", "reasons"),
    [
        ("start_raises", 3, ["ended by start_error"]),
        (
            "callbacks_raise",
            6,
            [" callbacks raised, and no article page was read; the log says why", " articles, and none was given"],
        ),
        # Its pipeline stands in the place of the one that writes records, so there is no record either.
        (
            "pipeline_raises",
            4,
            [
                "1 article raised an error in a pipeline and may be in no feed; the log says why",
                " articles, and none was given",
            ],
        ),
        # 40 articles, two of them at two addresses. Both of an article are read, or only one, as the first may lead to
        # the second before that is asked for.
        (
            "nothing_fits",
            4,
            [" articles did not fit the schema and went into no feed", " articles, and none was given"],
        ),
    ],
)
def test_code_that_fails_is_no_good_run(spider, code, reasons, scrapy_run, demo_site):
    run = scrapy_run(
        "crawl", spider, "-a", "full=1",
        "-s", "SPIDER_MODULES=tests.spiders", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY,
    )  # fmt: skip

    assert_ended(run, code, *reasons, spider=spider)
