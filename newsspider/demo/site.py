"""The demo site: which page stands at which address, and the truth about its articles.

Two processes that name the same number of articles and the same seed build the same site, to the byte. What
the pages say is in ``stories.py``, how they look in ``pages.py``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Literal
from zlib import crc32

from newsspider.demo import pages, pictures, stories
from newsspider.demo.stories import BASE, CHANNELS, CLOCK, HOST, Card, Kind, Story

HOSTS = (HOST, "kankanews.com", "skin.kankanews.com", "static.statickksmg.com", "mediaplay.kksmg.com")
"""Every name that the pages mention; the demo server answers for all of them."""

PER_PAGE = 12
"""Cards on one page of a list."""

Transfer = Literal["gzip", "chunked", "chunked-gzip", "plain"]
_TRANSFERS: tuple[Transfer, ...] = (
    "gzip", "chunked-gzip", "gzip", "plain", "gzip", "chunked", "gzip", "gzip", "chunked-gzip", "gzip",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPage:
    """The server's answer for one address, before it is framed."""

    body: bytes
    content_type: str
    status: int = 200
    location: str | None = None
    modified: datetime = CLOCK
    transfer: Transfer = "plain"


class Site:
    """The demo site: ``expected()`` is the truth, ``page(target)`` what a visitor gets."""

    def __init__(self, *, articles: int = 120, seed: int = 1, redesigned: bool = False):
        self.articles = articles
        self.seed = seed
        self.redesigned = redesigned
        self.stories = stories.tell(articles, seed)

    def expected(self) -> tuple[Story, ...]:
        """Every article that a crawl of the whole site ends with, each once, newest first."""
        return self.stories

    def targets(self) -> tuple[str, ...]:
        """Every address that has a page of its own, as request targets. Pictures and videos are not here."""
        return (*self._others, *self._articles)

    def page(self, target: str) -> ServedPage | None:
        """The page at a request target; None when there is none. A query that selects nothing is ignored."""
        page = self._page(target)
        return _redesigned(page) if page and self.redesigned else page

    def _page(self, target: str) -> ServedPage | None:
        path = target.partition("?")[0]
        if page := self._others.get(target) or self._others.get(path):
            return page
        if story := self._articles.get(path):
            return _article_page(story)  # made each time, because a site of many thousands does not fit in memory twice
        return _media(path)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Further addresses of an article, each with its canonical one: never a second article."""
        aliases = {BASE + path: story.url for path, (story, _) in self._doubles.items()}
        if legacy := self._of_kind("legacy"):
            aliases |= {
                f"{legacy[0].url}?appid=620799": legacy[0].url,
                f"{legacy[-1].url}?fromvsogou=1": legacy[-1].url,
                legacy[0].url.replace("https:", "http:"): legacy[0].url,
            }
        return aliases

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Addresses that pages link to and robots.txt closes."""
        return (f"{BASE}/private/", f"{BASE}/private/detail/Ab3dEf6hIj9", f"{BASE}/detail/Pr1vAtePage")

    @property
    def missing(self) -> tuple[str, ...]:
        """Addresses in article form that pages link to: one answers 404, one says so under a 200."""
        return (f"{BASE}/detail/N0tF0undPag", f"{BASE}/detail/S0ftM1ssing")

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The links of the home page besides the stories: every address that is odd in some way."""
        return (*self.aliases, *self.missing, *self.forbidden)

    def _of_kind(self, kind: Kind) -> list[Story]:
        return [story for story in self.stories if story.kind == kind]

    @cached_property
    def _articles(self) -> dict[str, Story]:
        return {story.path: story for story in self.stories}

    @cached_property
    def _others(self) -> dict[str, ServedPage]:
        """Every page that is not the page of a story at its own address."""
        return self._lists() | self._odd_pages() | _plain_files()

    def _lists(self) -> dict[str, ServedPage]:
        current = [story for story in self.stories if not story.legacy]
        legacy = [story for story in self.stories if story.legacy]
        latest = [story.card for story in current[:40]]
        lists = {
            "/": _html(pages.home(latest, [story.card for story in legacy[:8]], self.unlisted)),
            "/k24": _html(pages.k24(latest)),
        }
        for channel in CHANNELS:
            cards = [story.card for story in current if story.channel is channel]
            addresses = _addresses(len(cards), first=channel.path, later=channel.path + "?page={}")
            for address, shown in zip(addresses, _paged(cards), strict=True):
                lists[address] = _html(pages.channel(channel, shown, addresses))
        cards = [story.card for story in legacy]
        addresses = _addresses(len(cards), first="/xinwen/", later="/xinwen/?page={}")
        for address, shown in zip(addresses, _paged(cards), strict=True):
            lists[address] = _html(pages.legacy_list(shown, addresses))
        return lists

    def _odd_pages(self) -> dict[str, ServedPage]:
        absent, soft = (url.removeprefix(BASE) for url in self.missing)
        about = _html(pages.about())
        odd = {
            "/about/": about,
            "/about/index.shtml": about,  # the identical payload at a second address
            absent: replace(_html(pages.not_found()), status=404),
            soft: _html(pages.not_found()),
            "/private/": _html(pages.about()),
        }
        return odd | {path: page for path, (_, page) in self._doubles.items()}

    @cached_property
    def _doubles(self) -> dict[str, tuple[Story, ServedPage]]:
        """Pages that stand for a story at another address than its own."""
        current = self._of_kind("current")
        first, last = current[0], current[-1]
        older = replace(first, kind="legacy")
        moved = _html(pages.moved(last.url))
        return {
            # The same bytes and an older layout; both name the other address as canonical.
            f"/detail/{stories.page_id(Random(f'{self.seed}/double'))}": (first, _article_page(first)),
            f"/a/{first.published_at:%Y-%m-%d}/0030000001.shtml": (first, _article_page(older)),
            "/news/2048.html": (last, replace(moved, status=302, location=last.url)),
        }


def _redesigned(page: ServedPage) -> ServedPage:
    """Give every class another name, as a build tool does with the next release of a site."""
    if not page.content_type.startswith("text/html"):
        return page
    return replace(page, body=re.sub(rb'(?<= class=")[^"]+', _renamed, page.body))


def _renamed(classes: re.Match[bytes]) -> bytes:
    return b" ".join(b"%s_%04x" % (name, crc32(name) & 0xFFFF) for name in classes[0].split())


def _plain_files() -> dict[str, ServedPage]:
    css = "text/css; charset=utf-8"
    return {
        "/robots.txt": ServedPage(body=pages.ROBOTS.encode(), content_type="text/plain"),
        "/css/site.css": ServedPage(body=pages.STYLE.encode(), content_type=css, transfer="gzip"),
        "/css/base.css": ServedPage(body=pages.BASE_STYLE.encode(), content_type=css, transfer="chunked-gzip"),
        "/js/site.js": ServedPage(
            body=pages.SCRIPT.encode(), content_type="text/javascript; charset=utf-8", transfer="gzip"
        ),
        "/fonts/icons.woff2": ServedPage(body=_no_font(), content_type="font/woff2"),
    }


def _media(path: str) -> ServedPage | None:
    """A picture or a video; made when asked for, because a large site has as many as it has stories."""
    if path.startswith("/image/") and path.endswith(".png"):
        name = path.rpartition("/")[2].removesuffix(".png").removesuffix("_320x240")
        scene = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 24
        return ServedPage(body=pictures.png(scene, name), content_type="image/png")
    if path.startswith("/video/") and path.endswith(".mp4"):
        return ServedPage(body=_no_film(path), content_type="video/mp4")
    return None


def _no_font() -> bytes:
    """Noise after the signature of a font: a body of the right type and size, without a letter."""
    return b"wOF2" + Random("font").randbytes(12 * 1024)


def _no_film(name: str) -> bytes:
    """The boxes of an MP4 file with noise for a film: a body of the right type and size, nothing to watch."""
    kind = (20).to_bytes(4, "big") + b"ftypisom\0\0\2\0isom"
    noise = Random(name).randbytes(96 * 1024)
    return kind + (8 + len(noise)).to_bytes(4, "big") + b"mdat" + noise


def _addresses(cards: int, *, first: str, later: str) -> list[str]:
    return [first, *(later.format(number) for number in range(2, -(-cards // PER_PAGE) + 1))]


def _paged(cards: list[Card]) -> list[list[Card]]:
    """Cards page by page; an empty list has one empty page."""
    return [cards[start : start + PER_PAGE] for start in range(0, len(cards) or 1, PER_PAGE)]


def _article_page(story: Story) -> ServedPage:
    charset = "gb2312" if story.kind == "legacy-gbk" else "utf-8"
    return _html(pages.article(story), charset=charset, modified=story.published_at)


def _html(text: str, *, charset: str = "utf-8", modified: datetime = CLOCK) -> ServedPage:
    # What says gb2312 is GBK in truth, as on many a Chinese site of that age.
    body = text.encode("gbk" if charset == "gb2312" else charset, "xmlcharrefreplace")
    return ServedPage(
        body=body,
        content_type=f"text/html; charset={charset}",
        modified=modified,
        # Chosen by the body, so that what is equal stays equal on the wire.
        transfer=_TRANSFERS[crc32(body) % len(_TRANSFERS)],
    )
