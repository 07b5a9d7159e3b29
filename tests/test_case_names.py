"""Which cases there are: the same in each process, and none is away because its file cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT


@pytest.mark.slow
def test_another_process_calls_the_cases_the_same(request):
    """Later, with other hashes and other random numbers; a value that depends on them needs an ``id``."""
    config = request.config
    if int(getattr(config, "workerinput", {}).get("workercount", 1)) > 1:  # xdist has compared them with another's
        assert sys.flags.hash_randomization, "each process needs hashes of its own: take PYTHONHASHSEED away"
        return
    chosen = ["-k", config.option.keyword, "-m", config.option.markexpr]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", *chosen, *config.args],
        cwd=PROJECT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    theirs = {line for line in ended.stdout.splitlines() if "::" in line}
    assert {item.nodeid for item in request.session.items} ^ theirs == set()


def test_a_file_of_tests_that_cannot_be_imported_is_an_error(tmp_path):
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_collectreport\n")
    (tmp_path / "test_lost.py").write_text("import no_such_module\n\ndef test_it(): ...\n")
    (tmp_path / "test_there.py").write_text("def test_it(): ...\n")
    (tmp_path / "optional.py").write_text("import no_such_module\n")
    options = ["--doctest-modules", "--doctest-ignore-import-errors", "--import-mode=importlib", "--rootdir", tmp_path]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, tmp_path],
        cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert ended.returncode == pytest.ExitCode.INTERRUPTED, ended.stdout
    assert "test_lost.py cannot be imported" in ended.stdout
    assert "1 skipped, 1 error" in ended.stdout
