"""A proxy on loopback that passes connections on to a server, and counts what is asked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.servers.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REQUEST = re.compile(rb"(?:^|\n)((?:GET|PUT|HEAD|POST|DELETE) \S+) HTTP/1\.1\r\n")


class CountingProxy(Proxy):
    """Passes on everything; ``asked`` has the method and path of each request. ``away``: it breaks off all."""

    def __init__(self, to: int, before: Callable[[str], None], answered: Callable[[int], None]) -> None:
        self.asked: list[str] = []
        self.away = False
        self._before, self._told = before, answered
        self._bytes = 0
        super().__init__(to)

    def _asked(self, data: bytes) -> bytes:
        # A request line comes whole: boto3 sends each head at once, and waits for the answer before the next.
        for line in _REQUEST.findall(data):
            self.asked.append(line.decode())
            self._before(line.decode())
        return b"" if self.away else data

    def _answered(self, data: bytes) -> bytes:
        self._bytes += len(data)
        self._told(self._bytes)
        return b"" if self.away else data


@contextmanager
def counting(
    to: int, before: Callable[[str], None] = lambda line: None, answered: Callable[[int], None] = lambda size: None
) -> Iterator[CountingProxy]:
    """Serve such a proxy.

    *before* is called with each request before it is passed on, *answered* with the bytes of all answers so far.
    """
    proxy = CountingProxy(to, before, answered)
    try:
        yield proxy
    finally:
        proxy.close()
