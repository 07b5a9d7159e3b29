"""What a site's robots.txt means by the status it is answered with (RFC 9309, 2.3.1)."""

from __future__ import annotations

import asyncio

import pytest
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred

from newsspider.crawl.connections import PrivateAddressError
from newsspider.crawl.middlewares.robotstxt import ForbiddenByRobotsError, RobotsTxtMiddleware

HOST = "www.example.org"
FORBIDS = b"User-agent: *\nDisallow: /detail/\n"


@pytest.fixture
def middleware():
    """The middleware in a crawler that has just asked for robots.txt."""
    crawler = get_crawler(
        settings_dict={
            "ROBOTSTXT_OBEY": True, "ROBOTSTXT_PARSER": "newsspider.crawl.robots.RobotParser", "CRAWL_DELAY_MAX": 30,
            "USER_AGENT": "newsspider",
        }
    )  # fmt: skip
    made = RobotsTxtMiddleware.from_crawler(crawler)
    crawler.signals.disconnect_all(signals.robots_parsed)  # it tells the downloader of delays, and there is none
    made._parsers[HOST] = Deferred()  # as while the answer is on its way
    return made


def read(middleware, status: int, body: bytes = FORBIDS) -> None:
    answer = TextResponse(f"https://{HOST}/robots.txt", status=status, body=body)
    asyncio.run(middleware._parse_robots(answer, HOST, Request(answer.url)))


def allows(middleware, path: str) -> bool:
    try:
        middleware.process_request_2(middleware._parsers[HOST], Request(f"https://{HOST}{path}"))
    except ForbiddenByRobotsError:
        return False
    return True


@pytest.mark.parametrize("status", [200, 203, 299])
def test_rules_that_were_read_are_obeyed(status, middleware):
    read(middleware, status)

    assert (allows(middleware, "/detail/1"), allows(middleware, "/list")) == (False, True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 428, 430, 451, 499])
def test_rules_that_there_are_not_allow_everything_whatever_the_page_says(status, middleware):
    read(middleware, status)

    assert (allows(middleware, "/detail/1"), allows(middleware, "/list")) == (True, True)


@pytest.mark.parametrize("status", [429, 500, 501, 502, 503, 504, 520, 599])
def test_rules_that_cannot_be_had_now_allow_nothing_and_say_why(status, middleware):
    read(middleware, status, b"User-agent: *\nAllow: /\n")

    assert (allows(middleware, "/detail/1"), allows(middleware, "/list")) == (False, False)
    with pytest.raises(ForbiddenByRobotsError, match=f"robots.txt cannot be had: HTTP {status}"):
        middleware.process_request_2(middleware._parsers[HOST], Request(f"https://{HOST}/list"))


@pytest.mark.parametrize(
    ("error", "allowed"),
    [
        (TimeoutError("30 s"), False),
        (OSError("refused"), False),
        (IgnoreRequest("off the site"), True),
        (PrivateAddressError(HOST, ["10.0.0.1"]), True),  # the host itself may not be asked: its pages neither
        (PrivateAddressError("elsewhere.example", ["10.0.0.1"]), False),  # it was led astray
    ],
    ids=["timeout", "refused", "ignored", "private", "led to a private one"],
)
def test_rules_that_a_failure_keeps_from_us_allow_nothing(error, allowed, middleware):
    middleware._robots_error(error, HOST)

    assert allows(middleware, "/list") is allowed
