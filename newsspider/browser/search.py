"""Search: reads the query out of a page's address, and answers it out of the caches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newsspider.browser import cache
from newsspider.browser.bigrams import MAX_QUERY, wanted
from newsspider.browser.cache import ArticleRow
from newsspider.text.language import N_, _
from newsspider.warc.address import loosely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsspider.browser.bigrams import Wanted
    from newsspider.browser.cache import Cache

PAGE = 25
MOST_PAGES = 400
"""Pages of a list: a reader who has looked through ten thousand articles sets a filter."""
_MOST = 200
"""Characters of a value that is chosen."""
_MOST_WRITTEN = 2000
"""Characters of what is looked for: an address may have so many. Of words fewer are read."""
FACETS = ("site", "channel", "source", "keyword")
FLAGS = {"changed": cache.CHANGED, "gone": cache.GONE, "video": cache.VIDEO}
ORDERS = ("newest", "relevance")
_NO_DAY = {
    "since": N_("The first day is not a date; write it as 2026-11-01. It is left out."),
    "until": N_("The last day is not a date; write it as 2026-11-01. It is left out."),
}
_WEIGHTS = "10.0, 1.0, 2.0"
"""Of a hit in the headline, the text, and what else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search with its filters. Its address leads to the same list, later and on another machine."""

    q: str = ""
    collection: str = ""
    site: str = ""
    channel: str = ""
    source: str = ""
    keyword: str = ""
    since: str = ""
    """The first day, ISO 8601, as the article prints it."""
    until: str = ""
    """The last."""
    flags: frozenset[str] = frozenset()
    earlier: bool = False
    """Whether versions that are not the newest are looked through too."""
    order: str = "newest"
    page: int = 1
    problems: tuple[str, ...] = ()
    """What of the address makes no sense, and is left out."""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Asked:
        """Read the query of an address; what makes no sense is said, and left out."""
        problems = []
        days = {}
        for name, says in _NO_DAY.items():
            days[name] = _day(values.get(name, "").strip())
            if days[name] is None:
                problems.append(_(says))
        text = values.get("q", "").strip()[:_MOST_WRITTEN]
        found = wanted(text)
        if text and not found.terms and found.without:
            problems.append(_("There are only words to leave out; write one to look for, too."))
        elif text and not found.terms:
            problems.append(_("There is no letter or digit to look for in what you wrote. It is left out."))
        elif len(text) > MAX_QUERY and not re.fullmatch(r"https?://\S+", text):
            problems.append(_("Of what you wrote, the first %(most)s characters are looked for.", most=MAX_QUERY))
        page = values.get("page", "1")
        order = values.get("order", "")
        return cls(
            q=text,
            collection=values.get("collection", "")[:_MOST],
            **{name: values.get(name, "").strip()[:_MOST] for name in FACETS},
            since=days["since"] or "",
            until=days["until"] or "",
            flags=frozenset(name for name in FLAGS if values.get(name)),
            earlier=bool(values.get("earlier")),
            order=order if order in ORDERS else "newest",
            page=min(max(1, int(page)), MOST_PAGES) if re.fullmatch("[0-9]{1,6}", page) else 1,
            problems=tuple(problems),
        )

    def address(self, **others: str | int) -> str:
        """Return the address of this list, or of one that differs in something."""
        values: dict[str, str | int] = {name: getattr(self, name) for name in ("q", "collection", *FACETS)}
        values |= {"since": self.since, "until": self.until}
        values |= dict.fromkeys(sorted(self.flags), 1)
        values |= {"earlier": int(self.earlier), "order": "" if self.order == "newest" else self.order}
        values |= {"page": "" if self.page == 1 else self.page} | others
        asked = urlencode({name: value for name, value in values.items() if value})
        return f"/?{asked}" if asked else "/"

    @property
    def wanted(self) -> Wanted:
        return wanted(self.q)

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return replace(self, q="", order="newest", page=1, problems=(), collection="") != Asked()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article of the list, and the collection that it is of."""

    collection: str
    row: ArticleRow


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of a search's hits, and the number of all."""

    hits: list[Hit]
    count: int


def search(caches: Mapping[str, Cache], asked: Asked) -> SearchResult:
    """Return the page that is asked for out of *caches*, by the name of the collection."""
    first = (asked.page - 1) * PAGE
    hits: list[Hit] = []
    count = 0
    wanted_of = {name: opened for name, opened in caches.items() if asked.collection in ("", name)}
    # Of several, any may hold all that stands before this page.
    skipped = first if len(wanted_of) == 1 else 0
    statement = Statement(asked, is_name=bool(asked.q) and any(each.has(asked.q) for each in wanted_of.values()))
    for name, opened in wanted_of.items():
        count += opened.count(statement.count, statement.values)
        values = {**statement.values, "most": first + PAGE - skipped, "skipped": skipped}
        hits += (Hit(name, row) for row in opened.rows(statement.rows, values))
    by_rank = asked.order == "relevance" and bool(asked.wanted.match)
    hits.sort(key=lambda hit: (hit.row.rank, -hit.row.moment) if by_rank else (0.0, -hit.row.moment))
    return SearchResult(hits[first - skipped :][:PAGE], count)


class Statement:
    """The SQL of what is asked: ``rows`` takes the *most* that are wanted after those *skipped*, ``count`` counts."""

    def __init__(self, asked: Asked, *, is_name: bool) -> None:
        """Take what is asked; with *is_name* what is looked for is the address or the id of an article."""
        match = asked.wanted.match
        self.values: dict[str, str | int] = {}
        conditions = []
        if is_name:
            conditions.append(cache.OF_NAME)
            self.values |= {"id": asked.q, "address": loosely(asked.q)}
        elif match:
            conditions.append("text MATCH :match")
            self.values["match"] = match
        if not asked.earlier:
            conditions.append(_NEWEST)
        for name in ("site", "channel", "source"):
            if value := getattr(asked, name):
                conditions.append(f"a.{name} = :{name}")
                self.values[name] = value
        if asked.keyword:
            conditions.append("a.n IN (SELECT article FROM keyword WHERE word = :keyword)")
            self.values["keyword"] = asked.keyword
        for name, comparison in (("since", ">="), ("until", "<=")):
            if value := getattr(asked, name):
                conditions.append(f"a.day {comparison} :{name}")
                self.values[name] = value
        conditions += (f"a.flags & {FLAGS[name]}" for name in sorted(asked.flags))
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        is_matched = "match" in self.values
        texts = "text JOIN version v ON v.n = text.rowid JOIN article a ON a.n = v.article"
        tables = texts if is_matched else "article a JOIN version v ON v.article = a.n"
        by_rank = is_matched and asked.order == "relevance"
        rank = f"bm25(text, {_WEIGHTS})" if by_rank else "0.0"
        order = "19, a.moment DESC" if by_rank else "a.moment DESC, a.n"
        is_all = conditions == [_NEWEST]  # then counting one table is a tenth of the work
        self.count = "SELECT count(*) FROM article" if is_all else f"SELECT count(*) FROM {tables} {where}"
        self.rows = (
            f"SELECT {cache.COLUMNS}, {rank} FROM {tables} JOIN part p ON p.n = v.part {where} "
            f"ORDER BY {order} LIMIT :most OFFSET :skipped"
        )


_NEWEST = "v.n = a.version"


def _day(text: str) -> str | None:
    """Return a day as it was written; None for any other text."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None
