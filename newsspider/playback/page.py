"""The page at which replay opens: the archived articles, with a search that needs no script."""

from __future__ import annotations

from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from newsspider.playback.catalogue import Catalogue, Listed

PAGE_SIZE = 50

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of the page: whatever a title contains, it runs nothing and loads nothing."""

AS_IT_IS = "/:?&=%;,@!$~*+()[]"
"""What is not escaped of an address that becomes the end of one of ours."""

_PAGE = Template((files("newsspider.playback") / "page.html").read_text(encoding="utf-8"))


def as_html(catalogue: Catalogue, collection: str, *, text: str = "", channel: str = "", number: int = 1) -> str:
    """Return page *number* of the articles of *channel*, or of all, that have *text* in title or address."""
    count = catalogue.count(text, channel)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, number), last)
    listed = catalogue.page(text, channel, size=PAGE_SIZE, number=number)
    path = quote(collection)
    return _PAGE.substitute(
        collection=escape(collection),
        path=escape(path),
        text=escape(text),
        summary=_summary(catalogue, count, text, channel),
        channels=_channels(catalogue.channels(), channel),
        articles="".join(_article(path, each, catalogue.captures(each.url)) for each in listed),
        turning=_turning(text, channel, number, last) if last > 1 else "",
    )


def _summary(catalogue: Catalogue, count: int, text: str, channel: str) -> str:
    what = "archived article" if catalogue.from_feed else "archived page"
    found = f"{count:,} {what}{'s' * (count != 1)}"
    if text:
        found += f" with “{escape(text)}”"
    if channel:
        found += f" in {escape(channel)}"
    if not catalogue.from_feed:
        found += ". The collection has no records, so its index is listed"
    if catalogue.unreadable:
        found += f". {catalogue.unreadable:,} lines of the feed are no record; scrapy verify names them"
    return found


def _channels(channels: list[tuple[str, int]], chosen: str) -> str:
    if not channels:
        return ""
    options = "".join(
        f'<option value="{escape(name)}"{" selected" * (name == chosen)}>{escape(name)} ({articles:,})</option>'
        for name, articles in channels
    )
    return f'<select name="channel" aria-label="Channel"><option value="">All channels</option>{options}</select>\n'


def _article(path: str, article: Listed, captures: int) -> str:
    facts = [escape(article.channel), _published(article.published)]
    if len(article.versions) > 1:
        links = ", ".join(_capture(path, each.captured, each.url) for each in article.versions)
        facts.append(f"{len(article.versions)} versions: {links}")
    else:
        facts.append(f"captured {_capture(path, article.captured, article.url)} UTC")
    if captures > 1:
        facts.append(f'<a href="{_address(path, "*", article.url)}">{captures:,} captures</a>')
    return (
        f'<li><h2><a href="{_address(path, article.captured, article.url)}">{escape(article.title)}</a></h2>'
        f"<p>{''.join(f'<small>{fact}</small>' for fact in facts if fact)}</p></li>\n"
    )


def _published(iso: str) -> str:
    """Write the time as printed by the site, in its own zone.

    >>> _published("2019-01-09T17:04:22+08:00")
    '<time datetime="2019-01-09T17:04:22+08:00">2019-01-09 17:04</time>'
    """
    if not iso:
        return ""
    return f'<time datetime="{escape(iso)}">{datetime.fromisoformat(iso):%Y-%m-%d %H:%M}</time>'


def _capture(path: str, captured: str, url: str) -> str:
    moment = datetime.strptime(captured, "%Y%m%d%H%M%S")
    return f'<a href="{_address(path, captured, url)}">{moment:%Y-%m-%d %H:%M}</a>'


def _address(path: str, captured: str, url: str) -> str:
    """Return where a capture is replayed. The address in it stays as it is, but for what would end it.

    >>> _address("demo", "20260130080000", 'https://a.example/?a="&b=%20#c')
    '/demo/20260130080000/https://a.example/?a=%22&amp;b=%20%23c'
    """
    return escape(f"/{path}/{captured}/{quote(url, safe=AS_IT_IS)}")


def _turning(text: str, channel: str, number: int, last: int) -> str:
    def link(to: int, words: str) -> str:
        if not 1 <= to <= last:
            return "<span></span>"
        asked = {key: value for key, value in (("q", text), ("channel", channel), ("page", str(to))) if value}
        return f'<a href="/?{escape(urlencode(asked))}">{words}</a>'

    return f"{link(number - 1, '← newer')}<span>{number:,} of {last:,}</span>{link(number + 1, 'older →')}"
