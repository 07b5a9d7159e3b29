"""A proxy on loopback that passes connections on to a server, and breaks them off."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class CuttingProxy:
    """Passes on the first *after* bytes that the server says, and then breaks off every connection that it speaks on.

    After so many *times* it is whole again; None: never.
    """

    def __init__(self, to: int, *, after: int, times: int | None = None) -> None:
        self.cuts = 0
        self._to, self._left, self._times = to, after, times
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                threading.Thread(target=_pass, args=(client, server, lambda data: data), daemon=True).start()
                threading.Thread(target=_pass, args=(server, client, self._cut), daemon=True).start()

    def _cut(self, data: bytes) -> bytes:
        """Return what of *data* goes on; nothing breaks the connection off."""
        with self._lock:
            if self._times is not None and self.cuts >= self._times:
                return data
            passed = data[: self._left]
            self._left -= len(passed)
            self.cuts += len(passed) < len(data)
            return passed


@contextmanager
def cutting(to: int, *, after: int, times: int | None = None) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(to, after=after, times=times)
    try:
        yield proxy
    finally:
        proxy.close()


def _pass(source: socket.socket, target: socket.socket, through: Callable[[bytes], bytes]) -> None:
    with contextlib.suppress(OSError):
        whole = True
        while whole and (data := source.recv(1 << 16)):
            passed = through(data)
            target.sendall(passed)
            whole = len(passed) == len(data)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
