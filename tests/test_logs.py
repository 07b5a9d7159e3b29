"""The log has one line an event and nothing secret, whatever the level and whoever writes it."""

from __future__ import annotations

import json
import re

HEADERS = {"Authorization": "Basic hunter1", "Cookie": "sid=hunter2; theme=hunter3"}
PROXY = {"https_proxy": "http://ada:hunter4@127.0.0.1:9"}  # nobody listens there
URL = "https://www.kankanews.com/detail/LMwVGgj402z?access_token=hunter5"


def test_every_event_is_one_line_of_text_without_a_secret(scrapy_run, demo_site):
    run = scrapy_run(
        "crawl", "callbacks_raise", "-s", "SPIDER_MODULES=tests.spiders", "-s", f"CONNECT_TO={demo_site.connect_to}",
        "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=DEBUG",
        "-s", f"DEFAULT_REQUEST_HEADERS={json.dumps(HEADERS)}",
        "-s", "AWS_SECRET_ACCESS_KEY=hunter6",
    )  # fmt: skip

    *log, code_raised, none_given = run.stderr.splitlines()
    assert [line for line in log if not re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[[\w.]+\] [A-Z]+: ", line)] == []
    assert [line.partition(":")[0] for line in (code_raised, none_given)] == ["scrapy crawl"] * 2
    raised = [line for line in log if line.endswith("RuntimeError: parse_article() is broken")]
    assert len(raised) > 30
    assert all(r"\nTraceback (most recent call last):\n  File " in line for line in raised)
    assert "AWS_SECRET_ACCESS_KEY" in run.stderr
    assert "hunter" not in run.stderr


def test_every_event_is_one_json_object_without_a_secret(scrapy_run):
    run = scrapy_run(
        "crawl", "kankanews", "-a", f"url={URL}", "-s", "LOG_JSON=True", "-s", "LOG_LEVEL=DEBUG",
        "-s", "RETRY_TIMES=0", env=PROXY,
    )  # fmt: skip

    assert run.returncode == 5
    log = [json.loads(line) for line in run.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} == set().union(*log) - {"exception"}
    (reason,) = [line["message"] for line in log if line["logger"] == "newsspider.commands.crawl"]
    assert reason.startswith("named by -a url, and gave no record: https://www.kankanews.com/")
    assert "access_token=***" in reason
    assert "access_token=***" in run.stderr
    assert "hunter" not in run.stderr
    for told in (run.archive_dir / "kankanews").glob("runs/*"):
        assert "hunter" not in json.dumps(json.loads(told.read_bytes())["errors"])
