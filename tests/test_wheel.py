"""The wheel holds all that the commands need, and works where the project's source is not.

It is installed by pip into an environment of its own, with a link to its command and nothing else on the path: that is
what pipx and uvx do, which ``test_installers`` fetches from a package index. Then three people use it: a
journalist, an archivist and an operator.
"""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import venv
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def build(source: Path, to: Path, target: str) -> Path:
    """Build one file with the backend that pyproject.toml names, without an environment of its own."""
    pytest.importorskip("hatchling", reason="needs hatchling (group build)")
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(to)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = to.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(PROJECT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Run the installed command in a directory of its own; what it needs comes from this environment."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(environment, symlinks=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(environment)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    directory = tmp_path_factory.mktemp("anywhere")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(directory)}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [environment / "bin" / "newsspider", *arguments],
            cwd=directory,
            env=environ | variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    where = subprocess.run(
        [environment / "bin" / "python", "-c", "import newsspider; print(newsspider.__file__)"],
        cwd=directory,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(environment)
    run.directory = directory
    return run


@pytest.fixture(scope="module")
def crawled(installed):
    """The installed command, and what it printed when it crawled the demo."""
    return installed, installed("demo", "--articles", "3")


def in_git() -> set[str]:
    """The files of the package."""
    listed = subprocess.run(["git", "ls-files", "newsspider"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs git and its directory, to know which files there are")
    return set(listed.stdout.split())


def test_wheel_holds_every_file_of_the_package(wheel):
    assert in_git() <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.filterwarnings("ignore:Python 3.14 will:DeprecationWarning")  # of the archive that is made here
def test_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    shutil.unpack_archive(build(PROJECT, tmp_path / "sdist", "sdist"), tmp_path)
    (source,) = tmp_path.glob("newsspider-*")
    again = build(source, tmp_path / "again", "wheel")

    assert [path.name for path in (wheel, again)] == [wheel.name] * 2
    assert again.read_bytes() == wheel.read_bytes()


def test_installed_command_crawls_verifies_and_lists_in_any_directory(crawled):
    installed, demo = crawled

    assert demo.returncode == 0, demo.stderr
    assert "Done: 3 articles from " in demo.stdout
    assert "archives/demo/runs/" in demo.stdout
    verified = installed("verify", "demo")
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (0, "no faults, no warnings")
    assert "\ndemo " in installed("runs", "demo").stdout
    assert '"title": "Article"' in installed("schema").stdout
    exported = installed("export", "demo", "--format", "jsonfeed")
    assert (exported.returncode, exported.stderr) == (0, "")


def test_installed_command_names_itself_in_what_it_says(installed):
    refused = installed("replay", "none")

    assert refused.returncode == 1
    assert refused.stderr.startswith("newsspider replay: no collection 'none' in ")
    assert "scrapy" not in refused.stderr


def test_journalist_has_a_table_of_what_was_published_and_a_database_to_search(crawled):
    installed, _ = crawled

    told = installed("history", "--since", "1d", "demo")
    table = installed("export", "demo", "--format", "csv", "-o", "news.csv")
    loaded = installed("load", "demo", "--to", "sqlite:///news.db")
    mistaken = installed("export", "demo", "--format", "exel", LANG="zh_CN.UTF-8")

    assert told.stdout.endswith(": 3 published\n")
    assert table.stdout.startswith("news.csv: ")
    written = (installed.directory / "news.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(written.decode("utf-8-sig").splitlines()))
    assert loaded.stdout.startswith("3 new articles, 0 changed")
    with closing(sqlite3.connect(installed.directory / "news.db")) as database:
        titles = {title for (title,) in database.execute("SELECT title FROM articles")}
    assert {row["title"] for row in rows} == titles
    assert len(titles) == 3
    assert "没有这种格式" in mistaken.stderr


def test_archivist_hands_on_a_package_that_proves_itself_and_gets_the_same_records_from_it(crawled):
    installed, _ = crawled
    package = installed.directory / "demo.wacz"

    packed = installed("pack", "demo", "-o", "demo.wacz")
    proven = installed("verify", "demo.wacz")
    again = installed("crawl", "kankanews", "--archive", "demo.wacz", "-s", "COLLECTION=again")
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 1
    (installed.directory / "altered.wacz").write_bytes(data)
    altered = installed("verify", "altered.wacz")

    assert packed.returncode == 0, packed.stderr
    assert (proven.returncode, proven.stdout.splitlines()[-1]) == (0, "no faults, no warnings")
    assert again.returncode == 0, again.stderr
    assert records(installed.directory, "again") == records(installed.directory, "demo")
    assert altered.returncode == 1
    assert altered.stdout.startswith("fault: altered.wacz")


def test_operator_sees_that_nothing_is_new_that_all_is_well_and_what_ends_how(crawled):
    installed, _ = crawled

    second = installed("demo", "--articles", "3")
    listed = [json.loads(line) for line in installed("runs", "demo", "--json").stdout.splitlines()]
    settings = {"CONNECT_TO": "www.kankanews.com:443:127.0.0.1:1", "CONTACT": "you@example.org"}
    looked = installed("doctor", "kankanews", *(f"-s{name}={value}" for name, value in settings.items()))
    refused = installed("crawl", "kankanews", "--since", "yesterday")

    assert second.returncode == 0
    assert [run["exit_code"] for run in listed[:2]] == [0, 0]
    assert listed[0]["new"] == 0
    assert "0 faults" in looked.stdout
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1


def records(directory: Path, collection: str) -> dict[str, str]:
    """What each record of a collection's first run says, but for where its proof lies."""
    parts = sorted((directory / "archives" / collection / "items").glob("*/part-*.jsonl"))
    found = [json.loads(line) for part in parts for line in part.read_text(encoding="utf-8").splitlines()]
    return {each["id"]: each["content_hash"] for each in found}
