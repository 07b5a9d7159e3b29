"""The witness of the embedded state: what the server gave the page's own scripts to render.

The state is a tree of the site's making and changes with its programs, so nothing is read by path: a site lists the
names under which it has seen each field, and the object that looks most like the article of this address is taken.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.dates import SHANGHAI, parse_duration
from newsspider.items import Recommendation, Video
from newsspider.nuxt import find_state, read_state
from newsspider.processors import clean_text, parse_copyright
from newsspider.urls import absolute
from newsspider.witnesses.body import read_body
from newsspider.witnesses.landmarks import MAX_CARDS, date_cards
from newsspider.witnesses.metadata import split_keywords
from newsspider.witnesses.page import drop_hidden, outline, read_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsspider.witnesses.page import Block, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names under which a site's state has each field, best first."""

    address: str
    """How an object's ``id`` becomes a link: ``/detail/{}``."""

    id: tuple[str, ...]
    title: tuple[str, ...]
    body: tuple[str, ...]
    published_at: tuple[str, ...]
    source: tuple[str, ...]
    channel: tuple[str, ...]
    keywords: tuple[str, ...]
    notice: tuple[str, ...]
    comment_count: tuple[str, ...]
    duration: tuple[str, ...]
    video: tuple[str, ...]
    """An object that describes the article's video."""

    video_url: tuple[str, ...]
    poster: tuple[str, ...]


def say(
    page: Page,
    names: Names,
    captured_at: datetime,
    page_id: str,
    article_url: Callable[[str | None], str | None],
) -> dict[str, Any]:
    """Everything that the state knows, by field; raises ``NuxtStateError`` where it cannot be read."""
    source = find_state(page.text)
    if source is None:
        return {}
    state = read_state(source)
    objects = list(_objects(state))
    article = max(objects, key=lambda each: _likeness(each, names, page_id), default=None)
    if article is None or not _likeness(article, names, page_id):
        return {}
    cards = _cards(state, article, captured_at, names, article_url)
    return _article(article, page, names) | {"recommendations": cards or None}


def _objects(state: Any) -> Iterator[dict[str, Any]]:
    """Every object of the state, outermost first."""
    waiting = deque([state])
    while waiting:
        value = waiting.popleft()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _likeness(candidate: dict[str, Any], names: Names, page_id: str) -> int:
    """How much an object looks like the article: it has a title, and the address's id, a body or a video."""
    if not _text(candidate, names.title):
        return 0
    is_named = str(_first(candidate, names.id)) == page_id
    has_body = bool(_text(candidate, names.body)) or isinstance(_first(candidate, names.video), dict)
    return 2 * is_named + has_body


def _article(article: dict[str, Any], page: Page, names: Names) -> dict[str, Any]:
    body = _text(article, names.body)
    said = read_body(_blocks(body), page.base_url) if body else {}
    if video := _video(article, page, names):
        said["videos"] = [video]
    if (notice := _text(article, names.notice)) and (read := parse_copyright(notice)):
        said |= {"copyright_notice": read.raw, "exclusive": read.exclusive}
    count = _first(article, names.comment_count)
    if isinstance(count, int) and count >= 0:
        said["comments"] = count, "unknown" if count else "empty"
    return said | {
        "title": _text(article, names.title),
        "published_at": _moment(_first(article, names.published_at)),
        "source": (_text(article, names.source), None),
        "channel": (_text(article, names.channel), None),
        "keywords": split_keywords(_first(article, names.keywords)),
    }


def _blocks(body: str) -> list[Block]:
    if "<" not in body:  # plain text
        body = "".join([f"<p>{line}</p>" for line in body.splitlines()])
    root = read_html(body.encode("utf-8", "replace"))
    drop_hidden(root)
    return outline(root)


def _video(article: dict[str, Any], page: Page, names: Names) -> Video | None:
    described = _first(article, names.video)
    if not isinstance(described, dict):
        return None
    url = absolute(page.base_url, _text(described, names.video_url))
    if url is None:
        return None
    poster = _text(described, names.poster) or _text(article, names.poster)
    length = _length(_first(described, names.duration) or _first(article, names.duration))
    return Video(url=url, poster=absolute(page.base_url, poster), duration_s=length)


def _cards(
    state: Any,
    article: dict[str, Any],
    captured_at: datetime,
    names: Names,
    article_url: Callable[[str | None], str | None],
) -> list[Recommendation]:
    """The longest list of other articles in the state, as cards."""

    def read(each: Any) -> Recommendation | None:
        title = clean_text(_text(each, names.title) or "") if isinstance(each, dict) else None
        if title is None or each is article:
            return None
        url = article_url(names.address.format(_first(each, names.id)))
        if url is None:
            return None
        return Recommendation(
            rank=1,
            title=title,
            url=url,
            duration_s=_length(_first(each, names.duration)),
            channel=clean_text(_text(each, names.channel) or ""),
            date_raw=clean_text(_moment(_first(each, names.published_at)) or ""),
        )

    cards: list[Recommendation] = []
    for owner in _objects(state):
        for value in owner.values():
            if isinstance(value, list) and len(value) > len(cards):
                found = [card for each in value[:MAX_CARDS] if (card := read(each))]
                cards = max(cards, found, key=len)
    for rank, card in enumerate(cards, 1):
        card.rank = rank
    date_cards(cards, captured_at)
    return cards


def _first(candidate: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The value under the first of *keys* that says something."""
    return next((candidate[key] for key in keys if candidate.get(key) not in (None, "")), None)


def _text(candidate: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return _string(_first(candidate, keys))


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: Any) -> str | None:
    """A time as text, also of the seconds or milliseconds since 1970 that programs keep."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1e8 < value < 1e14:
        value = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, tz=SHANGHAI)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")
    return _string(value)


def _length(value: Any) -> int | None:
    """A video's length in seconds, from a number or from ``mm:ss``."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if 0 < value < 1e6 else None
    return parse_duration(value) if isinstance(value, str) else None
