"""Where a redirect leads: to a page of the site, or nowhere; and which hosts a request may go to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsspider.crawl.errand import ForRequisite, meta_of
from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.crawl.middlewares.offsite import OffsiteError, OffsiteMiddleware
from newsspider.crawl.middlewares.redirect import RedirectError, RedirectMiddleware
from newsspider.runs.ledger import OFFSITE
from newsspider.text.urls import is_within

SITE = "https://www.kankanews.com"
URL = f"{SITE}/detail/LMwVGgj402z"
MOST = 3


class Kankanews(Spider):
    name = "kankanews"
    allowed_domains = ["kankanews.com"]
    requisites = SimpleNamespace(admits=lambda url: is_within(url, ["cdn.example"]))


class Middlewares:
    """Those of the downloader; none of them knows what to do about an error."""

    async def _process_exception(self, error: Exception, request: Request) -> None:
        raise error


@pytest.fixture(scope="module")
def crawler():
    crawler = get_crawler(Kankanews, settings_dict={"REDIRECT_MAX_TIMES": MOST})
    crawler.spider = Kankanews.from_crawler(crawler)
    offsite = OffsiteMiddleware.from_crawler(crawler)
    crawler.get_downloader_middleware = {OffsiteMiddleware: offsite}.get
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(middleware=Middlewares()))
    return crawler


def led(crawler, location: bytes | None, *, url: str = URL, by: tuple[str, ...] = (), times: int = 0, **meta):
    """Answer *url*, to which *by* have led, with a redirect; return what becomes of the request."""
    meta |= {"redirect_urls": list(by), "redirect_times": times or len(by)} if by or times else {}
    request = Request(url, meta=meta)
    headers = {} if location is None else {"Location": location}
    answer = Response(url, status=302, headers=headers, request=request)
    return asyncio.run(RedirectMiddleware.from_crawler(crawler).process_response(request, answer))


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (b"/elsewhere", f"{SITE}/elsewhere"),
        (b"//www.kankanews.com/elsewhere", f"{SITE}/elsewhere"),
        (b"https://kankanews.com/elsewhere", "https://kankanews.com/elsewhere"),
        (b"/a?utm_source=app&id=1", f"{SITE}/a?utm_source=app&id=1"),  # the site sees to what it asks for
        (b"https://ada:hunter2@www.kankanews.com/a", f"{SITE}/a"),
        (b"/\xe7\x9c\x8b", f"{SITE}/%E7%9C%8B"),
        (b"/\x80\xff", f"{SITE}/%80%FF"),
        (b"/a?q=\xbf\xb4", f"{SITE}/a?q=%BF%B4"),
    ],
)
def test_a_redirect_is_followed_as_browsers_follow_it(location, url, crawler):
    assert led(crawler, location).url == url


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        (b"https://[/", "redirect to no address"),
        (b"https://www.kankanews.com:99999/", "redirect to no address"),
        (b"ftp://www.kankanews.com/a", "redirect to no address"),
        (b"https://elsewhere.example/", "redirect off the site"),
        (b"https://oldkankanews.com/", "redirect off the site"),
        (b"", "redirect in a ring"),  # RFC 3986, 4.4: the same document
        (b"#top", "redirect in a ring"),
        (URL.encode(), "redirect in a ring"),
        (URL.encode() + b"#top", "redirect in a ring"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_told_as_that(location, kind, crawler, caplog):
    with pytest.raises(RedirectError) as raised:
        led(crawler, location)

    assert raised.value.kind == kind
    assert str(raised.value).startswith(f"{URL}: {kind}, not followed: ")
    assert str(raised.value) in caplog.text


@pytest.mark.parametrize("back_to", ["/1", "/2", "/3", "/1#top"])
def test_a_ring_may_close_anywhere(back_to, crawler):
    with pytest.raises(RedirectError, match="redirect in a ring"):
        led(crawler, back_to.encode(), url=f"{SITE}/3", by=(f"{SITE}/1#top", f"{SITE}/2"))


@pytest.mark.parametrize(("times", "followed"), [(0, True), (MOST - 1, True), (MOST, False)])
def test_redirects_are_followed_up_to_a_number(times, followed, crawler):
    if followed:
        assert led(crawler, b"/on", times=times).meta["redirect_times"] == times + 1
    else:
        with pytest.raises(RedirectError, match="redirects without end"):
            led(crawler, b"/on", times=times)


def test_an_answer_that_leads_nowhere_of_itself_is_one_as_it_is(crawler):
    assert led(crawler, None).status == 302
    answer = led(crawler, b"/\xe7\x9c\x8b", dont_redirect=True)
    assert (answer.status, answer.headers["Location"]) == (302, b"/\xe7\x9c\x8b")


# ---------------------------------------------------------------- which hosts

VIDEO = meta_of(ForRequisite(kind="videos"))
ROBOTS = {"dont_obey_robotstxt": True}


@pytest.mark.parametrize(
    ("url", "meta", "let_through"),
    [
        (URL, {}, True),
        ("https://img.kankanews.com/a.jpg", {}, True),
        ("https://oldkankanews.com/", {}, False),
        ("https://kankanews.com.example/", {}, False),
        ("https://elsewhere.example/", {}, False),
        ("https://elsewhere.example/", {"allow_offsite": True}, True),
        ("https://cdn.example/a.mp4", {}, False),
        ("https://cdn.example/a.mp4", VIDEO, True),
        (URL, VIDEO, False),  # a requisite goes where requisites may come from, and nowhere else
        ("https://elsewhere.example/robots.txt", ROBOTS, True),
        ("https://elsewhere.example/robots.txt", {}, False),
        ("https://elsewhere.example/rules", ROBOTS, False),
    ],
)
@pytest.mark.parametrize("dont_filter", [False, True])
def test_a_request_stays_on_the_site(url, meta, let_through, dont_filter, crawler):
    """Of ``dont_filter`` too, which retries and redirects inherit."""
    offsite = crawler.get_downloader_middleware(OffsiteMiddleware)
    request = Request(url, meta=meta, dont_filter=dont_filter)

    assert offsite.admits(request) is let_through
    for passes in (offsite.process_request, offsite.request_scheduled):
        if let_through:
            assert passes(request) is None
        else:
            with pytest.raises(OffsiteError):
                passes(request)


def test_a_request_that_is_turned_down_before_it_waits_has_an_outcome(crawler, monkeypatch):
    """The engine forgets it then; what the downloader turns down it knows by itself."""
    told = []
    outcomes = SimpleNamespace(turned_down=lambda request, error: told.append((request.url, error.outcome)))
    monkeypatch.setattr(crawler, "get_extension", {Outcomes: outcomes}.get)
    offsite = crawler.get_downloader_middleware(OffsiteMiddleware)
    for passes in (offsite.request_scheduled, offsite.process_request):
        with pytest.raises(OffsiteError):
            passes(Request("https://elsewhere.example/"))

    assert told == [("https://elsewhere.example/", OFFSITE)]
