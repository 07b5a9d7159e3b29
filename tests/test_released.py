"""Records stay readable: today's version reads what was released, and what was released reads today's records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from newsspider import schema
from newsspider.items import SCHEMA_VERSION, Article, Event, SiteFacts, as_record
from newsspider.records import from_record

RELEASED = Path(__file__).parent / "released"
SCHEMAS = Path(schema.__file__).parent / "schemas"
KINDS = {"article": Article, "site-facts": SiteFacts, "change": Event, "manifest": None}
MAJOR = SCHEMA_VERSION.partition(".")[0]


def released(kind: str, version: str = "*") -> list[Any]:
    """Every record of a kind that was released in this major version."""
    files = sorted(RELEASED.glob(f"{version}/{kind}.jsonl"))
    lines = [(file, line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        pytest.param(json.loads(line), id=f"{file.parent.name}-{number}")
        for number, (file, line) in enumerate(lines)
        if file.parent.name.startswith(f"{MAJOR}.")
    ]


def test_version_of_today_is_kept_too():
    kept = RELEASED / SCHEMA_VERSION

    assert sorted(path.stem for path in kept.glob("*.jsonl")) == sorted(KINDS), f"keep records of today in {kept}"


@pytest.mark.parametrize("kind", KINDS)
def test_schema_of_today_is_shipped_by_its_version(kind):
    assert (SCHEMAS / f"{kind}-{SCHEMA_VERSION}.json").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_released_records_are_valid_today(kind):
    for case in released(kind):
        schema.check_received(case.values[0], kind.replace("-", "_"))


@pytest.mark.parametrize("record", [*released("article"), *released("site-facts"), *released("change")])
def test_reader_of_today_gives_every_field_of_a_released_record(record):
    kind = Event if "event" in record else Article if "title" in record else SiteFacts
    read = json.loads(json.dumps(as_record(from_record(record, kind)), default=lambda value: value.isoformat()))

    assert {name: read[name] for name in record} == record


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", [lambda record: None, lambda record: record.update(added_later={"a": [1]})])
def test_records_of_today_and_of_later_minor_versions_fit_every_schema_of_this_major(kind, change):
    """A reader of 1.0 reads 1.x."""
    schemas = sorted(SCHEMAS.glob(f"{kind}-{MAJOR}.*.json"))
    assert schemas
    for case in released(kind, SCHEMA_VERSION):
        record = case.values[0] | {"schema_version": f"{MAJOR}.99"}
        change(record)
        for path in schemas:
            jsonschema_rs.Draft202012Validator(json.loads(path.read_bytes()), validate_formats=True).validate(record)


def test_value_that_a_later_minor_version_adds_is_read_and_never_written():
    (event, *_), (article, *_) = released("change"), released("article")
    for kind, record in (
        ("change", event.values[0] | {"event": "translated"}),
        ("article", article.values[0] | {"comments": {"count": None, "state": "members_only"}}),
    ):
        schema.check_received(record | {"schema_version": f"{MAJOR}.7"}, kind)
        with pytest.raises(schema.RecordInvalidError):
            schema.check(record, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_released_schema_refuses_what_it_promises_not_to_be(kind):
    (case, *_) = released(kind)
    for name in ("schema_version", *(() if kind == "manifest" else ("id",))):
        record = dict(case.values[0])
        del record[name]
        with pytest.raises(schema.RecordInvalidError):
            schema.check_received(record, kind.replace("-", "_"))
