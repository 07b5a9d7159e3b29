"""``scrapy export``: whole or nothing, in bounded memory, and a plain message where something is wrong."""

from __future__ import annotations

import csv
import json
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import feedparser
import pytest

from tests.feeds import article, line, write_run
from tests.loaded import start_scrapy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def collection(tmp_path) -> Path:
    path = tmp_path / "archives/kankanews"
    write_run(path, "run-1", [article(1), article(2)], site_facts=[])
    write_run(path, "run-2", [article(1, hours=1, title="改了的标题"), article(3, hours=1)])
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """A part that takes a while: 110 MB."""
    path = tmp_path_factory.mktemp("many") / "part-00001.jsonl"
    with path.open("wb") as file:
        for number in range(55):
            file.write(line(article(number)) * 100)
    return path


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("form", ["csv", "atom"])
def test_file_and_standard_output_get_the_same(form, collection, scrapy_run, tmp_path):
    to_file = scrapy_run("export", "kankanews", "--format", form, "-o", f"{tmp_path}/out")
    to_output = scrapy_run("export", str(collection), "--format", form)

    size = f"{(tmp_path / 'out').stat().st_size / 1000:.1f}"
    assert (to_file.returncode, to_file.stdout, to_file.stderr) == (0, f"{tmp_path}/out: {size} kB written\n", "")
    assert (to_output.returncode, to_output.stderr) == (0, "")
    written = (tmp_path / "out").read_bytes().removeprefix(b"\xef\xbb\xbf")  # of a table for Excel
    assert to_output.stdout.splitlines() == written.decode().splitlines()
    assert names(tmp_path) == ["archives", "out"]


def test_records_come_in_the_order_of_runs_and_every_version(collection, scrapy_run):
    run = scrapy_run("export", "kankanews", "--format", "jsonld")

    assert [json.loads(each)["identifier"] for each in run.stdout.splitlines()] == [
        f"kankanews:made{number}" for number in (1, 2, 1, 3)
    ]


def test_feed_has_the_newest_version_of_each_and_as_many_as_asked_for(collection, scrapy_run):
    run = scrapy_run("export", "kankanews", "--format", "atom")
    two = scrapy_run("export", "kankanews", "--format", "jsonfeed", "--newest", "2", "--channel", "时讯")

    assert {entry.id[-5:]: entry.title for entry in feedparser.parse(run.stdout).entries} == {
        "made1": "改了的标题", "made2": article(2)["title"], "made3": article(3)["title"]
    }  # fmt: skip
    feed = json.loads(two.stdout)
    assert (feed["title"], len(feed["items"])) == ("kankanews: 时讯", 2)


def test_what_extract_wrote_a_run_and_a_part_can_be_exported(collection, scrapy_run):
    part = collection / "items/run-1/part-00001.jsonl"

    for path, count in ((part, 2), (part.parent, 2), (collection, 4)):
        run = scrapy_run("export", str(path), "--format", "csv", "--all-versions", "--bom")
        assert run.returncode == 0, run.stderr
        assert run.stdout.startswith("\ufeffid,")
        assert len(list(csv.DictReader(run.stdout.splitlines(keepends=True)))) == count


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("kankanews", "--format", "rss"),
            "--format rss: no such format; there is: csv, xlsx, jsonld, ninjs, atom, jsonfeed, zyte",
        ),
        (("kankanews",), "takes one path and a format, as in: scrapy export kankanews --format csv"),
        (("kankanews", "--format", "atom", "--newest", "0"), "--newest takes a number from 1"),
        (("kankanews", "--format", "csv", "-o", "s3://b/x.csv"), "-o s3://b/x.csv: takes a file of this machine"),
        (("kankanews", "--format", "zyte", "--bom"), "--bom is for csv, and not for zyte"),
    ],
)
def test_arguments_that_are_not_understood_are_told(arguments, said, collection, scrapy_run):
    run = scrapy_run("export", *arguments)

    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing", "no collection 'nothing' in "),
        ("../kankanews", "../kankanews: there is no such file, directory or collection"),
        ("ftp://ada:correct-horse@127.0.0.1/news", "ftp://***@127.0.0.1/news: only files of this machine"),
        ("{archives}", "neither a collection nor a directory with feed parts (*.jsonl)"),
    ],
)
def test_place_without_records_is_told(path, said, collection, scrapy_run, tmp_path):
    run = scrapy_run("export", path.format(archives=collection.parent), "--format", "csv", "-o", f"{tmp_path}/out.csv")

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("scrapy export: ")
    assert said in run.stderr
    assert "horse" not in run.stderr
    assert names(tmp_path) == ["archives"]


def spoiled(part: Path) -> None:
    part.write_bytes(part.read_bytes().replace(b"made3", b"made4", 1))


@pytest.mark.parametrize("form", ["csv", "atom"])
def test_part_that_fails_its_digest_ends_an_export_and_the_file_stays_as_it_was(form, collection, scrapy_run, tmp_path):
    part = collection / "items/run-2/part-00001.jsonl"
    spoiled(part)
    (tmp_path / "out").write_text("of last week", encoding="utf-8")
    run = scrapy_run("export", "kankanews", "--format", form, "-o", f"{tmp_path}/out")

    assert run.returncode == 1
    assert run.stderr == (
        f"scrapy export: {part}: its SHA-256 is not the one in its manifest; see what scrapy verify says of it\n"
    )
    assert (tmp_path / "out").read_text(encoding="utf-8") == "of last week"
    assert names(tmp_path) == ["archives", "out"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (article(2, schema_version="2.0"), "line 2: of schema 2.0, and this program reads 1.1; update it"),
        ({"schema_version": "1.1"}, 'line 2: record is not valid at its top: "id" is a required property'),
    ],
)
def test_record_that_cannot_be_read_ends_an_export(record, said, collection, scrapy_run, tmp_path):
    write_run(collection, "run-3", [article(1), record])
    run = scrapy_run("export", "kankanews", "--format", "ninjs", "-o", f"{tmp_path}/out")

    assert run.returncode == 1
    assert run.stderr == f"scrapy export: {collection}/items/run-3/part-00001.jsonl, {said}\n"
    assert names(tmp_path) == ["archives"]


def test_full_disk_leaves_the_file_as_it_was(collection, small_disk, scrapy_run, tmp_path, many):
    small_disk(tmp_path / "disk", 300)
    (tmp_path / "disk/out.csv").write_text("of last week", encoding="utf-8")
    run = scrapy_run("export", str(many), "--format", "csv", "--all-versions", "-o", f"{tmp_path}/disk/out.csv")

    assert run.returncode == 4
    assert run.stderr == (
        f"scrapy export: {tmp_path}/disk/out.csv: cannot be written: No space left on device. What the file held "
        "before is still in it. Make room, or name another file\n"
    )
    assert (tmp_path / "disk/out.csv").read_text(encoding="utf-8") == "of last week"
    assert names(tmp_path / "disk") == ["out.csv"]


@pytest.mark.parametrize(
    ("target", "said"),
    [("nowhere/out.csv", "No such file or directory"), ("archives", "Is a directory"), ("/dev/full", "No space left")],
)
def test_file_that_cannot_be_written_is_told(target, said, collection, scrapy_run, tmp_path):
    run = scrapy_run("export", "kankanews", "--format", "csv", "-o", str(tmp_path / target))

    assert run.returncode == 4
    assert run.stderr.startswith(f"scrapy export: {tmp_path / target}: cannot be written: {said}")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGKILL, -9)])
def test_export_that_is_interrupted_leaves_the_file_as_it_was(number, code, many, tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_text("of last week", encoding="utf-8")
    command = ["export", many, "--format", "zyte", "-o", target]
    with start_scrapy(command, stderr=subprocess.PIPE) as process:
        hidden = tmp_path / f".out.jsonl.{process.pid}.part"
        while not hidden.exists():
            time.sleep(0.01)
        process.send_signal(number)
        assert process.stderr is not None
        said = process.stderr.read()

    assert process.returncode == code
    assert target.read_text(encoding="utf-8") == "of last week"
    assert names(tmp_path) == [hidden.name, "out.jsonl"][number != signal.SIGKILL :]
    assert said == ("" if number == signal.SIGKILL else f"\nscrapy export: interrupted; {target} is as it was\n")


def test_two_exports_to_a_file_at_once_leave_one_of_them_whole(many, tmp_path):
    part = tmp_path / "part-00001.jsonl"
    part.write_bytes(b"".join(many.read_bytes().splitlines(keepends=True)[:300]))
    outs = [tmp_path / "one.jsonl", tmp_path / "same.jsonl", tmp_path / "same.jsonl"]
    running = [start_scrapy(["export", part, "--format", "zyte", "-o", out]) for out in outs]

    assert [process.wait() for process in running] == [0, 0, 0]
    assert (tmp_path / "same.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_reader_that_has_seen_enough_ends_an_export_quietly(many):
    command = ["export", many, "--format", "jsonld"]
    with start_scrapy(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert json.loads(first)["@type"] == "NewsArticle"
    assert (said, process.returncode) == ("", 0)


@pytest.mark.parametrize("form", [("csv",), ("xlsx", "--all-versions"), ("atom",)], ids=" ".join)
def test_export_of_much_takes_little_memory(form, many, tmp_path):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (100 << 20, 100 << 20))

    run = subprocess.run(
        [sys.executable, "-m", "scrapy", "export", str(many), "--format", *form, "-o", str(tmp_path / "out")],
        preexec_fn=limit, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode, run.stderr) == (0, "")
    assert many.stat().st_size > 100 << 20
