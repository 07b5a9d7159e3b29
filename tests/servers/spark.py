"""Spark for tests: a session in one JVM; or a standalone master and workers on free ports of loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options for a JVM that lives for seconds: compile little, collect in one thread."""


@contextmanager
def local_session(project: Path) -> Iterator[Any]:
    """Give a session in one JVM, whose Python finds newsspider in *project*."""
    # Python gets the times of Spark in TZ. All of it ends with the session, for the tests after it; so do the handler
    # by which Spark has Ctrl-C cancel its jobs, and where it has Python look for what jobs bring.
    interrupt = signal.getsignal(signal.SIGINT)
    theirs = {"PYTHONPATH": str(project), "PYSPARK_PYTHON": sys.executable, "TZ": "UTC"}
    try:
        with mock.patch.dict(os.environ, theirs), mock.patch.object(sys, "path", [*sys.path]):
            time.tzset()
            yield from _session()
    finally:
        signal.signal(signal.SIGINT, interrupt)
        time.tzset()


def _session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    from newsspider.engines.spark import NewsspiderSource

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.driver.extraJavaOptions", SMALL)
    session = builder.getOrCreate()
    try:
        session.dataSource.register(NewsspiderSource)
        yield session
    finally:
        session.stop()


@dataclass
class SparkServer:
    """A master and its workers: the JVM of a worker starts one for each application, and that Python."""

    engine: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def serve_spark(workers: int) -> Iterator[SparkServer]:
    """Serve until the end of the context."""
    import pyspark

    home = Path(pyspark.__file__).parent
    with tempfile.TemporaryDirectory(prefix="newsspider-spark-") as folder, ExitStack() as stack:
        environment = {
            **os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_JAVA_OPTS": SMALL, "SPARK_WORKER_DIR": folder, "SPARK_DAEMON_MEMORY": "256m",
        }  # fmt: skip
        port = _free_port()

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            command = [str(home / "bin" / "spark-class"), *arguments]
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            stack.callback(process.wait)
            stack.callback(lambda: process.poll() is None and os.killpg(process.pid, 9))
            return process

        master = "org.apache.spark.deploy.master.Master"
        start(master, "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        ends = time.monotonic() + HUNG
        while not _listens(port):
            assert time.monotonic() < ends
            time.sleep(0.1)
        worker = ("org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g")
        address = f"spark://127.0.0.1:{port}"
        yield SparkServer(address, [start(*worker, "--webui-port", "0", address) for _ in range(workers)])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
