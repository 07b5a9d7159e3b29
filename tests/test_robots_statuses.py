"""What a site's robots.txt means by the status it is answered with (RFC 9309, 2.3.1)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred

from newsspider.crawl.connections import PrivateAddressError
from newsspider.crawl.middlewares.robotstxt import ForbiddenByRobotsError, RobotsTxtMiddleware
from newsspider.crawl.robots import RobotParser
from newsspider.runs.ledger import ROBOTS

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
    made._archive = SimpleNamespace(noted=[], note=lambda *what, **how: made._archive.noted.append((*what, how)))
    return made


class Delays(dict):
    """What a downloader is told of them, by slot."""

    get_slot_key = staticmethod(lambda request: urlsplit(request.url).netloc)
    keep_delay = dict.__setitem__


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
def test_rules_that_cannot_be_had_now_allow_nothing_and_say_why(status, middleware, caplog):
    read(middleware, status, b"User-agent: *\nAllow: /\n")

    assert (allows(middleware, "/detail/1"), allows(middleware, "/list")) == (False, False)
    with pytest.raises(ForbiddenByRobotsError, match=f"robots.txt cannot be fetched: HTTP {status}"):
        middleware.process_request_2(middleware._parsers[HOST], Request(f"https://{HOST}/list"))
    assert f"https://{HOST}/robots.txt answered {status}: nothing of {HOST} is crawled" in caplog.text


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (TimeoutError("30 s"), "30 s"),
        (OSError("refused"), "refused"),
        (IgnoreRequest("off the site"), None),
        (PrivateAddressError(HOST, ["10.0.0.1"]), None),  # the host itself may not be asked: its pages neither
        (PrivateAddressError("elsewhere.example", ["10.0.0.1"]), "10.0.0.1"),  # it was led astray
    ],
    ids=["timeout", "refused", "ignored", "private", "led to a private one"],
)
def test_rules_that_a_failure_keeps_from_us_allow_nothing(error, why, middleware, caplog):
    middleware._robots_error(error, HOST)

    assert allows(middleware, "/list") is (why is None)
    assert (f"robots.txt of {HOST} cannot be fetched ({error}): nothing of it is crawled" in caplog.text) is bool(why)
    assert [detail.startswith("robots.txt cannot be fetched: ") and why in detail for detail in notes(middleware)] == (
        [] if why is None else [True]
    )


def notes(middleware) -> list[str]:
    """What the archive is told of pages that are not fetched."""
    assert {(method, how["outcome"]) for _, method, how in middleware._archive.noted} <= {("GET", "robots")}
    return [how["detail"] for _, _, how in middleware._archive.noted]


def test_what_is_forbidden_leaves_a_note_in_the_archive_and_an_outcome(middleware):
    read(middleware, 200)
    request = Request(f"https://{HOST}/detail/1")
    with pytest.raises(ForbiddenByRobotsError) as raised:
        middleware.process_request_2(middleware._parsers[HOST], request)

    assert notes(middleware) == ["Forbidden by robots.txt"]
    assert middleware._archive.noted[0][0] == request.url
    assert raised.value.outcome == ROBOTS


@pytest.mark.parametrize(
    ("asked", "kept", "told"),
    [("", None, False), ("0", None, False), ("0.5", 0.5, False), ("30", 30, False), ("31", 30, True)],
)
def test_a_delay_that_robots_txt_asks_for_is_kept_up_to_a_bound(asked, kept, told, middleware, caplog):
    body = f"User-agent: newsspider\nCrawl-delay: {asked}\nDisallow:\n\nUser-agent: *\nCrawl-delay: 9\nDisallow: /"
    middleware.crawler.engine = SimpleNamespace(downloader=Delays())
    middleware._robots_parsed(RobotParser(body.encode()), Request(f"https://{HOST}/robots.txt"))

    assert middleware.crawler.engine.downloader == ({} if kept is None else {HOST: kept})
    said = f"robots.txt of {HOST} asks for 31 s between two requests; it gets 30 s (CRAWL_DELAY_MAX)"
    assert caplog.messages == [said] * told


@pytest.mark.parametrize(
    ("named", "of_request", "delay"), [(None, None, 1), (None, "other/1.0", 2), ("third", "other/1.0", 3)]
)
def test_a_delay_is_that_of_the_name_by_which_the_rules_are_read(named, of_request, delay, middleware):
    """Scrapy's ROBOTSTXT_USER_AGENT, else what the request calls itself, else USER_AGENT."""
    names = ("newsspider", "other", "third")
    rules = "\n\n".join(f"User-agent: {name}\nCrawl-delay: {n}\nDisallow:" for n, name in enumerate(names, start=1))
    middleware.crawler.engine = SimpleNamespace(downloader=Delays())
    middleware._robotstxt_useragent = named
    request = Request(f"https://{HOST}/robots.txt", headers={"User-Agent": of_request} if of_request else {})
    middleware._robots_parsed(RobotParser(rules.encode()), request)

    assert middleware.crawler.engine.downloader == {HOST: delay}
