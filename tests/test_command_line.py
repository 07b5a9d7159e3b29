"""``newsspider COMMAND``: the commands from any directory, without Scrapy where they do not crawl."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import newsspider.commands
import newsspider.settings
from newsspider.commands.__main__ import OF_SCRAPY
from newsspider.terminal.called import program_path
from newsspider.terminal.extras import ExtraMissingError
from newsspider.terminal.project import ProjectSettings
from tests.patience import HUNG

COMMANDS = Path(newsspider.commands.__file__).parent
OTHERS = """
import sys
from newsspider.commands.__main__ import main
try:
    main(sys.argv[1:])
finally:
    print(sorted(name for name in ("scrapy", "twisted") if sys.modules.get(name)), file=sys.stderr)
"""


def newsspider_in(directory: Path, *arguments: str, env: dict[str, str] | None = None, code: str | None = None):
    """Run the command in a directory; *code* instead of it, with the same arguments."""
    start = ("-m", "newsspider.commands") if code is None else ("-c", code)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSSPIDER_", "SCRAPY_"))}
    return subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=directory,
        env={**inherited, "NEWSSPIDER_UI_LANGUAGE": "en", "PYTHONPATH": str(COMMANDS.parent.parent), **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=HUNG,
    )


def test_list_of_commands_is_that_of_their_files():
    files = {path.stem for path in COMMANDS.glob("*.py")} - {"__init__", "__main__"}

    assert set(newsspider.commands.SUMMARIES) == files


def test_help_of_scrapy_too_writes_names_as_they_are(monkeypatch):
    """Its formatter would underline and capitalise each line that ends with a colon."""
    from scrapy.commands import ScrapyHelpFormatter

    from newsspider.commands import crawl, extract

    monkeypatch.setenv("COLUMNS", "80")
    for command in (crawl.Command(), extract.Command()):
        parser = argparse.ArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
        command.add_options(parser)
        told = parser.format_help()
        assert "-A Name" not in told
        assert "===" not in told
    assert "a new or empty directory" in told


def test_commands_of_scrapy_are_there():
    from scrapy.cmdline import _get_commands_from_module

    assert set(OF_SCRAPY) <= set(_get_commands_from_module("scrapy.commands", inproject=True))


def test_help_lists_every_command(tmp_path):
    ended = newsspider_in(tmp_path, "--help")

    listed = [line.split()[0] for line in ended.stdout.splitlines() if line.startswith("  ")]
    assert listed == list(newsspider.commands.SUMMARIES)


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("runs",), ("runs", "--help"), ("schema",), ("history", "--since", "1d"), ("history", "kankanews:a")],
)
def test_needs_nothing_of_scrapy(tmp_path, arguments):
    ended = newsspider_in(tmp_path, *arguments, code=OTHERS)

    assert ended.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("runz",), "newsspider: there is no command runz; did you mean runs? newsspider --help lists them"),
        (("--verson",),
         "newsspider: there is no command --verson; did you mean --version? newsspider --help lists them"),
        (("RUNZ",), "newsspider: there is no command RUNZ; did you mean runs? newsspider --help lists them"),
        (("xyzzy",), "newsspider: there is no command xyzzy; newsspider --help lists them"),
        (("runs", "--jsno"), "newsspider runs: error: there is no option --jsno; did you mean --json?"),
        (("runs", "--hlp"), "newsspider runs: error: there is no option --hlp; did you mean --help?"),
        (("runs", "--xyzzy=1"), "newsspider runs: error: there is no option --xyzzy"),
        (("fetch", "--bogus", "https://a.example/"),
         "newsspider fetch: error: there is no option --bogus; newsspider fetch --help lists them"),
        (("fetch", "nourl"),
         "newsspider fetch: error: takes one address, as in: newsspider fetch https://www.kankanews.com/robots.txt"),
        (("runs", "-s", "COLLECTION"), "newsspider runs: error: -s COLLECTION: takes NAME=VALUE"),
    ],
)
def test_what_is_not_understood_ends_with_2_and_the_nearest_name(tmp_path, arguments, said):
    ended = newsspider_in(tmp_path, *arguments)

    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (2, "", said)


def test_help_of_a_command_can_be_asked_for_by_a_word(tmp_path):
    asked = newsspider_in(tmp_path, "help", "runs")

    assert (asked.returncode, asked.stdout) == (0, newsspider_in(tmp_path, "runs", "--help").stdout)


def test_next_steps_name_the_command_as_it_was_called(tmp_path):
    for name in ("demo", "daily"):
        (tmp_path / "archives" / name / "runs").mkdir(parents=True)

    listed = newsspider_in(tmp_path, "runs")
    refused = newsspider_in(tmp_path, "crawl", "kankanews", "-s", "CONTCAT=x")

    assert listed.stdout.splitlines()[-1] == "The demo's runs are left out: newsspider runs demo"
    assert refused.stderr.startswith("newsspider: -s CONTCAT=…: there is no such setting")


def test_name_that_is_too_long_is_said(tmp_path):
    ended = newsspider_in(tmp_path, "verify", "a" * 5000)

    shown = "a" * 200 + "…"
    assert ended.returncode == 1
    assert ended.stderr == (
        f"newsspider verify: {shown}: File name too long; "
        "name a file, directory or collection that this user may read\n"
    )


@pytest.mark.parametrize(("option", "code"), [("--pidfile", 2), ("--profile", 4)])
def test_file_that_cannot_be_written_is_said(tmp_path, option, code):
    ended = newsspider_in(tmp_path, "schema", option, "nothere/file")

    assert ended.returncode == code
    (last,) = ended.stderr.splitlines()[-1:]
    assert last.endswith(f"{option} nothere/file: cannot be written: No such file or directory")


def test_log_that_cannot_be_written_is_said_before_the_crawl(tmp_path):
    ended = newsspider_in(tmp_path, "crawl", "kankanews", "--logfile", "nothere/log")

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith("--logfile nothere/log: cannot be written: No such file or directory")


WHEEL = {"url": "file:///my%20files/newsspider-0.1.0-py3-none-any.whl", "archive_info": {}}


@pytest.mark.parametrize(
    ("installed_from", "marker", "how"),
    [
        ({"url": "file:///src", "dir_info": {"editable": True}}, "", "project's directory: pip install -e '.[browse]'"),
        ({"url": "file:///src", "dir_info": {}}, "", "extra: pip install '/src[browse]'"),
        (WHEEL, "", "pip install '/my files/newsspider-0.1.0-py3-none-any.whl[browse]'"),
        (WHEEL, "pipx_metadata.json", "pipx install --force '/my files/newsspider-0.1.0-py3-none-any.whl[browse]'"),
        (WHEEL, "uv-receipt.toml", "uv tool install --force '/my files/newsspider-0.1.0-py3-none-any.whl[browse]'"),
        ({"url": "https://a.example/n.whl", "archive_info": {}}, "", "'newsspider[browse] @ https://a.example/n.whl'"),
        (None, "pipx_metadata.json", "pipx install --force 'newsspider[browse]'"),
    ],
)  # fmt: skip
def test_what_is_not_installed_says_how_it_is_by_what_installed_newsspider(
    tmp_path, monkeypatch, installed_from, marker, how
):
    """``direct_url.json`` is as PEP 610 has it; the other two files are in the environments that pipx and uv make."""
    metadata = tmp_path / "newsspider-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.4\nName: newsspider\nVersion: 0.1.0\n")
    if installed_from is not None:
        (metadata / "direct_url.json").write_text(json.dumps(installed_from))
    if marker:
        (tmp_path / marker).write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    said = str(ExtraMissingError("browse", ImportError(name="starlette")))

    assert said.startswith("starlette is not installed, which this needs; ")
    assert said.endswith(how)


def test_what_the_encoding_of_the_terminal_lacks_is_escaped(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (tmp_path / "看" / "daily" / "runs").mkdir(parents=True)

    ended = newsspider_in(tmp_path, "runs", "-s", "ARCHIVE_DIR=看", "-s", "UI_LANGUAGE=en")

    assert (ended.returncode, ended.stdout) == (0, "\\u770b: no run yet\n")


def test_archives_are_under_the_present_directory(tmp_path):
    (tmp_path / "archives" / "daily" / "runs").mkdir(parents=True)

    assert newsspider_in(tmp_path, "runs", "daily").stdout == "archives/daily: no run yet\n"


def test_settings_of_a_project_count_in_it(tmp_path):
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = ours.settings\n")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "settings.py").write_text('from newsspider.settings import *\nARCHIVE_DIR = "kept"\n')
    (tmp_path / "below").mkdir()
    for name in ("kept", "given", "varied"):
        (tmp_path / "below" / name / name / "runs").mkdir(parents=True)

    ended = newsspider_in(tmp_path / "below", "runs")
    given = newsspider_in(tmp_path / "below", "runs", "-s", "ARCHIVE_DIR=given")

    assert (ended.stdout, given.stdout) == ("kept: no run yet\n", "given: no run yet\n")


def test_project_about_something_else_has_no_say(tmp_path):
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = theirs\n")
    (tmp_path / "theirs.py").write_text('ARCHIVE_DIR = "theirs"\n')
    (tmp_path / "archives").mkdir()

    assert newsspider_in(tmp_path, "runs").stdout == "archives: no run yet\n"
    assert "kankanews" in newsspider_in(tmp_path, "list").stdout


def test_environment_rules_the_settings(tmp_path):
    (tmp_path / "kept").mkdir()

    assert newsspider_in(tmp_path, "runs", env={"NEWSSPIDER_ARCHIVE_DIR": "kept"}).stdout == "kept: no run yet\n"


def test_settings_read_as_scrapy_reads_them():
    from scrapy.settings import Settings

    theirs, ours = Settings(), ProjectSettings("newsspider.settings")
    theirs.setmodule("newsspider.settings", priority="project")
    for settings in (theirs, ours):
        settings.setdict({"LOG_JSON": "1", "PART_ITEMS": "7"}, priority="cmdline")

    assert {name: ours[name] for name in newsspider.settings.names} == {
        name: theirs.getdict(name) if isinstance(ours[name], dict) else theirs[name]
        for name in newsspider.settings.names
    }
    for name in ("LOG_JSON", "CONDITIONAL_REQUESTS", "ROBOTSTXT_OBEY"):
        assert ours.getbool(name) == theirs.getbool(name)
    assert ours.getint("PART_ITEMS") == theirs.getint("PART_ITEMS") == 7


def test_all_that_scrapy_retries_is_retried():
    from scrapy.settings.default_settings import RETRY_EXCEPTIONS

    assert set(newsspider.settings.RETRY_EXCEPTIONS) - set(RETRY_EXCEPTIONS) == {
        "newsspider.warc.codings.ContentCodingError"
    }
    assert set(RETRY_EXCEPTIONS) <= set(newsspider.settings.RETRY_EXCEPTIONS)


@pytest.mark.parametrize("on_the_path", [True, False])
def test_program_is_named_by_its_name_where_the_shell_finds_it_by_a_link_too(tmp_path, monkeypatch, on_the_path):
    own, link = tmp_path / "venv" / "scrapy", tmp_path / "bin" / "scrapy"
    for path in (own, link):
        path.parent.mkdir()
    own.touch(mode=0o755)
    link.symlink_to(own)
    monkeypatch.setattr(sys, "executable", str(own.with_name("python")))
    monkeypatch.setenv("PATH", str(link.parent if on_the_path else tmp_path))

    assert program_path() == ("scrapy" if on_the_path else str(own))
