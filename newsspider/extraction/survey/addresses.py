"""Finds the pattern of a site's article addresses, as ``Site.articles`` states it.

Addresses of one make (as many segments, the same ending, the same parameters) are laid below each other, and each
column becomes what stands in all of them, or a pattern of what does. The day is looked for first, since it may take
three segments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from newsspider.discovery.shapes import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ADDRESSES = 3
"""Kinds of addresses that are written of one site."""

_EXTENSION = re.compile(r"\.[a-z]{2,5}\Z")
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?P<by>[-/_]?)(?:0[1-9]|1[0-2])(?P<then>[-/_]?)(?:0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII
)
_NUMBERED = re.compile(r"[A-Za-z_.-]+(?=\d+\Z)")
_LITERAL = re.compile(r"[A-Za-z]{1,15}|(?:%[0-9A-F]{2}){1,30}")
_CLASSES = (("a-z", r"[a-z]"), ("A-Z", r"[A-Z]"), ("0-9", r"[0-9]"), ("_", "_"), (".", r"\."), ("~", "~"), ("%", "%"))
_LENGTHS = (8, 16, 32, 64, 128, 256)


class _Make(NamedTuple):
    """The make that addresses share when they are laid below each other."""

    origin: str
    segments: int
    extension: str
    parameters: tuple[str, ...]
    has_day: bool


def articles(known: Sequence[str], candidates: Iterable[str] = ()) -> dict[str, str]:
    r"""Return canonical address -> pattern of what names an article, for *known* articles and more that may be some.

    Of *candidates* those help that are of the same make: what differs among them is no part of every address.

    >>> articles(["https://news.example/2026/01/30/harbour-lights.html", "https://news.example/2026/01/29/old-bridge.html"])
    {'https://news.example/{}.html': '(?P<day>\\d{4}/\\d\\d/\\d\\d)/[a-z0-9-]{1,32}'}
    >>> articles(["https://news.example/read.php?c=1&id=7731", "https://news.example/read.php?c=1&id=7702"])
    {'https://news.example/read.php?id={}': '\\d{1,8}'}
    """
    makes: dict[_Make, list[str]] = {}
    for url in dict.fromkeys(known):
        makes.setdefault(_make(url), []).append(url)
    more = [url for url in dict.fromkeys(candidates) if url not in known and likeness(url) == "likely"]
    by_number = sorted(makes.items(), key=lambda item: -len(item[1]))
    said: dict[str, str] = {}
    for make, urls in by_number[:MAX_ADDRESSES]:
        for address, pattern in _address(make, [*urls, *(url for url in more if _make(url) == make)]).items():
            said[address] = _either(said[address], pattern) if address in said else pattern
    return said


def _either(pattern: str, other: str) -> str:
    """Return the pattern of what either of two names; of two groups ``day`` a pattern can have the first."""
    return f"{pattern}|{other.replace('?P<day>', '?:') if '?P<day>' in pattern else other}"


def _make(url: str) -> _Make:
    parts = urlsplit(url)
    extension = _EXTENSION.search(parts.path)
    names = tuple(sorted(name for name, _ in parse_qsl(parts.query)))
    return _Make(
        f"{parts.scheme}://{parts.netloc}",
        parts.path.count("/"),
        extension[0] if extension else "",
        names,
        _DAY.search(parts.path) is not None,
    )


def _address(make: _Make, urls: Sequence[str]) -> dict[str, str]:
    paths = [urlsplit(url).path.removesuffix(make.extension) for url in urls]
    if len(set(paths)) == 1 and make.parameters and len(urls) > 1:
        return _parameter(make, paths[0], urls)
    parts = [part for column in _columns(paths) for part in column]
    varying = [n for n, (_, is_pattern) in enumerate(parts) if is_pattern]
    if not varying:
        return {}
    first, last = varying[0], varying[-1]
    before = "".join(text for text, _ in parts[:first])
    after = "".join(text for text, _ in parts[last + 1 :])
    pattern = "".join(text if is_pattern else _escaped(text) for text, is_pattern in parts[first : last + 1])
    return {f"{make.origin}{before}{{}}{after}{make.extension}": pattern}


def _parameter(make: _Make, path: str, urls: Sequence[str]) -> dict[str, str]:
    """The parameter that differs most names the article."""
    queries = [dict(parse_qsl(urlsplit(url).query)) for url in urls]
    name = max(make.parameters, key=lambda each: len({query[each] for query in queries}))
    pattern, is_pattern = _generalised([query[name] for query in queries])
    if not is_pattern:
        return {}
    return {f"{make.origin}{path}{make.extension}?{name}={{}}": pattern}


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


_Part = tuple[str, bool]
"""A text, and whether it is a pattern."""


def _columns(paths: Sequence[str]) -> list[list[_Part]]:
    days = [_DAY.search(path) for path in paths]
    if all(days):
        found = [day for day in days if day]
        separators = {(day["by"], day["then"]) for day in found}
        heads = [path[: day.start()] for path, day in zip(paths, found, strict=True)]
        tails = [path[day.end() :] for path, day in zip(paths, found, strict=True)]
        if len(separators) == 1 and len({head.count("/") for head in heads}) == 1:
            by, then = separators.pop()
            day = rf"\d{{4}}{by}\d\d{then}\d\d" if by or then else r"\d{8}"
            return [*_segments(heads), [(f"(?P<day>{day})", True)], *_segments(tails)]
    return _segments(paths)


def _segments(texts: Sequence[str]) -> list[list[_Part]]:
    columns = zip(*(text.split("/") for text in texts), strict=True)
    said = [_segment(column) for column in columns]
    return [part for each in said for part in ([("/", False)], each)][1:]


def _segment(values: Sequence[str]) -> list[_Part]:
    """Return the pattern of one segment of all addresses: one text, a pattern, or a text before numbers."""
    if len(set(values)) == 1 and (not values[0] or _LITERAL.fullmatch(values[0])):
        return [(values[0], False)]
    prefixes = {match[0] for value in values if (match := _NUMBERED.match(value))}
    if len(prefixes) == 1 and all(map(_NUMBERED.match, values)):
        prefix = prefixes.pop()
        return [(prefix, False), _generalised([value.removeprefix(prefix) for value in values])]
    return [_generalised(values)]


def _generalised(values: Sequence[str]) -> _Part:
    """The pattern of *values*, or what they are if they are one."""
    if len(set(values)) == 1 and (not values[0] or _LITERAL.fullmatch(values[0])):
        return values[0], False
    longest = max(map(len, values))
    if all(value.isascii() and value.isdigit() for value in values):
        return rf"\d{{1,{_length(longest)}}}", True
    text = "".join(values)
    if "-" in text:  # words, of which others may be numbers
        text += "0"
    if set(unquote(text)) - set(text):
        text += "%Aa0"
    classes = "".join(name for name, pattern in _CLASSES if re.search(pattern, text))
    others = "".join(sorted(re.escape(each) for each in set(text) if not re.match(r"[\w.~%-]", each, re.ASCII)))
    least = "0" if not all(values) else "1"
    return f"[{classes}{others}{'-' if '-' in text else ''}]{{{least},{_length(longest)}}}", True


def _length(longest: int) -> int:
    """A bound that leaves room for longer ones."""
    return next((each for each in _LENGTHS if 1.5 * longest <= each), 2 * longest)
