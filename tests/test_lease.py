"""The lease of a collection in object storage: how long it is held, who may publish, and what is left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsspider.collection.head import (
    Claim,
    CollectionHead,
    HeadError,
    HeldElsewhereError,
    LeaseLostError,
    Snapshot,
    read_head,
)
from newsspider.collection.runs import RunLink

RUN = RunLink("20260101T000000000Z-a", "ff" * 32)
SNAPSHOT = Snapshot(name="state/1.tar.gz", size=7, sha256="ee" * 32, run=RUN.run)
FULL = CollectionHead(
    holder="host:1:ab", generation=3, until=datetime(2026, 1, 1, 12, tzinfo=UTC), run=RUN, snapshot=SNAPSHOT,
    etags={"indexes/index.cdxj": '"e"'}, look_again=True,
)  # fmt: skip


class Clock:
    """The clock of this machine that nobody sets; here it goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(Claim, "_clock", staticmethod(lambda: clock.seconds))
    return clock


def take(store, holder: str, looked: list[CollectionHead] | None = None) -> Claim:
    claim = Claim(store.path(), 60, holder)

    def look(head: CollectionHead) -> CollectionHead:
        assert looked is not None, "there was nothing to look at"
        looked.append(head)
        return replace(head, snapshot=SNAPSHOT)

    claim.take(look)
    return claim


@pytest.mark.parametrize("head", [FULL, CollectionHead()])
def test_head_comes_back_as_it_was_written(head):
    assert CollectionHead.parse(head.as_json(), "s3://b/HEAD") == head


@pytest.mark.parametrize("missing", ["format", "lease", "run", "state", "etags", "look_again"])
def test_head_without_one_of_its_parts_is_none(missing):
    said = json.loads(FULL.as_json())
    del said[missing]
    with pytest.raises(HeadError, match=rf"s3://b/HEAD: not the head of a collection \(KeyError: '{missing}'\)"):
        CollectionHead.parse(json.dumps(said).encode(), "s3://b/HEAD")


def test_head_of_a_newer_program_is_left_alone():
    said = json.loads(FULL.as_json())
    with pytest.raises(HeadError, match="of format 2, written by a newer newsspider, and this one knows 1"):
        CollectionHead.parse(json.dumps(said | {"format": 2}).encode(), "s3://b/HEAD")


def test_lease_is_held_for_so_many_seconds_of_the_store_and_then_again(store, clock):
    claim = take(store, "first")
    first = read_head(store.path())
    assert (first.holder, first.generation, claim.left_by, first.run, first.snapshot) == ("first", 1, None, None, None)
    assert abs(first.until - datetime.now(UTC)) < timedelta(minutes=10)  # the store is on this machine

    clock.seconds += 30
    claim.renew()
    second = read_head(store.path())
    assert (second.holder, second.generation) == ("first", 1)
    # By the store's clock, which tells whole seconds, and may have gone on by the time that the test took.
    assert second.until - first.until > timedelta(seconds=29)


def test_lease_counts_as_over_before_another_may_take_it(store, clock):
    claim = take(store, "first")
    for after, expired in ((48.0, False), (48.1, True)):
        clock.seconds = 1000 + after
        assert claim.expired == expired

    claim.renew()
    assert not claim.expired


def test_lease_is_renewed_when_a_third_of_it_is_over(store, clock):
    claim = take(store, "first")
    before = claim._etag
    for after, renewed in ((20.0, False), (20.1, True)):
        clock.seconds = 1000 + after
        claim.confirm()
        assert (claim._etag != before) == renewed


def test_who_ends_well_leaves_nothing_to_look_at(store):
    take(store, "first").let_go(clean=True)
    left = read_head(store.path())
    assert (left.holder, left.until, left.generation) == (None, None, 1)

    second = take(store, "second")
    assert (second.left_by, second.head.generation, second.head.holder) == (None, 2, "second")


def test_who_leaves_something_lets_the_next_one_look_at_it_at_once(store, clock):
    take(store, "first").let_go(clean=False)
    left = read_head(store.path())
    assert left.holder == "first"

    looked: list[CollectionHead] = []
    second = take(store, "second", looked)
    assert (second.left_by, looked) == ("first", [left])
    assert (second.head.snapshot, second.head.generation) == (SNAPSHOT, 2)
    second.publish(RUN, SNAPSHOT, {"a": "b"})
    assert read_head(store.path()) == CollectionHead(
        generation=2, run=RUN, snapshot=SNAPSHOT, etags={"a": "b"}, look_again=True
    )


def test_who_published_holds_it_no_more_and_takes_it_back_by_no_renewal(store):
    first = take(store, "first")
    first.publish(RUN, SNAPSHOT, {})
    published = read_head(store.path())
    assert published == CollectionHead(generation=1, run=RUN, snapshot=SNAPSHOT)

    first.renew()
    assert read_head(store.path()) == published
    second = take(store, "second")
    assert (second.left_by, second.head.run, second.head.snapshot) == (None, RUN, SNAPSHOT)


def test_who_let_go_takes_it_back_by_no_renewal(store):
    first = take(store, "first")
    first.let_go(clean=True)
    first.renew()

    assert read_head(store.path()).holder is None


def test_who_lost_it_is_told_each_time_and_changes_nothing(store):
    first = take(store, "first")
    store.put("HEAD", FULL.as_json())
    with pytest.raises(
        LeaseLostError, match=r"this process no longer holds the collection: host:1:ab has it now"
    ) as lost:
        first.renew()

    assert (lost.value.exit_code, first.lost) == (4, lost.value)
    for change in (first.confirm, lambda: first.publish(RUN, SNAPSHOT, {})):
        with pytest.raises(LeaseLostError):
            change()
    for clean in (True, False):
        first.let_go(clean=clean)
    assert read_head(store.path()) == FULL


def test_what_is_gone_was_taken_over(store):
    first = take(store, "first")
    first._remove()
    with pytest.raises(LeaseLostError, match="it was taken over meanwhile"):
        first.renew()


def test_who_comes_second_is_told_until_when(store):
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    store.put("HEAD", replace(FULL, until=until).as_json())
    with pytest.raises(
        HeldElsewhereError, match=f"host:1:ab is crawling .* until {until:%Y-%m-%d %H:%M:%S} UTC"
    ) as held:
        take(store, "second")

    assert held.value.exit_code == 75
    assert str(HeldElsewhereError("s3://b", CollectionHead())) == (
        "s3://b: another process is crawling into this collection, and holds it until it has ended or longer; try "
        "again later"
    )


def test_lease_whose_end_nobody_wrote_is_free(store):
    store.put("HEAD", replace(FULL, until=None).as_json())

    assert take(store, "second", []).left_by == "host:1:ab"
