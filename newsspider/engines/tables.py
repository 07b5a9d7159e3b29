"""Archives and feeds as tables: their columns, with types that nobody has to infer, and their rows in portions.

A time is an instant; a list that is null stays null. What is nested stays nested.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsspider import sites
from newsspider.collection.collection import Collection
from newsspider.collection.objects import path_of
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import WarcSource, alone, as_it_is, index_of
from newsspider.collection.wacz import FileSpan
from newsspider.collection.windows import Ranged, copied
from newsspider.errors import NewsspiderError
from newsspider.extraction.plan import Unit, entries_of, make_plan, may_be_article
from newsspider.extraction.reading import CaptureOutcome, CaptureReader
from newsspider.feeds.reading import MAX_LINE, checked, prove, runs
from newsspider.record import schema
from newsspider.terminal.extras import ExtraMissingError
from newsspider.warc.codings import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.source import Report
    from newsspider.warc.cdxj import CdxjEntry

KINDS = ("articles", "changes", "captures", "problems")
_ROWS = 1000
"""Of a batch."""
_SPAN = 64 << 20
_CAPTURES = dict.fromkeys(("urlkey", "timestamp", "url", "mime", "status", "digest", "filename"), "string")
_PROBLEMS = {"kind": "string", "url": "string", "warc": "string", "offset": "int64", "problem": "string"}


class TableError(NewsspiderError):
    """There is no such table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Rows that one task reads."""

    kind: str
    names: tuple[str, ...]
    """Of the sites whose articles are wanted."""
    source: WarcSource | None = None
    unit: Unit | None = None
    """A span of a WARC file."""
    part: Path | None = None
    """A feed part, whose SHA-256 its manifest states."""
    sha256: str = ""
    site: str | None = None
    """Of a feed part: whose records alone are wanted; None: all."""
    problems: tuple[str, ...] = ()
    """What could not be read while the archive was looked through."""


def arrow() -> Any:
    """Return pyarrow; ExtraMissingError."""
    try:
        import pyarrow
    except ImportError as error:
        raise ExtraMissingError("spark", error) from error
    return pyarrow


def arrow_schema(kind: str) -> Any:
    """Return the columns of one of KINDS as a schema of pyarrow's; TableError for another."""
    pa = arrow()
    if kind not in KINDS:
        raise TableError(f"kind={kind}: there is no such table; there are {', '.join(KINDS)}")
    if kind in ("articles", "changes"):
        told = json.loads(schema.load({"articles": "article", "changes": "change"}[kind]))
        return pa.schema({name: _type(pa, field, told["$defs"]) for name, field in told["properties"].items()})
    columns = _PROBLEMS if kind == "problems" else {**_CAPTURES, "length": "int64", "offset": "int64"}
    return pa.schema({name: getattr(pa, type_)() for name, type_ in columns.items()})


def _type(pa: Any, field: dict[str, Any], parts: dict[str, Any]) -> Any:
    if "anyOf" in field:
        return _type(pa, field["anyOf"][0], parts)
    if "$ref" in field:
        return _type(pa, parts[field["$ref"].rpartition("/")[2]], parts)
    kind = field["type"] if isinstance(field["type"], str) else field["type"][0]
    if kind == "array":
        return pa.list_(_type(pa, field["items"], parts))
    if "properties" in field:
        return pa.struct({name: _type(pa, each, parts) for name, each in field["properties"].items()})
    if kind == "object":
        return pa.map_(pa.string(), _type(pa, field["additionalProperties"], parts))
    if field.get("format") == "date-time":
        return pa.timestamp("us", tz="UTC")
    return {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}[kind]


def portions(address: str, kind: str, site: str | None = None) -> list[Portion]:
    """Return what is to be read of a collection, WARC files, a folder of them, or what ``scrapy extract`` wrote.

    Articles of archives are parsed; of what an extraction wrote, they are read. *site* is one site, or ``news`` for all
    hosts; None: all that have a file, or that an extraction was of. TableError, SourceError, FeedError.
    """
    arrow_schema(kind)
    path = path_of(address)
    names = (site,) if site is not None else tuple(sites.names())
    for name in names:
        sites.load(name)
    extracted = (path / "manifest.json").is_file()
    if kind == "changes" or (kind == "articles" and extracted):
        listed = "changes_parts" if kind == "changes" else "parts"
        only = None if site == sites.ANY else site
        return [
            Portion(
                kind=kind, names=names, site=only, part=run.directory / Path(part["name"]).name, sha256=part["sha256"]
            )
            for run in runs(path)
            for part in run.manifest.get(listed, ())
        ]
    problems: list[str] = []
    with scratch_directory() as scratch:
        source = as_it_is(path, scratch, problems.append)
        if any(isinstance(file, FileSpan) and file.path != path for file in source.files.values()):
            raise TableError(f"{path}: its WARC files are compressed once more, so no task can read a span: unpack it")
        if path.is_dir() and source.indexes:  # where every task finds them, too
            source = replace(source, indexes=tuple(Collection(path).index.files()))
        elif source.indexes:
            source = replace(source, indexes=(), unindexed=tuple(source.files))
        plan = make_plan([source], sites.among(names), scratch / "plan", span=_SPAN, progress=lambda *_: None)
        units = [Portion(kind=kind, names=names, source=source, unit=unit) for unit in plan.read(None)]
    if kind == "problems" and problems:
        return [Portion(kind=kind, names=names, problems=tuple(problems)), *units]
    if kind != "captures":
        return units
    indexes = [Portion(kind=kind, names=names, part=index) for index in source.indexes]
    return indexes + [each for each in units if each.unit is not None and each.unit.offsets is None]


def batches(portion: Portion) -> Iterator[Any]:
    """Yield the rows of a portion as record batches of pyarrow's."""
    pa, columns = arrow(), arrow_schema(portion.kind)
    rows: list[dict[str, Any]] = []

    def batch() -> Any:
        values = [{field.name: _value(row.get(field.name), field.type, pa) for field in columns} for row in rows]
        return pa.RecordBatch.from_pylist(values, schema=columns)

    for row in _rows(portion):
        rows.append(row)
        if len(rows) == _ROWS:
            yield batch()
            rows.clear()
    yield batch()


def _value(value: Any, kind: Any, pa: Any) -> Any:
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if pa.types.is_list(kind):
        return [_value(each, kind.value_type, pa) for each in value]
    if pa.types.is_map(kind):
        return [(name, _value(each, kind.item_type, pa)) for name, each in value.items()]
    if pa.types.is_struct(kind):
        return {field.name: _value(value.get(field.name), field.type, pa) for field in kind}
    if pa.types.is_integer(kind):  # a schema bounds no number, and a column has 64 bits
        return value if -(1 << 63) <= value < 1 << 63 else None
    return value


def _rows(portion: Portion) -> Iterator[dict[str, Any]]:
    if portion.kind == "captures":
        yield from (asdict(entry) for entry in _captures(portion))
    elif portion.part is not None:
        prove(portion.part, portion.sha256)
        of = "change" if portion.kind == "changes" else "article"
        with portion.part.open("rb") as lines:
            for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE), b""), 1):
                record = checked(line, of, f"{portion.part}, line {number}")
                if portion.site in (None, record["site"]):
                    yield record
    elif portion.unit is None:
        yield from map(_unread, portion.problems)
    else:
        problems: list[str] = []
        for outcome in _outcomes(portion, problems.append):
            if portion.kind == "articles" and outcome.line is not None:
                yield json.loads(outcome.line)
            elif portion.kind == "problems" and outcome.kind is not None:
                yield {**asdict(outcome), "warc": portion.unit.file}
        if portion.kind == "problems":
            yield from ({**_unread(problem), "warc": portion.unit.file} for problem in problems)


def _unread(problem: str) -> dict[str, Any]:
    """Return the row of what is no capture, as far as anybody can tell: only the text says where it is."""
    return {"kind": "unreadable", "problem": problem}


def _captures(portion: Portion) -> Iterator[CdxjEntry]:
    if portion.part is not None:
        yield from entries_of(portion.part)
    else:
        assert portion.unit is not None
        file = portion.unit.located
        assert file is not None
        with scratch_directory() as scratch:
            index = index_of([copied(file, scratch) if isinstance(file, Ranged) else file], scratch, lambda _: None)
            if index is not None:
                yield from entries_of(index)


def _outcomes(portion: Portion, report: Report) -> Iterator[CaptureOutcome]:
    source, unit = portion.source, portion.unit
    assert source is not None
    assert unit is not None
    with tempfile.TemporaryDirectory(prefix="newsspider-") as folder:
        offsets: list[int] = list(unit.offsets or ())
        if unit.offsets is None:
            assert unit.located is not None
            found = alone(unit.located, Path(folder), report)
            if found is None:
                return
            file, index = found
            source = replace(source, files={unit.file: file}, indexes=(index,))
            site_of = sites.among(portion.names)
            offsets = sorted(entry.offset for entry in entries_of(index) if may_be_article(entry, site_of))
        elif isinstance(located := source.file(unit.file), Ranged):
            located.expect(unit.end or located.length())
        reader = CaptureReader((source,), portion.names, MAX_BODY, several=False)
        for offset in offsets:
            yield reader.outcome(source, unit.file, offset)
