"""The tables of a lake, with their columns, and the parts of DuckDB's SQL that name them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.feeds.loading.columns import TEXT, columns_of
from newsspider.feeds.loading.tables import CHANGES, LOADED, SITE_FACTS, VERSIONS, TargetTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Dataset:
    """The files of a table."""

    table: TargetTable
    kind: str | None
    """Schema of the records whose fields are its columns; None where the columns are those of the table."""
    more: tuple[str, ...] = ()
    """Columns of the table that are no fields of the record."""
    month_of: str | None = None
    """A file is of one site and, where a time is named here, of one month of it."""

    @property
    def columns(self) -> dict[str, str]:
        """Name -> type. The site is not among them: the directory names it, and pandas wants it named once."""
        fields = columns_of(self.kind) if self.kind else {}
        return {name: kind for name, kind in fields.items() if name != "site"} | dict.fromkeys(self.more, TEXT)

    @property
    def named(self) -> str:
        """Name the columns, as files say it of themselves, so that nobody need ask for each."""
        return hashlib.sha256(repr(self.columns).encode()).hexdigest()[:16]


DATASETS = (
    Dataset(VERSIONS, "article", more=("record_hash", "run"), month_of="fetched_at"),
    Dataset(CHANGES, "change", month_of="at"),
    Dataset(SITE_FACTS, "site_facts"),
    Dataset(LOADED, None, more=LOADED.names),
)


def waiting(dataset: Dataset, site: str | None, month: str | None) -> str:
    """Return the query for what waits for a place."""
    return (
        f"SELECT {names(dataset.columns)} FROM {dataset.table.name} "
        f"WHERE site IS NOT DISTINCT FROM {literal(site)} AND month IS NOT DISTINCT FROM {literal(month)}"
    )


def read(files: Iterable[Path], *, named: bool = False) -> str:
    """Return the SQL of a table over Parquet *files*; *named*: with the file's name as a column."""
    return f"read_parquet({listed(files)}, hive_partitioning = false, filename = {named})"


def listed(files: Iterable[Path]) -> str:
    """Return a list of *files* in SQL."""
    return f"[{', '.join(map(literal, files))}]"


def names(names: Iterable[str]) -> str:
    """Write names of columns: ``at`` is a word of SQL.

    >>> names(["id", "at"])
    '"id", "at"'
    """
    return ", ".join(f'"{name}"' for name in names)


def literal(value: str | Path | None) -> str:
    """Write a literal of SQL.

    >>> literal("it's"), literal(None)
    ("'it''s'", 'NULL')
    """
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"
