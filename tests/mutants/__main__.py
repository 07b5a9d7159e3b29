"""``make mutants [FILES="newsspider/durable.py …"]``: change the core one thing at a time; does a test fail?

Works in a copy of the tree, one process after the other, at the lowest priority. What all tests import is imported
once; each mutant is tried in a fork of that, and has five times as long as the tests took without one. Prints each
survivor as a diff, and for each module how many were killed; exits 1 where those are less than 90 of 100.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import difflib
import importlib
import importlib.util
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tests.mutants import core, seen_by
from tests.mutants.operators import mutants

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 90
_SHORTEST = 20.0
"""Seconds that any mutant has."""
_LONGEST = 600.0
"""Seconds that tests may take without one."""
_CHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
_IMPORTED = (
    "pytest", "hypothesis", "scrapy", "scrapy.utils.test", "twisted.web.client", "lxml.html", "nh3", "orjson",
    "jsonschema_rs", "warcio.archiveiterator", "fastwarc.warc", "cryptography.x509", "OpenSSL.SSL", "itemloaders",
)  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make mutants")
    arguments.add_argument("files", nargs="*", type=Path, metavar="FILE", help="modules of the core; without: all")
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="try every N-th mutant")
    asked = arguments.parse_args()
    if missing := [str(file) for file in asked.files if not file.is_file()]:
        arguments.error(f"there is no such file: {', '.join(missing)}")
    if unknown := [str(file) for file in asked.files if not seen_by(file)]:
        arguments.error(f"tests/mutants/map.toml names no tests for {', '.join(unknown)}")
    files = asked.files or core()
    os.nice(19)
    with tempfile.TemporaryDirectory(prefix="newsspider-mutants-") as place:
        _copy_tree(Path(place) / "tree")
        os.chdir(Path(place) / "tree")
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 -- pytest compares it as text
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_STORAGE_DIRECTORY": f"{place}/hypothesis"}
        # Two mutants are often of one size and second, and the one would be taken for the other.
        compileall.compile_dir("newsspider", quiet=1, invalidation_mode=_CHECKED)
        for name in _IMPORTED:
            importlib.import_module(name)
        shares = {file: _try(file, seen_by(file), asked.every) for file in files}
    for file, (killed, count) in shares.items():
        print(f"{file}: {killed} of {count} killed{f', {100 * killed // count} %' if count else ''}")
    return int(any(100 * killed < LEAST * count for killed, count in shares.values()))


def _copy_tree(place: Path) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0"):
        if Path(name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, place / name)


def _try(file: Path, tests: Sequence[str], every: int) -> tuple[int, int]:
    """Try the mutants of a module; return how many were killed, and how many there are."""
    source = file.read_text(encoding="utf-8")
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
    _run(tests, _LONGEST, writes=True)  # pytest keeps what it makes of the tests
    begun = time.monotonic()
    if failed := _run(tests, _LONGEST):
        sys.exit(f"{file}: its tests fail without a mutant ({failed}): python -m pytest {' '.join(tests)}")
    bound = max(_SHORTEST, 5 * (time.monotonic() - begun))
    made = mutants(source)[::every]
    killed = 0
    try:
        for number, mutated in enumerate(made, start=1):
            file.write_text(mutated, encoding="utf-8")
            if _run(tests, bound):
                killed += 1
            else:
                print(f"\n{file}: survived, {number} of {len(made)}", *_changed(source, mutated), sep="\n", flush=True)
    finally:
        file.write_text(source, encoding="utf-8")
        py_compile.compile(str(file), invalidation_mode=_CHECKED)
    print(f"\n{file}: {killed} of {len(made)} killed", flush=True)
    return killed, len(made)


def _changed(source: str, mutated: str) -> list[str]:
    return list(difflib.unified_diff(source.splitlines(), mutated.splitlines(), n=1, lineterm=""))[2:]


def _run(tests: Sequence[str], bound: float, *, writes: bool = False) -> str:
    """Run tests in a fork; return how they failed, nothing where they passed."""
    child = os.fork()
    if child == 0:
        _become_pytest(tests, writes=writes)
    deadline = time.monotonic() + bound
    ended, status = 0, 0
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
        ended, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):  # what the tests have started, and may have left
        os.killpg(child, signal.SIGKILL)
    if not ended:
        os.waitpid(child, 0)
        return f"not done after {bound:.0f} s"
    return f"exit {os.waitstatus_to_exitcode(status)}" if status else ""


def _become_pytest(tests: Sequence[str], *, writes: bool) -> NoReturn:
    code = 70
    try:
        os.setsid()
        sys.dont_write_bytecode = not writes
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silent, stream)
        import pytest

        options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main([*options, *tests]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
