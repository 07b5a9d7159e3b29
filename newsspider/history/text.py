"""The history of an article for a person at a terminal."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from newsspider.counted import counted
from newsspider.history.diff import diff_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newsspider.history.chronicle import Chronicle, Comparison, Moment
    from newsspider.history.diff import Block, Span
    from newsspider.items import Event

_MARKS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
_COLOURS = {"same": ("", ""), "deleted": ("\x1b[31;9m", "\x1b[0m"), "inserted": ("\x1b[32m", "\x1b[0m")}
_BOLD = ("\x1b[1m", "\x1b[0m")

_CONTEXT = 120
"""Characters of a long run of text that did not change which are shown on either side of a change."""
_AROUND = 30
"""The same in a list of many events."""
_BREAKS = re.compile(r"\n+")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_SENTENCES = {
    "published": "first seen",
    "edited": "the text changed, and the page says that it was modified",
    "silently_edited": "the text changed, and the page says nothing of it",
    "headline_changed": "the page has another headline",
    "corrected": "changed",
    "moved": "its address leads to another",
    "gone": "the site answers that there is no such page",
    "soft_gone": "at its address is a page that is no article",
    "restored": "there again",
    "changed": "what changed cannot be told",
}


def sentence(event: Event) -> str:
    """Say in few words what an event means."""
    said = _SENTENCES.get(event.event, f"{event.event}, which this version does not know")
    if event.event == "corrected":
        said = f"{', '.join(event.changed)} {said}"
    if event.status is not None:
        said += f" ({event.status})"
    return f"{said}: {event.claim}" if event.claim else said


def told(chronicle: Chronicle, *, colours: bool) -> Iterator[str]:
    """Yield the lines that tell a history; *colours* in place of marks, on a terminal only."""
    bold = _BOLD if colours else ("", "")
    yield f"{bold[0]}{printable(chronicle.title or chronicle.id)}{bold[1]}"
    yield f"{chronicle.url}  {chronicle.id}"
    yield f"{counted(len(chronicle.versions), 'version')}, {counted(len(chronicle.events), 'event')}"
    for moment in chronicle.moments:
        yield ""
        version = f"  version {moment.version.n}" if moment.version else ""
        yield f"{bold[0]}{utc(moment.at)}{version}{bold[1]}  {possible_since(moment)}".rstrip()
        yield from (f"  {line}".rstrip() for line in _moment(moment, colours=colours))
    if chronicle.problems:
        yield ""
        yield from (f"not shown: {printable(problem)}" for problem in chronicle.problems)


def event_line(event: Event, *, colours: bool) -> str:
    """Tell an event in one line, for a list of events of many articles: with the first thing that it changed."""
    shown = ""
    if event.changed and event.event != "moved":
        name, altered = next(iter(event.changed.items()))
        spans = _first_change(diff_line(altered.before or "", altered.after or ""))
        shown = f"  {name}: {_line(spans, colours=colours)}"
        if others := list(event.changed)[1:]:
            shown += f" (and {', '.join(others)})"
    to = f" -> {event.to_url}" if event.to_url else ""
    status = f" {event.status}" if event.status else ""
    return f"{utc(event.at)}  {event.event}{status}  {event.url}{to}{shown}"


def _first_change(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the first change with what stands around it."""
    changed = False
    for span in spans:
        if span.operation != "same":
            changed = True
            yield span._replace(text=_cut(span.text))
        elif changed:
            yield span._replace(text=_cut(span.text, _AROUND))
            return
        else:
            yield span._replace(text=span.text if len(span.text) <= _AROUND else f"…{span.text[-_AROUND:]}")


def _cut(text: str, length: int = _CONTEXT) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> str:
    r"""Write out what would move the cursor or turn the direction of text.

    >>> printable("a\x1b[2Jb\u202ec\u200f")
    'a\\x1b[2Jb\\u202ec\\u200f'
    """
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)


def possible_since(moment: Moment) -> str:
    """Say since when it can have happened."""
    since = max((event.before_at for event in moment.events if event.before_at), default=None)
    return f"(at some time since {utc(since)})" if since else ""


def _moment(moment: Moment, *, colours: bool) -> Iterator[str]:
    for event in moment.events:
        to = f" -> {event.to_url}" if event.to_url else ""
        yield f"{event.event}: {printable(sentence(event))}{to}"
        yield from (f"  doubt: {printable(warning)}" for warning in event.warnings)
        if moment.comparison is None and event.event != "moved":
            for name, altered in event.changed.items():
                spans = diff_line(altered.before or "", altered.after or "")
                yield f"  {name}: {_line(_near_changes(spans), colours=colours)}"
    captures = {(event.after.warc, event.after.offset): None for event in moment.events}
    if moment.version is not None:
        captures[moment.version.seen.where.warc, moment.version.seen.where.offset] = None
    yield from (f"capture: {warc} at byte {offset:,}" for warc, offset in captures)
    if moment.comparison is not None:
        yield from _comparison(moment.comparison, colours=colours)


def _comparison(comparison: Comparison, *, colours: bool) -> Iterator[str]:
    if comparison.headline is not None:
        yield ""
        yield f"  title: {_line(comparison.headline, colours=colours)}"
    for name, spans in comparison.fields.items():
        yield f"  {name}: {_line(spans, colours=colours)}"
    if comparison.text is not None:
        yield ""
        yield from (f"    {line}" for line in _text(comparison.text, colours=colours))


def _text(blocks: Iterable[Block], *, colours: bool) -> Iterator[str]:
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        alike = list(group)
        if kind == "same":
            yield f"(… {len(alike)} paragraph{'s' * (len(alike) != 1)} unchanged)"
            continue
        for block in alike:
            where = {"moved_away": "(stood here) ", "moved_here": "(moved here) "}.get(block.kind, "")
            yield where + _line(_near_changes(block.spans), colours=colours)


def _near_changes(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Leave out of long runs that did not change what is far from a change."""
    shown = []
    for place, span in enumerate(spans):
        text = span.text
        if span.operation == "same" and len(spans) > 1 and len(text) > 2 * _CONTEXT:
            start = "" if place == 0 else text[:_CONTEXT]
            end = "" if place == len(spans) - 1 else text[-_CONTEXT:]
            text = f"{start}…{end}"
        shown.append(span._replace(text=text))
    return tuple(shown)


def _line(spans: Iterable[Span], *, colours: bool) -> str:
    marks = _COLOURS if colours else _MARKS
    pieces = []
    for span in spans:
        before, after = marks[span.operation]
        pieces.append(f"{before}{printable(_BREAKS.sub(' ', span.text))}{after}")
    return "".join(pieces)
