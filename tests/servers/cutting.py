"""A proxy on loopback that passes connections on to a server, and breaks them off."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.servers.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator


class CuttingProxy(Proxy):
    """Passes on the first *after* bytes that the server says, and then breaks off every connection that it speaks on.

    After so many *times* it is complete again; None: never.
    """

    def __init__(self, to: int, *, after: int, times: int | None = None) -> None:
        self.cuts = 0
        self._left, self._times = after, times
        self._lock = threading.Lock()
        super().__init__(to)

    def _answered(self, data: bytes) -> bytes:
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
