"""The wheel holds all that the commands need, and works where the project's source is not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
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

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [environment / "bin" / "newsspider", *arguments],
            cwd=directory,
            env=environ,
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
    return run


def in_git() -> set[str]:
    """The files of the package."""
    listed = subprocess.run(["git", "ls-files", "newsspider"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs git and its directory, to know which files there are")
    return set(listed.stdout.split())


def test_wheel_holds_every_file_of_the_package(wheel):
    assert in_git() <= set(zipfile.ZipFile(wheel).namelist())


def test_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    shutil.unpack_archive(build(PROJECT, tmp_path / "sdist", "sdist"), tmp_path)
    (source,) = tmp_path.glob("newsspider-*")
    again = build(source, tmp_path / "again", "wheel")

    assert [path.name for path in (wheel, again)] == [wheel.name] * 2
    assert again.read_bytes() == wheel.read_bytes()


def test_installed_command_crawls_verifies_and_lists_in_any_directory(installed):
    crawled = installed("demo", "--articles", "3")

    assert crawled.returncode == 0, crawled.stderr
    assert "Done: 3 articles from " in crawled.stdout
    assert "archives/demo/runs/" in crawled.stdout
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
