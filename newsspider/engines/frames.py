"""Archives as a data frame of Dask's, with types that nobody has to infer."""

from __future__ import annotations

from typing import Any

from newsspider.engines.tables import Portion, arrow, arrow_schema, batches, portions
from newsspider.terminal.extras import ExtraMissingError


def frame(address: str, kind: str = "articles", *, site: str | None = None) -> Any:
    """Return a data frame of Dask's, a partition for each span of a WARC file or feed part; its columns are Arrow's.

    *address* and *site* are those of ``tables.portions``, *kind* is one of articles, changes, captures and problems.
    """
    try:
        import dask.dataframe
    except ImportError as error:
        raise ExtraMissingError("dask", error) from error
    nothing = _frame(kind, [])
    if there := portions(address, kind, site):
        return dask.dataframe.from_map(_read, there, meta=nothing)
    return dask.dataframe.from_pandas(nothing, npartitions=1)


def _read(portion: Portion) -> Any:
    return _frame(portion.kind, list(batches(portion)))


def _frame(kind: str, rows: list[Any]) -> Any:
    import pandas

    return arrow().Table.from_batches(rows, schema=arrow_schema(kind)).to_pandas(types_mapper=pandas.ArrowDtype)
