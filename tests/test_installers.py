"""pipx and uvx, from a package index, install the wheel with all that it needs, and its command works anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import HUNG
from tests.test_wheel import PROJECT, build

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a wheel, the two installers, an empty home and an empty directory."""

    wheel: Path
    installers: Path
    home: Path
    directory: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.home / '.local' / 'bin'}:{self.installers}:/usr/bin:/bin"
        # What leads to the index is of this environment; nothing else is.
        ours = ("PYTHON", "NEWSSPIDER_", "XDG_")
        here = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            command, cwd=self.directory, env=here | {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8"},
            capture_output=True, encoding="utf-8", check=False, timeout=HUNG,
        )  # fmt: skip


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory) -> Newcomer:
    root = tmp_path_factory.mktemp("newcomer")
    venv.create(root / "installers", with_pip=True)
    pip = [root / "installers" / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    got = subprocess.run([*pip, "pipx", "uv"], capture_output=True, text=True, check=False, timeout=HUNG)
    if got.returncode:
        pytest.skip(f"needs a package index: {got.stderr.strip().splitlines()[-1]}")
    for name in ("home", "anywhere", "wheel"):
        (root / name).mkdir()
    return Newcomer(
        wheel=build(PROJECT, root / "wheel", "wheel"), installers=root / "installers" / "bin", home=root / "home",
        directory=root / "anywhere",
    )  # fmt: skip


@pytest.fixture(scope="module")
def by_pipx(newcomer) -> Newcomer:
    installed = newcomer.run("pipx", "install", "--python", sys.executable, str(newcomer.wheel))
    assert installed.returncode == 0, installed.stderr
    return newcomer


@pytest.fixture(scope="module")
def demo(by_pipx) -> subprocess.CompletedProcess[str]:
    return by_pipx.run("newsspider", "demo", "--articles", "3")


def test_pipx_installs_a_command_that_crawls_the_demo(by_pipx, demo):
    assert demo.returncode == 0, demo.stderr
    assert "Done: 3 articles from " in demo.stdout
    assert "\n  newsspider verify archives/demo\n" in demo.stdout
    verified = by_pipx.run("newsspider", "verify", "archives/demo")
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (0, "no faults, no warnings")


def test_extra_that_is_missing_is_got_by_the_line_that_is_said(by_pipx, demo):
    refused = by_pipx.run("newsspider", "load", "archives/demo", "--to", "postgresql://127.0.0.1:9/x")

    assert refused.returncode == 1
    assert refused.stderr.rstrip().endswith(f"pipx install --force '{by_pipx.wheel}[postgres]'")


def test_uvx_runs_the_wheel_without_installing_it(newcomer):
    said = newcomer.run("uvx", "--python", sys.executable, "--from", str(newcomer.wheel), "newsspider", "--help")

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("newsspider 0.1.0: crawls news, archives it, proves it\n")
    assert "\n  crawl        Crawl a site: " in said.stdout
