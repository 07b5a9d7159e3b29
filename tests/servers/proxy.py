"""A proxy on loopback that passes connections on to a server, and looks at what passes."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Proxy:
    """Passes on what ``_asked`` and ``_answered`` return of the bytes of either side; breaks off where that is less."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _asked(self, data: bytes) -> bytes:
        return data

    def _answered(self, data: bytes) -> bytes:
        return data

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                threading.Thread(target=_pass, args=(client, server, self._asked), daemon=True).start()
                threading.Thread(target=_pass, args=(server, client, self._answered), daemon=True).start()


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
