"""Whoever reads what a command prints may have seen enough, as ``head`` has: that is no fault, and nothing is said.

What cannot be printed for another reason is said in a sentence, and the exit code is not 0.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsspider.commands import SUMMARIES
from tests.test_command_line import newsspider_in

PROJECT = Path(__file__).parent.parent
PRINTS = {
    "completion": ["bash"],
    "doctor": ["kankanews", "--json"],
    "export": ["demo", "--format", "jsonld"],
    "history": ["--since", "1d", "-s", "COLLECTION=demo"],
    "index": ["demo"],
    "pack": ["demo", "-o", "packed.wacz"],
    "runs": ["demo", "--json"],
    "schema": [],
    "verify": ["demo"],
}
"""Of each command that prints without a network or a server, what makes it print."""
NOT_HERE = {
    "browse": "serves until it is stopped", "crawl": "prints where -o - asks for it",
    "demo": "makes the data of the others",
    "extract": "prints a line at its end, as pack does", "fetch": "needs a site", "genspider": "prints nothing",
    "load": "prints a line at its end, as pack does", "newsite": "needs a site", "replay": "serves until it is stopped",
    "savefixture": "prints a line at its end, as pack does",
}  # fmt: skip


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """A directory with a collection."""
    made = tmp_path_factory.mktemp("pipes")
    assert newsspider_in(made, "demo", "--articles", "4").returncode == 0
    return made


def unread(directory: Path, *arguments: str) -> tuple[int, str]:
    """Run a command whose output nobody reads; return exit code and standard error."""
    reading, writing = os.pipe()
    os.close(reading)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSSPIDER_", "SCRAPY_"))}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "newsspider.commands", *arguments], cwd=directory, stdout=writing,
            stderr=subprocess.PIPE, text=True, check=False, env={**inherited, "PYTHONPATH": str(PROJECT)},
        )  # fmt: skip
    finally:
        os.close(writing)
    return ended.returncode, ended.stderr


def redirected(directory: Path, how: str, *arguments: str) -> tuple[int, str]:
    """Run a command with its output redirected as a shell says it; return exit code and standard error."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSSPIDER_", "SCRAPY_"))}
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {how}', "sh", sys.executable, "-m", "newsspider.commands", *arguments],
        cwd=directory, stderr=subprocess.PIPE, text=True, check=False, env={**inherited, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    return ended.returncode, ended.stderr


def test_every_command_is_tried_or_has_a_reason():
    assert PRINTS.keys() | NOT_HERE.keys() == SUMMARIES.keys()


@pytest.mark.parametrize("command", PRINTS)
def test_command_that_nobody_reads_ends_as_it_would_and_says_nothing_of_it(directory, command):
    code, said = unread(directory, command, *PRINTS[command])

    assert code == (1 if command == "doctor" and "FAULT" not in said and code else 0)
    assert "Error" not in said
    assert "Exception" not in said


@pytest.mark.parametrize("arguments", [("--help",), ("runs", "--help"), ("--version",)])
def test_help_that_nobody_reads_is_no_fault(directory, arguments):
    assert unread(directory, *arguments) == (0, "")


@pytest.mark.parametrize(
    ("how", "reason"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")], ids=["full", "-"]
)
@pytest.mark.parametrize("command", PRINTS)
def test_what_cannot_be_printed_is_said_in_a_sentence_and_by_the_exit_code(directory, tmp_path, command, how, reason):
    code, said = redirected(directory, how, command, *PRINTS[command][:-1], *_last(command, tmp_path))

    assert code == (1 if command == "doctor" and code == 1 else 4)  # of the machine it may have found a fault
    (sentence,) = [line for line in said.splitlines() if "standard output" in line]
    assert sentence.startswith(f"newsspider {command}: ")
    assert f"cannot be written: {reason}. " in sentence
    assert "Traceback" not in said


def _last(command: str, directory: Path) -> list[str]:
    """Return the last of its arguments; a package is a new file each time."""
    return [str(directory / "packed.wacz")] if command == "pack" else PRINTS[command][-1:]


@pytest.mark.parametrize("arguments", [("--help",), ("runs", "--help"), ("--version",)])
def test_help_that_cannot_be_printed_is_said(directory, arguments):
    code, said = redirected(directory, ">/dev/full", *arguments)

    assert code == 4
    assert said.startswith("newsspider: standard output cannot be written: No space left on device. ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("how", [">&-", ">/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_crawl_prints_nothing_and_ends_as_it_would_whatever_is_closed(demo_site, tmp_path, how):
    settings = (f"CONNECT_TO={demo_site.connect_to}", "DOWNLOAD_DELAY=0.001", "AUTOTHROTTLE_ENABLED=False",
                "LOG_LEVEL=ERROR", "REQUISITES=")  # fmt: skip
    options = [part for each in settings for part in ("-s", each)]
    code, said = redirected(tmp_path, how, "crawl", "kankanews", "-a", "limit=2", *options)

    assert code == 0
    assert "Traceback" not in said
    (manifest,) = (tmp_path / "archives/kankanews/runs").glob("*.json")
    assert json.loads(manifest.read_bytes())["counts"]["articles"] == 2
