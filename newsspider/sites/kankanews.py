"""Kankanews (看看新闻, www.kankanews.com).

Two generations of article pages are alive: ``/detail/<id>``, rendered by Nuxt 2 with its state embedded, and
``/a/YYYY-MM-DD/<number>.shtml`` of an older content system. Few class names are known for certain, so the visible
landmarks carry most of a page; what is known of the site stands in the tables below and nowhere else.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsspider.items import Article, Video
from newsspider.urls import clean_url
from newsspider.witnesses import article, state
from newsspider.witnesses.article import Parsed, Site, UnparsedPageError
from newsspider.witnesses.landmarks import Words
from newsspider.witnesses.links import ArticleLink, Links, last_day, read_links

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsspider.witnesses.page import Page

__all__ = ["UnparsedPageError"]  # raised by parse()

NAME = "kankanews"
PARSER_VERSION = "2"
DOMAINS = ("kankanews.com",)
CDN_DOMAINS = ("kksmg.com", "statickksmg.com")
"""Where its pictures, video files, style sheets and scripts are, besides."""
START_URLS = (
    "https://www.kankanews.com/",
    "https://www.kankanews.com/k24",
    "https://www.kankanews.com/xinwen/",
)

# ------------------------------------------------------------------------------------------------- what pages say

SELECTORS = {
    "current": {
        "title": ".detail-main .bt, h1.video-bt",
    },
    "legacy": {
        "title": ".nrHeader h1",
        "published_at": ".time",
        "source": ".resource",
        "body": ".textBody",
        "keywords": ".keywords > em > a",
    },
}

WORDS = Words(
    toolbar=("点赞", "收藏", "分享", "用手机看"),
    notice=r"[【\[]版权声明[】\]]|版权声明\s*(?:[:\uff1a]|$)|版权声明\s(?=本)",
    keywords=r"[【\[]?(?:关键[词字]|标签)",
    comments=r"全部评论\W*\d*\W*$",
    recommended=r"推荐视频\W*(?:更多|全部|换一[换批])?\W*$",
    footer=(
        r"[•·\s]*(?:关于我们|网上有害信息举报专区)$|举报电话\s*[:\uff1a]|Copyright|©"
        r"|\S{2,20}许可证\s*[:\uff1a]\s*\S{0,8}\d|\S{0,10}ICP备\d"
    ),
    no_comments=r"暂无评论",
    comments_closed=r"评论(?:功能)?(?:已|暂时)?关闭",
    login_to_comment=r"请?先?登录后(?:发表)?评论",
    comment_count=r"全部评论\W*(\d{1,9})",
)

# ``video_info``, ``play_url`` and ``cover`` are known; the other names are the usual ones and were not seen.
STATE = state.Names(
    address="/detail/{}",
    id=("id", "article_id", "news_id"),
    title=("title", "headline"),
    body=("content", "body", "text", "detail"),
    published_at=("publish_time", "published_at", "pub_time", "onlinetime", "create_time", "time"),
    source=("source_name", "source", "origin", "author"),
    channel=("channel_name", "channel", "column_name", "program_name", "category"),
    keywords=("keywords", "keyword", "tags"),
    notice=("copyright", "copyright_notice"),
    comment_count=("comment_count", "comment_num"),
    duration=("duration", "video_time"),
    video=("video_info", "video"),
    video_url=("play_url", "url", "src"),
    poster=("cover", "poster", "image"),
)

# The name stands before the look behind it, so that the page is searched for it and not tried at every word.
_LEGACY_TITLE = re.compile(r'g\.title(?<=\bg\.title)\s*=\s*"([^"\n]{1,400})"')
_LEGACY_VIDEO = re.compile(r'omsid(?<=\bomsid)\s*=\s*"(\d{1,20})"')


def _scripts(page: Page) -> dict[str, Any]:
    """What the inline scripts of legacy pages say."""
    said: dict[str, Any] = {}
    if published_from_url(page.url) is None:
        return said
    if title := _LEGACY_TITLE.search(page.text):
        said["title"] = title[1]
    if video := _LEGACY_VIDEO.search(page.text):
        said["videos"] = [Video(media_id=video[1])]
    return said


# ------------------------------------------------------------------------------------------------- addresses

# The path is the article. Every query that was seen behind one (appid, fromvsogou) says how a reader came.
_ARTICLE = re.compile(
    r"(?i:https?://(?:www\.)?kankanews\.com)(?::80|:443)?"
    r"/(?:detail/(?P<id>[0-9A-Za-z]{8,16})/?|a/(?P<day>\d{4}-\d\d-\d\d)/(?P<number>\d{1,20})\.shtml)(?:[?#].*)?",
    re.ASCII,
)
_HOSTS = frozenset(("kankanews.com", "www.kankanews.com"))
# One or two plain words: /k24, /xinwen/, /channel/shixun.
_LIST_PATH = re.compile(r"/(?:[a-z0-9_-]{1,40}(?:/[a-z0-9_-]{1,40})?/?)?")
_NO_LISTS = re.compile(r"/(?:about|app|ad|contact|download|feedback|help|law|links?|login|my|search|user)(?:/|$)")


@lru_cache(maxsize=1024)  # the same cards stand on many pages
def page_id(url: str) -> str | None:
    """What names an article of this site, from its address; ``None`` for every other address.

    >>> page_id("https://www.kankanews.com/detail/LMwVGgj402z?appid=620799")
    'LMwVGgj402z'
    >>> page_id("http://www.kankanews.com/a/2020-02-13/0039150329.shtml")
    '2020-02-13/0039150329'
    >>> page_id("https://www.kankanews.com/k24")
    """
    match = _ARTICLE.fullmatch(url)
    return match and (match["id"] or f"{match['day']}/{match['number']}")


def article_url(page_id_: str) -> str | None:
    """Canonical address of the article that ``page_id`` calls so; ``None`` where it calls none so.

    >>> article_url("2020-02-13/0039150329")
    'https://www.kankanews.com/a/2020-02-13/0039150329.shtml'
    >>> article_url("k24")
    """
    urls = (f"https://www.kankanews.com/{path}" for path in (f"detail/{page_id_}", f"a/{page_id_}.shtml"))
    return next((url for url in urls if page_id(url) == page_id_), None)


def is_article(url: str) -> bool:
    return page_id(url) is not None


def is_list(url: str) -> bool:
    """Whether the page may list articles: the home page, ``/k24``, channels.

    >>> is_list("https://www.kankanews.com/k24"), is_list("https://www.kankanews.com/detail/LMwVGgj402z")
    (True, False)
    """
    match = re.fullmatch(r"https://([^/]+)(/[^?]*)(?:\?.*)?", url)
    return bool(
        match
        and match[1] in _HOSTS
        and _LIST_PATH.fullmatch(match[2])
        and not _NO_LISTS.match(match[2])
        and not is_article(url)
    )


@lru_cache(maxsize=1024)
def canonical_url(url: str) -> str:
    """The one address of a page of this site; raises ``UrlError`` for what is no web address.

    https, the host with ``www``, no fragment, no tracking parameters, and behind an article none at all. Addresses of
    other sites are only cleaned.

    >>> canonical_url("http://kankanews.com/a/2020-02-13/0039150329.shtml?fromvsogou=1#top")
    'https://www.kankanews.com/a/2020-02-13/0039150329.shtml'
    """
    match = _ARTICLE.fullmatch(url) or _ARTICLE.fullmatch(url := clean_url(url))
    if match:
        path = f"detail/{match['id']}" if match["id"] else f"a/{match['day']}/{match['number']}.shtml"
        return f"https://www.kankanews.com/{path}"
    return re.sub(r"https?://(?:www\.)?kankanews\.com/", "https://www.kankanews.com/", url, count=1)


def published_from_url(url: str) -> date | None:
    """The day in the address of a legacy article.

    >>> published_from_url("https://www.kankanews.com/a/2020-02-13/0039150329.shtml")
    datetime.date(2020, 2, 13)
    """
    match = _ARTICLE.fullmatch(url)
    try:
        return date.fromisoformat(match["day"]) if match and match["day"] else None
    except ValueError:
        return None


# ------------------------------------------------------------------------------------------------- the parser

SITE = Site(
    name=NAME,
    parser_version=PARSER_VERSION,
    selectors=SELECTORS,
    words=WORDS,
    state_names=STATE,
    state_hint=b"video_info:{",
    page_title=re.compile(r"(?P<title>.+)_(?P<channel>[^_]+)_看看新闻网?"),
    title_suffix=re.compile(r"_[^_]+_看看新闻网?$|_看看新闻网?$"),
    scripts=_scripts,
    page_id=page_id,
    canonical_url=canonical_url,
    published_from_url=published_from_url,
    is_list=is_list,
    expected=("title", "published_at", "source", "channel", "body_text"),
)


def parse_page(body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime) -> Parsed:
    """The article of a page and the facts in its footer; see ``parse``."""
    return article.parse(SITE, body, url, headers, captured_at)


def parse(body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime) -> Article:
    """Make the record of one page: a pure function; ``archive`` is left to the caller.

    *body* is content-decoded, *captured_at* aware. Raises ``UnparsedPageError`` for a page that is no article.
    """
    return parse_page(body, url, headers, captured_at).article


# ------------------------------------------------------------------------------------------------- list pages


def links(body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]) -> Links:
    """The articles that a list page shows, and the lists that it leads to."""
    return read_links(SITE, body, url, headers)


def listed_on(link: ArticleLink, captured_at: datetime) -> date | None:
    """The last day on which the listed article can have been published, as far as the list tells."""
    return last_day(SITE, link, captured_at)
