"""The checks of a crawl's surroundings, one by one, in this process: what each says on either side of its bound."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import socket
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection import head as heads
from newsspider.collection.collection import Collection
from newsspider.collection.database import VERSION
from newsspider.collection.state import State
from newsspider.doctor import history, machine, place, reach, store
from newsspider.errors import NewsspiderError
from tests.held import Held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.doctor.finding import CheckResult

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def said(results: Iterable[CheckResult]) -> list[tuple[str, str]]:
    return [(each.level, each.subject) for each in results]


def text(results: Iterable[CheckResult]) -> str:
    (only,) = results
    return only.text


# ---------------------------------------------------------------- the last runs


@pytest.fixture
def collection(tmp_path) -> Collection:
    made = Collection(tmp_path / "kankanews")
    for directory in (made.archive_dir, made.runs_dir, made.items_dir):
        directory.mkdir(parents=True)
    return made


def ran(collection: Collection, *ages: float, code: int = 0, **more: Any) -> list[CheckResult]:
    """Runs that began so many seconds ago, the oldest first; what is said of them."""
    for number, age in enumerate(ages):
        manifest = {"run": f"run-{number:03}", "exit_code": code, "reasons": ["one", "two"], "advice": [],
                    "started": (NOW - timedelta(seconds=age)).isoformat(), **more}  # fmt: skip
        (collection.runs_dir / f"run-{number:03}.json").write_text(json.dumps(manifest), encoding="utf-8")
    return list(history.last_runs(collection, NOW))


def test_a_collection_without_a_run_is_told_so(collection):
    assert said(ran(collection)) == [("ok", "runs")]
    assert text(ran(collection)).endswith("has no complete run yet")


@pytest.mark.parametrize(
    ("ages", "late"),
    [
        # Three pauses make a rhythm; three times the usual pause may pass.
        ([600, 500, 400, 300], False), ([601, 501, 401, 301], True), ([500, 400, 301], False),
        # Pauses of less than a minute are a person's.
        ([480, 420, 360, 300], True), ([477, 418, 359, 300], False),
        # The usual pause is the one in the middle.
        ([9400, 400, 350, 301, 201], False), ([9400, 9300, 500, 400, 301], True),
    ],
)  # fmt: skip
def test_a_run_is_late_after_three_times_the_usual_pause(ages, late, collection):
    assert said(ran(collection, *ages)) == [("ok", "runs")] + [("warning", "runs")] * late


def test_the_last_twenty_runs_are_looked_at(collection):
    # Before these the runs were a day apart.
    ages = [86_400 * number for number in range(40, 20, -1)] + [100 * number for number in range(20, 0, -1)]

    assert said(ran(collection, *ages)) == [("ok", "runs")]
    (collection.runs_dir / "run-019.json").write_bytes(b"no manifest")
    assert said(history.last_runs(collection, NOW)) == [("ok", "runs")]
    (collection.runs_dir / "run-020.json").write_bytes(b"no manifest")
    assert said(history.last_runs(collection, NOW)) == [("fault", "runs"), ("ok", "runs")]


@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", b'{"run": "x", "exit_code": 0, "reasons": [], "started": "no"}'])
def test_a_manifest_that_is_none_is_named_and_the_others_are_looked_at(data, collection):
    ran(collection, 900, 300)
    (collection.runs_dir / "run-000.json").write_bytes(data)
    first, last = history.last_runs(collection, NOW)

    assert (first.level, last.level) == ("fault", "ok")
    assert "run-000.json cannot be read (" in first.text
    assert f"scrapy verify {collection.path} shows more" in first.text


@pytest.mark.parametrize(("ahead", "wrong"), [(60, False), (61, True)])
def test_a_run_may_begin_a_minute_ahead(ahead, wrong, collection):
    assert ("fault", "clock") not in said(ran(collection, -ahead)) or wrong
    assert (said(ran(collection, -ahead))[0] == ("fault", "clock")) == wrong


@pytest.mark.parametrize(("code", "level"), [(0, "ok"), (1, "fault"), (6, "fault"), (75, "warning")])
@pytest.mark.parametrize("report", [False, True])
def test_a_run_that_ended_badly_is_told_with_why_and_its_report(code, level, report, collection):
    path = collection.reports_dir / "run-000.html"
    if report:
        path.parent.mkdir()
        path.write_bytes(b"x")
    (found,) = ran(collection, 60, code=code)

    assert (found.level, found.subject) == (level, "runs")
    if code == 0:
        assert found.text == "the last run, run-000, ended well"
    else:
        assert found.text.startswith(f"the last run, run-000, ended with {code}: one; two")
        assert found.text.endswith(f". {path} shows what it rests on") == report


def test_of_several_runs_the_last_one_is_told(collection):
    ran(collection, 900, 600)
    path = collection.runs_dir / "run-001.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"exit_code": 6}), encoding="utf-8")

    assert text(history.last_runs(collection, NOW)).startswith("the last run, run-001, ended with 6")


# ---------------------------------------------------------------- the machine


def test_versions_are_told_and_a_library_that_is_missing(monkeypatch):
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: object())
    (found,) = machine.software()
    assert (found.level, found.subject) == ("ok", "software")
    assert all(name in found.text for name in ("newsspider ", "Scrapy ", "Python 3", "OpenSSL"))
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None if name == "isal" else object())
    assert said(machine.software()) == [("ok", "software"), ("warning", "software")]


@pytest.mark.parametrize(("skew", "level"), [(2.0, "ok"), (-2.0, "ok"), (2.5, "warning"), (-2.5, "warning")])
def test_a_disk_may_be_two_seconds_off(skew, level, tmp_path, monkeypatch):
    monkeypatch.setattr(
        machine, "Path", lambda name: SimpleNamespace(stat=lambda: SimpleNamespace(st_mtime=2e9 + skew))
    )
    monkeypatch.setattr(machine.time, "time", lambda: 2e9)
    (found,) = machine.clock(tmp_path)

    assert (found.level, found.subject) == (level, "clock")
    assert level == "ok" or f"{skew:+.0f} s off this machine's clock" in found.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("now", "found"), [(1_767_225_600, []), (1_767_225_599, [("fault", "clock")])])
def test_a_clock_of_before_this_program_is_wrong(now, found, tmp_path, monkeypatch):
    monkeypatch.setattr(machine.time, "time", lambda: now)

    # Of a place that cannot be written another check tells.
    assert said(machine.clock(tmp_path / "away")) == found
    assert len(list(machine.clock(tmp_path))) == 1


# ---------------------------------------------------------------- the directory


@pytest.mark.parametrize(
    ("free", "level"), [(1000, "ok"), (999, "warning"), (100, "warning"), (99, "fault"), (0, "fault")]
)
def test_one_more_file_has_to_fit(free, level, tmp_path, monkeypatch):
    monkeypatch.setattr(place.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))

    assert said(place.archive_dir(tmp_path, warc_max_size=1000)) == [(level, "disk")]


@pytest.mark.parametrize(
    ("files", "left", "level"), [(9999, 1000, "ok"), (9999, 999, "fault"), (0, 0, "ok")]
)  # a disk that counts none has none to run out of
def test_more_files_have_to_fit(files, left, level, tmp_path, monkeypatch):
    monkeypatch.setattr(place.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    monkeypatch.setattr(place.os, "statvfs", lambda path: SimpleNamespace(f_files=files, f_favail=left))

    assert said(place.archive_dir(tmp_path, warc_max_size=1)) == [(level, "disk")]


@pytest.mark.parametrize(
    ("make", "level", "words"),
    [
        (lambda path: None, "ok", "is not there yet; the first run makes it"),
        (lambda path: path.write_bytes(b"x"), "fault", "is not a directory"),
        (lambda path: path.symlink_to("nowhere"), "fault", "is not a directory"),
    ],
)
def test_a_directory_that_is_not_there_is_told(make, level, words, tmp_path):
    make(tmp_path / "archives")
    (found,) = place.archive_dir(tmp_path / "archives", warc_max_size=1)

    assert (found.level, found.subject) == (level, "disk")
    assert words in found.text


def test_a_directory_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(place.os, "access", lambda path, mode: path != tmp_path)
    (found,) = place.archive_dir(tmp_path / "a/b/archives", warc_max_size=1)

    assert (found.level, found.subject) == ("fault", "disk")
    assert "is not there and cannot be made by user" in found.text


def test_a_directory_is_written_to_as_a_run_does(tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(place.os, "fsync", full)
    first, _ = place.archive_dir(tmp_path, warc_max_size=1)
    assert (first.level, first.subject) == ("fault", "disk")
    assert "cannot be written to: [Errno 28] no room" in first.text
    assert list(tmp_path.iterdir()) == []


def test_a_directory_on_which_no_lock_holds_is_told(tmp_path, monkeypatch):
    def none(*arguments: Any) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", none)
    assert said(place.archive_dir(tmp_path, warc_max_size=1))[0] == ("fault", "disk")


# ---------------------------------------------------------------- a collection


def test_a_collection_at_rest_is_told(collection):
    assert said(place.collection(collection)) == [("ok", "lock")]
    assert text(place.collection(collection)) == f"no run is going on in {collection.path}"


def test_a_run_that_goes_on_and_one_that_was_killed_are_told_apart(collection):
    (collection.archive_dir / "b.warc.gz.open").write_bytes(b"x")
    (collection.archive_dir / "a.warc.gz.open").write_bytes(b"x")
    assert said(place.collection(collection)) == [("warning", "lock")]
    assert "a.warc.gz.open was left open" in text(place.collection(collection))
    descriptor = os.open(collection.lock_path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert said(place.collection(collection)) == [("ok", "lock")]
        assert text(place.collection(collection)).startswith("a run is going on: ")
    finally:
        os.close(descriptor)


def test_a_lock_that_cannot_be_taken_is_told(collection):
    collection.lock_path.mkdir()
    (found,) = place.collection(collection)

    assert (found.level, found.subject) == ("fault", "lock")
    assert f"see the permissions of {collection.path}" in found.text


OWN = (
    "",
    "archive",
    "indexes",
    "items",
    "runs",
    ".lock",
    "indexes/index.cdxj",
    "state.sqlite3",
    "archive/a.warc.gz.open",
)


@pytest.mark.parametrize("name", OWN)
def test_each_thing_that_a_run_writes_to_may_be_written(name, collection, monkeypatch):
    collection.index.path.parent.mkdir()
    for each in (collection.lock_path, collection.index.path, collection.archive_dir / "a.warc.gz.open"):
        each.write_bytes(b"")
    State(collection.state_path).close()
    wanted = collection.lock_path if name == ".lock" else collection.path / name
    monkeypatch.setattr(place.os, "access", lambda path, mode: path != wanted)
    (found,) = place.collection(collection)

    assert (found.level, found.subject) == ("fault", "permissions")
    assert found.text.startswith(f"{wanted} cannot be written by user {os.getuid()} (1 such in {collection.path})")


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, [("fault", "state")])])
def test_a_state_is_of_this_version_or_older(more, found, collection):
    with closing(State(collection.state_path)) as state:
        state._db.execute(f"PRAGMA user_version = {VERSION + more}")

    assert said(place.collection(collection)) == [("ok", "lock"), *found]


def test_a_state_that_is_none_is_told(collection):
    collection.state_path.write_bytes(b"no database" * 1000)

    assert said(place.collection(collection)) == [("ok", "lock"), ("fault", "state")]


# ---------------------------------------------------------------- the way to a site


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("https://a.example/bot", "ok"), ("http://a.example", "ok"), ("a@b.example", "ok"), ("mailto:a@b", "ok"),
        (" https://a.example ", "ok"), (None, "warning"), ("", "warning"), ("  ", "warning"), ("me", "warning"),
        ("a@b", "warning"), ("ftp://a.example", "warning"), ("https://", "warning"), ("a b@c.example", "warning"),
        ("write to a@b.example", "warning"), ("https://a.example or so", "warning"),
    ],
)  # fmt: skip
def test_somebody_can_be_reached(value, level):
    (found,) = reach.contact(value, "bot/1")

    assert (found.level, found.subject) == (level, "contact")
    if level == "ok":
        assert found.text == "bot/1"
    elif value is None or not value.strip():
        assert found.text.startswith("the User-Agent is 'bot/1', and nobody can reach you; set CONTACT")
    else:
        assert found.text == f"CONTACT is {value!r}; make it a URL or an e-mail address"


def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str, **options: Any) -> list[CheckResult]:
    given = [(socket.AF_INET, 1, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *_, **__: given)
    usual = {"led_elsewhere": (), "allow_private": False}
    return list(reach.names(["a.example"], **(usual | options)))


@pytest.mark.parametrize(
    ("addresses", "allowed", "level"),
    [
        (["93.184.216.34"], False, "ok"), (["93.184.216.34", "10.0.0.1"], False, "fault"),
        (["127.0.0.1"], False, "fault"),
        (["127.0.0.1"], True, "ok"), (["::1"], False, "fault"),
    ],
)  # fmt: skip
def test_a_name_is_at_public_addresses(addresses, allowed, level, monkeypatch):
    (found,) = resolved(monkeypatch, *addresses, allow_private=allowed)

    assert (found.level, found.subject) == (level, "dns")
    assert level == "ok" or f"a.example is at {addresses[-1]}, which is not public" in found.text


def test_four_addresses_are_shown_each_once(monkeypatch):
    addresses = [f"93.184.216.{number}" for number in (1, 1, 2, 3, 4, 5)]

    assert text(resolved(monkeypatch, *addresses)) == (
        "a.example is at 93.184.216.1, 93.184.216.2, 93.184.216.3, 93.184.216.4"
    )


def test_a_name_that_is_led_elsewhere_is_not_looked_up(monkeypatch):
    assert said(resolved(monkeypatch, "127.0.0.1", led_elsewhere=["a.example"])) == [("ok", "dns")]
    assert text(resolved(monkeypatch, led_elsewhere=["a.example"])) == "a.example is led elsewhere by CONNECT_TO"


def test_a_name_that_is_nobody_s_and_a_resolver_that_is_silent_are_told(monkeypatch):
    def failing(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(reach.socket, "getaddrinfo", failing)
    found, other = reach.names(["a.example", "b.example"], led_elsewhere=(), allow_private=False)
    assert (found.level, other.level) == ("fault", "fault")
    assert found.text.startswith("a.example cannot be resolved (Name or service not known)")

    answered = threading.Event()
    monkeypatch.setattr(reach.socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    monkeypatch.setattr(reach, "_TIMEOUT", 0.01)
    assert "a.example cannot be resolved (no answer in 0 s)" in text(
        reach.names(["a.example"], led_elsewhere=(), allow_private=False)
    )
    answered.set()


# ---------------------------------------------------------------- a collection in object storage


@pytest.fixture
def held(monkeypatch) -> Held:
    pytest.importorskip("botocore.exceptions", reason="needs boto3 (extra s3)")
    return Held.in_place_of_a_store(monkeypatch)


def head(**fields: Any) -> Any:
    return SimpleNamespace(**{"generation": 7, "holder": None, "until": None, "run": None, "snapshot": None, **fields})


def looked(held: Held, monkeypatch: pytest.MonkeyPatch, found: Any) -> list[CheckResult]:
    def look(root: Any) -> Any:
        if isinstance(found, Exception):
            raise found
        return found and (found, NOW)

    monkeypatch.setattr(store, "look", look)
    return list(store.collection(held.path("a")))


@pytest.mark.parametrize(
    ("fields", "level", "words"),
    [
        ({}, "ok", "nobody holds s3://bucket/a; lease 7 was the last"),
        ({"holder": "m", "until": NOW + timedelta(seconds=1)}, "ok", "m holds s3://bucket/a until 2026-11-29 12:00:01"),
        ({"holder": "m", "until": NOW}, "warning", "m did not let go of s3://bucket/a in order, and its lease, 7"),
        ({"holder": "m"}, "warning", "m did not let go"),
    ],
)  # fmt: skip
def test_who_holds_a_collection_is_told(fields, level, words, held, monkeypatch):
    first, runs = looked(held, monkeypatch, head(**fields))

    assert (first.level, first.subject) == (level, "lease")
    assert first.text.startswith(words)
    assert (runs.level, runs.subject, runs.text) == ("ok", "runs", "s3://bucket/a has no complete run yet")


def test_a_collection_that_nobody_keeps_there_is_told(held, monkeypatch):
    (found,) = looked(held, monkeypatch, None)

    assert (found.level, found.subject) == ("ok", "lease")
    assert found.text.endswith("has no HEAD: nobody has crawled into it")


@pytest.mark.parametrize("error", [NewsspiderError("refused"), OSError(5, "refused")])
def test_a_store_that_does_not_answer_is_told(error, held, monkeypatch):
    (found,) = looked(held, monkeypatch, error)

    assert (found.level, found.subject, "refused" in found.text) == ("fault", "store", True)


def test_what_head_names_is_there_and_is_what_it_says(held, monkeypatch):
    digest = hashlib.sha256(b"x").hexdigest()
    said_of = head(
        run=SimpleNamespace(run="run-1", sha256=digest), snapshot=SimpleNamespace(name="state-7", sha256=digest)
    )
    held.put("a/runs/run-1.json", b"x")
    held.put("a/state-7", b"x")
    assert said(looked(held, monkeypatch, said_of)) == [("ok", "lease"), ("ok", "store"), ("ok", "store")]
    held.put("a/state-7", b"y")
    del held.objects["a/runs/run-1.json"]
    _, run, state = looked(held, monkeypatch, said_of)

    assert (run.level, state.level) == ("fault", "fault")
    assert run.text.startswith(
        f"s3://bucket/a/runs/run-1.json is not what s3://bucket/a/{heads.NAME} says: there is no"
    )
    assert "state-7 is not what" in state.text
    assert "its SHA-256 is another" in state.text
    said_of.snapshot = None
    held.put("a/runs/run-1.json", b"x")
    assert said(looked(held, monkeypatch, said_of)) == [("ok", "lease"), ("ok", "store")]
