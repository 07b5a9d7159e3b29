"""The tables that records become in a relational database, the same in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

Type = Literal["text", "integer", "boolean", "time", "json"]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, with its place in a record."""

    name: str
    type: Type
    path: tuple[str, ...]
    """Where the value stands in the record, or in the element of a list."""


@dataclass(frozen=True, eq=False)
class TargetTable:
    """A table of a target: its key and its columns."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    of: str | None = None
    """The list of the article that a row is an element of; None where a row is a record."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The field of the record that each column's value is, or is in."""
        return tuple(column.path[0] for column in self.columns)

    @cached_property
    def converted(self) -> tuple[tuple[int, Column], ...]:
        """Columns whose values do not stand in the record as they are, with their places."""
        return tuple(
            (place, column)
            for place, column in enumerate(self.columns)
            if len(column.path) > 1 or column.type == "json"
        )


def _columns(**types: str) -> tuple[Column, ...]:
    """Read ``name="type path"``; without a path the value stands under the name."""
    columns = []
    for name, told in types.items():
        kind, _, path = told.partition(" ")
        columns.append(Column(name, kind, tuple((path or name).split("."))))  # type: ignore[arg-type]
    return tuple(columns)


ARTICLES = TargetTable(
    "articles",
    ("id",),
    _columns(
        id="text", site="text", url="text", canonical_url="text", title="text", original_title="text",
        page_title="text", published_at="time", published_raw="text", modified_at="time", modification_notes="json",
        source_name="text source.name", source_url="text source.url",
        channel_name="text channel.name", channel_url="text channel.url",
        section="text", authors="json", editors="json", summary="text", body_text="text", body_html="text",
        image_credit="text image_credit.raw", copyright_notice="text", exclusive="boolean", is_free="boolean",
        sponsored="boolean", keywords_raw="text",
        comments_count="integer comments.count", comments_state="text comments.state", language="text",
        amp_url="text", translations="json",
        chars="integer counts.chars", han="integer counts.han", words="integer counts.words",
        content_hash="text", record_hash="text", site_facts="text", fetched_at="time",
        warc="text archive.warc", warc_offset="integer archive.offset", warc_length="integer archive.length",
        warc_record_id="text archive.record_id", payload_digest="text archive.payload_digest",
        parser_version="text provenance.parser_version", cut_off="boolean provenance.cut_off",
        doubts="json provenance.doubts", warnings="json provenance.warnings", schema_version="text",
    ),
)  # fmt: skip
"""One row an article: the newest version."""

VERSIONS = TargetTable(
    "versions",
    ("id", "fetched_at"),
    _columns(
        id="text", fetched_at="time", title="text", content_hash="text", record_hash="text", run="text", record="json"
    ),
)
"""One row a version, from the first to the newest; ``record`` is the whole of it."""

IMAGES = TargetTable(
    "images",
    ("article_id", "n"),
    _columns(
        article_id="text", n="integer", url="text", alt="text", caption="text", credit="text", position="integer"
    ),
    of="images",
)
VIDEOS = TargetTable(
    "videos",
    ("article_id", "n"),
    _columns(
        article_id="text", n="integer", url="text", poster="text", duration_s="integer", media_id="text"
    ),
    of="videos",
)  # fmt: skip
AUDIO = TargetTable(
    "audio",
    ("article_id", "n"),
    _columns(article_id="text", n="integer", url="text", title="text", duration_s="integer"),
    of="audio",
)
KEYWORDS = TargetTable(
    "keywords", ("article_id", "n"), _columns(article_id="text", n="integer", keyword="text"), of="keywords"
)
RECOMMENDATIONS = TargetTable(
    "recommendations",
    ("article_id", "n"),
    _columns(
        article_id="text", n="integer", title="text", url="text", recommended_id="text id", duration_s="integer",
        channel="text", date_raw="text", date_at="text", date_precision="text",
        date_earliest="time", date_latest="time",
    ),
    of="recommendations",
)  # fmt: skip
SITE_FACTS = TargetTable(
    "site_facts",
    ("id",),
    _columns(id="text", site="text", publisher="text", copyright="text", fetched_at="time", record="json"),
)
CHANGES = TargetTable(
    "changes",
    ("id", "event", "at"),
    _columns(id="text", event="text", at="time", url="text", run="text", record="json"),
)
"""What happened to an article, as the runs saw it."""

LOADED = TargetTable(
    "loaded_parts",
    ("run", "part"),
    _columns(run="text", part="text", sha256="text"),
)
"""What need not be loaded again."""

OF_ARTICLES = (IMAGES, VIDEOS, AUDIO, KEYWORDS, RECOMMENDATIONS)
ALL = (ARTICLES, VERSIONS, *OF_ARTICLES, SITE_FACTS, CHANGES, LOADED)


def row_of(table: TargetTable, record: dict[str, Any]) -> Row:
    """Return the row that *record* is; a value that it has not is None.

    >>> row_of(KEYWORDS, {"article_id": "a:1", "n": 1, "keyword": "上海"})
    ('a:1', 1, '上海')
    """
    row = list(map(record.get, table.fields))
    for place, column in table.converted:
        row[place] = _converted(column, row[place])
    return tuple(row)


def rows_of(table: TargetTable, article: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows for the list that *table* is of: the article's id, the place in the list, and what stands there.

    >>> list(rows_of(KEYWORDS, {"id": "a:1", "keywords": ["上海", "杭州"]}))
    [('a:1', 1, '上海'), ('a:1', 2, '杭州')]
    """
    assert table.of is not None
    assert not table.converted
    fields = table.fields[2:]
    for number, element in enumerate(article.get(table.of) or (), start=1):
        get = element.get if isinstance(element, dict) else {"keyword": element}.get
        yield (article["id"], number, *map(get, fields))


def _converted(column: Column, value: Any) -> Any:
    for step in column.path[1:]:
        if value is None:
            return None
        value = value.get(step)
    if column.type == "json" and value is not None:
        return orjson.dumps(value).decode()
    return value
