"""The Harbour Gazette, a made-up English paper: modern markup, JSON-LD, an RSS feed, addresses with the day in them.

The town, its people and what happens there are invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from newsspider.demo.site import ServedPage

if TYPE_CHECKING:
    from collections.abc import Iterable

HOST = "www.harbour.example"
BASE = f"https://{HOST}"
NAME = "The Harbour Gazette"

_SECTIONS = {"town": "Town", "sea": "Sea", "arts": "Arts"}
_AUTHORS = ("Ada Pinsent", "Tom Quayle", "Mina Orchard")
_HEADLINES = (
    ("town", "Old bridge reopens to walkers after nine months of repairs"),
    ("sea", "Ferry adds a late sailing for the winter season"),
    ("arts", "Library choir fills the old salt store for three nights"),
    ("town", "Market hall gets a new roof before the first frost"),
    ("sea", "Divers map the wreck that fishermen always knew about"),
    ("arts", "Painter turns a decade of tide tables into a single frieze"),
    ("town", "Night bus returns to the upper town at weekends"),
    ("sea", "Lighthouse keeper's log is read aloud for the first time"),
    ("arts", "Brass band rehearses in the station until its hall is dry"),
    ("town", "Schools share one kitchen and cook for eight hundred"),
    ("sea", "Volunteers count more seals than in any year since 1998"),
    ("arts", "A play about the harbour strike finds its first ending"),
)
_SENTENCES = (
    "People in {place} had waited for it since the spring, and many came on the first morning.",
    "The council put aside {n} thousand for the work, and says that not all of it was spent.",
    "“We wanted to do the simple thing well,” said {who}, who has worked on it from the start.",
    "Nothing changes for those who live nearby, except that the lights now go off at eleven.",
    "A second stage is planned for next year, when the ground is dry enough to dig again.",
    "By the end of the first week {n} visitors had signed the book that lies at the door.",
    "Not everybody is content: the noise of the pumps could be heard as far as the upper town.",
    "The figures were read out at a meeting on Tuesday, and nobody asked for them to be read again.",
    "Those who want to help are asked to bring gloves, and to come before nine.",
    "It is the first time in {n} years that the two sides have agreed on anything in writing.",
)
_PLACES = ("Ropewalk", "the Lower Quay", "Candle Street", "Saltmarsh", "the upper town")
_PEOPLE = ("Edith Marlow", "Sam Teague", "Ruth Penhale", "Jonas Bray")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The truth about one article."""

    path: str
    section: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    @property
    def url(self) -> str:
        return BASE + self.path


def _story(number: int) -> Story:
    section, title = _HEADLINES[number]
    at = datetime(2026, 11, 20, 7, 30, 10, tzinfo=UTC) - timedelta(hours=19 * number, minutes=7 * number)
    slug = "-".join("".join(each if each.isalnum() else " " for each in title.lower()).split()[:6])
    paragraphs = tuple(
        " ".join(
            _SENTENCES[(3 * number + 2 * paragraph + n) % len(_SENTENCES)].format(
                place=_PLACES[(number + paragraph) % len(_PLACES)],
                who=_PEOPLE[(number + n) % len(_PEOPLE)],
                n=10 + 7 * number + 3 * paragraph + n,
            )
            for n in range(3)
        )
        for paragraph in range(4)
    )
    return Story(
        path=f"/{at:%Y/%m/%d}/{slug}.html",
        section=section,
        title=title,
        author=_AUTHORS[number % len(_AUTHORS)],
        published_at=at,
        paragraphs=paragraphs,
    )


STORIES = tuple(_story(number) for number in range(len(_HEADLINES)))
"""The newest first."""


class Harbour:
    """The pages of the site by their request targets."""

    def __init__(self) -> None:
        self._pages = {
            "/robots.txt": ServedPage(
                body=f"User-agent: *\nDisallow: /search\nSitemap: {BASE}/sitemap.xml\n".encode(),
                content_type="text/plain",
            ),
            "/feed.xml": ServedPage(body=_feed(STORIES).encode(), content_type="application/rss+xml; charset=utf-8"),
            "/sitemap.xml": ServedPage(body=_sitemap(STORIES).encode(), content_type="application/xml"),
            "/": _html(NAME, "", _cards(STORIES)),
            "/about/": _html(f"About us | {NAME}", "", "<h1>About us</h1><p>We write about the harbour.</p>"),
        }
        for section, name in _SECTIONS.items():
            of_section = [story for story in STORIES if story.section == section]
            self._pages[f"/{section}/"] = _html(f"{name} | {NAME}", "", f"<h1>{name}</h1>{_cards(of_section)}")
        for number, story in enumerate(STORIES):
            others = [STORIES[(number + n) % len(STORIES)] for n in (1, 2, 3)]
            self._pages[story.path] = _html(f"{story.title} | {NAME}", _head(story), _article(story, others))

    def targets(self) -> tuple[str, ...]:
        return tuple(self._pages)

    def page(self, target: str) -> ServedPage | None:
        return self._pages.get(target.partition("?")[0])


def _html(title: str, head: str, body: str) -> ServedPage:
    sections = "".join(f'<li><a href="/{section}/">{name}</a></li>' for section, name in _SECTIONS.items())
    text = (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<link rel="alternate" type="application/rss+xml" title="{NAME}" href="/feed.xml">{head}</head>\n<body>'
        f'<header class="masthead"><a href="/">{NAME}</a><nav><ul>{sections}<li><a href="/about/">About</a></li>'
        f'<li><a href="/search?q=">Search</a></li></ul></nav></header>\n<main>{body}</main>\n'
        f"<footer><p>© 2026 {NAME}. All rights reserved.</p></footer></body></html>\n"
    )
    return ServedPage(body=text.encode(), content_type="text/html; charset=utf-8", transfer="gzip")


def _head(story: Story) -> str:
    about = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "@id": f"{BASE}/#paper", "name": NAME},
            {
                "@type": "NewsArticle",
                "headline": story.title,
                "datePublished": story.published_at.isoformat(),
                "author": [{"@type": "Person", "name": story.author}],
                "publisher": {"@id": f"{BASE}/#paper"},
                "articleSection": _SECTIONS[story.section],
            },
        ],
    }
    return (
        f'<link rel="canonical" href="{story.url}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{NAME}">'
        f'<script type="application/ld+json">{json.dumps(about)}</script>'
    )


def _article(story: Story, others: Iterable[Story]) -> str:
    paragraphs = "".join(f"<p>{escape(each)}</p>\n" for each in story.paragraphs)
    at = story.published_at
    return (
        f'<article class="story"><p class="story-section"><a href="/{story.section}/">'
        f"{_SECTIONS[story.section]}</a></p>"
        f'<h1 class="story-head">{escape(story.title)}</h1>'
        f'<div class="story-byline">By <a class="story-author" href="/about/">{story.author}</a> '
        f'<time class="story-time" datetime="{at.isoformat()}">{at:%d %B %Y, %H:%M} GMT</time></div>'
        f'<div class="story-body">{paragraphs}</div></article>'
        f'<aside class="more"><h2>More from {NAME}</h2>{_cards(others)}</aside>'
    )


def _cards(stories: Iterable[Story]) -> str:
    return "".join(
        f'<div class="card"><h3><a href="{story.path}">{escape(story.title)}</a></h3>'
        f'<time datetime="{story.published_at.isoformat()}">{story.published_at:%d %B %Y}</time></div>\n'
        for story in stories
    )


def _feed(stories: Iterable[Story]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{story.url}</link><guid>{story.url}</guid>"
        f"<pubDate>{format_datetime(story.published_at)}</pubDate></item>\n"
        for story in stories
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{NAME}</title>'
        f"<link>{BASE}/</link><description>{NAME}</description>\n{items}</channel></rss>\n"
    )


def _sitemap(stories: Iterable[Story]) -> str:
    urls = "".join(
        f"<url><loc>{story.url}</loc><lastmod>{story.published_at:%Y-%m-%d}</lastmod></url>\n" for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
    )
