"""The target for an address of ``--to``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.feeds.loading.addresses import TargetAddressError, nearest_form
from newsspider.feeds.loading.relational import Relational
from newsspider.feeds.loading.sqlite import SqliteDatabase
from newsspider.terminal.extras import ExtraMissingError
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.feeds.loading.loading import Target
    from newsspider.feeds.loading.parquet import ParquetDatabase

LAKE = "parquet:"
"""What the address of a lake begins with."""


def open_target(address: str) -> Target:
    """Open what *address* names. TargetAddressError, and what the target raises."""
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in _OPEN:
        # Not the whole address: there may be a password in it.
        shown = f"{scheme[:20]}:…" if colon else address[:40]
        raise TargetAddressError(shown, meant=nearest_form(address[:200]))
    return _OPEN[scheme](rest)


def compact(address: str) -> None:
    """Put the files of the lake at *address* together. TargetAddressError, and what the lake raises."""
    lake = _lake(address.removeprefix(LAKE))
    try:
        lake.compact()
    finally:
        lake.close()


def _sqlite(rest: str) -> Target:
    path = rest.removeprefix("///")
    if path == rest or path in ("", ":memory:"):  # what is only in memory is gone when the command ends
        raise TargetAddressError(
            f"sqlite:{rest}", message("names no file; write sqlite:///news.db or sqlite:////srv/news.db")
        )
    return Relational(SqliteDatabase(Path(path)))


def _postgres(rest: str) -> Target:
    try:
        from newsspider.feeds.loading.postgres import PostgresDatabase
    except ImportError as error:
        raise ExtraMissingError("postgres", error) from error
    return Relational(PostgresDatabase(f"postgresql:{rest}"))


def _parquet(rest: str) -> Target:
    return Relational(_lake(rest))


def _lake(rest: str) -> ParquetDatabase:
    if not rest or "://" in rest:
        raise TargetAddressError(f"parquet:{rest}", message("names no directory of this machine"))
    try:
        from newsspider.feeds.loading.parquet import ParquetDatabase
    except ImportError as error:
        raise ExtraMissingError("parquet", error) from error
    return ParquetDatabase(Path(rest))


def _search(scheme: str) -> Callable[[str], Target]:
    def open_search(rest: str) -> Target:
        try:
            from newsspider.feeds.loading.search import SearchTarget
        except ImportError as error:
            raise ExtraMissingError("search", error) from error
        return SearchTarget(scheme, rest)

    return open_search


_OPEN: dict[str, Callable[[str], Target]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
    "parquet": _parquet,
    **{
        scheme: _search(scheme)
        for scheme in ("opensearch+https", "opensearch+http", "elasticsearch+https", "elasticsearch+http")
    },
}
