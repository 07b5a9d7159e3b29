"""What is new in records, in whatever order and batches they come: the newest in time is the article."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.feeds.loading.versions import LoadCounts, decide, record_hash
from tests.feeds import article

ID = "kankanews:made1"


def said(what: str, hour: int, **fields: Any) -> dict[str, Any]:
    return {"id": ID, "fetched_at": f"2026-11-22T{hour:02}:00:00+00:00", "title": what, **fields}


class Target:
    """What keeps versions by id and time, and articles by id."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], dict[str, Any]] = {}
        self.articles: dict[str, dict[str, Any]] = {}

    def load(self, *records: dict[str, Any]) -> LoadCounts:
        known = [(*key, record_hash(record)) for key, record in self.versions.items()]
        decided = decide(records, known)
        for version in decided.versions:
            self.versions[version.key] = version.record
        self.articles |= {name: version.record for name, version in decided.newest.items()}
        return decided.counts


def counts(new: int = 0, changed: int = 0, unchanged: int = 0) -> LoadCounts:
    return LoadCounts(new=new, changed=changed, unchanged=unchanged)


OLD, NEW = said("old", 1), said("new", 3)


@pytest.mark.parametrize(
    ("before", "record", "counted", "newest"),
    [
        ([], OLD, counts(new=1), OLD),
        ([OLD], NEW, counts(changed=1), NEW),
        ([NEW], OLD, counts(changed=1), NEW),  # the older one becomes known, and stays the older one
        ([OLD], OLD, counts(unchanged=1), OLD),
        ([OLD], said("old", 2), counts(unchanged=1), OLD),
        ([NEW], said("new", 2), counts(changed=1), NEW),  # of what came after it nothing was known then
        ([OLD, NEW], said("old", 2), counts(unchanged=1), NEW),
        ([OLD, NEW], said("new", 2), counts(changed=1), NEW),
        ([OLD, NEW], said("old", 4), counts(changed=1), said("old", 4)),
        ([OLD, NEW], said("other", 0), counts(changed=1), NEW),
        # Of one capture, read by another parser, the later record stays.
        ([OLD], said("better", 1), counts(changed=1), said("better", 1)),
        ([OLD, NEW], said("better", 3), counts(changed=1), said("better", 3)),
        ([OLD, NEW], said("better", 1), counts(changed=1), NEW),
    ],
)
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "together"])
def test_what_is_newest_in_time_is_the_article(together, before, record, counted, newest):
    target = Target()
    if together:
        target.load(*before)
    else:
        for each in before:
            target.load(each)

    assert target.load(record) == counted
    assert target.articles[ID] == newest


@given(st.permutations([said(what, hour) for hour, what in enumerate("abbccd")]), st.data())
def test_the_end_is_the_same_whatever_the_order_and_the_batches(records, data):
    """Of an article that never says again what it said before: see the next test."""
    target = Target()
    while records:
        size = data.draw(st.integers(1, len(records)))
        target.load(*records[:size])
        records = records[size:]

    assert target.articles == {ID: said("d", 5)}
    assert {version["title"] for version in target.versions.values()} == set("abcd")


def test_a_capture_that_said_nothing_new_is_not_there_to_be_newer_than_one_that_is_loaded_late():
    """Why runs are loaded in their order: that the article changed back had been no version when it was loaded."""
    target = Target()
    target.load(said("a", 1))
    target.load(said("a", 3))
    target.load(said("b", 2))

    assert target.articles[ID] == said("b", 2)


def test_batch_is_taken_in_the_order_of_time_whatever_order_it_comes_in():
    target = Target()

    assert target.load(said("a", 3), said("b", 5), said("a", 1)) == counts(new=1, changed=1, unchanged=1)
    assert [*target.versions] == [(ID, said("a", 1)["fetched_at"]), (ID, said("b", 5)["fetched_at"])]
    assert target.articles[ID] == said("b", 5)


def test_times_are_compared_as_moments():
    noon = said("noon", 12)
    target = Target()
    target.load(noon)
    target.load(noon | {"fetched_at": "2026-11-22T19:00:00+08:00", "title": "an hour before"})

    assert target.articles[ID] == noon
    assert target.load(noon | {"fetched_at": "2026-11-22T20:00:00+08:00"}) == counts(unchanged=1)


def test_what_another_parser_made_of_a_capture_is_what_the_next_one_is_compared_with():
    target = Target()
    target.load(OLD)

    assert target.load(said("better", 1), said("better", 2)) == counts(changed=1, unchanged=1)
    assert target.load(said("better", 1), said("best", 1), said("best", 2)) == counts(changed=1, unchanged=2)


def test_nothing_counts_as_nothing():
    assert (LoadCounts().new, LoadCounts().changed, LoadCounts().unchanged, LoadCounts().others) == (0, 0, 0, 0)
    assert Target().load() == LoadCounts()


def test_articles_are_kept_apart_and_counts_added_up():
    target = Target()
    other = said("old", 1, id="kankanews:made2")

    assert target.load(OLD, other, NEW, other) == counts(new=2, changed=1, unchanged=1)
    assert target.articles == {ID: NEW, "kankanews:made2": other}
    total = counts(1, 2, 3)
    total.add(LoadCounts(new=10, changed=20, unchanged=30, others=40))
    assert total == LoadCounts(new=11, changed=22, unchanged=33, others=40)


CHURN = {
    "recommendations": [], "comments": {"count": 7, "state": "unknown"}, "url": "https://other.example/",
    "fetched_at": "2026-11-30T00:00:00+00:00", "archive": {"warc": "a.warc.gz"}, "provenance": {},
    "schema_version": "1.0", "blocks": [1], "pages": ["x"], "discovered": {}, "amp_url": "x", "translations": ["x"],
}  # fmt: skip


@pytest.mark.parametrize("name", CHURN)
def test_what_makes_no_version(name):
    record = article(1)
    assert record[name] != CHURN[name]

    assert record_hash(record | {name: CHURN[name]}) == record_hash(record)


@pytest.mark.parametrize("name", sorted(article(1).keys() - CHURN.keys()))
def test_whatever_else_changes_makes_one(name):
    record = article(1)
    record[name] = "as it was"

    assert record_hash(record | {name: "something else"}) != record_hash(record)


@pytest.mark.parametrize("name", ["original_title", "section", "summary", "audio", "is_free", "sponsored"])
@pytest.mark.parametrize("empty", [None, []])
def test_a_field_that_a_record_of_an_earlier_version_lacks_makes_one_only_when_it_says_something(name, empty):
    record = article(1)
    before = {key: value for key, value in record.items() if key != name}

    assert record_hash(before | {name: empty}) == record_hash(before)
    assert record_hash(before | {name: False}) != record_hash(before)


@pytest.mark.parametrize("name", ["title", "published_at", "authors", "images", "body_text"])
def test_a_field_that_every_record_has_is_not_missed_by_being_empty(name):
    record = article(1)
    without = {key: value for key, value in record.items() if key != name}

    assert record_hash(without | {name: None}) != record_hash(without)


def test_the_order_of_fields_says_nothing():
    record = article(1) | {"source": {"name": "Xinhua", "url": "https://news.example/"}}
    turned = dict(reversed(record.items())) | {"source": dict(reversed(record["source"].items()))}

    assert record_hash(turned) == record_hash(record)
