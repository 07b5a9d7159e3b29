"""What stands behind ``--to``: the target for an address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.errors import ExtraMissingError, NewsspiderError
from newsspider.loading.relational import Relational
from newsspider.loading.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.loading.loading import Target


FORMS = (
    "sqlite:///file.db",
    "postgresql://host:5432/database",
    "parquet:DIR",
    "opensearch+https://host:9200/index",
    "elasticsearch+https://host:9200/index",
    "s3://bucket/prefix",
)
"""How addresses of targets look."""


class TargetError(NewsspiderError):
    """There is no target at an address."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(f"--to {address}: {problem}; there is: {', '.join(FORMS)}")


def open_target(address: str) -> Target:
    """Open what *address* names. TargetError, and what the target raises."""
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in _OPEN:
        # Not the whole address: there may be a password in it.
        raise TargetError(f"{scheme[:20]}:…" if colon else address[:40], "no such target")
    return _OPEN[scheme](rest)


def _sqlite(rest: str) -> Target:
    path = rest.removeprefix("///")
    if path == rest or not path:
        raise TargetError(f"sqlite:{rest}", "names no file; three slashes and a relative path, or four")
    return Relational(SqliteDatabase(Path(path)))


def _postgres(rest: str) -> Target:
    try:
        from newsspider.loading.postgres import PostgresDatabase
    except ImportError as error:
        raise ExtraMissingError("postgres", error) from error
    return Relational(PostgresDatabase(f"postgresql:{rest}"))


def _parquet(rest: str) -> Target:
    if not rest:
        raise TargetError("parquet:", "names no directory")
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
