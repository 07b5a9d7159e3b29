"""Selectors that find on every page what the other witnesses agreed on.

For each field the elements that say its value are looked for on one page. Each has a few names: its class, its tag in
an element with a class, and so on. A name is kept that says the right thing on all pages; the plainest wins.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.parsing import classes
from newsspider.text.dates import parse_date
from newsspider.text.processors import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from newsspider.parsing.page import Element, Page
    from newsspider.record.items import Article

FIELDS = ("title", "published_at", "source", "channel", "authors", "keywords", "body")

# What CSS takes without escapes and any editor shows.
_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)
# Made by a program, and different in each version of it: css-1x2y3z, sc-bdVaJa, Story_head__x7Fq2, a91bc03.
_MADE = re.compile(
    r"(?:css|sc|jsx|jss|svelte|emotion|e)-?[0-9a-zA-Z]*\d\w*|.*__?(?=\w*[A-Z0-9])\w{5,}|sc-\w+|\w*\d\w*[a-z]\d\w*"
)
_TAGS = frozenset(("h1", "time", "article", "main", "address"))
_MAX_FOUND = 8
"""Elements that say a value on a page and are given names."""
_MAX_AROUND = 6
_MAX_TEXT = 300
_ENOUGH = 0.95
"""Share of the paragraphs that a body has to have in common with the one that is known."""


class Known(NamedTuple):
    """An article page that was read, and what its record says."""

    page: Page
    article: Article
    disputed: frozenset[str]
    """Fields of which witnesses say different things."""


def agreed(pages: Sequence[Known]) -> dict[str, str]:
    """Return field -> selector, for each field of which one selector says on all *pages* what their records say."""
    found = ((field, _selector(field, pages)) for field in FIELDS)
    return {field: selector for field, selector in found if selector}


def _selector(field: str, pages: Sequence[Known]) -> str | None:
    called = "paragraphs" if field == "body" else field
    known = [each for each in pages if _value(field, each.article) and called not in each.disputed]
    if len(known) < min(2, len(pages)):
        return None
    elements = islice(_elements(field, known[0]), _MAX_FOUND)
    names = dict.fromkeys(name for element in elements for name in _names(element, field))
    others = [each for each in pages if not _value(field, each.article)]
    for name in sorted(names, key=_rank):
        if all(_says(field, name, each) for each in known) and not any(_finds(field, name, each) for each in others):
            return name
    return None


def _value(field: str, article: Article) -> Any:
    match field:
        case "source" | "channel":
            of = getattr(article, field)
            return of and of.name
        case "authors":
            return [each.name for each in article.authors]
        case "body":
            return article.paragraphs
    return getattr(article, field)


def _says(field: str, selector: str, known: Known) -> bool:
    """Whether *selector* says of a page what its record does."""
    said = _said(field, selector, known.page)
    value = _value(field, known.article)
    if said is None:
        return False
    match field:
        case "published_at":
            return _is_moment(said, value, known.article.fetched_at)
        case "source" | "channel":
            return bool(_folded(said[0]) == _folded(value))
        case "authors":
            return bool([each.name for each in said] == value)
        case "body":
            return _are_alike(said, value)
        case "keywords":
            return bool(said == value)
    return bool(_folded(said) == _folded(value))


def _finds(field: str, selector: str, known: Known) -> bool:
    return bool(_said(field, selector, known.page))


def _said(field: str, selector: str, page: Page) -> Any:
    table = {"title": "title", field: selector}  # every page has one, so that the table is heard
    return classes.say(page, table).get("paragraphs" if field == "body" else field)


def _is_moment(text: str, value: datetime, captured_at: datetime) -> bool:
    moment = parse_date(text, captured_at)
    return (
        moment is not None
        and moment.precision in ("second", "minute")
        and (moment.at == value or moment.at.isoformat()[:16] == value.isoformat()[:16])
    )


def _are_alike(said: list[str], value: list[str]) -> bool:
    common = len({*map(_folded, said)} & {*map(_folded, value)})
    return common >= _ENOUGH * max(len(set(said)), len(set(value)))


def _folded(text: str | None) -> str:
    return "".join(fold(text or "").split())


# ------------------------------------------------------------------------------------------------- elements


def _elements(field: str, known: Known) -> Iterator[Element]:
    """Elements of a page that say the value of a field, or may do so, the innermost first."""
    if field == "body":
        yield from _bodies(known)
        return
    value = _value(field, known.article)
    matches: Callable[[str], bool]
    match field:
        case "published_at":
            matches = lambda text: len(text) <= 64 and _is_moment(text, value, known.article.fetched_at)  # noqa: E731
        case "authors" | "keywords":
            first = _folded(value[0])
            matches = lambda text: first in _folded(text)  # noqa: E731
        case _:
            wanted = _folded(value)
            matches = lambda text: wanted in _folded(text)  # noqa: E731
    found = []
    for element in known.page.root.iter():
        if element.tag in ("script", "style", "title", "meta", "head", "html"):
            continue
        if field == "published_at" and element.tag == "time" and element.get("datetime"):
            found.append((0, element))
            continue
        text = clean_text("".join(element.itertext())) or ""
        if len(text) <= _MAX_TEXT and matches(text):
            found.append((len(text), element))
    yield from (element for _, element in sorted(found, key=lambda each: each[0]))


def _bodies(known: Known) -> Iterator[Element]:
    """The elements around the first and the last paragraph, the innermost first."""
    paragraphs = [_folded(each) for each in known.article.paragraphs]
    holders = {_folded(block.line): block.element for block in known.page.outline}
    found = [holders[each] for each in paragraphs if each in holders]
    if not found:
        return
    around = [found[0], *found[0].iterancestors()]
    last = {found[-1], *found[-1].iterancestors()}
    yield from (element for element in around if element in last and element.tag not in ("html", "body"))


# ------------------------------------------------------------------------------------------------- names


def _names(element: Element, field: str) -> Iterator[str]:
    """Yield selectors for an element: alone, and within an element that has a name of its own."""
    attribute = "::attr(datetime)" if field == "published_at" and element.get("datetime") else ""
    own = list(_own_names(element))
    for name in own:
        yield name + attribute
    for around in islice(element.iterancestors(), _MAX_AROUND):
        for outer in _own_names(around):
            for name in (*own, element.tag):
                yield f"{outer} {name}{attribute}"


def _own_names(element: Element) -> Iterator[str]:
    for name in (element.get("class") or "").split():
        if _NAME.fullmatch(name):
            yield f".{name}"
            yield f"{element.tag}.{name}"
    if (name := element.get("id") or "") and _NAME.fullmatch(name) and not re.search(r"\d{3}", name):
        yield f"#{name}"
    if (name := element.get("itemprop") or "") and _NAME.fullmatch(name):
        yield f"[itemprop={name}]"
    if element.get("rel") in ("author", "tag"):
        yield f"[rel={element.get('rel')}]"
    if element.tag in _TAGS:
        yield element.tag


def _rank(selector: str) -> tuple[bool, int, int, str]:
    """The plainest first: of names that no program made, of one name, short."""
    names = re.findall(r"[.#]([\w-]+)", selector)
    return any(map(_MADE.fullmatch, names)), len(selector.split()), len(selector), selector
