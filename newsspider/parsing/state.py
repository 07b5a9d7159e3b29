"""The witness of the embedded state: what the server gave the page's own scripts to render.

The state is a tree of the site's making and changes with its programs, so nothing is read by path: a site lists the
names under which it has seen each field, and the object that looks most like the article of this address is taken.
"""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.parsing.body import read_body
from newsspider.parsing.cards import MAX_CARDS, date_cards
from newsspider.parsing.markup import read_html
from newsspider.parsing.metadata import split_keywords
from newsspider.parsing.page import drop_hidden, outline
from newsspider.record.body import Video
from newsspider.record.items import Recommendation
from newsspider.text.clock import SHANGHAI
from newsspider.text.dates import parse_duration
from newsspider.text.nuxt.state import find_state, read_state
from newsspider.text.processors import clean_text, natural, parse_copyright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.names import Names
    from newsspider.parsing.page import Block, Page

_MAX_LENGTH = 1_000_000  # seconds of a video
_QUOTED = 60  # characters of a value in a warning


def say(
    page: Page,
    names: Names,
    captured_at: datetime,
    page_id: str,
    article_url: Callable[[str | None], str | None],
    doubts: Doubts,
) -> dict[str, Any]:
    """Everything that the state knows, by field; raises ``NuxtStateError`` where it cannot be read.

    A value that cannot be what its name says is left out, and goes to *doubts*.
    """
    source = find_state(page.text)
    if source is None:
        return {}
    state = read_state(source)
    objects = list(_objects(state))
    article = max(objects, key=lambda each: _likeness(each, names, page_id), default=None)
    if article is None or not _likeness(article, names, page_id):
        return {}
    cards = _cards(state, article, captured_at, names, article_url, doubts)
    return _article(article, page, names, doubts) | {"recommendations": cards or None}


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
    """Return how much an object looks like the article: it has a title, and the address's id, a body or a video."""
    if not _text(candidate, names.title):
        return 0
    is_named = _id(candidate, names) == page_id
    has_body = bool(_text(candidate, names.body)) or _first(candidate, names.video, dict) is not None
    return 2 * is_named + has_body


def _article(article: dict[str, Any], page: Page, names: Names, doubts: Doubts) -> dict[str, Any]:
    body = _text(article, names.body)
    said = read_body(_blocks(body), page.resolve) if body else {}
    if video := _video(article, page, names, doubts):
        said["videos"] = [video]
    if (notice := _text(article, names.notice)) and (read := parse_copyright(notice)):
        said |= {"copyright_notice": read.raw, "exclusive": read.exclusive}
    if (written := _first(article, names.comment_count)) is not None:
        count = natural(written)
        if count is None:
            doubts.doubt("comments", f"state has {_quoted(written)} for their number")
        else:
            said["comments"] = count, "unknown" if count else "empty"
    return said | {
        "title": _text(article, names.title),
        "published_at": _published_at(article, names, doubts),
        "source": (_text(article, names.source), None),
        "channel": (_text(article, names.channel), None),
        "keywords": split_keywords(_first(article, names.keywords)),
    }


def _published_at(article: dict[str, Any], names: Names, doubts: Doubts) -> str | None:
    # 0 is what programs write that do not know it.
    written = [value for key in names.published_at if (value := article.get(key)) not in (None, "", 0)]
    moment = next((moment for value in written if (moment := _moment(value))), None)
    if written and moment is None:
        doubts.doubt("published_at", f"state has {_quoted(written[0])} for it")
    return moment


def _blocks(body: str) -> list[Block]:
    if "<" not in body:  # plain text
        body = "".join([f"<p>{line}</p>" for line in body.splitlines()])
    root = read_html(body.encode("utf-8", "replace"))
    drop_hidden(root)
    return outline(root)


def _video(article: dict[str, Any], page: Page, names: Names, doubts: Doubts) -> Video | None:
    described = _first(article, names.video, dict)
    if described is None:
        return None
    url = page.resolve(_text(described, names.video_url))
    if url is None:
        return None
    poster = _text(described, names.poster) or _text(article, names.poster)
    written = _first(described, names.duration) or _first(article, names.duration)
    length = _length(written)
    if length is None and written:  # programs write 0 for a length that they do not know
        doubts.doubt("videos", f"state has {_quoted(written)} for a length")
    return Video(url=url, poster=page.resolve(poster), duration_s=length)


def _cards(
    state: Any,
    article: dict[str, Any],
    captured_at: datetime,
    names: Names,
    article_url: Callable[[str | None], str | None],
    doubts: Doubts,
) -> list[Recommendation]:
    """The longest list of other articles in the state, as cards."""

    def read(each: Any) -> tuple[Recommendation, Any] | None:
        """A card, and its length as written."""
        if not isinstance(each, dict) or each is article:
            return None
        title, page_id = clean_text(_text(each, names.title) or ""), _id(each, names)
        url = article_url(names.address.format(page_id)) if title and page_id else None
        if title is None or url is None:
            return None
        length = _first(each, names.duration)
        return Recommendation(
            rank=1,
            title=title,
            url=url,
            duration_s=_length(length),
            channel=clean_text(_text(each, names.channel) or ""),
            date_raw=clean_text(_moment(_first(each, names.published_at)) or ""),
        ), length

    found: list[tuple[Recommendation, Any]] = []
    for owner in _objects(state):
        for value in owner.values():
            if isinstance(value, list) and len(value) > len(found):
                found = max(found, [read_card for each in value[:MAX_CARDS] if (read_card := read(each))], key=len)
    cards = [card for card, _ in found]
    for rank, card in enumerate(cards, 1):
        card.rank = rank
    if odd := [length for card, length in found if length and card.duration_s is None]:
        doubts.doubt("recommendations", f"state has {_quoted(odd[0])} for a length")
    date_cards(cards, captured_at)
    return cards


def _first(candidate: dict[str, Any], keys: tuple[str, ...], kind: type[Any] = object) -> Any:
    """The value under the first of *keys* that says something, and is of *kind*."""
    for key in keys:
        value = candidate.get(key)
        if value is not None and value != "" and isinstance(value, kind):
            return value
    return None


def _text(candidate: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    text: str | None = _first(candidate, keys, str)
    return text


def _id(candidate: dict[str, Any], names: Names) -> str | None:
    value = _first(candidate, names.id)
    return str(value) if isinstance(value, (str, int)) else None


def _moment(value: Any) -> str | None:
    """A time as text, also of the seconds or milliseconds since 1970 that programs keep."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1e8 < value < 1e14:
        value = datetime.fromtimestamp(value / 1000 if value > 1e11 else value, tz=SHANGHAI)
    if isinstance(value, datetime):
        try:
            return value.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")
        except OverflowError:  # the first and the last day of the calendar, as UTC has them
            return None
    return value if isinstance(value, str) else None


def _length(value: Any) -> int | None:
    """A video's length in seconds, from a number or from ``mm:ss``; 0 is what programs write that do not know it."""
    if isinstance(value, str) and (length := parse_duration(value)) is not None:
        return length
    seconds = natural(value // 1 if isinstance(value, float) else value)
    return seconds if seconds and seconds <= _MAX_LENGTH else None


def _quoted(value: Any) -> str:
    """Quote the state's value, for a warning."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value, ensure_ascii=False, default=str)[:_QUOTED]
