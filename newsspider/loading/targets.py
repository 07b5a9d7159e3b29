"""What stands behind ``--to``: the target for an address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.errors import ExtraMissingError
from newsspider.loading.addresses import TargetAddressError
from newsspider.loading.relational import Relational
from newsspider.loading.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.loading.loading import Target


def open_target(address: str) -> Target:
    """Open what *address* names. TargetAddressError, and what the target raises."""
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in _OPEN:
        # Not the whole address: there may be a password in it.
        raise TargetAddressError(f"{scheme[:20]}:…" if colon else address[:40], "no such target")
    return _OPEN[scheme](rest)


def _sqlite(rest: str) -> Target:
    path = rest.removeprefix("///")
    if path == rest or path in ("", ":memory:"):  # what is only in memory is gone when the command ends
        raise TargetAddressError(f"sqlite:{rest}", "names no file; three slashes and a relative path, or four")
    return Relational(SqliteDatabase(Path(path)))


def _postgres(rest: str) -> Target:
    try:
        from newsspider.loading.postgres import PostgresDatabase
    except ImportError as error:
        raise ExtraMissingError("postgres", error) from error
    return Relational(PostgresDatabase(f"postgresql:{rest}"))


def _parquet(rest: str) -> Target:
    if not rest or "://" in rest:
        raise TargetAddressError(f"parquet:{rest}", "names no directory of this machine")
    try:
        from newsspider.loading.parquet import ParquetDatabase
    except ImportError as error:
        raise ExtraMissingError("parquet", error) from error
    return Relational(ParquetDatabase(Path(rest)))


def _search(scheme: str) -> Callable[[str], Target]:
    def open_search(rest: str) -> Target:
        try:
            from newsspider.loading.search import SearchTarget
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
