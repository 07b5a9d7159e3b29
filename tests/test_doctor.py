"""``scrapy doctor`` says what is wrong before a crawl finds out, and what to do about it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.doctor import history, machine, reach

if TYPE_CHECKING:
    from pathlib import Path

CONTACT = ("-s", "CONTACT=https://example.org/crawler")


@pytest.fixture(scope="module")
def healthy(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """A directory of collections with one good crawl in it."""
    run = scrapy_run_in(tmp_path_factory.mktemp("healthy"))(
        "crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "DOWNLOAD_DELAY=0.001",
        "-s", "AUTOTHROTTLE_ENABLED=False", "-a", f"url={demo_site.site.expected()[0].url}",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.archive_dir


@pytest.fixture
def doctor(healthy, demo_site, scrapy_run):
    """Run the command over a copy of the healthy collection; its exit code and, by subject, what is not ok."""
    archives = scrapy_run("list").archive_dir
    shutil.copytree(healthy, archives)

    def run(*arguments: str) -> tuple[int, dict[str, tuple[str, str]]]:
        ended = scrapy_run("doctor", "--json", "-s", f"CONNECT_TO={demo_site.connect_to}", *CONTACT, *arguments)
        assert ended.stderr == ""
        findings = [json.loads(line) for line in ended.stdout.splitlines()]
        # A machine without the extra is told so, and is no less healthy.
        others = [each for each in findings if each["level"] != "ok" and "isal" not in each["text"]]
        return ended.returncode, {each["subject"]: (each["level"], each["text"]) for each in others}

    run.collection = archives / "kankanews"
    return run


def test_nothing_is_wrong_with_a_healthy_place(doctor):
    assert doctor() == (0, {})


def test_text_for_people_ends_with_the_counts(healthy, scrapy_run):
    run = scrapy_run("doctor", "-s", f"ARCHIVE_DIR={healthy}", "-s", "CONNECT_TO=www.kankanews.com:443:127.0.0.1:1")

    *_, contact, lock, runs, counts = [line for line in run.stdout.splitlines() if " dns: " not in line]
    assert contact.startswith("WARNING contact: the User-Agent is 'newsspider/0.1.0', and nobody can reach you; set")
    assert lock == f"ok      lock: no run is going on in {healthy}/kankanews"
    assert runs.startswith("ok      runs: the last run, ")
    assert re.fullmatch(r"0 faults, (1 warning|[2-9] warnings)", counts)
    assert run.returncode == 0


def test_unusable_setting_is_told_as_for_a_crawl(doctor):
    told = "the setting DOWNLOAD_DELAY is 'fast'; give it a number, 0 or more (seconds)"

    assert doctor("-s", "DOWNLOAD_DELAY=fast") == (1, {"settings": ("fault", told)})


def test_site_that_is_none_is_told_with_those_there_are(scrapy_run):
    run = scrapy_run("doctor", "kankannews")

    assert run.returncode == 2
    assert re.search("takes one site or none; choose from: .*kankanews", run.stderr)


def test_site_without_a_file_is_one_where_it_was_crawled(doctor, scrapy_run):
    """Its collection has the name of its host."""
    other = doctor.collection.rename(doctor.collection.with_name("gazette.example"))
    (other / "runs" / "20260101T000000000Z-000000.json").write_bytes(b"{}")

    code, found = doctor("gazette.example")

    assert (code, found["runs"][0]) == (1, "fault")
    assert "gazette.example" in found["runs"][1]
    assert scrapy_run("doctor", "other.example").returncode == 2


def test_contact_that_is_no_address_is_told(doctor):
    code, found = doctor("-s", "CONTACT=our crawler")

    assert code == 0
    assert found == {"contact": ("warning", "CONTACT is 'our crawler'; make it a URL or an e-mail address")}


def test_disk_without_room_for_a_file_is_told(doctor):
    code, found = doctor("-s", f"WARC_MAX_SIZE={1 << 60}")

    assert (code, list(found)) == (1, ["disk"])
    assert found["disk"][0] == "fault"
    assert "less than a WARC file may take (WARC_MAX_SIZE); make room" in found["disk"][1]


def test_directory_that_cannot_be_made_is_told(doctor):
    code, found = doctor("-s", f"ARCHIVE_DIR={__file__}")

    assert (code, found) == (1, {"disk": ("fault", f"{__file__} is not a directory; move it away or set ARCHIVE_DIR")})


def test_part_of_a_collection_that_this_user_cannot_write_is_told(doctor):
    items = doctor.collection / "items"
    if os.geteuid() == 0:  # whom no permission stops
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", items], check=False).returncode:
            pytest.skip("this machine cannot mount a tmpfs")
    else:
        items.chmod(0o500)
    try:
        code, found = doctor()
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", items], check=True)
        else:
            items.chmod(0o700)

    assert (code, list(found)) == (1, ["permissions"])
    assert found["permissions"][1].startswith(f"{items} cannot be written by user {os.geteuid()} (1 such in ")


def test_run_that_goes_on_is_no_fault_and_one_that_was_killed_is_told(doctor, scrapy_run):
    left_open = doctor.collection / "archive/kankanews-20261122195417000-00001-host.warc.gz.open"
    left_open.touch()
    with (doctor.collection / ".lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()
        while_it_runs = doctor()
    after = doctor()

    assert while_it_runs == (0, {})
    told = f"a run was killed: {left_open.name} was left open; nothing has to be done, the next run mends it"
    assert after == (0, {"lock": ("warning", told)})


def test_damaged_state_is_told_with_what_to_do(doctor):
    state = doctor.collection / "state.sqlite3"
    state.write_bytes(b"SQLite format 3\0" + bytes(100))
    code, found = doctor()

    assert (code, list(found)) == (1, ["state"])
    assert "move the file away" in found["state"][1]


def test_state_of_a_newer_version_is_told(doctor):
    with closing(sqlite3.connect(doctor.collection / "state.sqlite3")) as db:
        db.execute("PRAGMA user_version = 99")
    code, found = doctor()

    assert (code, list(found)) == (1, ["state"])
    assert "written by a newer newsspider" in found["state"][1]


# -- the last runs ----------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def runs_of(directory: Path, *begun: datetime, **last: object) -> Collection:
    """A collection with the manifests of runs that began then; the last as told."""
    collection = Collection(directory / "kankanews")
    collection.runs_dir.mkdir(parents=True)
    for number, moment in enumerate(begun):
        manifest = {"run": f"run-{number}", "started": moment.isoformat(), "exit_code": 0, "reasons": []}
        if moment == begun[-1]:
            manifest |= last
        (collection.runs_dir / f"run-{number}.json").write_text(json.dumps(manifest), encoding="utf-8")
    return collection


def told_of(collection: Collection) -> list[tuple[str, str]]:
    return [(each.level, each.text) for each in history.last_runs(collection, NOW) if each.level != "ok"]


def hours_ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=each) for each in hours]


def test_hourly_runs_that_stopped_are_told_after_three_hours(tmp_path):
    late = "the last run began 4 h ago, though one usually begins every 1 h; see whether the timer still runs"

    assert told_of(runs_of(tmp_path / "late", *hours_ago(9, 8, 7, 6, 4))) == [("warning", late)]
    assert told_of(runs_of(tmp_path / "in-time", *hours_ago(5.5, 4.5, 3.5, 2.5))) == []


def test_runs_that_a_person_started_one_after_the_other_have_no_rhythm(tmp_path):
    assert told_of(runs_of(tmp_path, *hours_ago(9, 8.999, 8.998, 8.997))) == []


def test_two_runs_have_no_rhythm(tmp_path):
    assert told_of(runs_of(tmp_path, *hours_ago(99, 98))) == []


@pytest.mark.parametrize(("code", "level"), [(5, "fault"), (75, "warning")])
def test_last_run_that_ended_badly_is_told_with_its_reasons(code, level, tmp_path):
    collection = runs_of(tmp_path, *hours_ago(2, 1), exit_code=code, reasons=["one", "two"])

    told = f"the last run, run-1, ended with {code}: one; two"
    assert told_of(collection) == [(level, told)]
    collection.reports_dir.mkdir()
    (collection.reports_dir / "run-1.html").touch()
    assert told_of(collection) == [(level, f"{told}. {collection.reports_dir}/run-1.html shows what it rests on")]


def test_run_that_began_in_the_future_tells_of_the_clock(tmp_path):
    ((level, text),) = told_of(runs_of(tmp_path, *hours_ago(-24)))

    assert level == "fault"
    assert text.startswith("run run-0 began in the future, at 2026-11-23 12:00 UTC; set the clock, or, if it is right")


def test_manifest_that_is_none_is_named(tmp_path):
    collection = runs_of(tmp_path, *hours_ago(1))
    (collection.runs_dir / "run-9.json").write_text("[]", encoding="utf-8")

    ((level, text),) = told_of(collection)
    assert level == "fault"
    assert text.startswith(f"{collection.runs_dir}/run-9.json cannot be read (TypeError: ")


# -- the machine and the network --------------------------------------------------------------------------------------


def test_clock_that_the_disk_does_not_share_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(machine.time, "time", lambda: datetime.now(UTC).timestamp() + 3600)

    (finding,) = machine.clock(tmp_path)
    assert finding.level == "warning"
    assert "are dated -3600 s off this machine's clock" in finding.text


def test_clock_of_a_machine_that_lost_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(machine.time, "time", lambda: 0.0)

    (finding,) = machine.clock(tmp_path)
    assert (finding.level, finding.text[:35]) == ("fault", "it shows 1970-01-01 00:00:00 UTC; s")


def test_names_are_looked_up_and_private_addresses_told():
    """``.invalid`` never resolves (RFC 6761), ``localhost`` always does."""
    hosts = ["news.invalid", "localhost", "www.kankanews.com"]
    found = list(reach.names(hosts, led_elsewhere={"www.kankanews.com"}, allow_private=False))

    assert [each.level for each in found] == ["fault", "fault", "ok"]
    assert found[0].text.startswith("news.invalid cannot be resolved (")
    assert "which is not public, so it would not be crawled" in found[1].text
    assert [each.level for each in reach.names(["localhost"], led_elsewhere=(), allow_private=True)] == ["ok"]
