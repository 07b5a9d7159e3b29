"""A real Dask scheduler and its workers, on free ports of loopback, in a directory that goes with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import HUNG

PROJECT = Path(__file__).parents[2]

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
_WORKER = (
    "-m", "distributed.cli.dask_worker", "--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1", "--no-nanny",
)  # fmt: skip


@dataclass
class DaskServer:
    """A scheduler, and workers of one thread each, without a nanny: a killed one stays away."""

    address: str
    directory: Path
    workers: list[subprocess.Popen[bytes]]

    @property
    def engine(self) -> str:
        """What ``--engine`` takes."""
        return f"dask:{self.address}"

    def add_worker(self, *, pythonpath: Path | None = None) -> subprocess.Popen[bytes]:
        """Start one more worker, in a directory of its own, which may find another newsspider."""
        environment = {**os.environ, "PYTHONPATH": str(pythonpath or PROJECT)}
        options = ("--local-directory", str(self.directory), "--death-timeout", "10", self.address)
        command = [sys.executable, *_WORKER, *options]
        directory = pythonpath or self.directory
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment, cwd=directory)
        self.workers.append(worker)
        return worker


    def wait_for_workers(self) -> None:
        """See the workers that run report to the scheduler."""
        from distributed import Client

        running = sum(worker.poll() is None for worker in self.workers)
        with Client(self.address, timeout=HUNG, set_as_default=False) as client:
            client.wait_for_workers(running, timeout=HUNG)


@contextmanager
def serve_dask(workers: int) -> Iterator[DaskServer]:
    """Serve until the end of the context."""
    with tempfile.TemporaryDirectory(prefix="newsspider-dask-") as folder, ExitStack() as stack:
        described = Path(folder) / "scheduler.json"
        command = [sys.executable, *_SCHEDULER, "--scheduler-file", str(described)]
        scheduler = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        stack.callback(scheduler.wait)
        stack.callback(scheduler.kill)
        ends = time.monotonic() + HUNG
        while not (described.exists() and described.read_bytes()):
            assert scheduler.poll() is None
            assert time.monotonic() < ends
            time.sleep(0.05)
        server = DaskServer(json.loads(described.read_bytes())["address"], Path(folder), [])
        for _ in range(workers):
            server.add_worker()
        try:
            if workers:
                server.wait_for_workers()
            yield server
        finally:
            for worker in server.workers:
                worker.kill()
                worker.wait()
