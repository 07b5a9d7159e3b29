"""The pace of a crawl in the manifest: points that a plot can show, however long the crawl goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from scrapy import Request, Spider, signals
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsspider.crawl.extensions import pace
from newsspider.crawl.extensions.pace import Pace, Timeline


def timeline(*answers: tuple[float, int, float | None]) -> Timeline:
    line = Timeline()
    for answer in answers:
        line.add(*answer)
    return line


def test_without_an_answer_there_is_no_pace():
    assert Timeline().as_manifest() is None


def test_answers_are_counted_where_they_fall():
    told = timeline((0, 10, 0.1), (0.49, 20, 0.1), (0.5, 30, 0.1), (2, 40, None)).as_manifest()

    assert (told.interval, told.pages, told.bytes) == (0.5, [2, 1, 0, 0, 1], [30, 30, 0, 0, 40])
    assert (
        [ms is None for ms in told.median_ms] == [ms is None for ms in told.slow_ms] == [False, False, True, True, True]
    )


@pytest.mark.parametrize(
    ("at", "interval", "points"), [(59.9, 0.5, 120), (60, 1, 61), (119.9, 1, 120), (120, 2, 61), (86_400, 1024, 85)]
)
def test_intervals_grow_with_the_crawl_and_lose_no_answer(at, interval, points):
    answers = [(each / 2, 10, 0.1) for each in range(120)]
    told = timeline(*answers, (at, 7, 0.1)).as_manifest()

    assert (told.interval, len(told.pages)) == (interval, points)
    assert (sum(told.pages), sum(told.bytes)) == (121, 1207)
    of_first = min(120, int(interval * 2))
    assert told.pages[0] == of_first + (told.interval > at)
    assert told.pages[-1] >= 1


@pytest.mark.parametrize("seconds", [0.001, 0.00105, 0.01, 0.1, 1, 7.5, 180])
def test_a_waiting_time_is_kept_to_a_tenth_of_itself(seconds):
    (told,) = timeline((0, 1, seconds)).as_manifest().median_ms

    assert 1000 * seconds <= told <= 1100 * seconds + 1


@pytest.mark.parametrize("waits", [(0, 1e-9), (0,)])
def test_no_waiting_time_is_too_short(waits):
    told = timeline(*((0, 1, wait) for wait in waits)).as_manifest()

    assert told.median_ms == told.slow_ms == timeline((0, 1, 0.001)).as_manifest().median_ms


def test_waiting_times_are_kept_when_neighbours_become_one():
    told = timeline((0, 1, 0.1), (0.5, 1, 10), (60, 1, None)).as_manifest()

    assert (told.interval, told.pages[0]) == (1, 2)
    assert (100 <= told.median_ms[0] <= 110, 10_000 <= told.slow_ms[0] <= 11_001) == (True, True)


@pytest.mark.parametrize(("slow", "median", "slowest"), [(2, 0.1, 0.1), (3, 0.1, 10), (20, 0.1, 10), (21, 10, 10)])
def test_half_of_the_answers_and_19_of_20_came_so_soon(slow, median, slowest):
    """Of forty answers, so many took ten seconds, the others a tenth of one."""
    waits = [10] * slow + [0.1] * (40 - slow)
    told = timeline(*((0, 1, wait) for wait in waits)).as_manifest()

    for (ms,), seconds in ((told.median_ms, median), (told.slow_ms, slowest)):
        assert 1000 * seconds <= ms <= 1101 * seconds


def test_hosts_are_told_apart_up_to_a_number(monkeypatch):
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=iter(range(1000, 9000, 2)).__next__))
    crawl = Pace()
    for number in [*range(22), *range(22)]:
        request = Request(f"https://h{number}.example/a", meta={"download_latency": 0.1})
        crawl.response_downloaded(Response(request.url, body=b"12345"), request)

    assert len(crawl.hosts) == 21
    assert (crawl.hosts["h19.example"], crawl.hosts["others"], crawl.hosts.total()) == (2, 4, 44)
    told = crawl.timeline.as_manifest()  # two seconds lie between two answers
    assert (told.interval, told.pages, sum(told.bytes)) == (1, [1, 0] * 43 + [1], 220)


def test_every_answer_is_counted_for_the_host_that_gave_it():
    """Also those that a redirect or a retry follows: Scrapy tells of them before its middlewares see them."""
    crawler = get_crawler(Spider, settings_dict={"EXTENSIONS_BASE": {}})
    crawl = Pace.from_crawler(crawler)
    for url in ("https://a.example/1", "https://b.example/1", "data:,x"):
        crawler.signals.send_catch_log(
            signals.response_downloaded, response=Response(url, status=503), request=Request("https://a.example/"),
            spider=None,
        )  # fmt: skip

    assert crawl.hosts == {"a.example": 1, "b.example": 1, "others": 1}
    assert sum(crawl.timeline.as_manifest().pages) == 3
