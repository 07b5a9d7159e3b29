"""Records that were written before or come from elsewhere: read back, brought up to date, and held to their schema."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsspider.record import schema
from newsspider.record.body import Image, Video
from newsspider.record.events import Altered, Event
from newsspider.record.items import Article, Channel, Locator, Person, Source, as_record
from newsspider.record.records import from_record, up_to_date
from newsspider.record.runcounts import RunCounts
from newsspider.record.sitefacts import SiteFacts
from tests.test_schema import make_article

AT = datetime(2026, 1, 30, 8, tzinfo=UTC)
WHERE = Locator(warc="a.warc.gz", offset=0, length=7, record_id="urn:uuid:1")


def test_an_article_that_is_read_back_is_the_one_that_was_written():
    article = make_article(
        title="渡轮",
        published_at=AT,
        source=Source(name="港口报"),
        channel=Channel(name="本地", url="https://news.example/"),
        authors=[Person(name="王乐文", role="记者")],
        images=[Image(url="https://news.example/a.jpg", position=0)],
        videos=[Video(media_id="1")],
        blocks=[
            {"type": "live_entry", "at": AT},
            {"type": "table", "rows": [["a", None]]},
            {"type": "heading", "level": 2},
        ],
        keywords=None,
        archive=WHERE,
        pages=[WHERE],
    )

    assert from_record(as_record(article), Article) == article
    record = as_record(article) | {"added_in_1_7": 1}
    record["blocks"][0]["added_in_1_7"] = record["source"]["added_in_1_7"] = 1
    assert from_record(record, Article) == article


def test_an_event_that_is_read_back_is_the_one_that_was_written():
    event = Event(
        event="edited", id="a:1", site="a", url="https://news.example/", before_at=AT, at=AT, before=WHERE, after=WHERE,
        changed={"title": Altered(before="a", after=None)}, run="1", parser_version="4",
    )  # fmt: skip

    assert from_record(as_record(event), Event) == event


@pytest.mark.parametrize(
    ("warnings", "cut_off", "doubts"),
    [
        ([], False, []),
        (["body_text: the page has no end; the rest may be missing"], True, ["body_text"]),
        (["title: the page has no end"], False, ["title"]),
        (["title: landmarks says “a”, meta says “b”", "paragraphs: a says “b”"], False, ["title", "body_text"]),
        (["title: landmarks says “a: b”, meta says “c”"], False, ["title"]),
        (["body_text: the page has no end", "title: a says “b”", "body_text: too"], True, ["title", "body_text"]),
        (["source: no witness knows it"], False, []),
        (["published_at: printed only to the minute: 2026"], False, []),
        (["keywords: printed run together; the line is in keywords_raw"], False, []),
        (["published_at: only the day is known, from the address: 2026-01-30"], False, []),
        (["published_at: printed as x, which is after the page was captured"], False, ["published_at"]),
        (["script: raised TypeError: x"], False, []),
    ],
)
def test_records_of_1_0_say_by_their_warnings_what_is_in_doubt(warnings, cut_off, doubts):
    record = as_record(make_article())
    for name in ("cut_off", "doubts"):
        del record["provenance"][name]
    record["provenance"]["warnings"] = warnings
    now = up_to_date(record)["provenance"]

    assert (now["cut_off"], now["doubts"]) == (cut_off, doubts)
    assert "cut_off" not in record["provenance"]


def test_records_of_today_are_left_as_they_are():
    record = as_record(make_article())
    record["provenance"]["warnings"] = ["title: a says “b”, c says “d”"]

    assert up_to_date(record) is record
    assert up_to_date({"a": 1}) == {"a": 1}
    assert up_to_date({"provenance": {"parser": "a"}}) == {
        "provenance": {"parser": "a", "cut_off": False, "doubts": []}
    }


# ----------------------------------------------------------------------------------------------------------- schema


def accepted(check, record, kind="article"):
    try:
        check(record, kind)
    except schema.RecordInvalidError:
        return False
    return True


@pytest.mark.parametrize(
    ("changed", "here", "received"),
    [
        ({}, True, True),
        ({"added": 1}, False, True),
        ({"schema_version": "1.7"}, False, True),
        ({"schema_version": "1.7", "summary": 7}, False, False),
        ({"schema_version": "2.0"}, False, False),
        ({"schema_version": "1.x"}, False, False),
        ({"schema_version": 1}, False, False),
        ({"comments": {"count": None, "state": "moderated"}}, False, True),
        ({"comments": {"count": None, "state": ""}}, False, False),
        ({"comments": {"count": -1, "state": "unknown"}}, False, False),
        ({"title": ""}, False, False),
        ({"fetched_at": "2026-01-30"}, False, False),
    ],
)
def test_what_leaves_here_is_held_to_more_than_what_comes(changed, here, received):
    record = as_record(make_article()) | changed

    assert accepted(schema.check, record) is here
    assert accepted(schema.check_received, record) is received


@pytest.mark.parametrize("record", [[], "x", None, 7, {"schema_version": ["1.1"]}, {"schema_version": {}}])
def test_what_is_no_record_at_all_is_invalid(record):
    for check in (schema.check, schema.check_written, schema.check_received):
        assert not accepted(check, record)


def test_a_fault_of_the_whole_is_at_its_top():
    with pytest.raises(schema.RecordInvalidError, match="record is not valid at its top: ") as caught:
        schema.check([])

    assert caught.value.path == "its top"


def test_the_least_of_an_event_and_of_the_facts_of_a_site_is_valid():
    event = Event(
        event="published", id="a:1", site="a", url="https://news.example/", at=AT, after=WHERE, run="1",
        parser_version="4",
    )  # fmt: skip
    facts = SiteFacts(id="a:facts:1", site="a", url="https://news.example/", fetched_at=AT)

    schema.check(as_record(event), "change")
    schema.check(as_record(facts), "site_facts")
    assert (event.changed, event.warnings, event.before, event.before_at, event.status) == ({}, [], None, None, None)
    assert (facts.licences, facts.icp_numbers, facts.phones, facts.emails, facts.archive) == ([], [], [], [], None)


def test_a_record_of_an_earlier_version_has_its_own_schema():
    record = as_record(make_article())
    older = {name: record[name] for name in record if name not in _SINCE_1_1} | {"schema_version": "1.0"}
    older["provenance"] = {
        name: each for name, each in record["provenance"].items() if name not in ("cut_off", "doubts")
    }

    assert accepted(schema.check_written, older)
    assert not accepted(schema.check, older)
    assert not accepted(schema.check_written, older | {"summary": None})
    assert accepted(schema.check_received, older | {"summary": None})


_SINCE_1_1 = ("original_title", "section", "summary", "blocks", "audio", "is_free", "sponsored", "amp_url",
              "translations", "pages", "discovered")  # fmt: skip


def test_a_field_is_there_unless_it_may_be_missing():
    record = as_record(make_article())
    for name in record:
        without = {key: value for key, value in record.items() if key != name}
        assert accepted(schema.check, without) is (name in _SINCE_1_1), name


# ----------------------------------------------------------------------------------------------------------- counts

LATER = """
lost broken not_modified gone same aliases missed lists_failed articles_forbidden unfetched callbacks_raised
"""


def test_counts_of_a_manifest_are_read_and_those_of_later_may_be_missing():
    all_of_them = {name: number for number, name in enumerate(RunCounts.__slots__)}

    assert {name: getattr(RunCounts.of(all_of_them), name) for name in all_of_them} == all_of_them
    for name in all_of_them:
        without = {key: value for key, value in all_of_them.items() if key != name}
        if name in LATER.split():
            assert getattr(RunCounts.of(without), name) == 0
        else:
            with pytest.raises(KeyError):
                RunCounts.of(without)
    with pytest.raises(TypeError):
        RunCounts.of(all_of_them | {"articles": None})
    assert all(number == 0 for number in as_record(RunCounts()).values())
