"""A WACZ is read as the collection that it was packed from, and a collection without pages by way of its archives."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zipfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.packed import inside
from newsspider.collection.wacz import WaczError
from newsspider.feeds import read, runs
from newsspider.packages.packing import pack
from tests.archive.exchanges import exchange, page, writer
from tests.conftest import ScrapyRun
from tests.servers.changing import ChangingSite, serving
from tests.servers.script import ROLES, churn

SOME = ("edited without a word", "404", "class names")
QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")
NOW = datetime(2026, 11, 22, 19, 54, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A collection of two runs, a package of it, and another collection, made from the package's pages alone."""

    scrapy: ScrapyRun
    collection: Collection
    package: Path
    again: Collection


@pytest.fixture(scope="module")
def made(scrapy_run_in, tmp_path_factory) -> Made:
    directory = tmp_path_factory.mktemp("package")
    scrapy = scrapy_run_in(directory)
    site = ChangingSite({name: ROLES[name] for name in SOME}, churn)
    with serving(site) as connect_to:
        for site.act in range(2):
            run = scrapy("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={connect_to}", *QUICKLY)
            assert run.returncode == 0, run.stderr
    collection = Collection(run.archive_dir / "kankanews")
    package = directory / "elsewhere" / "news.wacz"
    package.parent.mkdir()
    pack(collection, package, since=None, run=None, key=None, now=NOW)
    run = scrapy("crawl", "kankanews", "-a", f"archive={package}", "-s", "COLLECTION=again", *QUICKLY)
    assert run.returncode == 0, run.stderr
    return Made(scrapy, collection, package, Collection(run.archive_dir / "again"))


def foreign(path: Path) -> Path:
    """Make a WACZ as others do, with pages alone."""
    with writer(path.parent / "theirs") as archive:
        archive.write_exchange(exchange(page(b"<p>an answer")))
    with zipfile.ZipFile(path, "w") as package:
        for warc in Collection(path.parent / "theirs").warc_files():
            package.write(warc, f"archive/{warc.name}")
    return path


def test_records_and_runs_are_those_of_the_collection(made):
    assert list(read(made.package)) == list(read(made.collection.path))
    assert [run.run for run in runs(made.package)] == [run.run for run in runs(made.collection.path)]
    (_, second) = runs(made.package)
    assert sorted(event.event for event in second.changes()) == ["gone", "silently_edited"]


def test_what_is_inside_is_a_directory_that_can_only_be_read(made):
    root = inside(made.package)
    (first, second) = sorted(path.name for path in made.collection.items_dir.iterdir())

    assert {"items", "runs"} <= {path.name for path in root.iterdir()}
    assert [path.name for path in (root / "items").glob("*")] == [first, second]
    assert [path.name for path in root.glob("items/*/changes-*.jsonl")] == ["changes-00001.jsonl"] * 2
    part = root / "items" / first / "part-00001.jsonl"
    assert part.read_bytes() == (made.collection.items_dir / first / part.name).read_bytes()
    assert [part.exists(), part.parent.is_dir()] == [True, True]
    assert [part.is_dir(), (root / "archive").exists()] == [False, False]
    assert part.stat().st_size == len(part.read_bytes())
    for wrong in (lambda: part.open("wb"), part.unlink, lambda: (root / "x").read_bytes()):
        with pytest.raises(OSError, match=r"package|No such file"):
            wrong()


def test_package_loads_once_whether_it_or_its_collection_came_first(made, tmp_path):
    to = ("--to", f"sqlite:///{tmp_path}/news.db")
    first = made.scrapy("load", str(made.package), *to)
    again = made.scrapy("load", "kankanews", *to)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("3 new articles, 1 changed, ")
    assert again.stdout.startswith("0 new articles, 0 changed, 0 unchanged, 0 other records, from 0 parts")
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (4,)


def test_package_has_the_reports_and_the_history_of_what_changed(made):
    """And one page in its list for each version, not for each capture."""
    with zipfile.ZipFile(made.package) as package:
        names = package.namelist()
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()[1:]]
        edited, gone, same = (ROLES[name].story for name in SOME)
        shown = package.read(f"history/kankanews%3A{edited.page_id}.html").decode()
    listed = Counter(page["url"] for page in pages)

    assert {name for name in names if name.startswith("reports/")} == {
        f"reports/{path.name}" for path in made.collection.reports_dir.glob("2*.html")
    }
    assert {name for name in names if name.startswith("history/")} == {
        f"history/kankanews%3A{story.page_id}.html" for story in (edited, gone)
    }
    assert "这是后来添上的一句。" in shown
    assert edited.title in shown
    assert listed == {edited.url: 2, gone.url: 1, same.url: 1}


def test_package_of_one_run_has_the_history_that_its_runs_tell(made, tmp_path):
    (first, _) = [run.run for run in runs(made.collection.path)]
    one = pack(made.collection, tmp_path / "one.wacz", since=None, run=first, key=None, now=NOW)

    assert [name for name in zipfile.ZipFile(one.path).namelist() if name.startswith("history/")] == []


def test_package_is_verified_with_its_pages_for_people(made, tmp_path):
    proved = made.scrapy("verify", str(made.package))
    with zipfile.ZipFile(made.package) as package:
        member = next(each for each in package.infolist() if each.filename.startswith("history/"))
    data = bytearray(made.package.read_bytes())
    data[member.header_offset + 30 + len(member.filename) + 60] ^= 1
    (tmp_path / "altered.wacz").write_bytes(data)
    altered = made.scrapy("verify", str(tmp_path / "altered.wacz"))

    assert proved.stdout.splitlines()[-1] == "no faults, no warnings"
    assert re.search(r"^ +2 history pages$", proved.stdout, re.MULTILINE)
    assert re.search(r"^ +2 reports$", proved.stdout, re.MULTILINE)
    assert altered.returncode == 1
    assert f"altered.wacz: {member.filename}" in altered.stdout


@pytest.mark.parametrize("form", ["csv", "jsonld", "atom"])
def test_package_is_exported_as_its_collection_is(form, made, tmp_path):
    outs = [tmp_path / "of-package", tmp_path / "of-collection"]
    for path, out in zip((made.package, made.collection.path), outs, strict=True):
        run = made.scrapy("export", str(path), "--format", form, "-o", str(out))
        assert (run.returncode, run.stderr) == (0, "")

    assert outs[0].read_bytes().replace(b"news.wacz", b"kankanews") == outs[1].read_bytes()


def history(made: Made, path: object, *arguments: str) -> tuple[str, str]:
    run = made.scrapy("history", *arguments, "--in", str(path))
    assert run.returncode == 0, run.stderr
    return run.stdout, run.stderr


def test_history_of_a_package_is_that_of_its_collection(made):
    for name in ("edited without a word", "404"):
        url = ROLES[name].story.url
        assert history(made, made.package, url, "--json") == history(made, "kankanews", url, "--json")
    since = ("--since", "2000-01-01")  # a moment before now may be in another minute for the second command
    assert history(made, made.package, *since)[0].replace("news.wacz", "kankanews") == history(
        made, "kankanews", *since
    )[0]


def test_history_follows_a_collection_without_pages_to_its_archives(made, tmp_path):
    url = ROLES["edited without a word"].story.url
    story = json.loads(history(made, "again", url, "--json")[0])

    (moment,) = story["moments"]
    assert story["problems"] == []
    # Of several captures a replay takes the newest.
    assert moment["version"]["paragraphs"][0].endswith("这是后来添上的一句。")


def test_history_says_which_archive_is_away(made, tmp_path):
    archives = tmp_path / "archives"
    shutil.copytree(made.again.path, archives / "again")
    hidden = made.package.rename(made.package.with_suffix(".hidden"))
    try:
        run = made.scrapy(
            "history", ROLES["class names"].story.url, "--in", "again", env={"NEWSSPIDER_ARCHIVE_DIR": str(archives)}
        )
    finally:
        hidden.rename(made.package)

    assert run.returncode == 0, run.stderr
    assert f"{made.package}: it cannot be read (No such file or directory)" in run.stdout


def test_package_of_others_is_refused_with_what_works(made, tmp_path):
    theirs = foreign(tmp_path / "theirs.wacz")

    for command in (
        ("load", str(theirs), "--to", f"sqlite:///{tmp_path}/x.db"),
        ("export", str(theirs), "--format", "csv"),
        ("history", "--since", "1d", "--in", str(theirs)),
    ):
        run = made.scrapy(*command)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == (
            f"scrapy {command[0]}: {theirs} holds no records of newsspider's, only pages. What works with it: scrapy "
            f"extract {theirs} --site news --to DIR makes records of its pages, scrapy replay {theirs} shows them, "
            f"scrapy verify {theirs} checks it\n"
        )


def test_part_that_is_damaged_in_a_package_is_named(made, tmp_path):
    damaged = tmp_path / "damaged.wacz"
    with zipfile.ZipFile(made.package) as package:
        part = next(each for each in package.infolist() if each.filename.endswith("-part-00001.jsonl"))
    data = bytearray(made.package.read_bytes())
    middle = part.header_offset + part.compress_size // 2
    data[middle : middle + 4] = bytes(4)
    damaged.write_bytes(data)
    run = made.scrapy("export", str(damaged), "--format", "jsonld")

    run_name, _, name = part.filename.removeprefix("items/").rpartition("-part-")
    assert (run.returncode, run.stdout) == (1, "")
    assert f"{damaged}/items/{run_name}/part-{name}: cannot be read, and its manifest names it: " in run.stderr


def test_what_would_lead_outside_is_refused(tmp_path):
    path = tmp_path / "evil.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("runs/../../x.json", "{}")

    with pytest.raises(WaczError, match="leads outside it"):
        inside(path)
