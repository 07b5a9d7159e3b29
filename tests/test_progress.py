"""Who watches a crawl at a terminal sees how far it is; a log and a timer are spared."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys

from tests.conftest import PROJECT

SETTINGS = ("DOWNLOAD_DELAY=0.05", "AUTOTHROTTLE_ENABLED=False", "LOG_LEVEL=WARNING")


def watched(demo_site, tmp_path, *, stop_at: bytes | None = None, columns: int = 150) -> tuple[int, list[str]]:
    """Crawl at a terminal, until it shows *stop_at* and somebody presses Ctrl-C; return exit code and drawings."""
    settings = (*SETTINGS, f"CONNECT_TO={demo_site.connect_to}", f"ARCHIVE_DIR={tmp_path / 'archives'}")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "kankanews", *(part for each in settings for part in ("-s", each))],
        cwd=PROJECT, stderr=theirs, env={**os.environ, "COLUMNS": str(columns)},
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 4096):
                shown += data
                if stop_at and stop_at in shown:
                    process.send_signal(signal.SIGINT)
                    stop_at = None
        except OSError:  # Linux says so of a terminal that nobody writes to any more
            pass
    os.close(ours)
    drawn = [line for line in shown.decode().split("\r\x1b[K") if re.match(r"[\d,]+ pages, ", line)]
    return process.returncode, drawn


def test_person_at_a_terminal_watches_one_line(demo_site, tmp_path):
    code, drawn = watched(demo_site, tmp_path)

    assert code == 0
    assert len(drawn) > 3
    assert any(re.search(r"pages/s, \d+ s; \d+ waiting, \d+ s or more left$", line) for line in drawn)
    assert all("\n" not in line for line in drawn[:-1])
    assert re.match(r"\d+ pages, (40 articles|40 new, 0 changed), \d+ failed, \d\.\d MB, \d+\.\d pages/s, ", drawn[-1])


def test_terminal_of_the_usual_width_shows_what_is_left(demo_site, tmp_path):
    code, drawn = watched(demo_site, tmp_path, columns=80)

    assert code == 0
    assert any(re.search(r" changed, \d+ failed.*; \d+ waiting, \d+ s or more left$", line) for line in drawn)
    assert max(map(len, drawn[:-1])) < 80


def test_what_a_crawl_that_is_told_to_stop_did_not_fetch_has_not_failed(demo_site, tmp_path):
    code, drawn = watched(demo_site, tmp_path, stop_at=b" waiting")

    assert code == 75
    assert re.match(r"\d+ pages, .* 0 failed, .* pages/s, [\d.]+ s\r\n", drawn[-1])
