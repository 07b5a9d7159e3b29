"""Functions that all pages share: they make answers, and write times, badges and addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse

from newsspider.browser import cache
from newsspider.browser.bigrams import spans
from newsspider.browser.guard import policy
from newsspider.history.names import named
from newsspider.terminal.called import program
from newsspider.text.escaping import as_html
from newsspider.text.language import N_, _
from newsspider.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.browser.context import Browser

_BESIDE = "/:@!$&'()*+,;=~"
"""What is not escaped of an id in an address."""


def page(
    browser: Browser, template: str, *, status: int = 200, frames: str | None = None, styles: str = "", **values: Any
) -> HTMLResponse:
    """Answer with the page that a template of this directory makes."""
    html = render(
        f"browser/pages/{template}.html",
        collections=list(browser.shelf.all),
        unread=browser.shelf.problems(),
        when=when,
        day=day,
        iso=iso,
        badges=badges,
        address=address,
        marked=marked,
        event_name=named,
        program=program,
        **values,
    )
    headers = {"Content-Security-Policy": policy(frames=frames, styles=styles)}
    # Lone surrogates of a stranger are written out in it already.
    return HTMLResponse(html, status_code=status, headers=headers)


def address(page: str, collection: str, article_id: str = "", /, **asked: object) -> str:
    """Return the address of a page about a collection, or an article in it.

    >>> address("article", "demo", "a.cn:/b?c#d", v=2, q="")
    '/article/demo/a.cn:/b%3Fc%23d?v=2'
    """
    path = f"/{page}/{quote(collection, safe='')}"
    if article_id:
        path += f"/{quote(article_id, safe=_BESIDE)}"
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


def when(seconds: int) -> str:
    """Write a moment of ours, which is UTC.

    >>> when(1_769_760_000)
    '2026-01-30 08:00 UTC'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def iso(seconds: int) -> str:
    """Write a moment for programs.

    >>> iso(1_769_760_000)
    '2026-01-30T08:00:00Z'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def day(printed: str) -> str:
    """Write the time that a site prints, in its own zone, with that.

    >>> day("2019-01-09T17:04:22+08:00"), day("2026-11-20T09:44:46Z")
    ('2019-01-09 17:04 +08:00', '2026-11-20 09:44 +00:00')
    """
    text = datetime.fromisoformat(printed).isoformat(timespec="minutes")
    return f"{text[:10]} {text[11:16]} {text[16:]}"


_EMBEDS = {
    "video": N_("Video"), "audio": N_("Recording"), "post": N_("Post"), "map": N_("Map"), "frame": N_("Embedded page"),
    "image": N_("Picture"),
}  # fmt: skip


def embed_name(kind: str) -> str:
    """Write what another page shows in a text, for a person."""
    return _(_EMBEDS.get(kind, _EMBEDS["frame"]))


_BADGES = (
    (cache.GONE, "bad", N_("gone")),
    (cache.RESTORED, "good", N_("restored")),
    (cache.SILENT, "bad", N_("silently edited")),
    (cache.HEADLINE, "note", N_("headline changed")),
    (cache.EDITED, "note", N_("edited")),
    (cache.CORRECTED, "plain", N_("corrected")),
    (cache.MOVED, "plain", N_("moved")),
    (cache.VIDEO, "plain", N_("video")),
)


def badges(flags: int) -> Iterator[tuple[str, str]]:
    """Yield what a reader sees at once of what happened to an article: a class of the style sheet, and words."""
    return ((kind, _(words)) for flag, kind, words in _BADGES if flags & flag)


def marked(text: str, terms: Sequence[str]) -> Markup:
    """Return text in which what was looked for is marked.

    >>> marked("<b>上海", ["上海"])
    Markup('&lt;b&gt;<mark>上海</mark>')
    """
    return Markup("".join(
        f"<mark>{as_html(part)}</mark>" if found else as_html(part) for found, part in spans(text, terms)
    ))  # fmt: skip
