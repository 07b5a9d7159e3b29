"""Who watches a crawl at a terminal sees how far it is; a log and a timer are spared."""

from __future__ import annotations

import os
import pty
import re
import signal
from pathlib import Path

from tests.loaded import start_scrapy

SETTINGS = ("DOWNLOAD_DELAY=0.05", "AUTOTHROTTLE_ENABLED=False", "REQUISITES=")


def at_a_terminal(
    demo_site, tmp_path, *settings: str, stop_at: bytes | None = None, columns: int = 150
) -> tuple[int, str]:
    """Crawl there, until it shows *stop_at* and somebody presses Ctrl-C; return exit code and all that was shown."""
    settings = (*SETTINGS, *settings, f"CONNECT_TO={demo_site.connect_to}", f"ARCHIVE_DIR={tmp_path / 'archives'}")
    ours, theirs = pty.openpty()
    with start_scrapy(
        ["crawl", "kankanews", *(part for each in settings for part in ("-s", each))],
        {**os.environ, "COLUMNS": str(columns)},
        stderr=theirs,
    ) as process:
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
    return process.returncode, shown.decode()


def watched(demo_site, tmp_path, **options) -> tuple[int, list[str]]:
    """Crawl at a terminal; return exit code and drawings of the progress."""
    code, shown = at_a_terminal(demo_site, tmp_path, "LOG_LEVEL=WARNING", **options)
    return code, [line for line in shown.split("\r\x1b[K") if re.match(r"[\d,]+ pages, ", line)]


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


def test_person_at_a_terminal_is_shown_what_there_is_at_the_end_and_nothing_of_scrapy(demo_site, tmp_path):
    code, shown = at_a_terminal(demo_site, tmp_path, "DOWNLOAD_DELAY=0.001")

    assert code == 0
    _, closing = shown.replace("\r\n", "\n").split("\n\nDone: 40 articles from ")
    (report,) = (tmp_path / "archives" / "kankanews" / "reports").glob("2*.html")
    named = re.findall(r"^  (/\S+)$", closing, re.MULTILINE)
    assert str(report) in named
    assert [name for name in named if not Path(name).is_file()] == []
    assert re.search(r"\n\nTry next:\n  \S*scrapy history --since 1d\n", closing)
    assert re.findall(r"INFO|object at 0x|downloader/", shown) == []


def test_who_asks_for_the_log_gets_it_without_what_scrapy_is_made_of(demo_site, tmp_path):
    _, shown = at_a_terminal(demo_site, tmp_path, "LOG_LEVEL=INFO", "CLOSESPIDER_PAGECOUNT=1")

    assert "INFO: Spider opened" in shown
    assert re.findall(r"object at 0x|downloader/|Try next", shown) == []


def test_log_that_nobody_watches_has_all_of_it(demo_site, tmp_path):
    log = tmp_path / "log"
    _, shown = at_a_terminal(demo_site, tmp_path, f"LOG_FILE={log}", "CLOSESPIDER_PAGECOUNT=1")

    written = log.read_text(encoding="utf-8")
    assert all(part in written for part in ("INFO: Enabled extensions:", "Dumping Scrapy stats", "downloader/"))
    assert "INFO" not in shown
