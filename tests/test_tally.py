"""What later runs read of a manifest, and the settings by which they are judged beside each other."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from scrapy.settings import Settings

from newsspider.record.runcounts import RunCounts
from newsspider.runs.given import Given, WitnessCounts
from newsspider.runs.tally import Tally, read_tallies
from newsspider.runs.thresholds import Thresholds

SCOPE = {"listed": True, "full": False, "limit": None, "starts": []}
COUNTS = {name: number for number, name in enumerate(asdict(RunCounts()), start=1)}


def manifest(**other):
    usual = {
        "ended": "2026-01-30T08:00:00+00:00", "counts": COUNTS, "last_new": "2026-01-29T08:00:00+00:00", "scope": SCOPE,
        "previous": {"run": "x", "sha256": "y"}, "finish_reason": "finished", "exit_code": 0,
        "versions": {"parser": "7"}, "lists": {"links": 900}, "witnesses": {"title": {"state": 800, "landmarks": 700}},
    }  # fmt: skip
    return usual | other


def test_a_tally_has_the_numbers_of_the_manifest_each_in_its_place():
    of = COUNTS.__getitem__

    assert Tally.of(manifest()) == Tally(
        ended=datetime(2026, 1, 30, 8, tzinfo=UTC), finished=True, good=True, scope=SCOPE, parser="7", links=900,
        records=of("articles"), parsed=of("parsed"), failed=of("failed"), lost=of("lost"), broken=of("broken"),
        not_modified=of("not_modified"), gone=of("gone"), aliases=of("aliases"), same=of("same"),
        forbidden=of("articles_forbidden"), given={Given("title", "state"): 800, Given("title", "landmarks"): 700},
        last_new=datetime(2026, 1, 29, 8, tzinfo=UTC),
    )  # fmt: skip
    assert Tally.of(manifest(last_new=None)).last_new is None
    assert Tally.of(manifest()).pages == sum(map(of, ("parsed", "failed", "not_modified", "gone")))


@pytest.mark.parametrize("code", range(8))
def test_a_run_that_saw_the_site_changed_is_no_good_one(code):
    assert Tally.of(manifest(exit_code=code)).good is (code not in (5, 6))


@pytest.mark.parametrize("reason", ["finished", "shutdown", "retry_after", "closespider_timeout", "start_error", None])
def test_a_run_that_ended_otherwise_is_not_finished(reason):
    assert Tally.of(manifest(finish_reason=reason)).finished is (reason == "finished")


@pytest.mark.parametrize(
    ("other", "full"),
    [
        ({}, False),
        ({"previous": None}, True),  # the first knows no article yet
        ({"previous": None, "adopted": {"runs": []}}, True),
        ({"previous": None, "adopted": {"runs": ["killed"]}}, False),
        ({"adopted": {"runs": ["killed"]}}, False),
    ],
)
def test_a_first_run_is_a_full_one(other, full):
    assert Tally.of(manifest(**other)).scope == {**SCOPE, "full": full}


@pytest.mark.parametrize(
    ("one", "other", "apart_from", "same"),
    [
        ({}, {}, "", True),
        ({"full": True}, {}, "", False),
        ({"full": True}, {}, "full", True),
        ({"full": True, "listed": False}, {}, "full", False),
        ({"limit": 3}, {}, "", False),
        ({"starts": ["https://news.example/"]}, {}, "", False),
    ],
)
def test_runs_set_out_to_do_the_same(one, other, apart_from, same):
    ours, theirs = (Tally.of(manifest(scope=SCOPE | scope)) for scope in (one, other))

    assert ours.has_same_scope(theirs, apart_from=apart_from) is same
    assert theirs.has_same_scope(ours, apart_from=apart_from) is same


def test_a_scope_of_before_there_were_limits_had_none():
    old = Tally.of(manifest(scope={"listed": True, "full": False}))

    assert old.has_same_scope(Tally.of(manifest()))
    assert not Tally.of(manifest(scope=None)).has_same_scope(Tally.of(manifest(scope=None)))
    assert not old.has_same_scope(Tally.of(manifest(scope=None)))


@pytest.mark.parametrize(
    "odd",
    [
        b"", b"[]", b"{}", b"no JSON", b"null", orjson.dumps(manifest(ended="yesterday")),
        orjson.dumps(manifest(ended=None)), orjson.dumps(manifest(witnesses=[])), orjson.dumps(manifest(counts=None)),
        orjson.dumps(manifest(lists={"links": "many"})),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_passed_over(odd, tmp_path):
    for name, data in (("1", orjson.dumps(manifest())), ("2", odd), ("4", orjson.dumps(manifest(exit_code=5)))):
        (tmp_path / name).write_bytes(data)

    tallies = read_tallies(tmp_path / name for name in "1234")  # the third is not there
    assert [each.good for each in tallies] == [True, False]


# ---------------------------------------------------------------- thresholds


@pytest.fixture
def project() -> Settings:
    settings = Settings()
    settings.setmodule("newsspider.settings", priority="project")
    return settings


def test_thresholds_are_by_default_those_of_the_settings(project):
    assert Thresholds() == Thresholds.of(project)
    assert Thresholds() == Thresholds(
        max_failed=0.5, min_pages=10, min_found=0.5, min_given=0.5, min_articles=30, max_quiet=timedelta(days=3),
        runs=30, since=None,
    )  # fmt: skip


def test_each_threshold_has_its_setting(project):
    given = {
        "MAX_FAILED": "0.1", "MIN_PAGES": "2", "MIN_FOUND": "0.3", "MIN_GIVEN": "0.4", "MIN_ARTICLES": "5",
        "MAX_QUIET": "6.5", "RUNS": "7", "SINCE": "2026-01-08",
    }  # fmt: skip
    project.update({f"VERDICT_{name}": value for name, value in given.items()}, priority="cmdline")

    assert Thresholds.of(project) == Thresholds(
        max_failed=0.1, min_pages=2, min_found=0.3, min_given=0.4, min_articles=5,
        max_quiet=timedelta(hours=6, minutes=30), runs=7, since=date(2026, 1, 8),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "comparable"),
    [
        ("2026-01-07T23:59:59+00:00", False),
        ("2026-01-08T00:00:00+00:00", True),
        ("2026-01-08T07:59:59+08:00", False),  # days are those of UTC
        ("2026-01-07T23:00:00-05:00", True),
    ],
)
def test_runs_are_compared_from_a_day_on(ended, comparable):
    assert Thresholds(since=date(2026, 1, 8)).is_comparable(datetime.fromisoformat(ended)) is comparable
    assert Thresholds().is_comparable(datetime.fromisoformat(ended))


# ---------------------------------------------------------------- witnesses


def test_witnesses_are_counted_by_field_and_a_page_without_one_is_known():
    giving = WitnessCounts()
    giving.add("/1", {"title": "state", "source": "landmarks"})
    giving.add("/2", {"title": "landmarks"})
    giving.add("/3", {"title": "state", "source": "landmarks"})
    giving.add("/4", {"source": "landmarks"})

    assert giving.articles == 4
    fields = giving.by_field()
    assert fields == {"source": {"landmarks": 3}, "title": {"landmarks": 1, "state": 2}}
    assert ([*fields], [*fields["title"]]) == (["source", "title"], ["landmarks", "state"])  # as manifests have them
    assert [giving.without(field) for field in ("title", "source", "video")] == ["/4", "/2", "/4"]
    assert [giving.without("title", witness) for witness in ("state", "landmarks")] == ["/2", "/3"]
    assert giving.without("source", "landmarks") == "/2"
