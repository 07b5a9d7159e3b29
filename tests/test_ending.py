"""Told to stop, a crawl sends nothing more, breaks off what does not come, and closes everything: exit code 75."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.loaded import start_scrapy
from tests.patience import HUNG
from tests.servers.cases import Case, Then
from tests.servers.wire import WireServer
from tests.warcs import manifests, of_url, read_warcs

if TYPE_CHECKING:
    from pathlib import Path

BODY = Case(
    name="body", script=(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe first half", Then.STALL), payload=b""
)
NOTHING = Case(name="nothing", script=(Then.STALL,), payload=b"")
SILENT_ROBOTS = Case(name="robots.txt", script=(Then.STALL,), payload=b"")


def stop(
    server: WireServer, paths: list[str], tmp_path: Path, *, after: int, number: signal.Signals = signal.SIGTERM
) -> tuple[int, str]:
    """Crawl *paths*, two at a time; say stop when the server has *after* requests; return exit code and last words."""
    requests = json.dumps([["GET", f"http://wire.test{path}", ""] for path in paths])
    settings = {
        "SPIDER_MODULES": "tests.spiders", "ARCHIVE_DIR": tmp_path / "archives", "CONNECT_TO": server.connect_to,
        "CONCURRENT_REQUESTS": 16, "SHUTDOWN_TIMEOUT": 0.5, "LOG_LEVEL": "INFO",
        "DOWNLOAD_TIMEOUT": 2 * HUNG,
    }  # fmt: skip
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    command = ["crawl", "wire", "-a", f"requests={requests}", "-a", "out=/dev/null"]
    with start_scrapy([*command, *options], stderr=subprocess.PIPE) as process:
        while len(server.log) < after and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=HUNG)
    return process.returncode, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_does_not_come_is_broken_off_and_recorded_and_what_waits_is_not_sent(number, tmp_path):
    waiting = [f"/waiting?{number}" for number in range(8)]
    with WireServer([BODY, NOTHING]) as server:
        code, said = stop(server, ["/body", "/nothing", *waiting], tmp_path, after=3, number=number)

    assert code == 75
    assert said.splitlines()[-1].startswith("scrapy crawl: The run was stopped before it was done.")
    assert "Broke off 2 exchanges that were not done 0.5 s after the end began" in said
    assert sorted(logged.target for logged in server.log) == ["/body", "/nothing", "/robots.txt"]
    records = read_warcs(tmp_path / "archives" / "wire")
    (half,) = of_url(records, "http://wire.test/body", "response")
    assert (half["WARC-Truncated"], half.block) == ("unspecified", BODY.script[0])
    (note,) = of_url(records, "http://wire.test/nothing", "metadata")
    assert note.fields()["detail"] == "stopped: broken off, because the crawl ended"
    (manifest,) = manifests(tmp_path / "archives" / "wire")
    assert (manifest["finish_reason"], manifest["exit_code"], manifest["errors"]) == ("shutdown", 75, [])


def test_robots_txt_that_does_not_come_holds_nobody_up(tmp_path):
    with WireServer([], robots=SILENT_ROBOTS) as server:
        code, _ = stop(server, ["/a", "/b"], tmp_path, after=1)

    assert code == 75
    assert [logged.target for logged in server.log] == ["/robots.txt"]  # and neither it again, nor what it governs
    records = read_warcs(tmp_path / "archives" / "wire")
    (note,) = of_url(records, "http://wire.test/robots.txt", "metadata")
    assert note.fields()["detail"] == "stopped: broken off, because the crawl ended"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_before_it_began_a_crawl_is_to_be_tried_again(number, scrapy_run):
    run = scrapy_run("crawl", "stopped_early", "-a", f"number={number:d}", "-s", "SPIDER_MODULES=tests.spiders")

    assert (run.returncode, run.stderr) == (75, "")
    assert not run.archive_dir.exists()
