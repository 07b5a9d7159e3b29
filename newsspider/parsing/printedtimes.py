"""The times around a headline: in markup that names them, or on a line that can be nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from newsspider.parsing.dateline import OF_SOMETHING_ELSE
from newsspider.parsing.masthead import MAX_BESIDE, MAX_ELEMENTS
from newsspider.parsing.shorttext import short_text
from newsspider.text.processors import clean_text
from newsspider.text.written import find_written, is_of_change, offset_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.masthead import Masthead
    from newsspider.parsing.page import Block, Element
    from newsspider.text.written import Written

NEAR = 3
"""Lines above the headline that may date the article; further up is the date of today."""

MAX_AROUND_DAY = 12
"""Characters beside a day among the first lines of the body: a weekday."""

MAX_ABOVE_HEADLINE = 60
"""Characters beside a day right above the headline from which a sign parts it: the section, a place, a name."""

_LABEL = 12
"""Characters before a date in which its label stands."""


def marked_times(masthead: Masthead) -> dict[str, str]:
    """The ``datetime`` of the first ``<time>`` of each kind around the headline, by field; also of hAtom's ``abbr``."""
    return _marked(masthead.lines)


def _marked(blocks: Iterable[Block]) -> dict[str, str]:
    """Those of some lines, by field.

    One that is said to be of a change, by its class or its label, is that of the publication where there is no other:
    some themes call all times so.
    """
    found: dict[str, str] = {}
    for holder, of_holder in groupby(blocks, attrgetter("element")):
        lines = [block.text for block in of_holder]
        inside = [*islice(holder.iter("time", "abbr"), MAX_ELEMENTS)]
        parent = holder.getparent()
        for element in inside if parent is None else (*inside, parent):
            text = element.get("datetime" if element.tag == "time" else "title") or ""
            classes = (element.get("class") or "").lower().split()
            is_time = element.tag == "time" or (element.tag == "abbr" and "published" in classes)
            if not is_time or not _YEAR.search(text):
                continue
            printed = short_text(element.itertext(), MAX_BESIDE)
            if element is not parent and (printed is None or not any(printed in line for line in lines)):
                continue
            is_change = "published" not in classes and (
                any(map(_OF_CHANGE.search, classes)) or is_of_change(_before(element, holder))
            )
            found.setdefault("modified_at" if is_change else "published_at", _with_zone(str(text), printed or ""))
    if "modified_at" in found and "published_at" not in found:
        return {"published_at": found["modified_at"]}
    return found


def _before(element: Element, line: Element) -> str:
    """The last words before an element in that of its line, down to another of its kind: its label."""
    if element in (line, line.getparent()):
        return ""
    parent, other = element.getparent(), element.getprevious()
    while parent is not line and parent is not None and other is None and not (parent.text or "").strip():
        parent, other = parent.getparent(), parent.getprevious()
    if other is None:
        return "" if parent is None else (parent.text or "")[-MAX_BESIDE:]
    label = short_text(other.itertext(), MAX_BESIDE) if other.tag in _OF_LABELS else None
    return f"{label or ''} {other.tail or ''}"[-MAX_BESIDE:]


def printed_times(masthead: Masthead, language: str | None, doubts: Doubts) -> dict[str, str]:
    """The times that a line prints in the manner of *language*, by field: the first below the headline, else above.

    A line that says more than that and a few names is a sentence, and what it dates is not the article. Where none
    prints a clock, the first day below the headline, or alone on the line above it; else one below the text.
    """
    below = {id(block) for block in masthead.below}
    above = [block for block in masthead.lines if id(block) not in below][-NEAR:]
    above = [block for block in above if masthead.is_boxed(block)]
    found: dict[str, str] = {}
    day: str | None = None
    for block in [*masthead.below, *reversed(above)]:
        line = block.text
        dates = find_written(line, language)
        if not dates and len(block.pieces) > 1:  # day and clock in boxes of their own
            line = _SLASH.sub("/", clean_text(" ".join([text for text, _ in block.pieces])) or "")
            dates = find_written(line, language)
        dates = [each for each in dates if not _is_of_something_else(line[max(0, each.start - _LABEL) : each.start])]
        rest = len(line) - sum(each.end - each.start for each in dates)
        if not dates or rest > MAX_BESIDE:
            continue
        if any(_CLOCK.search(each.iso) for each in dates):
            named = {"modified_at" if each.is_change else "published_at": each.raw for each in reversed(dates)}
            if "published_at" in named and "published_at" not in found and id(block) not in masthead.between:
                doubts.doubt("published_at", f"{named['published_at']} is not between headline and text")
            found = named | found
        elif (
            day is None
            and "published_at" not in found
            and (date := next((each for each in dates if not each.is_change), None))
        ):
            most = MAX_AROUND_DAY
            if id(block) not in below:
                most = -1 if above[-1] is not block else MAX_ABOVE_HEADLINE if _is_apart(date, line) else most
            if id(block) in masthead.between or rest <= most:
                day = date.raw
                if rest > MAX_AROUND_DAY and id(block) not in masthead.between:
                    doubts.doubt("published_at", f"{day} is not between headline and text")
    if not found and day is None:
        # Themes of blogs print below a text when it was posted, and by whom; a time alone stands above another title.
        found = _marked(block for block in masthead.below_text if len(block.pieces) > 1)
        if "published_at" not in found:
            day = _dated_below(masthead, language)
        if printed := found.get("published_at") or day:
            doubts.doubt("published_at", f"{printed} is below the text")
    return ({"published_at": day} if day else {}) | found


def _dated_below(masthead: Masthead, language: str | None) -> str | None:
    """The date after its label in the last lines of the text, or right below."""
    for block in masthead.end:
        line = block.text
        if (label := _PUBLISHED.match(line)) and (dates := find_written(line[label.end() :], language)):
            return dates[0].raw
    return None


def _is_apart(date: Written, line: str) -> bool:
    """Whether a sign parts a date from the words beside it, as it does not in the name of an issue."""
    before, behind = line[: date.start].rstrip(), line[date.end :].lstrip()
    return before[-1:] in _SIGNS and behind[:1] in _SIGNS


def _with_zone(time: str, printed: str) -> str:
    """A time that names no zone with an offset by which it is what is *printed*, where that names one.

    >>> _with_zone("2026-01-09T17:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T17:04:00-05:00'
    >>> _with_zone("2026-01-09T22:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T22:04:00+00:00'
    """
    clock = _PRINTED_CLOCK.search(printed)
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return time
    if clock is None or at.tzinfo is not None or not (offset := offset_in(printed, at)):
        return time
    hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "p") if clock[3] else int(clock[1])
    zone = datetime.fromisoformat(f"{at.date()}T00:00{offset}").tzinfo
    for each in (offset, "+00:00"):
        local = datetime.fromisoformat(f"{at.isoformat()}{each}").astimezone(zone)
        if (local.hour, local.minute) == (hour, int(clock[2])):
            return f"{at.isoformat()}{each}"
    return time


_is_of_something_else = re.compile(rf"{OF_SOMETHING_ELSE}\Z").search
_PUBLISHED = re.compile(
    r"(?:(?:发布|发表|發布|發表)?(?:日期|时间|時間)|发[布表]于|(?:(?:this\s)?(?:story|article)\s)?(?:was\s)?(?:first\s)?published(?:\son)?|date|datum|erschienen(?:\sam)?"
    r"|veröffentlicht(?:\sam)?|publié(?:\sle)?|publicado(?:\sel|\sem)?|pubblicato(?:\sil)?|gepubliceerd(?:\sop)?)\s?[:\uff1a]?\s?",
    re.IGNORECASE,
)
_OF_LABELS = frozenset(("span", "b", "strong", "em", "i", "small", "label", "font", "a"))
_OF_CHANGE = re.compile("updated|modified")
_SLASH = re.compile(r"(?<=[0-9]) ?/ ?(?=[0-9])")
_YEAR = re.compile("[0-9]{4}")
_SIGNS = frozenset(("", *"|/·•–—-,:"))
_PRINTED_CLOCK = re.compile(r"\b([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\s?([ap])?", re.IGNORECASE)
_CLOCK = re.compile("T[0-9]")
