"""``scrapy demo``: what it promises a newcomer holds."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.given_back import given_back


@pytest.fixture(scope="module")
def shown_once(scrapy_run_in, tmp_path_factory):
    directory = tmp_path_factory.mktemp("demo")
    ended = scrapy_run_in(directory)("demo", "--articles", "4", "-s", "COLLECTION=mine")

    assert ended.returncode == 0, ended.stderr
    return ended.archive_dir, ended.stdout


@pytest.fixture
def shown(shown_once):
    """A run of the demo into a collection named by its user: the archive directory, and what was printed."""
    archive_dir, _ = shown_once
    with given_back(archive_dir):
        yield shown_once


def test_every_file_that_it_names_is_there(shown):
    archive_dir, printed = shown
    named = re.findall(rf"^  ({re.escape(str(archive_dir))}\S+)$", printed, re.MULTILINE)

    assert [Path(name).suffix for name in named] == [".jsonl", ".jsonl", ".jsonl", ".gz", ".cdxj", ".json", ".html"]
    assert [name for name in named if not Path(name).is_file()] == []
    assert {Path(name).relative_to(archive_dir).parts[0] for name in named} == {"mine"}


def test_the_commands_that_it_recommends_work(shown):
    """All but the last, which goes to the real site."""
    _, printed = shown
    _, recommended = printed.split("Try next:\n")
    *harmless, real = re.findall(r"^  (\S.*)$", recommended, re.MULTILINE)

    (browse,) = [command for command in harmless if " browse " in command]  # serves until it is stopped
    harmless.remove(browse)
    assert len(harmless) >= 2
    assert " crawl kankanews -s CONTACT=" in real
    for command in harmless:
        words = shlex.split(command)
        if Path(words[0]).name == "scrapy":
            command = shlex.join([sys.executable, "-m", "scrapy", *words[1:]])
        subprocess.run(command, shell=True, check=True, capture_output=True)


def test_demo_leaves_a_collection_of_real_articles_alone(shown, scrapy_run_in, tmp_path):
    archive_dir, _ = shown
    (real,) = Path(archive_dir, "mine", "runs").glob("*.json")
    runs = tmp_path / "archives" / "real" / "runs"
    runs.mkdir(parents=True)
    manifest = json.loads(real.read_bytes())
    assert "127.0.0.1" in manifest["connect_to"]
    (runs / real.name).write_text(json.dumps(manifest | {"connect_to": None}))

    refused = scrapy_run_in(tmp_path)("demo", "--articles", "4", "-s", "COLLECTION=real")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"scrapy demo: {tmp_path}/archives/real has the run {real.stem}, which crawled ")
    assert [path.name for path in runs.iterdir()] == [real.name]


def test_what_was_led_elsewhere_is_said_wherever_a_run_is_shown(shown, scrapy_run_in):
    archive_dir, _ = shown
    run = scrapy_run_in(archive_dir.parent)
    (report,) = Path(archive_dir, "mine", "reports").glob("[0-9]*.html")

    assert "led elsewhere by CONNECT_TO" in run("runs", "mine").stdout
    assert "1 of them led elsewhere by CONNECT_TO" in run("verify", "mine").stdout
    assert "the network, led elsewhere by CONNECT_TO=" in report.read_text(encoding="utf-8")


def test_records_of_another_collection_go_into_one_of_their_own(shown, scrapy_run_in):
    archive_dir, _ = shown
    run = scrapy_run_in(archive_dir.parent)
    assert run("demo", "--articles", "4", "-s", "COLLECTION=kankanews").returncode == 0
    before = sorted(Path(archive_dir, "kankanews", "runs").iterdir())
    run = run("crawl", "kankanews", "--archive", str(Path(archive_dir, "mine")))

    assert sorted(Path(archive_dir, "kankanews", "runs").iterdir()) == before
    assert run.returncode == 0, run.stderr
    assert "their records go into collection kankanews-mine" in run.stderr
    assert {path.name for path in Path(archive_dir).iterdir()} == {"mine", "kankanews", "kankanews-mine"}


@pytest.mark.parametrize("command", ["crawl kankanews", "fetch https://www.kankanews.com/"])
def test_crawl_of_the_real_site_leaves_a_collection_of_the_demo_alone(command, shown, scrapy_run_in):
    archive_dir, _ = shown
    (run,) = Path(archive_dir, "mine", "runs").glob("*.json")
    refused = scrapy_run_in(archive_dir.parent)(*command.split(), "-s", "COLLECTION=mine")

    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert refused.stderr.splitlines()[-1] == (
        f"scrapy {command.split()[0]}: {archive_dir}/mine was filled from other servers than those of the hosts, to "
        f"which CONNECT_TO led, as that of scrapy demo does (run {run.stem}): its articles and those of this crawl "
        "would mix. Name another collection: -s COLLECTION=NAME"
    )
    assert list(Path(archive_dir, "mine", "runs").glob("*.json")) == [run]


def test_crawl_that_is_led_elsewhere_leaves_a_collection_of_the_real_site_alone(shown, scrapy_run_in, tmp_path):
    archive_dir, _ = shown
    (made_up,) = Path(archive_dir, "mine", "runs").glob("*.json")
    runs = tmp_path / "archives" / "kankanews" / "runs"
    runs.mkdir(parents=True)
    (runs / made_up.name).write_text(json.dumps(json.loads(made_up.read_bytes()) | {"connect_to": None}))
    refused = scrapy_run_in(tmp_path)("crawl", "kankanews", "-s", "CONNECT_TO=www.kankanews.com:443:127.0.0.1:1")

    assert refused.returncode == 1
    assert "was filled by the hosts themselves, and now CONNECT_TO leads elsewhere (run " in refused.stderr


def test_collection_made_from_archives_alone_is_verified_and_packed_by_them(shown, scrapy_run_in):
    archive_dir, _ = shown
    run = scrapy_run_in(archive_dir.parent)
    source = str(Path(archive_dir, "mine"))
    made = run("crawl", "kankanews", "--archive", source, "-s", "COLLECTION=made")
    proved, packed = run("verify", "made"), run("pack", "made", "-o", str(Path(archive_dir, "made.wacz")))

    assert made.returncode == 0, made.stderr
    assert (proved.returncode, proved.stdout.splitlines()[-1]) == (0, "no faults, no warnings")
    assert re.search(r"^ +[1-9]\d* feed records", proved.stdout, re.MULTILINE)
    assert (packed.returncode, packed.stderr) == (0, "")
    assert re.search(r"MB; 1 run, [1-9]\d* pages with text, ", packed.stdout)
    whole = run("verify", str(Path(archive_dir, "made.wacz")))
    assert whole.stdout.splitlines()[-1] == "no faults, no warnings", whole.stdout


def test_second_demo_says_that_nothing_is_new(shown, scrapy_run_in):
    archive_dir, _ = shown
    again = scrapy_run_in(archive_dir.parent)("demo", "--articles", "4", "-s", "COLLECTION=mine")

    assert again.returncode == 0, again.stderr
    assert re.search(r"Nothing is new: the \d+ addresses on the lists are known\.", again.stdout)
