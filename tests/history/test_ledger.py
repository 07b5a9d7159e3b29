"""The ledger: what is staged is found, what is committed outlives the process, and what is due comes back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.database import Database, StateVersionError
from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.history.events import Sighting, sighting
from newsspider.history.ledger import EventPlace, KnownPage, Ledger, Version
from newsspider.record.items import Locator
from tests.history.records import read

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_769_760_000
AT = datetime(2026, 1, 30, 8, 0, 0, 123456, tzinfo=UTC)
URL = "https://www.kankanews.com/detail/LMwVGgj402z"
ID = "kankanews:LMwVGgj402z"
STORY = Site(articles=5).stories[0]


def seen(number: int = 1, **where) -> Sighting:
    place = {
        "warc": "k-20260130080000123-00000-host.warc.gz",
        "offset": 512 * number,
        "length": 4096,
        "record_id": "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd",
        "payload_digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    }
    return Sighting(at=AT.replace(minute=number), where=Locator(**{**place, **where}))


def page(url: str = URL, **known) -> KnownPage:
    return KnownPage(**{"url": url, "state": "article", "id": ID, "first_seen": NOW, "last_fetch": NOW, **known})


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "state.sqlite3"


@pytest.fixture
def ledger(path):
    ledger = Ledger(path)
    yield ledger
    ledger.close()


def test_a_page_comes_back_as_it_was(ledger, path):
    known = page(
        next_due=NOW + 60,
        published=NOW - 60,
        unchanged=3,
        failures=2,
        etag='W/"7155-KdcGXS5"',
        last_modified="Fri, 30 Jan 2026 08:00:00 GMT",
        version_hash=f"sha256:{bytes(range(32)).hex()}",
        parser="1",
        last=seen(),
    )
    ledger.stage(known)
    assert ledger.find(URL) == known
    ledger.commit()
    assert ledger.find(URL) == known
    with closing(Ledger.reading(path)) as reader:
        assert reader.find(URL) == known


@pytest.mark.parametrize(
    "where",
    [
        {"record_id": None, "payload_digest": None},
        {"record_id": "urn:uuid:01234567-89AB-4cde-8f01-23456789abcd", "payload_digest": "sha256:00ff"},
        {"record_id": "http://example.org/record#1", "payload_digest": "sha1:da39a3ee"},
        {"record_id": "urn:uuid:01234ABC-89ab-4cde-8f01-23456789abcd", "payload_digest": "sha1:" + "a" * 32},
        {"record_id": "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd>", "payload_digest": "sha1:" + "A" * 33},
    ],
)
def test_a_capture_of_whatever_form_comes_back_as_it_was(where, ledger):
    ledger.stage(page(last=seen(**where)))
    ledger.commit()

    assert ledger.find(URL).last == seen(**where)


def test_versions_and_events_come_back_in_their_order(ledger):
    versions = [Version(id=ID, n=n, seen=seen(n), run=f"run-{n}") for n in (1, 2)]
    events = [EventPlace(id=ID, at=each.seen.at, event="edited", run=each.run) for each in versions]
    for version, event in zip(versions, events, strict=True):
        ledger.stage_version(version)
        ledger.stage_event(event)
    assert ledger.newest(ID) == versions[1]
    ledger.commit()

    assert ledger.newest(ID) == versions[1]
    assert ledger.versions(ID) == versions
    assert ledger.events_of(ID) == events
    assert ledger.has_event(ID, versions[0].seen.at, "edited")
    assert not ledger.has_event(ID, versions[0].seen.at - timedelta(microseconds=1), "edited")
    assert not ledger.has_event(ID, versions[0].seen.at + timedelta(microseconds=1), "edited")
    assert not ledger.has_event(ID, versions[0].seen.at, "gone")


def test_what_was_not_committed_is_forgotten_and_addresses_that_were_seen_are_not(path):
    script = (
        "import os, sys; from pathlib import Path\n"
        "from newsspider.history.ledger import KnownPage, Ledger\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "ledger.see(['https://a/1', 'https://a/2'], 100)\n"
        "ledger.stage(KnownPage(url='https://a/1', state='article', first_seen=100))\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)

    ledger = Ledger(path)
    assert [each.url for each in ledger.missing(100)] == ["https://a/1", "https://a/2"]
    assert ledger.find("https://a/1") == KnownPage(url="https://a/1", first_seen=100, next_due=100)
    ledger.close()


def test_an_address_that_is_known_is_not_seen_for_the_first_time_again(ledger):
    ledger.stage(page())
    ledger.commit()
    ledger.see([URL], NOW + 99)

    assert ledger.find(URL) == page()


def test_what_is_due_comes_longest_due_first_and_in_bounds(ledger):
    due = {f"https://a/{number}": NOW - number % 7 for number in range(250)}
    for number, (url, next_due) in enumerate(due.items()):
        state = ("article", "gone", "soft_gone", "no_article")[number % 4]
        ledger.stage(page(url, state=state, next_due=next_due))
    ledger.stage(page("https://a/later", next_due=NOW + 1))
    ledger.stage(page("https://a/never", next_due=None))
    ledger.commit()
    ledger.see(["https://a/seen"], NOW)

    revisits = list(ledger.revisits(NOW))
    assert {each.url for each in revisits} == set(due)
    assert [each.next_due for each in revisits] == sorted(due.values())
    assert [each.url for each in ledger.missing(NOW)] == ["https://a/seen"]


@pytest.mark.parametrize("state", ["seen", "article"])
def test_pages_that_are_due_at_one_moment_all_come_and_each_once(state, ledger):
    """They are read a hundred at a time."""
    urls = [f"https://a/{number:03}" for number in range(250)]
    for url in urls:
        ledger.stage(page(url, state=state, next_due=NOW))
    ledger.commit()

    found = ledger.missing(NOW) if state == "seen" else ledger.revisits(NOW)
    assert [each.url for each in found] == urls


def test_a_page_is_due_from_its_second_on(ledger):
    ledger.see(["https://a/seen"], NOW)
    ledger.stage(page(next_due=NOW))
    ledger.commit()

    for now, due in ((NOW - 1, 0), (NOW, 1), (NOW + 1, 1)):
        assert len(list(ledger.missing(now))) == len(list(ledger.revisits(now))) == due
        assert page(next_due=NOW).is_due(now) is bool(due)
    assert not page(next_due=None).is_due(NOW)


@pytest.mark.parametrize(("ahead", "wrong"), [(300, False), (301, True)])
def test_a_clock_may_be_five_minutes_ahead_and_no_more(ahead, wrong, ledger):
    ledger.stage(page(last_fetch=NOW + ahead, next_due=None))
    ledger.commit()

    assert ledger.find(URL).is_due(NOW) is wrong
    assert ledger.put_clock_right(NOW) == wrong
    assert ledger.find(URL).last_fetch == (NOW if wrong else NOW + ahead)


def test_the_latest_moment_that_is_known_is_kept_whatever_comes_after_it(ledger):
    ledger.see(["https://a/first"], NOW + 900)
    ledger.see(["https://a/second"], NOW)
    ledger.stage(page(last_fetch=NOW - 60))
    ledger.commit()

    assert ledger.put_clock_right(NOW) == 1
    assert ledger.find("https://a/first").first_seen == NOW
    assert ledger.find("https://a/second").first_seen == NOW
    assert ledger.find(URL) == page(last_fetch=NOW - 60)


def test_the_latest_moment_that_is_known_may_come_last(ledger):
    ledger.see(["https://a/first"], NOW)
    ledger.stage(page(last_fetch=NOW + 900))
    ledger.commit()

    assert ledger.put_clock_right(NOW) == 1


def test_when_a_clock_was_put_right_a_page_is_due_and_an_alias_is_not(ledger):
    ledger.stage(page(first_seen=NOW + 900, last_fetch=NOW + 999, next_due=NOW + 9999))
    ledger.stage(page("https://a/alias", state="alias", first_seen=NOW - 9, last_fetch=NOW + 999, next_due=None))
    ledger.commit()
    ledger.put_clock_right(NOW)

    assert ledger.find(URL) == page(first_seen=NOW, last_fetch=NOW, next_due=NOW)
    alias = page("https://a/alias", state="alias", first_seen=NOW - 9, last_fetch=NOW, next_due=None)
    assert ledger.find("https://a/alias") == alias


def test_a_commit_makes_room_for_what_comes_next(ledger):
    version = Version(id=ID, n=1, seen=seen(), run="run-1")
    ledger.stage(page())
    ledger.stage_version(version)
    ledger.stage_event(EventPlace(id=ID, at=AT, event="published", run="run-1"))
    ledger.stage_away(URL, seen(2))
    assert (ledger.staged, ledger.away(URL), ledger.newest(ID)) == (1, seen(2), version)
    ledger.commit()

    assert ledger.staged == 0
    assert (ledger.away(URL), ledger.newest(ID)) == (seen(2), version)
    assert ledger.has_event(ID, AT, "published")
    ledger.stage_version(replace(version, seen=seen(3)))
    ledger.commit()
    assert ledger.versions(ID) == [replace(version, seen=seen(3))]


def test_events_of_an_article_come_oldest_first_whatever_happened(ledger):
    events = [
        EventPlace(id=ID, at=AT.replace(minute=minute), event=event, run="run-1")
        for minute, event in ((1, "published"), (2, "gone"), (3, "back"), (3, "edited"))
    ]
    for event in reversed(events):
        ledger.stage_event(event)
    ledger.commit()

    assert ledger.events_of(ID) == events


def test_what_was_committed_is_not_committed_again(ledger, monkeypatch):
    ledger.stage(page())
    ledger.stage_version(Version(id=ID, n=1, seen=seen(), run="run-1"))
    ledger.stage_event(EventPlace(id=ID, at=AT, event="published", run="run-1"))
    ledger.commit()
    monkeypatch.setattr(ledger._db, "transaction", lambda: 1 / 0)

    ledger.commit()


def test_what_is_staged_is_found_in_place_of_what_was_committed(ledger):
    version = Version(id=ID, n=1, seen=seen(), run="run-1")
    ledger.stage(page())
    ledger.stage_version(version)
    ledger.stage_away(URL, seen(2))
    ledger.commit()
    ledger.stage(page(unchanged=7))
    ledger.stage_version(replace(version, seen=seen(3)))
    ledger.stage_away(URL, seen(4))

    assert ledger.find(URL) == page(unchanged=7)
    assert (ledger.newest(ID), ledger.away(URL)) == (replace(version, seen=seen(3)), seen(4))


def test_an_event_that_is_told_twice_is_one(ledger):
    for run in ("run-1", "run-2"):
        ledger.stage_event(EventPlace(id=ID, at=AT, event="gone", run=run))
        ledger.commit()

    assert ledger.events_of(ID) == [EventPlace(id=ID, at=AT, event="gone", run="run-2")]


def test_captures_of_one_commit_lie_in_files_of_their_own(ledger):
    places = {f"https://a/{name}": seen(warc=f"{name}.warc.gz") for name in ("a", "b", "c")}
    for url, last in places.items():
        ledger.stage(page(url, last=last))
    ledger.commit()

    assert {url: ledger.find(url).last for url in places} == places


def test_of_what_was_committed_nothing_is_written_again(ledger, monkeypatch):
    ledger.stage(page())
    ledger.stage_version(Version(id=ID, n=1, seen=seen(), run="run-1"))
    ledger.stage_event(EventPlace(id=ID, at=AT, event="published", run="run-1"))
    ledger.stage_away(URL, seen(2))
    ledger.commit()
    written = []
    write = ledger._db.executemany
    monkeypatch.setattr(ledger._db, "executemany", lambda query, rows: (written.append(len(rows)), write(query, rows)))
    ledger.stage(page("https://a/other"))
    ledger.commit()

    assert written == [1, 0, 0, 0]  # pages, captures of what is away, versions, events


@pytest.mark.parametrize("at", [datetime.min, datetime.max])
def test_a_moment_however_far_off_is_kept_to_the_microsecond(at, ledger):
    at = at.replace(microsecond=654_321, tzinfo=UTC)
    ledger.stage(page(last=replace(seen(), at=at)))
    ledger.commit()

    assert ledger.find(URL).last.at == at


def test_the_clock_of_a_ledger_that_knows_nothing_is_right(ledger):
    assert ledger.put_clock_right(NOW) == 0


@pytest.mark.parametrize(
    "stage",
    [
        lambda ledger: ledger.stage(page()),
        lambda ledger: ledger.stage_version(Version(id=ID, n=1, seen=seen(), run="run-1")),
        lambda ledger: ledger.stage_event(EventPlace(id=ID, at=AT, event="gone", run="run-1")),
    ],
    ids=["page", "version", "event"],
)
def test_whatever_is_staged_is_committed(stage, ledger, path):
    stage(ledger)
    ledger.commit()

    reader = Ledger.reading(path)
    assert bool(reader.find(URL)) + len(reader.versions(ID)) + len(reader.events_of(ID)) == 1
    reader.close()


def test_a_record_is_known_by_the_capture_of_a_committed_version(ledger):
    article = read(pages.article(STORY), STORY.url)
    known = Version(id=article.id, n=1, seen=sighting(article), run="run-1")
    ledger.stage_version(known)
    assert not ledger.knows(article)
    ledger.commit()

    assert ledger.knows(article)
    article.fetched_at = AT
    assert not ledger.knows(article)


def test_what_a_killed_run_did_not_commit_has_no_number_of_a_warc_file(ledger, monkeypatch):
    """Numbers are kept in memory; a transaction that was rolled back took its own with it."""
    ledger.stage(page(last=seen(warc="first.warc.gz")))
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "_note_clock", lambda seconds: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ledger.commit()
    ledger.complete("run-1", ["other.warc.gz"])
    ledger.commit()

    assert ledger.find(URL).last == seen(warc="first.warc.gz")


def test_a_clock_that_was_put_right_is_right(ledger):
    ledger.stage(page(last_fetch=NOW + 31_536_000))
    ledger.commit()
    assert ledger.put_clock_right(NOW) == 1
    ledger.stage(page("https://a/a-minute-ahead", last_fetch=NOW + 60))
    ledger.commit()

    assert ledger.put_clock_right(NOW) == 0
    assert ledger.find("https://a/a-minute-ahead").last_fetch == NOW + 60


def test_an_alias_is_never_fetched_again_by_itself(ledger):
    ledger.stage(page(state="alias", next_due=NOW))
    ledger.commit()

    assert list(ledger.revisits(NOW)) == list(ledger.missing(NOW)) == []


def test_of_the_pages_in_a_state_those_fetched_last_come_first(ledger):
    for number, (state, at) in enumerate([("gone", 1), ("gone", 3), ("article", 9), ("gone", 3), ("gone", 2)]):
        ledger.stage(page(f"https://a/{9 - number}", state=state, last_fetch=NOW + at))
    ledger.commit()

    assert ledger.fetched("gone", 9) == [f"https://a/{number}" for number in (6, 8, 5, 9)]
    assert ledger.fetched("gone", 2) == ["https://a/6", "https://a/8"]


def test_articles_that_changed_since_they_were_published_come_the_latest_first(ledger):
    ledger.stage(page("https://a/edited", id="a"))
    ledger.stage(page("https://a/0-alias", id="a", state="alias"))
    ledger.stage(page("https://a/as-it-was", id="b"))
    for n in (1, 2):
        ledger.stage_version(Version(id="a", n=n, seen=seen(n), run="run-1"))
    ledger.stage_version(Version(id="b", n=1, seen=seen(9), run="run-1"))
    ledger.stage_event(EventPlace(id="b", at=AT.replace(minute=9), event="published", run="run-1"))
    ledger.stage_event(EventPlace(id="without-a-page", at=AT.replace(minute=8), event="gone", run="run-1"))
    ledger.commit()

    assert ledger.changed() == [("without-a-page", ""), ("a", "https://a/edited")]


def test_a_ledger_that_is_closed_lets_its_file_go(path, monkeypatch):
    closed = []
    close = Database.close
    monkeypatch.setattr(Database, "close", lambda database: (closed.append(database), close(database)))
    Ledger(path).close()
    assert len(closed) == 1

    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 0")
    with pytest.raises(StateVersionError):
        Ledger.reading(path)
    assert len(closed) == 2


def test_pages_fetched_by_a_clock_that_was_wrong_are_due(ledger):
    year = 31_536_000
    ledger.stage(page("https://a/frozen-in-the-future", last_fetch=NOW + year, next_due=None))
    ledger.stage(page("https://a/alias", state="alias", last_fetch=NOW + year, next_due=None))
    ledger.stage(page("https://a/today", next_due=None))
    ledger.commit()
    assert ledger.find("https://a/frozen-in-the-future").is_due(NOW)

    assert ledger.put_clock_right(NOW + year) == 0
    assert ledger.put_clock_right(NOW) == 2
    assert ledger.put_clock_right(NOW) == 0
    assert [each.url for each in ledger.revisits(NOW)] == ["https://a/frozen-in-the-future"]
    assert ledger.find("https://a/frozen-in-the-future").last_fetch == NOW


def test_pages_seen_by_a_clock_that_was_wrong_are_due_though_none_was_fetched(ledger):
    """As a run leaves them that is killed before its first commit."""
    ledger.see(["https://a/seen-in-the-future"], NOW + 31_536_000)
    assert not ledger.find("https://a/seen-in-the-future").is_due(NOW)

    assert ledger.put_clock_right(NOW) == 1
    assert [each.url for each in ledger.missing(NOW)] == ["https://a/seen-in-the-future"]


def test_runs_and_the_files_they_name_are_remembered(ledger):
    ledger.stage_version(Version(id=ID, n=1, seen=seen(), run="killed"))
    ledger.commit()
    ledger.complete("first", ["a.warc.gz", "b.warc.gz"])
    ledger.take_over("second")

    assert ledger.complete_runs() == {"first"}
    assert ledger.named_warcs() == {"a.warc.gz", "b.warc.gz"}
    assert ledger.newest(ID).run == "second"


def test_file_that_a_capture_lies_in_is_named_by_a_manifest_only_when_one_is_there(ledger):
    ledger.stage(page(last=seen(warc="a.warc.gz")))
    ledger.commit()
    assert ledger.named_warcs() == set()
    for _ in range(2):
        ledger.complete("first", ["a.warc.gz"])

    assert ledger.named_warcs() == {"a.warc.gz"}


def test_a_reader_is_told_when_there_is_no_ledger_yet(path):
    sqlite3.connect(path).execute("CREATE TABLE payloads (digest)").connection.close()

    with pytest.raises(StateVersionError, match=r"of version 0, and not 3: the next crawl .* makes it so"):
        Ledger.reading(path)


def test_a_reader_sees_what_was_committed_while_the_writer_goes_on(ledger, path):
    ledger.stage(page())
    ledger.commit()
    reader = Ledger.reading(path)
    ledger.stage(page(unchanged=1))
    ledger.commit()

    assert reader.find(URL).unchanged == 1
    reader.close()


def test_what_is_committed_outlives_a_power_cut(ledger):
    """SQLite's FULL: the log is on the disk before a commit returns; with NORMAL the last ones may be lost."""
    assert ledger._db.row("PRAGMA synchronous") == (2,)
    assert ledger._db.row("PRAGMA journal_mode") == ("wal",)


def test_what_lies_in_the_file_is_what_its_schema_says(ledger, path):
    """Of whatever version of the program: a reader of the file counts from 1970, in seconds and microseconds."""
    ledger.stage(page(last=seen()))
    ledger.stage_version(Version(id=ID, n=1, seen=seen(), run="run-1"))
    ledger.stage_event(EventPlace(id=ID, at=AT, event="published", run="run-1"))
    ledger.commit()

    with closing(sqlite3.connect(path)) as db:
        (row,) = db.execute("SELECT first_seen, captured, record_id, payload_digest FROM pages").fetchall()
        ((at,),) = db.execute("SELECT at FROM events").fetchall()
    assert row == (
        NOW, (NOW + 60) * 1_000_000 + 123_456, bytes.fromhex("0123456789ab4cde8f0123456789abcd"),
        bytes.fromhex("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    )  # fmt: skip
    assert at == NOW * 1_000_000 + 123_456


def test_a_page_that_was_due_at_the_beginning_of_time_is_due(ledger):
    for number, due in enumerate((0, 1)):
        ledger.stage(page(f"https://a/{number}", next_due=due))
    ledger.commit()

    assert [each.next_due for each in ledger.revisits(NOW)] == [0, 1]
