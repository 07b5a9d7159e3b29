"""A real FTP server, pyftpdlib, on a free port of loopback, for one user and one directory.

It runs in a process of its own: it stands on asyncore, which Python itself warns of.
"""

from __future__ import annotations

import ftplib
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "ada", "correct-horse@battery"


@dataclass(frozen=True, slots=True)
class Ftp:
    port: int

    def address(self, path: str, password: str = PASSWORD) -> str:
        """Return the address of a file, with the user's password in it."""
        return f"ftp://{USER}:{password.replace('@', '%40')}@127.0.0.1:{self.port}/{path}"


@contextmanager
def serve_ftp(directory: Path, *, writable: bool = True) -> Iterator[Ftp]:
    """Serve *directory* until the end of the context."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-W", "ignore", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", str(port),
        "-d", str(directory), "-u", USER, "-P", PASSWORD, *(["-w"] if writable else []),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(server, port)
            yield Ftp(port)
        finally:
            server.kill()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        try:
            with ftplib.FTP() as client:
                client.connect("127.0.0.1", port, timeout=HUNG)
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the FTP server ended with {server.returncode}")
