"""The ledger: what is staged is found, what is committed outlives the process, and what is due comes back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsspider.archive.database import StateVersionError
from newsspider.history.events import Sighting
from newsspider.history.ledger import EventPlace, Ledger, Page, Version
from newsspider.items import Locator

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_769_760_000
AT = datetime(2026, 1, 30, 8, 0, 0, 123456, tzinfo=UTC)
URL = "https://www.kankanews.com/detail/LMwVGgj402z"
ID = "kankanews:LMwVGgj402z"


def seen(number: int = 1, **where) -> Sighting:
    place = {
        "warc": "k-20260130080000123-00000-host.warc.gz",
        "offset": 512 * number,
        "length": 4096,
        "record_id": "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd",
        "payload_digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    }
    return Sighting(at=AT.replace(minute=number), where=Locator(**{**place, **where}))


def page(url: str = URL, **known) -> Page:
    return Page(**{"url": url, "state": "article", "id": ID, "first_seen": NOW, "last_fetch": NOW, **known})


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
    assert Ledger.reading(path).find(URL) == known


@pytest.mark.parametrize(
    "where",
    [
        {"record_id": None, "payload_digest": None},
        {"record_id": "urn:uuid:01234567-89AB-4cde-8f01-23456789abcd", "payload_digest": "sha256:00ff"},
        {"record_id": "http://example.org/record#1", "payload_digest": "sha1:da39a3ee"},
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
    assert not ledger.has_event(ID, versions[0].seen.at, "gone")


def test_what_was_not_committed_is_forgotten_and_addresses_that_were_seen_are_not(path):
    script = (
        "import os, sys; from pathlib import Path\n"
        "from newsspider.history.ledger import Ledger, Page\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "ledger.see(['https://a/1', 'https://a/2'], 100)\n"
        "ledger.stage(Page(url='https://a/1', state='article', first_seen=100))\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)

    ledger = Ledger(path)
    assert [each.url for each in ledger.missing(100)] == ["https://a/1", "https://a/2"]
    assert ledger.find("https://a/1") == Page(url="https://a/1", first_seen=100, next_due=100)
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

    revisits = ledger.revisits(NOW, 1000)
    assert {each.url for each in revisits} == set(due)
    assert [each.next_due for each in revisits] == sorted(due.values())
    assert [each.url for each in ledger.revisits(NOW, 10)] == [each.url for each in revisits[:10]]
    assert [each.url for each in ledger.missing(NOW)] == ["https://a/seen"]


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
    assert [each.url for each in ledger.revisits(NOW, 9)] == ["https://a/frozen-in-the-future"]
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
