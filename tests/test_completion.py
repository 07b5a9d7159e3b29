"""The shell completes what is typed: a real bash asks the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsspider import sites
from newsspider.commands import SUMMARIES
from newsspider.commands.completion import SHELLS
from tests.test_command_line import newsspider_in

BASH = """
newsspider() { "$PYTHON" -m newsspider.commands "$@"; }
eval "$(newsspider completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
_python_argcomplete newsspider
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def completed(tmp_path):
    """Return what bash proposes after a line, in a directory with the collections ``daily`` and ``weekly``."""
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    for name in ("daily", "weekly"):
        (tmp_path / "archives" / name / "runs").mkdir(parents=True)

    def complete(line: str) -> set[str]:
        ended = subprocess.run(
            ["bash", "--norc", "-c", BASH, "bash", line],
            cwd=tmp_path,
            env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        return {word.strip() for word in ended.stdout.splitlines()}

    return complete


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("newsspider ", {*SUMMARIES}),
        ("newsspider ver", {"verify"}),
        ("newsspider crawl ", {*sites.names(), "news"}),
        ("newsspider runs ", {"daily", "weekly"}),
        ("newsspider verify d", {"daily"}),
        ("newsspider pack weekly --si", {"--since", "--sign"}),
    ],
)
def test_bash_proposes_what_may_come_next(completed, line, expected):
    proposed = completed(line)

    assert expected <= proposed
    assert {word for word in proposed - expected if not word.startswith("-")} == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_lines_that_name_the_command(tmp_path, shell):
    ended = newsspider_in(tmp_path, "completion", shell)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "newsspider" in ended.stdout


def test_shell_that_is_not_known_gets_the_nearest(tmp_path):
    ended = newsspider_in(tmp_path, "completion", "zssh")

    assert ended.returncode == 2
    assert ended.stderr.endswith("takes a shell, one of: bash, zsh, fish; did you mean zsh?\n")
