"""``scrapy demo``: what it promises a newcomer holds."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def shown(scrapy_run_in, tmp_path_factory):
    """A run of the demo into a collection named by its user: the archive directory, and what was printed."""
    directory = tmp_path_factory.mktemp("demo")
    ended = scrapy_run_in(directory)("demo", "--articles", "4", "-s", "COLLECTION=mine")

    assert ended.returncode == 0, ended.stderr
    return ended.archive_dir, ended.stdout


def test_every_file_that_it_names_is_there(shown):
    archive_dir, printed = shown
    named = re.findall(rf"^  ({re.escape(str(archive_dir))}\S+)$", printed, re.MULTILINE)

    assert [Path(name).suffix for name in named] == [".jsonl", ".jsonl", ".jsonl", ".gz", ".cdxj", ".json"]
    assert [name for name in named if not Path(name).is_file()] == []
    assert {Path(name).relative_to(archive_dir).parts[0] for name in named} == {"mine"}


def test_the_commands_that_it_recommends_work(shown):
    """All but the last, which goes to the real site."""
    _, printed = shown
    _, recommended = printed.split("Try next:\n")
    *harmless, real = re.findall(r"^  (\S.*)$", recommended, re.MULTILINE)

    assert len(harmless) >= 2
    assert " crawl kankanews -s CONTACT=" in real
    for command in harmless:
        words = shlex.split(command)
        if Path(words[0]).name == "scrapy":
            command = shlex.join([sys.executable, "-m", "scrapy", *words[1:]])
        subprocess.run(command, shell=True, check=True, capture_output=True)


def test_second_demo_says_that_nothing_is_new(shown, scrapy_run_in):
    archive_dir, _ = shown
    again = scrapy_run_in(archive_dir.parent)("demo", "--articles", "4", "-s", "COLLECTION=mine")

    assert again.returncode == 0, again.stderr
    assert re.search(r"Nothing is new: the \d+ addresses on the lists are known\.", again.stdout)
