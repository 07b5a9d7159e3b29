"""The log has one line an event and nothing secret, whatever the level and whoever writes it."""

from __future__ import annotations

import json
import re

import pytest

from newsspider.text.redaction import redact

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


@pytest.mark.parametrize(
    "text",
    [
        "https://news.example/a/b?page=2&id=7#x",
        "https://www.kankanews.com/detail/LMwVGgj402z",
        "<GET https://news.example/a@b>",
        "https://news.example/a#section=1",
        "whoever is the bearer of this",
        "<GET https://news.example:8443/a@b>",
        "{'RETRY_TIMES': 2, 'COOKIES_ENABLED': False}",
        "看看新闻Knews记者: 王琳琳",
    ],
)
def test_what_is_no_secret_is_left_alone(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("ftp://token@host/x", "ftp://***@host/x"),
        ("ftp://ada:hunter@2@host/x", "ftp://***@host/x"),
        ("s3://key:hun/ter+2@bucket/x", "s3://***@bucket/x"),
        ("ftp://ada:hun?ter#2@host/x", "ftp://***@host/x"),
        ("Set-Cookie: a=b; Path=/\nnext line", "Set-Cookie: ***\nnext line"),
        ("{b'Proxy-Authorization': [b'Basic abc']}", "{b'Proxy-Authorization': ***"),
        ("/x?a=1&sig=abc&b=2", "/x?a=1&sig=***&b=2"),
        ("/x?X-Amz-Signature=abc", "/x?X-Amz-Signature=***"),
        ("http://ada:p@ss@proxy.example:3128/", "http://***@proxy.example:3128/"),
        ("{'X-Api-Key': 'abc', 'A': 1}", "{'X-Api-Key': ***"),
        ("the site answered: Bearer eyJhbGciOi.J9 is old", "the site answered: Bearer *** is old"),
        *((f"/x{mark}access_token=abc", f"/x{mark}access_token=***") for mark in "?&;#"),
        *((f"/x{mark}{name}=abc&b=2", f"/x{mark}{name}=***&b=2") for mark in "?&;#" for name in ("auth", "key", "sid")),
        ("/x;jsessionid=abc?PHPSESSID=abc&sessionid=abc", "/x;jsessionid=***&sessionid=***"),
        (r"{'DB_PASSWORD': 'a\'b', 'A': 1}", "{'DB_PASSWORD': ***, 'A': 1}"),
        ('{"SLACK_WEBHOOK": "https://hooks.example/T/B/x"}', '{"SLACK_WEBHOOK": ***}'),
    ],
)
def test_what_is_secret_is_stars(text, redacted):
    assert redact(text) == redacted


MANY = 100_000


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("://a:b" * MANY, None),
        ("://a:b" * MANY + "@c", "://***@c"),
        ("'" + "token" * MANY, None),
        ("'" + "token" * MANY + "': 1", "'" + "token" * MANY + "': ***"),
        ("#" * MANY, None),
        ("cookie " * MANY, None),
        ("cookie " * MANY + "=a", "cookie " * MANY + "=***"),
        ("?" + "token" * MANY, None),
    ],
    ids=lambda text: text and f"{text[:8]}…{text[-8:]}",
)
def test_a_line_of_any_length_is_looked_through_in_one_pass(text, redacted):
    """Some took minutes."""
    assert redact(text) == (redacted or text)
