"""Archives as a data source of Spark's: ``spark.dataSource.register(newsspider.engines.spark.NewsspiderSource)``.

    spark.read.format("newsspider").option("site", "kankanews").load("s3://bucket/kankanews")

Options: ``kind``, one of articles (the default), changes, captures and problems; ``site``. A partition is a span of a
WARC file, or a feed part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema

from newsspider.engines.tables import Portion, TableError, arrow_schema, batches, portions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass
class _Partition(InputPartition):  # type: ignore[misc]  # no types are read of it
    portion: Portion


class _Reader(DataSourceReader):  # type: ignore[misc]
    def __init__(self, options: dict[str, str]) -> None:
        self._options = options

    def partitions(self) -> Sequence[_Partition]:
        if "path" not in self._options:
            raise TableError('load("PATH") takes a collection, a WARC file, or a folder of them, here or at s3://')
        found = portions(self._options["path"], self._options.get("kind", "articles"), self._options.get("site"))
        return [_Partition(each) for each in found]

    def read(self, partition: _Partition) -> Iterator[Any]:
        return batches(partition.portion)


class NewsspiderSource(DataSource):  # type: ignore[misc]
    """Articles, changes, captures or problems of archives."""

    @classmethod
    def name(cls) -> str:
        return "newsspider"

    def schema(self) -> Any:
        return from_arrow_schema(arrow_schema(self.options.get("kind", "articles")))

    def reader(self, schema: Any) -> _Reader:
        return _Reader(dict(self.options))
