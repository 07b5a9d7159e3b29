"""What becomes of an answer by its status: asked for again, led elsewhere, a page or none."""

from __future__ import annotations

import asyncio

import pytest
from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.test import get_crawler

from newsspider.crawl.middlewares.httperror import HttpErrorMiddleware
from newsspider.crawl.middlewares.redirect import RedirectMiddleware
from newsspider.text.message import message
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError

URL = "https://www.kankanews.com/detail/LMwVGgj402z"
AGAIN = [408, 429, 500, 502, 503, 504, 522, 524]
LED = [301, 302, 303, 307, 308]
EVERY = [*range(200, 209), *range(300, 309), *range(400, 432), 451, *range(500, 512), 520, 521, 522, 523, 524, 525]


@pytest.fixture(scope="module")
def crawler():
    settings = Settings()
    settings.setmodule("newsspider.settings", priority="project")
    ours = {name: settings[name] for name in settings if name.startswith(("RETRY_", "REDIRECT_", "HTTPERROR_"))}
    crawler = get_crawler(Spider, settings_dict=ours)
    crawler.get_downloader_middleware = lambda kind: None  # it has no engine
    crawler.spider = Spider.from_crawler(crawler, name="kankanews")
    return crawler


def parse_article(response):
    """A callback of this name asks for an article."""


def parse_list(response):
    """And one of this for a list."""


def request(callback=parse_article, **meta) -> Request:
    return Request(URL, callback=callback, meta=meta)


def answered(status: int, asked: Request, **headers: str) -> Response:
    return Response(URL, status=status, request=asked, headers={"Location": "/elsewhere", **headers})


@pytest.mark.parametrize("status", EVERY)
def test_a_page_is_asked_for_again_where_the_fault_may_pass(status, crawler):
    asked = request()
    got = RetryMiddleware.from_crawler(crawler).process_response(asked, answered(status, asked))

    assert isinstance(got, Request) is (status in AGAIN)


@pytest.mark.parametrize(("times", "again"), [(0, True), (1, True), (2, False)])
def test_a_page_is_asked_for_twice_more_and_then_no_more(times, again, crawler):
    asked = request(retry_times=times) if times else request()
    got = RetryMiddleware.from_crawler(crawler).process_response(asked, answered(503, asked))

    assert isinstance(got, Request) is again
    assert not again or got.meta["retry_times"] == times + 1


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (DownloadTimeoutError("late"), True),
        (OSError("broken pipe"), True),
        (ContentCodingError(URL, "gzip", message("it is cut off")), True),
        (BodyTooLargeError(URL, 1), False),
        (IgnoreRequest("no"), False),
        (ValueError("ours"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_page_is_asked_for_again_after_what_may_pass(error, again, crawler):
    got = RetryMiddleware.from_crawler(crawler).process_exception(request(), error)

    assert isinstance(got, Request) is again


@pytest.mark.parametrize("status", EVERY)
def test_a_page_is_led_elsewhere_by_five_statuses(status, crawler):
    asked = request()
    middleware = RedirectMiddleware.from_crawler(crawler)
    got = asyncio.run(middleware.process_response(asked, answered(status, asked)))

    assert isinstance(got, Request) is (status in LED)
    assert got.url == ("https://www.kankanews.com/elsewhere" if status in LED else URL)


@pytest.mark.parametrize("callback", [parse_article, parse_list])
@pytest.mark.parametrize("status", EVERY)
def test_a_page_is_an_answer_that_has_one(status, callback, crawler):
    middleware = HttpErrorMiddleware.from_crawler(crawler)
    asked = request(callback)
    try:
        middleware.process_spider_input(answered(status, asked))
    except HttpError as error:
        said = error.response.status
    else:
        said = None

    others = [204, 205, 206, *range(300, 600)]  # 207 and 208 say more than one thing, and one of them may be a page
    assert said == (status if status in others else None)


@pytest.mark.parametrize(
    ("content_range", "page"),
    [("bytes 0-1686/1687", True), ("bytes 0-365/1687", False), ("bytes 1-1686/1687", False), ("", False)],
)
def test_a_part_that_is_all_of_a_page_is_one(content_range, page, crawler):
    middleware = HttpErrorMiddleware.from_crawler(crawler)
    asked = request()
    answer = answered(206, asked, **{"Content-Range": content_range})

    if page:
        middleware.process_spider_input(answer)
    else:
        with pytest.raises(HttpError):
            middleware.process_spider_input(answer)
