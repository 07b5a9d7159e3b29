"""Compares two parsers over the same pages: for every field, how often a value was added, lost or changed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeAlias

import orjson

from newsspider.record.records import up_to_date

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind: TypeAlias = Literal["added", "lost", "changed"]
KINDS: tuple[Kind, ...] = ("added", "lost", "changed")

MAX_EXAMPLES = 3
"""Examples of a field and kind, and of pages that only one of the parsers makes a record of."""

_WINDOW = 160
"""Characters of a value in an example."""
_LEAD = 30
"""How many of these stand before the first difference."""


class Difference(NamedTuple):
    """One value that is not the same in two records of a page."""

    path: str
    """``title``, ``comments.count``; ``recommendations[].title`` for any element of a list."""
    kind: Kind
    then: Any
    now: Any


def differences(then: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Yield the differences of two records, or values at *path*; nothing is null, an empty list or an empty object.

    >>> list(differences({"a": 1, "b": [{"c": 1}, {"c": 2}]}, {"a": None, "b": [{"c": 1}, {"c": 3}]}))
    [Difference(path='a', kind='lost', then=1, now=None), Difference(path='b[].c', kind='changed', then=2, now=3)]
    >>> list(differences(["one"], ["one", "two"], "keywords"))
    [Difference(path='keywords', kind='changed', then=['one'], now=['one', 'two'])]
    """
    if then == now and type(then) is type(now):
        return
    if isinstance(then, dict) and isinstance(now, dict):
        for name in {**then, **now}:
            yield from differences(then.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif _is_nothing(then) or _is_nothing(now):
        if not (_is_nothing(then) and _is_nothing(now)):
            yield Difference(path, "added" if _is_nothing(then) else "lost", then, now)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for one, other in zip(then, now, strict=True):
            yield from differences(one, other, f"{path}[]")
    else:
        yield Difference(path, "changed", then, now)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ([], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceExample:
    """A difference on one page, for a person: as text, cut to where the two part."""

    url: str
    then: str
    now: str


@dataclass(slots=True)
class FieldDifferences:
    """The differences of a field's values over many pages."""

    counts: Counter[Kind] = field(default_factory=Counter)
    """Records with at least one such difference."""
    examples: dict[Kind, list[DifferenceExample]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, other: FieldDifferences) -> None:
        self.counts += other.counts
        for kind in KINDS:
            _extend(self.examples[kind], other.examples[kind])


@dataclass(slots=True)
class Comparison:
    """The differences of many pages. An earlier record and one of today belong together by the place of their page."""

    same: int = 0
    """Pages whose two records are the same, but for the parser's version."""
    different: int = 0
    """Pages with two records that differ in more."""
    lost: int = 0
    """Pages that have an earlier record and none of today."""
    gained: int = 0
    """Pages that have a record of today and no earlier one."""
    lost_examples: list[str] = field(default_factory=list)
    """URLs."""
    gained_examples: list[str] = field(default_factory=list)
    fields: dict[str, FieldDifferences] = field(default_factory=dict)
    """By path."""
    parsers: Counter[str] = field(default_factory=Counter)
    """Earlier records by the parser that they name: ``kankanews 1``."""

    @property
    def earlier(self) -> int:
        """Earlier records that belong to one of the pages."""
        return self.same + self.different + self.lost

    def compare(self, then: bytes | None, now: bytes | None) -> None:
        """Take in a page: its earlier record and that of today, lines of JSON; None where there is none."""
        if then is None:
            if now is not None:
                self.gained += 1
                _extend(self.gained_examples, [_url(orjson.loads(now))])
            return
        record = orjson.loads(then)
        provenance = record.get("provenance") or {}
        self.parsers[f"{provenance.get('parser')} {provenance.get('parser_version')}"] += 1
        if now is None:
            self.lost += 1
            _extend(self.lost_examples, [_url(record)])
        elif then == now or not (found := _telling_differences(record, orjson.loads(now))):
            self.same += 1
        else:
            self.different += 1
            self._take_in(_url(record), found)

    def _take_in(self, url: str, found: list[Difference]) -> None:
        seen = set()
        for difference in found:
            if (difference.path, difference.kind) in seen:
                continue  # of a list's elements one is enough
            seen.add((difference.path, difference.kind))
            of_field = self.fields.setdefault(difference.path, FieldDifferences())
            of_field.counts[difference.kind] += 1
            then, now = excerpts(as_text(difference.then), as_text(difference.now))
            _extend(of_field.examples[difference.kind], [DifferenceExample(url=url, then=then, now=now)])

    def add(self, other: Comparison) -> None:
        """Take in the differences of further pages."""
        self.same += other.same
        self.different += other.different
        self.lost += other.lost
        self.gained += other.gained
        self.parsers += other.parsers
        _extend(self.lost_examples, other.lost_examples)
        _extend(self.gained_examples, other.gained_examples)
        for path, of_field in other.fields.items():
            self.fields.setdefault(path, FieldDifferences()).add(of_field)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Make the comparison again of which *record* is what its JSON was."""
        return cls(
            **{
                **record,
                "parsers": Counter(record["parsers"]),
                "fields": {
                    path: FieldDifferences(
                        Counter(of_field["counts"]),
                        {
                            kind: [DifferenceExample(**each) for each in given]
                            for kind, given in of_field["examples"].items()
                        },
                    )
                    for path, of_field in record["fields"].items()
                },
            }
        )


_OF_NO_PAGE = ("provenance.parser_version", "schema_version", "discovered")


def _telling_differences(then: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    """Return the differences of two records that are more than that another parser or program made them.

    What led to a page is known to the crawl, and not said by the page.
    """
    found = differences(up_to_date(then), now)
    return [each for each in found if each.path not in _OF_NO_PAGE]


def _extend(examples: list[Any], more: list[Any]) -> None:
    examples += more[: MAX_EXAMPLES - len(examples)]


def _url(record: dict[str, Any]) -> str:
    return str(record.get("url"))


def as_text(value: Any) -> str:
    """Write a value as a person reads it: text as it is, nothing as nothing, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def excerpts(then: str, now: str) -> tuple[str, str]:
    """Cut two texts to where they part.

    >>> excerpts("x" * 500 + "then" + "y" * 500, "x" * 500 + "now")[1]
    '…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxnow'
    >>> excerpts("short", "shorter")
    ('short', 'shorter')
    """
    if max(len(then), len(now)) <= _WINDOW:
        return then, now
    parted = next(place for place, (one, other) in enumerate(zip_longest(then, now)) if one != other)
    start = max(0, parted - _LEAD)
    return _window(then, start), _window(now, start)


def _window(text: str, start: int) -> str:
    end = start + _WINDOW
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
