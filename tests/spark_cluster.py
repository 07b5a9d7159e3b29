"""Spark as a cluster: a standalone master and two workers on loopback. `make engines` runs it, and nothing else does.

The bytes are those of one process, also where a worker is killed with all that it started, or the command is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT
from tests.patience import HUNG
from tests.servers.spark import serve_spark
from tests.test_engines import alone, archive, files, run, wait_for

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["alone", "archive", "run"]

pytestmark = pytest.mark.filterwarnings("ignore")


def started(archive: Path, out: Path, engine: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scrapy", "extract", str(archive), "--to", str(out), "--engine", engine]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "SPARK_LOCAL_IP": "127.0.0.1"}
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def test_spark_gives_the_bytes_of_one_process(archive, alone, tmp_path):
    with serve_spark(2) as server:
        process = started(archive, tmp_path / "out", server.engine)
        _, said = process.communicate(timeout=3 * HUNG)

    assert process.returncode == 0, said
    assert files(tmp_path / "out") == alone


def test_worker_of_spark_killed_with_its_executor_loses_nothing(archive, alone, tmp_path):
    with serve_spark(2) as server:
        process = started(archive, tmp_path / "out", server.engine)
        wait_for(process, tmp_path / "out", units=3)
        os.killpg(server.workers[0].pid, signal.SIGKILL)
        _, said = process.communicate(timeout=3 * HUNG)

    assert process.returncode == 0, said
    assert files(tmp_path / "out") == alone


def test_driver_of_spark_killed_with_its_jvm_and_run_again_loses_nothing(archive, alone, tmp_path):
    with serve_spark(2) as server:
        process = started(archive, tmp_path / "out", server.engine)
        wait_for(process, tmp_path / "out", units=3)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        left = {path.name for path in (tmp_path / "out").iterdir()}

        again = started(archive, tmp_path / "out", server.engine)
        _, said = again.communicate(timeout=3 * HUNG)

    assert "manifest.json" not in left
    assert again.returncode == 0, said
    assert files(tmp_path / "out") == alone
