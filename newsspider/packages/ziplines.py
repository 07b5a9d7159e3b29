"""An index in compressed blocks (ZipNum): ``index.cdx.gz``, and ``index.idx`` that says where each block lies.

A browser reads the small file whole, and of the large one a block for each address that it looks up. A block is a gzip
member of some hundred lines, as cdxj-indexer writes it and pywb and ReplayWeb.page read it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINES_IN_BLOCK = 1024
"""As py-wacz and ArchiveWeb.page have it."""


class Ziplines:
    """The blocks of an index; iterate once, and then take what leads to them from ``index``."""

    def __init__(self, lines: Iterable[bytes], name: str) -> None:
        self._lines = lines
        header = json.dumps({"format": "cdxj-gzip-1.0", "filename": name})
        self.index = bytearray(f"!meta 0 {header}\n".encode())
        """The small file: a line of some 150 bytes for each block."""
        self.count = 0
        """Lines in the blocks made so far."""

    def __iter__(self) -> Iterator[bytes]:
        offset = 0
        rest = iter(self._lines)
        while lines := list(islice(rest, LINES_IN_BLOCK)):
            block = gzip.compress(b"".join(lines), 6, mtime=0)
            prefix = lines[0].partition(b"{")[0]
            place = {
                "offset": offset,
                "length": len(block),
                "digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
            }
            self.index += prefix + json.dumps(place).encode() + b"\n"
            offset += len(block)
            self.count += len(lines)
            yield block
