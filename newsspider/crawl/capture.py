"""The live answer to a request: fetched from the network, and archived before anyone parses it.

The download handler of Scrapy, with the wire tap in its connections. Any result of a request is a record in the
collection by the time the request is answered: a response, a truncated one, or the reason why there is none.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from newsspider.crawl.connections import PrivateAddressError, Router, parse_connect_to
from newsspider.crawl.errand import ForRequisite, errand_of, note_capture
from newsspider.crawl.extensions.archive import Archive
from newsspider.crawl.outcome import outcome_of, words_of
from newsspider.crawl.tap import CURRENT, Tap, TapPool
from newsspider.errors import NewsspiderError
from newsspider.text.message import message
from newsspider.text.urls import MAX_LENGTH
from newsspider.warc.codings import MAX_BODY, ContentCodingError, decode, is_in_name_only
from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

    from newsspider.warc.exchange import Truncation
    from newsspider.warc.http import Head

logger = logging.getLogger(__name__)


class UncapturedResponseError(NewsspiderError):
    """A response came without its bytes: the tap no longer fits the HTTP client below it."""

    exit_code = 4

    def __init__(self, url: str):
        super().__init__(
            f"{url} was answered, but no bytes were recorded: the installed Scrapy or Twisted is not one that "
            "newsspider was tested with; install the versions of requirements.txt"
        )


class OverlongUrlError(NewsspiderError, IgnoreRequest):
    """A redirect leads to an address that is longer than any page's."""

    def __init__(self, url: str):
        super().__init__(f"{url[:200]}… has {len(url)} characters, more than {MAX_LENGTH}: not fetched")


class OverlongHeadError(NewsspiderError):
    """The head of an answer is longer than MAX_HEAD bytes."""

    kind = "too long"

    def __init__(self, url: str):
        super().__init__(f"{url}: the head of the answer is longer than {MAX_HEAD:,} bytes: broken off")


class CaptureHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler; every exchange goes to the :class:`Archive` of the crawl."""

    lazy = True

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        from twisted.internet import reactor

        trusting: Any = copy.copy(self._contextFactory)
        trusting._verify_certificates = False
        # Scrapy asks for TLS options at every request, though most reuse a connection.
        verifying: Any = OptionsOnce(self._contextFactory)
        self._contextFactory = verifying
        self._router = Router(
            connect_to=parse_connect_to(crawler.settings["CONNECT_TO"]),
            allow_private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
            verifying=verifying,
            trusting=OptionsOnce(trusting),
        )
        self._reactor = reactor
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._pool = TapPool(
            reactor,
            per_host=crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            route=self._route,
        )
        archive = crawler.get_extension(Archive)
        if archive is None:
            raise RuntimeError("CaptureHandler needs newsspider.crawl.extensions.archive.Archive in EXTENSIONS")
        self._archive = archive
        self._downloader: Any = crawler.engine.downloader

    def _route(self, key: Any, endpoint: Any) -> Any:
        """Choose where a new connection goes; *endpoint* is Twisted's own choice, kept for proxies."""
        tap = CURRENT.get()
        if tap is None or tap.proxied:
            return endpoint
        scheme, host, port, bind_address = key
        return _RoutedEndpoint(
            self._router, self._reactor, scheme, host.decode("ascii"), port, tap.timeout, bind_address
        )

    async def download_request(self, request: Request) -> Response:
        url = request.url.partition("#")[0]
        if len(url) > MAX_LENGTH:
            error = OverlongUrlError(url)
            logger.warning("%s", error)
            raise error
        timeout = request.meta.get("download_timeout") or self._timeout
        errand = errand_of(request)
        tap = Tap(
            proxied=bool(request.meta.get("proxy")),
            timeout=timeout,
            unread=isinstance(errand, ForRequisite) and not errand.is_read,
            on_sent=lambda: self._downloader.note_sent(request),
        )
        started = datetime.now(UTC)
        token = CURRENT.set(tap)
        try:
            response = await super().download_request(request)
        except (Exception, asyncio.CancelledError) as error:
            self._record_failure(error, url, request, tap, started)
            if tap.attempts and tap.attempts[-1].overlong:
                raise OverlongHeadError(url) from error
            if not str(error):  # the log would have no reason
                error.args = (words_of(error),)
            raise
        finally:
            CURRENT.reset(token)
        capture = self._archive.record(url, request.method, tap, truncated=_truncation_of(response.flags))
        if capture is None or capture.type is None:
            gap = UncapturedResponseError(url)
            self._archive.end_for(gap)
            raise gap
        note_capture(request, capture)
        answer = tap.attempts[-1].answer
        if answer is None or (head := answer.head) is None:
            return response
        return self._as_archived(response, head, request, exceeds_length=answer.exceeds_length)

    def _as_archived(self, response: Response, head: Head, request: Request, *, exceeds_length: bool) -> Response:
        """Say of the answer what its record says: each field as it came, every transfer coding undone."""
        response.headers = Headers(head.page_fields)
        if exceeds_length and (coded := head.content_codings) and is_in_name_only(response.body, coded[-1]):
            cause = message("it is not in that coding, and longer than it says")
            raise ContentCodingError(response.url, coded[-1], cause)
        if not (codings := head.transfer_codings):
            return response
        limit = request.meta.get("download_maxsize", self._default_maxsize) or MAX_BODY
        whole = _truncation_of(response.flags) is None
        body = decode(response.body, codings, limit=limit, place=response.url, whole=whole)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)

    def _record_failure(
        self, error: BaseException, url: str, request: Request, tap: Tap, started: datetime
    ) -> None:
        outcome = outcome_of(error)
        if isinstance(error, PrivateAddressError):
            logger.warning("%s: %s", url, error)
        self._archive.record(
            url,
            request.method,
            tap,
            truncated=_TRUNCATED.get(outcome, "unspecified"),
            failure=f"{outcome}: {words_of(error)}",
        )
        if not (tap.attempts and tap.attempts[-1].begun):
            self._archive.note(url, request.method, started=started, outcome=outcome, detail=words_of(error))


@implementer(IPolicyForHTTPS)
class OptionsOnce:
    """Makes the TLS options of a host once: they serve any number of connections."""

    def __init__(self, policy: Any):
        self.creatorForNetloc = lru_cache(maxsize=256)(policy.creatorForNetloc)


@implementer(IStreamClientEndpoint)
class _RoutedEndpoint:
    """Makes the real endpoint when a connection is needed; most requests reuse one."""

    def __init__(
        self, router: Router, reactor: Any, scheme: bytes, host: str, port: int, timeout: float, bind: Any
    ):
        self._make = lambda: router.endpoint(
            reactor, scheme, host, port, timeout=timeout, bindAddress=bind
        )

    def connect(self, factory: Any) -> Deferred[Any]:
        result: Deferred[Any] = self._make().connect(factory)
        return result


_TRUNCATED: dict[str, Truncation] = {"time": "time", "length": "length", "disconnect": "disconnect"}
"""WARC-Truncated of an outcome, where bytes had arrived; all else is ``unspecified``."""


def _truncation_of(flags: list[str]) -> Truncation | None:
    """Tell what is missing from a response that Scrapy let through, by its flags."""
    if "dataloss" in flags:
        return "disconnect"
    return "unspecified" if "download_stopped" in flags else None
