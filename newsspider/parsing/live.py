"""Live blogs: the entries of which a body is made, each with its time.

An entry begins where the page prints a ``<time>`` in a line of its own, again and again, or where the text stands that
JSON-LD (``liveBlogUpdate``) says that an entry begins with. What JSON-LD has of entries that the page shows by a script
comes after the body.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsspider.parsing.jsonld import string
from newsspider.text.processors import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsspider.parsing.page import Block, Element
    from newsspider.record.body import BodyBlock

MAX_ENTRIES = 1000
"""Entries read from JSON-LD; each has its text."""

_LEAST = 3  # times on lines of their own; fewer are changes to one text
_ABOVE = 4  # blocks above the text of an entry among which its time is
_MAX_LINE = 40  # characters of a line that holds a time and nothing else
_MAX_ELEMENTS = 8  # of the element with a line that are looked at; it may have many lines
_OPENING = 30  # characters by which the beginning of an entry is found
_MAX_TEXT = 20_000  # characters of an entry


def entry_times(blocks: Iterable[Block]) -> dict[int, datetime | None]:
    """Return the lines that begin entries, by their place among *blocks*, with their times; none on other pages."""
    found: dict[int, datetime | None] = {}
    for place, block in enumerate(blocks):
        if (element := _time(block)) is not None:
            found[place] = moment(element.get("datetime"))
    return found if len(found) >= _LEAST else {}


def first_entry(blocks: Sequence[Block], first: int, lines: Sequence[Block]) -> Sequence[Block]:
    """The time and the heading of the first entry, above the place *first* where the text of a live blog begins.

    The time is in an element like that of the times among the *lines* of the text.
    """
    times = [block for block in lines if _time(block) is not None]
    if len(times) < _LEAST - 1:
        return ()
    like = _kind(times[0])
    above = range(first - 1, max(0, first - _ABOVE) - 1, -1)
    begin = next((n for n in above if _time(blocks[n]) is not None and _kind(blocks[n]) == like), first)
    return blocks[begin:first]


def _time(block: Block) -> Element | None:
    """The ``<time>`` that is all of a line."""
    if not block.pieces or len(block.line) > _MAX_LINE:
        return None
    element = next((each for each in islice(block.element.iter(), _MAX_ELEMENTS) if each.tag == "time"), None)
    return element if element is not None and _form("".join(element.itertext())) == _form(block.line) else None


def _kind(block: Block) -> tuple[str | None, ...]:
    element, around = block.element, block.element.getparent()
    names = () if around is None else (around.tag, around.get("class"))
    return element.tag, element.get("class"), *names


def with_entries(blocks: list[BodyBlock], thing: Mapping[str, Any]) -> list[BodyBlock]:
    """Return a body's *blocks* with the entries that the live blog *thing* has, where its page marks none itself."""
    updates = thing.get("liveBlogUpdate")
    updates = updates if isinstance(updates, list) else [updates]
    read = [_entry(each) for each in updates[:MAX_ENTRIES] if isinstance(each, dict)]
    entries = [each for each in read if each is not None]
    if not entries or any(block["type"] == "live_entry" for block in blocks):
        return blocks
    places = {_form(block.get("text", ""))[:_OPENING]: place for place, block in reversed(list(enumerate(blocks)))}
    begins: dict[int, BodyBlock] = {}
    behind: list[BodyBlock] = []
    for entry, texts in entries:
        openings = (_form(text)[:_OPENING] for text in (entry.get("title", ""), *texts[:1]) if text)
        place = next((places[opening] for opening in openings if opening in places), None)
        if place is not None:
            begins.setdefault(place, entry)
        else:
            behind += [entry, *({"type": "paragraph", "text": text} for text in texts)]  # type: ignore[list-item]
    joined: list[BodyBlock] = []
    for place, block in enumerate(blocks):
        if place in begins:
            joined.append(begins[place])
        joined.append(block)
    return joined + behind


def moment(text: object) -> datetime | None:
    """The time that ISO 8601 says with its zone; ``None`` where it says none.

    >>> moment("2026-01-29T08:00:00Z"), moment("2026-01-29T08:00"), moment("morning")
    (datetime.datetime(2026, 1, 29, 8, 0, tzinfo=datetime.timezone.utc), None, None)
    """
    try:
        at = datetime.fromisoformat(text.strip() if isinstance(text, str) else "")
    except ValueError:
        return None
    offset = at.utcoffset()
    return at if offset is not None and not offset % timedelta(minutes=1) else None


def _entry(update: Mapping[str, Any]) -> tuple[BodyBlock, list[str]] | None:
    """An entry, and its paragraphs."""
    entry: BodyBlock = {"type": "live_entry"}
    if at := moment(string(update.get("datePublished"))):
        entry["at"] = at
    if title := clean_text((string(update.get("headline")) or "")[:500]):
        entry["title"] = title
    body = (string(update.get("articleBody")) or "")[:_MAX_TEXT]
    texts = [text for line in body.splitlines() if (text := clean_text(line))]
    return (entry, texts) if texts or "title" in entry else None


def _form(text: str) -> str:
    return "".join(fold(text).split())
