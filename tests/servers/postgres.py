"""A real PostgreSQL on a free port of loopback, in a directory that goes with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "correct horse"


def binaries() -> Path | None:
    """Return the directory of the newest server's programs; None where there is no server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@dataclass(frozen=True)
class Postgres:
    port: int

    def address(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://newsspider:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"


@contextmanager
def serve_postgres(bin_directory: Path) -> Iterator[Postgres]:
    """Make a cluster and serve it until the end of the context."""
    # The server refuses to run as root.
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    directory = Path(tempfile.mkdtemp(prefix="newsspider-postgres-"))
    if user:
        shutil.chown(directory, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        secret = directory / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        secret.chmod(0o644)
        data = directory / "data"
        subprocess.run(
            [bin_directory / "initdb", "--pgdata", data, "--username", "newsspider", "--pwfile", secret,
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            check=True, capture_output=True, cwd=directory, **user,
        )  # fmt: skip
        server = subprocess.Popen(
            [bin_directory / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory, **user,
        )  # fmt: skip
        try:
            postgres = Postgres(port)
            _wait_for(server, postgres)
            yield postgres
        finally:
            server.terminate()
            server.wait(timeout=HUNG)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(server: subprocess.Popen[bytes], postgres: Postgres) -> None:
    deadline = time.monotonic() + HUNG
    while server.poll() is None:
        try:
            psycopg.connect(postgres.address()).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL ended with {server.returncode}")
