"""A proxy on loopback that passes connections on to a server, and cuts answers off."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class CuttingProxy:
    """Passes on *whole* connections, and of each later one only the first *size* bytes that the server says."""

    def __init__(self, to: int, *, whole: int, size: int, cuts: int | None = None) -> None:
        self.taken = 0
        """Connections so far."""
        self._to, self._whole, self._size = to, whole, size
        self._last = None if cuts is None else whole + cuts
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
                self.taken += 1
                cut = self._whole < self.taken and (self._last is None or self.taken <= self._last)
                server = socket.create_connection(("127.0.0.1", self._to))
                limit = self._size if cut else None
                threading.Thread(target=_pass, args=(client, server, None), daemon=True).start()
                threading.Thread(target=_pass, args=(server, client, limit), daemon=True).start()


@contextmanager
def cutting(to: int, *, whole: int, size: int, cuts: int | None = None) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(to, whole=whole, size=size, cuts=cuts)
    try:
        yield proxy
    finally:
        proxy.close()


def _pass(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    """Pass on what comes, at most *limit* bytes of it, and close both."""
    with contextlib.suppress(OSError):
        while limit is None or limit > 0:
            data = source.recv(1 << 16 if limit is None else min(limit, 1 << 16))
            if not data:
                break
            target.sendall(data)
            limit = None if limit is None else limit - len(data)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
