"""Obeys robots.txt (RFC 9309), also when many requests need it at once."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from newsspider.crawl.connections import PrivateAddressError
from newsspider.crawl.extensions.archive import Archive
from newsspider.crawl.outcome import words_of
from newsspider.crawl.robots import availability
from newsspider.runs.ledger import ROBOTS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

class ForbiddenByRobotsError(IgnoreRequest):
    """The site's robots.txt, or want of one that can be read, forbids a page."""

    outcome = ROBOTS


_NOTHING_ALLOWED = b"User-agent: *\nDisallow: /"


class RobotsTxtMiddleware(ScrapyRobotsTxtMiddleware):
    """Scrapy's, with five mends.

    * Scrapy 2.14-2.19 lets all but the first of several simultaneous requests through: here one request a host asks
      for robots.txt, and the others wait for the answer.
    * robots.txt that answers 4xx allows everything; one that answers 5xx, 429 or what leaves its rules unknown, or not
      at all, allows nothing (RFC 9309, 2.3.1.3 and 2.3.1.4; ``availability``).
    * robots.txt that lies on another host is read there (RFC 9309, 2.3.1.2).
    * Crawl-delay is kept, up to ``CRAWL_DELAY_MAX``: it raises the delay of its host, and never lowers it.
    * What is not fetched for the sake of robots.txt leaves a note in the archive: of what it forbids, or that it could
      not be fetched.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self._unread: dict[str, str] = {}
        """Why robots.txt of a host could not be fetched."""
        self._archive = crawler.get_extension(Archive)
        self._max_delay = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        # This signal comes before any request that waits for the rules goes on.
        crawler.signals.connect(self._robots_parsed, signals.robots_parsed)

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # without the old argument
        if request.meta.get("dont_obey_robotstxt") and urlsplit(request.url).path == "/robots.txt":
            request.meta["allow_offsite"] = True
        await super().process_request(request)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        async with self._locks.setdefault(urlsplit(request.url).netloc, asyncio.Lock()):
            return await super().robot_parser(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            unread = self._unread.get(urlsplit(request.url).netloc)
            why = str(error) if unread is None else f"robots.txt cannot be fetched: {unread}"
            if self._archive is not None:
                self._archive.note(request.url, request.method, started=datetime.now(UTC), outcome="robots", detail=why)
            raise ForbiddenByRobotsError(why) from error

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        agent = self._robotstxt_useragent or request.headers.get(b"User-Agent") or self._default_useragent
        delay = robotparser.crawl_delay(agent)
        if not delay:
            return
        if delay > self._max_delay:
            logger.warning(
                "robots.txt of %s asks for %g s between two requests; it gets %g s (CRAWL_DELAY_MAX)",
                urlsplit(request.url).netloc, delay, self._max_delay,
            )  # fmt: skip
        downloader: Any = self.crawler.engine.downloader
        downloader.keep_delay(downloader.get_slot_key(request), min(delay, self._max_delay))

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        found = availability(response.status)
        if found == "unreachable":
            logger.warning("%s answered %s: nothing of %s is crawled", response.url, response.status, netloc)
            self._unread[netloc] = f"HTTP {response.status}"
            response = response.replace(body=_NOTHING_ALLOWED)
        elif found == "unavailable":
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        super()._robots_error(exc, netloc)
        # An ignored request says nothing of the host; one that failed says that its rules are not known, and so does
        # one that was led from a public host to a private one.
        astray = isinstance(exc, PrivateAddressError) and exc.host != urlsplit(f"//{netloc}").hostname
        if astray or not isinstance(exc, IgnoreRequest):
            logger.warning("robots.txt of %s cannot be fetched (%s): nothing of it is crawled", netloc, exc)
            self._unread[netloc] = words_of(exc)
            self._parsers[netloc] = self._parserimpl.from_crawler(self.crawler, _NOTHING_ALLOWED)
