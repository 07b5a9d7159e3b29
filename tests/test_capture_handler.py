"""The download handler by itself: what it archives of an answer, and of a request that brought none."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest, StopDownload
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse
from scrapy.settings import Settings

from newsspider.crawl import capture
from newsspider.crawl.capture import (
    CaptureHandler,
    OptionsOnce,
    OverlongHeadError,
    OverlongUrlError,
    UncapturedResponseError,
    _RoutedEndpoint,
)
from newsspider.crawl.connections import PrivateAddressError, parse_connect_to
from newsspider.crawl.errand import ForArticle, ForRequisite, meta_of
from newsspider.crawl.tap import CURRENT, Attempt, Tap
from newsspider.errors import NewsspiderError
from newsspider.text.urls import MAX_LENGTH
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError
from newsspider.warc.http import MAX_HEAD, parse_head

URL = "https://news.example/a"


class Archive:
    """Keeps what it is told; *capture* is what it makes of an answer."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, dict[str, Any]]] = []
        self.noted: list[dict[str, Any]] = []
        self.ended: list[Exception] = []
        self.capture: Any = SimpleNamespace(type="response")

    def record(self, url: str, method: str, tap: Tap, **said: Any) -> Any:
        self.recorded.append((url, method, said))
        return self.capture

    def note(self, url: str, method: str, **said: Any) -> None:
        self.noted.append({"url": url, "method": method, **said})

    def end_for(self, error: Exception) -> None:
        self.ended.append(error)


class Asked:
    """A handler whose network gives *outcome*, after attempts with these *heads*; keeps the tap of the request.

    An empty head is none; with *connected* false there is no attempt.
    """

    def __init__(
        self, monkeypatch, outcome: Any = None, *heads: bytes, begun: bool = True, overlong: bool = False,
        connected: bool = True,
    ) -> None:  # fmt: skip
        self.archive, self.sent, self.tap = Archive(), [], None
        self.handler = object.__new__(CaptureHandler)
        self.handler._archive = self.archive
        self.handler._downloader = SimpleNamespace(note_sent=self.sent.append)
        self.handler._timeout, self.handler._default_maxsize = 30.0, 0

        async def answered(handler: Any, request: Request) -> Response:
            self.tap = tap = CURRENT.get()
            for head in (heads or (b"HTTP/1.1 200 OK\r\n\r\n",)) if connected else ():
                attempt = Attempt(peer="203.0.113.7", secured=None, sent=[b"GET"] if begun else [], overlong=overlong)
                if head:
                    attempt.answer = SimpleNamespace(head=parse_head(head), exceeds_length=b"X-Exceeds" in head)
                tap.attempts.append(attempt)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome or Response(request.url, body=b"page")

        monkeypatch.setattr(HTTP11DownloadHandler, "download_request", answered)

    def get(self, url: str = URL, *, method: str = "GET", **meta: Any) -> Response:
        self.request = Request(url, method=method, meta=meta)

        async def ask() -> Response:
            try:
                return await self.handler.download_request(self.request)
            finally:
                assert CURRENT.get() is None

        return asyncio.run(ask())


@pytest.mark.parametrize("fragment", ["", "#", "#part", "#one#two", "#?q=2", "#/a/b"])
def test_answer_is_archived_under_its_address_without_the_fragment(fragment, monkeypatch):
    asked = Asked(monkeypatch)
    asked.get(f"{URL}?q=1{fragment}")

    assert asked.archive.recorded == [(f"{URL}?q=1", "GET", {"truncated": None})]
    assert (asked.archive.noted, asked.request.meta["capture"]) == ([], asked.archive.capture)
    asked.tap.on_sent()
    assert asked.sent == [asked.request]


@pytest.mark.parametrize(
    ("flags", "truncated"),
    [
        ([], None),
        (["dataloss"], "disconnect"),
        (["download_stopped"], "unspecified"),
        (["partial", "dataloss"], "disconnect"),
    ],
)
def test_answer_is_archived_with_what_is_missing_of_it(flags, truncated, monkeypatch):
    asked = Asked(monkeypatch, Response(URL, body=b"page", flags=flags))
    asked.get()

    assert asked.archive.recorded == [(URL, "GET", {"truncated": truncated})]


def test_nothing_is_fetched_without_an_archive(monkeypatch):
    monkeypatch.setattr(capture, "OptionsOnce", lambda policy: policy)
    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda handler, crawler: None)
    monkeypatch.setattr(CaptureHandler, "_contextFactory", SimpleNamespace(), raising=False)
    settings = Settings({"CONNECT_TO": "", "DOWNLOAD_TIMEOUT": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1})
    crawler = SimpleNamespace(
        settings=settings, get_extension=lambda kind: None, engine=SimpleNamespace(downloader=None)
    )
    with pytest.raises(RuntimeError, match=r"CaptureHandler needs newsspider\.crawl\.extensions\.archive\.Archive"):
        CaptureHandler(crawler)


@pytest.mark.parametrize(("more", "asked_for"), [(0, True), (1, False)])
def test_address_that_is_too_long_is_not_asked_for(more, asked_for, monkeypatch, caplog):
    url = URL + "a" * (MAX_LENGTH - len(URL) + more)
    asked = Asked(monkeypatch)
    if asked_for:
        asked.get(url + "#and a fragment")
    else:
        with pytest.raises(OverlongUrlError) as told:
            asked.get(url)
        assert str(told.value).startswith(f"{url[:200]}… has {MAX_LENGTH + 1} characters, more than {MAX_LENGTH}")
    assert (asked.tap is not None) is asked_for
    assert ("more than 8192: not fetched" in caplog.text) is not asked_for


@pytest.mark.parametrize("error", [None, DownloadTimeoutError("late")])
def test_what_is_archived_says_how_it_was_asked_for(error, monkeypatch):
    asked = Asked(monkeypatch, error, begun=False)
    with pytest.raises(DownloadTimeoutError) if error else contextlib.nullcontext():
        asked.get(f"{URL}#part", method="POST")

    ((url, method, _),) = asked.archive.recorded
    assert (url, method) == (URL, "POST")
    assert [(each["url"], each["method"]) for each in asked.archive.noted] == ([(URL, "POST")] if error else [])


@pytest.mark.parametrize(
    ("private", "allowed"),
    [(False, False), (True, True), ("False", False), ("True", True), ("0", False), ("1", True), (None, False)],
)
def test_what_the_settings_say_goes_to_the_pool_and_the_router(private, allowed, monkeypatch):
    """Also as the command line writes it."""
    made: dict[str, Any] = {}
    policy = SimpleNamespace(_verify_certificates=True, creatorForNetloc=None)
    for name in ("Router", "TapPool"):
        monkeypatch.setattr(capture, name, lambda *given, name=name, **said: made.setdefault(name, said))
    monkeypatch.setattr(capture, "OptionsOnce", lambda policy: SimpleNamespace(of=policy))
    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda handler, crawler: None)
    monkeypatch.setattr(CaptureHandler, "_contextFactory", policy, raising=False)
    settings = {"CONNECT_TO": "a.example:80:127.0.0.1:8080", "DOWNLOAD_TIMEOUT": 1.5,
                "CONCURRENT_REQUESTS_PER_DOMAIN": 3, "CONCURRENT_REQUESTS": 9,
                "ALLOW_PRIVATE_ADDRESSES": private}  # fmt: skip
    archive = object()
    crawler = SimpleNamespace(
        settings=Settings(settings), get_extension=lambda kind: archive, engine=SimpleNamespace(downloader="d")
    )
    handler = CaptureHandler(crawler)

    router, pool = made["Router"], made["TapPool"]
    assert router["connect_to"] == parse_connect_to(settings["CONNECT_TO"])
    assert (router["allow_private"], router["verifying"].of is policy) == (allowed, True)
    assert handler._contextFactory is router["verifying"]
    assert (router["trusting"].of._verify_certificates, policy._verify_certificates) == (False, True)
    assert (pool["per_host"], pool["route"]) == (3, handler._route)
    assert (handler._timeout, handler._archive, handler._downloader) == (1.5, archive, "d")


@pytest.mark.parametrize(
    ("error", "exit_code", "kind", "ignored", "said"),
    [
        pytest.param(
            UncapturedResponseError(URL), 4, None, False,
            " was answered, but no bytes were recorded: the installed Scrapy or Twisted is not one that newsspider was "
            "tested with; install the versions of requirements.txt", id="uncaptured",
        ),
        pytest.param(
            OverlongUrlError(URL + "a" * 8181), 1, None, True,
            "a" * 178 + "… has 8203 characters, more than 8192: not fetched", id="overlong address",
        ),
        pytest.param(
            OverlongHeadError(URL), 1, "too long", False,
            f": the head of the answer is longer than {MAX_HEAD:,} bytes: broken off", id="overlong head",
        ),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong_where_and_what_becomes_of_it(error, exit_code, kind, ignored, said):
    """What is ignored was never asked for: Scrapy neither repeats it nor counts it as an error."""
    assert isinstance(error, NewsspiderError)
    assert (str(error), error.exit_code, getattr(error, "kind", None)) == (URL + said, exit_code, kind)
    assert isinstance(error, IgnoreRequest) is ignored


def test_an_endpoint_is_made_for_each_connection_as_its_request_says():
    made: list[Any] = []

    class Routed:
        def endpoint(self, *given: Any, **said: Any) -> Any:
            made.append((given, said))
            return SimpleNamespace(connect=lambda factory: (factory, len(made)))

    endpoint = _RoutedEndpoint(Routed(), "reactor", b"https", "news.example", 8443, 7.5, ("192.0.2.1", 0))

    assert made == []
    assert [endpoint.connect("one"), endpoint.connect("two")] == [("one", 1), ("two", 2)]
    asked = ("reactor", b"https", "news.example", 8443), {"timeout": 7.5, "bindAddress": ("192.0.2.1", 0)}
    assert made == [asked, asked]


def test_handler_is_made_when_the_archive_of_the_crawl_is_there():
    """Scrapy makes what is not lazy before the engine."""
    assert CaptureHandler.lazy is True


def test_options_for_tls_are_made_once_for_a_host():
    made: list[bytes] = []
    once = OptionsOnce(SimpleNamespace(creatorForNetloc=lambda host, port: made.append(host) or object()))

    assert once.creatorForNetloc(b"a.example", 443) is once.creatorForNetloc(b"a.example", 443)
    assert once.creatorForNetloc(b"b.example", 443) is not once.creatorForNetloc(b"a.example", 443)
    assert made == [b"a.example", b"b.example"]


def test_connection_goes_where_its_key_says_for_as_long_as_its_request_waits(monkeypatch):
    handler = Asked(monkeypatch).handler
    handler._router, handler._reactor = "router", "reactor"
    monkeypatch.setattr(capture, "_RoutedEndpoint", lambda *given: given)
    token = CURRENT.set(Tap(proxied=False, timeout=7, unread=False))
    found = handler._route((b"https", b"news.example", 8443, ("192.0.2.1", 0)), None)
    CURRENT.reset(token)

    assert found == ("router", "reactor", b"https", "news.example", 8443, 7, ("192.0.2.1", 0))


@pytest.mark.parametrize(
    ("meta", "seconds"), [({}, 30.0), ({"download_timeout": 7}, 7), ({"download_timeout": 0}, 30.0)]
)
def test_connection_is_waited_for_as_long_as_the_request_says(meta, seconds, monkeypatch):
    asked = Asked(monkeypatch)
    asked.get(**meta)

    assert asked.tap.timeout == seconds


@pytest.mark.parametrize(
    ("meta", "proxied"), [({}, False), ({"proxy": None}, False), ({"proxy": "http://proxy.example:3128"}, True)]
)
def test_request_goes_by_the_proxy_that_it_names(meta, proxied, monkeypatch):
    asked = Asked(monkeypatch)
    asked.get(**meta)

    assert asked.tap.proxied is proxied


@pytest.mark.parametrize(("proxied", "routed"), [(None, False), (True, False), (False, True)])
def test_connection_to_a_proxy_goes_where_twisted_chose(proxied, routed, monkeypatch):
    handler, endpoint = Asked(monkeypatch).handler, object()
    handler._router = handler._reactor = None
    token = CURRENT.set(None if proxied is None else Tap(proxied=proxied, timeout=1, unread=False))
    found = handler._route((b"https", b"news.example", 443, None), endpoint)
    CURRENT.reset(token)

    assert (found is endpoint) is not routed


@pytest.mark.parametrize(
    ("errand", "unread"),
    [
        (ForRequisite(kind="videos"), True),
        (ForRequisite(kind="images"), False),
        (ForArticle(asked=URL), False),
        (None, False),
    ],
)
def test_body_of_a_video_is_read_by_nobody(errand, unread, monkeypatch):
    asked = Asked(monkeypatch)
    asked.get(**(meta_of(errand) if errand else {}))

    assert asked.tap.unread is unread


@pytest.mark.parametrize(
    ("error", "outcome", "truncated", "words"),
    [
        (DownloadTimeoutError("late"), "time", "time", "late"),
        (StopDownload(), "stopped", "unspecified", None),
        (asyncio.CancelledError(), "stopped", "unspecified", "broken off, because the crawl ended"),
        (PrivateAddressError("a.example", ["10.0.0.1"]), "private-address", "unspecified", None),
        (ZeroDivisionError(), "error", "unspecified", "ZeroDivisionError"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("begun", [False, True])
def test_request_that_brought_no_answer_is_archived_with_its_reason(
    error, outcome, truncated, words, begun, monkeypatch, caplog
):
    asked = Asked(monkeypatch, error, begun=begun)
    with pytest.raises(type(error)) as raised:
        asked.get()

    ((url, method, said),) = asked.archive.recorded
    assert (url, method, said["truncated"]) == (URL, "GET", truncated)
    assert said["failure"].startswith(f"{outcome}: {words or ''}")
    assert len(asked.archive.noted) == (not begun)
    for note in asked.archive.noted:
        assert (note["url"], note["method"], note["outcome"]) == (URL, "GET", outcome)
        assert note["detail"] == said["failure"].partition(": ")[2]
        assert note["started"] <= asked.tap.attempts[0].started
    assert str(raised.value)  # the log would have no reason
    assert [each.getMessage() for each in caplog.records] == (
        [f"{URL}: {error}"] if isinstance(error, PrivateAddressError) else []
    )


def test_request_that_was_never_sent_is_archived_with_its_reason(monkeypatch):
    asked = Asked(monkeypatch, CannotResolveHostError("no such host"), connected=False)
    with pytest.raises(CannotResolveHostError):
        asked.get()

    assert asked.archive.recorded == [(URL, "GET", {"truncated": "unspecified", "failure": "dns: no such host"})]
    (note,) = asked.archive.noted
    assert (note["outcome"], note["detail"]) == ("dns", "no such host")


def test_attempt_that_was_repeated_counts_as_begun_by_the_last(monkeypatch):
    asked = Asked(
        monkeypatch, DownloadTimeoutError("late"), b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", begun=False
    )
    monkeypatch.setattr(Attempt, "begun", property(lambda attempt: attempt is asked.tap.attempts[0]))
    with pytest.raises(DownloadTimeoutError):
        asked.get()

    assert len(asked.archive.noted) == 1


def test_head_that_is_too_long_is_what_went_wrong(monkeypatch):
    asked = Asked(monkeypatch, DownloadTimeoutError("late"), overlong=True)
    words = f"{URL}: the head of the answer is longer than {MAX_HEAD:,} bytes"
    with pytest.raises(OverlongHeadError, match=words) as raised:
        asked.get()
    assert asked.archive.recorded == [(URL, "GET", {"truncated": "time", "failure": "time: late"})]
    assert raised.value.kind == "too long"
    assert isinstance(raised.value.__cause__, DownloadTimeoutError)


@pytest.mark.parametrize("overlong", [0, 1])
def test_head_of_the_last_attempt_is_what_went_wrong(overlong, monkeypatch):
    heads = [b"HTTP/1.1 200 OK\r\n\r\n"] * 2
    asked = Asked(monkeypatch, DownloadTimeoutError("late"), *heads)
    made = Attempt.__init__

    def begun(attempt: Attempt, *given: Any, **said: Any) -> None:
        made(attempt, *given, **said | {"overlong": len(asked.tap.attempts) == overlong})

    monkeypatch.setattr(Attempt, "__init__", begun)
    with pytest.raises(OverlongHeadError if overlong else DownloadTimeoutError):
        asked.get()


@pytest.mark.parametrize("made", [None, SimpleNamespace(type=None)])
def test_answer_without_its_bytes_ends_the_crawl(made, monkeypatch):
    asked = Asked(monkeypatch)
    asked.archive.capture = made
    with pytest.raises(UncapturedResponseError) as raised:
        asked.get()

    assert asked.archive.ended == [raised.value]
    assert str(raised.value).startswith(f"{URL} was answered, but no bytes were recorded")
    assert raised.value.exit_code == 4
    assert "capture" not in asked.request.meta


# -- an answer as its record says it ----------------------------------------------------------------------------------


def test_headers_are_those_that_came_with_the_last_attempt(monkeypatch):
    heads = [b"HTTP/1.1 200 OK\r\nX: %d\r\nX: b\r\n\r\n" % number for number in (1, 2)]
    answer = Asked(monkeypatch, Response(URL, headers={"X": "as Twisted has it"}), *heads).get()

    assert answer.headers.getlist("X") == [b"2", b"b"]


def test_answer_without_a_head_of_its_own_is_as_scrapy_has_it(monkeypatch):
    came = Response(URL, headers={"X": "a"}, body=b"page")

    assert Asked(monkeypatch, came, b"HTTP/1.1 200 OK\r\nX: b\r\n\r\n", b"").get() is came
    assert came.headers.getlist("X") == [b"a"]


PACKED = gzip.compress(b"<html>page")


@pytest.mark.parametrize(
    ("flags", "body"), [([], PACKED), (["dataloss"], PACKED[:-4]), (["download_stopped"], PACKED[:-4])]
)
def test_transfer_coding_is_undone_and_the_page_is_what_it_is(flags, body, monkeypatch):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    answer = Asked(monkeypatch, Response(URL, body=body, flags=flags), head).get()

    assert (type(answer), answer.body) == (HtmlResponse, b"<html>page")
    assert answer.flags == flags


def test_transfer_coding_that_has_no_end_is_an_error_where_nothing_was_cut_off(monkeypatch):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    with pytest.raises(ContentCodingError, match=f"{URL}: .*it has no end"):
        Asked(monkeypatch, Response(URL, body=PACKED[:-4]), head).get()


@pytest.mark.parametrize(
    ("said", "body", "kind"),
    [
        (b"", b"<html>page", HtmlResponse), (b"Content-Type: text/html\r\n", b"page", HtmlResponse),
        (b"Content-Type: application/xml\r\n", b"page", XmlResponse),
        (b"Content-Type: text/plain\r\n", b"<html>page", TextResponse),
        (b"Content-Type: application/pdf\r\n", b"%PDF\0\1", Response),
    ],
)  # fmt: skip
def test_page_is_what_its_type_says_or_what_it_is_without_its_transfer_coding(said, body, kind, monkeypatch):
    head = b"HTTP/1.1 200 OK\r\n" + said + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
    answer = Asked(monkeypatch, Response(URL, body=gzip.compress(body)), head).get()

    assert (type(answer), answer.body) == (kind, body)


@pytest.mark.parametrize(
    ("setting", "most", "whole"),
    [
        (0, {}, True), (10, {}, True), (9, {}, False), (0, {"download_maxsize": 10}, True),
        (0, {"download_maxsize": 9}, False), (9, {"download_maxsize": 0}, True), (9, {"download_maxsize": 10}, True),
    ],
)  # fmt: skip
def test_transfer_coding_is_undone_up_to_the_size_that_is_allowed(setting, most, whole, monkeypatch):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    asked = Asked(monkeypatch, Response(URL, body=PACKED), head)
    asked.handler._default_maxsize = setting
    if whole:
        assert asked.get(**most).body == b"<html>page"
    else:
        with pytest.raises(BodyTooLargeError, match=f"{URL}: the body is larger than 9 bytes"):
            asked.get(**most)


@pytest.mark.parametrize(
    ("fields", "body", "fails"),
    [
        (b"Content-Encoding: gzip\r\nX-Exceeds: 1\r\n", b"<html>", True),
        (b"Content-Encoding: gzip\r\n", b"<html>", False), (b"X-Exceeds: 1\r\n", b"<html>", False),
        (b"Content-Encoding: gzip\r\nX-Exceeds: 1\r\n", PACKED, False),
        (b"Content-Encoding: br, gzip\r\nX-Exceeds: 1\r\n", PACKED, False),
        (b"Content-Encoding: br, gzip\r\nX-Exceeds: 1\r\n", b"<html>", True),
        (b"Content-Encoding: br\r\nContent-Encoding: gzip\r\nX-Exceeds: 1\r\n", b"<html>", True),
        (b"Content-Encoding: gzip, br\r\nX-Exceeds: 1\r\n", b"<html>", False),  # br has no mark
    ],
)  # fmt: skip
def test_page_that_is_longer_than_it_says_and_not_in_its_coding_is_none(fields, body, fails, monkeypatch):
    asked = Asked(monkeypatch, Response(URL, body=body), b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n")
    if fails:
        said = f"{URL}: cannot undo Content-Encoding 'gzip': it is not in that coding, and longer than it says"
        with pytest.raises(ContentCodingError, match=said):
            asked.get()
    else:
        assert asked.get().body == body


@pytest.mark.parametrize("last", [True, False])
def test_answer_to_the_last_attempt_is_the_one_that_is_longer_than_it_says(last, monkeypatch):
    heads = [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"] * 2
    heads[last] = heads[last].replace(b"\r\n\r\n", b"\r\nX-Exceeds: 1\r\n\r\n")
    with pytest.raises(ContentCodingError) if last else contextlib.nullcontext():
        Asked(monkeypatch, Response(URL, body=b"<html>"), *heads).get()
