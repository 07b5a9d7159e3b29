"""The history of an article as one page of HTML that needs nothing but itself, and runs nothing."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING

from newsspider.counted import counted
from newsspider.history.diff import diff_line
from newsspider.history.text import possible_since, printable, sentence, utc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.history.chronicle import Chronicle, Comparison, Moment
    from newsspider.history.diff import Block, Span
    from newsspider.items import Event

_PAGE = Template((files("newsspider.history") / "page.html").read_text(encoding="utf-8"))
_TAGS = {"same": "{}", "deleted": "<del>{}</del>", "inserted": "<ins>{}</ins>"}
_MOVED = {"moved_away": "stood here, and was moved", "moved_here": "was moved here"}


def as_html(chronicle: Chronicle) -> str:
    """Return the page."""
    problems = "".join(f"<p>{_text(problem)}</p>" for problem in chronicle.problems)
    return _PAGE.substitute(
        title=_text(chronicle.title or chronicle.id),
        link=_link(chronicle.url),
        id=_text(chronicle.id),
        counts=f"{counted(len(chronicle.versions), 'version')}, {counted(len(chronicle.events), 'event')}",
        problems=f'<div class="problems">{problems}</div>' if problems else "",
        moments="".join(map(_moment, chronicle.moments)),
    )


def _moment(moment: Moment) -> str:
    silent = any(event.event == "silently_edited" for event in moment.events)
    version = f"<span>version {moment.version.n}</span>" if moment.version else ""
    html = f"<li{' class=silent' if silent else ''}><h2>{utc(moment.at)}{version}"
    html += f" <small>{possible_since(moment)}</small></h2>"
    html += "".join(map(_event, moment.events))
    captures = {(event.after.warc, event.after.offset): None for event in moment.events}
    if moment.version is not None:
        captures[moment.version.seen.where.warc, moment.version.seen.where.offset] = None
    html += "".join(f'<p class="where">capture: {_text(warc)} at byte {offset:,}</p>' for warc, offset in captures)
    if moment.comparison is not None:
        html += _comparison(moment.comparison)
    else:
        html += "".join(_altered(event) for event in moment.events)
    return html + "</li>\n"


def _event(event: Event) -> str:
    doubts = "".join(f"<br><small>{_text(warning)}</small>" for warning in event.warnings)
    to = f" {_link(event.to_url)}" if event.to_url else ""
    name = event.event.replace("_", " ")
    return f'<p class="event {event.event}"><b>{name}</b> {_text(sentence(event))}{to}{doubts}</p>'


def _altered(event: Event) -> str:
    """Write what an event itself says, where the two captures are not compared."""
    if event.event == "moved":  # the address is told already
        return ""
    pairs = "".join(
        f"<dt>{_text(name)}</dt><dd>{_spans(diff_line(altered.before or '', altered.after or ''))}</dd>"
        for name, altered in event.changed.items()
    )
    return f"<dl>{pairs}</dl>" if pairs else ""


def _comparison(comparison: Comparison) -> str:
    fields = comparison.fields
    if comparison.headline is not None:
        fields = {"title": comparison.headline, **fields}
    pairs = "".join(f"<dt>{_text(name)}</dt><dd>{_spans(spans)}</dd>" for name, spans in fields.items())
    html = f"<dl>{pairs}</dl>" if pairs else ""
    if comparison.text is not None:
        html += f'<div class="text">{_blocks(comparison.text)}</div>'
    return html


def _blocks(blocks: Iterable[Block]) -> str:
    html = ""
    for same, group in groupby(blocks, key=lambda block: block.kind == "same"):
        alike = list(group)
        paragraphs = "".join(map(_block, alike))
        if same:
            summary = f"{counted(len(alike), 'paragraph')} unchanged"
            paragraphs = f"<details><summary>{summary}</summary>{paragraphs}</details>"
        html += paragraphs
    return html


def _block(block: Block) -> str:
    if block.kind in _MOVED:
        return f'<p class="relocated"><small>{_MOVED[block.kind]}</small>{_spans(block.spans)}</p>'
    return f"<p>{_spans(block.spans)}</p>"


def _spans(spans: Iterable[Span]) -> str:
    return "<bdi>" + "".join(_TAGS[span.operation].format(_text(span.text)) for span in spans) + "</bdi>"


def _text(text: str) -> str:
    """Write text as HTML; a line break stays one."""
    return re.sub(r"\n", "<br>", escape("\n".join(map(printable, text.split("\n")))))


def _link(url: str) -> str:
    """Link to a page of the web, and to nothing else."""
    if url.startswith(("https://", "http://")):
        return f'<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>'
    return escape(url)
