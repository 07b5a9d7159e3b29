"""Whatever ends a crawl (kill -9, SIGTERM, a full disk, another crawl), nothing torn is left and nothing cited is lost.

The real command, at the demo site, on a real disk. Crawls that are killed at random: ``test_torture.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.record.items import Locator, to_json_line
from newsspider.sites.kankanews import SITE
from tests.loaded import Started, start_scrapy
from tests.warcs import manifests, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import DemoSite, ScrapyRun

# Small files, so that rotation and publication happen all the time.
SETTINGS = (
    "DOWNLOAD_DELAY=0.01", "AUTOTHROTTLE_ENABLED=False", "WARC_MAX_SIZE=60000", "PART_ITEMS=4", "REQUISITES_MAX=3",
)  # fmt: skip


def arguments(demo_site: DemoSite, *more: str) -> list[str]:
    settings = (*SETTINGS, f"CONNECT_TO={demo_site.connect_to}", *more)
    return ["crawl", "kankanews", *(part for setting in settings for part in ("-s", setting))]


@pytest.fixture
def start(demo_site, tmp_path) -> Iterator[Callable[..., Started]]:
    """Start a crawl, and return when it has said *cue* in its log; what still runs at the end is killed."""
    processes: list[Started] = []

    def started(*settings: str, cue: str | None = None, **options) -> Started:
        process = start_scrapy(
            arguments(demo_site, *settings),
            {**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(tmp_path / "archives")},
            stderr=subprocess.PIPE,
            **options,
        )
        processes.append(process)
        if cue is not None:
            while cue not in (line := process.stderr.readline()):
                assert line, f"the crawl ended without saying {cue!r}"
        return process

    yield started
    for process in processes:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def crawl(demo_site, scrapy_run):
    """Run a crawl to its end."""
    return lambda *settings, **options: scrapy_run(*arguments(demo_site, *settings), **options)


def published(path: Path) -> dict[str, bytes]:
    """The files that others may have read already: nothing may change in them, or take them away."""
    files = [*path.glob("archive/*.warc.gz"), *path.glob("runs/[!.]*")]
    for manifest in path.glob("runs/[!.]*.json"):  # the parts of a run without one are taken over by the next
        files += path.glob(f"items/{manifest.stem}/[!.]*")
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def assert_sound(path: Path, scrapy_run: ScrapyRun) -> None:
    """No file is torn; what a record or manifest cites is there and is what it says; the index is right."""
    assert [file.name for file in path.rglob("*") if file.name.endswith((".open", ".part", ".tmp"))] == []
    subprocess.run(["gzip", "-t", *path.glob("archive/*")], check=True)

    for manifest in manifests(path):
        items = path / "items" / manifest["run"]
        parts = [(kind, items) for kind in ("parts", "changes_parts", "site_facts_parts")]
        for cited, directory in (*parts, ("warcs", path / "archive")):
            for file in manifest[cited]:
                data = (directory / file["name"]).read_bytes()
                assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])
        for facts, run in manifest["site_facts"].items():
            assert any(facts in part.read_text(encoding="utf-8") for part in path.glob(f"items/{run}/site-facts-*"))

    collection = Collection(path)
    facts = {json.loads(line)["id"] for line in lines(path, "site-facts")}
    for line in lines(path):
        record = json.loads(line)
        locator = Locator(**record["archive"])
        page = page_at(collection, locator)
        article = SITE.parse(page.http.body(), page.capture.url, page.http.headers, page.capture.captured)
        article.archive = locator
        assert to_json_line(article) == line
        assert page.capture.where == locator
        assert record["site_facts"] in facts | {None}

    verified = scrapy_run("verify", str(path))
    assert (verified.returncode, "no faults, no warnings" in verified.stdout) == (0, True), verified.stdout
    index = b"".join(collection.index.lines())
    assert scrapy_run("index", "kankanews").returncode == 0
    assert collection.index_path.read_bytes() == index


def lines(path: Path, stem: str = "part") -> list[bytes]:
    """The lines of all parts that are published, with or without a manifest."""
    return b"".join(part.read_bytes() for part in sorted(path.glob(f"items/*/{stem}-*"))).splitlines(keepends=True)


def found(path: Path) -> set[str]:
    return {json.loads(line)["canonical_url"] for line in lines(path)}


# ---------------------------------------------------------------- kill -9


def test_what_a_killed_crawl_left_is_told_and_kept(start, crawl, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    with start("PART_ITEMS=1000", "WARC_MAX_SIZE=10000000", cue="Spider opened") as process:
        while not any(path.glob("items/*/.part-*")):
            time.sleep(0.01)
        process.kill()
    (torn,) = path.glob("archive/*.open")
    with torn.open("ab") as file:
        file.write(torn.read_bytes()[:100])  # a member that was being written

    run = crawl()

    assert run.returncode == 0, run.stderr
    (told,) = [line for line in run.stderr.splitlines() if "the last run was killed" in line]
    assert torn.name.removesuffix(".open") in told
    assert "100 bytes cut off" in told
    assert torn.with_suffix("").exists()
    assert_sound(path, scrapy_run)


def test_run_that_is_killed_before_it_has_a_record_is_listed_for_good(start, crawl, scrapy_run):
    with start("DOWNLOAD_DELAY=5", cue="Spider opened") as process:
        process.kill()

    def listed() -> list[tuple[str, str]]:
        lines = scrapy_run("runs", "--json").stdout.splitlines()
        return [(run["run"], run["state"]) for run in map(json.loads, lines)]

    ((killed, state),) = listed()
    assert state == "killed"
    assert crawl().returncode == 0
    (after, before) = listed()
    assert (after[1], before) == ("complete", (killed, "killed"))


# ---------------------------------------------------------------- SIGTERM


def test_told_to_stop_a_crawl_ends_in_order(start, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    with start("DOWNLOAD_DELAY=0.1", cue="Spider opened") as process:
        while not any(path.glob("items/*/part-*")):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()

    assert process.returncode == 75
    assert said.splitlines()[-1].startswith("scrapy crawl: The run was stopped before it was done.")
    (manifest,) = manifests(path)
    assert (manifest["finish_reason"], manifest["exit_code"]) == ("shutdown", 75)
    assert sum(part["records"] for part in manifest["parts"]) == manifest["counts"]["articles"] == len(lines(path))
    assert_sound(path, scrapy_run)


def test_told_to_stop_twice_a_crawl_leaves_nothing_that_the_next_does_not_mend(start, crawl, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    with start(cue="Spider opened") as process:
        while not any(path.glob("items/*/part-*")):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert process.returncode != 0
    before = published(path)

    assert crawl().returncode == 0
    assert before.items() <= published(path).items()
    assert_sound(path, scrapy_run)


# ---------------------------------------------------------------- a full disk


ROOMS = ("archive", "items", "indexes", "runs", "reports")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "kilobytes", "named", "complete"),
    [
        (".", 300, "kankanews", None),  # what cannot be published is removed, and may make room for the manifest
        ("state", 60, "state.sqlite3", None),  # when it is made
        ("state", 200, "state.sqlite3", None),  # when the run commits
        ("archive", 100, "kankanews/archive", True),
        ("items", 100, "kankanews: cannot write records", True),
        ("indexes", 4, "kankanews: cannot write to the archive", True),
        ("runs", 4, "kankanews: cannot write records or manifest", False),
    ],
)
def test_full_disk_ends_a_crawl_that_the_next_takes_up(
    room, kilobytes, named, complete, crawl, small_disk, scrapy_run, demo_site, tmp_path
):
    path = tmp_path / "archives" / "kankanews"
    make_room = small_disk(path if room == "state" else path / room, kilobytes)
    if room == "state":  # it lies beside the rooms: they go elsewhere
        for each in ROOMS:
            (tmp_path / "elsewhere" / each).mkdir(parents=True)
            (path / each).symlink_to(tmp_path / "elsewhere" / each)

    run = crawl()

    assert_told(run, named, "See that the disk has room")
    assert "No space left on device" in run.stderr or "disk is full (state.sqlite3)" in run.stderr
    assert complete is None or len(manifests(path)) == complete
    for manifest in manifests(path):
        assert manifest["counts"]["articles"] == sum(part["records"] for part in manifest["parts"])
    before = published(path)

    make_room()
    assert crawl().returncode == 0
    assert before.items() <= published(path).items()
    assert_sound(path, scrapy_run)
    assert sorted(record["canonical_url"] for record in records(path)) == sorted(
        story.url for story in demo_site.site.expected()
    )


@pytest.mark.parametrize("of_archive", [False, True])
def test_second_crawl_on_a_full_disk_says_so_as_the_first(of_archive, crawl, small_disk, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    small_disk(path, 8000)
    assert crawl().returncode == 0
    with suppress(OSError), (path / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))

    run = scrapy_run("crawl", "kankanews", "-a", f"archive={path}") if of_archive else crawl()

    assert_told(run, "kankanews: cannot write", "(state.sqlite3)", "See that the disk has room")


@pytest.mark.slow
def test_full_disk_that_takes_no_report_is_told_and_costs_the_run_nothing(crawl, small_disk, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    make_room = small_disk(path / "reports", 4)

    run = crawl()

    assert (run.returncode, list((path / "reports").glob("[0-9]*.html"))) == (0, []), run.stderr
    assert "the report cannot be written: [Errno 28] No space left on device" in run.stderr.splitlines()[-1]
    make_room()
    assert crawl().returncode == 0
    assert len(list((path / "reports").iterdir())) == 2  # and the list of them
    assert_sound(path, scrapy_run)


def test_file_that_must_not_grow_ends_a_crawl_like_a_full_disk(start, crawl, scrapy_run, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))"
    with start("WARC_MAX_SIZE=10000000", before=limited) as process:
        said = process.stderr.read()

    assert process.returncode == 4
    assert "Traceback" not in said
    assert ".warc.gz.open: cannot write to the archive: [Errno 27] File too large" in said.splitlines()[-1]
    before = published(path)

    assert crawl().returncode == 0
    assert before.items() <= published(path).items()
    assert_sound(path, scrapy_run)


@pytest.mark.slow
@pytest.mark.parametrize("option", ["-o", "-O"])
def test_full_disk_leaves_a_feed_file_as_it_was(option, demo_site, small_disk, scrapy_run, tmp_path):
    make_room = small_disk(tmp_path / "out", 100)
    target = tmp_path / "out" / "articles.jsonl"
    target.write_text('{"of": "last week"}\n', encoding="utf-8")

    run = scrapy_run(*arguments(demo_site), option, str(target))

    assert_told(run, "1 file of -o, -O or FEEDS could not be stored.")
    assert f"{target}: this feed cannot be written: [Errno 28] No space left on device" in run.stderr
    assert target.read_text(encoding="utf-8") == '{"of": "last week"}\n'
    assert list(target.parent.iterdir()) == [target]
    assert_sound(run.archive_dir / "kankanews", scrapy_run)

    make_room()
    again = scrapy_run(*arguments(demo_site), "-a", "full=1", option, str(target))
    assert again.returncode == 0, again.stderr
    assert len(target.read_text(encoding="utf-8").splitlines()) == len(demo_site.site.expected()) + (option == "-o")


def assert_told(run, *parts: str) -> None:
    """The run ended with 4, and its last line says why; no traceback anywhere."""
    last = run.stderr.splitlines()[-1]
    assert run.returncode == 4, run.stderr
    assert "Traceback" not in run.stderr
    assert last.startswith("scrapy crawl: ")
    assert [part for part in parts if part not in last] == [], last


# ---------------------------------------------------------------- two at once


@pytest.mark.slow
def test_second_crawl_into_a_collection_is_told_to_come_back(start, crawl, scrapy_run, demo_site, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    with start(cue="Spider opened") as first:
        first.send_signal(signal.SIGSTOP)
        second = crawl()
        elsewhere = crawl("COLLECTION=elsewhere", "CLOSESPIDER_PAGECOUNT=1")
        first.send_signal(signal.SIGCONT)
        first.stderr.read()

    assert second.returncode == 75
    assert "Traceback" not in second.stderr
    assert second.stderr.splitlines()[-1] == (
        f"scrapy crawl: {path}: process {first.pid} is writing into this collection; "
        "try again when it is done, or crawl into another one with -s COLLECTION=NAME"
    )
    assert "another one" in second.stderr
    assert elsewhere.returncode != 75
    assert first.returncode == 0
    assert len(manifests(path)) == 1
    assert_sound(path, scrapy_run)
    assert found(path) == {story.url for story in demo_site.site.expected()}
