"""What two parsers make differently of the same pages, as one page of HTML that needs nothing but itself."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from itertools import takewhile
from string import Template
from typing import TYPE_CHECKING

from newsspider.extraction.comparison import KINDS

if TYPE_CHECKING:
    from newsspider.extraction.comparison import Example, FieldDifferences
    from newsspider.extraction.report import Told

_PAGE = Template((files("newsspider.extraction") / "page.html").read_text(encoding="utf-8"))


def as_html(told: Told) -> str:
    """Return the page."""
    most = max((sum(of_field.counts.values()) for _, of_field in told.fields), default=1)
    return _PAGE.substitute(
        then=escape(told.then),
        versions=escape(told.versions()),
        summary="".join(f"<li><b>{count:,}</b>{escape(what)}</li>\n" for what, count in told.summary()),
        one_sided="".join(_list(what, urls) for what, urls in told.one_sided()),
        fields="".join(_field(path, of_field, most) for path, of_field in told.fields).replace(
            "<details>", "<details open>", 1
        )
        or "<p>No field differs.</p>",
    )


def _list(what: str, urls: list[str]) -> str:
    items = "".join(f"<li>{_link(url)}</li>" for url in urls)
    return f"<h2>{escape(what.capitalize())}</h2>\n<ul>{items}</ul>\n"


def _field(path: str, of_field: FieldDifferences, most: int) -> str:
    counts = of_field.counts
    bars = "".join(
        f'<i class="{kind}" style="width:{100 * counts[kind] / most:.2f}%"></i>' for kind in KINDS if counts[kind]
    )
    numbers = "".join(f'<td class="{kind if counts[kind] else "none"}">{counts[kind]:,}</td>' for kind in KINDS)
    examples = "".join(_example(kind, each) for kind in KINDS for each in of_field.examples[kind])
    return (
        f'<details><summary><table><tr><th>{escape(path)}</th>{numbers}<td class="bar">{bars}</td></tr></table>'
        f"</summary>{examples}</details>\n"
    )


def _example(kind: str, example: Example) -> str:
    then, today = _marked(example.then, example.now)
    return (
        f'<section><h3><span class="{kind}">{kind}</span> {_link(example.url)}</h3>'
        f'<div><p><small>then</small>{then}</p><p><small>today</small>{today}</p></div></section>'
    )


def _marked(then: str, today: str) -> tuple[str, str]:
    """Return two texts as HTML, with what they do not share marked.

    >>> _marked("a<b", "acb")
    ('a<mark>&lt;</mark>b', 'a<mark>c</mark>b')
    """
    start = _shared(then, today)
    end = _shared(then[start:][::-1], today[start:][::-1])
    return _mark(then, start, end), _mark(today, start, end)


def _shared(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _mark(text: str, start: int, end: int) -> str:
    stop = len(text) - end
    if not text:
        return "<em>nothing</em>"
    return f"{escape(text[:start])}<mark>{escape(text[start:stop])}</mark>{escape(text[stop:])}"


def _link(url: str) -> str:
    """Link to a page of the web, and to nothing else."""
    if url.startswith(("https://", "http://")):
        return f'<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>'
    return escape(url)
