"""Made-up news sites of which newsspider has no file, each a few pages: for crawls that have to find out themselves."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsspider.demo.site import ServedPage
from tests.servers.changing import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HOST = "www.gazette.example"
BASE = f"https://{HOST}"


class MadeUp:
    """Serves *pages* by their path, and counts in ``asked`` what it is asked for; *otherwise* answers the rest."""

    def __init__(
        self, pages: Mapping[str, ServedPage | str], otherwise: Callable[[str], ServedPage | None] = lambda path: None
    ):
        self.pages = {path: page if isinstance(page, ServedPage) else html(page) for path, page in pages.items()}
        self.asked: Counter[str] = Counter()
        self._otherwise = otherwise

    def targets(self) -> tuple[str, ...]:
        return ()  # the server asks for each page anew

    def page(self, target: str) -> ServedPage | None:
        self.asked[target] += 1
        return self.pages.get(target) or self._otherwise(target)


@contextmanager
def connected(site: MadeUp, *hosts: str) -> Iterator[str]:
    """Serve *site* as *hosts*; give the CONNECT_TO that leads there."""
    with serving(site) as connect_to:
        https = re.search(r":443:(127\.0\.0\.1:\d+)", connect_to)
        assert https is not None
        yield ",".join(f"{host}:443:{https[1]}" for host in hosts or (HOST,))


def html(text: str) -> ServedPage:
    return ServedPage(body=text.encode(), content_type="text/html; charset=utf-8")


def xml(text: str, content_type: str = "application/xml") -> ServedPage:
    return ServedPage(body=f"<?xml version='1.0' encoding='utf-8'?>{text}".encode(), content_type=content_type)


def robots(text: str = "User-agent: *\nDisallow:\n") -> ServedPage:
    return ServedPage(body=text.encode(), content_type="text/plain")


def article(title: str, *, path: str = "", published: str = "2026-11-20T08:00:00+00:00", more: str = "") -> str:
    """An article as many sites have it: its markup says what is what, and metadata says it again."""
    paragraphs = (
        f"{title}, as those who came to see it for themselves said on Friday morning at the old town hall.",
        "The council wants to hear from everybody who lives nearby before it decides in the new year.",
    )
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": published,
        "articleBody": "\n".join(paragraphs),
    }  # fmt: skip
    link = f'<link rel="canonical" href="{BASE}{path}">' if path else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Gazette</title>{link}'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<script type="application/ld+json">{json.dumps(said)}</script></head><body>'
        '<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/about-us">About us</a></nav>'
        f'<main><article><h1>{title}</h1><p><time datetime="{published}">20 November 2026</time></p>'
        f"{''.join(f'<p>{each}</p>' for each in paragraphs)}{more}</article></main>"
        "<footer>© The Gazette</footer></body></html>"
    )


def front(*links: str, head: str = "") -> str:
    items = "".join(f'<li><a href="{link}">{_text(link)}</a></li>' for link in links)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Gazette</title>{head}</head><body>'
        '<nav><a href="/world">World</a> <a href="/about-us">About us</a> <a href="/login">Log in</a></nav>'
        f"<ul>{items}</ul><footer>© The Gazette</footer></body></html>"
    )


def _text(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2].replace("-", " ").capitalize()


FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'


def rss(*paths: str, date: str = "Fri, 20 Nov 2026 08:00:00 GMT") -> ServedPage:
    dated = f"<title>t</title><pubDate>{date}</pubDate>"
    items = "".join(f"<item>{dated}<link>{BASE}{path}</link></item>" for path in paths)
    return xml(f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>", "application/rss+xml")


def sitemap(*paths: str, news: bool = False, lastmod: str = "2026-11-20") -> ServedPage:
    date = f"<lastmod>{lastmod}</lastmod>"
    if news:
        date = f"<n:news><n:publication_date>{lastmod}</n:publication_date></n:news>"
    urls = "".join(f"<url><loc>{BASE}{path}</loc>{date}</url>" for path in paths)
    return xml(f"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>")


def index(*paths: str) -> ServedPage:
    sitemaps = "".join(f"<sitemap><loc>{BASE}{path}</loc></sitemap>" for path in paths)
    return xml(f"<sitemapindex>{sitemaps}</sitemapindex>")
