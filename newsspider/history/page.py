"""The history of an article as one page of HTML that needs nothing but itself, and runs nothing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from newsspider.history.diff import diff_line
from newsspider.history.names import named
from newsspider.history.text import counts, possible_since, sentence, utc
from newsspider.text.language import _
from newsspider.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.history.chronicle import Chronicle, Occurrence, VersionComparison
    from newsspider.history.diff import DiffBlock, Span
    from newsspider.record.events import Event

    Fields = list[tuple[str, Iterable[Span]]]


def moved() -> dict[str, str]:
    """Return what is said of a paragraph that stands elsewhere, by the kind of its block."""
    return {"moved_away": _("stood here, and was moved"), "moved_here": _("was moved here")}


def as_html(chronicle: Chronicle) -> str:
    """Return the page."""
    return render(
        "history/page.html",
        chronicle=chronicle,
        title=chronicle.title or chronicle.id,
        moved=moved(),
        counts=counts,
        named=named,
        utc=utc,
        possible_since=possible_since,
        sentence=sentence,
        captures=_captures,
        altered=_altered,
        compared=shown_fields,
        grouped=grouped,
    )


def _captures(moment: Occurrence) -> list[tuple[str, int]]:
    """Return file and offset of the captures that a moment rests on, each once."""
    captures = {(event.after.warc, event.after.offset): None for event in moment.events}
    if moment.version is not None:
        captures[moment.version.seen.where.warc, moment.version.seen.where.offset] = None
    return list(captures)


def _altered(event: Event) -> Fields:
    """Return what an event itself says, where the two captures are not compared."""
    return [(name, diff_line(altered.before or "", altered.after or "")) for name, altered in event.changed.items()]


def shown_fields(comparison: VersionComparison) -> Fields:
    """Return what two versions state otherwise, but for the text, the headline first."""
    headline: Fields = [] if comparison.headline is None else [("title", comparison.headline)]
    return headline + list(comparison.fields.items())


def grouped(blocks: Iterable[DiffBlock]) -> list[tuple[bool, list[DiffBlock]]]:
    """Return the blocks in stretches of such as are the same, and such as are not."""
    return [(same, list(alike)) for same, alike in groupby(blocks, key=lambda block: block.kind == "same")]
