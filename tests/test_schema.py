from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema_rs
import pytest

from newsspider.record import schema
from newsspider.record.items import Article, Charset, Counts, Provenance, Recommendation, as_record


def make_article(**fields):
    """Make the smallest valid article; *fields* is what the test is about."""
    required = {
        "id": "kankanews:LMwVGgj402z",
        "site": "kankanews",
        "url": "https://www.kankanews.com/detail/LMwVGgj402z",
        "canonical_url": "https://www.kankanews.com/detail/LMwVGgj402z",
        "counts": Counts(chars=0, han=0, words=0, paragraphs=0),
        "content_hash": "sha256:" + "0" * 64,
        "fetched_at": datetime(2026, 1, 30, 8, tzinfo=UTC),
        "provenance": Provenance(parser="kankanews", parser_version="1", layout="state", charset=Charset(used="utf-8")),
    }
    return Article(**(required | fields))


@pytest.mark.parametrize("kind", schema.KINDS)
def test_shipped_schema_is_the_one_that_the_items_give(kind):
    derived = json.dumps(schema.derive(kind), ensure_ascii=False, indent=2) + "\n"

    assert schema.load(kind) == derived, "run: python -m newsspider.record.schema"


@pytest.mark.parametrize("kind", schema.KINDS)
def test_schema_obeys_its_own_standard(kind):
    jsonschema_rs.meta.validate(json.loads(schema.load(kind)))


@pytest.mark.parametrize("kind", schema.KINDS)
def test_every_field_is_explained_by_a_sentence(kind):
    text = json.loads(schema.load(kind))

    for definition in (text, *text["$defs"].values()):
        for name, field in definition["properties"].items():
            assert field["description"].endswith("."), f"{definition['title']}.{name}"


def test_the_files_are_what_the_items_give(monkeypatch, tmp_path):
    shipped = {kind: schema.load(kind) for kind in schema.KINDS}
    monkeypatch.setattr(schema, "_DIRECTORY", tmp_path)
    schema._write_files()

    assert {kind: schema.load(kind) for kind in schema.KINDS} == shipped


@pytest.mark.parametrize("version", ["1.999", "change-1.1", "manifest-1.1.json", "", 1.1, None])
def test_a_version_that_never_was_is_a_fault(version):
    with pytest.raises(schema.RecordInvalidError) as caught:
        schema.check_written(as_record(make_article()) | {"schema_version": version})

    assert caught.value.path == "schema_version"


@pytest.mark.parametrize("version", ["1.1", "2.7", "10.3"])
def test_a_schema_lets_through_all_versions_of_its_major(monkeypatch, version):
    monkeypatch.setattr(schema, "SCHEMA_VERSION", version)
    derived = schema.derive("article")
    major = version.partition(".")[0]

    assert derived["$id"] == f"urn:newsspider:schema:article:{version}"
    assert derived["properties"]["schema_version"]["pattern"] == rf"^{major}\.\d+$"


def test_a_bare_article_is_valid():
    schema.check(as_record(make_article()))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://a.example/看"}, "url"),
        ({"content_hash": "md5:0"}, "content_hash"),
        ({"recommendations": [Recommendation(rank=1, title="a"), Recommendation(rank=0, title="b")]},
         "recommendations[1].rank"),
        ({"recommendations": [Recommendation(rank=1, title="a", date_at="now")]}, "recommendations[0].date_at"),
        ({"counts": Counts(chars=-1, han=0, words=0, paragraphs=0)}, "counts.chars"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_path(fields, path):
    with pytest.raises(schema.RecordInvalidError, match="record is not valid at") as caught:
        schema.check(as_record(make_article(**fields)))

    assert caught.value.path == path


def test_a_time_without_offset_is_a_fault():
    with pytest.raises(schema.RecordInvalidError) as caught:
        schema.check(as_record(make_article(fetched_at=datetime(2026, 1, 30, 8))))

    assert caught.value.path == "fetched_at"


def test_an_unknown_field_is_a_fault():
    with pytest.raises(schema.RecordInvalidError, match="colour"):
        schema.check(as_record(make_article()) | {"colour": "red"})
