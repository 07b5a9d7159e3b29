"""The history of an article for a person at a terminal."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from newsspider.history.diff import diff_line
from newsspider.history.names import named
from newsspider.text.escaping import printable
from newsspider.text.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newsspider.history.chronicle import Chronicle, Occurrence, VersionComparison
    from newsspider.history.diff import DiffBlock, Span
    from newsspider.record.events import Event

_MARKS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
_COLOURS = {"same": ("", ""), "deleted": ("\x1b[31m\x1b[9m", "\x1b[0m"), "inserted": ("\x1b[32m", "\x1b[0m")}
_BOLD = ("\x1b[1m", "\x1b[0m")

_CONTEXT = 120
"""Characters of a long run of text that did not change which are shown on either side of a change."""
_AROUND = 30
"""The same in a list of many events."""
_BREAKS = re.compile(r"\n+")

_SENTENCES = {
    "published": N_("first seen"),
    "edited": N_("the text changed, and the page says that it was modified"),
    "silently_edited": N_("the text changed, and the page says nothing of it"),
    "headline_changed": N_("the page has another headline"),
    "moved": N_("its address leads to another"),
    "gone": N_("the site answers that there is no such page"),
    "soft_gone": N_("at its address is a page that is no article"),
    "restored": N_("there again"),
    "changed": N_("what changed is unknown"),
}


def sentence(event: Event) -> str:
    """Say in few words what an event means."""
    if event.event == "corrected":
        said = _("%(fields)s changed", fields=", ".join(event.changed))
    elif event.event in _SENTENCES:
        said = _(_SENTENCES[event.event])
    else:
        said = _("%(event)s, which this version does not know", event=event.event)
    if event.status is not None:
        said = _("%(what)s (%(status)s)", what=said, status=event.status)
    return f"{said}: {event.claim}" if event.claim else said


def as_lines(chronicle: Chronicle, *, colours: bool) -> Iterator[str]:
    """Yield the lines that tell a history; *colours* in place of marks, on a terminal only."""
    bold = _BOLD if colours else ("", "")
    yield f"{bold[0]}{printable(chronicle.title or chronicle.id)}{bold[1]}"
    yield f"{printable(chronicle.url)}  {printable(chronicle.id)}"
    yield counts(chronicle)
    for moment in chronicle.moments:
        yield ""
        version = "  " + _("version %(number)s", number=moment.version.n) if moment.version else ""
        yield f"{bold[0]}{utc(moment.at)}{version}{bold[1]}  {possible_since(moment)}".rstrip()
        yield from (f"  {line}".rstrip() for line in _moment(moment, colours=colours))
    if chronicle.problems:
        yield ""
        yield from (_("not shown: %(problem)s", problem=printable(problem)) for problem in chronicle.problems)


def counts(chronicle: Chronicle) -> str:
    """Say how many versions there are, and events."""
    return ", ".join(
        (
            ngettext("%(number)s version", "%(number)s versions", len(chronicle.versions)),
            ngettext("%(number)s event", "%(number)s events", len(chronicle.events)),
        )
    )


def event_line(event: Event, *, colours: bool) -> str:
    """Tell an event in one line, for a list of events of many articles: with the first thing that it changed."""
    shown = ""
    if event.changed and event.event != "moved":
        name, altered = next(iter(event.changed.items()))
        spans = first_change(diff_line(altered.before or "", altered.after or ""))
        shown = f"  {printable(name)}: {_line(spans, colours=colours)}"
        if others := [printable(each) for each in event.changed][1:]:
            shown += " " + _("(and %(fields)s)", fields=", ".join(others))
    status = f" {event.status}" if event.status else ""
    return f"{utc(event.at)}  {printable(named(event.event))}{status}  {printable(event.url)}{_to(event)}{shown}"


def _to(event: Event) -> str:
    return f" -> {printable(event.to_url)}" if event.to_url else ""


def first_change(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the first change with what stands around it, cut to what a line has room for."""
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
    """Write a moment in UTC, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def possible_since(moment: Occurrence) -> str:
    """Say since when it can have happened."""
    since = max((event.before_at for event in moment.events if event.before_at), default=None)
    return _("(at some time since %(time)s)", time=utc(since)) if since else ""


def _moment(moment: Occurrence, *, colours: bool) -> Iterator[str]:
    for event in moment.events:
        yield f"{printable(named(event.event))}: {printable(sentence(event))}{_to(event)}"
        yield from ("  " + _("doubt: %(warning)s", warning=printable(warning)) for warning in event.warnings)
        if moment.comparison is None and event.event != "moved":
            for name, altered in event.changed.items():
                spans = diff_line(altered.before or "", altered.after or "")
                yield f"  {printable(name)}: {_line(_near_changes(spans), colours=colours)}"
    captures = {(event.after.warc, event.after.offset): None for event in moment.events}
    if moment.version is not None:
        captures[moment.version.seen.where.warc, moment.version.seen.where.offset] = None
    yield from (
        _("capture: %(warc)s at byte %(offset)s", warc=printable(warc), offset=f"{offset:,}")
        for warc, offset in captures
    )
    if moment.comparison is not None:
        yield from _comparison(moment.comparison, colours=colours)


def _comparison(comparison: VersionComparison, *, colours: bool) -> Iterator[str]:
    if comparison.headline is not None:
        yield ""
        yield f"  title: {_line(comparison.headline, colours=colours)}"
    for name, spans in comparison.fields.items():
        yield f"  {name}: {_line(spans, colours=colours)}"
    if comparison.text is not None:
        yield ""
        yield from (f"    {line}" for line in _text(comparison.text, colours=colours))


def _text(blocks: Iterable[DiffBlock], *, colours: bool) -> Iterator[str]:
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        alike = list(group)
        if kind == "same":
            yield ngettext("(… %(number)s paragraph unchanged)", "(… %(number)s paragraphs unchanged)", len(alike))
            continue
        for block in alike:
            where = {"moved_away": _("(stood here) "), "moved_here": _("(moved here) ")}.get(block.kind, "")
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
