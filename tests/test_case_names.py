"""Names of cases are the same in each process: those that share the tests refuse to begin with others."""

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
