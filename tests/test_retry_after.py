"""How long a site asks to be left alone (RFC 9110, 10.2.3 and 5.6.7)."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider, signals
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsspider.crawl.downloader import Downloader
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.extensions.retryafter import MAX_SECONDS, RetryAfter, parse_retry_after

NOW = datetime(1994, 11, 6, 8, 49, 7, tzinfo=UTC)  # half a minute before the date of the standard's examples


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120), (" 120\t", 120), ("0", 0), ("000", 0), ("0000000000000000120", 120)),
        *(("315359999", 315_359_999), ("315360000", 315_360_000), ("315360001", 315_360_000)),  # ten years
        ("99999999999", MAX_SECONDS),
        ("9" * 5000, MAX_SECONDS),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 30),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 30),
        ("Saturday, 06-Nov-93 08:49:37 GMT", 0),
        ("Sunday, 06-Nov-05 08:49:37 GMT", MAX_SECONDS),
        ("Sunday, 06-Nov-44 08:49:37 GMT", MAX_SECONDS),  # of 2044
        ("Monday, 06-Nov-45 08:49:37 GMT", 0),  # of 1945, as 2045 is more than 50 years ahead
        ("Sun Nov  6 08:49:37 1994", 30),
        ("Sun, 06 Nov 1994 08:49:37 +0000", 30),
        ("Sun, 06 Nov 1994 00:00:00 GMT", 0),  # past
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_SECONDS),
    ],
)
def test_seconds_and_all_three_forms_of_a_date_are_read_and_bounded(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


def test_date_without_a_zone_is_in_utc_wherever_the_program_runs(monkeypatch):
    """The form of asctime names none (RFC 9110, 5.6.7)."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert parse_retry_after("Sun Nov  6 08:49:37 1994", NOW) == 30
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "soon", "-1", "+5", "1.5", "1e3", "0x10", "٣", "１２", "120, 240", "120 s", "120;"),
        *("P1D", "nan", "inf"),
        *("Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"),
        *("Sun, 06 Nov 1994 08:49:37 +9999999", "Sun, 06 Nov 1994", "Sun, " * 5000, "6" * 65 + "x", "\x00", "\ud800"),
        *("\x0b120", "120\xa0", "\n120", f"Sun, 06 Nov {'9' * 30} 08:49:37 GMT"),
    ],
)
def test_anything_else_is_none(value):
    assert parse_retry_after(value, NOW) is None


@given(st.text(max_size=80) | st.text(alphabet="0123456789 ,:-+GMTSunNov", max_size=40))
def test_no_value_is_an_accident(value):
    seconds = parse_retry_after(value, NOW)

    assert seconds is None or 0 <= seconds <= MAX_SECONDS


# ---------------------------------------------------------------- what is done about it

SITE, CDN = "https://www.kankanews.com/", "https://cdn.example/a.jpg"


class Told:
    """What downloader and engine are told."""

    DOWNLOAD_SLOT = Downloader.DOWNLOAD_SLOT

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.downloader = self

    def hold(self, key: str, seconds: float) -> None:
        self.calls.append(("hold", key, seconds))

    def refuse_slot(self, key: str, reason: str) -> None:
        self.calls.append(("refuse slot", key, reason))

    def refuse(self, reason: str) -> None:
        self.calls.append(("refuse", reason))

    async def close_spider_async(self, reason: str) -> None:
        self.calls.append(("end", reason))


ENDED = [("refuse", "the site asked to come back later"), ("end", "retry_after")]


def told(
    status: int, header: str | bytes | None, url: str = SITE, domains: list[str] | None = None, *,
    most: float | str = 300, spider: Spider | None = None, extensions: bool = True,
) -> SimpleNamespace:  # fmt: skip
    """Let a site answer so; return what was done, and what was counted."""
    crawler = get_crawler(Spider, settings_dict={"RETRY_AFTER_MAX": most, "EXTENSIONS_BASE": {}})
    crawler.engine, errors = Told(), Errors()
    crawler.get_extension = {Errors: errors}.get if extensions else lambda _: None
    crawler.spider = spider or Spider("kankanews", allowed_domains=["kankanews.com"] if domains is None else domains)

    async def answer() -> None:
        request = Request(url, meta={Downloader.DOWNLOAD_SLOT: "slot"})
        response = Response(url, status=status, headers={} if header is None else {"Retry-After": header})
        holding = RetryAfter.from_crawler(crawler)
        # This is said before the slot sends its next request.
        said = crawler.signals.send_catch_log(
            signals.response_downloaded, response=response, request=request, spider=crawler.spider
        )
        assert said == [(holding.response_downloaded, None)]
        await asyncio.sleep(0)

    asyncio.run(answer())
    return SimpleNamespace(
        calls=crawler.engine.calls, held=crawler.stats.get_value("retryafter/held", 0), errors=errors.found()
    )


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("seconds", [0, 1, 300])
def test_a_pause_is_kept_that_a_busy_site_asks_for(seconds, status):
    got = told(status, str(seconds))

    assert (got.calls, got.held, got.errors) == ([("hold", "slot", seconds)], 1, [])


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_for_a_longer_one_ends_the_run_and_nothing_more_is_sent(status):
    got = told(status, "301")

    assert (got.calls, got.held) == (ENDED, 0)
    ((error,), (example,)) = got.errors, got.errors[0].examples
    assert (error.kind, error.count) == ("asked to come back later", 1)
    assert (example.url, example.said) == (SITE, f"HTTP {status}, in 301 s")


def test_a_host_of_requisites_that_asks_for_a_longer_one_is_done_without(caplog):
    got = told(503, "301", url=CDN)

    reason = "the host asks to come back in 301 s, more than RETRY_AFTER_MAX (300 s)"
    assert (got.calls, got.errors) == ([("refuse slot", "slot", reason)], [])
    assert f"{CDN} asks to come back in 301 s, more than RETRY_AFTER_MAX (300 s): nothing more" in caplog.text
    for domains, spider in (([], None), (None, Spider("any"))):  # every host is the site's
        assert told(503, "301", url=CDN, domains=domains, spider=spider).calls == ENDED


@pytest.mark.parametrize(
    ("status", "header"),
    [
        *((status, "120") for status in (200, 301, 404, 500, 502, 504)),
        *((status, header) for status in (429, 503) for header in (None, "soon", "", b"\xff")),
    ],
)
def test_no_other_answer_asks_for_a_pause(status, header, caplog):
    assert told(status, header).calls == []
    assert ("neither seconds nor a date" in caplog.text) is (header in ("soon", "", b"\xff"))


def test_bound_may_be_less_than_a_second():
    assert told(503, "0", most="0.5").calls == [("hold", "slot", 0)]
    assert told(503, "1", most="0.5").calls == ENDED


def test_run_ends_though_nobody_counts_errors():
    assert told(503, "301", extensions=False).calls == ENDED
