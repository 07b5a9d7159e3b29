"""Counts the witnesses that gave each field of a run's articles, and names a page on which one gave none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Given(NamedTuple):
    """A field, and the witness that gave its value."""

    field: str
    witness: str


class WitnessCounts:
    """Counts how often each witness gave each field, with a page for each; it grows with the fields, not the pages."""

    def __init__(self) -> None:
        self.articles = 0
        self.counts: Counter[Given] = Counter()
        self._fields: set[str] = set()
        self._given_on: dict[Given, str] = {}
        self._lacking_on: dict[str, str] = {}
        self._last: str | None = None

    def add(self, url: str, fields: Mapping[str, str]) -> None:
        """Count an article: for each of its *fields* the witness that was believed."""
        self.articles += 1
        self._last = url
        for item in fields.items():
            each = Given(*item)
            self.counts[each] += 1
            self._given_on[each] = url
        if lacking := self._fields - fields.keys():
            self._lacking_on.update(dict.fromkeys(lacking, url))
        self._fields.update(fields)

    def without(self, field: str, witness: str | None = None) -> str | None:
        """Return a page whose *field* another than *witness* gave, or nobody; None where none is known.

        >>> giving = WitnessCounts()
        >>> giving.add("https://news.example/1", {"title": "state"})
        >>> giving.without("title", "class:current"), giving.without("title"), giving.without("source")
        ('https://news.example/1', None, 'https://news.example/1')
        """
        if field not in self._fields:
            return self._last
        if witness is not None:
            for each, url in self._given_on.items():
                if each.field == field and each.witness != witness:
                    return url
        return self._lacking_on.get(field)

    def by_field(self) -> dict[str, dict[str, int]]:
        """Arrange the counts for the manifest: ``{"title": {"class:current": 117, "landmarks": 3}}``."""
        fields: dict[str, dict[str, int]] = {}
        for (field, witness), count in sorted(self.counts.items()):
            fields.setdefault(field, {})[witness] = count
        return fields
