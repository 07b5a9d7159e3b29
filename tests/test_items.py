from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.record.items import (
    Charset,
    Comments,
    Person,
    Provenance,
    Recommendation,
    Source,
    as_record,
    to_json_line,
)


def test_fields_leave_in_the_order_of_the_class():
    record = as_record(Recommendation(title="题", rank=1))

    assert list(record) == [
        "rank", "title", "url", "id", "duration_s", "channel", "date_raw", "date_at", "date_precision",
        "date_earliest", "date_latest",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (datetime(2019, 1, 9, 17, 4, 22, tzinfo=timezone(timedelta(hours=8))), "2019-01-09T17:04:22+08:00"),
        (datetime(2026, 1, 30, 8, 0, 0, 123456, tzinfo=UTC), "2026-01-30T08:00:00.123456+00:00"),
        (date(2026, 1, 27), "2026-01-27"),
    ],
)
def test_times_are_iso_8601_with_a_numeric_offset(moment, printed):
    assert as_record(moment) == printed


def test_a_line_is_utf8_without_escapes():
    assert to_json_line(Person(name="陈正宝", role="摄")) == '{"name":"陈正宝","role":"摄"}\n'.encode()


def test_what_is_not_json_is_refused():
    with pytest.raises(TypeError, match="not JSON serializable: bytes"):
        as_record([b"raw"])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_is_one_line_and_reads_back(text):
    line = to_json_line(Source(name=text))

    assert line.count(b"\n") == 1
    assert json.loads(line) == {"name": text, "url": None}


def test_a_line_has_the_fields_in_the_order_of_the_class():
    line = '{"rank":1,"title":"题","url":null,"id":null,"duration_s":7,"channel":null,"date_raw":null,"date_at":null,'

    assert to_json_line(Recommendation(title="题", rank=1, duration_s=7)).decode() == (
        line + '"date_precision":null,"date_earliest":null,"date_latest":null}\n'
    )


def test_a_reading_is_whole_and_nothing_is_in_doubt_until_told():
    charset = Charset(used="utf-8")
    made = Provenance(parser="a", parser_version="1", layout="state", charset=charset)

    assert as_record(charset) == {"declared": [], "used": "utf-8", "replacements": 0}
    assert (made.cut_off, made.doubts, made.fields, made.warnings) == (False, [], {}, [])


def test_comments_know_nothing_until_told():
    assert as_record(Comments()) == {"count": None, "state": "unknown"}
