"""Records stay readable: today's version reads what was released, and what was released reads today's records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from newsspider.feeds.reading import read_part
from newsspider.record import schema
from newsspider.record.events import Event
from newsspider.record.items import Article, as_record
from newsspider.record.records import from_record
from newsspider.record.sitefacts import SiteFacts
from newsspider.record.values import SCHEMA_VERSION

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

    assert in_common(read, record) == record


def in_common(read, record):
    """What *read* has of the fields that *record* has; a later version of the schema has more."""
    if isinstance(record, dict) and isinstance(read, dict):
        return {name: in_common(read[name], value) for name, value in record.items()}
    if isinstance(record, list) and isinstance(read, list) and len(read) == len(record):
        return [in_common(*pair) for pair in zip(read, record, strict=True)]
    return read


@pytest.mark.parametrize(
    ("warnings", "cut_off", "doubts"),
    [
        ([], False, []),
        (["body_text: the page has no end; the rest of the body may be missing"], True, ["body_text"]),
        (["body_text: nothing was seen that ends it; it may hold what stands below the article"], False, ["body_text"]),
        (
            [
                "canonical_url: link names https://other.example/a, which is no article of kankanews; ignored",
                "state: window.__NUXT__ was not read: it ended where a value was expected, at character 7 of the state",
                "paragraphs: landmarks says “一”, state says “二”",
                "title: 2 lines stand above the date; the first is taken",
            ],
            False,
            ["canonical_url", "title", "body_text"],
        ),
        (
            [
                "published_at: printed only to the minute: 2026-01-29 08:00",
                "published_at: only the day is known, from the address: 2020-02-13",
                "keywords: printed run together; the line is in keywords_raw",
                "source: no witness knows it",
                "provenance.charset: 3 characters could not be read",
            ],
            False,
            [],
        ),
        (["published_at: printed as 2031-01-01 10:00:00, which is after the page was captured"], False,
         ["published_at"]),
    ],
)  # fmt: skip
def test_record_of_1_0_is_read_by_its_sentences(warnings, cut_off, doubts, tmp_path):
    record = released("article", "1.0")[0].values[0]
    record = record | {"provenance": record["provenance"] | {"warnings": warnings}}
    part = tmp_path / "part-00001.jsonl"
    part.write_text(json.dumps(record) + "\n", encoding="utf-8")

    (article,) = read_part(part, "article", Article)

    assert (article.provenance.cut_off, article.provenance.doubts) == (cut_off, doubts)
    assert article.provenance.warnings == warnings
    assert from_record(record, Article) == article


@pytest.mark.parametrize("warning", ["body_text: the page has no end", "title: a, b"])
def test_of_later_records_no_sentence_is_read(warning):
    record = released("article", "1.1")[0].values[0]
    provenance = record["provenance"] | {"warnings": [warning], "cut_off": False, "doubts": ["source"]}

    read = from_record(record | {"provenance": provenance}, Article).provenance

    assert (read.cut_off, read.doubts) == (False, ["source"])


@pytest.mark.parametrize("kind", ["article", "site_facts", "change"])
def test_record_is_held_against_the_schema_of_its_own_version(kind):
    old = released(kind.replace("_", "-"), "1.0")[0].values[0]

    schema.check_written(old, kind)
    for wrong in ({"schema_version": "1.1"} if kind == "article" else {"id": ""}, {"added_later": 1}):
        with pytest.raises(schema.RecordInvalidError):
            schema.check_written(old | wrong, kind)
    with pytest.raises(schema.RecordInvalidError):  # what is made today is of today
        schema.check(old, kind)


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
    (event, *_), (article, *_) = released("change", SCHEMA_VERSION), released("article", SCHEMA_VERSION)
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
