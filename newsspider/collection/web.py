"""Files at ``https://``, read in their place by ranges, as archives of others are published.

Only an address that a person gives is asked, and where it leads to: credentials are no part of it.
"""

from __future__ import annotations

import errno
import urllib.error
import urllib.request
from http.client import HTTPException
from time import sleep
from typing import IO, Literal
from urllib.parse import quote, urlsplit

import newsspider
from newsspider.collection.objects import AddressError, ObjectStoreError
from newsspider.collection.windows import Ranged
from newsspider.text.redaction import redact

SCHEMES = ("https://", "http://")
_SECONDS = 60
_WAITS = (1.0, 4.0, 15.0)
"""Seconds before another try."""
_PASSING = (429, 500, 502, 503, 504)


class WebFile(Ranged):
    """A file of which a server returns ranges. AddressError for an invalid address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if not address.startswith(SCHEMES) or not parts.hostname or "@" in parts.netloc:
            raise AddressError("https://…", "no such address can be read; it is https://host/path, without credentials")
        self._address = address
        self._url = parts._replace(path=quote(parts.path, safe="/%:@!$&'()*+,;=~")).geturl()

    def __str__(self) -> str:
        return self._address

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return urlsplit(self._address).path.rpartition("/")[2]

    def open(self, _: Literal["rb"], /) -> IO[bytes]:
        """Open for reading; what is wrong with the file shows when it is read."""
        return self.opened()

    def length(self) -> int:
        """Return the size. FileNotFoundError, ObjectStoreError."""
        if self._met is None:
            self.range(0, 1)
        assert self._met is not None
        return self._met[0]

    def range(self, start: int, size: int) -> bytes:
        """Return at most *size* bytes from *start* on. FileNotFoundError; ObjectStoreError where it is another now."""
        for wait in (*_WAITS, None):
            try:
                return self._asked(start, size)
            except urllib.error.HTTPError as error:
                if error.code in (404, 410):
                    raise FileNotFoundError(errno.ENOENT, "there is no such file", self._address) from error
                if error.code not in _PASSING or wait is None:
                    raise self._failed(f"the server answers {error.code} ({error.reason})") from error
            except (OSError, HTTPException) as error:
                if wait is None:
                    raise self._failed(f"the server cannot be reached ({error})") from error
            sleep(wait)
        raise AssertionError("unreachable")

    def _failed(self, problem: str) -> ObjectStoreError:
        return ObjectStoreError(redact(self._address), problem)

    def _asked(self, start: int, size: int) -> bytes:
        headers = {"Range": f"bytes={start}-{start + size - 1}", "User-Agent": f"newsspider/{newsspider.__version__}"}
        request = urllib.request.Request(self._url, headers=headers)
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            given, _, total = (answer.headers.get("Content-Range") or "").partition("/")
            if answer.status != 206 or not total.isdigit():
                raise self._failed("the server gives no ranges of it; fetch it first")
            data: bytes = answer.read(size)
            met = int(total), answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        if given != f"bytes {start}-{start + len(data) - 1}":
            raise ConnectionError(f"of {given} only {len(data):,} bytes came")
        if self._met not in (None, met):
            raise self._failed("the file was changed meanwhile; run again for what it is now")
        self._met = met
        return data
